/**
 * What is said of tastes that a person brings; a size of theirs is items by one.
 * @module
 */

import { several } from "../../shared/words/numbers.js";

const counted = (n) => several(n, "taste");
const itemWords = ([size]) => (size ? several(size.height, "item") : "");

/** @type {import("./kinds.js").Words} */
export const TASTES = {
  title: "Tastes",
  nouns: "tastes",
  drawn: true,
  files: ["What people like comes as a ", ["b", {}, ".csv"], " with the columns user and item, and rating (0 to 5) where there are stars."],
  counted,
  found: ({ sizes }) => `of ${itemWords(sizes)}`,
  sum: ({ sizes }, { train, test }) => `${counted(train)} of ${itemWords(sizes)} to train on, ${test} held out.`,
  kept: ({ shape }) => (shape ? itemWords([{ height: shape[0] }]) : ""),
  address: () => ({}),
};
