/**
 * A plain decoder, run by the page itself: codes in, things out as their kind keeps them.
 * @module
 */

import { readArray, readFrame } from "../wire/frame.js";
import { stack } from "./layers.js";

const KEPT = { uint8: Uint8Array, float32: Float32Array };

export class Decoder {
  /**
   * @param {any} header of the frame that /api/decoder answers
   * @param {Float32Array[]} tensors in the layers' order
   */
  constructor({ layers, output, shape, dtype, levels, bounds, told }, tensors) {
    Object.assign(this, { output, shape, dtype, levels, bounds, told });
    this.run = stack(output === "sigmoid" ? [...layers, { layer: "Act", name: output }] : layers, tensors);
  }

  /** @param {ArrayBuffer} frame @returns {Decoder} */
  static read(frame) {
    const { header, payload } = readFrame(frame);
    return new Decoder(header, header.arrays.map((listed) => readArray(payload, listed)));
  }

  /**
   * Decode one code.
   * @param {ArrayLike<number>} z
   * @param {number} [condition] the class that a conditional model is told
   * @returns {Uint8Array | Float32Array}
   */
  decode(z, condition) {
    const given = Array.from({ length: this.told }, (_, i) => (i === condition ? 1 : 0));
    return this.#kept(this.run(Float32Array.from([...Array.from(z), ...given])));
  }

  /** What is expected, [C, H, W], as its kind keeps it: channels last, within bounds, rounded where it is kept as bytes. */
  #kept(numbers) {
    const x = this.output === "softmax" ? softmax(numbers) : numbers;
    const { shape, dtype, levels } = this;
    const [channels, height, width] = shape;
    const places = height * width;
    const kept = new KEPT[dtype](channels * places);
    const [low, high] = this.bounds ?? [-Infinity, Infinity];
    const whole = dtype === "uint8";
    for (let c = 0; c < channels; c += 1) {
      for (let i = 0, from = c * places, to = c; i < places; i += 1, from += 1, to += channels) {
        const value = Math.min(high, Math.max(low, x[from])) * levels;
        kept[to] = whole ? Math.round(value) : value;
      }
    }
    return kept;
  }
}

/** Shares that add up to 1, by their logarithms. @param {Float32Array} logits */
function softmax(logits) {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const grown = logits.map((logit) => Math.exp(logit - most));
  const sum = grown.reduce((a, b) => a + b, 0);
  return grown.map((each) => each / sum);
}
