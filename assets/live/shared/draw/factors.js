/**
 * What things were drawn from, where that is known, as what colours points. Pure.
 * @module
 */

import { figure } from "../words/numbers.js";

/**
 * @typedef {object} Factor
 * @property {string} name @property {boolean} round whether it is an angle
 * @property {Float32Array} values [P]
 */

/**
 * Take the factors out of what the server sends, but for one that the classes tell already.
 * @param {{name: string, round: boolean}[]} named @param {ArrayLike<number> | null} values [P, F] @param {ArrayLike<number> | null} labels [P]
 * @returns {Factor[]}
 */
export function factorsOf(named, values, labels) {
  if (!values) return [];
  const count = values.length / named.length;
  const column = (at) => Float32Array.from({ length: count }, (_, i) => values[i * named.length + at]);
  const all = named.map(({ name, round }, at) => ({ name, round, values: column(at) }));
  return all.filter((factor) => !labels || factor.values.some((value, i) => Math.round(value) !== labels[i] || value % 1));
}

/** From where to where a factor goes. @param {Factor} factor @returns {[number, number]} */
export function rangeOf({ values, round }) {
  if (round) return [0, 2 * Math.PI];
  return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
}

/** What a factor's value is called: an angle in degrees, anything else as a figure. @param {number} value @param {boolean} round */
export const factorText = (value, round) => (round ? `${Math.round((180 * value) / Math.PI)}°` : figure(value));
