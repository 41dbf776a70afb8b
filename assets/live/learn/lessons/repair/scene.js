/**
 * The original, the noisy picture and what was made of it; below, how near each comes at every amount of noise.
 * @module
 */

import { axis, label, scale } from "../../frame/axes.js";
import { pathOf, s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { address } from "../water/digits.js";
import { AMOUNTS } from "./noisy.js";

const SYMBOLS = { noisy: "noise", filter: "mean", plain: "code", denoising: "belief" };
const [LOW, HIGH] = [5, 32]; // dB that the curves reach from and to
const MOST = 0.8;

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, size) {
  const { width, height, em, narrow } = size;
  const columns = narrow ? 3 : 5;
  const side = width / columns - em * 0.8;
  const place = (i) => [(i % columns) * (side + em * 0.8 + (em * 0.8) / columns), em * 1.6 + Math.floor(i / columns) * (side + em * 3.4)];
  const pictures = ["original", ...Object.keys(SYMBOLS)].map((name, i) => picture(lesson, name, place(i), side, size));
  const top = place(narrow ? 3 : 0)[1] + side + em * 3.4;
  return [...pictures, curves(lesson, { left: em * 2.4, right: width - em * 0.6, top, bottom: height - em * 2.4, em })];
}

function picture(lesson, name, [x, y], side, { em }) {
  const { frame, open, nearness, amount, originals, digit } = lesson;
  const { texts } = frame.words;
  const symbol = SYMBOLS[name];
  const there = name === "original" || name === "noisy" || open;
  const near = nearness[name]?.[AMOUNTS.findIndex((each) => Math.abs(each - amount) < 1e-6)];
  const grey = name === "original" ? originals[digit] : there && lesson.shown(name);
  return s("g", { "data-symbol": symbol },
    label(x + side / 2, y - em * 0.5, texts[name], { class: "small-title" }),
    there ? s("image", { x, y, width: side, height: side, href: address(grey), class: "pixels", "data-picture": name })
      : s("g", {}, s("rect", { x, y, width: side, height: side, class: "ground" }), label(x + side / 2, y + side / 2 + em * 0.4, "?", { class: "title" })),
    symbol && mark(symbol, x + side / 2 - em * 2.4, y + side + em * 0.95, em * 0.34),
    symbol && label(x + side / 2 + em * 0.5, y + side + em * 1.3, there ? `${frame.words.number(near, 1)} dB` : "?", { class: "title" }));
}

function curves({ frame, open, nearness, amount, reach }, { left, right, top, bottom, em }) {
  const { texts } = frame.words;
  const x = scale(0, MOST, left, right);
  const y = scale(LOW, HIGH, bottom, top);
  const upTo = AMOUNTS.filter((each) => each <= reach + 1e-6);
  const names = open ? Object.keys(SYMBOLS) : ["noisy"];
  const lines = names.map((name) => {
    const points = upTo.map((each, i) => [x(each), y(nearness[name][i])]);
    const at = AMOUNTS.findIndex((each) => Math.abs(each - amount) < 1e-6);
    return s("g", { "data-symbol": SYMBOLS[name] }, s("path", { class: "way", d: pathOf(points) }),
      mark(SYMBOLS[name], x(amount), y(nearness[name][at]), em * 0.42));
  });
  const grid = [10, 20, 30].map((tick) => s("g", {}, s("path", { class: "grid", d: `M${left} ${y(tick)}H${right}` }),
    label(left - em * 0.4, y(tick) + em * 0.35, String(tick), { class: "fine", "text-anchor": "end" })));
  return s("g", {}, ...grid, axis(x, bottom, [0, 0.2, 0.4, 0.6, 0.8], (tick) => frame.words.number(tick, 1), em),
    s("path", { class: "thread", d: `M${x(amount)} ${top}V${bottom}` }),
    label(left, top - em * 0.6, texts.near, { class: "fine", "text-anchor": "start" }),
    label(left + em * 0.4, bottom - em * 0.4, texts.amountAxis, { class: "fine", "text-anchor": "start" }), ...lines);
}
