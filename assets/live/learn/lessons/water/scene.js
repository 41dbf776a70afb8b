/**
 * Posts in the water: one for each principal direction, and one digit as the model of that level rebuilds it.
 * @module
 */

import { label, scale } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { address } from "./digits.js";
import { inUse, rebuilt } from "./levels.js";

const [LOWEST, HIGHEST] = [0.03, 7]; // variances that the drawing reaches from and to
const TICKS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4];

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene({ frame, data, level, digit }, { width, height, em, narrow }) {
  const side = narrow ? em * 7.5 : Math.min((height - em * 4) / 2, width * 0.24);
  const right = narrow ? width : width - side - em * 2;
  const bottom = narrow ? height - side - em * 2 : height;
  const posts = water({ frame, data, level }, { left: em * 3, right, top: em * 1.4, bottom: bottom - em * 1.8, em });
  const now = rebuilt(data, data.digits[digit], level);
  const at = (i) => (narrow ? [em * 3 + i * (side + em * 2), height - side] : [width - side, em * 1.4 + i * (side + em * 1.9)]);
  const picture = (i, grey, words) => {
    const [x, y] = at(i);
    return s("g", {}, s("image", { x, y, width: side, height: side, href: address(grey), class: "pixels", "data-picture": i ? "rebuilt" : "original" }),
      label(x + side / 2, y - em * 0.45, words, { class: "fine" }));
  };
  return [posts, picture(0, data.originals[digit], frame.words.texts.original), picture(1, now, frame.words.texts.rebuilt)];
}

function water({ frame, data, level }, { left, right, top, bottom, em }) {
  const { variances } = data;
  const height = scale(Math.log(LOWEST), Math.log(HIGHEST), 0, bottom - top);
  const y = (variance) => bottom - Math.max(0, height(Math.log(variance)));
  const wide = (right - left) / variances.length;
  const used = inUse(variances, level);
  const post = (variance, i) => {
    const kind = i < used ? (i === used - 1 ? "post next" : "post") : "post drowned";
    return s("rect", { class: kind, "data-symbol": i < used ? "code" : null,
      x: left + i * wide + wide * 0.15, y: y(variance), width: wide * 0.7, height: bottom - y(variance) });
  };
  const surface = y(level);
  const ticks = TICKS.map((tick) => s("g", {}, s("path", { class: "grid", d: `M${left} ${y(tick)}H${right}` }),
    label(left - em * 0.5, y(tick) + em * 0.35,
      frame.words.number(tick, tick < 0.1 || tick === 0.25 ? 2 : tick < 1 ? 1 : 0), { class: "fine", "text-anchor": "end" })));
  const names = [label(left, top - em * 0.4, frame.words.texts.variance, { class: "fine", "text-anchor": "start" }),
    label(right, bottom + em * 1.3, frame.words.texts.directions, { class: "fine", "text-anchor": "end" })];
  return s("g", { class: "water" }, ...ticks, ...variances.map(post),
    s("g", { "data-symbol": "sigma" }, s("rect", { class: "sea", x: left, y: surface, width: right - left, height: Math.max(0, bottom - surface) }),
      s("path", { class: "stroke", d: `M${left} ${surface}H${right}` }), label(right - em * 0.3, Math.min(surface, y(variances[60])) - em * 0.45,
        `${frame.words.texts.levelMark} ${frame.words.number(level, level < 0.1 ? 3 : 2)}`, { "text-anchor": "end", class: "title" })),
    ...names);
}
