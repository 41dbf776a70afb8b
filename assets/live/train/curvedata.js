/**
 * The records of a run, made ready to be drawn, read and saved: sums, the nearest record, fewer points, a table.
 * @module
 */

import { textCell } from "../shared/space/csv.js";

const NONE = Number.NaN;
const DIGITS = 9; // of a 32-bit number, so that none is lost

/**
 * @typedef {object} Entry a record of training or a measurement on held-out images; losses in nats an image
 * @property {number} step
 * @property {number} reconstruction NaN where it was no number, and where nothing is encoded
 * @property {number[]} kl by dimension; none where there is no prior
 * @property {number} klTotal NaN where there is none
 * @property {number} negativeElbo reconstruction + KL, whatever the weight on the KL is; NaN where there is none
 * @property {number} cost the −ELBO, or where there is none the reconstruction
 * @property {Record<string, number>} others what else is in the loss, by name; nothing on held-out images
 * @property {number} [epoch] @property {number} [weight] @property {number} [learning_rate] @property {number} [images_per_second] @property {number} [images]
 */

/** Add the sums to a record as the server sends it; what JSON cannot write comes as null. @returns {Entry} */
export function withTotals(record) {
  if ("klTotal" in record) return record;
  const number = (value) => (typeof value === "number" ? value : NONE);
  const kl = record.kl.map(number);
  const klTotal = kl.length ? kl.reduce((sum, value) => sum + value, 0) : NONE;
  return summed({ ...record, kl, klTotal, reconstruction: number(record.reconstruction), others: record.others ?? {} });
}

/** Add what is the sum of others. @returns {Entry} */
function summed(entry) {
  const negativeElbo = entry.reconstruction + entry.klTotal;
  return { ...entry, negativeElbo, cost: entry.kl.length ? negativeElbo : entry.reconstruction };
}

/** Name what is in the losses of some runs beside reconstruction and KL, and weighs anything. @param {{steps: Entry[]}[]} runs @returns {string[]} */
export function othersOf(runs) {
  const weighing = runs.flatMap(({ steps }) => steps.flatMap(({ others }) => Object.keys(others).filter((name) => others[name] !== 0)));
  return [...new Set(weighing)];
}

/** Whether what is told beside a loss is no part of it, a share or a ratio, and has no unit. @param {string} name */
export const isBare = (name) => /^(share|spread|perplexity) of /.test(name);

/** Whether nothing is encoded in any of some runs that have records, so that no image is reconstructed. @param {{steps: Entry[], heldOut: Entry[]}[]} runs */
export function noneEncoded(runs) {
  const first = runs.flatMap(({ steps, heldOut }) => (steps[0] ?? heldOut[0] ? [steps[0] ?? heldOut[0]] : []));
  return first.length > 0 && first.every(({ reconstruction, others }) => Number.isNaN(reconstruction) && Object.keys(others).length > 0);
}

/** Whether any of some runs has a KL. @param {{steps: Entry[], heldOut: Entry[]}[]} runs */
export const anyKl = (runs) => runs.some(({ steps, heldOut }) => (steps[0] ?? heldOut[0])?.kl.length > 0);

/**
 * Put newer records behind those at hand. A run that goes on from a checkpoint writes some steps again: from the first
 * step that is sent again on, the new ones hold.
 * @template {{step: number}} R
 * @param {R[]} known by step @param {R[]} news by step @returns {R[]}
 */
export function merged(known, news) {
  if (!news.length) return known;
  let kept = known.length;
  while (kept && known[kept - 1].step >= news[0].step) kept -= 1;
  return [...known.slice(0, kept), ...news];
}

/** The record whose step is nearest, or null where there are none. @template {{step: number}} R @param {R[]} records by step @returns {R | null} */
export function nearest(records, step) {
  if (!records.length) return null;
  let [low, high] = [0, records.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle].step < step) low = middle + 1;
    else high = middle;
  }
  const before = records[low - 1];
  return before && step - before.step <= records[low].step - step ? before : records[low];
}

/**
 * Leave out what no screen can show: of the points in one column of pixels, the first, the lowest, the highest and the
 * last stay, in their order, so that the line covers the very same pixels.
 * M4, Jugel et al. 2014, "M4: a visualization-oriented time series data aggregation", PVLDB 7(10).
 * @param {[number, number][]} points in pixels, by x; a point without a number parts the line
 * @returns {[number, number][]} at most four for each column, and those without a number
 */
export function decimate(points) {
  const kept = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.floor(points[start][0]);
    let [end, lowest, highest] = [start, start, start];
    while (end < points.length && Math.floor(points[end][0]) === column && Number.isFinite(points[end][1])) {
      if (points[end][1] < points[lowest][1]) lowest = end;
      if (points[end][1] > points[highest][1]) highest = end;
      end += 1;
    }
    if (end === start) end += 1; // without a number
    const stay = [...new Set([start, lowest, highest, end - 1])].sort((a, b) => a - b);
    for (const i of stay) kept.push(points[i]);
    start = end;
  }
  return kept;
}

