/**
 * Where a curve lies on a canvas: scales, samples thinned to pixels, the parts that leave the plot, ticks. Pure functions.
 * @module
 */

import { scale, tickTexts } from "../draw/axes.js";
import { channelName, timesOf } from "./curvewords.js";

/**
 * @typedef {object} Meaning what the numbers of a series are
 * @property {string} [title]
 * @property {string[]} [channels] their names
 * @property {string} [unit] of the values
 * @property {string} [x] the name of the horizontal axis
 * @property {number} [rate] samples a second
 * @property {number} low @property {number} high between which nearly all values of the set lie: the scale of each of them
 */

/** @typedef {{samples: number, channels: number, meaning: Meaning}} Series what all series of a set have in common */

/**
 * @typedef {object} Plan where everything of a curve goes, in CSS pixels
 * @property {number} width @property {number} height of it all
 * @property {number} left @property {number} right @property {number} top @property {number} bottom edges of the plot
 * @property {number} samples @property {number} channels
 * @property {import("../draw/axes.js").Scale} x of sample numbers @property {import("../draw/axes.js").Scale} y of values
 * @property {number} line how thick the line is @property {number} text how large its words are
 * @property {Axes | null} axes where there is room for them
 */

/**
 * @typedef {object} Axes
 * @property {{value: number, text: string}[]} values
 * @property {string} heading what the values are, over them
 * @property {{start: string, end: string, name: string}} along
 * @property {{text: string, channel: number, x: number, y: number, row: number}[]} legend the left end and the middle of each entry
 */

const MARGIN = 0.07; // of the range, above and below it
const TEXT = 11.5;
const LETTER = 0.56; // about what a letter is wide, in sizes of the text
const ROOM = { width: 22, height: 15 }; // sizes of the text that a drawing with axes has at least
const INSET = 0.04; // of a tile's shorter side
const LINE = { one: 1.25, several: 1, most: 1.75, from: 120, to: 300 }; // CSS pixels, and the widths of a drawing between which it grows
const ROW = 1.55; // of the legend, in sizes of the text
const SWATCH = 1.3; // the line before a name
const LETTERS = [18, 12, 8, 5]; // that a name may have: fewer where the legend would be higher
const ROWS = 3; // of the legend, at most

/** The values at the lower and the upper edge of a plot: the set's range, with a margin. @returns {[number, number]} */
export function edgesOf({ low, high }) {
  const [from, to] = high > low ? [low, high] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
  const margin = MARGIN * (to - from);
  return [from - margin, to + margin];
}

/**
 * Decide where everything goes. Where there is little room the curve has all of it, elsewhere axes are beside it.
 * @param {{width: number, height: number, text?: number}} size CSS pixels
 * @param {Series} series
 * @returns {Plan}
 */
export function planOf({ width, height, text = TEXT }, { samples, channels, meaning }) {
  const line = lineWidth(width, channels);
  const large = width >= ROOM.width * text && height >= ROOM.height * text;
  const inset = Math.max(line, INSET * Math.min(width, height));
  const axes = large ? axesOf({ width, text }, { samples, channels, meaning }) : null;
  const rows = axes ? Math.max(axes.heading ? 1 : 0, ...axes.legend.map(({ row }) => row + 1)) : 0;
  const wide = axes ? Math.max(0, ...axes.values.map((value) => value.text.length)) * LETTER * text : 0;
  const [left, right] = axes ? [wide + 1.3 * text, width - 1.1 * text] : [inset, width - inset];
  const [top, bottom] = axes ? [(rows ? ROW * rows + 0.7 : 1) * text, height - 2.1 * text] : [inset, height - inset];
  const [low, high] = edgesOf(meaning);
  const x = scale(0, Math.max(1, samples - 1), left, right);
  return { width, height, left, right, top, bottom, samples, channels, x, y: scale(low, high, bottom, top), line, text, axes };
}

/** How thick a line is: several in a small drawing are told apart where they are thinner. */
function lineWidth(width, channels) {
  const least = channels > 1 ? LINE.several : LINE.one;
  return least + Math.min(1, Math.max(0, (width - LINE.from) / (LINE.to - LINE.from))) * (LINE.most - least);
}

