/**
 * What is said of a mask: how much of the image each part takes.
 * @module
 */

import { labelsOf } from "./colouring.js";

/** @typedef {{labels?: string[], note?: string}} Meaning names of the labels, the background's first; what must be said of them */

/** The names of the parts, the background left out. @param {number} channels @param {Meaning} meaning @returns {string[]} */
export function partsOf(channels, { labels }) {
  return labels?.length === channels - 1 ? labels.slice(1) : Array.from({ length: channels - 2 }, (_, i) => `part ${i + 1}`);
}

/** How many pixels the likeliest labels give to each part. @returns {number[]} */
export function sizesOf(array, shape, index = 0) {
  const sizes = new Array(shape[2] - 2).fill(0);
  for (const label of labelsOf(array, shape, index)) if (label) sizes[label - 1] += 1;
  return sizes;
}

const share = (count, all) => `${((100 * count) / all).toFixed(1)} %`;

/** A mask in words. @param {Uint8Array} array @param {import("./colouring.js").Shape} shape @param {Meaning} meaning */
export function sayMask(array, shape, meaning, index = 0) {
  const sizes = sizesOf(array, shape, index);
  const all = shape[0] * shape[1];
  const parts = partsOf(shape[2], meaning).map((name, i) => `${name} ${share(sizes[i], all)}`);
  return `${parts.join(", ")} of the image.${meaning.note ? ` ${meaning.note}` : ""}`;
}
