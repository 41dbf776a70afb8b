/**
 * Choices that are softened by a temperature so that a gradient goes through them. Pure functions.
 *
 * Jang, Gu & Poole 2016, arXiv 1611.01144; Maddison, Mnih & Teh 2016, arXiv 1611.00712.
 * @module
 */

import { chance } from "../../frame/chance.js";

export const SAMPLES = 300;
export const CLASSES = ["A", "B", "C"];

/** Gumbel noise, −log(−log u), the same for the same seed. @returns {number[][]} [SAMPLES][n] */
export function gumbels(seed, n) {
  const random = chance(seed);
  return Array.from({ length: SAMPLES }, () => Array.from({ length: n }, () => -Math.log(-Math.log(random()))));
}

/** softmax((logits + noise) / temperature). @param {number[]} logits @param {number[]} noise @returns {number[]} */
export function softened(logits, noise, temperature) {
  const raised = logits.map((each, i) => (each + noise[i]) / temperature);
  const most = Math.max(...raised);
  const powers = raised.map((each) => Math.exp(each - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((each) => each / sum);
}

/** The number of the largest share. @param {number[]} shares */
export const winnerOf = (shares) => shares.indexOf(Math.max(...shares));

/** How much the first share changes with the first logit. @param {number[]} shares */
export const slopeOf = ([first], temperature) => (first * (1 - first)) / temperature;

/** What so large a part of some numbers lies below. @param {number[]} values @param {number} part in [0, 1] */
export const quantileOf = (values, part) => [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))];
