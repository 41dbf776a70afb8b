/**
 * A hole drawn with a brush: strokes become pixels, and a few letters of an address; and what is lost, traced. Pure functions.
 * @module
 */

import { bytes } from "../../shared/wire/base64.js";

/** Places along a side: two letters a place in an address, and finer than the pixels of any bundled model. */
const PLACES = 64;
const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const BETWEEN = "."; // strokes
const LONGEST = 1600; // letters: browsers and servers take addresses of 2,000 everywhere

/** @typedef {[number, number]} Place in [0, 1], from the upper left corner */

/** The nearest place that an address can name. @param {number} x @param {number} y @returns {Place} */
export const snap = (x, y) => [step(x), step(y)];
const step = (share) => Math.round(Math.min(1, Math.max(0, share)) * (PLACES - 1)) / (PLACES - 1);

/**
 * Say which pixels lie under a brush.
 * @param {Place[][]} strokes
 * @param {number} width of the brush, as a share of the longer side; 0 covers nothing
 * @param {[number, number]} size height and width in pixels
 * @returns {Uint8Array} [H, W], 255 where it is hidden
 */
export function maskOf(strokes, width, [height, wide]) {
  const mask = new Uint8Array(height * wide);
  const radius = (width * Math.max(height, wide)) / 2;
  if (!(radius > 0)) return mask;
  for (const stroke of strokes) {
    stroke.forEach((place, i) => cover(mask, stroke[Math.max(0, i - 1)], place, radius, height, wide));
  }
  return mask;
}

/** Hide the pixels whose middle is no farther than the radius from the line between two places. */
function cover(mask, from, to, radius, height, wide) {
  const [ax, ay, bx, by] = [from[0] * wide, from[1] * height, to[0] * wide, to[1] * height];
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const first = (a, b) => Math.max(0, Math.floor(Math.min(a, b) - radius));
  const last = (a, b, most) => Math.min(most - 1, Math.ceil(Math.max(a, b) + radius));
  for (let y = first(ay, by); y <= last(ay, by, height); y += 1) {
    for (let x = first(ax, bx); x <= last(ax, bx, wide); x += 1) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const along = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      if (Math.hypot(px - along * dx, py - along * dy) <= radius) mask[y * wide + x] = 255;
    }
  }
}

/**
 * Read which pixels are lost as an answer has them: bits in base64, row after row.
 * @param {string} text
 * @param {[number, number]} size
 * @returns {Uint8Array} as `maskOf` gives them
 */
export function lostOf(text, [height, wide]) {
  const packed = bytes(text);
  return Uint8Array.from({ length: height * wide }, (_, i) => (packed[i >> 3] & (128 >> (i & 7)) ? 255 : 0));
}

/**
 * Trace what is hidden, as paths of an SVG in pixels of the picture: the area row by row, and the outline around it.
 * @param {Uint8Array} mask [H, W]
 * @param {[number, number]} size height and width
 */
export function traceOf(mask, [height, wide]) {
  const hidden = (y, x) => y >= 0 && y < height && x >= 0 && x < wide && mask[y * wide + x] > 0;
  let [area, outline] = ["", ""];
  for (let y = 0; y <= height; y += 1) {
    for (const [x, n] of runs(wide, (at) => hidden(y, at))) area += `M${x} ${y}h${n}v1h${-n}z`;
    for (const [x, n] of runs(wide, (at) => hidden(y, at) !== hidden(y - 1, at))) outline += `M${x} ${y}h${n}`;
  }
  for (let x = 0; x <= wide; x += 1) {
    for (const [y, n] of runs(height, (at) => hidden(at, x) !== hidden(at, x - 1))) outline += `M${x} ${y}v${n}`;
  }
  return { area, outline };
}

/** Where a row of places fulfils a condition: first place and length of each run. @returns {[number, number][]} */
function runs(length, fulfils) {
  const found = [];
  for (let at = 0; at < length; at += 1) {
    if (!fulfils(at)) continue;
    if (at > 0 && fulfils(at - 1)) found.at(-1)[1] += 1;
    else found.push([at, 1]);
  }
  return found;
}

/** The share of the pixels that are hidden. @param {Uint8Array} mask */
export const shareHidden = (mask) => mask.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / mask.length;

/** Write strokes as an address has them; empty where they are none, or too long for one. @param {Place[][]} strokes */
export function encodeHole(strokes) {
  const letter = (share) => LETTERS[Math.round(share * (PLACES - 1))];
  const text = strokes.map((stroke) => stroke.map(([x, y]) => letter(x) + letter(y)).join("")).join(BETWEEN);
  return text.length <= LONGEST ? text : "";
}

/** Read strokes; what is no stroke is left out. @param {string} text @returns {Place[][]} */
export function decodeHole(text) {
  const strokes = text.slice(0, LONGEST).split(BETWEEN).filter((letters) => letters.length >= 2 && /^(?:[\w-]{2})+$/.test(letters));
  return strokes.map((letters) =>
    Array.from({ length: letters.length / 2 }, (_, i) => /** @type {Place} */ ([0, 1].map((at) => LETTERS.indexOf(letters[2 * i + at]) / (PLACES - 1)))),
  );
}
