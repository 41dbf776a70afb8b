/**
 * The scales: clothes pile up above an axis of the score and digits hang below it; then what −ELBO is made of, for each.
 * @module
 */

import { axis, label, scale } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { address } from "../water/digits.js";
import { PARTS } from "./scores.js";

const ENDS = { elbo: [80, 420], relative: [0, 0.8] };
const TICKS = { elbo: [100, 200, 300, 400], relative: [0, 0.2, 0.4, 0.6, 0.8] };
const BINS = 60;
const DEEP = 15; // that a pile has room for, or as many as the highest one has
const [TICKED, NAMED] = [3.2, 2.6]; // lines of letters below the axis: where the digits hang, and where its name stands
const ROW = 4.6; // lines of letters that a picture is high at most
const MOST = 240; // nats of the longest bar

/** How high a row of ten pictures is, pixels. */
const rowOf = ({ width, em }) => Math.min(width / 10, em * ROW);

/** How high the drawing is. */
export const tall = (size) => 2 * rowOf(size) + size.em * 22.4;

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, size) {
  const { em } = size;
  const row = rowOf(size);
  const piles = em * 4;
  const first = em * 1.6;
  const middle = first + row + em * 0.6 + piles;
  const second = middle + em * TICKED + piles + em * 2;
  return [pictures(lesson, "clothes", first, row, size), scales(lesson, middle, piles, size),
    pictures(lesson, "digits", second, row, size), bars(lesson, second + row + em * 2.6, size)];
}

function pictures({ frame, sides }, side, y, row, { width, em }) {
  const gap = (width - row * 10) / 9;
  const { shown } = sides[side];
  shown.addresses ??= shown.map((grey) => address(grey));
  return s("g", { class: `sort ${side}` }, label(0, y - em * 0.45, frame.words.texts[side], { class: "title", "text-anchor": "start" }),
    ...shown.addresses.map((href, i) =>
      s("image", { x: i * (row + gap), y, width: row - 2, height: row - 2, href, class: "pixels", "data-picture": `${side}-${i}` })));
}

function scales(lesson, middle, piles, { width, em }) {
  const { frame, score, weighed, limit, sides, fallen } = lesson;
  const [low, high] = ENDS[score];
  const x = scale(low, high, em, width - em);
  const write = (tick) => frame.words.number(tick, score === "elbo" ? 0 : 1);
  const line = s("g", {}, axis(x, middle + em * 0.35, TICKS[score], write, em),
    label(width, middle + em * NAMED, frame.words.texts[`${score}Axis`], { class: "fine", "text-anchor": "end" }));
  if (!weighed) return s("g", {}, line, label(width / 2, middle - piles / 2, "?", { class: "title" }));
  const [top, bottom] = [middle - piles, middle + em * TICKED + piles];
  const alarm = s("g", {}, s("rect", { x: x(limit), y: top, width: Math.max(0, width - em - x(limit)), height: bottom - top, class: "alarmed" }),
    s("path", { class: "limit", d: `M${x(limit)} ${top}V${bottom}` }),
    label(x(limit) + em * 0.4, top + em * 0.9, frame.words.texts.alarm, { class: "fine", "text-anchor": "start" }));
  const wide = (width - 2 * em) / BINS;
  const bin = (each) => Math.floor(x(each) / wide);
  const highest = Math.max(DEEP, ...["clothes", "digits"].map((side) => tallest(sides[side][score].map(bin))));
  const place = { bin, wide, tall: piles / highest, fallen, limit };
  return s("g", {}, alarm, line, pile(sides.clothes[score], "clothes", { ...place, base: middle, up: -1 }),
    pile(sides.digits[score], "digits", { ...place, base: middle + em * TICKED, up: 1 }));
}

/** How often the commonest number stands there. @param {number[]} numbers */
const tallest = (numbers) => Math.max(...numbers.reduce((counts, each) => counts.set(each, (counts.get(each) ?? 0) + 1), new Map()).values());

/** Scores that lie on one another, those that raise an alarm fuller; the last ones are still on their way. */
function pile(scores, side, { bin, wide, tall, fallen, limit, base, up }) {
  const counts = new Map();
  const paths = ["", ""];
  scores.slice(0, Math.round(fallen * scores.length)).forEach((score) => {
    const at = bin(score);
    const below = counts.get(at) ?? 0;
    counts.set(at, below + 1);
    paths[Number(score > limit)] += `M${((at + 0.1) * wide).toFixed(1)} ${(base + up * (below + 0.5) * tall).toFixed(1)}h${(0.8 * wide).toFixed(1)}`;
  });
  return s("g", { class: `sort ${side}`, "stroke-width": (0.85 * tall).toFixed(1), "data-pile": side },
    s("path", { d: paths[0], class: "piled" }), s("path", { d: paths[1], class: "piled alarm" }));
}

function bars({ frame, sides, weighed }, top, { width, em }) {
  const { texts } = frame.words;
  const x = scale(0, MOST, 0, width - em * 8);
  const bar = (side, i) => {
    const y = top + i * em * 1.9;
    let at = 0;
    const parts = PARTS.map((name) => {
      const from = at;
      at += sides[side].parts[name];
      const place = { x: x(from), y: y - em * 0.7, width: Math.max(0, x(at) - x(from) - 1), height: em * 1.2 };
      return s("rect", { ...place, class: `part ${name}`, "data-part": `${side}-${name}` });
    });
    const written = label(x(at) + em * 0.5, y + em * 0.3, `${texts[`${side}Short`]} ${frame.words.number(at, 0)}`, { "text-anchor": "start" });
    if (!weighed) return label(0, y + em * 0.3, `${texts[`${side}Short`]} ?`, { "text-anchor": "start" });
    return s("g", {}, ...parts, written);
  };
  let from = 0;
  const key = PARTS.flatMap((name) => {
    const x0 = from;
    from += em * (1.4 + 0.62 * texts[name].length);
    return [s("rect", { x: x0, y: top + em * 3.2, width: em * 0.9, height: em * 0.9, class: `part ${name}` }),
      label(x0 + em * 1.2, top + em * 4, texts[name], { class: "fine", "text-anchor": "start" })];
  });
  return s("g", { class: "made" }, label(0, top - em * 1.2, texts.made, { class: "fine", "text-anchor": "start" }), ...["clothes", "digits"].map(bar), ...key);
}
