/**
 * Two ways to learn how E[z²] changes with the mean of z ~ N(mean, sigma²), from one draw each. Both are right on average.
 *
 * Kingma & Welling 2013, arXiv 1312.6114, section 2.4; Mohamed et al. 2020, arXiv 1906.10652.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { chance } from "../../frame/chance.js";

export const DRAWS = 1000;

/** The same noise for the same seed, [DRAWS]. */
export const noises = (seed) => draw(DRAWS, chance(seed));

/** Through z = mean + sigma · noise: 2z. Its variance is 4 sigma². */
export const through = (mean, sigma, noise) => 2 * (mean + sigma * noise);

/** By the score: z² · d log q / d mean. Its variance is m⁴/σ² + 14m² + 15σ². */
export const byScore = (mean, sigma, noise) => ((mean + sigma * noise) ** 2 * noise) / sigma;

/** Mean and variance of some numbers. @param {number[]} values */
export function moments(values) {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return { mean, variance: values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1) };
}
