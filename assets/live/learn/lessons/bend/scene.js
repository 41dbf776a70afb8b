/**
 * The truth, hatched; the bell over it, bent or not, with draws from it and a patch that one can follow; and the gap.
 * @module
 */

import { axis, hatching, label, scale } from "../../frame/axes.js";
import { pathOf, s } from "../../frame/figure.js";
import { TRUTH, draws, patch, ring } from "./banana.js";

const ACROSS = [-3.2, 3.2];
const UP = [-2.4, 3.8];
const RINGS = [1, 2]; // standard deviations
const MOST = 2; // nats of the scale's end

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, { width, height, em }) {
  const { bell, seed, frame } = lesson;
  const second = frame.at > 0;
  const bottom = height - em * (second ? 5.6 : 1.8);
  const tall = bottom - em * 0.4;
  const wide = Math.min(width, (tall * (ACROSS[1] - ACROSS[0])) / (UP[1] - UP[0]));
  const unit = wide / (ACROSS[1] - ACROSS[0]);
  const left = (width - wide) / 2;
  const x = scale(ACROSS[0], ACROSS[1], left, left + wide);
  const y = (value) => bottom - (value - UP[0]) * unit;
  const path = (points) => pathOf(points.map(([a, b]) => [x(a), y(b)]));
  const dot = (a, b) => s("circle", { class: "bend-dot", cx: x(a).toFixed(1), cy: y(b).toFixed(1), r: em * 0.16 });
  const inside = ([a, b]) => a > ACROSS[0] && a < ACROSS[1] && b > UP[0] && y(b) > 0;
  const truth = [s("path", { class: "true-posterior", d: path(ring(TRUTH, 2)) }), s("path", { class: "way thin", d: path(ring(TRUTH, 1)) })];
  return [hatching(em), second && s("g", { "data-symbol": "truth" }, ...truth),
    s("g", { "data-symbol": "belief" }, ...RINGS.map((far) => s("path", { class: far === 1 ? "bend-ring" : "bend-ring filled", d: path(ring(bell, far)) }))),
    s("g", { "data-symbol": "code" }, ...draws(bell, seed).filter(inside).map((each) => dot(...each))),
    !second && s("path", { class: "patch", d: `${path(patch(bell))}Z` }),
    axis(x, bottom, [-3, -2, -1, 0, 1, 2, 3], (tick) => frame.words.number(tick, 0), em),
    second && meter(lesson, { left: em, right: width - em, y: height - em * 2, em })];
}

/** How many nats the bell lies from the truth. */
function meter({ left: gap, frame }, { left, right, y, em }) {
  const x = scale(0, MOST, left, right);
  const ticks = [0, 0.5, 1, 1.5, 2].map((tick) => s("g", {}, s("path", { class: "tick", d: `M${x(tick)} ${y}v${em * 0.3}` }),
    label(x(tick), y + em * 1.35, frame.words.number(tick, tick % 1 ? 1 : 0), { class: "fine" })));
  return s("g", { class: "meter" }, s("path", { class: "tick", d: `M${left} ${y}H${right}` }), ...ticks,
    s("g", { "data-symbol": "belief" },
      s("rect", { class: "gap", x: left, y: y - em * 0.8, width: Math.max(2, x(Math.min(MOST, gap)) - left), height: em * 0.6 })),
    label(right, y - em * 1.1, frame.words.texts.gapScale, { class: "fine", "text-anchor": "end" }));
}
