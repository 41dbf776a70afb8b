/**
 * Stretches of a series that a hand has marked as lost: as samples, and as a few letters of an address. Pure functions.
 * @module
 */

import { stretches } from "../../shared/views/curve.js";

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const DIGITS = 2; // letters for a sample: 64 * 64 of them, as many as a series may have
const BETWEEN = ".";
const MOST = 200; // stretches in an address

/** @typedef {[number, number]} Span the first and the last sample that is lost */

/** Say which samples lie within stretches. @param {Span[]} spans @param {number} samples @returns {Uint8Array} [T], 255 where one is lost */
export function maskOfSpans(spans, samples) {
  const mask = new Uint8Array(samples);
  for (const [first, last] of spans) mask.fill(255, Math.max(0, first), Math.min(samples, last + 1));
  return mask;
}

/** The stretches that are lost. @param {ArrayLike<number>} mask [T] @returns {Span[]} */
export const spansOf = (mask) => stretches(mask);

/** Stretches in their order, those that touch as one. @param {Span[]} spans @param {number} samples */
export const tidied = (spans, samples) => spansOf(maskOfSpans(spans, samples));

/**
 * Move one end of a stretch, or all of it, as far as the series goes; past its other end it turns over.
 * @param {Span} span @param {"first" | "last" | "both"} which @param {number} by samples @param {number} samples
 * @returns {Span}
 */
export function movedSpan([first, last], which, by, samples) {
  const within = (sample) => Math.min(samples - 1, Math.max(0, sample));
  if (which === "both") {
    const far = Math.min(samples - 1 - last, Math.max(-first, by));
    return [first + far, last + far];
  }
  const ends = which === "first" ? [within(first + by), last] : [first, within(last + by)];
  return /** @type {Span} */ (ends.sort((a, b) => a - b));
}

/** A stretch of a tenth in the middle of the longest part that is still known; null where there is none. @param {Span[]} spans @param {number} samples */
export function newSpan(spans, samples) {
  const lost = maskOfSpans(spans, samples);
  const free = stretches(lost.map((value) => (value ? 0 : 1)));
  if (!free.length) return null;
  const [first, last] = free.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a));
  const long = Math.min(last - first + 1, Math.max(1, Math.round(samples / 10)));
  const start = first + Math.floor((last - first + 1 - long) / 2);
  return /** @type {Span} */ ([start, start + long - 1]);
}

/** Write stretches as an address has them. @param {Span[]} spans */
export function encodeSpans(spans) {
  const letters = (sample) => LETTERS[sample >> 6] + LETTERS[sample & 63];
  return spans.slice(0, MOST).map((ends) => ends.map(letters).join("")).join(BETWEEN);
}

/** Read stretches; what is none, or lies beyond the series, is left out. @param {string} text @param {number} samples @returns {Span[]} */
export function decodeSpans(text, samples) {
  const parts = text.split(BETWEEN).slice(0, MOST).filter((letters) => letters.length === 2 * DIGITS && /^[\w-]+$/.test(letters));
  const sample = (letters) => 64 * LETTERS.indexOf(letters[0]) + LETTERS.indexOf(letters[1]);
  const spans = parts.map((letters) => /** @type {Span} */ ([sample(letters.slice(0, DIGITS)), sample(letters.slice(DIGITS))]));
  return tidied(spans.filter(([first, last]) => first <= last && last < samples), samples);
}