/** Pick about `most` of the records, evenly, the last among them. @template R @param {R[]} records @returns {R[]} */
export function sampled(records, most) {
  if (records.length <= most) return records;
  const stride = (records.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => records[Math.round(i * stride)]);
}

const SHORT = 0.5; // of the longest time between two records

/**
 * Put records together that were written soon after one another, as at the end of an epoch: the mean over two batches
 * leaps where one over fifty does not. The mean of neighbours, weighed by their steps, is the record that a longer wait
 * would have written.
 * @param {Entry[]} entries of training, by step @returns {Entry[]}
 */
export function evened(entries) {
  // By images, or by steps in records of earlier versions, which do not say: the last batch of an epoch may be small.
  const told = entries.every(({ images }) => images);
  const spans = entries.map(({ step, images }, i) => (told ? images : step - (entries[i - 1]?.step ?? 0)));
  const least = SHORT * Math.max(0, ...spans.slice(1));
  const even = [];
  const sizes = []; // of those in `even`
  let held = null; // too short to stand alone, and its span
  entries.forEach((entry, i) => {
    const span = spans[i] + (held?.span ?? 0);
    const one = held ? together(held.entry, held.span, entry, spans[i]) : entry;
    held = span < least ? { entry: one, span } : null;
    if (!held) {
      even.push(one);
      sizes.push(span);
    }
  });
  if (!held) return even;
  const last = even.pop();
  return [...even, last ? together(last, sizes.pop(), held.entry, held.span) : held.entry];
}

function together(first, before, second, after) {
  const share = before / (before + after);
  const mean = (a, b) => share * a + (1 - share) * b;
  const kl = second.kl.map((value, dim) => mean(first.kl[dim], value));
  const [reconstruction, klTotal] = [mean(first.reconstruction, second.reconstruction), mean(first.klTotal, second.klTotal)];
  const others = Object.fromEntries(Object.entries(second.others).map(([name, value]) => [name, mean(first.others[name] ?? value, value)]));
  return summed({ ...second, reconstruction, kl, klTotal, others });
}

/** The settings that hold after `step`, of those that were changed. @returns {{beta?: number, learning_rate?: number}} */
export function changedBy(changes, step) {
  const held = {};
  for (const change of changes) {
    if (change.step > step) break;
    for (const name of ["beta", "learning_rate"]) if (change[name] !== null && change[name] !== undefined) held[name] = change[name];
  }
  return held;
}

/**
 * Write the records of runs as a table, those of training and then those on held-out images, run after run.
 * @param {{name: string, steps: Entry[], heldOut: Entry[]}[]} runs
 * @returns {string} lines end with CR LF, as RFC 4180 has them
 */
export function curvesCsv(runs) {
  const columns = columnsOf(runs);
  const lines = [["run", "images", ...columns.map(([name]) => name)]];
  for (const { name, steps, heldOut } of runs) {
    for (const [kind, entries] of [["training", steps], ["held out", heldOut]]) {
      for (const entry of entries) lines.push([textCell(name), kind, ...columns.map(([, of]) => cell(of(entry)))]);
    }
  }
  return `${lines.map((cells) => cells.join(",")).join("\r\n")}\r\n`;
}

/** The numbers of a table, each by its name and what it is of an entry; what no run has is no column. */
function columnsOf(runs) {
  const dims = Math.max(0, ...runs.flatMap(({ steps, heldOut }) => [...steps.slice(0, 1), ...heldOut.slice(0, 1)].map((entry) => entry.kl.length)));
  const priced = (name, of) => (dims ? [[name, of]] : []);
  return [
    ["step", ({ step }) => step],
    ["epoch", ({ epoch }) => epoch],
    ...priced("negative ELBO (nats)", ({ negativeElbo }) => negativeElbo),
    ...(noneEncoded(runs) ? [] : [["reconstruction (nats)", ({ reconstruction }) => reconstruction]]),
    ...priced("KL (nats)", ({ klTotal }) => klTotal),
    ...othersOf(runs).map((name) => [isBare(name) ? name : `${name} (nats)`, ({ others }) => others[name]]),
    ...priced("weight on the KL", ({ kl, weight }) => (kl.length ? weight : NONE)),
    ["learning rate", ({ learning_rate: rate }) => rate],
    ["images a second", ({ images_per_second: speed }) => speed],
    ...Array.from({ length: dims }, (_, dim) => [`KL z${dim + 1}`, ({ kl }) => kl[dim]]),
  ];
}

/** A number as a cell; empty where it is none. */
const cell = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : "");
