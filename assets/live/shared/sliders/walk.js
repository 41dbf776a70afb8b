/**
 * What a strip goes along: a dimension from one end of its range to the other, or all ways of a choice. Pure.
 * @module
 */

import { choiceOf, chosen, wayOf, waysAround } from "../space/chosen.js";
import { roundSteps, sliderRange, tick, traversal } from "../space/geometry.js";
import { signed } from "../words/numbers.js";
import { titleOf } from "./choicerows.js";
import { calledInFull } from "./slidername.js";

const PICTURES = 11;

/**
 * name: what it goes along; says: what else is to be said of it; values: one for each picture; ticks: these in words; codes:
 * those of the pictures, around a code; at: the value of a code; to: a code with another value; text: where a code lies, in
 * words; within: whether a dimension belongs to it.
 * @typedef {{name: string, says: string, values: number[], ticks: string[], codes: (z: number[]) => Float32Array, at: (z: number[]) => number,
 *   to: (z: number[], value: number) => number[], text: (value: number) => string, within: (dim: number) => boolean}} Walk
 */

/**
 * @param {number} dim
 * @param {any} latent
 * @param {string[]} [names] of the dimensions
 * @param {number} [pictures] along a dimension; of a choice there is one for each way
 * @returns {Walk}
 */
export function walkOf(dim, latent, names, pictures = PICTURES) {
  const choice = choiceOf(latent.choices ?? [], dim);
  return choice ? overWays(choice, latent) : alongDimension(dim, latent, names, pictures);
}

/** What a walk goes along. @param {number} dim @param {any} latent @returns {string} */
export function walkedAlong(dim, latent) {
  const choice = choiceOf(latent.choices ?? [], dim);
  return choice ? titleOf(latent, choice) : calledInFull(latent.names, dim);
}

/** The dimensions that walks can go along, one for each choice, in the order of what they carry. @param {any} latent @returns {number[]} */
export function walksOf({ order, choices = [] }) {
  return order.filter((dim) => (choiceOf(choices, dim) ?? [dim])[0] === dim);
}

function alongDimension(dim, { range, dead, limit }, names, pictures) {
  const values = roundSteps(sliderRange(range[dim], limit), pictures, limit);
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
