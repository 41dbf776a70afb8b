/**
 * What is said about restored things: figures, what is best, and where nothing helps.
 * @module
 */

import { count, figure, setting } from "../shared/words/numbers.js";

const FLAT = 0.05; // dB: closer than this no eye and hardly a measurement tells two pictures apart
const SAME = 0.005; // of an error without a fixed scale: the same for two errors that differ by less

/**
 * One figure of how near a restored thing is to the clean one, as the server says it (vae/experiments/fidelity.py).
 * @typedef {object} Measure
 * @property {string} name of its values in an answer
 * @property {string} title
 * @property {string} unit empty where it has none
 * @property {"higher" | "lower"} better
 * @property {number | null} exact what a thing restored exactly counts as in a mean, where its own figure is infinite
 */

/** PSNR as people read it; null is infinite: not one pixel differs. @param {number | null} psnr dB */
export const decibels = (psnr) => (psnr === null ? "∞ dB" : `${psnr.toFixed(1).replace("-", "−")} dB`);

/** SSIM in two digits. @param {number | null} ssim */
export const similarity = (ssim) => (ssim === null ? "–" : ssim.toFixed(2).replace("-", "−"));

/** A figure as people read it. @param {Measure} measure @param {number | null} value null is infinite */
export function figureOf({ unit, better }, value) {
  if (unit === "dB") return decibels(value);
  if (better === "higher") return similarity(value);
  return [errorText(value), unit].filter(Boolean).join("\u00a0");
}

/** An error with three digits that count. @param {number | null} value */
function errorText(value) {
  if (value === null) return "–";
  if (value >= 1000) return count(value);
  if (value >= 1) return figure(value);
  return value >= 0.001 ? value.toFixed(3) : setting(value).replace("e-", " · 10^−");
}

/** All figures of a thing, as a caption has them; decibels tell what they are. @param {Measure[]} measures @param {(number | null)[]} values */
export const figures = (measures, values) =>
  measures.map((measure, i) => (i || measure.unit !== "dB" ? `${measure.title} ` : "") + figureOf(measure, values[i])).join(" · ");

/** All figures of a thing, as they are said. @param {Measure[]} measures @param {(number | null)[]} values */
export const spoken = (measures, values) =>
  measures.map((measure, i) => `${measure.title} ${values[i] === null && measure.exact !== null ? "infinite" : figureOf(measure, values[i])}`).join(", ");

/** The figures of one of the things in an answer. @param {Measure[]} measures @param {any} header @param {number} i */
export const valuesOf = (measures, header, i) => measures.map(({ name }) => header[name][i]);

/** How good a value is, for comparing: higher is better. @param {Pick<Measure, "better">} measure @param {number | null} value */
export const goodness = ({ better }, value) => (better === "higher" ? (value ?? Infinity) : -(value ?? Infinity));

/**
 * Number the best, the first of equals; -1 where there is none.
 * @param {(number | null | undefined)[]} values undefined is not known yet
 * @param {Pick<Measure, "better">} [measure]
 */
export function bestOf(values, measure = { better: "higher" }) {
  let best = -1;
  values.forEach((value, i) => {
    if (value !== undefined && (best < 0 || goodness(measure, value) > goodness(measure, values[best]))) best = i;
  });
  return best;
}

const FULL = 40; // dB of a full bar: nobody sees a difference there

/**
 * How long a figure's bar is, as a share: of decibels out of 40, so that a bar stands for the same everywhere; of others out of the largest.
 * @param {Measure} measure @param {number | null} value null is infinite @param {number} most the largest of those that are compared
 */
export function barOf({ unit, better }, value, most) {
  if (value === null) return better === "higher" ? 1 : 0;
  const whole = unit === "dB" ? FULL : most;
  return whole > 0 ? Math.min(1, Math.max(0, value / whole)) : 0;
}

/** Say what the bars are. @param {Measure} measure */
export const sayBars = ({ title, unit, better }) =>
  `${title}${unit && ` in ${unit}`}: ${better === "higher" ? "higher" : "lower"} is nearer to the original.`;

/** How much one figure is better than another, in words; empty where nobody could tell. @param {Measure} measure */
function gainWords(measure, corrupted, restored) {
  const gain = goodness(measure, restored) - goodness(measure, corrupted);
  const flat = measure.unit === "dB" ? FLAT : SAME * Math.abs(corrupted ?? 0);
  if (Math.abs(gain) <= flat) return "";
  if (measure.unit === "dB") return restored === null ? "all the way" : decibels(Math.abs(gain));
  if (!restored) return "all the way";
  const times = gain > 0 ? corrupted / restored : restored / corrupted;
  const share = gain > 0 ? 1 - restored / corrupted : restored / corrupted - 1;
  if (times >= 1.95) return `${times >= 10 ? Math.round(times) : times.toFixed(1)} times`;
  return `${Math.max(1, Math.round(100 * share))} %`;
}

