/**
 * What is said of masks that a person brings; a size of theirs is rows by columns.
 * @module
 */

import { count, several } from "../../shared/words/numbers.js";

/** Say how large masks are. @param {{height: number, width: number}[]} sizes */
export const sizeWords = ([size]) => (size ? `${size.width} × ${size.height} pixels` : "");

const counted = (n) => several(n, "mask");

/** @type {import("./kinds.js").Words} */
export const MASKS = {
  title: "Images with masks",
  nouns: "masks",
  drawn: true,
  files: ["Images with masks come as a ", ["b", {}, ".zip"], " with NAME.png beside NAME_mask.png, or with folders images and masks. "],
  counted,
  found: ({ sizes }) => `all of ${sizeWords(sizes)}`,
  sum: ({ sizes }, { train, test }) => `${counted(train)} of ${sizeWords(sizes)} to train on, ${count(test)} held out.`,
  kept: ({ shape }) => (shape ? sizeWords([{ height: shape[0], width: shape[1] }]) : ""),
  address: () => ({}),
};
