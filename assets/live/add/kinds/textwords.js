/**
 * What is said of words that a person brings; a size of theirs is places by symbols, the end among both.
 * @module
 */

import { count, several } from "../../shared/words/numbers.js";

/** Say how long words are, and of what alphabet. @param {{height: number, width: number}[]} sizes */
export function spellingWords([size]) {
  return size ? `up to ${several(size.height - 1, "letter")} of an alphabet of ${count(size.width - 1)}` : "";
}

const counted = (n) => several(n, "word");

/** @type {import("./kinds.js").Words} */
export const TEXT = {
  title: "Words",
  nouns: "words",
  drawn: true,
  files: ["Words come as a ", ["b", {}, ".txt"], " with one in each line. "],
  counted,
  found: ({ sizes }) => `all of ${spellingWords(sizes)}`,
  sum: ({ sizes }, { train, test }) => `${counted(train)} of ${spellingWords(sizes)} to train on, ${count(test)} held out.`,
  kept: ({ shape }) => (shape ? spellingWords([{ height: shape[0], width: shape[1] }]) : ""),
  address: () => ({}),
};