/** What is restored, in a word: pictures are called that here. @param {{pixels: boolean, words: {noun: string}}} view */
export const called = ({ pixels, words }) => (pixels ? "picture" : words.noun);

/**
 * Say whether restoring helped.
 * @param {object} what
 * @param {number | null} what.corrupted @param {number | null} what.restored the first of their figures
 * @param {string} what.by a model's name or a method's title
 * @param {number | null} what.hidden the share that is lost, or null where that is not known
 * @param {boolean} [what.brush] whether a hand says which
 * @param {Measure} [what.measure] @param {string} [what.noun] what is restored
 * @param {string} [what.invitation] what to do where a hand has marked nothing yet
 * @returns {{sentence: string, helped: boolean | null}} null where neither is better
 */
export function verdict({ corrupted, restored, by, hidden, brush = false, measure = PSNR, noun = "picture", invitation = DRAW }) {
  if (hidden === 1) return { sentence: `Nothing of the ${noun} is left. What is restored is a guess, and the same for every ${noun}.`, helped: null };
  if (hidden === 0) return { sentence: brush ? `Nothing is hidden yet: ${invitation}` : "Nothing is hidden: move the slider to the right.", helped: null };
  if (isExact(measure, corrupted)) {
    const same = isExact(measure, restored);
    return { sentence: `The ${noun} is not spoiled at all. ${by} ${same ? "leaves it as it is." : "can only make it worse."}`, helped: same ? null : false };
  }
  if (isOfOne(measure)) return ofOne({ corrupted, restored, by, measure });
  const much = gainWords(measure, corrupted, restored);
  if (!much) return { sentence: `${by}: no difference. Both are as far from the original.`, helped: null };
  const helped = goodness(measure, restored) > goodness(measure, corrupted);
  const far = `${much} ${helped ? "closer to" : "further from"} the original than the corrupted ${noun}.`;
  return helped ? { sentence: `${by}: ${far}`, helped } : { sentence: `${by}: ${far} Doing nothing is better than that.`, helped };
}

/** Whether a figure is that of a thing without an error. @param {Measure} measure @param {number | null} value */
const isExact = ({ exact, better }, value) => (exact === null ? value === (better === "higher" ? 1 : 0) : value === null);

/** Whether a figure is a share, of which 1 is all that there is. @param {Measure} measure */
const isOfOne = ({ unit, better }) => unit === "" && better === "higher";

function ofOne({ corrupted, restored, by, measure }) {
  const [before, after] = [corrupted, restored].map((value) => figureOf(measure, value));
  if (before === after) return { sentence: `${by}: no difference, ${measure.title} ${after}.`, helped: null };
  const helped = restored > corrupted;
  return { sentence: `${by}: ${measure.title} ${after}, and ${before} by chance.${helped ? "" : " Chance is better than that."}`, helped };
}

const PSNR = /** @type {Measure} */ ({ name: "psnr", title: "PSNR", unit: "dB", better: "higher", exact: 58.9 });
const DRAW = "draw on the corrupted picture. The slider is the width of the brush.";

/**
 * Say in a sentence what the row of methods shows.
 * @param {{title: string, value: number | null | undefined}[]} methods the first is the corrupted thing itself
 * @param {boolean} [lost] whether nothing of it is left
 * @param {Measure} [measure]
 */
export function rowVerdict(methods, lost = false, measure = PSNR) {
  if (lost) return "Nothing is left to restore from, so none of them is best.";
  const best = bestOf(methods.map(({ value }) => value), measure);
  if (best < 0) return "";
  if (best === 0) return "Best here: doing nothing.";
  return `Best here: ${methods[best].title}, ${figureOf(measure, methods[best].value ?? null)}.`;
}

const FEWEST = 2; // pixels along a side that are always left

/** Say how many pixels along each side a low resolution leaves. @param {[number, number]} size height and width @param {number} amount */
export function pixelsLeft([height, width], amount) {
  const left = (side) => Math.max(Math.round(side * (1 - amount)), Math.min(side, FEWEST));
  return height === width ? `${height} → ${left(height)} a side` : `${height} × ${width} → ${left(height)} × ${left(width)}`;
}

/** Name a thing for captions and screen readers. @param {{name: string, label: string}} picture */
export const namePicture = ({ name, label }) => [name, label && (/^\d+$/.test(label) ? `class ${label}` : label)].filter(Boolean).join(", ");

