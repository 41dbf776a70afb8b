/**
 * How things are shown: the pages hold things as arrays of numbers, and their kind's view paints, compares and names them.
 * @module
 */

/**
 * How things of one kind are shown: one file in shared/views/, one line in VIEWS.
 * @typedef {object} View
 * @property {string} kind
 * @property {number[]} shape of one thing as it is kept: an image [H, W, C], a series [T, C], a word [L, V]
 * @property {number} size numbers in one thing
 * @property {"uint8" | "float32"} dtype of its numbers on the socket
 * @property {(buffer: ArrayBuffer, offset?: number, length?: number) => Uint8Array | Float32Array} read its numbers where
 *   they lie: offset in bytes, length in numbers, as typed arrays have them
 * @property {number} width @property {number} height pixels of a canvas at its natural size
 * @property {(canvas: HTMLCanvasElement, array: any, index?: number, layers?: any) => void} paint one thing at its natural
 *   size, with what else its kind draws with it: see series.js; images have none
 * @property {(context: any, array: any, index: number, x: number, y: number, width: number, height: number, layers?: any) => void} tile
 *   one thing as a tile of a larger canvas
 * @property {(context: any, array: any, index: number, x: number, y: number, width: number, height: number, layers?: any) => void} print
 *   the same on white paper, whatever the page's colours
 * @property {(array: any, index?: number) => string} say it in words, for a screen reader; empty where words cannot
 * @property {(a: any, i: number, b: any, j: number) => number} apart how far apart two things are, in `unit`: for most a root mean square
 * @property {string} unit
 * @property {boolean} pixels whether it is a picture of pixels: can be drawn by hand, pasted, cross-faded pixel by pixel
 * @property {boolean} [plane] whether its elements lie in a plane, where a brush marks them: those of pictures do
 * @property {{noun: string, nouns: string, element: string, elements: string}} words one and several, in a sentence, and what
 *   each is made of: "image", "images", "pixel", "pixels"
 * @property {Phrases} [phrases] of those that are no pictures
 * @property {[string, string]} [hand] how one is made without a file where it is no picture, in a word and an icon
 * @property {(array: any, index?: number) => string} [text] how one reads, where it is letters
 * @property {(array: any, n: number) => Promise<string>} [onTheWay] n things on a way in words, where these are more than how each reads
 * @property {{suffix: string, title: string}} [file] as what its text is saved; left out: a plain text
 * @property {boolean} [whole] whether half of one beside half of another says little, as of lists
 * @property {string} [typed] what is typed there, in short
 * @property {(word: string) => Made | Promise<Made>} [spell] a thing that was typed, or in a sentence why it is none
 * @property {string} accept what a file of one's own may be, as a file input has it
 * @property {Over} [over] how another one is drawn with it, in words
 * @property {boolean} [draws] false where a draw from the likelihood is none of its things
 * @property {(on: {onThing: (thing: any) => void}) => {element: HTMLElement}} [byHand] what makes one by hand, where it is none that
 *   is drawn on a pad: null where there is nothing on it
 * @property {(array: any, index?: number) => any} [part] what is given of one thing, where a model may be told that: numbers as it is kept
 * @property {(array: any, index?: number) => boolean} [open] whether nothing but that is known of one
 * @property {(on?: {noun?: string, words?: string}) => any} [listening] what plays one, where it can be heard: see sounds/listening.js
 * @property {(array: any, index?: number) => string} [table] one thing as CSV, where it is a list
 */

/** @typedef {{thing: any} | {problem: string}} Made */

/**
 * @typedef {object} Over
 * @property {string} restored what is seen of the original with what was restored
 * @property {string} judged what is seen of a reconstruction with what it is of; empty where it is not seen
 * @property {[string, string]} choice to see the original with a reconstruction: in short, and in full
 */

/**
 * @typedef {object} Phrases how a page speaks of a kind that is no picture
 * @property {string} drawing what one is when it is drawn: "curve", "word"
 * @property {string} mean what the decoder's answer is, and what a draw from it adds
 * @property {string} file how a file holds one
 * @property {(apart: string, most: string) => string} away how far a reconstruction is from a thing, and at its worst element
 * @property {(figure: string) => string} spread how far draws differ that fill a gap, and by how much on average
 */

/**
 * The kinds, by the names that the server has for them.
 * @type {Record<string, () => Promise<{default: (shape: any, meaning: any) => View}>>}
 */
export const VIEWS = {
  image: () => import("./image.js"),
  series: () => import("./series.js"),
  text: () => import("./text/text.js"),
  molecules: () => import("./molecules/molecules.js"),
  tastes: () => import("./tastes/tastes.js"),
  masks: () => import("./masks/masks.js"),
  sounds: () => import("./sounds/sounds.js"),
};

/**
 * Open the view of a model's things.
 * @param {{kind: string, shape: number[], meaning: any}} item what one thing is, as the server says it
 * @returns {Promise<View>}
 */
export const viewOf = async ({ kind, shape, meaning }) => (await VIEWS[kind]()).default(shape, meaning);

const BYTES = { uint8: 1, float32: 4 }; // of a number

/** Bytes of one thing on the socket. @param {View} view */
export const bytesOf = ({ size, dtype }) => size * BYTES[dtype];

/** Things one after the other, as one array. @param {View} view @param {ArrayLike<number>[]} parts each of one thing or more */
export function joined(view, parts) {
  const all = view.read(new ArrayBuffer(parts.reduce((sum, part) => sum + part.length, 0) * BYTES[view.dtype]));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * How large a thing is drawn where it is to be about `about` pixels along its longer side: made smaller to that, and enlarged
 * in whole multiples.
 * @param {View} view
 * @returns {[number, number]} width and height
 */
export function tileOf({ width, height }, about) {
  const scale = about / Math.max(width, height);
  const whole = scale > 1 ? Math.floor(scale) : scale;
  return [Math.round(width * whole), Math.round(height * whole)];
}

export const FINE = 2; // pixels of a saved file for one of the screen, of things that have none of their own

/**
 * One thing on a canvas of its own, at least `least` pixels along its longer side, to be saved; empty where there is none yet.
 * @param {View} view
 * @param {any[]} layers what may be drawn with it
 * @returns {HTMLCanvasElement}
 */
export function large(view, array, least, ...layers) {
  const scale = Math.max(1, Math.ceil(least / Math.max(view.width, view.height)));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: scale * view.width, height: scale * view.height });
  if (!array) return canvas;
  const context = canvas.getContext("2d");
  const fine = view.pixels ? 1 : FINE;
  if (!view.pixels) context.scale(fine, fine);
  view.print(context, array, 0, 0, 0, canvas.width / fine, canvas.height / fine, ...layers);
  return canvas;
}

/** What those that the model makes are called: pictures, where they are made of pixels. @param {View} view */
export const drawnAs = ({ pixels, words }) => (pixels ? { noun: "picture", nouns: "pictures" } : words);

/** The tab of one's own thing, and its icon: how it can be made, and that it can be a file. @returns {[string, string]} */
export function ownTab({ pixels, hand }) {
  const [how, glyph] = pixels ? ["Draw", "brush"] : hand ?? [];
  return how ? [`${how} or upload`, glyph] : ["Upload", "upload"];
}

/** A label for a screen reader: what is shown, and what words can say of it. @param {View} view @param {string} what @param {any} array */
export function labelled(view, what, array, index = 0) {
  const said = array ? view.say(array, index) : "";
  return said ? `${what}${what.endsWith(".") ? "" : ":"} ${said}` : what;
}
