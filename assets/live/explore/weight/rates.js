/**
 * A code rounded to a grid: where it then lies, how many bits that takes, and how near what it draws is. As in
 * vae/coding/coarse.py.
 * @module
 */

import { cdf } from "../../shared/space/normal.js";

export const FINEST = 0.05; // of a standard deviation of the prior
export const COARSEST = 4;
export const STEPS = 60; // of the slider, from the coarsest to the finest, each the same share finer

/** The width of a cell at a place of the slider, 0 to `STEPS`. */
export const stepAt = (place) => COARSEST * (FINEST / COARSEST) ** (place / STEPS);

/** A code at the middles of its cells. @param {ArrayLike<number>} z */
export const rounded = (z, step) => Array.from(z, (value) => Math.round(value / step) * step);

/** −log2 of the share of the prior in the cells that a code lies in. @param {ArrayLike<number>} z */
export function bitsOf(z, step) {
  return Array.from(z).reduce((sum, value) => {
    const middle = Math.abs(Math.round(value / step)) * step;
    return sum - Math.log2(Math.max(cdf(step / 2 - middle) - cdf(-step / 2 - middle), Number.MIN_VALUE));
  }, 0);
}

/** The peak signal-to-noise ratio of two pictures, in dB; infinite where they are equal. @param {Uint8Array} a @param {Uint8Array} b */
export function psnr(a, b) {
  const squared = a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
  return 10 * Math.log10(255 ** 2 / squared);
}
