/**
 * What the line's stations are called: no words but those that are true of the model.
 * @module
 */

import { drawnAs } from "../views/view.js";
import { capital } from "../words/names.js";

/**
 * @typedef {{title: string, term?: string, fine: string, label?: string}} Words a title, the term of the glossary that it stands
 *   for, what stands beneath it, and what a screen reader calls its picture
 */

/**
 * @param {any} data
 * @param {import("../views/view.js").View} view
 * @param {boolean} [free] whether codes of any origin go through it, and not those of what went in alone
 * @returns {Record<string, Words> & {again: string, quiet: string}}
 */
export function wordsOf({ can, latent: { dims, choices = [] } }, view, free = false) {
  const { noun } = view.words;
  const drawn = drawnAs(view).noun;
  const encodes = can.includes("encode");
  const clouded = can.includes("spread") || !encodes;
  return {
    ...hands(choices.length > 0),
    input: { title: capital(noun), fine: view.pixels ? "Sketch over it" : "", label: `The ${noun} that goes in.` },
    encoder: { title: "Encoder", term: "encoder", fine: "" },
    cloud: choices.length ? CHOICES.cloud : {
      title: encodes && clouded ? "Cloud" : "Code",
      term: encodes && clouded ? "cloud" : "code",
      fine: encodes ? (clouded ? "Drag the cross" : "Drag the point") : "Drag the dot",
    },
    draw: choices.length ? CHOICES.draw : {
      title: encodes ? "Sample" : "Noise",
      term: encodes ? "sample" : "random draw",
      fine: `${encodes ? "z = μ + σ · ε. " : ""}Drag ${dims === 2 ? "the dot" : "a ring"}`,
    },
    decoder: { title: "Decoder", term: "decoder", fine: "" },
    output: {
      title: encodes && !free ? "Reconstruction" : capital(drawn),
      term: "expected picture",
      fine: "",
      label: `The ${drawn} that the decoder makes of the code.`,
    },
  };
}

const CHOICES = {
  cloud: { title: "Shares", term: "choice", fine: "A column for each choice; the stronger its colour, the likelier a way" },
  draw: { title: "Sample", term: "sample", fine: "One way of each choice. Click another" },
};

/** What the draw's button and its switch say. @param {boolean} chooses */
const hands = (chooses) => ({
  again: chooses ? "Choose again, each way as often as its share says" : "Draw ε again from N(0, I)",
  quiet: chooses ? "Without noise the code is the shares themselves" : "Without noise the code is the mean itself",
});
