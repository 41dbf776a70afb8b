/**
 * The whole machine in one row, x to cost, and the gradients on their way back: which part of it a stage lights.
 * @module
 */

import { arrow, label } from "../../frame/axes.js";
import { s } from "../../frame/figure.js";
import { SIGNS } from "../../frame/marks.js";

export const STAGES = 12;
const BACK = 9; // the first stage of the way back

/** What is lit at each stage: nodes, and edges by their ends. @type {string[][]} */
const LIT = [
  [], ["thing"], ["thing>mean", "thing>sigma", "mean", "sigma"], ["noise"], ["mean>code", "sigma>code", "noise>code", "code"],
  ["code>expected", "expected"], ["expected>cost", "thing", "cost"], ["mean", "sigma", "cost"], ["cost"],
  ["code<cost", "code"], ["mean<code", "mean"], ["sigma<code", "sigma"], ["mean", "sigma"],
];

const EDGES = [
  ["thing", "mean"], ["thing", "sigma"], ["mean", "code"], ["sigma", "code"], ["noise", "code"], ["code", "expected"], ["expected", "cost"],
];

/** Where the nodes stand, as shares of the width and rows. @type {Record<string, [number, number]>} */
const PLACES = {
  thing: [0.06, 1], mean: [0.28, 0.2], sigma: [0.28, 1.8], noise: [0.5, 2.45], code: [0.5, 1], expected: [0.73, 1], cost: [0.94, 1],
};

/**
 * @param {{width: number, em: number}} size
 * @param {object} shows
 * @param {number} shows.stage @param {boolean} shows.cut whether z is drawn directly: no arrow leads from mean and sigma to it then
 * @param {Record<string, string>} shows.values what stands below each node @param {Record<string, string>} shows.slopes on the way back
 */
export function machine({ width, em }, { stage, cut, values, slopes }) {
  const r = em * 1.15;
  const at = (name) => [PLACES[name][0] * width, em * 1.6 + PLACES[name][1] * em * 2.4];
  const lit = LIT[stage];
  const dim = (name) => stage > 0 && !lit.includes(name);
  const here = (name) => !cut || name !== "noise";
  const edges = EDGES.filter(([from]) => here(from)).map(([from, to]) => edge(at(from),
    at(to), r, { dim: dim(`${from}>${to}`), cut: cut && to === "code", back: false }));
  const backs = stage < BACK ? [] : backEdges(stage).map(([from, to, slope]) => {
    const gone = cut && from !== "cost";
    return s("g", {}, edge(at(from), at(to), r, { dim: dim(`${to}<${from}`), cut: gone, back: true }), slopeAt(at(from), at(to), slopes[slope], em));
  });
  const nodes = Object.keys(PLACES).filter(here).map((name) => node(at(name), r, em, { name, dim: dim(name), value: values[name] }));
  return s("g", { class: "machine" }, ...edges, ...backs, ...nodes);
}

/** The arrows that have come back so far: from, to, and the slope on it. */
const backEdges = (stage) => [["cost", "code", "z"], ["code", "mean", "mean"], ["code", "sigma", "sigma"]].slice(0, stage - BACK + 1);

function edge([x0, y0], [x1, y1], r, { dim, cut, back }) {
  const long = Math.hypot(x1 - x0, y1 - y0);
  const [a, b] = [(x1 - x0) / long, (y1 - y0) / long];
  const aside = back ? 7 : 0;
  const [from, to] = [[x0 + a * (r + 2) - b * aside, y0 + b * (r + 2) + a * aside], [x1 - a * (r + 3) - b * aside, y1 - b * (r + 3) + a * aside]];
  return arrow(from, to, { class: `arrow${dim ? " dim" : ""}${cut ? " cut" : ""}${back ? " back" : ""}` });
}

const slopeAt = ([x0, y0], [x1, y1], text, em) =>
  label((x0 + x1) / 2, (y0 + y1) / 2 - em * (y1 > y0 + 1 ? -1.7 : 1.1) - (Math.abs(y1 - y0) < 1 ? em * 0.3 : 0), text, { class: "slope" });

function node([x, y], r, em, { name, dim, value }) {
  const sign = { expected: "x̂", cost: "L" }[name] ?? SIGNS[name];
  const symbol = SIGNS[name] ? name : null;
  const above = name === "mean" || name === "code";
  return s("g", { class: `node${dim ? " dim" : ""}`, "data-symbol": symbol, "data-node": name },
    s("circle", { cx: x, cy: y, r }), label(x, y + em * 0.35, sign, { class: "sign" }),
    value && label(x, above ? y - r - em * 0.35 : y + r + em * 1.05, value, { class: "value" }));
}
