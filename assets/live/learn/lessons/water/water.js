/**
 * How many numbers does it really use? The water level of the best linear VAE, over the principal variances of real digits.
 *
 * Lucas et al. 2019, arXiv 1911.02469; Tipping & Bishop 1999.
 * @module
 */

import { Choices, Slider } from "../../frame/controls.js";
import { formula, gap, over, row, sub, sup, sym } from "../../frame/formula.js";
import { readDigits } from "./digits.js";
import { carried, errorOf, inUse } from "./levels.js";
import { scene } from "./scene.js";

const LOW = -4.5; // powers of two
const HIGH = 2.5;
const ASKED = 1; // the level that the first question asks of
const TWICE = { beta: 1, spread: -1 }; // powers of two that the second question asks of

class Water {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame */
  constructor(frame, file) {
    this.frame = frame;
    this.data = readDigits(file);
    const words = frame.words.texts;
    this.digit = frame.asked("digit", 0, 9, 3) | 0;
    this.power = frame.asked("power", LOW, HIGH, frame.at ? 0 : LOW);
    this.beta = frame.asked("beta", -3, 3, 0);
    this.spread = frame.asked("spread", -3, 3, 0);
    const write = (power) => frame.words.number(2 ** power, 2 ** power < 0.1 ? 3 : 2);
    const slider = (name, label, how) => new Slider({ name, label, write, onMove: (value) => this.#move(name, value), ...how });
    this.levels = slider("power", words.level, { symbol: "sigma", min: LOW, max: HIGH, step: 0.25 });
    this.betas = slider("beta", words.beta, { min: -3, max: 3, step: 1 });
    this.spreads = slider("spread", words.spread, { symbol: "sigma", min: -3, max: 3, step: 1 });
    const titles = Object.fromEntries(this.data.digits.map((_, i) => [i, String(i)]));
    this.digits = new Choices(words.digit, titles, (digit) => this.#move("digit", Number(digit)));
    this.controls = [this.levels.element, this.betas.element, this.spreads.element, this.digits.element];
    this.drawing = { draw: (size) => scene(this, size), heightOf: ({ em, narrow }) => em * (narrow ? 25 : 20) };
    this.#show();
  }

  /** The level of now. */
  get level() {
    return this.frame.at ? 2 ** this.beta * 2 ** this.spread : 2 ** this.power;
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.levels.element.hidden = second;
    this.betas.element.hidden = this.spreads.element.hidden = !second;
    if (k === 0) this.levels.lock(locked);
    if (k === 1) [this.betas, this.spreads].forEach((each) => each.lock(locked));
  }

  reveal(k) {
    if (k === 0) this.#move("power", 0);
    else Object.entries(TWICE).forEach(([name, value]) => this.#move(name, value));
  }

  #move(name, value) {
    this[name] = value;
    this.#show();
    if (2 ** this.power >= ASKED) this.frame.met(0);
    if (Object.entries(TWICE).every(([name, value]) => this[name] === value)) this.frame.met(1);
    this.frame.changed();
  }

  #show() {
    this.levels.show(this.power);
    this.betas.show(this.beta);
    this.spreads.show(this.spread);
    this.digits.show(String(this.digit));
  }

  says() {
    return ["says", this.#numbers(this.level)];
  }

  #numbers(level) {
    const { words } = this.frame;
    const { variances, rest } = this.data;
    const total = variances.reduce((sum, each) => sum + each, rest);
    const share = 100 * (1 - (errorOf(variances, level) + rest) / total);
    const few = words.number(level, level < 0.1 ? 3 : 2);
    return { level: few, used: words.number(inUse(variances, level), 0), nats: words.number(carried(variances, level), 1), kept: words.number(share, 0) };
  }

  seen(k) {
    const { used, nats } = this.#numbers(k ? 2 ** TWICE.beta * 2 ** TWICE.spread : ASKED);
    return { used, nats, offered: this.frame.words.number(this.data.variances.length, 0) };
  }

  address() {
    const { power, beta, spread, digit } = this;
    return { power: power === LOW || this.frame.at ? null : power, beta: beta || null, spread: spread || null, digit: digit === 3 ? null : digit };
  }

  state() {
    const { power, beta, spread, digit, level } = this;
    return { digit, level, ...(this.frame.at ? { beta, spread } : { power }) };
  }
}

export default {
  sources: ["Lucas et al. 2019, arXiv 1911.02469", "Burda et al. 2015, arXiv 1509.00519", "Tipping & Bishop 1999"],
  tool: "explore?model=fashion-16d",
  fetch: async (root) => (await fetch(new URL("lessons/water/digits.json", root))).json(),
  formula: () => [
    formula(sub("KL", "i"), "=", over("1", "2"), "log", over(sub("λ", "i"), row("β", sup(sym("sigma"), "2"))),
      gap(), sub("λ", "i"), ">", "β", sup(sym("sigma"), "2")),
    formula(sub("KL", "i"), "=", "0", gap(), sub("λ", "i"), "≤", "β", sup(sym("sigma"), "2")),
  ],
  make: (frame, file) => new Water(frame, file),
};
