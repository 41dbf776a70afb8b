/**
 * How unusual things are for a model, what such a score tells apart, and what −ELBO is made of. Pure functions.
 * @module
 */

import { bytes } from "../../../shared/wire/base64.js";
import { mean } from "../../real/means.js";
import { SIDE } from "../water/digits.js";

export const PARTS = ["floor", "error", "kl"];

/**
 * @typedef {object} Side things of one sort
 * @property {number[]} elbo nats each: −ELBO, which is floor, error and kl
 * @property {number[]} relative squared error over the ink
 * @property {Record<string, number>} parts means over all, nats
 * @property {Float32Array[]} shown pictures of some
 */

/** @param {any} kept as benchmarks/water.py writes it @returns {Side} */
export function readSide({ floor, error, kl, relative, pixels }) {
  const grey = bytes(pixels);
  const size = SIDE * SIDE;
  const shown = Array.from({ length: grey.length / size }, (_, i) => Float32Array.from(grey.subarray(i * size, (i + 1) * size), (each) => each / 255));
  const parts = Object.fromEntries(Object.entries({ floor, error, kl }).map(([name, values]) => [name, mean(values)]));
  return { elbo: floor.map((each, i) => each + error[i] + kl[i]), relative, parts, shown };
}

/** How often something unusual scores higher than something normal does; what is equal counts half. Mann & Whitney 1947. */
export const auroc = (normal, unusual) =>
  mean(unusual.flatMap((high) => normal.map((low) => (high > low ? 1 : high === low ? 0.5 : 0))));

/** The score above which no more than a share of the normal ones lies. @param {number[]} normal @param {number} share */
export function limitAt(normal, share) {
  const falling = normal.slice().sort((a, b) => b - a);
  return falling[Math.floor(share * falling.length + 1e-9)];
}

/** The share of scores above a limit. @param {number[]} scores */
export const above = (scores, limit) => scores.filter((each) => each > limit).length / scores.length;
