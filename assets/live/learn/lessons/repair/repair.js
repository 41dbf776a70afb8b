/**
 * When should you not restore? A digit with noise, and what two VAEs and a filter make of it, from hardly any noise to much.
 *
 * Vincent et al. 2008; Im et al. 2015, arXiv 1511.06406.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { readNumber } from "../../frame/address.js";
import { chance } from "../../frame/chance.js";
import { Choices, Slider, actionButton } from "../../frame/controls.js";
import { formula, row, sub, sym } from "../../frame/formula.js";
import { asDigits, askOnce, picturesOf } from "../../real/asked.js";
import { SIDE, readDigits } from "../water/digits.js";
import { AMOUNTS, bestFilter, noisy, psnr } from "./noisy.js";
import { scene } from "./scene.js";

const MODELS = { plain: "mnist-16d", denoising: "mnist-denoise-16d" };
const ALL = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const [FIRST, SEED] = [3, 1]; // the digit at first, and its noise
const START = 0.2;
const ASKED = [0.05, 0.5]; // what each question asks of
const STEP = AMOUNTS[0];

/** What all four make of a digit, at each amount. @typedef {Record<"noisy" | "filter" | "plain" | "denoising", Float32Array[]>} Tried */

class Repair {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame */
  constructor(frame, { originals, base, begun }) {
    Object.assign(this, { frame, originals, base, ...begun });
    const words = frame.words.texts;
    this.amount = frame.asked("amount", STEP, AMOUNTS[AMOUNTS.length - 1], this.#start());
    this.amounts = new Slider({ name: "amount", label: words.amount, symbol: "noise", min: STEP, max: AMOUNTS[AMOUNTS.length - 1], step: STEP,
      write: (value) => frame.words.number(value), onMove: (amount) => this.#move(amount) });
    this.redraw = actionButton("redraw", words.redraw, () => this.#take(this.digit, this.seed + 1));
    this.digits = new Choices(words.digit, Object.fromEntries(ALL.map((digit) => [digit, String(digit)])), (digit) => this.#take(Number(digit), this.seed));
    this.controls = [this.amounts.element, this.redraw, this.digits.element];
    const heightOf = ({ width, em, narrow }) => (narrow ? (width / 3) * 2 + em * 21 : width / 5 + em * 20);
    this.drawing = { draw: (size) => scene(this, size), heightOf };
    this.#show();
  }

  #start() {
    const revealed = ASKED.filter((_, k) => this.frame.revealed(k)).length;
    return revealed ? ASKED[revealed - 1] : START;
  }

  /** Whether what was made of the noise is shown. */
  get open() {
    return this.frame.answered(0);
  }

  /** Amounts that the curves reach to: what is asked of is not given away. */
  get reach() {
    if (this.frame.revealed(1)) return AMOUNTS[AMOUNTS.length - 1];
    return this.frame.at ? Math.max(START, this.amount) : this.amount;
  }

  lock(k, locked) {
    if (k === this.frame.at) this.amounts.lock(locked);
    this.redraw.hidden = this.digits.element.hidden = !this.frame.revealed(0);
  }

  reveal(k) {
    this.#move(ASKED[k]);
  }

  #move(amount) {
    this.amount = amount;
    this.#show();
    if (amount <= ASKED[0]) this.frame.met(0);
    if (this.frame.at && amount >= ASKED[1]) this.frame.met(1);
    this.frame.changed();
  }

  /** Take another digit, or other noise: both models answer before anything changes. */
  async #take(digit, seed) {
    const begun = await tried(this.base, this.originals[digit], digit, seed).catch(() => null);
    if (!begun || this.gone) return;
    Object.assign(this, begun);
    this.#show();
    this.frame.changed();
  }

  #show() {
    this.amounts.show(this.amount);
    this.digits.show(String(this.digit));
  }

  key(key) {
    if (key !== "r" || !this.frame.revealed(0)) return false;
    this.#take(this.digit, this.seed + 1);
    return true;
  }

  destroy() {
    this.gone = true;
  }

  /** A picture of now. @param {keyof Tried} name */
  shown(name, amount = this.amount) {
    return this.made[name][Math.round(amount / STEP) - 1];
  }

  /** How near each is to the original at an amount, as it is written. */
  #near(amount) {
    const { words } = this.frame;
    return Object.fromEntries(Object.keys(this.made).map((name) => [name, words.number(this.nearness[name][Math.round(amount / STEP) - 1], 1)]));
  }

  says() {
    const values = { amount: this.frame.words.number(this.amount), ...this.#near(this.amount) };
    return [this.open ? "says" : "saysNoisy", values];
  }

  seen(k) {
    return this.#near(ASKED[k]);
  }

  address() {
    const { amount, digit, seed } = this;
    return { amount: amount === this.#start() ? null : amount, digit: digit === FIRST ? null : digit, seed: seed === SEED ? null : seed };
  }

  state() {
    const { amount, digit, seed } = this;
    return { amount, digit, seed };
  }
}

/** What all make of a digit with noise. @returns {Promise<{digit: number, seed: number, made: Tried, nearness: Record<string, number[]>}>} */
async function tried(base, original, digit, seed) {
  const noise = draw(SIDE * SIDE, chance(seed));
  const spoiled = AMOUNTS.map((amount) => noisy(original, noise, amount));
  const restored = async (model) => {
    const { array } = await askOnce(base, { op: "reconstruct", model, ...asDigits(spoiled) });
    return picturesOf(array, spoiled.length, spoiled.length); // behind what it was given
  };
  const [plain, denoising] = await Promise.all(Object.values(MODELS).map(restored));
  const made = { noisy: spoiled, filter: spoiled.map((each) => bestFilter(original, each)), plain, denoising };
  const nearness = Object.fromEntries(Object.entries(made).map(([name, all]) => [name, all.map((each) => psnr(each, original))]));
  return { digit, seed, made, nearness };
}

export default {
  sources: ["Vincent et al. 2008, denoising autoencoders", "Im et al. 2015, arXiv 1511.06406"],
  tool: "restore?model=mnist-denoise-16d&corruption=gaussian&amount=0.05",
  fetch: async (root, { base }) => {
    const { originals } = readDigits(await (await fetch(new URL("lessons/water/digits.json", root))).json());
    const asked = (name, low, high, otherwise) => Math.round(readNumber(location.search, name, low, high, otherwise));
    const [digit, seed] = [asked("digit", 0, 9, FIRST), asked("seed", 1, 1e6, SEED)];
    return { originals, base, begun: await tried(base, originals[digit], digit, seed) };
  },
  formula: () => {
    const spoiled = () => sym("noise", "x̃");
    return [formula("−", sub("E", row(sym("belief"), "(", sym("code"), "|", spoiled(), ")")), "log", "p", "(", sym("thing"), "|", sym("code"), ")",
      "+", "β", "KL", "(", sym("belief"), "(", sym("code"), "|", spoiled(), ")", "‖", "p", "(", sym("code"), ")", ")")];
  },
  make: (frame, brought) => new Repair(frame, brought),
};
