/**
 * A plain encoder, run by the page itself: things as their kind keeps them in, where they lie out.
 * @module
 */

import { stack } from "./layers.js";

/** @typedef {{mean: Float32Array, spread: Float32Array | null, nats: Float32Array | null}} Belief points have a mean alone */

export class Encoder {
  /**
   * @param {any} said layers, output ("normal": means and log variances, or "point"), shape [C, H, W] and levels of a thing
   * @param {Float32Array[]} tensors in the layers' order
   * @param {Float32Array | null} [pictures] [classes, C * H * W], what is added to a thing of each class before the first layer
   */
  constructor({ layers, output, shape, levels }, tensors, pictures = null) {
    Object.assign(this, { output, shape, levels, pictures });
    this.run = stack(layers, tensors);
  }

  /**
   * Say where a thing lies.
   * @param {Uint8Array | Float32Array} thing channels last
   * @param {number} [condition] the class that a conditional model is told
   * @returns {Belief}
   */
  encode(thing, condition) {
    const out = this.run(this.fed(thing, condition));
    if (this.output === "point") return { mean: out.slice(), spread: null, nats: null };
    const dims = out.length / 2;
    const [mean, logarithm] = [out.slice(0, dims), out.subarray(dims)];
    // KL(q(z|x) || N(0, I)) by dimension: Kingma & Welling 2013, arXiv 1312.6114, appendix B.
    const nats = mean.map((each, i) => 0.5 * (each * each + Math.exp(logarithm[i]) - logarithm[i] - 1));
    return { mean, spread: logarithm.map((each) => Math.exp(each / 2)), nats };
  }

  /** A thing as the first layer takes it: channels first, and in a network's units. @returns {Float32Array} */
  fed(thing, condition) {
    const [channels, height, width] = this.shape;
    const places = height * width;
    const x = new Float32Array(channels * places);
    for (let c = 0; c < channels; c += 1) {
      for (let i = 0; i < places; i += 1) x[c * places + i] = thing[i * channels + c] / this.levels;
    }
    if (this.pictures) for (let i = 0, at = condition * x.length; i < x.length; i += 1) x[i] += this.pictures[at + i];
    return x;
  }
}
