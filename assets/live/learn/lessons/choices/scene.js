/**
 * Choices in a triangle: each corner is a class, each dot a softened choice. Later a word, letter by letter.
 * @module
 */

import { axis, label, scale } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { classColour } from "../../../shared/draw/colours.js";
import { CLASSES, SAMPLES, winnerOf } from "./softened.js";
import { THING, lettersAt } from "./words.js";

const colour = (i) => `rgb(${classColour(i, CLASSES.length).join(" ")})`;
const LEAST = 0.02; // probability of a letter that is written

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export const scene = (lesson, size) => (lesson.frame.at ? word(lesson, size) : triangle(lesson, size));

function triangle(lesson, { width, height, em, narrow }) {
  const room = narrow ? width * 0.66 : width * 0.6;
  const side = Math.min(room - em * 2, (height - em * 3.4) / 0.866);
  const [left, top] = [(room - side) / 2, em * 1.7];
  const corners = [[left + side / 2, top], [left, top + side * 0.866], [left + side, top + side * 0.866]];
  const at = (shares) => [0, 1].map((axis) => shares.reduce((sum, share, i) => sum + share * corners[i][axis], 0));
  const dots = lesson.samples.map((shares) => {
    const [x, y] = at(shares);
    return s("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: em * 0.26, fill: colour(winnerOf(shares)), class: "choice" });
  });
  const names = CLASSES.map((name, i) => label(corners[i][0], corners[i][1] + (i ? em * 1.3 : -em * 0.5), name, { class: "title" }));
  const frame = s("path", { class: "tick", d: `M${corners.map((each) => each.join(" ")).join("L")}Z` });
  return [frame, ...dots, ...names, winners(lesson, { left: room + em * 1.2, right: width - em * 0.5, top, bottom: height - em * 1.7, em })];
}

/** How often each class wins, and how often it should. */
function winners(lesson, { left, right, top, bottom, em }) {
  const counts = lesson.wins();
  const powers = lesson.logits.map((each) => Math.exp(each));
  const sum = powers.reduce((a, b) => a + b);
  const wide = (right - left) / CLASSES.length;
  const y = scale(0, 1, bottom, top + em);
  const bar = (count, i) => {
    const x = left + i * wide + wide * 0.14;
    const level = y(powers[i] / sum);
    return s("g", {}, s("rect", { x, y: y(count / SAMPLES), width: wide * 0.72, height: bottom - y(count / SAMPLES), fill: colour(i), rx: 2 }),
      s("path", { class: "expected", d: `M${x - 3} ${level}h${wide * 0.72 + 6}` }),
      label(x + wide * 0.36, Math.min(level, y(count / SAMPLES)) - em * 0.5, String(count), { class: "title" }),
        label(x + wide * 0.36, bottom + em * 1.3, CLASSES[i], { class: "title" }));
  };
  return s("g", { class: "winners" }, label((left + right) / 2, top - em * 0.5, lesson.frame.words.texts.winners, { class: "fine" }), ...counts.map(bar),
    s("path", { class: "tick", d: `M${left} ${bottom}H${right}` }));
}

function word(lesson, { width, height, em }) {
  const { z, frame } = lesson;
  const wide = Math.min(width / 4, em * 8);
  const left = (width - 4 * wide) / 2;
  const [top, bottom] = [em * 1.8, height - em * 3.4];
  const column = (letters, place) => {
    let base = bottom;
    const likely = [...letters].filter(([, share]) => share > LEAST).sort((a, b) => b[1] - a[1]);
    return s("g", {}, ...likely.map(([letter, share]) => {
      const tall = share * (bottom - top);
      base -= tall;
      const mine = letter === THING[place];
      return s("g", {},
        s("rect", { class: mine ? "letter mine" : "letter", x: left + place * wide + 3, y: base + 1, width: wide - 6, height: Math.max(0, tall - 2), rx: 6 }),
        tall > em && label(left + place * wide + wide / 2, base + tall / 2 + Math.min(tall, em * 5) * 0.32,
          letter, { style: `font-size: ${Math.min(tall * 0.9, em * 4.6).toFixed(1)}px`, class: "title" }));
    }));
  };
  const x = scale(-2.5, 2.5, em, width - em);
  const line = height - em * 1.8;
  return [label(left, em * 1.1, `x = ${THING}`, { class: "title", "text-anchor": "start" }), ...lettersAt(z).map(column),
    axis(x, line, [-2, -1, 0, 1, 2], (tick) => frame.words.number(tick, 0), em), mark("code", x(z), line, em * 0.5)];
}
