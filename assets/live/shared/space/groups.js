/**
 * Groups of points: who is in a lasso, what they have in common, and the direction from one group to another. Pure functions.
 * @module
 */

import { draw, seeded } from "./normal.js";

const CORNER = 3; // pixels between two corners of a lasso: finer than a hand draws
const CLICK = 6; // pixels: what is smaller in both directions was a click
export const DIRECTIONS = 200; // random ones, against which a direction is held: enough for a 95 % quantile

/** Say whether a place is inside a polygon, by the parity of the edges to its right. */
export function inPolygon(polygon, [x, y]) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const [[x1, y1], [x2, y2]] = [polygon[i], polygon[j]];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
  }
  return inside;
}

/**
 * The numbers of the points inside a polygon; hidden ones are left out.
 * @param {Float32Array} xy [2N], points without a place are NaN
 * @param {[number, number][]} polygon in the same units
 * @param {Uint8Array | null} [levels] 0 where a point is hidden
 */
export function select(xy, polygon, levels = null) {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const chosen = [];
  for (let i = 0; i < xy.length / 2; i += 1) {
    const [x, y] = [xy[2 * i], xy[2 * i + 1]];
    if (!(x >= left && x <= right && y >= bottom && y <= top) || levels?.[i] === 0) continue;
    if (inPolygon(polygon, [x, y])) chosen.push(i);
  }
  return Int32Array.from(chosen);
}

/**
 * @typedef {object} Summary
 * @property {number} count
 * @property {{label: number, count: number}[]} mix the classes, the largest first; empty where there are no labels
 * @property {Float32Array} mean [d]
 * @property {Float32Array} sd [d] standard deviations, of n - 1; zeros for one point
 * @property {number} spread root mean square distance to the mean
 * @property {number} radius the distance from the mean within which 95 % of them lie
 */

/**
 * Tell a group in figures, from the means of its points' posteriors.
 * @param {ArrayLike<number>} indices at least one
 * @param {{dims: number, centre: Float32Array, labels: Int32Array | null}} codes
 * @returns {Summary}
 */
export function summary(indices, { dims, centre: codes, labels }) {
  const mean = meanOf(indices, codes, dims);
  const squares = new Float64Array(dims);
  const distances = Float64Array.from(indices, (i) => {
    let sum = 0;
    for (let k = 0; k < dims; k += 1) {
      const square = (codes[i * dims + k] - mean[k]) ** 2;
      squares[k] += square;
      sum += square;
    }
    return Math.sqrt(sum);
  }).sort();
  const n = indices.length;
  return {
    count: n,
    mix: mixOf(indices, labels),
    mean: Float32Array.from(mean),
    sd: Float32Array.from(squares, (sum) => (n > 1 ? Math.sqrt(sum / (n - 1)) : 0)),
    spread: Math.sqrt(squares.reduce((a, b) => a + b, 0) / n),
    radius: distances[Math.ceil(0.95 * n) - 1],
  };
}

function meanOf(indices, codes, dims) {
  const mean = new Float64Array(dims);
  for (let j = 0; j < indices.length; j += 1) {
    for (let k = 0; k < dims; k += 1) mean[k] += codes[indices[j] * dims + k];
  }
  return mean.map((sum) => sum / indices.length);
}

function mixOf(indices, labels) {
  if (!labels) return [];
  const counts = new Map();
  for (let j = 0; j < indices.length; j += 1) counts.set(labels[indices[j]], (counts.get(labels[indices[j]]) ?? 0) + 1);
  return [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count || a.label - b.label);
}

/**
 * @typedef {object} Direction
 * @property {Float32Array} vector [d] the mean of `b` less the mean of `a`
 * @property {number} length
 * @property {number | null} strength standard deviations between the two means, or null where that cannot be said
 * @property {{median: number, p95: number} | null} random the same along random directions
 * @property {number | null} exceeds share of random directions that are weaker
 * @property {number | null} chance the strength that two groups of these sizes have about when nothing parts them
 */