/** What is written around a plot. */
function axesOf({ width, text }, { samples, channels, meaning }) {
  const { values, power } = valuesOf(meaning);
  const unit = [power && `10${raised(power)}`, meaning.unit].filter(Boolean).join(" ");
  const heading = [channels === 1 && meaning.channels?.[0], unit].filter(Boolean).join(", ");
  const { name, end } = timesOf(meaning, samples);
  const names = channels > 1 ? Array.from({ length: channels }, (_, channel) => channelName(meaning, channel)) : [];
  const legends = LETTERS.map((letters) => legendOf(names.map((each) => cut(each, letters)), heading, width, text));
  const legend = legends.find((entries) => !(entries.at(-1)?.row >= ROWS)) ?? [];
  return { values, heading, along: { start: "0", end, name: cut(name, LETTERS[0]) }, legend };
}

/** Leave out the middle of a long name: names of channels often differ at their end. */
const cut = (name, letters) => (name.length > letters ? `${name.slice(0, letters - 3)}…${name.slice(-2)}` : name);

/** Lay names in rows that end at the right, the first beside the heading. */
function legendOf(names, heading, width, text) {
  const rows = [[]];
  const longs = names.map((name) => (SWATCH + 0.5 + LETTER * name.length) * text);
  const room = (row) => width - 2.2 * text - (row ? 0 : heading.length * LETTER * text + text);
  const taken = (row) => row.reduce((sum, i) => sum + longs[i] + text, 0);
  names.forEach((_, i) => {
    if (rows.at(-1).length && taken(rows.at(-1)) + longs[i] > room(rows.length - 1)) rows.push([]);
    rows.at(-1).push(i);
  });
  return rows.flatMap((row, r) => {
    let x = width - 1.1 * text - taken(row) + text;
    return row.map((channel) => {
      const entry = { text: names[channel], channel, x, y: (ROW * (r + 0.5) + 0.3) * text, row: r };
      x += longs[channel] + text;
      return entry;
    });
  });
}

const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5]; // times a power of ten

/**
 * Three round values, as far apart as they can be: neighbours among the multiples of a round step, nearest to the middle.
 * @param {number} low @param {number} high they lie between
 * @returns {number[]} none, where there is no range
 */
export function threeTicks(low, high) {
  if (!(high > low && high - low < Infinity)) return [];
  for (let power = Math.floor(Math.log10(high - low)); power > -400; power -= 1) {
    for (const digits of STEPS.toReversed()) {
      const exact = (count) => Number((count * digits * 10 ** power).toPrecision(12)) + 0;
      const [first, last] = [Math.ceil(low / exact(1) - 1e-9), Math.floor(high / exact(1) + 1e-9)];
      if (last - first < 2) continue;
      const start = Math.min(last - 2, Math.max(first, Math.round((low + high) / 2 / exact(1)) - 1));
      return [start, start + 1, start + 2].map(exact);
    }
  }
  return [];
}

/** The values along a plot with their texts, and the power of ten that these are to be taken times, where they are long. */
function valuesOf({ low, high }) {
  const [from, to] = high > low ? [low, high] : edgesOf({ low, high });
  const values = threeTicks(from, to);
  const size = Math.floor(Math.log10(Math.max(...values.map(Math.abs))));
  const power = size >= 5 || size <= -4 ? size : 0;
  const shown = values.map((value) => Number((value / 10 ** power).toPrecision(12)));
  const texts = tickTexts(shown).map((text, i) => (shown[i] === 0 ? "0" : text));
  return { values: values.map((value, i) => ({ value, text: texts[i] })), power };
}

