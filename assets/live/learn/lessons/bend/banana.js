/**
 * A bell that is bent: z₂ becomes z₂ + c z₁². Its density, what it holds, and how far it is from a banana that is the truth. Pure functions.
 *
 * Rezende & Mohamed 2015, Variational inference with normalizing flows, arXiv 1505.05770.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { chance } from "../../frame/chance.js";

/** @typedef {{wide: number, low: number, bend: number}} Bell N(0, wide²) times N(low, THIN²), bent */

export const THIN = 0.35; // standard deviation across
/** The truth. @type {Bell} */
export const TRUTH = { wide: 1, low: -0.7, bend: 0.7 };
export const PATCH = { across: [0.6, 1.2], up: [-0.3, 0.3] }; // a rectangle of the bell before it is bent, upwards from `low`

const DOTS = 160;
const STEP = 0.1; // of the sums, standard deviations
const FINE = 0.01; // of the search
const WIDE = 6; // standard deviations that they reach to each side
const LOG_ROOT = 0.5 * Math.log(2 * Math.PI);

/** Where a place of the bell is moved to. @param {Bell} bell @param {number[]} z [2] */
export const bent = ({ bend }, [a, b]) => [a, b + bend * a * a];

/** log of the density at a place: what stood there before, for the bend moves and does not stretch. @param {Bell} bell @param {number[]} place [2] */
export function logDensity({ wide, low, bend }, [a, b]) {
  const back = b - bend * a * a;
  return -0.5 * (a / wide) ** 2 - 0.5 * ((back - low) / THIN) ** 2 - Math.log(wide * THIN) - 2 * LOG_ROOT;
}

/** A ring of the bell, so many standard deviations out, as it lies once bent. @param {Bell} bell */
export const ring = (bell, far, points = 90) => Array.from({ length: points + 1 }, (_, i) => {
  const turn = (2 * Math.PI * i) / points;
  return bent(bell, [far * bell.wide * Math.cos(turn), bell.low + far * THIN * Math.sin(turn)]);
});

/** The outline of the patch. @param {Bell} bell @returns {number[][]} */
export function patch(bell, points = 40) {
  const { across: [from, to], up: [below, above] } = PATCH;
  const along = Array.from({ length: points + 1 }, (_, i) => from + ((to - from) * i) / points);
  const line = (height) => along.map((a) => bent(bell, [a, bell.low + height]));
  return [...line(below), ...line(above).reverse()];
}

/** The area within an outline, by the shoelace formula. @param {number[][]} outline */
export const areaOf = (outline) =>
  Math.abs(outline.reduce((sum, [a, b], i) => sum + a * outline[(i + 1) % outline.length][1] - outline[(i + 1) % outline.length][0] * b, 0)) / 2;

/** Draws from the bell, by the same noise whatever it looks like. @param {Bell} bell @param {number} seed */
export function draws(bell, seed) {
  const random = chance(seed);
  return Array.from({ length: DOTS }, () => draw(2, random)).map(([a, b]) => bent(bell, [bell.wide * a, bell.low + THIN * b]));
}

/** KL from the bell to the truth, nats: a sum over a grid that is bent along. @param {Bell} bell */
export function gap(bell) {
  const { wide, low } = bell;
  let sum = 0;
  for (let u = -WIDE; u <= WIDE; u += STEP) {
    for (let v = -WIDE; v <= WIDE; v += STEP) {
      const place = bent(bell, [wide * u, low + THIN * v]);
      const share = Math.exp(-0.5 * (u * u + v * v) - 2 * LOG_ROOT) * STEP ** 2;
      sum += share * (logDensity(bell, place) - logDensity(TRUTH, place));
    }
  }
  return sum;
}

/** The straight bell that leaves the smallest gap, to two decimals. @returns {Bell} */
export function straightest() {
  let best = { wide: 1, low: 0, bend: 0 };
  for (let step = 0.32; step >= FINE; step /= 2) {
    for (let moved = true; moved;) {
      moved = false;
      for (const [name, by] of [["wide", step], ["wide", -step], ["low", step], ["low", -step]]) {
        const other = { ...best, [name]: best[name] + /** @type {number} */ (by) };
        if (other.wide > 0.1 && gap(other) < gap(best) - 1e-12) [best, moved] = [other, true];
      }
    }
  }
  const round = (value) => Math.round(100 * value) / 100;
  return { wide: round(best.wide), low: round(best.low), bend: 0 };
}
