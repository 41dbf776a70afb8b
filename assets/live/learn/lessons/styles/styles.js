/**
 * Draw me a seven: a model that is told the class keeps the style in its code, and the class need not be there any more.
 *
 * Kingma et al. 2014, arXiv 1406.5298; Sohn et al. 2015.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { chance } from "../../frame/chance.js";
import { Slider, actionButton } from "../../frame/controls.js";
import { formula, sub, sym } from "../../frame/formula.js";
import { codesOf, decoderOf, mapOf } from "../../real/digits.js";
import { mean } from "../../real/means.js";
import { Rounds } from "../../real/rounds.js";
import { address } from "../water/digits.js";
import { inkOf, leanOf, toldByNeighbours } from "./hand.js";
import { laidOut, scene } from "./scene.js";

const [MODEL, PLAIN] = ["mnist-c-8d", "mnist-16d"];
const CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const [DIMS, LEAN, WEIGHT] = [8, 0, 7]; // axes that move the lean and the ink
const END = 2.5;
const MOVED = 1.5; // of the first axis, after which the first question is decided
const OTHERS = 2; // styles below
const SOME = 10; // one code in so many votes
const ASKED = 7; // the digit that is made first
const UPRIGHT = CLASSES.length; // where the same digits follow without a lean, and then those of other styles
const OTHER = 2 * CLASSES.length;
const END_OF_ALL = OTHER + OTHERS * CLASSES.length;

class Styles {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {any} brought */
  constructor(frame, { decode, models }) {
    Object.assign(this, { frame, decode, models });
    const words = frame.words.texts;
    this.lean = frame.asked("lean", -END, END, frame.revealed(0) ? 2 : 0);
    this.weight = frame.asked("weight", -END, END, 0);
    this.seed = Math.round(frame.asked("seed", 1, 1e6, 1));
    const slider = (name) => new Slider({ name, label: words[name], symbol: "code", min: -END, max: END, step: 0.1, arrow: 0.5,
      write: (value) => frame.words.number(value, 1), onMove: (value) => this.#move({ [name]: value }) });
    [this.leans, this.weights] = [slider("lean"), slider("weight")];
    this.colour = actionButton("colour", words.colour, () => this.#paint());
    this.redraw = actionButton("redraw", words.redraw, () => this.#throw());
    this.controls = [this.leans.element, this.weights.element, this.redraw, this.colour];
    const grid = (size) => {
      const { side, rows, below } = laidOut(size);
      return size.em * 3.6 + rows * (1 + below) * (side + 4);
    };
    const heightOf = (size) => (frame.at ? Math.min(size.width / 2, size.em * 25) + size.em : grid(size));
    this.drawing = { draw: (size) => scene(this, size), heightOf };
    [this.written, this.upright] = [[], []];
    this.rounds = new Rounds({ n: END_OF_ALL, first: ASKED, make: (i) => this.#write(i), onMade: () => this.frame.changed() });
    for (let i = 0; i < UPRIGHT; i += 1) this.#write(i);
    if (this.lean === 0) this.upright = this.written.slice();
    else for (let i = UPRIGHT; i < OTHER; i += 1) this.#write(i);
    this.#throw(0);
    this.#show();
  }

  /** Whether some of the ten are still of an earlier style. */
  get behind() {
    return this.rounds.behind;
  }

  destroy() {
    this.rounds.stop();
  }

  /** Whether the maps have their colours. */
  get coloured() {
    return this.frame.revealed(1);
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.leans.element.hidden = this.weights.element.hidden = this.redraw.hidden = second;
    this.colour.hidden = !second;
    if (k === 0) [this.leans, this.weights].forEach((each) => each.lock(locked));
    if (k === 1) this.colour.disabled = locked || this.frame.revealed(1);
  }

  reveal(k) {
    if (k) this.#paint();
    else this.#move({ lean: 2 });
  }

  #move(what) {
    Object.assign(this, what);
    this.rounds.ask(0, "weight" in what ? OTHER : UPRIGHT);
    this.#show();
    if (Math.abs(this.lean) >= MOVED) this.frame.met(0);
    this.frame.changed();
  }

  #paint() {
    this.frame.met(1);
    this.frame.changed();
  }

  #throw(by = 1) {
    this.seed += by;
    const random = chance(this.seed);
    this.thrown = Array.from({ length: OTHERS }, () => draw(DIMS, random));
    this.others ??= this.thrown.map(() => []);
    this.rounds.ask(OTHER);
    this.frame.figure && this.frame.changed();
  }

  /** Write a digit in the style of now, without its lean, or in another style. @param {number} i as the constants have it */
  #write(i) {
    const [each, kind] = [i % CLASSES.length, Math.floor(i / CLASSES.length)];
    const style = (lean) => Array.from({ length: DIMS }, (_, axis) => ({ [LEAN]: lean, [WEIGHT]: this.weight })[axis] ?? 0);
    if (kind === 0) this.written[each] = seenAs(this.decode(style(this.lean), each));
    else if (kind === 1) this.upright[each] = seenAs(this.decode(style(0), each));
    else this.others[kind - 2][each] = address(this.decode(this.thrown[kind - 2], each));
  }

  #show() {
    this.leans.show(this.lean);
    this.weights.show(this.weight);
  }

  key(key) {
    if (key !== "r" || this.frame.at) return false;
    this.#throw();
    return true;
  }

  /** The shares of codes whose class their neighbours tell, worked out once. */
  get known() {
    return (this.counted ??= Object.fromEntries(Object.entries(this.models).map(([name, { votes }]) =>
      [name, toldByNeighbours(votes.codes, votes.labels, votes.dims)])));
  }

  says() {
    const { words, at } = this.frame;
    if (!at) {
      const [degrees, ink] = [mean(this.written.map(({ lean }) => lean.degrees)), mean(this.written.map((each) => each.ink))];
      return ["says", { degrees: words.number(degrees, 1), ink: words.number(ink, 0) }];
    }
    return [this.coloured ? "saysColoured" : "saysMaps", { n: words.number(this.models.told.labels.length, 0) }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k) return Object.fromEntries(Object.entries(this.known).map(([name, share]) => [name, words.number(100 * share, 0)]));
    const [before, after] = [this.upright, this.written].map((ten) => ten.map(({ lean }) => lean.degrees));
    const left = after.filter((each, i) => (each - before[i]) * this.lean > 0).length;
    return { before: words.number(mean(before), 1), after: words.number(mean(after), 1), alike: words.number(Math.max(left, CLASSES.length - left), 0) };
  }

  address() {
    const { lean, weight, seed, frame } = this;
    return { lean: lean === (frame.revealed(0) ? 2 : 0) ? null : lean, weight: weight || null, seed: seed === 1 ? null : seed };
  }

  state() {
    const { lean, weight, seed } = this;
    return { lean, weight, seed, axes: [LEAN, WEIGHT], votes: SOME };
  }
}

