/**
 * The bell that leaves the smallest gap, found by looking everywhere roughly and then nearer and nearer.
 * @module
 */

import { gap } from "../../toy/quadrature.js";

export const MEANS = [-4, 4];
export const SIGMAS = [0.05, 2];

const ROUGH = 0.4; // of the mean, at first
const FACTOR = 2; // of sigma, at first
const FINE = 0.01;

/**
 * @param {import("../../toy/vae.js").Toy} toy @param {number[]} x [2] @param {number} evidence log p(x)
 * @returns {{mean: number, sigma: number, gap: number}} within a few hundredths
 */
export function bestBell(toy, x, evidence) {
  let best = { mean: 0, sigma: 1, gap: Infinity };
  const look = (mean, sigma) => {
    if (mean < MEANS[0] || mean > MEANS[1] || sigma < SIGMAS[0] || sigma > SIGMAS[1]) return;
    const left = gap(toy, x, mean, sigma, evidence);
    if (left < best.gap) best = { mean, sigma, gap: left };
  };
  for (let mean = MEANS[0]; mean <= MEANS[1]; mean += ROUGH) for (const sigma of [0.1, 0.2, 0.4]) look(mean, sigma);
  for (let [step, factor] = [ROUGH / 2, FACTOR]; step > FINE / 2; [step, factor] = [step / 2, Math.sqrt(factor)]) {
    const { mean, sigma } = best;
    for (const by of [-step, 0, step]) for (const times of [1 / factor, 1, factor]) look(mean + by, sigma * times);
  }
  return best;
}
