/**
 * Ten classes in one style, and two styles more below; later the codes of both models as maps.
 * @module
 */

import { label } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { spots } from "../../real/dots.js";
import { SIDE } from "../water/digits.js";

const CLASSES = 10;
const LINE = 0.42; // of a picture's side, from its middle to an end of the line that shows the lean

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export const scene = (lesson, size) => (lesson.frame.at ? maps(lesson, size) : styles(lesson, size));

/** How many columns there are, how large a picture is, and how many styles stand below one's own. */
export function laidOut({ width, em, narrow }) {
  const columns = narrow ? 5 : CLASSES;
  const side = Math.min(em * 6, width / columns - 4);
  return { columns, side, rows: CLASSES / columns, below: narrow ? 1 : 2 };
}

function styles(lesson, { width, em, narrow }) {
  const { columns, side, rows, below } = laidOut({ width, em, narrow });
  const start = (width - columns * (side + 4)) / 2;
  const words = lesson.frame.words.texts;
  const place = (k, line, below) => [start + (k % columns) * (side + 4), em * 1.6 + (Math.floor(k / columns) + line * rows) * (side + 4) + below];
  const image = (href, [x, y], name) => s("image", { x, y, width: side, height: side, href, class: "pixels", "data-picture": name });
  const mine = lesson.written.map(({ href, lean }, k) => {
    const [x, y] = place(k, 0, 0);
    const unit = side / SIDE;
    const turn = (lean.degrees * Math.PI) / 180;
    const [dx, dy] = [LINE * side * Math.sin(turn), LINE * side * Math.cos(turn)];
    const [cx, cy] = [x + (lean.x + 0.5) * unit, y + (lean.y + 0.5) * unit];
    return s("g", { "data-symbol": "code" }, image(href, [x, y], `mine-${k}`),
      s("path", { class: "stroke", d: `M${cx - dx} ${cy + dy}L${cx + dx} ${cy - dy}` }));
  });
  const others = lesson.others.slice(0, below).flatMap((row, line) => row.map((href, k) => image(href, place(k, 1 + line, em * 1.9), `other-${line}-${k}`)));
  return [label(start, em, words.mine, { class: "fine", "text-anchor": "start" }), ...mine,
    label(start, place(0, 1, em * 1.9)[1] - em * 0.5, words.others, { class: "fine", "text-anchor": "start" }), ...others];
}

function maps(lesson, { width, height, em }) {
  const between = em * 2;
  const half = (width - between) / 2;
  const side = Math.min(half, height - em * 1.8);
  return ["told", "plain"].map((name, i) => {
    const x = i * (half + between) + (half - side) / 2;
    return s("g", {}, label(i * (half + between) + half / 2, em, lesson.frame.words.texts[name], { class: "title" }),
      s("rect", { x, y: em * 1.7, width: side, height: side, rx: 6, class: "ground" }),
      s("image", { x, y: em * 1.7, width: side, height: side, href: painted(lesson.models[name], lesson.coloured, side), "data-map": name }));
  });
}

/** A map as a picture, painted once for each size and look. */
function painted(model, coloured, side) {
  const key = `${side} ${coloured}`;
  if (model.painted?.key !== key) {
    const { xy, labels } = model;
    const most = xy.reduce((a, b) => Math.max(a, Math.abs(b)), 0) * 1.04;
    const to = (sign) => (value) => (side * (1 + (sign * value) / most)) / 2;
    const shown = coloured ? labels : new Array(labels.length).fill(-1);
    model.painted = { key, href: spots({ xy, labels: shown }, CLASSES, to(1), to(-1), side, side / 260) };
  }
  return model.painted.href;
}
