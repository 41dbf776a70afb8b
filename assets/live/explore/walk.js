/**
 * What the strip goes along: a dimension from one end of its range to the other, or all ways of a choice. Pure.
 * @module
 */

import { choiceOf, chosen, wayOf, waysAround } from "../shared/space/chosen.js";
import { titleOf } from "../shared/sliders/choicerows.js";
import { roundSteps, sliderRange, tick, traversal } from "../shared/space/geometry.js";
import { calledInFull } from "../shared/sliders/slidername.js";
import { signed } from "../shared/words/numbers.js";

export const PICTURES = 11;

/**
 * name: what it goes along; says: what else is to be said of it; values: one for each picture; ticks: these in words; codes:
 * those of the pictures, around a code; at: the value of a code; to: a code with another value; text: where a code lies, in
 * words; within: whether a dimension belongs to it.
 * @typedef {{name: string, says: string, values: number[], ticks: string[], codes: (z: number[]) => Float32Array, at: (z: number[]) => number,
 *   to: (z: number[], value: number) => number[], text: (value: number) => string, within: (dim: number) => boolean}} Walk
 */

/** @param {number} dim @param {any} latent @param {string[]} [names] of the dimensions @returns {Walk} */
export function walkOf(dim, latent, names) {
  const choice = choiceOf(latent.choices ?? [], dim);
  return choice ? overWays(choice, latent) : alongDimension(dim, latent, names);
}

function alongDimension(dim, { range, dead, limit }, names) {
  const values = roundSteps(sliderRange(range[dim], limit), PICTURES, limit);
  const name = calledInFull(names, dim);
  return {
    name,
    says: dead[dim] ? "nothing changes: this dimension is dead" : "the other dimensions stay where they are; a click goes there",
    values,
    ticks: values.map(tick),
    codes: (z) => traversal(z, dim, values),
    at: (z) => z[dim],
    to: (z, value) => z.map((old, i) => (i === dim ? value : old)),
    text: (value) => `${name} = ${signed(value)}`,
    within: (other) => other === dim,
  };
}

function overWays(choice, latent) {
  const [first, end] = choice;
  const values = Array.from({ length: end - first }, (_, way) => way);
  const name = titleOf(latent, choice);
  return {
    name,
    says: latent.dead[first] ? "nothing changes: this choice is dead" : "the other choices stay as they are; a click chooses",
    values,
    ticks: values.map((way) => String(way + 1)),
    codes: (z) => waysAround(z, choice),
    at: (z) => wayOf(z, choice),
    to: (z, way) => chosen(z, choice, way),
    text: (way) => `${name}: way ${way + 1} of ${values.length}`,
    within: (other) => first <= other && other < end,
  };
}
