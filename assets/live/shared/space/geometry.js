/**
 * Where things are: slider ranges, traversals, the manifold grid. Pure functions.
 * @module
 */
import { ticks } from "../draw/axes.js";
import { round } from "../words/numbers.js";
import { cdf, quantile } from "./normal.js";

export const LIMIT = 10; // where a model sets no limit of its own; a typed value may leave the slider's range up to it
/** Round a value that somebody asks for, and keep it within a model's limit, either sign. */
export const settle = (value, limit = LIMIT) => round(Math.min(limit, Math.max(-limit, value)));

/**
 * The range of a slider: where the data lies, a tenth wider on both sides, in whole tenths, with 0 always inside.
 * @param {[number, number]} range
 * @param {number} [limit] how far it may reach
 * @returns {[number, number]}
 */
export function sliderRange([low, high], limit = LIMIT) {
  const margin = 0.1 * (high - low);
  const least = Math.min(-1, Math.floor((low - margin) * 10) / 10);
  const most = Math.max(1, Math.ceil((high + margin) * 10) / 10);
  return [Math.max(-limit, least), Math.min(limit, most)];
}

const ARROW = 0.1;

/**
 * How far an arrow key goes along each dimension: a tenth where there is a prior, in whose standard deviations all codes are
 * told; elsewhere about a hundredth of where the data lies, 1, 2 or 5 times a power of ten and no less than a tenth.
 * @param {{prior?: string, range: [number, number][]}} latent
 * @returns {number[]}
 */
export const arrowsOf = ({ prior, range }) => range.map(([low, high]) => (prior === "none" ? Math.max(ARROW, roundStep((high - low) / 100)) : ARROW));

/** The number of the form 1, 2 or 5 times a power of ten that is nearest to a length, as ratios count. */
function roundStep(length) {
  if (!(length > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(length));
  const times = [1, 2, 5, 10].find((digit, i, all) => length / power <= Math.sqrt(digit * (all[i + 1] ?? 10)));
  return Number((times * power).toPrecision(3));
}

/**
 * `n` values along a range at multiples of a round step, with 0 among them: the finest tenth of which `n` are enough, or
 * where that is above 5 the finest whole number, above 50 the finest ten, and so on.
 * Where fewer fit into the range, the rest go on beyond the end that they leave least.
 * @param {[number, number]} range with 0 inside
 * @param {number} n
 * @param {number} [limit] how far they may go on
 */
export function roundSteps([low, high], n, limit = LIMIT) {
  const [least, most] = [low, high].map((end) => Math.round(end * 10)); // in tenths, which are exact
  const inside = (step) => Math.floor(most / step) - Math.ceil(least / step) + 1;
  const even = Math.max(1, Math.floor((most - least) / n));
  const finest = 10 ** Math.max(0, Math.floor(Math.log10(2 * even)) - 1);
  let step = Math.ceil(even / finest) * finest;
  while (inside(step) > n) step += finest;
  let [first, last] = [Math.ceil(least / step), Math.floor(most / step)];
  while (last - first + 1 < n) {
    const [above, below] = [(last + 1) * step, (first - 1) * step];
    if (below < -10 * limit || (above <= 10 * limit && above - most <= least - below)) last += 1;
    else first -= 1;
  }
  return Array.from({ length: n }, (_, i) => round(((first + i) * step) / 10));
}

/** Write a value as an axis does: one decimal and a true minus, the zero alone. */
export const tick = (value) => (value === 0 ? "0" : value.toFixed(1).replace("-", "−"));

/** The code `z` once for each value, with coordinate `dim` set to it. @returns {Float32Array} [n, d] */
export function traversal(z, dim, values) {
  const codes = new Float32Array(values.length * z.length);
  values.forEach((value, i) => {
    codes.set(z, i * z.length);
    codes[i * z.length + dim] = value;
  });
  return codes;
}

/** How far along a range a value lies: 0 at its start, 1 at its end, and no further. */
export const along = ([low, high], value) => Math.min(1, Math.max(0, (value - low) / (high - low)));

/**
 * Which value lies at a share of the way along an axis of the manifold grid, and back.
 * @typedef {{valueAt: (share: number) => number, shareOf: (value: number) => number, ticks: number[]}} Ruler
 */

/** Equal shares of a standard normal prior lie equally far apart. @type {Ruler} */
export const NORMAL = { valueAt: quantile, shareOf: cdf, ticks: [-2, -1, 0, 1, 2] };

/** Equal lengths lie equally far apart, from one end of where the data lies to the other. @param {[number, number]} range @returns {Ruler} */
export function straight([low, high]) {
  const length = Math.max(high - low, 1e-6);
  return { valueAt: (share) => low + share * length, shareOf: (value) => (value - low) / length, ticks: ticks(low, low + length, 5) };
}

/** The rulers of a plane: its prior's, or where it has none, straight ones. @param {{prior: string, range: [number, number][]}} latent */
export const rulersOf = ({ prior, range }) => (prior === "normal" ? [NORMAL, NORMAL] : range.slice(0, 2).map(straight));

/** The values in the middle of `n` equal shares of an axis. @param {Ruler} [ruler] */
export const quantiles = (n, ruler = NORMAL) => Array.from({ length: n }, (_, i) => ruler.valueAt((i + 0.5) / n));

const BOTH = [NORMAL, NORMAL];

/**
 * Codes of cells of the n x n manifold grid, numbered row by row from the top, where the second coordinate is highest.
 * @returns {Float32Array} [cells, 2]
 */
export function gridCodes(n, cells, [across, up] = BOTH) {
  const [columns, rows] = [quantiles(n, across), quantiles(n, up)];
  return Float32Array.from(cells.flatMap((cell) => [columns[cell % n], rows[n - 1 - Math.floor(cell / n)]]));
}

/** All cells of an n x n grid, those nearest to its middle first: that is where people look. */
export function fromTheMiddle(n) {
  const middle = (n - 1) / 2;
  const distance = (cell) => Math.hypot((cell % n) - middle, Math.floor(cell / n) - middle);
  return Array.from({ length: n * n }, (_, cell) => cell).sort((a, b) => distance(a) - distance(b));
}

/** The outermost share of an axis, on each side, that the manifold grid leaves out. */
const OUTSIDE = 0.005;

/** Say whether a code lies beyond the edge of the manifold grid. */
export const isOffGrid = (z, rulers = BOTH) =>
  z.some((value, i) => value > rulers[i].valueAt(1 - OUTSIDE) + 1e-3 || value < rulers[i].valueAt(OUTSIDE) - 1e-3);

/** The place of a code on the manifold grid: x to the right and y down, both in [0, 1]. */
export const placeOnGrid = ([z1, z2], [across, up] = BOTH) => {
  const within = (share) => Math.min(1, Math.max(0, share));
  return [within(across.shareOf(z1)), within(1 - up.shareOf(z2))];
};

/** The code at a place of the manifold grid, or at its edge where the place is outside. */
export function codeAt(x, y, [across, up] = BOTH) {
  const inside = (p) => Math.min(1 - OUTSIDE, Math.max(OUTSIDE, p));
  return [round(across.valueAt(inside(x))), round(up.valueAt(1 - inside(y)))];
}

/** How many pictures of `bytes` bytes to ask for at once, at most `most`: half of the frame that the server allows. */
export const rowsAtOnce = (bytes, most) => Math.max(1, Math.min(most, Math.floor((4 * 2 ** 20) / bytes)));

/** The distance between two codes. */
export const distance = (a, b) => Math.hypot(...a.map((value, i) => value - b[i]));
