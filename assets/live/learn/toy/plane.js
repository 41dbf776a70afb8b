/**
 * The plane that the toy's points lie on: data, what the decoder can draw, and a point.
 * @module
 */

import { label, scale } from "../frame/axes.js";
import { chance } from "../frame/chance.js";
import { pathOf, s } from "../frame/figure.js";
import { mark } from "../frame/marks.js";
import { horseshoe } from "./training.js";

const DATA = horseshoe(160, chance(1));
const EDGE = 1.35; // of the plane
const REACH = 4; // codes of the curve

/**
 * @param {{toy: import("./vae.js").Toy, point: number[], expected?: ArrayLike<number>, words: string}} shows
 * @param {{left: number, top: number, side: number, em: number}} place
 */
export function plane({ toy, point, expected, words }, { left, top, side, em }) {
  const x = scale(-EDGE, EDGE, left, left + side);
  const y = scale(-EDGE, EDGE, top + side, top);
  const at = ([a, b]) => [x(a), y(b)];
  const curve = pathOf(Array.from({ length: 40 * REACH + 1 }, (_, i) => at(Array.from(toy.decode(i / 20 - REACH)))));
  const drawn = expected && at(Array.from(expected));
  return s("g", { class: "plane" },
    s("rect", { x: left, y: top, width: side, height: side, rx: 8, class: "ground" }),
    ...DATA.map(([a, b]) => s("circle", { class: "datum", cx: x(a), cy: y(b), r: 2 })),
    s("path", { class: "curve", d: curve, "data-symbol": "code" }),
    drawn && s("path", { class: "error", d: pathOf([at(point), drawn]) }),
    mark("thing", ...at(point), em * 0.4), drawn && mark("code", ...drawn, em * 0.48),
    label(left + side / 2, top + side * 0.54, words, { class: "fine" }));
}
