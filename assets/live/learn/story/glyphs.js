/**
 * A small sign for each lesson, of the marks and colours that its drawing has. 64 by 44.
 * @module
 */

import { s } from "../frame/figure.js";

const line = (d, symbol = null, more = {}) => s("path", { d, class: "g-line", "data-symbol": symbol, ...more });
const dot = (cx, cy, r = 3, symbol = null) => s("circle", { cx, cy, r, class: "g-dot", "data-symbol": symbol });
const bar = (x, y, width, height, symbol = null, opacity = 1) =>
  s("rect", { x, y, width, height, rx: 1.5, class: "g-dot", "data-symbol": symbol, "fill-opacity": opacity });
const BELL = "C24 38 22 10 32 10S40 38 50 38";

/** @type {Record<string, () => SVGElement[]>} */
export const GLYPHS = {
  invent: () => [...[[6, 36], [12, 27], [16, 31], [20, 12], [23, 9], [26, 14]].map(([x, y]) => dot(x, y, 2)),
    ...[[44, 16], [52, 14], [41, 25], [48, 22], [55, 24], [46, 31], [53, 32]].map(([x, y]) => dot(x, y, 2, "code")),
    s("circle", { cx: 48.5, cy: 23, r: 14, class: "g-line", "data-symbol": "belief" })],
  "wide-cloud": () => [s("ellipse", { cx: 32, cy: 22, rx: 25, ry: 13, class: "g-fill", "data-symbol": "belief" }),
    line("M32 15V29M25 22H39", "mean")],
  "frozen-noise": () => [s("circle", { cx: 14, cy: 10, r: 6, class: "g-line", "data-symbol": "noise" }), line("M19 14L42 28"),
    line("M8 34H42", "mean"), dot(50, 33, 6, "code")],
  "tug-of-war": () => [line("M26 22H6M12 15L5 22L12 29"), line("M38 22H58M52 15L59 22L52 29", "belief"), dot(32, 22, 4, "code")],
  gap: () => [line(`M6 38${BELL}`, "belief"), line("M22 38C34 38 34 18 42 18S50 38 60 38", "truth"), line("M4 38H60")],
  "water-level": () => [...[36, 30, 25, 18, 12, 8, 6].map((tall, i) => bar(5 + 8 * i, 41 - tall, 5, tall, tall > 14 ? "code" : "truth")),
    line("M2 27H62", "sigma")],
  blurry: () => [bar(8, 8, 5, 28), bar(20, 8, 5, 28, null, 0), bar(38, 8, 6, 28, "mean", 0.65), bar(51, 8, 6, 28, "mean", 0.35)],
  between: () => [s("circle", { cx: 32, cy: 22, r: 18, class: "g-line thin" }), line("M17 12L47 12", "code"),
    line("M17 12A18 18 0 0 1 47 12", "belief"), dot(17, 12, 3), dot(47, 12, 3)],
  repair: () => [line("M4 8C20 14 40 30 60 38", "noise"), line("M4 22C20 22 40 24 60 28", "belief"), line("M29 10V40", null, { "stroke-dasharray": "3 4" })],
  rare: () => [line("M4 40H60"), line("M56 6V40", null, { "stroke-dasharray": "3 4" }),
    ...[[38, 37], [43, 37], [48, 37], [40, 32], [46, 32], [52, 37], [43, 27]].map(([x, y]) => dot(x, y, 2.2, "code")),
    ...[[16, 37], [21, 37], [26, 37], [18, 32], [23, 32], [21, 27], [31, 37]].map(([x, y]) => dot(x, y, 2.2, "noise"))],
  "draw-a-seven": () => [line("M8 38L14 8", "code"), line("M22 10H34L26 38", "code"), line("M46 10L42 24H56M55 12L49 38", "code")],
  "cover-or-imitate": () => [...Array.from({ length: 8 }, (_, k) => [16 + 11 * Math.cos((k * Math.PI) / 4), 22 + 11 * Math.sin((k * Math.PI) / 4)])
    .map(([x, y]) => dot(x, y, 3.4, "code")), s("circle", { cx: 16, cy: 22, r: 11, class: "g-line thin", "data-symbol": "code" }),
  ...[0, 1, 3, 4, 6, 7].map((k) => dot(48 + 11 * Math.cos((k * Math.PI) / 4), 22 + 11 * Math.sin((k * Math.PI) / 4), 3.4, "noise"))],
  "bend-the-bell": () => [line("M8 10C14 46 50 46 56 10", "truth", { "stroke-width": 8, "stroke-opacity": 0.45 }), line("M8 10C14 46 50 46 56 10", "belief")],
  "two-floors": () => [...[14, 32, 50].map((cx) => dot(cx, 10, 4, "code")), ...[14, 32, 50].map((cx) => dot(cx, 34, 4, "noise")),
    line("M14 15V28M32 15V28M50 15V28M17 14L29 30M35 14L47 30", null, { "stroke-width": 1.5 })],
  "soft-choices": () => [line("M32 5L56 39H8Z"),
    ...[[32, 11], [30, 17], [14, 35], [20, 33], [50, 35], [46, 31], [31, 26]].map(([x, y]) => dot(x, y, 2.2, "code"))],
};

/** A lesson's sign. @param {string} lesson */
export const glyph = (lesson) => s("svg", { class: "glyph", viewBox: "0 0 64 44", "aria-hidden": "true" }, ...(GLYPHS[lesson]?.() ?? []));
