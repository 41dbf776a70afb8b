/**
 * The curve of what is measured over the amount: which amounts, what scale, which lines, and its table. Pure functions.
 * @module
 */

import { ticks } from "../../shared/draw/axes.js";
import { textCell } from "../../shared/space/csv.js";

/** @typedef {import("../words.js").Measure} Measure */

/** The amounts, first the coarse ones, so that the curve has its shape soon. In steps of a tenth, closer near 0. */
export const AMOUNTS = [0.5, 0.1, 0.9, 0.3, 0.7, 0.05, 1, 0.2, 0.4, 0.6, 0.8, 0];

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} title
 * @property {(number | null | undefined)[]} values one for each amount; null is infinite, undefined not measured yet
 */

/**
 * Lay what has been measured out as lines over sorted amounts.
 * @param {{name: string, title: string}[]} methods in the order to show
 * @param {Map<number, Record<string, number | null>>} measured amount -> method -> mean
 * @returns {{amounts: number[], lines: Line[]}} a method is left out until one amount has it
 */
export function linesOf(methods, measured) {
  const amounts = [...measured.keys()].sort((a, b) => a - b);
  const has = ({ name }) => amounts.some((amount) => measured.get(amount)?.[name] !== undefined);
  const lines = methods.filter(has).map(({ name, title }) => ({ name, title, values: amounts.map((amount) => measured.get(amount)?.[name]) }));
  return { amounts, lines };
}

const SLOW = "impute"; // it takes the server seconds

/**
 * What to measure next: at each amount the quick methods, of both models before the next amount; last what takes seconds. Null where all is
 * measured.
 * @param {{name: string, model: string, method: string}[]} lines
 * @param {Map<number, Record<string, number | null>>} measured
 * @returns {{amount: number, lines: any[]} | null} lines of one model
 */
export function nextOf(lines, measured) {
  const slow = ([{ method }]) => method === SLOW;
  const keys = [...new Set(lines.map(({ model, method }) => `${method === SLOW} ${model}`))];
  const groups = keys.map((key) => lines.filter(({ model, method }) => key === `${method === SLOW} ${model}`));
  for (const some of [groups.filter((group) => !slow(group)), groups.filter(slow)]) {
    for (const amount of AMOUNTS) {
      const next = some.find(([{ name }]) => !(name in (measured.get(amount) ?? {})));
      if (next) return { amount, lines: next };
    }
  }
  return null;
}

/**
 * The scale for all lines: whole fives of dB, with room for what is finite. At amount 0 hardly anything differs from the
 * original, and the values there are so high that all others would lie flat: they do not count.
 * @param {Line[]} lines
 * @param {number[]} amounts
 * @returns {{low: number, high: number, ticks: number[]}}
 */
export function scaleOf(lines, amounts, step = 5, most = 45) {
  const values = /** @type {number[]} */ (lines.flatMap((line) => line.values.filter((value, i) => amounts[i] > 0 && Number.isFinite(value))));
  if (!values.length) return { low: 0, high: 30, ticks: [0, 10, 20, 30] };
  const low = step * Math.floor(Math.min(...values) / step);
  const high = Math.max(low + step, Math.min(most, step * Math.ceil(Math.max(...values) / step)));
  return { low, high, ticks: Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step) };
}

/**
 * A line as an SVG path; it is broken where a value is infinite, and goes on over one that is not measured yet.
 * @param {number[]} amounts
 * @param {(number | null | undefined)[]} values
 * @param {(amount: number) => number} x
 * @param {(value: number) => number} y
 */
export function pathOf(amounts, values, x, y) {
  let pen = "M";
  return amounts
    .map((amount, i) => {
      const value = values[i];
      if (value === undefined || value === null) {
        if (value === null) pen = "M";
        return "";
      }
      const part = `${pen}${x(amount).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
      return part;
    })
    .join("");
}

/**
 * Move labels apart that would lie over one another, each as little as it takes.
 * @param {number[]} places where they would stand, in pixels from the top
 * @param {number} gap between two, at least
 * @param {[number, number]} within the first and the last place there is
 * @returns {number[]} in the order given
 */
export function spread(places, gap, [top, bottom]) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const spaced = [...places];
  let floor = top;
  for (const i of order) {
    spaced[i] = Math.max(spaced[i], floor);
    floor = spaced[i] + gap;
  }
  let ceiling = bottom;
  for (const i of order.reverse()) {
    spaced[i] = Math.min(spaced[i], ceiling);
    ceiling = spaced[i] - gap;
  }
  return spaced;
}

/** The measured amount nearest to one; null where nothing is measured. @param {number[]} amounts @param {number} amount */
export const nearestAmount = (amounts, amount) =>
  amounts.reduce((best, each) => (best === null || Math.abs(each - amount) < Math.abs(best - amount) ? each : best), /** @type {number | null} */ (null));

const TICKS = 6; // of errors, which begin at 0

/** The scale for all lines, whichever figure they are of. @param {Line[]} lines @param {number[]} amounts @param {Measure} measure */
export function scaleFor(lines, amounts, { unit }) {
  if (unit === "dB") return scaleOf(lines, amounts);
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.filter(Number.isFinite)));
  const high = most > 0 ? 1.04 * most : 1;
  return { low: 0, high, ticks: ticks(0, high, TICKS) };
}

const NEARLY = 0.9; // so far below what an exact thing counts as, all of those that were averaged are as good as exact

/** A mean as it is drawn: null, where hardly anything differs and the figure is infinite. @param {Measure} measure @param {number} mean */
export const drawn = ({ exact }, mean) => (exact !== null && mean > exact - NEARLY ? null : mean);

/** @typedef {{clean: string, images: number}} Ground on what a point was measured: how many things, and which */

/**
 * Say on which things each model was measured.
 * @param {Map<string, Ground>} grounds model -> what its last point was measured on
 * @param {string[]} models in the order to name them, with no doubles
 * @param {string} [nouns] what they are
 */
export function groundWords(grounds, models, nouns = "images") {
  const instead = `reconstructions of test ${nouns} by the model, since the ${nouns} are not here`;
  const which = ({ clean, images }) => `${images} ${clean === "reconstructions" ? instead : clean}`;
  const known = models.filter((model) => grounds.has(model)).map((model) => ({ model, words: which(grounds.get(model)) }));
  const same = known.every(({ words }) => words === known[0].words);
  return same ? (known[0]?.words ?? "") : known.map(({ model, words }) => `${words} (${model})`).join(" or ");
}

/**
 * The curve as a table for spreadsheets. Lines end with CR LF, as RFC 4180 has them.
 * @param {number[]} amounts @param {Line[]} lines @param {Measure} measure
 */
export function curveCsv(amounts, lines, { title: of, unit }) {
  const what = `mean ${of}${unit && ` (${unit})`}`;
  const head = ["amount", ...lines.map(({ title }) => `${title}, ${what}`)].map(textCell).join(",");
  const written = (value) => (unit === "dB" ? value.toFixed(3) : String(Number(value.toPrecision(6))));
  const cell = (value) => (value === null ? "inf" : value === undefined ? "" : written(value));
  const rows = amounts.map((amount, i) => [amount, ...lines.map(({ values }) => cell(values[i]))].join(","));
  return `${[head, ...rows].join("\r\n")}\r\n`;
}
