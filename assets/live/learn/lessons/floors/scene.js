/**
 * Forty pictures and the same ones with some numbers drawn anew, those framed that are another digit now; then what each number changes.
 * @module
 */

import { label } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { address } from "../water/digits.js";
import { FLOORS, NUMBERS, PICTURES } from "./ladder.js";

const HEAD = 1.8; // lines of letters above the pictures
const BARS = 9.6; // and of the bars below them

const columnsOf = ({ narrow }) => (narrow ? 5 : 8);
const gapOf = ({ em }) => em * 1.6;
const cellOf = (size) => Math.min((size.width - gapOf(size)) / 2 / columnsOf(size), size.em * 2.7);
const deepOf = (size) => cellOf(size) * (PICTURES / columnsOf(size));

/** How high the drawing is. */
export const tall = ({ frame }, size) => size.em * (HEAD + 0.6 + (frame.at ? BARS : 0)) + deepOf(size);

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, size) {
  const wide = cellOf(size) * columnsOf(size);
  const left = (size.width - 2 * wide - gapOf(size)) / 2;
  const { frame, anew, first, number } = lesson;
  const { texts } = frame.words;
  const title = frame.at ? number && `${texts.number}: ${frame.words.number(number, 0)}` : texts[`${lesson.floor}Anew`];
  const right = left + wide + gapOf(size);
  return [grid("first", first, null, left, texts.first, size), grid("anew", anew, frame.at === 0 && first.digits, right, title || texts.anew, size),
    frame.at > 0 && bars(lesson, left, size.em * (HEAD + 2.2) + deepOf(size), 2 * wide + gapOf(size), size)];
}

function grid(name, made, was, x0, title, size) {
  const { em } = size;
  const [columns, cell] = [columnsOf(size), cellOf(size)];
  const middle = x0 + (columns * cell) / 2;
  const head = label(middle, em, title, { class: "small-title" });
  if (!made) {
    return s("g", {}, head, s("rect", { x: x0, y: em * HEAD, width: columns * cell - 2, height: deepOf(size) - 2, rx: 6, class: "ground" }),
      label(middle, em * HEAD + deepOf(size) / 2 + em * 0.4, "?", { class: "title" }));
  }
  made.addresses ??= made.greys.map((grey) => address(grey));
  const picture = (href, i) => {
    const [x, y] = [x0 + (i % columns) * cell, em * HEAD + Math.floor(i / columns) * cell];
    const other = was && was[i] !== made.digits[i];
    return s("g", {}, s("image", { x, y, width: cell - 2, height: cell - 2, href, class: "pixels", "data-picture": `${name}-${i}` }),
      other && s("rect", { x: x + 1, y: y + 1, width: cell - 4, height: cell - 4, rx: 2, class: "another", "data-symbol": "noise", "data-other": i }));
  };
  return s("g", {}, head, ...made.addresses.map(picture));
}

/** How much each number changes the pictures when it alone is drawn anew, as far as they were tried. */
function bars(lesson, x0, top, width, { em }) {
  const { frame, number } = lesson;
  const { texts, number: write } = { texts: frame.words.texts, number: (value) => frame.words.number(value, 0) };
  const wide = width / NUMBERS;
  const high = em * 4.4;
  const base = top + em * 1.2 + high;
  const known = Array.from({ length: NUMBERS }, (_, i) => lesson.changeBy(i));
  const most = Math.max(0.1, ...known.map((each) => each ?? 0));
  const bar = (each, i) => {
    const shown = each !== undefined && (i < number || frame.revealed(1));
    const x = x0 + i * wide;
    const long = shown ? (high * each) / most : 0;
    return s("g", { class: i === number - 1 ? "now" : null, "data-changes": i + 1 },
      s("rect", { x: x + wide * 0.2, y: base - long, width: wide * 0.6, height: long, rx: 2, class: "solid" }),
      i === number - 1 && s("rect", { x: x + wide * 0.08, y: base - high - 2, width: wide * 0.84, height: high + 3, rx: 3, class: "ringed-frame" }),
      !shown && label(x + wide / 2, base - em * 0.5, "?", { class: "fine" }), label(x + wide / 2, base + em * 1.2, write(i + 1), { class: "fine" }));
  };
  const named = (floor) => label(x0 + wide * (FLOORS[floor][0] + 4), base + em * 2.5, texts[floor], { class: "fine" });
  return s("g", { "data-symbol": "code" }, label(x0 + width / 2, top, texts.changes, { class: "small-title" }),
    s("path", { class: "tick", d: `M${x0} ${base}H${x0 + width}M${x0 + width / 2} ${base + em * 2}V${base - high}` }), ...known.map(bar),
    ...Object.keys(FLOORS).map(named));
}
