/**
 * The Interpolate page's state as an address: ?model=mnist-16d&anchors=i:17;p:83;z:0.5,-1.2&path=density&n=11&at=0.4&map=pca&sum=c:0,3,8,1.5
 *
 * An anchor is an image as Explore numbers them (i:17), a test code as the map numbers them (p:83), or a code (z:…).
 * The map and the arithmetic are there once somebody has chosen them: sum=c:0,3,8,1.5 is anchor 0 less class 3 and plus
 * class 8, 1.5 times; sum=a:… is of three anchors.
 * @module
 */
import { MOST_ANCHORS, formatAnchor } from "../shared/keeping/links.js";

/** @typedef {{kind: "image" | "point" | "code", number: number | null, z: number[] | null}} Asked */

/** @typedef {{of: "classes" | "anchors", start: number, from: number, to: number, amount: number}} Sum a − b + c by the numbers of its terms */

export const PICTURES = { least: 5, most: 64, first: 11 }; // of the strip

const NUMBER = /^-?(\d+\.?\d*|\.\d+)$/;
const MAPS = ["identity", "tsne", "pca"];
const SUM = /^([ac]):(\d{1,4}),(\d{1,4}),(\d{1,4}),(-?[012](?:\.\d{1,2})?)$/;

/** Read arithmetic, null where there is none. @param {string | null} text @returns {Sum | null} */
export function readSum(text) {
  const found = SUM.exec(text ?? "");
  if (!found || Math.abs(Number(found[5])) > 2) return null;
  const [start, from, to, amount] = found.slice(2).map(Number);
  return { of: found[1] === "c" ? "classes" : "anchors", start, from, to, amount };
}

/** Write arithmetic. @param {Sum} sum */
const formatSum = ({ of, start, from, to, amount }) => `${of[0]}:${start},${from},${to},${Number(amount.toFixed(2))}`;

/**
 * Read one anchor.
 * @param {string} text
 * @param {{dims: number, limit: number, points: number | null}} model `points`: how many test codes it has, null before that is known
 * @returns {Asked | string} or the reason why not, without its subject
 */
export function readAnchor(text, { dims, limit, points }) {
  const [kind, rest = ""] = [text.slice(0, 1), text.slice(2)];
  if (text[1] !== ":" || !"ipz".includes(kind)) return "is none of i:17 (an image), p:17 (a point of the map) and z:… (a code)";
  if (kind !== "z") {
    if (!/^\d{1,9}$/.test(rest)) return "has no number";
    if (kind === "p" && points !== null && Number(rest) >= points) {
      return points ? `is not one of the ${points.toLocaleString("en")} test images` : "is a test image, and this model keeps no codes of them";
    }
    return { kind: kind === "i" ? "image" : "point", number: Number(rest), z: null };
  }
  const parts = rest.split(",");
  if (!parts.every((part) => NUMBER.test(part))) return "is not a code: numbers with commas between";
  if (parts.length !== dims) return `is a code of ${parts.length} ${parts.length === 1 ? "number" : "numbers"}, and this model takes ${dims}`;
  const z = parts.map(Number);
  if (z.some((value) => Math.abs(value) > limit)) return `leaves ${-limit} to ${limit}`.replace("-", "−");
  return { kind: "code", number: null, z };
}

/**
 * Read what an address asks for; `notes` has a sentence for each part that cannot be had.
 * @param {string} search
 * @param {{model: string, dims: number, limit: number, points: number | null, kinds: string[]}} model
 */
export function readAddress(search, { model, kinds, ...rest }) {
  const asked = new URLSearchParams(search);
  const state = {
    anchors: /** @type {Asked[]} */ ([]),
    kind: /** @type {string | null} */ (null),
    n: PICTURES.first,
    at: /** @type {number | null} */ (null),
    map: /** @type {string | null} */ (null),
    sum: /** @type {Sum | null} */ (null),
  };
  const notes = [];
  if ((asked.get("model") ?? model) !== model) return { ...state, notes }; // the rest belonged to another model
  const parts = (asked.get("anchors") ?? "").split(";").filter(Boolean);
  parts.slice(0, MOST_ANCHORS).forEach((text, i) => {
    const anchor = readAnchor(text, rest);
    if (typeof anchor === "string") notes.push(`Anchor ${i + 1} in the address ${anchor}, so it is left out.`);
    else state.anchors.push(anchor);
  });
  if (parts.length > MOST_ANCHORS) notes.push(`A path has at most ${MOST_ANCHORS} anchors; the first ${MOST_ANCHORS} of the address are taken.`);
  const kind = asked.get("path");
  if (kind !== null && kinds.includes(kind)) state.kind = kind;
  else if (kind !== null) notes.push(`The address asks for a path that is none of: ${kinds.join(", ")}.`);
  const [n, at] = ["n", "at"].map((name) => (NUMBER.test(asked.get(name) ?? "") ? Number(asked.get(name)) : null));
  if (n !== null) state.n = Math.round(Math.min(PICTURES.most, Math.max(PICTURES.least, n)));
  if (at !== null) state.at = Math.min(1, Math.max(0, at));
  const map = asked.get("map");
  if (map !== null && MAPS.includes(map)) state.map = map;
  else if (map !== null) notes.push(`The address asks for a map that is none of: ${MAPS.join(", ")}.`);
  state.sum = readSum(asked.get("sum"));
  if (asked.has("sum") && !state.sum) notes.push("The arithmetic in the address cannot be read, so it is left out.");
  return { ...state, notes };
}

/**
 * Put the state into an address, leaving what else it carries as it is.
 * @param {string} href
 * @param {{model: string, anchors: any[], kind: string, n: number, at: number, map?: string | null, sum?: Sum | null}} state
 */
export function withPath(href, { model, anchors, kind, n, at, map = null, sum = null }) {
  const url = new URL(href);
  for (const name of ["anchors", "path", "n", "at", "map", "sum"]) url.searchParams.delete(name);
  url.searchParams.set("model", model);
  const rest = url.searchParams.toString();
  // By hand: URLSearchParams would write each comma as %2C.
  const chosen = [map && `&map=${map}`, sum && `&sum=${formatSum(sum)}`].filter(Boolean).join("");
  url.search = `${rest}&anchors=${anchors.map(formatAnchor).join(";")}&path=${kind}&n=${n}&at=${Number(at.toFixed(4))}${chosen}`;
  return url.href;
}
