import assert from "node:assert/strict";
import { test } from "node:test";
import { toScreen } from "../../assets/live/shared/draw/camera.js";
import { scaleColour } from "../../assets/live/shared/draw/colours.js";
import { escape, mapSvg } from "../../assets/live/shared/draw/sheetsvg.js";

/** Read XML letter by letter, strictly: every tag is closed, every attribute quoted once, every reference a number. */
function parse(source) {
  const reader = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  const root = { tag: "", attributes: {}, children: [], text: "" };
  const open = [root];
  while (reader.lastIndex < source.length) {
    const at = reader.lastIndex;
    const found = reader.exec(source);
    assert.ok(found, `no XML from here: ${source.slice(at, at + 60)}`);
    const [, closing, tag, attributes, empty, words] = found;
    if (words !== undefined) open.at(-1).text += plain(words);
    else if (closing) assert.equal(open.pop().tag, tag);
    else {
      const pairs = [...attributes.matchAll(/([a-zA-Z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, plain(value)]);
      const names = pairs.map(([name]) => name);
      assert.equal(new Set(names).size, names.length, `an attribute twice: ${names}`);
      const element = { tag, attributes: Object.fromEntries(pairs), children: [], text: "" };
      open.at(-1).children.push(element);
      if (!empty) open.push(element);
    }
  }
  assert.deepEqual(open, [root]);
  assert.equal(root.children.length, 1);
  return root.children[0];
}

function plain(words) {
  assert.ok(!/&(?!#\d+;)/.test(words), words);
  return words.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

const all = (element, tag) => element.children.flatMap((child) => [...(child.tag === tag ? [child] : []), ...all(child, tag)]);

const sheet = {
  camera: { x: 0, y: 0, scale: 100, width: 400, height: 300 },
  xy: Float32Array.of(0, 0, 1, 1, -1, 0.5, NaN, 0, 50, 50),
  colours: Uint8Array.of(255, 0, 0, 0, 128, 0, 0, 0, 255, 9, 9, 9, 9, 9, 9),
  levels: Uint8Array.of(2, 1, 0, 2, 2),
  size: 6,
  opacity: 0.7,
  title: "A map",
  axes: ["z₁", "z₂"],
};
const discs = (root) => all(root, "circle").filter(({ attributes }) => attributes.r === "3");

test("the drawing has the points in view, in their colours and where the camera sees them", () => {
  const found = discs(parse(mapSvg(sheet)));
  assert.deepEqual(found.map(({ attributes }) => attributes.fill), ["#008000", "#ff0000"]); // faint ones below
  found.forEach(({ attributes: { cx, cy } }, i) => assert.deepEqual([Number(cx), Number(cy)], toScreen(sheet.camera, ...[[1, 1], [0, 0]][i])));
});

test("faint points are fainter by as much as on the map", () => {
  const [faint, full] = all(parse(mapSvg(sheet)), "g").filter(({ attributes }) => "fill-opacity" in attributes).map(({ attributes }) => Number(attributes["fill-opacity"]));
  assert.equal(full, 0.7);
  assert.ok(faint > 0 && faint < 0.2);
});

test("words are words wherever they stand: no markup, no quote and no control letter gets out", () => {
  const evil = `</text><script>alert(1)</script>"' onload="x" & &amp; ]]> <!-- \u0000\u0008\uFFFF é 七 😀`;
  const root = parse(mapSvg({
    ...sheet, title: evil, axes: [evil, evil], note: evil, legend: [{ name: evil.slice(0, 20), colour: [1, 2, 3] }], pins: [{ x: 0, y: 0, name: evil }],
    under: `data:image/png;base64,AA"><script>`,
  }));
  assert.deepEqual([all(root, "script"), all(root, "foreignObject")], [[], []]);
  const written = evil.replace(/[\u0000\u0008\uFFFF]/g, "");
  assert.equal(all(root, "title")[0].text, written);
  assert.equal(all(root, "text").filter(({ text }) => text === written).length, 5);
  for (const element of [root, ...all(root, "text"), ...all(root, "image")]) {
    assert.ok(Object.keys(element.attributes).every((name) => !name.startsWith("on")));
  }
});

test("half of a letter is left out and a whole one is kept", () => {
  assert.equal(escape("a\uD83Db😀"), "ab😀");
});

test("a drawing asks no other host for anything", () => {
  const root = parse(mapSvg({ ...sheet, under: "https://example.org/x.png" }));
  assert.deepEqual(all(root, "image"), []);
  const [image] = all(parse(mapSvg({ ...sheet, under: "data:image/png;base64,AAAA" })), "image");
  assert.equal(image.attributes.href, "data:image/png;base64,AAAA");
});

test("an axis's values stand where the camera sees them, and a map whose axes mean nothing has none", () => {
  const words = all(parse(mapSvg(sheet)), "text").map(({ text }) => text);
  for (const word of ["−2", "0", "2", "z₁", "z₂"]) assert.ok(words.includes(word), word);
  assert.deepEqual(all(parse(mapSvg({ ...sheet, axes: null })), "text").map(({ text }) => text), ["A map"]);
});

test("the legend names each class with its colour, and the sheet is wide enough for it", () => {
  const legend = ["zero", "a class with quite a long name indeed"].map((name, i) => ({ name, colour: [i, 0, 255] }));
  const root = parse(mapSvg({ ...sheet, legend }));
  assert.ok(all(root, "circle").some(({ attributes }) => attributes.fill === "#0100ff"));
  const words = all(root, "text").find(({ text }) => text.startsWith("a class"));
  assert.ok(words.text.endsWith("…") && words.text.length <= 24);
  assert.ok(Number(root.attributes.width) > Number(words.attributes.x) + 120);
  assert.ok(Number(root.attributes.width) > Number(parse(mapSvg(sheet)).attributes.width));
});

test("ellipses are at true scale", () => {
  const [ellipse] = all(parse(mapSvg({ ...sheet, ellipses: [{ x: 1, y: 0, rx: 0.5, ry: 0.1 }] })), "ellipse");
  assert.deepEqual([ellipse.attributes.cx, ellipse.attributes.rx, ellipse.attributes.ry], ["300", "50", "10"]);
});

test("pins in view are drawn with their numbers", () => {
  const words = all(parse(mapSvg({ ...sheet, axes: null, pins: [{ x: 0, y: 0 }, { x: 99, y: 0 }, { x: 1, y: 1 }] })), "text").map(({ text }) => text);
  assert.ok(words.includes("1") && words.includes("3") && !words.includes("2"));
});

test("a scale shows its highest value above its lowest, in the colours that points of these values have", () => {
  const root = parse(mapSvg({ ...sheet, axes: null, scale: { name: "−ELBO", range: [-12.345, 200] } }));
  const words = all(root, "text");
  const [high, low] = ["200", "−12.3"].map((value) => words.find(({ text }) => text === value));
  assert.ok(Number(high.attributes.y) < Number(low.attributes.y));
  assert.ok(words.some(({ text }) => text === "−ELBO"));
  const shades = all(root, "rect").filter(({ attributes }) => attributes.width === "14").sort((a, b) => a.attributes.y - b.attributes.y);
  const near = (element, share) => scaleColour(share, false).every((value, i) => Math.abs(value - parseInt(element.attributes.fill.slice(1 + 2 * i, 3 + 2 * i), 16)) < 24);
  assert.ok(near(shades[0], 1) && near(shades.at(-1), 0));
});
