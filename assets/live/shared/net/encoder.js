/**
 * A plain encoder, run by the page itself: things as their kind keeps them in, where they lie out.
 * @module
 */

import { nearestCodes } from "./cells.js";
import { stack } from "./layers.js";

/** @typedef {{mean: Float32Array, spread: Float32Array | null, nats: Float32Array | null}} Belief points have a mean alone */

export class Encoder {
  /**
   * @param {any} said layers, output ("normal": means and log variances, "point", "choices": logits, or "codes": vectors),
   *   choices: where the ways of each begin and end, shape [C, H, W] and levels of a thing
   * @param {Float32Array[]} tensors in the layers' order, and those of the codes
   * @param {Float32Array | null} [pictures] [classes, C * H * W], what is added to a thing of each class before the first layer
   */
  constructor({ layers, output, choices = [], shape, levels }, tensors, pictures = null) {
    Object.assign(this, { output, choices, shape, levels, pictures });
    this.run = stack(layers, tensors);
    if (output === "codes") this.codes = nearestCodes(choices, tensors.slice(choices.length > 1 ? -5 : -4));
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
    if (this.codes) return this.codes(out);
    if (this.output === "choices") return likelyWays(out, this.choices);
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

/**
 * How likely each way of each choice is; spread: the standard deviation of whether it is chosen; nats: its part of the KL to
 * even choices, p log K p − p + 1 / K, which sum to sum p log K p over the K ways (vae/models/families/discrete.py).
 * @param {Float32Array} logits
 * @param {[number, number][]} choices
 * @returns {Belief}
 */
function likelyWays(logits, choices) {
  const [mean, spread, nats] = [0, 1, 2].map(() => new Float32Array(logits.length));
  for (const [first, end] of choices) {
    const ways = end - first;
    const most = logits.subarray(first, end).reduce((a, b) => Math.max(a, b));
    const grown = Array.from(logits.subarray(first, end), (logit) => Math.exp(logit - most));
    const sum = grown.reduce((a, b) => a + b);
    grown.forEach((each, way) => {
      const [i, p] = [first + way, each / sum];
      mean[i] = p;
      spread[i] = Math.sqrt(p * (1 - p));
      nats[i] = p * (logits[i] - most - Math.log(sum) + Math.log(ways)) - p + 1 / ways;
    });
  }
  return { mean, spread, nats };
}
