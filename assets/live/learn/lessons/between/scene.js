/**
 * Draws around the middle of a space, each at its true distance; later two ways from a digit to another, and how far out they lead.
 * @module
 */

import { axis, bars, binned, hill, label, scale } from "../../frame/axes.js";
import { pathOf, s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { address } from "../water/digits.js";
import { DOTS, NEAR, density, distances, straight } from "./shell.js";

const FAR = 10; // from the middle
const BINS = 40;
const SHELL = [2.6, 5.4]; // 19 of 20 draws of 16 dimensions lie between them
const STEPS = 40; // of a curve

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export const scene = (lesson, size) => (lesson.frame.at ? ways(lesson, size) : space(lesson, size));

function space(lesson, { width, height, em, narrow }) {
  const { draws, dims, frame } = lesson;
  const room = narrow ? width * 0.56 : width * 0.5;
  const radius = Math.min(room, height - em) / 2;
  const [x, y] = [room / 2, height / 2];
  const far = distances(draws, dims);
  const out = (distance) => (distance / FAR) * radius;
  const dots = far.map((distance, i) => {
    const turn = dims === 1 ? (draws[i][0] < 0 ? Math.PI : 0) : Math.atan2(draws[i][1], draws[i][0]);
    const place = { cx: (x + out(distance) * Math.cos(turn)).toFixed(1), cy: (y - out(distance) * Math.sin(turn)).toFixed(1), r: em * 0.27 };
    return s("circle", { ...place, class: distance < NEAR ? "draw near" : "draw" });
  });
  const rings = [4, 6, 8, 10].map((ring) => s("circle", { cx: x, cy: y, r: out(ring), class: "ring" }));
  const inner = s("circle", { cx: x, cy: y, r: out(NEAR), class: "inner" });
  return [...rings, inner, s("g", { "data-symbol": "code" }, ...dots), label(0, em, frame.words.texts.within, { class: "fine", "text-anchor": "start" }),
    histogram(lesson, far, { left: room + em * 1.2, right: width - em * 0.4, top: em * 1.6, bottom: height - em * 2, em })];
}

function histogram({ dims, frame }, far, { left, right, top, bottom, em }) {
  const x = scale(0, FAR, left, right);
  const counts = binned(far, 0, FAR, BINS);
  const most = (DOTS * FAR) / BINS; // a count of what has density 1
  const y = (value) => value * (bottom - top);
  return s("g", { class: "far" }, s("g", { "data-symbol": "code" }, bars(counts, left, right, bottom, bottom - top, most, { class: "bars soft" })),
    hill(x, bottom, (r) => y(density(r, dims)), [0.001, FAR], { class: "hill outline", "data-symbol": "truth" }),
    s("path", { class: "inner", d: `M${x(NEAR)} ${top}V${bottom}` }), axis(x, bottom, [0, 2, 4, 6, 8, 10], (tick) => frame.words.number(tick, 0), em),
    label((left + right) / 2, top - em * 0.5, frame.words.texts.distance, { class: "fine" }));
}

function ways(lesson, { width, height, em, narrow }) {
  const { t, frame, brought } = lesson;
  const words = frame.words.texts;
  const now = lesson.at(t);
  const side = brought ? Math.min(width / 3 - em * 1.5, em * (narrow ? 6.6 : 8)) : 0;
  const pictures = brought ? pictured(lesson, now, { width, side, em }) : [];
  const [top, bottom] = [side + em * 3, height - em * 2.4];
  const x = scale(0, 1, em * 2.4, width - em);
  const y = scale(0, 6, bottom, top);
  const curve = (name) => pathOf(Array.from({ length: STEPS + 1 }, (_, i) => [x(i / STEPS), y(lesson.at(i / STEPS)[name])]));
  const shell = s("rect", { class: "shell", x: x(0), y: y(SHELL[1]), width: x(1) - x(0), height: y(SHELL[0]) - y(SHELL[1]) });
  const ticks = [0, 2, 4, 6].map((tick) => label(em * 1.9, y(tick) + em * 0.35, frame.words.number(tick, 0), { class: "fine", "text-anchor": "end" }));
  return [...pictures, shell, label(x(0) + em * 0.5, y(SHELL[1]) + em * 1.05, words.shell, { class: "fine", "text-anchor": "start" }), ...ticks,
    s("path", { class: "tick", d: `M${x(0)} ${top}V${bottom}H${x(1)}` }),
    s("path", { class: "way", d: curve("circle"), "data-symbol": "belief" }), s("path", { class: "way", d: curve("straight"), "data-symbol": "code" }),
    mark("belief", x(t), y(now.circle), em * 0.5), mark("code", x(t), y(now.straight), em * 0.5),
    label(em * 0.4, top - em * 0.5, words.distance, { class: "fine", "text-anchor": "start" }),
    label(x(0), bottom + em * 1.4, words.from, { class: "fine", "text-anchor": "start" }),
      label(x(1), bottom + em * 1.4, words.to, { class: "fine", "text-anchor": "end" })];
}

/** What the model draws at the code of each way, and the pixels' own cross-fade. */
function pictured({ brought, frame, t }, now, { width, side, em }) {
  const words = frame.words.texts;
  const [a, b] = brought.originals.map((each) => Array.from(each));
  const fade = Float32Array.from(straight(a, b, t));
  const all = [["straight", brought.decode(now.codes.straight), words.straight, "code"],
    ["circle", brought.decode(now.codes.circle), words.circle, "belief"], ["fade", fade, words.fade, null]];
  return all.map(([name, grey, title, symbol], i) => {
    const x = (width / 3) * i + (width / 3 - side) / 2;
    return s("g", { "data-symbol": symbol },
      s("image", { x, y: em * 1.5, width: side, height: side, href: address(grey), class: "pixels", "data-picture": name }),
      label(x + side / 2, em * 1.05, title, { class: "small-title" }));
  });
}
