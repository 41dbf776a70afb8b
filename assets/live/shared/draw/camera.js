/**
 * The part of a map that is in view. Pure functions.
 *
 * On the screen y goes down and a unit is a CSS pixel; on the map y goes up. A unit is as long in x as in y.
 * @module
 */

/**
 * @typedef {object} Camera
 * @property {number} x the centre, in map units
 * @property {number} y
 * @property {number} scale pixels a map unit, above 0
 * @property {number} width of the view, in CSS pixels
 * @property {number} height
 * @property {{scale: number, width: number, height: number}} [before] what `resize` started from
 */

const ALONE = 2; // map units in view where all points are one place: about what a digit of a 2-D model fills
const OUT = 4; // times smaller than the whole map
const IN = 1000; // times larger than the whole map
const MARGIN = 28; // pixels around the outermost points

/**
 * The camera that shows all points.
 * @param {Float32Array | number[]} xy [2N]; places that are not finite are left out
 * @param {number} width
 * @param {number} height
 * @param {number} [margin] pixels left free on each side; less where the view is small
 * @returns {Camera}
 */
export const fit = (xy, width, height, margin = MARGIN) => fitExtent(extent(xy), width, height, margin);

/** The camera that shows a box of the map. @param {{left: number, right: number, bottom: number, top: number}} box @returns {Camera} */
export function fitExtent({ left, right, bottom, top }, width, height, margin = MARGIN) {
  const free = Math.min(margin, width / 4, height / 4);
  const scale = Math.min((width - 2 * free) / (right - left), (height - 2 * free) / (top - bottom));
  return {
    x: (left + right) / 2,
    y: (bottom + top) / 2,
    scale: Number.isFinite(scale) ? scale : Math.min(width, height) / ALONE,
    width,
    height,
  };
}

/** Carry places from one map to another that has units of its own: to where the same pixel shows them. @param {Camera} a @param {Camera} b */
export const carrier = (a, b) => (x, y) => [b.x + ((x - a.x) * a.scale) / b.scale, b.y + ((y - a.y) * a.scale) / b.scale];

/** The smallest box around all finite places; the prior's middle where there are none. */
export function extent(xy) {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const [x, y] = [xy[i], xy[i + 1]];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < bottom) bottom = y;
    if (y > top) top = y;
  }
  return left <= right ? { left, right, bottom, top } : { left: 0, right: 0, bottom: 0, top: 0 };
}

/** Where a place of the map is on the screen. @param {Camera} c @returns {[number, number]} pixels */
export const toScreen = (c, x, y) => [c.width / 2 + (x - c.x) * c.scale, c.height / 2 - (y - c.y) * c.scale];

/** What place of the map is at a pixel. @param {Camera} c @returns {[number, number]} map units */
export const toMap = (c, px, py) => [c.x + (px - c.width / 2) / c.scale, c.y - (py - c.height / 2) / c.scale];

/** The part of the map in view. @param {Camera} c */
export function bounds(c) {
  const [left, top] = toMap(c, 0, 0);
  const [right, bottom] = toMap(c, c.width, c.height);
  return { left, right, bottom, top };
}

/** Move the map by pixels, as a hand on paper does: what was at (0, 0) comes to (dx, dy). @param {Camera} c @returns {Camera} */
export const pan = (c, dx, dy) => ({ ...c, x: c.x - dx / c.scale, y: c.y + dy / c.scale });

/** How far in and out a map may be zoomed: pixels a unit. @param {Camera} whole the camera that shows all @returns {[number, number]} */
export const limits = (whole) => [whole.scale / OUT, whole.scale * IN];

/**
 * Zoom, with what is at a pixel staying there.
 * @param {Camera} c
 * @param {number} factor above 1 to come nearer
 * @param {number} px
 * @param {number} py
 * @param {[number, number]} [range] the least and the most scale
 * @returns {Camera}
 */
export function zoomAt(c, factor, px, py, [least, most] = [0, Infinity]) {
  const scale = Math.min(most, Math.max(least, c.scale * factor));
  const [x, y] = toMap(c, px, py);
  const moved = { x: x - (px - c.width / 2) / scale, y: y + (py - c.height / 2) / scale };
  return { ...moved, scale, width: c.width, height: c.height };
}

/**
 * The camera for a view of another size: the same centre, and all that was in view still is. A view that gets its
 * former size back shows what it did, however often it changed between.
 * @param {Camera} c
 * @returns {Camera}
 */
export function resize(c, width, height) {
  if (!(width > 0 && height > 0)) return c; // hidden, and will come back
  const { scale, width: w, height: h } = c.before ?? c;
  return { ...c, scale: scale * Math.min(width / w, height / h), width, height, before: { scale, width: w, height: h } };
}

/**
 * The camera on the way from one to another, for a flight. The scale changes evenly to the eye, by equal factors in
 * equal times, and a flight between two zooms about one pixel keeps that pixel's place still.
 * @param {Camera} a
 * @param {Camera} b
 * @param {number} t in [0, 1]
 * @returns {Camera} in the size of `b`
 */
export function between(a, b, t) {
  const growth = Math.log(b.scale / a.scale);
  const share = Math.abs(growth) < 1e-9 ? t : Math.expm1(-growth * t) / Math.expm1(-growth);
  return t >= 1 ? b : { ...b, x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share, scale: a.scale * Math.exp(growth * t) };
}

/** Multiples of digit * 10^power, each the number that is written so, or null where there are more than `most`. */
export function multiples(low, high, digit, power, most) {
  const exact = (count) => (power < 0 ? (count * digit) / 10 ** -power : count * digit * 10 ** power);
  const step = exact(1);
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  if (last - first + 1 > most) return null;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => exact(first + i) + 0);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const FARTHEST = 1e9; // beyond it an address is a mistake

/** What of a camera goes into an address: "x,y,width" in map units, to a tenth of a pixel. @param {Camera} c */
export function formatView(c) {
  const width = c.width / c.scale;
  const decimals = Math.min(20, Math.max(0, Math.ceil(Math.log10(10 * c.scale))));
  return [c.x.toFixed(decimals), c.y.toFixed(decimals), width.toPrecision(5)].map((text) => String(Number(text) + 0)).join(",");
}

/**
 * Read a camera from an address.
 * @param {string | null | undefined} text
 * @param {{width: number, height: number}} size of the view, in pixels
 * @returns {Camera | null} null where it is none
 */
export function readView(text, { width, height }) {
  const parts = (text ?? "").split(",");
  if (parts.length !== 3 || !parts.every((part) => NUMBER.test(part.trim()))) return null;
  const [x, y, across] = parts.map(Number);
  if (Math.max(Math.abs(x), Math.abs(y), across) > FARTHEST || across < 1 / FARTHEST) return null;
  return { x, y, scale: width / across, width, height };
}
