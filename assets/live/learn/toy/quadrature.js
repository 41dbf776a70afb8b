/**
 * What a model with one latent number knows exactly: the evidence, the true posterior, the bound and the gap, by quadrature.
 * @module
 */

import { klOf } from "./vae.js";

const REACH = 6; // standard deviations of the prior
const POINTS = 401;
const WIDE = 8; // standard deviations of a normal distribution to each side
const LOG_ROOT = 0.5 * Math.log(2 * Math.PI);

const evenly = (low, high, n = POINTS) => Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

/** log of a sum of exponentials. @param {Float64Array} logs */
export function logSum(logs) {
  const most = logs.reduce((a, b) => Math.max(a, b));
  return most + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - most), 0));
}

/** log p(x, z). @param {import("./vae.js").Toy} toy @param {ArrayLike<number>} x */
const joint = (toy, x, z) => -toy.reconstruction(x, z) - 0.5 * z * z - LOG_ROOT;

/**
 * log p(x), and the true posterior p(z|x) as a density on an even grid.
 * @param {import("./vae.js").Toy} toy @param {ArrayLike<number>} x [2]
 * @returns {{evidence: number, z: Float64Array, density: Float64Array}}
 */
export function posterior(toy, x) {
  const z = evenly(-REACH, REACH);
  const logs = z.map((each) => joint(toy, x, each));
  const evidence = logSum(logs) + Math.log(z[1] - z[0]);
  return { evidence, z, density: logs.map((each) => Math.exp(each - evidence)) };
}

/** Sum what a function gives under N(mean, sigma²), by the trapezoid rule at that distribution's own scale. */
function under(mean, sigma, value) {
  const grid = evenly(-WIDE, WIDE);
  const step = grid[1] - grid[0];
  return grid.reduce((sum, each) => sum + Math.exp(-0.5 * each * each - LOG_ROOT) * step * value(mean + sigma * each, each), 0);
}

/** The ELBO of N(mean, sigma²) for a point: what it expects of log p(x|z), less the KL to the prior. */
export const bound = (toy, x, mean, sigma) => under(mean, sigma, (z) => -toy.reconstruction(x, z)) - klOf(mean, sigma);

/** KL from N(mean, sigma²) to the true posterior, by code of its own: the bound is not asked. */
export const gap = (toy, x, mean, sigma, evidence) =>
  under(mean, sigma, (z, each) => -0.5 * each * each - LOG_ROOT - Math.log(sigma) - (joint(toy, x, z) - evidence));
