/**
 * How a digit is written: its lean and its ink, by its moments; and how well neighbours tell a code's class. Pure functions.
 * @module
 */

import { SIDE } from "../water/digits.js";

const NEIGHBOURS = 10;

/** How much ink a picture has, in white pixels. @param {Float32Array} grey */
export const inkOf = (grey) => grey.reduce((sum, each) => sum + each, 0);

/**
 * How far a picture leans to the right, degrees: the line through its middle that fits its rows, by second moments.
 * @param {Float32Array} grey @returns {{degrees: number, x: number, y: number}} x, y: the middle, in pixels
 */
export function leanOf(grey) {
  const ink = inkOf(grey);
  const [column, row] = [(i) => i % SIDE, (i) => Math.floor(i / SIDE)];
  const x = grey.reduce((sum, each, i) => sum + each * column(i), 0) / ink;
  const y = grey.reduce((sum, each, i) => sum + each * row(i), 0) / ink;
  const both = grey.reduce((sum, each, i) => sum + each * (column(i) - x) * (row(i) - y), 0);
  const down = grey.reduce((sum, each, i) => sum + each * (row(i) - y) ** 2, 0);
  return { degrees: (Math.atan(-both / down) * 180) / Math.PI, x, y };
}

/**
 * The share of codes whose class most of their ten nearest neighbours have; of classes that are equally many the first one counts.
 * @param {ArrayLike<number>} codes [n * dims] @param {ArrayLike<number>} labels [n] @param {number} dims
 */
export function toldByNeighbours(codes, labels, dims) {
  const n = labels.length;
  let right = 0;
  for (let i = 0; i < n; i += 1) {
    const far = new Float64Array(n);
    for (let k = 0; k < n; k += 1) for (let d = 0; d < dims; d += 1) far[k] += (codes[i * dims + d] - codes[k * dims + d]) ** 2;
    far[i] = Infinity;
    const limit = Float64Array.from(far).sort()[NEIGHBOURS - 1];
    const votes = new Map();
    for (let k = 0; k < n; k += 1) if (far[k] <= limit) votes.set(labels[k], (votes.get(labels[k]) ?? 0) + 1);
    const most = Math.max(...votes.values());
    const said = Math.min(...Array.from(votes).filter(([, count]) => count === most).map(([label]) => label));
    if (said === labels[i]) right += 1;
  }
  return right / n;
}
