/**
 * One mark for each symbol, as in the whole app: the mean is a cross, sigma a bar, the noise a ring, the code a dot; the thing
 * itself is a square of ink, what is true is hatched grey, what the encoder believes is a bell.
 * @module
 */

import { s } from "./figure.js";

/** @type {Record<string, string>} symbols as they are written */
export const SIGNS = { mean: "μ", sigma: "σ", noise: "ε", code: "z", thing: "x", truth: "p", belief: "q" };

/** @type {Record<string, (r: number) => SVGElement[]>} marks around 0, of so many pixels to each side */
const MARKS = {
  mean: (r) => ["halo", "stroke"].map((each) => s("path", { d: `M${-r} 0H${r}M0 ${-r}V${r}`, class: each })),
  sigma: (r) => [s("rect", { x: -1.4 * r, y: -r / 2, width: 2.8 * r, height: r, rx: r / 4 })],
  noise: (r) => [s("circle", { r: 0.85 * r, class: "stroke" })],
  code: (r) => [s("circle", { r })],
  thing: (r) => [s("rect", { x: -r, y: -r, width: 2 * r, height: 2 * r, rx: r / 4 })],
  truth: (r) => [s("path", { d: `M${-r} ${r}L${r} ${-r}M${-r} 0L0 ${-r}M0 ${r}L${r} 0`, class: "stroke thin" })],
  belief: (r) => [s("path", { d: `M${-1.4 * r} ${r}C${-r / 2} ${r} ${-r / 2} ${-r} 0 ${-r}S${r / 2} ${r} ${1.4 * r} ${r}`, class: "stroke" })],
};

/** A symbol's mark at a place of a drawing. */
export const mark = (symbol, x, y, r = 6) =>
  s("g", { class: "mark", "data-symbol": symbol, transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` }, ...MARKS[symbol](r));

/** A symbol's mark by itself, beside words. */
export const badge = (symbol) => s("svg", { class: "badge", viewBox: "-9 -9 18 18", "aria-hidden": "true" }, mark(symbol, 0, 0, 5));
