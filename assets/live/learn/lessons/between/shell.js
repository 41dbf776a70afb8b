/**
 * How far draws of many dimensions lie from the middle, and two ways between codes. Pure functions.
 *
 * White 2016, Sampling generative networks, arXiv 1609.04468; Shoemake 1985.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { chance } from "../../frame/chance.js";

export const DOTS = 100;
export const MOST = 64; // dimensions
export const NEAR = 2; // the distance that is asked of

const dot = (a, b) => a.reduce((sum, each, i) => sum + each * b[i], 0);

/** The length of a code. @param {ArrayLike<number>} a */
export const norm = (a) => Math.hypot(...Array.from(a));

/** Draws from a standard normal distribution, the same for the same seed. @returns {number[][]} [DOTS][MOST] */
export function drawn(seed) {
  const random = chance(seed);
  return Array.from({ length: DOTS }, () => draw(MOST, random));
}

/** How far draws are from 0 in their first `dims` dimensions. @param {number[][]} draws */
export const distances = (draws, dims) => draws.map((each) => norm(each.slice(0, dims)));

/** log of the gamma function at half of a whole number. @param {number} twice */
function logGammaHalf(twice) {
  let sum = twice % 2 ? 0.5 * Math.log(Math.PI) : 0;
  for (let k = twice % 2 ? 1 : 2; k < twice; k += 2) sum += Math.log(k / 2);
  return sum;
}

/** The density of the distance: that of a chi distribution. @param {number} dims */
export function density(r, dims) {
  if (r <= 0) return dims === 1 ? Math.sqrt(2 / Math.PI) : 0;
  return Math.exp((dims - 1) * Math.log(r) - (r * r) / 2 - (dims / 2 - 1) * Math.LN2 - logGammaHalf(dims));
}

/** A straight line. @param {number[]} a @param {number[]} b @param {number} t in [0, 1] */
export const straight = (a, b, t) => a.map((each, i) => (1 - t) * each + t * b[i]);

/** The great circle, whose distance from 0 goes from that of the one to that of the other. */
export function circle(a, b, t) {
  const [long, other] = [norm(a), norm(b)];
  const [from, to] = [a.map((each) => each / long), b.map((each) => each / other)];
  const along = dot(from, to);
  const aside = to.map((each, i) => each - along * from[i]);
  const turn = Math.atan2(norm(aside), along);
  const much = norm(aside) || 1;
  return from.map((each, i) => (Math.cos(t * turn) * each + (Math.sin(t * turn) * aside[i]) / much) * ((1 - t) * long + t * other));
}
