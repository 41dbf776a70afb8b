/**
 * What is said of molecules that a person brings; a size of theirs is places by symbols, the end among both.
 * @module
 */

import { count, several } from "../../shared/words/numbers.js";

/** Say how long molecules are, and in how many symbols they are spelt. @param {{height: number, width: number}[]} sizes */
export function spellingWords([size]) {
  return size ? `up to ${several(size.height - 1, "symbol")} of ${count(size.width - 1)} that they have` : "";
}

const counted = (n) => several(n, "molecule");

/** @type {import("./kinds.js").Words} */
export const MOLECULES = {
  title: "Molecules",
  nouns: "molecules",
  drawn: true,
  files: ["Molecules come as a ", ["b", {}, ".smi"], " with a SMILES in each line, or as a .csv with a column of that name. "],
  counted,
  found: ({ sizes }) => `all of ${spellingWords(sizes)}`,
  sum: ({ sizes }, { train, test }) => `${counted(train)} of ${spellingWords(sizes)} to train on, ${count(test)} held out.`,
  kept: ({ shape }) => (shape ? spellingWords([{ height: shape[0], width: shape[1] }]) : ""),
  address: () => ({}),
};
