/**
 * Why is it blurry? One picture that stands for many costs least where it is their mean; and what a draw of its pixels looks like.
 *
 * Rybkin et al. 2020, arXiv 2006.13202; Zhao et al. 2017, arXiv 1702.08658; Dai & Wipf 2019, arXiv 1903.05789.
 * @module
 */

import { Choices, Slider, actionButton } from "../../frame/controls.js";
import { formula, held, row, sub, sup, sym } from "../../frame/formula.js";
import { digitsIn } from "../../real/digits.js";
import { differing } from "../../real/means.js";
import { COSTS, cut, drawnPixels, edges } from "./costs.js";
import { SHARES, scene } from "./scene.js";

const ALL = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const MODELS = { few: "mnist-2d", many: "mnist-16d" };
const LOOKS = ["mean", "drawn", "cut"];
const NEAR = 0.05; // to the foot of both valleys
const STEP = 0.025;
const FIRST = 3; // the digit at first

/** @typedef {Record<"few" | "many", import("../../real/digits.js").Digits>} Models */

class Blur {
  /**
   * @param {import("../../frame/lesson.js").LessonFrame} frame
   * @param {object} brought
   * @param {() => Promise<Models>} brought.ask for the models
   * @param {Models | null} brought.models null: the first question is drawn without them
   */
  constructor(frame, { ask, models }) {
    Object.assign(this, { frame, ask });
    const words = frame.words.texts;
    [this.left, this.right] = ["left", "right"].map((name, i) => frame.asked(name, 0, 1, frame.revealed(0) ? SHARES[i] : 1 - i));
    this.loss = Object.keys(COSTS)[Math.round(frame.asked("loss", 0, 2, 0))];
    this.digit = Math.round(frame.asked("digit", 0, 9, FIRST));
    this.look = LOOKS[Math.round(frame.asked("look", 0, 2, Number(frame.revealed(1))))];
    this.seed = Math.round(frame.asked("seed", 1, 1e6, 1));
    const slider = (name) => new Slider({ name, label: words[name], symbol: "mean", min: 0, max: 1, step: STEP, arrow: STEP,
      write: (value) => frame.words.number(value, 3), onMove: (value) => this.#move({ [name]: value }) });
    this.greys = [slider("left"), slider("right")];
    this.losses = new Choices(words.loss, Object.fromEntries(Object.keys(COSTS).map((name) => [name, words[name]])), (loss) => this.#move({ loss }));
    this.looks = new Choices(words.look, Object.fromEntries(LOOKS.map((name) => [name, words[name]])), (look) => this.#move({ look }));
    this.digits = new Choices(words.digit, Object.fromEntries(ALL.map((digit) => [digit, String(digit)])), (digit) => this.#move({ digit: Number(digit) }));
    this.redraw = actionButton("redraw", words.redraw, () => this.#move({ seed: this.seed + 1 }));
    this.controls = [...this.greys.map(({ element }) => element), this.losses.element, this.looks.element, this.redraw, this.digits.element];
    const heightOf = ({ width, em, narrow }) => (frame.at ? Math.min(em * 19, (width - em * 2.4) / 3 + em * 2) : em * (narrow ? 23 : 25));
    this.drawing = { draw: (size) => scene(this, size), heightOf };
    this.#show();
    if (models) this.#have(models);
    else this.#bring();
  }

  #have(models) {
    this.models = models;
    this.rebuilt = Object.fromEntries(Object.entries(models).map(([name, { means, decode }]) => [name, means.map(decode)]));
  }

  /** Have the models of the second question come, while the first one is thought about. */
  async #bring() {
    this.coming ??= this.ask();
    try {
      this.#have(await this.coming);
      this.#move({});
    } catch {
      this.coming = null; // whoever goes on to it asks again
    }
  }

  enter(k) {
    if (k && !this.models) this.#bring();
  }

  get behind() {
    return this.frame.at > 0 && !this.models;
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.greys.forEach((each) => (each.element.hidden = second));
    this.losses.element.hidden = second || !this.frame.revealed(0);
    this.looks.element.hidden = this.digits.element.hidden = !second;
    this.redraw.hidden = !second || !this.frame.revealed(1);
    if (k === 0) this.greys.forEach((each) => each.lock(locked));
    if (k === 1) this.looks.lock(locked);
  }

  reveal(k) {
    this.#move(k ? { look: "drawn" } : { left: SHARES[0], right: SHARES[1] });
  }

  #move(what) {
    Object.assign(this, what);
    this.#show();
    if (Math.max(Math.abs(this.left - SHARES[0]), Math.abs(this.right - SHARES[1])) <= NEAR + 1e-9) this.frame.met(0);
    if (this.frame.at && this.models && this.look === "drawn") this.frame.met(1);
    this.frame.changed();
  }

  #show() {
    this.greys.forEach((slider, i) => slider.show(i ? this.right : this.left));
    this.losses.show(this.loss);
    this.looks.show(this.look);
    this.digits.show(String(this.digit));
  }

  key(key) {
    if (key !== "r" || !this.frame.revealed(1)) return false;
    this.#move({ seed: this.seed + 1 });
    return true;
  }

  /** What a picture of the second question shows. @param {"original" | "few" | "many"} name */
  shown(name, look = this.look) {
    if (name === "original") return this.models.few.originals[this.digit];
    const grey = this.rebuilt[name][this.digit];
    return look === "drawn" ? drawnPixels(grey, this.seed) : look === "cut" ? cut(grey) : grey;
  }

  /** What the one picture costs, the mean over pixels of both strokes. */
  cost([left, right] = [this.left, this.right]) {
    return (COSTS[this.loss](SHARES[0], left) + COSTS[this.loss](SHARES[1], right)) / 2;
  }

  says() {
    const { words, at } = this.frame;
    if (!at || !this.models) return ["says", { loss: words.texts[this.loss], cost: words.number(this.cost(), 3) }];
    const original = this.shown("original");
    const share = (name) => words.number(100 * differing(this.rebuilt[name][this.digit], original), 1);
    return ["saysRebuilt", { few: share("few"), many: share("many") }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k === 0) return { cost: words.number(this.cost(), 3), foot: words.number(this.cost(SHARES), 3), alone: words.number(this.cost([1, 0]), 3) };
    const count = (name, look) => words.number(edges(this.shown(name, look)), 0);
    return { edgesOriginal: count("original"), edgesMean: count("few", "mean"), edgesDrawn: count("few", "drawn") };
  }

  address() {
    const { left, right, loss, look, digit, seed, frame } = this;
    const [foot, second] = [frame.revealed(0), frame.at > 0];
    const grey = (value, i) => (second || value === (foot ? SHARES[i] : 1 - i) ? null : value);
    const shown = second && look !== LOOKS[Number(frame.revealed(1))] ? LOOKS.indexOf(look) : null;
    return { left: grey(left, 0), right: grey(right, 1), loss: Object.keys(COSTS).indexOf(loss) || null, look: shown,
      digit: digit === FIRST ? null : digit, seed: seed === 1 ? null : seed };
  }

  state() {
    const { left, right, loss, look, digit, seed } = this;
    return this.frame.at ? { look, digit, seed } : { left, right, loss, shares: SHARES };
  }
}

export default {
  sources: ["Rybkin et al. 2020, arXiv 2006.13202", "Zhao et al. 2017, arXiv 1702.08658", "Dai & Wipf 2019, arXiv 1903.05789"],
  tool: "explore?model=mnist-2d&z=-0.1,-0.1",
  fetch: async (root, data) => {
    const ask = async () => {
      const [few, many] = await Promise.all(Object.values(MODELS).map((model) => digitsIn(root, data, model, ALL)));
      return { few, many };
    };
    return { ask, models: new URLSearchParams(location.search).has("said") ? await ask() : null };
  },
  formula: () => {
    const least = () => sub("argmin", sym("mean"));
    return [formula(least(), "E", sup(held(sym("thing"), "−", sym("mean")), "2"), "=", "E", row("[", sym("thing"), "]")),
      formula(least(), "E", "CE", held(sym("thing"), ",", sym("mean")), "=", "E", row("[", sym("thing"), "]"))];
  },
  make: (frame, brought) => new Blur(frame, brought),
};
