/**
 * Where is this digit? The encoder answers with a cloud, as wide as the picture allows; and what a wide one costs.
 *
 * Kingma & Welling 2013, arXiv 1312.6114, appendix B.
 * @module
 */

import { Choices, Slider } from "../../frame/controls.js";
import { formula, held, over, sub, sup, sym } from "../../frame/formula.js";
import { codesOf, digitsIn } from "../../real/digits.js";
import { scene } from "./scene.js";
import { change, costs, widths } from "./widths.js";

const MODEL = "mnist-2d";
const ALL = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const ASKED = [8, 3, 1]; // digits that the first question asks of
const FIRST = 5; // the digit at first
const WIDER = [0, 5]; // powers of two
const TWICE = 1;

const sum = (values) => values.reduce((a, b) => a + b, 0);

class Cloud {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {{digits: import("../../real/digits.js").Digits, medians: number[]}} brought */
  constructor(frame, brought) {
    Object.assign(this, brought, { frame });
    const words = frame.words.texts;
    this.digit = Math.round(frame.asked("digit", 0, 9, FIRST));
    this.steps = frame.asked("k", 0, 6, 2);
    this.power = frame.asked("power", ...WIDER, frame.revealed(1) ? TWICE : 0);
    this.looked = new Set(frame.revealed(0) ? ALL : [this.digit]);
    const titles = Object.fromEntries(ALL.map((digit) => [digit, String(digit)]));
    this.choices = new Choices(words.digit, titles, (digit) => this.#move({ digit: Number(digit) }));
    const { number } = frame.words;
    const write = (digits) => (value) => number.call(frame.words, value, digits);
    const away = { name: "k", label: words.steps, symbol: "sigma", min: 0, max: 6, step: 0.1, arrow: 0.5, write: write(1) };
    this.away = new Slider({ ...away, onMove: (steps) => this.#move({ steps }) });
    const wide = { name: "power", label: words.wider, symbol: "sigma", min: WIDER[0], max: WIDER[1], step: 0.25 };
    this.wide = new Slider({ ...wide, write: (power) => `× ${frame.words.number(2 ** power)}`, onMove: (power) => this.#move({ power }) });
    this.controls = [this.choices.element, this.away.element, this.wide.element];
    this.drawing = { draw: (size) => scene(this, size), heightOf: ({ em, narrow }) => em * (narrow ? 15.5 : 21) };
    this.#show();
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.away.element.hidden = second;
    this.wide.element.hidden = !second;
    if (k === 0) [this.choices, this.away].forEach((each) => each.lock(locked));
    if (k === 1) this.wide.lock(locked);
  }

  reveal(k) {
    if (k) this.#move({ power: TWICE });
    else ASKED.forEach((digit) => this.#move({ digit }));
  }

  #move(what) {
    Object.assign(this, what);
    this.looked.add(this.digit);
    this.#show();
    if (ASKED.every((digit) => this.looked.has(digit))) {
      this.frame.met(0);
      this.looked = new Set(ALL);
    }
    if (this.frame.at && this.power >= TWICE) this.frame.met(1);
    this.frame.changed();
  }

  #show() {
    this.choices.show(String(this.digit));
    this.away.show(this.steps);
    this.wide.show(this.power);
  }

  /** The cloud of the digit, as wide as the hand has made it. */
  get cloud() {
    const times = this.frame.at ? 2 ** this.power : 1;
    return { mean: this.digits.means[this.digit], sigma: this.digits.spreads[this.digit].map((each) => times * each) };
  }

  /** What its dimensions cost, nats. */
  get nats() {
    return costs(this.cloud.mean, this.cloud.sigma);
  }

  says() {
    const { words, at } = this.frame;
    const { mean, sigma } = this.cloud;
    const numbers = Object.fromEntries([0, 1].flatMap((d) => [[`mean${d + 1}`, words.number(mean[d])], [`sigma${d + 1}`, words.number(sigma[d], 3)]]));
    const shared = { ...numbers, digit: words.number(this.digit, 0) };
    return at ? ["saysCost", { ...shared, kl: words.number(sum(this.nats)) }] : ["says",
      { ...shared, steps: words.number(this.steps, 1), change: words.number(100 * change(this.digits.decode, this.cloud, this.steps), 1) }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k === 0) return Object.fromEntries(ASKED.map((digit) => [`of${digit}`, words.number(this.medians[digit], 3)]));
    const { mean } = this.cloud;
    const [one, two] = [1, 2].map((times) => sum(costs(mean, this.digits.spreads[this.digit].map((each) => times * each))));
    return { one: words.number(one), two: words.number(two), saved: words.number(one - two) };
  }

  address() {
    const { digit, steps, power, frame } = this;
    return { digit: digit === FIRST ? null : digit, k: steps === 2 ? null : steps, power: frame.at && power ? power : null };
  }

  state() {
    const { digit, steps, power, cloud, medians } = this;
    return { digit, steps, power, ...cloud, medians };
  }
}

export default {
  sources: ["Kingma & Welling 2013, arXiv 1312.6114"],
  tool: "map?model=mnist-2d&map=identity",
  fetch: async (root, data) => {
    const [digits, codes] = await Promise.all([digitsIn(root, data, MODEL, ALL), codesOf(data, MODEL)]);
    return { digits, medians: widths(codes, ALL.length) };
  },
  formula: () => [
    formula("KL", "=", over("1", "2"), sub("∑", "i"), held(sup(sub(sym("mean"), "i"), "2"), "+", sup(sub(sym("sigma"), "i"), "2"), "−",
      "log", sup(sub(sym("sigma"), "i"), "2"), "−", "1")),
  ],
  make: (frame, brought) => new Cloud(frame, brought),
};
