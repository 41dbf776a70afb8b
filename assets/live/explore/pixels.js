/**
 * The pixels themselves, drawn from p(x|z): what the decoder gives is what they are expected to be.
 * @module
 */

import { draw, seeded } from "../shared/space/normal.js";

/**
 * @typedef {{likelihood: string, scale: number | null, samples?: boolean}} Likelihood scale: a Gaussian's standard deviation, in a
 * network's units; samples: whether a graph of the model's draws them, since what is expected does not tell how they scatter
 */

/** Whether it is known how the pixels of a model scatter. @param {Likelihood} likelihood */
export const isDrawable = ({ likelihood, scale, samples }) => samples || likelihood === "bernoulli" || (likelihood === "gaussian" && Boolean(scale));

/** One random number for each of a thing's: uniform for a Bernoulli, standard normal for a Gaussian. @param {Likelihood} likelihood */
export function noiseFor({ likelihood }, size, seed) {
  const random = seeded(seed);
  return likelihood === "bernoulli" ? Float32Array.from({ length: size }, random) : Float32Array.from(draw(size, random));
}

/**
 * Draw a thing from what is expected: a Bernoulli's pixel is on with its grey level's probability, a Gaussian's lies around it.
 * @param {Uint8Array | Float32Array} expected grey levels 0 to 255 where they are bytes, otherwise in a network's units
 * @param {Likelihood} likelihood
 * @param {Float32Array} noise as `noiseFor` gives it
 * @returns {any} of the same kind
 */
export function drawPixels(expected, { likelihood, scale }, noise) {
  const most = expected instanceof Uint8Array ? 255 : 1;
  const pixel = likelihood === "bernoulli" ? (value, i) => (noise[i] * most < value ? most : 0) : (value, i) => value + most * scale * noise[i];
  const drawn = Float32Array.from(expected, pixel);
  return expected instanceof Uint8Array ? new Uint8Array(Uint8ClampedArray.from(drawn)) : drawn;
}

/**
 * Say in a sentence what the picture is, and what the switch does.
 * @param {{pixels: boolean, phrases?: {mean: string}}} view @param {Likelihood} likelihood
 */
export function sayPixels({ pixels, phrases }, { likelihood, samples }) {
  if (!pixels) return phrases.mean;
  if (samples) return "Each grey level is the mean of p(x|z); the switch draws the pixels from that distribution.";
  return likelihood === "bernoulli"
    ? "Each grey level is the probability of a white pixel; the switch draws the pixels."
    : "Each grey level is the mean of p(x|z); the switch draws each pixel around it.";
}

/** The pixels of one thing after another, with the same noise until it is asked for anew, so that they do not flicker. */
export class Pixels {
  /** @param {Likelihood} likelihood @param {number} size numbers of one thing @param {number} [seed] */
  constructor(likelihood, size, seed = 1) {
    Object.assign(this, { likelihood, size });
    this.reseed(seed);
  }

  reseed(seed = this.seed + 1) {
    this.seed = seed;
    /** @type {Float32Array | null} */
    this.noise = null;
  }

  /** Ask for a draw at a code, where the model draws them: the request, or null where they are drawn here. */
  request(model, z) {
    if (!this.likelihood.samples) return null;
    return { op: "sample", model, shape: [1, z.length], payload: Float32Array.from(z), seed: this.seed };
  }

  /** Draw a thing from what is expected of it; what the model has drawn last, where it draws them. */
  of(expected) {
    if (this.likelihood.samples) return this.drawn ?? expected;
    this.noise ??= noiseFor(this.likelihood, this.size, this.seed);
    return drawPixels(expected, this.likelihood, this.noise);
  }
}
