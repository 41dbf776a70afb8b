/**
 * Codes of choices: each choice is some coordinates next to each other, the shares of its ways; 1 for the one that is chosen and
 * 0 for the others. Pure.
 * @module
 */

import { cdf } from "./normal.js";

/** Where a choice's ways begin and end in the code. @typedef {[number, number]} Choice */

/** The way that has the largest share, counted from 0. @param {ArrayLike<number>} z @param {Choice} choice */
export function wayOf(z, [first, end]) {
  let way = 0;
  for (let i = 1; i < end - first; i += 1) if (z[first + i] > z[first + way]) way = i;
  return way;
}

/** The code in which a choice is one of its ways, and all others stay. @param {number[]} z @param {Choice} choice @returns {number[]} */
export const chosen = (z, [first, end], way) => z.map((each, i) => (i < first || i >= end ? each : Number(i === first + way)));

/** The choice that a dimension is a way of. @param {Choice[]} choices @param {number} dim */
export const choiceOf = (choices, dim) => choices.find(([first, end]) => first <= dim && dim < end);

/**
 * A code drawn by standard normal noise: the largest of the logarithms of the shares and Gumbel noise, choice by choice.
 * Jang, Gu & Poole 2017, arXiv 1611.01144, equation 1.
 * @param {number[]} shares how likely each way is
 * @param {number[]} noise
 * @param {Choice[]} choices
 */
export function drawnChoices(shares, noise, choices) {
  const reached = shares.map((share, i) => Math.log(share) - Math.log(-Math.log(cdf(noise[i]))));
  return choices.reduce((z, choice) => chosen(z, choice, wayOf(reached, choice)), shares);
}

/** The codes of all ways of one choice, the others as they are. @param {number[]} z @param {Choice} choice @returns {Float32Array} [ways, d] */
export function waysAround(z, choice) {
  const ways = choice[1] - choice[0];
  const codes = new Float32Array(ways * z.length);
  for (let way = 0; way < ways; way += 1) codes.set(chosen(z, choice, way), way * z.length);
  return codes;
}
