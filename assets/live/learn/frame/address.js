/**
 * A lesson's state in the address: ?lesson=gap&said=b,a&step=1&seed=4, and numbers of the lesson's own. Pure functions.
 * @module
 */

import { round } from "../../shared/words/numbers.js";

const LETTERS = "abcd";
const SHOWN = "-"; // was shown without an answer

/** @typedef {{said: (number | null)[], step: number}} Answers numbers of the options chosen, null: none was; how many questions are revealed */

/** The letter of an option. @param {number | null} option */
export const letterOf = (option) => (option === null ? SHOWN : LETTERS[option]);

/**
 * Read what was answered; what cannot be had is as if it were not there.
 * @param {string} search @param {number[]} counts of the options of each question @returns {Answers}
 */
export function readAnswers(search, counts) {
  const asked = new URLSearchParams(search);
  const said = [];
  for (const [i, letter] of (asked.get("said") ?? "").split(",").slice(0, counts.length).entries()) {
    const option = LETTERS.indexOf(letter);
    if (letter === SHOWN) said.push(null);
    else if (letter && option >= 0 && option < counts[i]) said.push(option);
    else break;
  }
  const step = /^\d$/.test(asked.get("step") ?? "") ? Number(asked.get("step")) : 0;
  return { said, step: Math.min(step, said.length) };
}

/** A number of the lesson's own within its bounds, or `otherwise`. */
export function readNumber(search, name, low, high, otherwise) {
  const text = new URLSearchParams(search).get(name) ?? "";
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) && value >= low && value <= high ? value : otherwise;
}

/**
 * Put the state into an address, leaving what else it carries.
 * @param {string} href @param {Answers} answers @param {Record<string, number | string | null>} own null: as it is at first, and left out
 */
export function withState(href, { said, step }, own) {
  const url = new URL(href);
  for (const name of ["said", "step", ...Object.keys(own)]) url.searchParams.delete(name);
  const parts = [];
  if (said.length) parts.push(`said=${said.map(letterOf).join(",")}`);
  if (step) parts.push(`step=${step}`);
  for (const [name, value] of Object.entries(own)) if (value !== null) parts.push(`${name}=${typeof value === "number" ? round(value) : value}`);
  const rest = url.searchParams.toString();
  url.search = [rest, ...parts].filter(Boolean).join("&"); // by hand: URLSearchParams would write each comma as %2C
  return url.href;
}
