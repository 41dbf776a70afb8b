/**
 * Words on canvases: uint8 [L, V], letters in boxes that are the fuller the surer they are.
 * @module
 */

import { finely } from "../sharp.js";
import { NATURAL, drawWord, planOf } from "./boxes.js";
import { lettersOf, placesApart, spelt, symbolsOf, wordOf } from "./reading.js";
import { sayAt, sayPlace, sayWord } from "./saying.js";

/** @typedef {{index: number, left: number, words: string}} Hover */

/**
 * @typedef {object} Spelling what only words have: they can be typed
 * @property {(word: string) => {thing: Uint8Array} | {problem: string}} spell a word as an array, or what is wrong with it in a sentence
 * @property {(array: Uint8Array, index?: number) => string} text how it reads
 */

/**
 * Make the view of words of one alphabet.
 * @param {[number, number]} shape places and symbols, the end among them
 * @param {import("./reading.js").Meaning} meaning
 * @returns {import("../view.js").View & Spelling}
 */
export default function text([places, count], meaning) {
  const symbols = symbolsOf(meaning, count);
  const size = places * count;
  /** @type {WeakMap<Element, number>} how many letters each canvas shows */
  const lengths = new WeakMap();
  const one = (array, index) => array.subarray(index * size, (index + 1) * size);
  const planOn = (canvas) => {
    const width = canvas.clientWidth || NATURAL[0];
    return planOf({ width, height: (width * NATURAL[1]) / NATURAL[0] }, places, lengths.get(canvas) ?? 0);
  };
  const told = (place, plan, array) => ({ index: place, left: plan.x.at(place), words: sayAt(array, place, symbols) });
  return {
    kind: "text",
    shape: [places, count],
    size,
    dtype: "uint8",
    unit: "letters",
    pixels: false,
    words: { noun: "word", nouns: "words", element: "letter", elements: "letters" },
    phrases: {
      drawing: "word",
      mean: "Each letter is as dense as p(x|z) says it is likely; the switch draws one word.",
      file: "one word",
      away: (apart) => `The reconstruction differs by ${apart} letters, a doubt counting as a part of one.`,
      spread: () => "A letter is as dense as the draws agree on it: how far they differ, and not how far the truth is away.",
    },
    over: {
      restored: "original in grey",
      judged: "in the colour of its error; the reconstruction in grey",
      choice: ["Original beneath", "The word that it is the reconstruction of, in grey"],
    },
    hand: ["Type", "pen"],
    accept: ".txt",
    width: NATURAL[0],
    height: NATURAL[1],
    read: (buffer, offset = 0, length) => new Uint8Array(buffer, offset, length),

    ...finely({
      kind: "text",
      natural: NATURAL,
      one,
      draw: (context, thing, width, height, layers, look) => drawWord(context, thing, symbols, width, height, layers, look),
      layersOn(canvas, thing, layers) {
        const { length } = lettersOf(thing, symbols);
        lengths.set(canvas, length);
        canvas.dataset.letters = String(length);
        return layers;
      },
    }),

    say: (array, index = 0) => sayWord(one(array, index), symbols),

    /** At how many places two words differ. */
    apart: (a, i, b, j) => placesApart(one(a, i), one(b, j)),

    /** What may stand under the pointer. @param {HTMLCanvasElement} canvas that was painted @returns {Hover} */
    hoverOf(canvas, x, array, index = 0) {
      const thing = one(array, index);
      const plan = planOn(canvas);
      return told(plan.x.of(x), plan, thing);
    },

    /** The same of a place by its number, or of the nearest one that there is. @returns {Hover} */
    hoverAt(canvas, place, array, index = 0) {
      const thing = one(array, index);
      return told(Math.min(places - 1, Math.max(0, place)), planOn(canvas), thing);
    },

    planOn,
    placeText: sayPlace,
    text: (array, index = 0) => wordOf(one(array, index), symbols),

    spell(word) {
      const typed = word.normalize("NFC").trim();
      const known = [...typed].map((letter) => (symbols.includes(letter) ? letter : letter.toLowerCase()));
      if (!known.length) return { problem: "Type a word." };
      if (known.length >= places) return { problem: `${known.length} letters are too many: a word has at most ${places - 1}.` };
      const strange = known.find((letter) => symbols.indexOf(letter) < 1);
      if (strange) return { problem: `“${strange}” is not in the alphabet of this model: ${symbols.join("")}.` };
      return { thing: spelt(known.join(""), places, symbols) };
    },
  };
}
