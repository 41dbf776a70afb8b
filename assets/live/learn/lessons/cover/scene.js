/**
 * Two rivals beside each other, what each draws on the islands, and how many islands it reaches in each of ten runs; then the GAN
 * alone, with what its judge takes for real.
 * @module
 */

import { hatching, label } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { SEEDS } from "./films.js";
import { ISLANDS, MIDDLES, NEAR, judged } from "./rivals.js";

const REACH = 1.45; // of the plane that is shown, to each side
const CELLS = 24; // of the judge's plane, to each side
const LEVELS = [0.15, 0.25, 0.35, 0.45, 0.55, 0.65];
const HEAD = 2; // lines of letters above a pad
const FOOT = 8.4; // and below it

const RIVALS = { vae: "code", gan: "noise" };

const gapOf = ({ em }) => em * 1.4;
const sideOf = (size) => Math.min((size.width - gapOf(size)) / 2, size.em * 19);

/** How high the drawing is. */
export const tall = ({ frame }, size) => sideOf(size) + size.em * (HEAD + (frame.at ? 1 : FOOT));

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, size) {
  const side = sideOf(size);
  const left = (size.width - 2 * side - gapOf(size)) / 2;
  const right = left + side + gapOf(size);
  const top = size.em * HEAD;
  if (lesson.frame.at) return [hatching(size.em), ...pad(lesson, "gan", left, top, side, size), shares(lesson, right, top, side, size)];
  return [hatching(size.em), ...["vae", "gan"].flatMap((name, i) => {
    const x = i ? right : left;
    return [...pad(lesson, name, x, top, side, size), runs(lesson, name, x, top + side + size.em * 1.6, side, size)];
  })];
}

/** Where a point of the plane lies on a pad. */
const placing = (x0, y0, side) => ([x, y]) => [x0 + (side * (x + REACH)) / (2 * REACH), y0 + (side * (REACH - y)) / (2 * REACH)];

function pad(lesson, name, x0, y0, side, { em }) {
  const { frame } = lesson;
  const at = placing(x0, y0, side);
  const { points, reached } = lesson.points(name);
  const inside = points.filter(([x, y]) => Math.abs(x) < REACH && Math.abs(y) < REACH);
  const d = inside.map((point) => at(point)).map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
  const r = (side * NEAR) / (2 * REACH);
  const begun = frame.at > 0 || lesson.stop > 0;
  const island = (middle, k) => {
    const [cx, cy] = at(middle);
    const missed = begun && !reached[k];
    return s("circle", { cx, cy, r, class: missed ? "island missed" : "true-posterior", "data-symbol": "truth", "data-island": `${name}-${k}`,
      "data-reached": String(reached[k]) });
  };
  const numbers = frame.at > 0 && MIDDLES.map(([x, y], k) => {
    const [cx, cy] = at([1.27 * x, 1.27 * y]);
    return label(cx, cy + em * 0.35, String(k + 1), { class: "fine" });
  });
  return [label(x0 + side / 2, y0 - em * 0.6, frame.words.texts[name], { class: "title" }),
    s("rect", { x: x0, y: y0, width: side, height: side, rx: 10, class: "ground" }),
    frame.at > 0 && s("g", { "data-symbol": "noise" }, ...beliefs(lesson.gone.judge, x0, y0, side)),
    ...MIDDLES.map(island), ...(numbers || []),
    s("path", { d, class: "landed", "data-symbol": RIVALS[name], "stroke-width": Math.max(2.5, em * 0.22) })];
}

const known = { judge: null, sure: [] };

/** How sure a judge is in each cell, column by column; that of the last one asked for is kept. */
function surenesses(judge) {
  if (known.judge === judge) return known.sure;
  const middle = (i) => (2 * REACH * (i + 0.5)) / CELLS - REACH;
  const sure = Array.from({ length: CELLS * CELLS }, (_, k) => judged(judge, [middle(Math.floor(k / CELLS)), -middle(k % CELLS)]));
  return Object.assign(known, { judge, sure }).sure;
}

/** What the judge takes for real, the surer the fuller: a path for each step of it. */
function beliefs(judge, x0, y0, side) {
  const sure = surenesses(judge);
  const cell = side / CELLS;
  const square = `h${cell.toFixed(2)}v${cell.toFixed(2)}h${(-cell).toFixed(2)}Z`;
  const paths = LEVELS.map(() => "");
  for (let i = 0; i < CELLS; i += 1) {
    for (let j = 0; j < CELLS; j += 1) {
      const level = LEVELS.filter((each) => sure[i * CELLS + j] >= each).length - 1;
      if (level >= 0) paths[level] += `M${(x0 + i * cell).toFixed(1)} ${(y0 + j * cell).toFixed(1)}${square}`;
    }
  }
  return paths.map((d, level) => s("path", { d, class: "real", "fill-opacity": (0.07 * (level + 1)).toFixed(2) }));
}

/** How many islands a rival reaches in each of the ten runs, at the stop of now. */
function runs({ frame, tallies, stop, seed }, name, x0, y0, side, { em }) {
  const wide = side / SEEDS.length;
  const high = em * 3.6;
  const base = y0 + em * 1.6 + high;
  const title = label(x0, y0, frame.words.texts.runs, { class: "fine", "text-anchor": "start" });
  if (!frame.revealed(0)) return s("g", {}, title, label(x0 + side / 2, base - high / 2, "?", { class: "title" }));
  const bar = (run, i) => {
    const { reached } = run[name][stop];
    const x = x0 + i * wide;
    const now = SEEDS[i] === seed;
    return s("g", { class: "tallied", "data-tally": `${name}-${SEEDS[i]}` },
      s("rect", { x: x + wide * 0.15, y: base - high, width: wide * 0.7, height: high, rx: 2, class: "ground" }),
      s("rect", { x: x + wide * 0.15, y: base - (high * reached) / ISLANDS, width: wide * 0.7, height: (high * reached) / ISLANDS, rx: 2, class: "solid" }),
      now && s("rect", { x: x + wide * 0.08, y: base - high - 2, width: wide * 0.84, height: high + 4, rx: 3, class: "ringed-frame" }),
      label(x + wide / 2, base + em * 1.2, String(reached), { class: "fine" }));
  };
  return s("g", { "data-symbol": RIVALS[name] }, title, ...tallies.map(bar));
}

/** How many of the GAN's draws lie on each island. */
function shares(lesson, x0, y0, side, { em }) {
  const { counts, points } = lesson.points("gan");
  const wide = side / ISLANDS;
  const [base, high] = [y0 + side - em * 1.8, side - em * 4];
  const most = Math.max(0.25, ...counts.map((each) => each / points.length));
  const bar = (count, k) => {
    const long = (high * count) / points.length / most;
    return s("g", { "data-share": k + 1 }, s("rect", { x: x0 + wide * (k + 0.15), y: base - long, width: wide * 0.7, height: long, rx: 2, class: "solid" }),
      label(x0 + wide * (k + 0.5), base - long - em * 0.4, lesson.frame.words.number((100 * count) / points.length, 0), { class: "fine" }),
      label(x0 + wide * (k + 0.5), base + em * 1.2, String(k + 1), { class: "fine" }));
  };
  return s("g", { "data-symbol": "noise" }, label(x0 + side / 2, y0 - em * 0.6, lesson.frame.words.texts.shares, { class: "title" }),
    s("path", { class: "tick", d: `M${x0} ${base}H${x0 + side}` }), ...counts.map(bar));
}
