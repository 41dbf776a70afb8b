/**
 * What a model's head tells of a code, an attribute such as logP, and two arrows that move the code to more or to less of it.
 * @module
 */

import { h } from "../page/dom.js";
import { round } from "../words/numbers.js";

const STRIDE = 1 / 24; // of how far the data reaches, in the mean over the axes: a quarter of a prior's standard deviation

/** How far a step goes. @param {[number, number][]} ranges where the data lies along each axis */
export const strideOf = (ranges) => STRIDE * (ranges.reduce((sum, [low, high]) => sum + high - low, 0) / ranges.length);

/**
 * The code a step uphill from another, or downhill with a `length` below 0; the same where nothing rises.
 * @param {number[]} z
 * @param {ArrayLike<number>} slope how fast the attribute rises along each axis
 * @param {number} length
 * @returns {number[]}
 */
export function uphill(z, slope, length) {
  const steep = Math.hypot(...Array.from(slope));
  return steep > 0 ? z.map((value, dim) => round(value + (length * slope[dim]) / steep)) : z;
}

/** An attribute's value in few digits. @param {number} value */
export const shortly = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2)).replace("-", "−");

export class Towards {
  /**
   * @param {{model: string, predicts: string, latent: {range: [number, number][], choices: any[]}}} data
   * @param {(step: (z: number[]) => number[]) => void} onStep an arrow is pressed: what becomes of a code
   */
  constructor({ model, predicts, latent }, onStep) {
    Object.assign(this, { model });
    /** @type {ArrayLike<number> | null} */
    this.slope = null;
    const stride = strideOf(latent.range);
    const step = (sign) => () => this.slope && onStep((z) => uphill(z, this.slope ?? [], sign * stride));
    const titled = (word) => `A step of the code to where the head tells ${word} ${predicts}`;
    const arrow = (word, label, sign) =>
      h("button", { type: "button", class: "quiet", title: titled(word), "data-role": `${word}-told`, onclick: step(sign) }, label);
    this.value = h("output", { "data-role": "told-value" }, "…");
    const moves = latent.choices.length ? [] : [arrow("less", "← less", -1), arrow("more", "more →", 1)]; // a choice has no way between
    const said = h("span", {}, h("b", {}, predicts), " by the head ", this.value);
    this.element = h("div", { class: "towards", role: "group", "aria-label": `${predicts} by the head` }, said, ...moves);
  }

  /** The request that asks what the head tells of a code. @param {number[]} z */
  request(z) {
    const onAnswer = ({ array }) => {
      this.slope = array.slice(1);
      this.value.textContent = shortly(array[0]);
    };
    return { op: "predict", model: this.model, shape: [1, z.length], payload: Float32Array.from(z), onAnswer };
  }
}
