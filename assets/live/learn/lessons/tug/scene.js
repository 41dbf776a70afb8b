/**
 * The codes of 1,000 digits under the price of now, what is rebuilt and drawn there, and what each price leads to.
 * @module
 */

import { label, scale } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { dots } from "../../real/dots.js";
import { address } from "../water/digits.js";

const CLASSES = 10;
const REACH = 6.5; // of the plane
const RINGS = [1, 2, 3];
const ROWS = 3; // of draws
const LOOKS = { floor: "part", error: "part above", kl: "part kl" };
const MOST = 225; // nats of the bars' end

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, { width, height, em, narrow }) {
  const low = height - em * (narrow ? 11 : 9);
  const side = Math.min(low - em * 1.6, width * (narrow ? 0.5 : 0.52));
  const columns = { left: side + em * (narrow ? 0.7 : 1.6), right: width, top: em * 1.4, bottom: low };
  return [plane(lesson, { left: 0, top: em * 1.4, side, em }), pictures(lesson, { ...columns, em }),
    prices(lesson, { left: em * 0.2, right: width, top: low + em * 2.6, bottom: height - em * 1.6, em })];
}

function plane(lesson, { left, top, side, em }) {
  const x = scale(-REACH, REACH, left, left + side);
  const y = scale(-REACH, REACH, top + side, top);
  const unit = x(1) - x(0);
  const { xy, labels } = lesson.places;
  const inside = Array.from(labels, (_, i) => i).filter((i) => Math.abs(xy[2 * i]) < REACH && Math.abs(xy[2 * i + 1]) < REACH);
  const cloud = ({ at, sigma }, turn) => s("ellipse", { class: "cloud", rx: Math.max(1.5, sigma[0] * unit), ry: Math.max(1.5, sigma[1] * unit),
    transform: `translate(${x(at[0]).toFixed(1)} ${y(at[1]).toFixed(1)}) rotate(${((-180 * Math.atan2(turn[1][0], turn[0][0])) / Math.PI).toFixed(1)})` });
  const { clouds, turn } = lesson.now;
  const seen = clouds.filter(({ at }) => Math.max(...at.map(Math.abs)) < REACH - 0.2);
  return s("g", { "data-plane": "codes" }, s("rect", { x: left, y: top, width: side, height: side, rx: 6, class: "ground" }),
    dots(inside.flatMap((i) => [xy[2 * i], xy[2 * i + 1]]), inside.map((i) => labels[i]), CLASSES, x, y, 2.8),
    ...RINGS.map((ring) => s("circle", { cx: x(0), cy: y(0), r: ring * unit, class: "prior-ring" })),
    s("g", { "data-symbol": "belief" }, ...seen.map((each) => cloud(each, turn))),
    label(left, top - em * 0.4, lesson.frame.words.texts.plane, { class: "fine", "text-anchor": "start" }));
}

/** The pictures of a model as addresses: once for each seed, and not while codes glide. */
function painted(rung, seed) {
  if (rung.painted?.seed !== seed) {
    const { originals } = rung.digits;
    const draws = rung.drawn(seed).pictures.slice(0, ROWS * originals.length);
    rung.painted = { seed, original: originals.map(address), rebuilt: rung.rebuilt.map(address), draws: draws.map(address) };
  }
  return rung.painted;
}

/** Originals, below them what is rebuilt, and draws. */
function pictures(lesson, { left, right, top, bottom, em }) {
  const { frame, now, seed } = lesson;
  const { originals } = now.digits;
  const { original, rebuilt, draws } = painted(now, seed);
  const texts = frame.words.texts;
  const gap = 3;
  const side = Math.min((right - left) / originals.length - gap, (bottom - top - em * 3.4) / (2 + ROWS) - gap);
  const at = (i, row, lines) => ({ x: left + i * (side + gap), y: top + row * (side + gap) + lines * em * 1.7, width: side, height: side });
  const picture = (href, place, name) => s("image", { ...place, href, class: "pixels", "data-picture": name });
  const line = (words, row, lines) => label(left, at(0, row, lines).y - em * 0.4, words, { class: "fine", "text-anchor": "start" });
  return s("g", {}, line(texts.original, 0, 0), ...original.map((each, i) => picture(each, at(i, 0, 0), `original-${i}`)),
    line(texts.rebuilt, 1, 1), ...rebuilt.map((each, i) => picture(each, at(i, 1, 1), `rebuilt-${i}`)),
    line(texts.draws, 2, 2), ...draws.map((each, i) =>
      picture(each, at(i % originals.length, 2 + Math.floor(i / originals.length), 2), `draw-${i}`)));
}

/** What an image costs at each price: the floor, the error above it, and the KL. */
function prices({ rungs, rung, frame }, { left, right, top, bottom, em }) {
  const words = frame.words.texts;
  const tall = scale(0, MOST, 0, bottom - top);
  const wide = (right - left) / rungs.length;
  const bar = ({ beta, parts }, i) => {
    let base = bottom;
    const piece = (name) => {
      const height = tall(parts[name]);
      base -= height;
      const place = { x: left + i * wide + wide * 0.14, y: base, width: wide * 0.72, height };
      return s("rect", { ...place, class: LOOKS[name], "data-symbol": name === "kl" ? "belief" : null });
    };
    return s("g", { class: i === rung ? "price now" : "price" }, ...["floor", "error", "kl"].map(piece),
      label(left + (i + 0.5) * wide, bottom + em * 1.25, `β ${frame.words.number(beta, beta % 1 ? 1 : 0)}`, { class: i === rung ? "title" : "fine" }));
  };
  const key = (name, x) => s("g", {}, s("rect", { x, y: top - em * 1.75, width: em * 0.8, height: em * 0.8, class: LOOKS[name],
    "data-symbol": name === "kl" ? "belief" : null }), label(x + em * 1.1, top - em * 1.02, words[name], { class: "fine", "text-anchor": "start" }));
  return s("g", { class: "prices" }, ...rungs.map(bar), key("floor", left), key("error", left + em * 5.4), key("kl", left + em * 10.8),
    label(right, top - em * 1.02, words.nats, { class: "fine", "text-anchor": "end" }));
}
