/**
 * Axes of a lesson's drawing, bells and histograms on them. Pure but for the elements that they make.
 * @module
 */

import { pathOf, s } from "./figure.js";

/** A linear scale from numbers to pixels. @returns {(value: number) => number} */
export const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);

/**
 * A number line with ticks.
 * @param {(value: number) => number} x @param {number} y pixels @param {number[]} ticks @param {(tick: number) => string} write @param {number} em
 */
export function axis(x, y, ticks, write, em) {
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  const labels = ticks.flatMap((tick) => [
    s("path", { class: "tick", d: `M${x(tick)} ${y}v${em * 0.3}` }),
    s("text", { class: "fine", x: x(tick), y: y + em * 1.25, "text-anchor": "middle" }, write(tick)),
  ]);
  return s("g", { class: "axis" }, s("path", { class: "tick", d: `M${x(first)} ${y}H${x(last)}` }), ...labels);
}

/** Words at a place. */
export const label = (x, y, text, attributes = {}) => s("text", { x, y, "text-anchor": "middle", ...attributes }, text);

/** A curve over a number line, filled down to its base. @param {(value: number) => number} height pixels above the base */
export function hill(x, base, height, [low, high], attributes, points = 120) {
  const at = Array.from({ length: points + 1 }, (_, i) => low + ((high - low) * i) / points);
  const d = pathOf(at.map((value) => [x(value), base - height(value)]));
  return s("path", { d: `${d}L${x(high)} ${base}L${x(low)} ${base}Z`, class: "hill", ...attributes });
}

/** Counts in even bins; what lies outside falls into none. @param {ArrayLike<number>} values */
export function binned(values, low, high, bins) {
  const counts = new Array(bins).fill(0);
  for (const value of Array.from(values)) {
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    if (bin >= 0 && bin < bins) counts[bin] += 1;
  }
  return counts;
}

/** A histogram as one path. @param {number[]} counts @param {number} tallest pixels of the highest @param {number} most the count of it */
export function bars(counts, x0, x1, base, tallest, most, attributes) {
  const width = (x1 - x0) / counts.length;
  const each = counts.map((n,
    i) => (n ? `M${(x0 + i * width).toFixed(1)} ${base}h${(width - 1).toFixed(1)}v${((-tallest * n) / most).toFixed(1)}h${(1 - width).toFixed(1)}Z` : ""));
  return s("path", { d: each.join(""), class: "bars", ...attributes });
}

/** An arrow from one place to another. */
export function arrow([x0, y0], [x1, y1], attributes = {}) {
  const long = Math.hypot(x1 - x0, y1 - y0);
  if (long < 0.5) return s("g", attributes);
  const size = Math.min(6, long / 2);
  const turn = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
  const head = s("path",
    { class: "head", d: `M0 0L${-1.6 * size} ${-size}V${size}Z`, transform: `translate(${x1.toFixed(1)} ${y1.toFixed(1)}) rotate(${turn.toFixed(1)})` });
  return s("g", { class: "arrow", ...attributes }, s("path", { class: "stroke", d: pathOf([[x0, y0], [x1, y1]]) }), head);
}

/** What is true is hatched: the pattern that `.true-posterior` is filled with. @param {number} em */
export const hatching = (em) => s("defs", {},
  s("pattern", { id: "hatch", width: em * 0.45, height: em * 0.45, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
  s("path", { d: `M0 0V${em * 0.45}`, class: "hatch" })));
