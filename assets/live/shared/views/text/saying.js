/**
 * A word in words: how it reads, where it is least sure, and what else may stand at a place.
 * @module
 */

import { several } from "../../words/numbers.js";
import { lettersOf, likelyAt } from "./reading.js";

const SURE = 0.95; // from here on a letter is taken for granted

const percent = (share) => (share >= 0.995 ? "100 %" : `${Math.round(100 * share)} %`);
const name = (text) => text || "the end";

/**
 * Say a word in one sentence, for those who do not see it: "emma", "emma, least sure of letter 2: m at 54 %".
 * @param {Uint8Array} array [L, V] @param {string[]} symbols
 * @param {string} element what it is made of @param {string} between what stands between them
 */
export function sayWord(array, symbols, element = "letter", between = "") {
  const letters = lettersOf(array, symbols);
  if (!letters.length) return `no ${element} at all`;
  const word = letters.map(({ text }) => text).join(between);
  const lost = letters.filter(({ known }) => !known).length;
  if (lost) return `${word}, ${several(lost, element)} not known`;
  const least = letters.reduce((a, b) => (b.share < a.share ? b : a));
  if (least.share >= SURE) return word;
  return `${word}, least sure of ${element} ${1 + letters.indexOf(least)}: ${least.text} at ${percent(least.share)}`;
}

/** Name a place. @param {number} place from 0 on */
export const sayPlace = (place, element = "letter") => `${element} ${place + 1}`;

/**
 * Say what may stand at a place: "letter 2: m 54 %, l 31 %, the end 9 %".
 * @param {Uint8Array} array [L, V] @param {number} place @param {string[]} symbols
 */
export function sayAt(array, place, symbols, element = "letter") {
  const likely = likelyAt(array, place, symbols);
  if (!likely.length) return `${sayPlace(place, element)}: not known`;
  return `${sayPlace(place, element)}: ${likely.map(({ text, share }) => `${name(text)} ${percent(share)}`).join(", ")}`;
}
