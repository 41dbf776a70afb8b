/**
 * Sounds on canvases: uint8 [F, T, 1], how loud each frequency is at each time, low ones at the bottom; and as waves, to be heard.
 * @module
 */

import { lookNow } from "../look.js";
import { finely } from "../sharp.js";
import { coloured, outline } from "./colouring.js";
import { Listening } from "./listening.js";
import { hertz, hertzOf, rateOf, saySound, secondsOf } from "./saying.js";
import { RANGE, hearing } from "./waves.js";

const NATURAL = /** @type {[number, number]} */ ([112, 84]); // CSS pixels of a tile; shown larger or smaller it is drawn so
const ROOM = 18; // sizes of the text that a drawing with words is wide, at least
const INSET = 0.6; // of the text, from the edges

/**
 * Draw a sound from the origin of the context on.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {Uint8Array} levels [F, T] @param {[number, number, number]} shape @param {import("./saying.js").Meaning} meaning
 * @param {{beneath?: Uint8Array, gaps?: ArrayLike<number | boolean>}} layers
 */
function draw(context, levels, [frequencies, times], meaning, width, height, { beneath, gaps }, look) {
  const rgba = coloured(levels, look.dark, gaps, times);
  if (beneath) outline(rgba, beneath, times, look.dark);
  const own = new OffscreenCanvas(times, frequencies);
  own.getContext("2d").putImageData(new ImageData(/** @type {any} */ (rgba), times, frequencies), 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(own, 0, 0, width, height);
  if (width >= ROOM * look.text) drawWords(context, frequencies, times, meaning, width, height, look);
}

/** The highest frequency and the end of the time, at their edges. */
function drawWords(context, frequencies, times, meaning, width, height, look) {
  const [inset, end] = [INSET * look.text, (times * secondsOf(meaning, frequencies)).toFixed(2)];
  const words = [
    [hertz(hertzOf(meaning, frequencies, 0)), inset, inset, "left", "top"],
    ["0", inset, height - inset, "left", "bottom"],
    [`${end} s`, width - inset, height - inset, "right", "bottom"],
  ];
  Object.assign(context, { font: `${look.text}px ${look.font}`, lineWidth: 3, lineJoin: "round", strokeStyle: look.paper, fillStyle: look.muted });
  for (const [text, x, y, textAlign, textBaseline] of words) {
    Object.assign(context, { textAlign, textBaseline });
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

/**
 * Make the view of sounds of one shape.
 * @param {[number, number, number]} shape frequencies, times, 1
 * @param {import("./saying.js").Meaning} meaning
 * @returns {import("../view.js").View}
 */
export default function sounds(shape, meaning) {
  const [frequencies, times] = shape;
  const size = frequencies * times;
  const one = (array, index) => array.subarray(index * size, (index + 1) * size);
  const hear = { rate: rateOf(meaning), waves: (array, index = 0) => hearing(one(array, index).slice(), frequencies, times) };
  return {
    kind: "sounds",
    shape,
    size,
    dtype: "uint8",
    unit: "dB",
    pixels: false,
    plane: true,
    words: { noun: "sound", nouns: "sounds", element: "point", elements: "points" },
    phrases: {
      drawing: "spectrogram",
      mean: "The levels are the mean of p(x|z), and what is heard has phases that fit them; the switch draws each level around it.",
      file: "of any rate, at most a minute",
      away: (apart, most) => `The reconstruction is ${apart} dB away, as a root mean square, and ${most} at the most.`,
      spread: (figure) => `Where something was lost the draws differ by ${figure} on average: not how far the truth is away.`,
    },
    accept: ".wav",
    draws: false, // noise on each level is no sound of the set
    over: {
      restored: "lines: edges of what is loud in the original",
      judged: "lines: edges of what is loud in it",
      choice: ["Outline of the original", "Lines: the edges of what is loud in the sound that this one began with"],
    },
    width: NATURAL[0],
    height: NATURAL[1],
    read: (buffer, offset = 0, length) => new Uint8Array(buffer, offset, length),

    ...finely({
      kind: "sounds",
      natural: NATURAL,
      one,
      draw: (context, thing, width, height, layers, look) => draw(context, thing, shape, meaning, width, height, layers, look),
    }),

    say: (array, index = 0) => saySound(one(array, index), frequencies, times, meaning),
    /** What plays one: a key, its wave, and whether it plays by itself. */
    listening: (on) => new Listening(hear, lookNow, on),

    /** Root mean square of the differences between two sounds, in dB. */
    apart(a, i, b, j) {
      let sum = 0;
      for (let k = 0; k < size; k += 1) sum += (a[i * size + k] - b[j * size + k]) ** 2;
      return (Math.sqrt(sum / size) * RANGE) / 255;
    },
  };
}
