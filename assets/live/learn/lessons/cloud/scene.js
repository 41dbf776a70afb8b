/**
 * Pictures around a code, some spreads away on each axis, and how wide the clouds of each class are; later the cloud on the plane.
 * @module
 */

import { axis, label, scale } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { address } from "../water/digits.js";

const WIDEST = 0.06; // spread of a bar
const AROUND = [-1, 0, 1];
const REACH = 3; // of the plane

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export const scene = (lesson, size) => (lesson.frame.at ? cost(lesson, size) : around(lesson, size));

function around(lesson, { width, height, em, narrow }) {
  const { digits, digit, steps, cloud, frame } = lesson;
  const side = Math.min((height - em * 2.4) / 3, (width * (narrow ? 0.52 : 0.46)) / 3) - 4;
  const [left, top] = [em * 0.2, em * 1.6];
  const pictures = AROUND.flatMap((b) => AROUND.map((a) => {
    const z = [cloud.mean[0] + a * steps * cloud.sigma[0], cloud.mean[1] - b * steps * cloud.sigma[1]];
    const place = { x: left + (a + 1) * (side + 4), y: top + (b + 1) * (side + 4), width: side, height: side };
    return s("image", { ...place, href: address(digits.decode(z)), class: "pixels", "data-picture": `${a},${b}` });
  }));
  const middle = { x: left + side + 2, y: top + side + 2, width: side + 4, height: side + 4 };
  const start = left + 3 * (side + 4) + em * 2.6;
  return [...pictures, s("g", { "data-symbol": "mean" }, s("rect", { ...middle, class: "frame" })),
    label(left, em, frame.words.texts.around, { class: "fine", "text-anchor": "start" }),
    widthsOf(lesson, { left: start, right: width - em * 0.4, top: em * 2, bottom: height - em * 1.8, em, digit })];
}

/** The median spread of each class, of those that were looked at. */
function widthsOf({ medians, looked, frame }, { left, right, top, bottom, em, digit }) {
  const y = scale(0, WIDEST, bottom, top);
  const wide = (right - left) / medians.length;
  const bars = medians.map((each, i) => s("g", { "data-symbol": i === digit ? "sigma" : null },
    looked.has(i)
      ? s("rect", { class: i === digit ? "width now" : "width", x: left + i * wide + 2, y: y(each), width: wide - 4, height: bottom - y(each), rx: 2 })
      : label(left + (i + 0.5) * wide, bottom - em * 0.6, "?", { class: "fine" }),
    label(left + (i + 0.5) * wide, bottom + em * 1.25, String(i), { class: i === digit ? "title" : "fine" })));
  const ticks = [0, 0.02, 0.04, 0.06].map((tick) => s("g", {}, s("path", { class: "grid", d: `M${left} ${y(tick)}H${right}` }),
    label(left - em * 0.4, y(tick) + em * 0.35, frame.words.number(tick), { class: "fine", "text-anchor": "end" })));
  return s("g", {}, ...ticks, ...bars, label(right, top - em, frame.words.texts.widths, { class: "fine", "text-anchor": "end" }));
}

function cost(lesson, { width, height, em }) {
  const { cloud, nats, frame } = lesson;
  const side = Math.min(height - em * 3, width * 0.5);
  const x = scale(-REACH, REACH, em, em + side);
  const y = scale(-REACH, REACH, em * 0.8 + side, em * 0.8);
  const unit = x(1) - x(0);
  const rings = [1, 2, 3].map((ring) => s("circle", { cx: x(0), cy: y(0), r: ring * unit, class: "ring" }));
  const [a, b] = cloud.mean;
  const ellipse = s("g", { "data-symbol": "belief" },
    s("ellipse", { cx: x(a), cy: y(b), rx: Math.max(2, cloud.sigma[0] * unit), ry: Math.max(2, cloud.sigma[1] * unit), class: "hill" }));
  const bars = { left: em + side + em * 3, right: width - em, top: em * 2, bottom: height - em * 2.2 };
  const tall = scale(0, 8, bars.bottom, bars.top);
  const wide = (bars.right - bars.left) / 3;
  const priced = [...nats, nats[0] + nats[1]].map((each, i) => s("g", { "data-symbol": i < 2 ? "belief" : null },
    s("rect", { class: "priced", x: bars.left + i * wide + wide * 0.15, y: tall(each), width: wide * 0.7, height: bars.bottom - tall(each), rx: 2 }),
    label(bars.left + (i + 0.5) * wide, tall(each) - em * 0.4, frame.words.number(each), { class: "title" }),
    label(bars.left + (i + 0.5) * wide, bars.bottom + em * 1.3, i < 2 ? `z${"₁₂"[i]}` : "KL", { class: "fine" })));
  return [...rings, axis(x, y(-REACH), [-2, 0, 2], (tick) => frame.words.number(tick, 0), em), mark("mean", x(a), y(b), em * 0.3), ellipse,
    label(x(0), y(REACH) + em * 1.2, frame.words.texts.plane, { class: "fine" }), ...priced,
    s("path", { class: "tick", d: `M${bars.left} ${bars.bottom}H${bars.right}` }),
      label(bars.right, bars.top - em, frame.words.texts.costs, { class: "fine", "text-anchor": "end" })];
}