/** A picture with what is seen of it. @param {Float32Array} grey */
const seenAs = (grey) => ({ href: address(grey), lean: leanOf(grey), ink: inkOf(grey) });

/** The codes that vote, and where all lie on a map. */
async function mapped(data, model) {
  const [{ centre, labels, dims, n }, { xy }] = await Promise.all([codesOf(data, model), mapOf(data, model)]);
  if (!xy) throw new Error(`no map of ${model}`);
  const rows = Array.from({ length: Math.floor(n / SOME) }, (_, i) => i * SOME);
  const codes = rows.flatMap((i) => Array.from(centre.subarray(i * dims, (i + 1) * dims)));
  return { xy, labels, votes: { dims, labels: rows.map((i) => labels[i]), codes } };
}

export default {
  sources: ["Kingma et al. 2014, arXiv 1406.5298", "Sohn et al. 2015, conditional variational autoencoders"],
  tool: "explore?model=mnist-c-8d",
  fetch: async (_, data) => {
    const [decode, told, plain] = await Promise.all([decoderOf(data, MODEL), mapped(data, MODEL), mapped(data, PLAIN)]);
    return { decode, models: { told, plain } };
  },
  formula: () => [
    formula(sub("E", sym("belief")), "[", "−", "log", "p", "(", sym("thing"), "|", sym("code"), ",", "y", ")", "]", "+", "KL", "(", sym("belief"), "(",
      sym("code"), "|", sym("thing"), ",", "y", ")", "‖", "p", "(", sym("code"), ")", ")"),
  ],
  make: (frame, brought) => new Styles(frame, brought),
};
