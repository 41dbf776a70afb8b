/**
 * What is said of images that a person brings.
 * @module
 */

import { count, several } from "../../shared/words/numbers.js";

const TOLD = 3; // sizes of pictures that are told
const GREY = new Set(["1", "L", "LA", "La", "I", "F", "I;16"]);

/** Say how large the pictures are: the most frequent sizes, and how many others there are. @param {import("../words.js").Preview["sizes"]} sizes */
export function sizesWords(sizes) {
  const named = ({ width, height }) => `${width} × ${height}`;
  if (sizes.length === 1) return `all ${named(sizes[0])} pixels`;
  const told = sizes.slice(0, TOLD).map((size) => `${named(size)} (${count(size.count)})`);
  const more = sizes.length - TOLD;
  return told.join(", ") + (more > 0 ? `, and ${several(more, "other size")}` : "");
}

/** Say whether they are grey or in colour. @param {import("../words.js").Preview["modes"]} modes */
export function modesWords(modes) {
  const total = (some) => some.reduce((sum, each) => sum + each.count, 0);
  const grey = total(modes.filter(({ mode }) => GREY.has(mode)));
  const coloured = total(modes) - grey;
  if (!grey || !coloured) return coloured ? "in colour" : grey ? "grey" : "";
  return `${count(coloured)} in colour, ${count(grey)} grey`;
}

const look = (width, height, colour) => `${width} × ${height}, ${colour ? "colour" : "grey"}`;

/** @type {import("./kinds.js").Words} */
export const IMAGES = {
  title: "Images",
  nouns: "images",
  drawn: false,
  files: [
    ...["A ", ["b", {}, ".zip"], " of images, where folders are classes; "],
    ...["an ", ["b", {}, ".npz"], " with images and labels, or a ", ["b", {}, ".npy"], "; "],
    ...["MNIST's own files (", ["b", {}, "idx"], "), with their labels in one zip; "],
    ...["or a ", ["b", {}, ".csv"], " with the pixels of an image in each row. "],
  ],
  counted: (n) => several(n, "image"),
  found: ({ sizes, modes }) => [sizesWords(sizes), modesWords(modes)].filter(Boolean).join("; "),
  sum: (_preview, { train, test }, { width, height, colour }) =>
    `${several(train, "image")} to train on, ${count(test)} held out; ${look(width, height, colour)}.`,
  kept: ({ image_shape: shape }) => (shape ? look(shape[2], shape[1], shape[0] === 3) : ""),
  address: ({ height, width, colour, fit, invert, values }) => ({
    ...{ height, width, colour: colour ? "yes" : "no", fit },
    ...(invert && { invert: "yes" }),
    ...(values && { values }),
  }),
};