/**
 * The direction from group `a` to group `b`, and how strongly it parts them.
 *
 * The vector is the difference of their mean codes: an attribute vector (Larsen et al. 2016, arXiv 1512.09300; White 2016,
 * arXiv 1609.04468). Its strength is Cohen's d of the codes projected on it: the distance of the means over the pooled
 * standard deviation within the groups (Cohen 1988, Statistical power analysis for the behavioral sciences, section 2.2).
 * The same is computed along 200 random directions, always the same ones.
 *
 * Few points in many dimensions have different means by chance alone, so `chance` goes with it: where both groups are
 * draws of one normal distribution with covariance S, the difference of the means has covariance c S with
 * c = 1 / n_a + 1 / n_b, and its strength is about sqrt(c) tr(S) / sqrt(tr(S^2)).
 * @param {ArrayLike<number>} a numbers of points
 * @param {ArrayLike<number>} b
 * @param {{dims: number, centre: Float32Array}} codes
 * @param {number} [seed]
 * @returns {Direction}
 */
export function direction(a, b, { dims, centre: codes }, seed = 1) {
  const [from, to] = [meanOf(a, codes, dims), meanOf(b, codes, dims)];
  const vector = to.map((value, k) => value - from[k]);
  const length = Math.hypot(...vector);
  const within = covarianceWithin([[a, from], [b, to]], codes, dims);
  const apart = (u) => Math.abs(dot(vector, u)) / Math.sqrt(variance(within, u));
  const strength = apart(vector);
  const told = { vector: Float32Array.from(vector), length, strength: null, random: null, exceeds: null, chance: null };
  if (a.length + b.length < 3 || !Number.isFinite(strength)) return told;
  const random = seeded(seed);
  const others = Float64Array.from({ length: DIRECTIONS }, () => apart(draw(dims, random))).sort();
  const at = (share) => others[Math.min(DIRECTIONS - 1, Math.floor(share * DIRECTIONS))];
  const scale = Math.sqrt(1 / a.length + 1 / b.length);
  return {
    ...told,
    strength,
    random: { median: at(0.5), p95: at(0.95) },
    exceeds: others.filter((other) => other < strength).length / DIRECTIONS,
    chance: (scale * trace(within, dims)) / Math.sqrt(dot(within, within)),
  };
}

/** The code `z` and `amount` times the direction. @returns {Float32Array} */
export const applied = (z, vector, amount) => Float32Array.from(z, (value, k) => value + amount * vector[k]);

const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** The variance along u, of any length: it cancels in a strength, which has u once above and once below. */
function variance(covariance, u) {
  const dims = u.length;
  let sum = 0;
  for (let i = 0; i < dims; i += 1) {
    let row = 0;
    for (let j = 0; j < dims; j += 1) row += covariance[i * dims + j] * u[j];
    sum += u[i] * row;
  }
  return Math.max(0, sum);
}

const trace = (matrix, dims) => Array.from({ length: dims }, (_, k) => matrix[k * dims + k]).reduce((a, b) => a + b, 0);

/** The pooled covariance of groups about their own means, [d, d], over the number of points less that of groups. */
function covarianceWithin(groups, codes, dims) {
  const sums = new Float64Array(dims * dims);
  const off = new Float64Array(dims);
  let freedom = 0;
  for (const [indices, mean] of groups) {
    freedom += indices.length - 1;
    for (let n = 0; n < indices.length; n += 1) {
      for (let k = 0; k < dims; k += 1) off[k] = codes[indices[n] * dims + k] - mean[k];
      for (let i = 0; i < dims; i += 1) {
        for (let j = 0; j <= i; j += 1) sums[i * dims + j] += off[i] * off[j];
      }
    }
  }
  for (let i = 0; i < dims; i += 1) {
    for (let j = 0; j <= i; j += 1) sums[i * dims + j] = sums[j * dims + i] = sums[i * dims + j] / freedom;
  }
  return sums;
}

/** A lasso: the way of a pointer around points, in the pixels of the screen. */
export class Lasso {
  /** @type {[number, number][]} the corners so far; empty where none is drawn */
  path = [];

  begin(x, y) {
    this.path = [[x, y]];
  }

  /** Go on to a place. @returns {boolean} whether it is a new corner */
  move(x, y) {
    const last = this.path.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) < CORNER) return false;
    this.path.push([x, y]);
    return true;
  }

  /** Close it. @returns {[number, number][] | null} its corners, or null where it was a click */
  end() {
    const { path } = this;
    this.path = [];
    const size = [0, 1].map((side) => {
      const values = path.map((corner) => corner[side]);
      return Math.max(...values) - Math.min(...values);
    });
    return path.length < 3 || Math.max(...size) < CLICK ? null : path;
  }
}
