/**
 * What lies between a 3 and an 8? Where codes of many dimensions are, and what that means for the way from one to another.
 *
 * White 2016, arXiv 1609.04468; Chen et al. 2018, arXiv 1812.08284.
 * @module
 */

import { Slider, actionButton } from "../../frame/controls.js";
import { formula, gap, row, sub, sup, sym } from "../../frame/formula.js";
import { digitsIn } from "../../real/digits.js";
import { scene } from "./scene.js";
import { MOST, NEAR, circle, distances, drawn, norm, straight } from "./shell.js";

const FIRST = 2; // dimensions
const ASKED = 16; // those that the first question asks of
const HALF = 0.5;

class Between {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {import("../../real/digits.js").Digits | null} brought */
  constructor(frame, brought) {
    Object.assign(this, { frame, brought });
    const words = frame.words.texts;
    this.seed = Math.round(frame.asked("seed", 1, 1e6, 1));
    this.dims = Math.round(frame.asked("d", 1, MOST, frame.revealed(0) ? ASKED : FIRST));
    this.t = frame.asked("t", 0, 1, frame.revealed(1) ? HALF : 0);
    this.draws = drawn(this.seed);
    const codes = brought?.means ?? this.draws.slice(0, 2).map((each) => each.slice(0, ASKED));
    this.ends = codes;
    const whole = (value) => frame.words.number(value, 0);
    this.dimensions = new Slider({ name: "d", label: words.dims, min: 1, max: MOST, step: 1, write: whole, onMove: (value) => this.#move({ dims: value }) });
    const percent = (value) => `${frame.words.number(100 * value, 0)} %`;
    this.way = new Slider({ name: "t", label: words.way, symbol: "code", min: 0, max: 1,
      step: 0.01, arrow: 0.05, write: percent, onMove: (value) => this.#move({ t: value }) });
    this.redraw = actionButton("redraw", words.redraw, () => this.#throw());
    this.controls = [this.dimensions.element, this.way.element, this.redraw];
    this.drawing = { draw: (size) => scene(this, size), heightOf: ({ em, narrow }) => em * (narrow ? 23 : this.frame.at ? 25 : 21) };
    this.#show();
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.dimensions.element.hidden = second;
    this.redraw.hidden = second || !this.frame.revealed(0);
    this.way.element.hidden = !second;
    if (k === 0) this.dimensions.lock(locked);
    if (k === 1) this.way.lock(locked);
  }

  reveal(k) {
    this.#move(k ? { t: HALF } : { dims: ASKED });
  }

  #move(what) {
    Object.assign(this, what);
    this.#show();
    if (this.dims >= ASKED) this.frame.met(0);
    if (this.frame.at && this.t >= HALF) this.frame.met(1);
    this.frame.changed();
  }

  #throw() {
    this.seed += 1;
    this.draws = drawn(this.seed);
    this.frame.changed();
  }

  #show() {
    this.dimensions.show(this.dims);
    this.way.show(this.t);
  }

  key(key) {
    if (key !== "r" || !this.frame.revealed(0) || this.frame.at) return false;
    this.#throw();
    return true;
  }

  /** The code on each way, and how far it is from the middle. @param {number} t */
  at(t) {
    const [a, b] = this.ends;
    const codes = { straight: straight(a, b, t), circle: circle(a, b, t) };
    return { codes, straight: norm(codes.straight), circle: norm(codes.circle) };
  }

  /** How many draws are near the middle. */
  near(dims) {
    return distances(this.draws, dims).filter((each) => each < NEAR).length;
  }

  says() {
    const { words, at } = this.frame;
    if (at) {
      const now = this.at(this.t);
      return ["saysWay", { t: words.number(100 * this.t, 0), straight: words.number(now.straight), circle: words.number(now.circle) }];
    }
    const far = distances(this.draws, this.dims);
    return ["says",
      { dims: words.number(this.dims, 0), near: words.number(this.near(this.dims), 0), mean: words.number(far.reduce((a, b) => a + b) / far.length) }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k === 0) return { near: words.number(this.near(ASKED), 0) };
    const [a, b] = this.ends.map(norm);
    const middle = this.at(HALF);
    return { a: words.number(a), b: words.number(b), straight: words.number(middle.straight), circle: words.number(middle.circle) };
  }

  address() {
    const { dims, t, seed, frame } = this;
    return { d: dims === FIRST ? null : dims, t: frame.at && t ? t : null, seed: seed === 1 ? null : seed };
  }

  state() {
    const { seed, dims, t, ends } = this;
    return { seed, dims, t, ends, pictures: Boolean(this.brought) };
  }
}

export default {
  sources: ["White 2016, arXiv 1609.04468", "Chen et al. 2018, arXiv 1812.08284", "Shoemake 1985"],
  tool: "interpolate?model=mnist-16d",
  // Where the model cannot be had the way leads between two draws, and there are no pictures.
  fetch: (root, data) => digitsIn(root, data, "mnist-16d", [3, 8]).catch(() => null),
  formula: () => [
    formula(sup(row("‖", sym("code"), "‖"), "2"), "=", sup(sub(sym("code"), "1"), "2"),
      "+", "…", "+", sup(sub(sym("code"), "d"), "2"), gap(), "~", sub(sup("χ", "2"), "d")),
    formula("E", sup(row("‖", sym("code"), "‖"), "2"), "=", "d"),
  ],
  make: (frame, brought) => new Between(frame, brought),
};
