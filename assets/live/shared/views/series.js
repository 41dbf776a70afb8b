/**
 * Series on canvases: float32 [T, C], a curve for each channel, all of a set on one scale.
 * @module
 */

import { hoverOf, planOf } from "./curve.js";
import { paintAxes, paintBand, paintBeneath, paintCurve, paintDraws, paintError, paintGaps, paintMark, paintZero } from "./curvelayers.js";
import { sayCurve, sayHover, sayPlace, sayValue } from "./curvewords.js";
import { lookNow } from "./look.js";
import { readFloats } from "../wire/frame.js";
import { finely } from "./sharp.js";

const NATURAL = /** @type {[number, number]} */ ([112, 80]); // CSS pixels of a tile; shown larger or smaller it is drawn so

/**
 * @typedef {object} Layers what may be drawn with a curve, arrays of one thing, [T, C]
 * @property {{low: ArrayLike<number>, high: ArrayLike<number>}} [band] beneath it
 * @property {ArrayLike<number>[]} [draws] curves that it might have been
 * @property {ArrayLike<number>} [beneath] another curve, in grey
 * @property {{values: ArrayLike<number>, most: number}} [error] [T, C] or [T]: it is coloured along itself, up to `most`
 * @property {ArrayLike<number | boolean>} [gaps] [T], true where a sample was lost
 * @property {number} [mark] a sample that is pointed at
 */

/** @typedef {{index: number, time: number | null, values: number[], left: number, words: string}} Hover time in seconds, where the rate is known */

/**
 * @typedef {object} Along what only a curve has: places along it
 * @property {(canvas: HTMLCanvasElement, x: number, array: Float32Array, index?: number) => Hover} hoverOf what lies under the pointer
 * @property {(canvas: HTMLCanvasElement) => import("./curve.js").Plan} planOn where everything lies on a canvas, in CSS pixels from its upper left corner
 * @property {(sample: number) => string} placeText a place in words, as a time where the rate is known
 */

/**
 * Draw a series with all that goes with it, from the origin of the context on.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {Float32Array} array [T, C] @param {import("./curve.js").Series} series
 * @param {Layers} layers
 */
function draw(context, array, series, width, height, layers, look) {
  const plan = planOf({ width, height, text: look.text }, series);
  const { band, draws, beneath, error, gaps, mark } = layers;
  context.fillStyle = look.paper;
  context.fillRect(0, 0, width, height);
  if (gaps) paintGaps(context, gaps, plan, look);
  if (plan.axes) paintAxes(context, plan, look, error && { most: sayValue(error.most, series.meaning) });
  paintZero(context, plan, look);
  if (band) paintBand(context, band.low, band.high, plan, look);
  if (draws) paintDraws(context, draws, plan, look);
  if (beneath) paintBeneath(context, beneath, plan, look);
  if (error) paintError(context, array, error.values, error.most, plan, look);
  else paintCurve(context, array, plan, look);
  if (mark !== undefined) paintMark(context, array, mark, plan, look);
}

/**
 * Make the view of series of one shape.
 * @param {[number, number]} shape samples, channels
 * @param {import("./curve.js").Meaning} meaning
 * @returns {import("./view.js").View & Along}
 */
export default function series([samples, channels], meaning) {
  const all = { samples, channels, meaning };
  const size = samples * channels;
  const one = (array, index) => array.subarray(index * size, (index + 1) * size);
  const planOn = (canvas) => {
    const width = canvas.clientWidth || NATURAL[0];
    return planOf({ width, height: (width * NATURAL[1]) / NATURAL[0], text: lookNow().text }, all);
  };
  const told = (hover, plan) => ({ ...hover, left: plan.x.at(hover.index), words: sayHover(hover, all) });
  return {
    kind: "series",
    shape: [samples, channels],
    size,
    dtype: "float32",
    unit: meaning.unit ?? "units",
    pixels: false,
    words: { noun: "series", nouns: "series", element: "sample", elements: "samples" },
    phrases: {
      drawing: "curve",
      mean: "The curve is the mean of p(x|z); the switch draws each sample around it.",
      file: "a value a line, or a column a channel",
      away: (apart, most) => `The reconstruction is ${apart} ${meaning.unit ?? "units"} away, as a root mean square, and ${most} at the most.`,
      spread: (figure) =>
        `The band is two standard deviations of the draws to either side, and one of them is ${figure} in the gap, as a mean: ` +
        "how far they differ, not how far the truth is away. It is rather too narrow.",
    },
    accept: ".csv,.tsv,.txt,.npy",
    over: {
      restored: "original in grey",
      judged: "in the colour of its error; the reconstruction in grey",
      draws: [
        "8 draws",
        "Eight curves that the encoder thinks possible too, of codes drawn from q(z|x): how sure the code is. The band: how far samples stray",
      ],
      choice: ["Original beneath", "The series that it is the reconstruction of, in grey"],
    },
    width: NATURAL[0],
    height: NATURAL[1],

    read: readFloats,

    ...finely({
      kind: "series",
      natural: NATURAL,
      one,
      draw: (context, thing, width, height, layers, look) => draw(context, thing, all, width, height, layers, look),
    }),

    say: (array, index = 0) => sayCurve(one(array, index), all),

    /** Root mean square of the differences between two series, in `unit`. */
    apart(a, i, b, j) {
      let sum = 0;
      for (let k = 0; k < size; k += 1) sum += (a[i * size + k] - b[j * size + k]) ** 2;
      return Math.sqrt(sum / size);
    },

    /**
     * What lies under the pointer, and in words.
     * @param {HTMLCanvasElement} canvas that was painted @param {number} x CSS pixels from its left edge
     * @returns {Hover} left: where the sample lies, in CSS pixels from the canvas's left edge
     */
    hoverOf(canvas, x, array, index = 0) {
      const plan = planOn(canvas);
      return told(hoverOf(x, one(array, index), plan, meaning), plan);
    },

    /** The same of a sample by its number, or of the nearest one that there is. @returns {Hover} */
    hoverAt(canvas, sample, array, index = 0) {
      const plan = planOn(canvas);
      return told(hoverOf(plan.x.at(sample), one(array, index), plan, meaning), plan);
    },

    planOn,
    placeText: (sample) => sayPlace(sample, all),
  };
}
