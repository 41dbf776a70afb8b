/**
 * The true posterior and the bell on the line of codes, the point on the plane, and how far the ELBO lies below log p(x).
 * @module
 */

import { axis, hatching, hill, label, scale } from "../../frame/axes.js";
import { pathOf, s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { plane } from "../../toy/plane.js";

const END = 4.6; // of the line of codes
const LINE = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
const DEEPEST = 100; // nats below log p(x)
const DEPTHS = [0, 1, 3, 10, 30, 100];
const ROOT = Math.sqrt(2 * Math.PI);
const TOP = 1.25; // of the posterior's height, which the bell's does not exceed

const shown = ({ toy, point, frame }) => ({ toy, point, words: frame.words.texts.planeOfThings });

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, { width, height, em, narrow }) {
  const side = narrow ? Math.min(width * 0.36, em * 9) : Math.min(width * 0.36, height - em * 7.5);
  const base = height - em * 7;
  return [hatching(em), line(lesson, { left: em * 0.6, right: width - side - em * 1.6, top: em * 1.6, base, em }),
    plane(shown(lesson), { left: width - side, top: base + em * 1.4 - side, side, em }),
      meter(lesson, { left: em * 1, right: width - em * 1.4, y: height - em * 2.6, em })];
}

function line({ truth, mean, sigma, frame }, { left, right, top, base, em }) {
  const x = scale(-END, END, left, right);
  const most = truth.density.reduce((a, b) => Math.max(a, b));
  const tall = (base - top) / TOP;
  const posterior = pathOf(Array.from(truth.z,
    (z, i) => [z, truth.density[i]]).filter(([z]) => Math.abs(z) <= END).map(([z, density]) => [x(z), base - (tall * density) / most]));
  const peak = tall * Math.min(TOP, 1 / (sigma * ROOT * most));
  const bell = (z) => peak * Math.exp(-0.5 * ((z - mean) / sigma) ** 2);
  return s("g", {},
    s("g", { "data-symbol": "truth" }, s("path", { class: "true-posterior", d: `${posterior}L${x(END)} ${base}L${x(-END)} ${base}Z` })),
    hill(x, base, bell, [-END, END], { "data-symbol": "belief" }, 400), axis(x, base, LINE, (tick) => frame.words.number(tick, 0), em),
    s("g", { "data-symbol": "sigma" }, s("rect", { x: x(mean - sigma), y: base - 3, width: x(sigma) - x(-sigma), height: 6, rx: 3, class: "solid" })),
    mark("mean", x(mean), base, em * 0.5),
    label(left, top - em * 0.4, frame.words.texts.lineOfCodes, { class: "fine", "text-anchor": "start" }));
}

/** How far below log p(x) the ELBO lies, nats, on a scale that shows both a tenth and a hundred. */
function meter({ left: gap, frame }, { left, right, y, em }) {
  const words = frame.words.texts;
  const root = scale(Math.log1p(DEEPEST), 0, left, right);
  const at = root(Math.log1p(Math.min(DEEPEST, Math.max(0, gap))));
  const ticks = DEPTHS.map((depth) => s("g", {}, s("path", { class: "tick", d: `M${root(Math.log1p(depth))} ${y}v${em * 0.3}` }),
    label(root(Math.log1p(depth)), y + em * 1.35, depth ? `−${frame.words.number(depth, 0)}` : "0", { class: "fine" })));
  return s("g", { class: "meter" }, s("path", { class: "tick", d: `M${left} ${y}H${right}` }), ...ticks,
    s("g", { "data-symbol": "belief" }, s("rect", { class: "gap", x: at, y: y - em * 0.7, width: right - at, height: em * 0.5 }),
      mark("belief", at, y - em * 0.45, em * 0.5),
      label(Math.max(left + em * 1.6, Math.min(right - em * 6.5, at)), y - em * 1.35, "ELBO", { class: "title" })),
    s("g", { "data-symbol": "truth" }, s("path", { class: "stroke", d: `M${right} ${y - em}V${y}` }),
      label(right, y - em * 1.35, "log p(x)", { class: "title", "text-anchor": "end" })),
    label((left + right) / 2, y + em * 2.4, words.below, { class: "fine" }));
}
