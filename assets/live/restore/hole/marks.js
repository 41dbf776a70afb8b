/**
 * What a hand marks as lost, for things of each kind: strokes of a brush on pictures, stretches of series. Pure functions.
 * @module
 */

import { decodeHole, encodeHole, maskOf } from "./hole.js";
import { decodeSpans, encodeSpans, maskOfSpans } from "./spans.js";

/**
 * @typedef {object} Marks how marks are written, read and taken for what is lost
 * @property {(marks: any[]) => string} encode for an address; empty where they are none, or too many
 * @property {(text: string) => any[]} decode
 * @property {(marks: any[], width: number) => Uint8Array} maskOf 255 where something is lost: [H, W] or [T]; width: of a
 *   brush, as a share of the longer side
 * @property {[number, number]} size rows and columns of a mask
 * @property {boolean} wide whether the amount is the width of a brush
 */

/** The marks of strokes. */
export const STROKES = { encode: encodeHole, decode: decodeHole };

/** How things of a view are marked. @param {import("../../shared/views/view.js").View} view @returns {Marks} */
export function marksOf({ pixels, plane = pixels, shape, width, height }) {
  const size = /** @type {[number, number]} */ (plane ? [height, width] : [1, shape[0]]);
  if (plane) return { ...STROKES, maskOf: (strokes, wide) => maskOf(strokes, wide, size), size, wide: true };
  const samples = size[1];
  return { encode: encodeSpans, decode: (text) => decodeSpans(text, samples), maskOf: (spans) => maskOfSpans(spans, samples), size, wide: false };
}
