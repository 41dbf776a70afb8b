/**
 * What is said about data of one's own: what an upload holds, what becomes of it, what is chosen for it.
 * @module
 */

import { wordsOf } from "./kinds/kinds.js";
import { count } from "../shared/words/numbers.js";
import { holdsFolder } from "../shared/page/drops.js";
import { sizeWords } from "../shared/wire/transfer.js";

/**
 * What the server found in an upload; series count as images do, and a size of theirs is samples by channels.
 * @typedef {object} Preview
 * @property {string} kind
 * @property {string} [things] what they are: "image", or "series"
 * @property {number} images
 * @property {number} checked
 * @property {{name: string, count: number}[]} classes
 * @property {{train: number, test: number} | null} parts
 * @property {{height: number, width: number, count: number}[]} sizes
 * @property {{mode: string, count: number}[]} modes
 * @property {{count: number, shown: {name: string, reason: string}[]}} left_out
 * @property {string[]} notes
 * @property {Choices} suggested
 * @property {Partial<Record<"kind" | "values" | "label" | "scale", string[]>>} [choices] what the file does not say, and what it can be
 * @property {{count: number, height: number, width: number, columns: number, labels: (string | null)[], src: string} | null} thumbnails
 */

/**
 * What can be chosen; a side for each, so that faces stay upright. Series have no size, colour and fit.
 * @typedef {object} Choices
 * @property {string} name
 * @property {number} [height] @property {number} [width]
 * @property {boolean} [colour] @property {boolean} [invert] light and dark are exchanged
 * @property {string} [fit]
 * @property {number} held_out @property {number} seed
 * @property {string} [kind] @property {string} [scale] of series
 * @property {string} [values] @property {string} [label] where the file does not say
 */

const classCount = (n) => (n === 1 ? "1 class" : `${count(n)} classes`);

/** Say what an upload holds, in a line. @param {Preview} preview */
export function holdsWords({ images, classes, things }) {
  return `${wordsOf(things).counted(images)}${classes.length ? ` in ${classCount(classes.length)}` : ", without classes"}`;
}

/**
 * How many images are trained on and how many are held out.
 * @param {Preview} preview
 * @param {number} share held out, in [0, 1]
 * @returns {{train: number, test: number}}
 */
export function split({ images, parts }, share) {
  if (parts) return parts;
  const test = Math.min(images - 1, Math.max(1, Math.round(images * share)));
  return { train: images - test, test };
}

/** Say what becomes of an upload. @param {Preview} preview @param {Choices} choices */
export const sumWords = (preview, choices) => wordsOf(preview.things).sum(preview, split(preview, choices.held_out), choices);

/** The choices as an address has them. @param {Choices} choices @param {boolean} parts the data bring their own split */
export function query({ name, held_out: share, seed, kind, label, ...own }, parts) {
  const drawn = parts ? {} : { held_out: share, seed };
  const all = { name, ...wordsOf(kind || undefined).address(own), ...drawn, ...(kind && { kind }), ...(label && { label }) };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, String(value)]));
}

/** Describe a data set in the list of one's own. */
export function setWords({ kind, shape, classes, image_shape: input, sizes, bytes }) {
  const words = wordsOf(kind);
  return [
    sizes && words.counted(sizes.reduce((sum, n) => sum + n, 0)),
    classes > 0 && classCount(classes),
    words.kept({ shape, image_shape: input ?? null }),
    bytes !== null && bytes !== undefined && sizeWords(bytes),
  ]
    .filter(Boolean)
    .join(" · ");
}

const STAGES = { split: "Choosing what is held out", write: "Writing", check: "Checking" };

/** Say how far the adding is. @param {string} [things] of what kind */
export function addingWords({ stage, done, total }, things) {
  const words = stage === "read" ? `Reading the ${wordsOf(things).nouns}` : (STAGES[stage] ?? "Preparing");
  return total > 0 ? `${words}, ${count(done)} of ${count(total)}` : words;
}

/** Say why what was dropped cannot be taken as one file, or an empty string. @param {ArrayLike<any>} items of the drop */
export function dropProblem(items, files) {
  if (holdsFolder({ items })) {
    return "That is a folder: make a zip of it, with a folder for each class in it, and drop that.";
  }
  if (files.length < 2) return "";
  return (
    `Those are ${files.length} files: put images into one zip, with a folder for each class, or series into one table, ` +
    "a row for each, and drop that."
  );
}
