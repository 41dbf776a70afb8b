/**
 * Pictures of a ladder's codes, one floor or one number of them drawn anew, and a small reader that says which digit each is. Pure.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { bytes } from "../../../shared/wire/base64.js";
import { chance } from "../../frame/chance.js";

export const PICTURES = 40;
export const NUMBERS = 16;
/** The numbers of each floor. */
export const FLOORS = { upper: [0, 1, 2, 3, 4, 5, 6, 7], lower: [8, 9, 10, 11, 12, 13, 14, 15] };
export const SEEN = 0.005; // of white: a change below it is not seen

const REDRAWN = 100; // apart from the seed of what is redrawn from

/** Codes, the same for the same seed. @param {number} seed @returns {number[][]} [PICTURES][NUMBERS] */
export function codes(seed) {
  const random = chance(seed);
  return Array.from({ length: PICTURES }, () => draw(NUMBERS, random));
}

/** Codes of which some numbers are drawn anew. @param {number[][]} from @param {number[]} which @param {number} seed */
export function redrawn(from, which, seed) {
  const anew = codes(REDRAWN + seed);
  return from.map((z, i) => z.map((each, d) => (which.includes(d) ? anew[i][d] : each)));
}

/** How much pictures change: root of the mean square over all pixels, of white. @param {Float32Array[]} from @param {Float32Array[]} to */
export function change(from, to) {
  const sum = from.reduce((all, grey, i) => all + grey.reduce((some, each, k) => some + (each - to[i][k]) ** 2, 0), 0);
  return Math.sqrt(sum / (from.length * from[0].length));
}

/** A reader of digits. @param {{weights: {most: number, bytes: string}, biases: number[]}} file @returns {(grey: Float32Array) => number} */
export function readerOf({ weights: { most, bytes: text }, biases }) {
  const weights = new Int8Array(bytes(text).buffer);
  const logit = (grey, k) => grey.reduce((sum, each, i) => sum + each * most * weights[k * grey.length + i], biases[k]);
  return (grey) => {
    const logits = biases.map((_, k) => logit(grey, k));
    return logits.indexOf(Math.max(...logits));
  };
}
