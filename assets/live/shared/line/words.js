/**
 * What the line's stations are called, and what each means: no words but those that are true of the model.
 * @module
 */

import { drawnAs } from "../views/view.js";
import { capital, withArticle } from "../words/names.js";

/**
 * @typedef {{title: string, says: string, fine: string, label?: string}} Words a title, what it means, what stands beneath it,
 *   and what a screen reader calls its picture
 */

/**
 * @param {any} data
 * @param {import("../views/view.js").View} view
 * @param {boolean} [free] whether codes of any origin go through it, and not those of what went in alone
 * @returns {Record<string, Words>}
 */
export function wordsOf({ can, latent: { dims } }, view, free = false) {
  const { noun } = view.words;
  const drawn = drawnAs(view).noun;
  const encodes = can.includes("encode");
  const clouded = can.includes("spread") || !encodes;
  const numbers = dims === 2 ? "two numbers" : `${dims} numbers`;
  const cloud = clouded
    ? `For each ${noun} the encoder gives a mean μ and a width σ for every number of the code: a small cloud, not a point.`
    : `The encoder gives one point for each ${noun}. This model has no cloud, and so no noise.`;
  return {
    input: {
      title: capital(noun),
      says: `x, what goes in: ${withArticle(noun)} that you choose or make.`,
      fine: view.pixels ? "Sketch over it" : "",
      label: `The ${noun} that goes in.`,
    },
    encoder: { title: "Encoder", says: `A network that turns ${withArticle(noun)} into ${numbers}.`, fine: "" },
    cloud: {
      title: encodes ? (clouded ? "Cloud" : "Code") : "Code",
      says: encodes ? cloud : "There is no encoder: codes are drawn, and never found.",
      fine: encodes ? (clouded ? "Drag the cross" : "Drag the point") : "Drag the dot",
    },
    draw: {
      title: encodes ? "Sample" : "Noise",
      says: encodes
        ? "One code out of the cloud: z = μ + σ · ε, where ε is noise that knows nothing of the network."
        : "The code itself is noise, drawn from N(0, I).",
      fine: `${encodes ? "z = μ + σ · ε. " : ""}Drag ${dims === 2 ? "the dot" : "a ring"}`,
    },
    decoder: { title: "Decoder", says: `A network that turns ${numbers} into ${withArticle(drawn)}.`, fine: "" },
    output: {
      title: encodes && !free ? "Reconstruction" : capital(drawn),
      says: `The expected ${drawn}: the mean of p(x|z), at every ${view.pixels ? "pixel" : "sample"}.`,
      fine: "",
      label: `The ${drawn} that the decoder makes of the code.`,
    },
  };
}
