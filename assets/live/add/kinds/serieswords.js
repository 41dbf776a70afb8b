/**
 * What is said of series that a person brings; a size of theirs is samples by channels.
 * @module
 */

import { count, several } from "../../shared/words/numbers.js";

/** Say how long series are, and of how many channels. @param {import("../words.js").Preview["sizes"]} sizes [samples, channels] */
export function lengthWords([size]) {
  if (!size) return "";
  return `${several(size.height, "sample")}${size.width > 1 ? ` in ${count(size.width)} channels` : ""}`;
}

const counted = (n) => `${count(n)} series`;

/** @type {import("./kinds.js").Words} */
export const SERIES = {
  title: "Series",
  nouns: "series",
  drawn: true,
  files: [
    ...["Series come as a ", ["b", {}, ".csv"], " with one in each row, or as an ", ["b", {}, ".npz"], " or "],
    ...[["b", {}, ".npy"], " of numbers [N, T] or [N, T, C]. "],
  ],
  counted,
  found: ({ sizes }) => `all of ${lengthWords(sizes)}`,
  sum: ({ sizes }, { train, test }) => `${counted(train)} of ${lengthWords(sizes)} to train on, ${count(test)} held out.`,
  kept: ({ shape }) => (shape ? lengthWords([{ height: shape[0], width: shape[1], count: 1 }]) : ""),
  address: ({ scale }) => (scale ? { scale } : {}),
};
