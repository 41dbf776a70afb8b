/**
 * What is said about data of one's own: what an upload holds, what becomes of it, what is chosen for it.
 * @module
 */

import { count, several } from "../shared/words/numbers.js";
import { sizeWords } from "../shared/wire/transfer.js";

/**
 * What the server found in an upload.
 * @typedef {object} Preview
 * @property {string} kind
 * @property {number} images
 * @property {number} checked
 * @property {{name: string, count: number}[]} classes
 * @property {{train: number, test: number} | null} parts
 * @property {{height: number, width: number, count: number}[]} sizes
 * @property {{mode: string, count: number}[]} modes
 * @property {{count: number, shown: {name: string, reason: string}[]}} left_out
 * @property {string[]} notes
 * @property {Choices} suggested
 * @property {{values?: string[], label?: string[]}} [choices] what the file does not say, and what it can be
 * @property {{count: number, height: number, width: number, columns: number, labels: (string | null)[], src: string} | null} thumbnails
 */

/**
 * What can be chosen; a side for each, so that faces stay upright.
 * @typedef {object} Choices
 * @property {string} name
 * @property {number} height @property {number} width
 * @property {boolean} colour
 * @property {string} fit
 * @property {number} held_out @property {number} seed
 * @property {string} [values] @property {string} [label] where the file does not say
 */

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const TOLD = 3; // sizes of pictures that are told
const GREY = new Set(["1", "L", "LA", "La", "I", "F", "I;16"]);

const classCount = (n) => (n === 1 ? "1 class" : `${count(n)} classes`);

/** Say what an upload holds, in a line. @param {Preview} preview */
export function holdsWords({ images, classes }) {
  return `${several(images, "image")}${classes.length ? ` in ${classCount(classes.length)}` : ", without classes"}`;
}

/** Say how large the pictures are: the most frequent sizes, and how many others there are. @param {Preview["sizes"]} sizes */
export function sizesWords(sizes) {
  const named = ({ width, height }) => `${width} × ${height}`;
  if (sizes.length === 1) return `all ${named(sizes[0])} pixels`;
  const told = sizes.slice(0, TOLD).map((size) => `${named(size)} (${count(size.count)})`);
  const more = sizes.length - TOLD;
  return told.join(", ") + (more > 0 ? `, and ${several(more, "other size")}` : "");
}

/** Say whether they are grey or in colour. @param {Preview["modes"]} modes */
export function modesWords(modes) {
  const total = (some) => some.reduce((sum, each) => sum + each.count, 0);
  const grey = total(modes.filter(({ mode }) => GREY.has(mode)));
  const coloured = total(modes) - grey;
  if (!grey || !coloured) return coloured ? "in colour" : grey ? "grey" : "";
  return `${count(coloured)} in colour, ${count(grey)} grey`;
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

/** Say why a set cannot be called so, or an empty string where it can. @param {string} name @param {string[]} taken */
export function nameProblem(name, taken) {
  if (!name) return "It needs a name.";
  if (!NAME.test(name)) return "1 to 64 small letters, digits, “.”, “_” or “-”, the first a letter or digit.";
  return taken.includes(name) ? "There is a data set of this name already." : "";
}

/** Say why a number cannot be chosen, or an empty string. @param {number} value @param {[number, number]} range */
export function numberProblem(value, [low, high], whole = true) {
  const fits = Number.isFinite(value) && value >= low && value <= high && (!whole || Number.isInteger(value));
  return fits ? "" : `${whole ? "A whole number" : "A number"} from ${low.toLocaleString("en-GB")} to ${high.toLocaleString("en-GB")}.`;
}

/** The choices as an address has them. @param {Choices} choices @param {boolean} parts the data bring their own split */
export function query({ name, height, width, colour, fit, held_out: share, seed, values, label }, parts) {
  const said = { ...(values && { values }), ...(label && { label }) };
  const all = { name, height, width, colour: colour ? "yes" : "no", fit, ...(parts ? {} : { held_out: share, seed }), ...said };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, String(value)]));
}

const SAID = {
  values: {
    "": "As it suits them",
    found: "The least and the greatest",
    type: "The range of their type",
    "0..1": "0 and 1",
    "-1..1": "−1 and 1",
    "0..255": "0 and 255",
  },
  label: { "": "As it is found", first: "The first column", last: "The last column", none: "No column" },
};

/** Say what a choice is that the file leaves open. @param {"values" | "label"} key @param {string} value */
export const saidWords = (key, value) => SAID[key][value] ?? value;

/** Describe a data set in the list of one's own. */
export function setWords({ classes, image_shape: shape, sizes, bytes }) {
  const [channels, height, width] = shape ?? [];
  return [
    sizes && several(sizes.reduce((sum, n) => sum + n, 0), "image"),
    classes > 0 && classCount(classes),
    shape && `${width} × ${height}, ${channels === 3 ? "colour" : "grey"}`,
    bytes !== null && bytes !== undefined && sizeWords(bytes),
  ]
    .filter(Boolean)
    .join(" · ");
}

const STAGES = { read: "Reading the images", split: "Choosing what is held out", write: "Writing", check: "Checking" };

/** Say how far the adding is. */
export function addingWords({ stage, done, total }) {
  const words = STAGES[stage] ?? "Preparing";
  return total > 0 ? `${words}, ${count(done)} of ${count(total)}` : words;
}

/** Say why what was dropped cannot be taken as one file, or an empty string. @param {ArrayLike<any>} items of the drop */
export function dropProblem(items, files) {
  if ([...items].some((item) => item.webkitGetAsEntry?.()?.isDirectory)) {
    return "That is a folder: make a zip of it, with a folder for each class in it, and drop that.";
  }
  if (files.length > 1) return `Those are ${files.length} files: put the images into one zip, with a folder for each class, and drop that.`;
  return "";
}
