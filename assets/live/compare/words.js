/**
 * What the page says. Pure functions.
 * @module
 */

import { figure, several } from "../shared/words/numbers.js";

const DASH = "–";

/** A figure of the table as it is read: a dash where there is none. @param {string} name @param {number | null | undefined} value */
export function sayFigure(name, value) {
  if (value === null || value === undefined) return DASH;
  if (Number.isInteger(value) || ["beta", "seed", "dims"].includes(name)) return String(value).replace("-", "−");
  const digits = Math.abs(value) >= 10 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
}

/** The models with the best value of a figure; none where neither direction is better, or all have the same. @returns {number[]} */
export function bestOf(values, better) {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (!better || known.length < 2) return [];
  const best = better === "lower" ? Math.min(...known) : Math.max(...known);
  const found = values.flatMap((value, i) => (value === best ? [i] : []));
  return found.length === known.length ? [] : found;
}

/** What to look for. @param {{noun: string}} words what is given to the models @param {{noun: string}} drawn what they draw */
export const lead = ({ noun }, { noun: drawn }) =>
  `See which ${drawn} keeps more of the ${noun}, and on which map each class lies together: all of them follow the same hand.`;

/** Why a model shows nothing here, in a calm sentence. */
export const LACKS = {
  encode: (name) => `${name} has no encoder: it cannot look at an image.`,
  draw: (name) => `${name} has no prior: nothing says where to draw from.`,
  codes: (name) => `${name} keeps no test codes, so it has no map.`,
};

/**
 * What a model made of an image, a line each: its error, and what the image costs, the same of all models in the same line.
 * @param {object} made
 * @param {number | null} made.error in `unit` @param {string} made.unit
 * @param {number | null} made.reconstruction @param {number | null | undefined} made.elbo −ELBO; nats, null where it is not
 *   known, undefined where this model has none and another one has
 * @returns {string[]}
 */
export function sayMade({ error, unit, reconstruction, elbo }) {
  const said = [];
  if (error !== null) said.push(`error ${figure(error)}${unit ? ` ${unit}` : ""}`);
  if (reconstruction !== null) said.push(`reconstruction ${figure(reconstruction)} nats`);
  if (elbo === undefined) said.push("no −ELBO");
  else if (elbo !== null) said.push(`−ELBO ${figure(elbo)} nats`);
  return said;
}

/** How many things a lasso or a class holds. */
export function sayChosen(count, nouns, parts) {
  const of = parts.map(({ name, count: n }) => `${n} of ${/^\d+$/.test(name) ? `class ${name}` : name}`).join(", ");
  return `${several(count, nouns.replace(/s$/, ""))} ${count === 1 ? "stands" : "stand"} out on each map${of ? `: ${of}` : ""}.`;
}
