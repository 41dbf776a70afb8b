/**
 * Why something cannot be chosen for a data set of one's own, in a sentence.
 * @module
 */

import { nameProblem as problemOf } from "../shared/words/names.js";

/** Say why a set cannot be called so, or an empty string where it can. @param {string} name @param {string[]} taken */
export const nameProblem = (name, taken) => problemOf(name, taken, "a data set");

/** Say why a number cannot be chosen, or an empty string. @param {number} value @param {[number, number]} range */
export function numberProblem(value, [low, high], whole = true) {
  const fits = Number.isFinite(value) && value >= low && value <= high && (!whole || Number.isInteger(value));
  return fits ? "" : `${whole ? "A whole number" : "A number"} from ${low.toLocaleString("en-GB")} to ${high.toLocaleString("en-GB")}.`;
}