const raised = (power) => [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");

/**
 * Choose the samples that pixels tell apart: of those in one column the first, the lowest, the highest and the last, in
 * their order, so that the line covers the very same pixels; all, where there are few. What is no number stays too.
 * M4, Jugel et al. 2014, "M4: a visualization-oriented time series data aggregation", PVLDB 7(10).
 * @param {ArrayLike<number>} array [T, C]
 * @param {number} channel of `channels`
 * @param {number} columns of pixels
 * @returns {number[]} sample numbers, rising
 */
export function thinned(array, channel, channels, columns) {
  const samples = Math.floor(array.length / channels);
  const at = (i) => array[i * channels + channel];
  if (samples <= 2 * columns) return Array.from({ length: samples }, (_, i) => i);
  const columnOf = (i) => Math.floor((i * columns) / samples);
  const kept = [];
  for (let start = 0; start < samples; ) {
    let [end, lowest, highest] = [start, start, start];
    for (; end < samples && columnOf(end) === columnOf(start) && Number.isFinite(at(end)); end += 1) {
      if (at(end) < at(lowest)) lowest = end;
      if (at(end) > at(highest)) highest = end;
    }
    if (end === start) end += 1; // no number
    for (const i of [start, Math.min(lowest, highest), Math.max(lowest, highest), end - 1]) if (i !== kept.at(-1)) kept.push(i);
    start = end;
  }
  return kept;
}

/**
 * The largest value since the sample that was kept before, so that thinning hides no error.
 * @param {ArrayLike<number>} values [T] or [T, C] @param {number} channel @param {number} channels 1 where all share one
 * @param {number[]} kept sample numbers, rising
 * @returns {number[]} one for each of `kept`
 */
export function worstOf(values, channel, channels, kept) {
  return kept.map((sample, k) => {
    let worst = values[sample * channels + channel];
    for (let i = (kept[k - 1] ?? sample) + 1; i < sample; i += 1) worst = Math.max(worst, values[i * channels + channel]);
    return worst;
  });
}

/**
 * Part a line where it leaves the plot. What lies beyond an edge runs along that edge; where there is no number there is
 * no line, and a sample between two such is a dot, a line of no length.
 * @param {number[]} xs pixels, rising @param {number[]} ys pixels, down
 * @param {number} top @param {number} bottom
 * @returns {{within: number[][], beyond: number[][]}} lines, each [x, y, x, y, …]
 */
export function parted(xs, ys, top, bottom) {
  const parts = { within: [], beyond: [] };
  let [line, side] = [null, null];
  const sideOf = (y) => (y < top ? -1 : y > bottom ? 1 : 0);
  const edge = (y) => Math.min(bottom, Math.max(top, y));
  const add = (x0, y0, x1, y1) => {
    const now = sideOf((y0 + y1) / 2);
    if (!line || now !== side) {
      parts[now ? "beyond" : "within"].push((line = [x0, edge(y0)]));
      side = now;
    }
    line.push(x1, edge(y1));
  };
  for (let i = 0; i < xs.length; i += 1) {
    if (!Number.isFinite(ys[i])) line = null;
    else if (i + 1 < xs.length && Number.isFinite(ys[i + 1])) between(xs[i], ys[i], xs[i + 1], ys[i + 1], top, bottom, add);
    else if (!line) add(xs[i], ys[i], xs[i], ys[i]);
  }
  return parts;
}

/** Take a stretch of a line in pieces that end where it crosses an edge. */
function between(x0, y0, x1, y1, top, bottom, add) {
  if ((y0 >= top && y0 <= bottom && y1 >= top && y1 <= bottom) || y0 === y1) {
    add(x0, y0, x1, y1);
    return;
  }
  const crossings = [top, bottom].map((y) => ({ t: (y - y0) / (y1 - y0), y })).filter(({ t }) => t > 0 && t < 1);
  let [fromX, fromY] = [x0, y0];
  for (const { t, y } of [...crossings.sort((a, b) => a.t - b.t), { t: 1, y: y1 }]) {
    const x = t === 1 ? x1 : x0 + t * (x1 - x0);
    add(fromX, fromY, x, y);
    [fromX, fromY] = [x, y];
  }
}

/** The stretches in which something holds. @param {ArrayLike<number | boolean>} flags [T] @returns {[number, number][]} first and last */
export function stretches(flags) {
  const found = [];
  for (let i = 0; i < flags.length; i += 1) {
    if (!flags[i]) continue;
    if (i && flags[i - 1]) found.at(-1)[1] = i;
    else found.push([i, i]);
  }
  return found;
}

/**
 * What lies under a place of the drawing: the nearest sample.
 * @param {number} x CSS pixels from the drawing's left edge
 * @param {ArrayLike<number>} array [T, C]
 * @param {Plan} plan @param {Meaning} meaning
 * @returns {{index: number, time: number | null, values: number[]}} time in seconds, where the rate is known
 */
export function hoverOf(x, array, { x: along, samples, channels }, { rate }) {
  const index = Math.min(samples - 1, Math.max(0, Math.round(along.of(x))));
  const values = Array.from({ length: channels }, (_, channel) => array[index * channels + channel]);
  return { index, time: rate ? index / rate : null, values };
}
