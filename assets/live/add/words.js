/**
 * What is said about data of one's own: what an upload holds, what becomes of it, what is chosen for it.
 * @module
 */

import { nameProblem as problemOf } from "../shared/words/names.js";
import { count, several } from "../shared/words/numbers.js";
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

const TOLD = 3; // sizes of pictures that are told
const GREY = new Set(["1", "L", "LA", "La", "I", "F", "I;16"]);

const classCount = (n) => (n === 1 ? "1 class" : `${count(n)} classes`);

/** @param {{things?: string}} preview */
export const areSeries = ({ things }) => things === "series";

/** Count things of a kind: "1 image", "2 series". @param {string} [things] */
export const thingsWords = (n, things) => (things === "series" ? `${count(n)} series` : several(n, "image"));

/** Say what an upload holds, in a line. @param {Preview} preview */
export function holdsWords({ images, classes, things }) {
  return `${thingsWords(images, things)}${classes.length ? ` in ${classCount(classes.length)}` : ", without classes"}`;
}

/** Say how large the pictures are: the most frequent sizes, and how many others there are. @param {Preview["sizes"]} sizes */
export function sizesWords(sizes) {
  const named = ({ width, height }) => `${width} × ${height}`;
  if (sizes.length === 1) return `all ${named(sizes[0])} pixels`;
  const told = sizes.slice(0, TOLD).map((size) => `${named(size)} (${count(size.count)})`);
  const more = sizes.length - TOLD;
  return told.join(", ") + (more > 0 ? `, and ${several(more, "other size")}` : "");
}

/** Say how long series are, and of how many channels. @param {Preview["sizes"]} sizes [samples, channels] */
export function lengthWords([size]) {
  if (!size) return "";
  return `${several(size.height, "sample")}${size.width > 1 ? ` in ${count(size.width)} channels` : ""}`;
}

/** Say what becomes of an upload. @param {Preview} preview @param {Choices} choices */
export function sumWords(preview, { held_out: share, width, height, colour }) {
  const { train, test } = split(preview, share);
  if (areSeries(preview)) return `${thingsWords(train, "series")} of ${lengthWords(preview.sizes)} to train on, ${count(test)} held out.`;
  return `${several(train, "image")} to train on, ${count(test)} held out; ${width} × ${height}, ${colour ? "colour" : "grey"}.`;
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
export const nameProblem = (name, taken) => problemOf(name, taken, "a data set");

/** Say why a number cannot be chosen, or an empty string. @param {number} value @param {[number, number]} range */
export function numberProblem(value, [low, high], whole = true) {
  const fits = Number.isFinite(value) && value >= low && value <= high && (!whole || Number.isInteger(value));
  return fits ? "" : `${whole ? "A whole number" : "A number"} from ${low.toLocaleString("en-GB")} to ${high.toLocaleString("en-GB")}.`;
}

/** The choices as an address has them. @param {Choices} choices @param {boolean} parts the data bring their own split */
export function query({ name, height, width, colour, invert, fit, held_out: share, seed, kind, scale, values, label }, parts) {
  const said = { ...(kind && { kind }), ...(values && { values }), ...(label && { label }), ...(scale && { scale }) };
  const look = kind === "series" ? {} : { height, width, colour: colour ? "yes" : "no", fit, ...(invert && { invert: "yes" }) };
  const all = { name, ...look, ...(parts ? {} : { held_out: share, seed }), ...said };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, String(value)]));
}

const SAID = {
  kind: { image: "Images", series: "Series" },
  scale: { "": "As it suits them", none: "As they are", all: "All on one scale", each: "Each on its own scale" },
  values: {
    "": "As it suits them",
    found: "The least and the greatest",
    type: "The range of their type",
    "0..1": "0 and 1",
    "-1..1": "−1 and 1",
    "0..255": "0 and 255",
  },
  label: {
    "": "As it is found",
    first: "The first column",
    last: "The last column",
    file: "The beginning of its name",
    parent: "Its folder",
    grandparent: "The folder above its folder",
    none: "None",
  },
};

const SCALES = {
  "": "As they are where they are about 1; others in standard deviations from the mean of all.",
  none: "The numbers stay as they are, in their own unit.",
  all: "In standard deviations from the mean of all that are learnt from: large ones stay large, small ones small.",
  each: "In its own standard deviations from its own mean: only the shape is learnt, and not how high it goes.",
};

/** Say in a sentence what a scale makes of series. @param {string} scale */
export const scaleWords = (scale) => SCALES[scale] ?? "";

/** Say what a choice is that the file leaves open. @param {"kind" | "scale" | "values" | "label"} key @param {string} value */
export const saidWords = (key, value) => SAID[key][value] ?? value;

/** Describe a data set in the list of one's own. */
export function setWords({ kind, shape: kept, classes, image_shape: shape, sizes, bytes }) {
  const [channels, height, width] = shape ?? [];
  const series = kind === "series";
  return [
    sizes && thingsWords(sizes.reduce((sum, n) => sum + n, 0), kind),
    classes > 0 && classCount(classes),
    series && lengthWords([{ height: kept[0], width: kept[1], count: 1 }]),
    !series && shape && `${width} × ${height}, ${channels === 3 ? "colour" : "grey"}`,
    bytes !== null && bytes !== undefined && sizeWords(bytes),
  ]
    .filter(Boolean)
    .join(" · ");
}

const STAGES = { split: "Choosing what is held out", write: "Writing", check: "Checking" };

/** Say how far the adding is. @param {string} [things] of what kind */
export function addingWords({ stage, done, total }, things = "image") {
  const words = stage === "read" ? `Reading the ${things === "series" ? "series" : "images"}` : (STAGES[stage] ?? "Preparing");
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
