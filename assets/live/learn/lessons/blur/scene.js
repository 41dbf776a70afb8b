/**
 * Eight pictures and the one that stands for all, above the valleys of its cost; later a digit as two models expect it.
 * @module
 */

import { axis, label, scale } from "../../frame/axes.js";
import { pathOf, s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { SIDE, address } from "../water/digits.js";
import { COSTS } from "./costs.js";

export const LEFT = [true, false, true, true, false, true, false, true]; // where each picture has its stroke
export const SHARES = [true, false].map((side) => LEFT.filter((each) => each === side).length / LEFT.length);

const STROKES = [[7, 9], [18, 20]]; // columns
const ROWS = [5, 22];
const HIGHEST = { entropy: 2.2, squared: 0.7, absolute: 1 };
const POINTS = 80;

/** A picture with strokes of two greys. @param {number[]} greys */
const strokes = (greys) => Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
  const [row, column] = [Math.floor(i / SIDE), i % SIDE];
  const which = STROKES.findIndex(([from, to]) => column >= from && column <= to);
  return row >= ROWS[0] && row <= ROWS[1] && which >= 0 ? greys[which] : 0;
});

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export const scene = (lesson, size) => (lesson.frame.at ? (lesson.models ? rebuilt(lesson, size) : []) : valleys(lesson, size));

const image = (grey, x, y, side, name) => s("image", { x, y, width: side, height: side, href: address(grey), class: "pixels", "data-picture": name });

function valleys(lesson, { width, height, em, narrow }) {
  const words = lesson.frame.words.texts;
  const large = Math.min(em * 11, width * 0.4);
  const small = Math.min((large - 4) / 2, (width - large - em * 2) / 4 - 4);
  const start = narrow ? 0 : (width - large - em * 3 - 4 * (small + 4)) / 2;
  const top = em * 1.5;
  const eight = LEFT.map((left, i) => image(strokes(left ? [1, 0] : [0, 1]), start + (i % 4) * (small + 4),
    top + Math.floor(i / 4) * (small + 4) + (large - 2 * small - 4) / 2, small, `thing-${i}`));
  const x = start + 4 * (small + 4) + em * (narrow ? 1.2 : 3);
  const between = em * 2.5;
  const half = (width - between) / 2;
  const curves = ["left", "right"].map((name, i) => valley(lesson, name, SHARES[i],
    { left: i * (half + between) + em, right: i * (half + between) + half - em * 0.6, top: top + large + em * 3, bottom: height - em * 2, em }));
  return [...eight, label(start, em, words.eight, { class: "fine", "text-anchor": "start" }),
    s("g", { "data-symbol": "mean" }, image(strokes([lesson.left, lesson.right]), x, top, large, "one"),
      s("rect", { x, y: top, width: large, height: large, class: "frame thin" })),
    label(x, em, words.one, { class: "fine", "text-anchor": "start" }), ...curves];
}

function valley(lesson, name, share, { left, right, top, bottom, em }) {
  const { frame, loss } = lesson;
  const cost = COSTS[loss];
  const x = scale(0, 1, left, right);
  const y = (value) => bottom - ((bottom - top) * Math.min(HIGHEST[loss], value)) / HIGHEST[loss];
  const curve = pathOf(Array.from({ length: POINTS + 1 }, (_, i) => [x(i / POINTS), y(cost(share, i / POINTS))]));
  const grey = lesson[name];
  return s("g", { "data-valley": name }, label(left, top - em * 0.7, frame.words.texts[`${name}Cost`], { class: "fine", "text-anchor": "start" }),
    s("path", { class: "way", d: curve }), axis(x, bottom, [0, 0.25, 0.5, 0.75, 1], (tick) => frame.words.number(tick, tick % 1 ? 2 : 0), em),
    s("g", { "data-symbol": "mean" }, s("path", { class: "thread", d: `M${x(grey)} ${y(cost(share, grey))}V${bottom}` })),
    mark("mean", x(grey), y(cost(share, grey)), em * 0.5));
}

function rebuilt(lesson, { width, em }) {
  const { frame } = lesson;
  const between = em * 1.2;
  const side = (width - 2 * between) / 3;
  const held = Math.min(side, em * 17);
  return ["original", "few", "many"].map((name, i) => {
    const x = i * (side + between) + (side - held) / 2;
    return s("g", {}, image(lesson.shown(name), x, em * 1.7, held, name), label(x + held / 2, em, frame.words.texts[name], { class: "small-title" }));
  });
}
