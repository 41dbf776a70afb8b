/**
 * Tastes on canvases: float32 [N, 1], what somebody likes or how likely each item is. Large ones are a ranked list, small ones bars of
 * their genres.
 * @module
 */

import { readFloats } from "../../wire/frame.js";
import { finely } from "../sharp.js";
import { draw } from "./list.js";
import { csvOf, orderOf, ranksOf, sayTaste } from "./ranks.js";
import { Ticks } from "./ticks.js";

const NATURAL = /** @type {[number, number]} */ ([112, 80]); // CSS pixels of a tile; shown larger or smaller it is drawn so
const REST = 700; // ms after which a hand has come to rest: what moves then is told from there on

/**
 * @typedef {object} ByHand what only a taste has: it is made by ticking, and is a table
 * @property {(on: {onThing: (taste: Float32Array | null) => void}) => Ticks} byHand
 * @property {(array: Float32Array, index?: number) => string} table as CSV
 */

/**
 * Make the view of tastes of one shape.
 * @param {[number, number]} shape items, 1
 * @param {import("./ranks.js").Meaning} meaning
 * @returns {import("../view.js").View & ByHand}
 */
export default function tastes([size], meaning) {
  const one = (array, index) => array.subarray(index * size, (index + 1) * size);
  /** @type {WeakMap<HTMLCanvasElement, {ranks: Uint16Array, before: Uint16Array | null, at: number}>} */
  const held = new WeakMap();

  /** The ranks that items had when what is drawn on a canvas last came to rest; null where it is new. */
  function before(canvas, taste) {
    const ranks = ranksOf(orderOf(taste, meaning.usual));
    const last = held.get(canvas);
    const now = performance.now();
    const from = !last ? null : now - last.at > REST ? last.ranks : last.before;
    held.set(canvas, { ranks, before: from, at: now });
    return from;
  }

  return {
    kind: "tastes",
    shape: [size, 1],
    size,
    dtype: "float32",
    unit: "likes",
    pixels: false,
    draws: false,
    words: { noun: "taste", nouns: "tastes", element: "item", elements: "items" },
    phrases: {
      drawing: "list",
      mean: "A bar is as long as p(x|z) says its item is likely to be the next that is liked.",
      file: "a title or number of what you like a line, or a table with the columns item and rating",
      scale: "over all items",
    },
    hand: ["Tick", "check"],
    accept: ".csv,.tsv,.txt",
    over: {
      restored: "✓ hidden likes",
      judged: "",
      choice: ["Its likes ticked", "Which of these items the taste that it is the reconstruction of likes"],
    },
    width: NATURAL[0],
    height: NATURAL[1],

    read: readFloats,

    ...finely({
      kind: "tastes",
      natural: NATURAL,
      one,
      draw: (context, thing, width, height, layers, look) => draw(context, thing, meaning, width, height, layers, look),
      layersOn: (canvas, thing, { beneath, given }) => ({ beneath, given, before: before(canvas, thing) }),
    }),

    say: (array, index = 0) => sayTaste(one(array, index), meaning),

    /** Root mean square of the differences between two tastes. */
    apart(a, i, b, j) {
      let sum = 0;
      for (let k = 0; k < size; k += 1) sum += (a[i * size + k] - b[j * size + k]) ** 2;
      return Math.sqrt(sum / size);
    },

    byHand: ({ onThing }) => new Ticks({ size, meaning, onThing }),
    table: (array, index = 0) => csvOf(one(array, index), meaning),
  };
}
