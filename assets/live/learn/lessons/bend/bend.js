/**
 * Bend the bell: a flow moves codes about, and where it neither stretches nor squeezes, the density only moves along.
 *
 * Rezende & Mohamed 2015, arXiv 1505.05770; Kingma et al. 2016, arXiv 1606.04934.
 * @module
 */

import { Slider, actionButton } from "../../frame/controls.js";
import { formula, over, row, sup, sym } from "../../frame/formula.js";
import { TRUTH, areaOf, bent, gap, logDensity, patch, straightest } from "./banana.js";
import { scene } from "./scene.js";

const FIRST = { wide: 1, low: 0, bend: 0 };
const ENDS = { wide: [0.2, 1.6], low: [-1.5, 1], bend: [-0.5, 1.2] };
const SHOWN = 0.7; // the bend that the first reveal makes
const MOVED = 0.4; // after which it is decided
const SMALL = 0.1; // nats, that decide the second
const MIDDLE = 0.9; // of the patch, across

class Bend {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame */
  constructor(frame) {
    this.frame = frame;
    const words = frame.words.texts;
    this.seed = Math.round(frame.asked("seed", 1, 1e6, 1));
    this.best = straightest();
    const start = this.#start(frame.at, frame.revealed(frame.at));
    this.bell = Object.fromEntries(Object.entries(ENDS).map(([name, ends]) => [name, frame.asked(name, ...ends, start[name])]));
    const slider = (name) => new Slider({ name, label: words[name], symbol: "belief", min: ENDS[name][0], max: ENDS[name][1], step: 0.01, arrow: 0.05,
      write: (value) => frame.words.number(value), onMove: (value) => this.#move({ [name]: value }) });
    this.sliders = Object.fromEntries(Object.keys(ENDS).map((name) => [name, slider(name)]));
    this.straight = actionButton("straight", words.straight, () => this.#move(this.best));
    this.fitting = actionButton("fitting", words.fitting, () => this.#move(TRUTH));
    const { bend, wide, low } = this.sliders;
    this.controls = [bend.element, wide.element, low.element, this.straight, this.fitting];
    this.drawing = { draw: (size) => scene(this, size), heightOf: ({ em, narrow }) => em * (narrow ? 24 : 26) };
    this.point = frame.at;
    this.#show();
  }

  /** How a question begins, and how it stands once revealed. */
  #start(k, revealed) {
    if (k) return revealed ? TRUTH : this.best;
    return revealed ? { ...FIRST, bend: SHOWN } : FIRST;
  }

  enter(k) {
    if (k === this.point) return;
    this.point = k;
    this.bell = { ...this.#start(k, false) };
    this.#show();
  }

  lock(k, locked) {
    if (k !== this.frame.at) return;
    const { wide, low } = this.sliders;
    wide.element.hidden = low.element.hidden = !k;
    this.straight.hidden = this.fitting.hidden = !k || !this.frame.revealed(1);
    Object.values(this.sliders).forEach((each) => each.lock(locked));
  }

  reveal(k) {
    this.#move(k ? TRUTH : { bend: SHOWN });
  }

  #move(what) {
    this.bell = { ...this.bell, ...what };
    this.#show();
    if (Math.abs(this.bell.bend) >= MOVED) this.frame.met(0);
    if (this.frame.at && this.left <= SMALL) this.frame.met(1);
    this.frame.changed();
  }

  #show() {
    for (const [name, slider] of Object.entries(this.sliders)) slider.show(this.bell[name]);
  }

  /** KL to the truth. */
  get left() {
    if (this.worked?.bell !== this.bell) this.worked = { bell: this.bell, gap: gap(this.bell) };
    return this.worked.gap;
  }

  /** The density in the middle of the patch. */
  #density(bell) {
    return Math.exp(logDensity(bell, bent(bell, [MIDDLE, bell.low])));
  }

  says() {
    const { words, at } = this.frame;
    const area = words.number(areaOf(patch(this.bell)), 3);
    return at ? ["saysGap", { gap: words.number(this.left) }] : ["says", { area, density: words.number(this.#density(this.bell), 3) }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k) return { straightGap: words.number(gap(this.best)), bentGap: words.number(this.left) };
    return { before: words.number(this.#density({ ...this.bell, bend: 0 }), 3), after: words.number(this.#density(this.bell), 3) };
  }

  address() {
    const { seed, frame, bell } = this;
    const start = this.#start(frame.at, frame.revealed(frame.at));
    const own = Object.fromEntries(Object.entries(bell).map(([name, value]) => [name, value === start[name] ? null : value]));
    return { ...own, seed: seed === 1 ? null : seed };
  }

  state() {
    return { ...this.bell, seed: this.seed, middle: MIDDLE, truth: TRUTH };
  }
}

export default {
  sources: ["Rezende & Mohamed 2015, arXiv 1505.05770", "Kingma et al. 2016, arXiv 1606.04934"],
  tool: "explore?model=mnist-flow-16d",
  formula: () => [
    formula("log", sym("belief"), "(", sup(sym("code"), "′"), ")", "=", "log", sym("belief"), "(", sym("code"), ")", "−", "log", row("|", "det"),
      over(row("∂", sup(sym("code"), "′")), row("∂", sym("code"))), "|"),
  ],
  make: (frame) => new Bend(frame),
};
