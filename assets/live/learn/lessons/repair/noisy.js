/**
 * Noise on a picture, filters against it, and how near a picture comes to another. Pure functions.
 * @module
 */

import { differing } from "../../real/means.js";
import { SIDE } from "../water/digits.js";

/** Standard deviations of the noise, white being 1. */
export const AMOUNTS = Array.from({ length: 16 }, (_, i) => (i + 1) / 20);

const BLURS = [0.5, 0.7, 1, 1.4, 2]; // standard deviations in pixels
const REACH = 4; // standard deviations, after which a blur ends

/** A picture with noise, within black and white, in the grey levels of a byte. @param {Float32Array} grey @param {number[]} noise */
export const noisy = (grey, noise, amount) =>
  Float32Array.from(grey, (each, i) => Math.round(255 * Math.min(1, Math.max(0, each + amount * noise[i]))) / 255);

/** How near one picture is to another, dB: 6 more is half the error. */
export const psnr = (one, other) => -20 * Math.log10(differing(one, other));

/** A place beyond an edge is mirrored at it. */
const inside = (i) => (i < 0 ? -1 - i : i >= SIDE ? 2 * SIDE - 1 - i : i);

/** Each pixel the mean of those around, weighed by a bell. @param {Float32Array} grey @param {number} sigma pixels */
export function blurred(grey, sigma) {
  const reach = Math.floor(REACH * sigma + 0.5);
  const bell = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const sum = bell.reduce((a, b) => a + b);
  const along = (from, place) => Float32Array.from(from, (_, i) => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    return bell.reduce((all, weight, k) => all + (weight / sum) * from[place(row, column, k - reach)], 0);
  });
  const across = along(grey, (row, column, by) => row * SIDE + inside(column + by));
  return along(across, (row, column, by) => inside(row + by) * SIDE + column);
}

/** Each pixel the middle one of the nine around it, by their greys. @param {Float32Array} grey */
export const medians = (grey) => Float32Array.from(grey, (_, i) => {
  const [row, column] = [Math.floor(i / SIDE), i % SIDE];
  const nine = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => grey[inside(row + down) * SIDE + inside(column + right)]));
  return nine.sort((a, b) => a - b)[4];
});

/** The filter's picture that comes nearest to the original: it is chosen by one who knows that. */
export function bestFilter(original, spoiled) {
  const tried = [medians(spoiled), ...BLURS.map((sigma) => blurred(spoiled, sigma))];
  return tried.reduce((best, each) => (psnr(each, original) > psnr(best, original) ? each : best));
}
