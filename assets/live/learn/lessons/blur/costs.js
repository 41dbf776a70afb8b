/**
 * What one grey costs where a stroke is there in some pictures and not in others; and pixels drawn by their probabilities. Pure functions.
 * @module
 */

import { chance } from "../../frame/chance.js";
import { SIDE } from "../water/digits.js";

const TINY = 1e-3; // from black and white, where cross entropy has no bounds

const entropy = (share, grey) => -share * Math.log(grey) - (1 - share) * Math.log(1 - grey);

/**
 * What a grey costs on average, where a share of the pictures is white there and the rest black.
 * @type {Record<string, (share: number, grey: number) => number>}
 */
export const COSTS = {
  entropy: (share, grey) => entropy(share, Math.min(1 - TINY, Math.max(TINY, grey))),
  squared: (share, grey) => share * (1 - grey) ** 2 + (1 - share) * grey ** 2,
  absolute: (share, grey) => share * (1 - grey) + (1 - share) * grey,
};

/** Each pixel black or white, white by its grey. @param {Float32Array} grey @param {number} seed */
export function drawnPixels(grey, seed) {
  const random = chance(seed);
  return grey.map((each) => Number(random() < each));
}

/** Each pixel black or white, whichever is nearer. @param {Float32Array} grey */
export const cut = (grey) => grey.map((each) => Number(each > 0.5));

/** How often a pixel and the next, to the right or below, are on different sides of middle grey. @param {Float32Array} grey */
export function edges(grey) {
  const white = (row, column) => grey[row * SIDE + column] > 0.5;
  let count = 0;
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      if (column + 1 < SIDE && white(row, column) !== white(row, column + 1)) count += 1;
      if (row + 1 < SIDE && white(row, column) !== white(row + 1, column)) count += 1;
    }
  }
  return count;
}
