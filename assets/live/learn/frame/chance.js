/**
 * Chance that a test can throw again: the same for the same seed.
 * @module
 */

import { seeded } from "../../shared/space/normal.js";

const COLD = 8; // the first numbers of small seeds are small, all of them

/** Numbers in (0, 1). @param {number} seed @returns {() => number} */
export function chance(seed) {
  const random = seeded(seed);
  for (let i = 0; i < COLD; i += 1) random();
  return random;
}
