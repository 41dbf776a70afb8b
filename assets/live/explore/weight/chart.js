/**
 * How near pictures come for how many bits: a line for each way to send them, and a dot for the picture in hand.
 * @module
 */

import { h, setAttributes } from "../../shared/page/dom.js";

const [WIDE, TALL] = [460, 240];
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 64, 30, 34];
const [LEAST, MOST] = [4, 4096]; // bits
const [LOW, HIGH] = [8, 36]; // dB
const DASHES = ["", "7 4", "2 3"];
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{bits: number, psnr: number}} Rate */

const shape = (name, attributes, text = "") => {
  const element = document.createElementNS(SVG, name);
  setAttributes(element, attributes);
  element.textContent = text;
  return element;
};

/** Where a number of bits lies, 0 to 1 on a scale of powers of two. */
export const along = (bits) => Math.log2(Math.min(MOST, Math.max(LEAST, bits)) / LEAST) / Math.log2(MOST / LEAST);

/** Where dB lie, 0 to 1. */
export const up = (db) => (Math.min(HIGH, Math.max(LOW, db)) - LOW) / (HIGH - LOW);

const x = (bits) => LEFT + along(bits) * (WIDE - LEFT - RIGHT);
const y = (db) => TALL - BOTTOM - up(db) * (TALL - TOP - BOTTOM);

/** What is seen of a line: as far as the drawing reaches. @param {Rate[]} rates */
export const seen = (rates) => rates.filter(({ bits, psnr }) => bits >= LEAST && bits <= MOST && psnr >= LOW && psnr <= HIGH);

export class RateChart {
  /** @param {Record<string, Rate[]>} lines by their names, the model's first */
  constructor(lines) {
    this.dot = shape("circle", { r: 6, class: "here", "data-role": "rate-dot" });
    const drawn = Object.entries(lines).flatMap(([name, rates], i) => line(name, seen(rates), i));
    const svg = shape("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, class: "rates", role: "img", "aria-label": spoken(lines) });
    svg.append(...axes(), ...drawn, this.dot);
    this.element = h("figure", {}, svg);
  }

  /** Put the dot where the picture in hand is. @param {Rate} rate */
  mark({ bits, psnr }) {
    setAttributes(this.dot, { cx: x(bits).toFixed(1), cy: y(psnr).toFixed(1) });
  }
}

function line(name, rates, i) {
  if (rates.length === 0) return [];
  const points = rates.map(({ bits, psnr }) => `${x(bits).toFixed(1)},${y(psnr).toFixed(1)}`).join(" ");
  const last = rates[rates.length - 1];
  const style = i === 0 ? "own" : "other";
  return [
    shape("polyline", { points, class: style, "stroke-dasharray": DASHES[i % DASHES.length] }),
    shape("text", { x: (x(last.bits) + 8).toFixed(1), y: (y(last.psnr) + 4).toFixed(1), class: style }, name),
  ];
}

function axes() {
  const bits = [4, 16, 64, 256, 1024, 4096];
  const dbs = [10, 15, 20, 25, 30, 35];
  return [
    ...dbs.flatMap((db) => [
      shape("line", { x1: LEFT, x2: WIDE - RIGHT, y1: y(db).toFixed(1), y2: y(db).toFixed(1), class: "grid" }),
      shape("text", { x: LEFT - 6, y: (y(db) + 4).toFixed(1), class: "tick end" }, String(db)),
    ]),
    ...bits.map((each) => shape("text", { x: x(each).toFixed(1), y: TALL - BOTTOM + 15, class: "tick middle" }, String(each))),
    shape("text", { x: WIDE - RIGHT, y: TALL - 4, class: "tick end" }, "bits a picture"),
    shape("text", { x: 2, y: 10, class: "tick" }, "PSNR in dB"),
  ];
}

const spoken = (lines) =>
  Object.entries(lines)
    .map(([name, rates]) => `${name}: ${rates.map(({ bits, psnr }) => `${Math.round(bits)} bits ${psnr.toFixed(1)} dB`).join(", ")}`)
    .join(". ");
