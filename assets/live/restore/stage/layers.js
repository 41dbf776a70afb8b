/**
 * What is drawn with a restored thing, where its view draws such: the original beneath it, what was lost, how sure it is.
 * @module
 */

/**
 * A thing without what is lost of it: where nothing is known there is nothing to draw. Of pictures, on which it is hatched, it stays.
 * @param {import("../../shared/views/view.js").View} view
 * @param {any} array of one thing
 * @param {Uint8Array | null} lost
 */
export function blanked({ pixels, plane = pixels, shape }, array, lost) {
  if (plane || !lost) return array;
  const channels = shape.at(-1);
  return array.map((value, i) => (lost[Math.floor(i / channels)] ? NaN : value));
}

/** @typedef {{beneath: any, gaps?: Uint8Array, band?: {low: any, high: any}, given?: any}} Layers given: what it was restored from */

/** Standard deviations of the draws to either side of their mean, as a band. */
export const WIDE = 2;

/**
 * The layers of a restored thing.
 * @param {any} original
 * @param {Uint8Array | null} lost
 * @param {{mean: any, spread: any} | null} [sure] of an imputation: its mean, and the draws' standard deviation
 * @returns {Layers}
 */
export function layersOf(original, lost, sure = null) {
  const layers = /** @type {Layers} */ ({ beneath: original });
  if (lost) layers.gaps = lost;
  if (!sure) return layers;
  const edge = (side) => sure.mean.map((value, i) => value + side * WIDE * sure.spread[i]);
  return { ...layers, band: { low: edge(-1), high: edge(1) } };
}
