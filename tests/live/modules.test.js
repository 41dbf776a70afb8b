import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../assets/live", import.meta.url));
const WIDEST = 160; // characters of a line

/** The folders of shared/ from the ground up: each imports from those before it and from itself alone. */
const FLOORS = ["words", "wire", "page", "keeping", "draw", "views", "space", "sliders", "net", "line"];

const texts = new Map(
  readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .sort()
    .map((name) => [name, readFileSync(`${ROOT}/${name}`, "utf8")]),
);

/** The modules that one loads with itself, by their paths from the root; what it loads later with import() is not among them. */
function importsOf(name) {
  const statements = texts.get(name).matchAll(/^(?:import\b(?!\()|export (?:\*|\{))[^;"]*(?<=from |import )"([^"]+)"/gm);
  return Array.from(statements, ([, path]) => posix.join(posix.dirname(name), path));
}

const imports = new Map(Array.from(texts.keys(), (name) => [name, importsOf(name)]));
const links = Array.from(imports, ([name, others]) => others.map((other) => [name, other])).flat();
const folderOf = (name) => name.split("/")[0];
const floorOf = (name) => FLOORS.indexOf(name.split("/")[1]);

/** The first circle that is met from a module, as the way around it, or null. */
function circleFrom(name, way = [], safe = new Set()) {
  if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
  if (safe.has(name)) return null;
  for (const other of imports.get(name)) {
    const circle = circleFrom(other, [...way, name], safe);
    if (circle) return circle;
  }
  safe.add(name);
  return null;
}

test("every import names a module that is there", () => {
  assert.ok(links.length > texts.size, "most modules import some");
  assert.deepEqual(links.filter(([, other]) => !texts.has(other)), []);
});

test("no module imports itself by way of others", () => {
  const safe = new Set();
  for (const name of texts.keys()) assert.equal(circleFrom(name, [], safe)?.join(" → ") ?? null, null);
});

test("a page's folder imports from itself, its own folders and shared/ alone, but for alone/, which is made of pages", () => {
  const others = links.filter(([name]) => folderOf(name) !== "alone");
  const strays = others.filter(([name, other]) => folderOf(other) !== folderOf(name) && folderOf(other) !== "shared");
  assert.deepEqual(strays, []);
});

test("every folder of shared/ has its floor, and every module there is in one", () => {
  const folders = new Set(Array.from(texts.keys()).filter((name) => folderOf(name) === "shared").map((name) => name.split("/")[1]));
  assert.deepEqual([...folders].sort(), [...FLOORS].sort());
});

test("the folders of shared/ import one way: from those below them", () => {
  const climbs = links.filter(([name, other]) => folderOf(name) === "shared" && floorOf(other) > floorOf(name));
  assert.deepEqual(climbs, []);
});

test("only views know how a thing's numbers lie: no other module counts them by its shape, or spreads them into pixels", () => {
  const known = [
    /\bshape\[\d\] \*|\* (?:\w+\.)*shape\[\d\]/, // numbers of a thing
    /\bheight \* width \* channels\b/,
    /\bshape\.reduce\(/,
    /\btoRGBA\b/,
    /import [^;]*\{[^;]*\} from "[./]*views\/image\.js"/, // the view itself is all that there is to it
  ];
  const strays = Array.from(texts).filter(([name]) => !name.startsWith("shared/views/") && !name.startsWith("shared/wire/")); // which reads headers
  assert.deepEqual(strays.filter(([, text]) => known.some((pattern) => pattern.test(text))).map(([name]) => name), []);
});

test("no line is so long that it hides how much it holds", () => {
  const long = Array.from(texts, ([name, text]) => text.split("\n").flatMap((line, i) => (line.length > WIDEST ? [`${name}:${i + 1}`] : []))).flat();
  assert.deepEqual(long, []);
});
