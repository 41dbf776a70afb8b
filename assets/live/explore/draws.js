/**
 * Other things that the encoder thinks possible of the one that the code began with: what it decodes to from codes drawn anew.
 * @module
 */

import { round } from "../shared/words/numbers.js";
import { drawCode } from "./head.js";

export const DRAWS = 8;

/**
 * Whether a code is one that the encoder gave, its mean or a draw, of a thing that it says how sure it is of.
 * @param {{z: number[], image: any, how: string}} state
 */
export const isBelieved = ({ z, image, how }) =>
  Boolean(image?.mean && image.spread) && (how === "sample" || z.every((value, i) => round(value) === round(image.mean[i])));

export class Draws {
  /** @param {import("../shared/space/chosen.js").Choice[]} choices */
  constructor(choices) {
    this.choices = choices;
    this.known = null; // the belief that they are of
    /** @type {Float32Array[] | null} */
    this.curves = null;
  }

  /** Ask for the draws of a state, where it has some and they are not here yet: the request, or null. */
  request(model, state, size) {
    const { image } = state;
    if (!isBelieved(state) || this.known === image.mean) return null;
    Object.assign(this, { known: image.mean, curves: null });
    const codes = Array.from({ length: DRAWS }, () => drawCode(image, this.choices));
    const onAnswer = ({ array }) => {
      if (this.known === image.mean) this.curves = codes.map((_, i) => array.subarray(i * size, (i + 1) * size));
    };
    return { op: "decode", model, shape: [DRAWS, codes[0].length], payload: Float32Array.from(codes.flat()), onAnswer };
  }

  /** Those of a state: curves, or nothing where there are none or they are on their way. */
  of(state) {
    return isBelieved(state) && this.known === state.image.mean ? (this.curves ?? undefined) : undefined;
  }
}
