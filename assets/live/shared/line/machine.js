/**
 * The numbers of the machine in one line: a cloud of codes, a draw of noise, and the code that it becomes. Pure.
 * @module
 */

import { drawnChoices } from "../space/chosen.js";
import { draw } from "../space/normal.js";

/**
 * mean: μ, where the cloud lies; sigma: σ, how wide it is, null where a code is a point; noise: ε; quiet: whether the noise
 * is switched off. choices: where a code is a row of choices, the ways of each, whose mean is how likely they are; code: the
 * ways that a hand has chosen, in place of what the noise would choose.
 * @typedef {{mean: number[], sigma: number[] | null, noise: number[], quiet: boolean, choices?: import("../space/chosen.js").Choice[],
 *   code?: number[] | null}} Machine
 */

/**
 * A machine before anything was put into it: its cloud is the prior, and its draw the middle of it; of choices all ways are
 * as likely as each other.
 * @param {number} dims
 * @param {import("../space/chosen.js").Choice[]} [choices]
 * @returns {Machine}
 */
export function atRest(dims, choices = []) {
  const rest = { mean: zeros(dims), sigma: null, noise: zeros(dims), quiet: false };
  if (!choices.length) return rest;
  return { ...rest, choices, mean: choices.flatMap(([first, end]) => new Array(end - first).fill(1 / (end - first))) };
}

/**
 * The code: z = μ + σ ε (Kingma & Welling 2013, arXiv 1312.6114, 2.4); μ alone where there is no cloud, or no noise. Of choices
 * one way each, by the shares and the noise.
 * @param {Machine} machine
 */
export function codeOf({ mean, sigma, noise, quiet, choices, code }) {
  if (!sigma || quiet) return mean;
  if (choices) return code ?? drawnChoices(mean, noise, choices);
  return mean.map((each, i) => each + sigma[i] * noise[i]);
}

/** The machine with other noise from N(0, I), which is switched on by that. @param {Machine} machine @returns {Machine} */
export const drawnAgain = (machine, random = Math.random) => ({ ...machine, noise: draw(machine.mean.length, random), quiet: false, code: null });

/** The noise that would have led to a code: ε = (z − μ) / σ. @param {Machine} machine @param {number[]} z */
export const noiseFor = ({ mean, sigma }, z) => z.map((each, i) => (each - mean[i]) / sigma[i]);

const FAR = 6; // standard deviations: two draws in a thousand million lie further out

/** Whether a hand has put the code where no draw from the cloud lies, so that no noise is to be told of it. @param {Machine} machine */
export const isFar = ({ sigma, noise, choices }) => Boolean(sigma) && !choices && noise.some((each) => Math.abs(each) > FAR);

/** What the encoder says of a thing, put into the machine; its noise stays. @param {Machine} machine @returns {Machine} */
export const believed = (machine, mean, sigma) => ({ ...machine, mean, sigma, code: null });

/**
 * Read the answer of the op `encode`, [1 to 3, 1, d].
 * @param {Float32Array} array @param {number} dims
 * @returns {[number[], number[] | null]} μ and σ; null where the model says no σ
 */
export function beliefIn(array, dims) {
  const part = (i) => Array.from(array.subarray(i * dims, (i + 1) * dims));
  return [part(0), array.length >= 2 * dims ? part(1) : null];
}

const zeros = (dims) => new Array(dims).fill(0);
