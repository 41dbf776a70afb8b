/**
 * Choices that cannot be halved: the Gumbel-softmax and its temperature, and words that need none of it.
 *
 * Jang, Gu & Poole 2016, arXiv 1611.01144; Maddison, Mnih & Teh 2016, arXiv 1611.00712; Bowman et al. 2015, arXiv 1511.06349.
 * @module
 */

import { Slider, actionButton } from "../../frame/controls.js";
import { formula, held, over, row, sub, sym } from "../../frame/formula.js";
import { scene } from "./scene.js";
import { CLASSES, SAMPLES, gumbels, quantileOf, slopeOf, softened, winnerOf } from "./softened.js";
import { REACH, THING, costOf, slopeAt, spelt } from "./words.js";

const LOGITS = [1, 0.5, 0]; // at first
const LOW = -1.3; // log10 of the temperature
const HIGH = 0.7;
const COLD = -1; // what the first question asks of
const AWAY = -1.5; // where the code of the second begins

class Choosing {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame */
  constructor(frame) {
    this.frame = frame;
    const words = frame.words.texts;
    this.seed = Math.round(frame.asked("seed", 1, 1e6, 1));
    this.heat = frame.asked("heat", LOW, HIGH, frame.revealed(0) ? COLD : 0);
    this.logits = LOGITS.map((logit, i) => frame.asked(`logit${i}`, -3, 3, logit));
    this.z = frame.asked("z", -REACH, REACH, frame.revealed(1) ? 1 : AWAY);
    this.noise = gumbels(this.seed, CLASSES.length);
    const number = (digits) => (value) => frame.words.number(value, digits);
    const heat = { name: "heat", label: words.heat, min: LOW, max: HIGH, step: 0.1, write: (value) => frame.words.number(10 ** value) };
    this.heats = new Slider({ ...heat, onMove: (value) => this.#move({ heat: value }) });
    this.sliders = this.logits.map((_, i) => {
      const how = { name: `logit${i}`, label: `${words.logit} ${CLASSES[i]}`, min: -3, max: 3, step: 0.1, arrow: 0.5, write: number(1) };
      return new Slider({ ...how, onMove: (value) => this.#move({ logits: this.logits.with(i, value) }) });
    });
    const code = { name: "z", label: words.code, symbol: "code", min: -REACH, max: REACH, step: 0.05, arrow: 0.25, write: number(2) };
    this.codes = new Slider({ ...code, onMove: (value) => this.#move({ z: value }) });
    this.redraw = actionButton("redraw", words.redraw, () => this.#throw());
    this.controls = [this.heats, ...this.sliders, this.codes].map(({ element }) => element).concat(this.redraw);
    this.drawing = { draw: (size) => scene(this, size), heightOf: ({ em, narrow }) => em * (narrow ? 21 : 20) };
    this.#show();
  }

  get temperature() {
    return 10 ** this.heat;
  }

  /** The softened choices, [SAMPLES][3]. */
  get samples() {
    return this.noise.map((noise) => softened(this.logits, noise, this.temperature));
  }

  lock(k, locked) {
    const { frame } = this;
    const [second, open] = [frame.at > 0, frame.revealed(0)];
    this.heats.element.hidden = second;
    this.sliders.forEach(({ element }) => (element.hidden = second || !open));
    this.redraw.hidden = second || !open;
    this.codes.element.hidden = !second;
    if (k === 0) this.heats.lock(locked);
    if (k === 1) this.codes.lock(locked);
  }

  reveal(k) {
    this.#move(k ? { z: 1 } : { heat: COLD });
  }

  #move(what) {
    Object.assign(this, what);
    this.#show();
    if (this.heat <= COLD + 1e-9) this.frame.met(0);
    if (this.frame.at && spelt(this.z) === THING) this.frame.met(1);
    this.frame.changed();
  }

  #throw() {
    this.seed += 1;
    this.noise = gumbels(this.seed, CLASSES.length);
    this.frame.changed();
  }

  #show() {
    this.heats.show(this.heat);
    this.sliders.forEach((slider, i) => slider.show(this.logits[i]));
    this.codes.show(this.z);
  }

  key(key) {
    if (key !== "r" || !this.frame.revealed(0) || this.frame.at) return false;
    this.#throw();
    return true;
  }

  /** How often each class wins. */
  wins() {
    const counts = CLASSES.map(() => 0);
    for (const shares of this.samples) counts[winnerOf(shares)] += 1;
    return counts;
  }

  says() {
    const { words, at } = this.frame;
    if (at) return ["saysWord", { word: spelt(this.z), cost: words.number(costOf(this.z)), slope: words.number(slopeAt(this.z)), z: words.number(this.z) }];
    const { samples, temperature } = this;
    const largest = samples.reduce((sum, shares) => sum + Math.max(...shares), 0) / SAMPLES;
    return ["says", { tau: words.number(temperature), wins: words.number(this.wins()[0], 0), largest: words.number(100 * largest, 0) }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k) return { cost: words.number(costOf(this.z)), away: words.number(AWAY, 1), led: words.number(slopeAt(AWAY)) };
    const steep = (temperature) => quantileOf(this.noise.map((noise) => slopeOf(softened(this.logits, noise, temperature), temperature)), 0.9);
    return { wins: words.number(this.wins()[0], 0), warm: words.number(steep(1)), cold: words.number(steep(10 ** COLD)) };
  }

  address() {
    const { heat, logits, z, seed, frame } = this;
    const own = Object.fromEntries(logits.map((logit, i) => [`logit${i}`, logit === LOGITS[i] ? null : logit]));
    return { ...own, heat: heat === 0 ? null : heat, z: frame.at && z !== AWAY ? z : null, seed: seed === 1 ? null : seed };
  }

  state() {
    const { seed, heat, logits, z } = this;
    return { seed, heat, logits, z, word: THING };
  }
}

export default {
  sources: ["Jang, Gu & Poole 2016, arXiv 1611.01144", "Maddison, Mnih & Teh 2016, arXiv 1611.00712", "Bowman et al. 2015, arXiv 1511.06349"],
  tool: "explore?model=mnist-discrete",
  formula: () => [
    formula(sub("y", "i"), "=", "softmax", held(over(row("log", sub("π", "i"), "+", sub(sym("noise", "g"), "i")), "τ"))),
    formula("−", "log", "p", "(", sym("thing"), "|", sym("code"), ")", "=", "−",
      sub("∑", "i"), "log", sub("p", "i"), "(", sub(sym("thing"), "i"), "|", sym("code"), ")"),
  ],
  make: (frame) => new Choosing(frame),
};
