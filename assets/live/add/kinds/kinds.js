/**
 * The kinds of things that a person brings: how they are counted and measured in words, and what is chosen for them.
 *
 * One line makes another, with a module of words and one of fields beside this.
 * @module
 */

import { ImageFields } from "./imagefields.js";
import { IMAGES } from "./imagewords.js";
import { MASKS } from "./maskwords.js";
import { MOLECULES } from "./moleculewords.js";
import { SeriesFields } from "./seriesfields.js";
import { SERIES } from "./serieswords.js";
import { SOUNDS } from "./soundwords.js";
import { TasteFields } from "./tastefields.js";
import { TASTES } from "./tastewords.js";
import { TextFields } from "./textfields.js";
import { TEXT } from "./textwords.js";

/**
 * What is said of a kind of things.
 * @typedef {object} Words
 * @property {string} title as a choice
 * @property {string} nouns
 * @property {boolean} drawn whether they are sketched for a look, and are no pictures themselves
 * @property {(string | [string, object, string])[]} files what can be dropped, as the parts of a paragraph; an element is its name, attributes and text
 * @property {(n: number) => string} counted "1 image", "2 series"
 * @property {(preview: import("../words.js").Preview) => string} found what a file holds of them, but for their number
 * @property {(preview: import("../words.js").Preview, parts: {train: number, test: number}, choices: object) => string} sum what becomes of them
 * @property {(set: {shape?: number[], image_shape: number[] | null}) => string} kept what those of a set are like
 * @property {(choices: object) => Record<string, string | number>} address their own choices, as an address has them
 */

/** @type {Record<string, {words: Words, Fields: any}>} */
const KINDS = {
  image: { words: IMAGES, Fields: ImageFields },
  series: { words: SERIES, Fields: SeriesFields },
  tastes: { words: TASTES, Fields: TasteFields },
  text: { words: TEXT, Fields: TextFields },
  molecules: { words: MOLECULES, Fields: TextFields },
  masks: { words: MASKS, Fields: TextFields },
  sounds: { words: SOUNDS, Fields: TextFields },
};

/** The words of a kind; what says none is images. @param {string} [kind] */
export const wordsOf = (kind = "image") => KINDS[kind].words;

/** What is chosen for things of a kind. @param {string} [kind] */
export const fieldsOf = (kind = "image") => KINDS[kind].Fields;

/** What can be dropped, of every kind: the parts of a paragraph. */
export const filesOfAll = () => Object.values(KINDS).flatMap(({ words }) => words.files);
