/**
 * How wide the encoder's clouds are, class by class, and what a cloud costs. Pure functions.
 *
 * Kingma & Welling 2013, arXiv 1312.6114, appendix B.
 * @module
 */

import { differing, mean as meanOf } from "../../real/means.js";

/** The middle one of some numbers; of an even count the mean of the two in the middle. @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * The median spread of each class, over all its things and dimensions.
 * @param {{n: number, dims: number, spread: ArrayLike<number>, labels: ArrayLike<number>}} codes @param {number} classes
 */
export function widths({ n, dims, spread, labels }, classes) {
  const all = Array.from({ length: classes }, () => /** @type {number[]} */ ([]));
  for (let i = 0; i < n; i += 1) for (let d = 0; d < dims; d += 1) all[labels[i]]?.push(spread[i * dims + d]);
  return all.map(median);
}

/** The KL of each dimension of a cloud to the prior, nats. @param {number[]} mean @param {number[]} sigma */
export const costs = (mean, sigma) => mean.map((each, d) => 0.5 * (each * each + sigma[d] * sigma[d] - 2 * Math.log(sigma[d]) - 1));

/**
 * By how much a picture changes some spreads away, averaged over both sides of each axis.
 * @param {(z: number[]) => Float32Array} decode @param {{mean: number[], sigma: number[]}} cloud @param {number} steps
 */
export function change(decode, { mean, sigma }, steps) {
  const middle = decode(mean);
  const at = (axis, side) => decode(mean.map((each, d) => (d === axis ? each + side * steps * sigma[d] : each)));
  return meanOf(mean.flatMap((_, axis) => [-1, 1].map((side) => differing(at(axis, side), middle))));
}
