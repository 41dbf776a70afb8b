/**
 * Who wins the tug of war? Seven models that differ in beta alone: what its price does to codes, to what is rebuilt, and to draws.
 *
 * Higgins et al. 2017, beta-VAE; Alemi et al. 2018, Fixing a broken ELBO, arXiv 1711.00464.
 * @module
 */

import { glide } from "../../frame/beat.js";
import { smooth } from "../../../shared/draw/glide.js";
import { Slider, actionButton } from "../../frame/controls.js";
import { calm } from "../../frame/figure.js";
import { formula, sub, sym } from "../../frame/formula.js";
import { codesOf, decoderOf, digitsAmong } from "../../real/digits.js";
import { BETAS, ONE, ladder } from "./ladder.js";
import { scene } from "./scene.js";

const [FREE, DEAR] = [0, BETAS.length - 1];
const GLIDE = 500; // ms

class Tug {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {import("./ladder.js").Rung[]} rungs */
  constructor(frame, rungs) {
    Object.assign(this, { frame, rungs });
    const words = frame.words.texts;
    this.seed = Math.round(frame.asked("seed", 1, 1e6, 1));
    this.rung = Math.round(frame.asked("rung", 0, DEAR, frame.revealed(1) ? FREE : frame.revealed(0) ? DEAR : ONE));
    this.places = this.now;
    const write = (rung) => frame.words.number(BETAS[rung], BETAS[rung] % 1 ? 1 : 0);
    this.prices = new Slider({ name: "rung", label: words.beta, symbol: "belief", min: 0, max: DEAR, step: 1, write, onMove: (rung) => this.#move(rung) });
    this.redraw = actionButton("redraw", words.redraw, () => this.#throw());
    this.controls = [this.prices.element, this.redraw];
    this.drawing = { draw: (size) => scene(this, size), heightOf: ({ width, em, narrow }) => (narrow ? width * 0.5 + em * 14 : em * 32) };
    this.prices.show(this.rung);
    this.waits = null; // the rung that the hand is on, and whose decoder has not come
    this.#bringAll();
  }

  /** Have all decoders come one by one, first those that the questions lead to. */
  async #bringAll() {
    for (const rung of [DEAR, FREE, ...this.rungs.keys()]) await this.rungs[rung].bring();
  }

  get behind() {
    return this.waits !== null;
  }

  /** The model of now. */
  get now() {
    return this.rungs[this.rung];
  }

  lock(k, locked) {
    if (k === this.frame.at) this.prices.lock(locked);
    this.redraw.hidden = !this.frame.revealed(0);
  }

  reveal(k) {
    this.#move(k ? FREE : DEAR);
  }

  #move(rung) {
    this.prices.show(rung);
    const { there } = this.rungs[rung];
    this.waits = there ? null : rung;
    if (there) this.#stand(rung);
    else this.rungs[rung].bring().then(() => this.waits === rung && this.rungs[rung].there && this.#move(rung));
    this.frame.changed();
  }

  #stand(rung) {
    if (rung !== this.rung) this.#glide(rung);
    if (rung === DEAR) this.frame.met(0);
    if (this.frame.at && rung === FREE) this.frame.met(1);
  }

  /** Let the codes go to where another model has them. */
  #glide(rung) {
    this.still?.();
    this.rung = rung;
    const [from, to] = [this.places.xy, this.now.xy];
    this.still = glide(calm() ? 0 : GLIDE, (share) => {
      const part = smooth(share);
      this.places = share === 1 ? this.now : { labels: this.now.labels, xy: Float32Array.from(to, (each, i) => from[i] + part * (each - from[i])) };
      this.frame.figure.refresh();
    });
  }

  destroy() {
    this.still?.();
  }

  #throw() {
    this.seed += 1;
    this.frame.changed();
  }

  key(key) {
    if (key !== "r" || !this.frame.revealed(0)) return false;
    this.#throw();
    return true;
  }

  #numbers(rung) {
    const { words } = this.frame;
    const { parts, outside } = this.rungs[rung];
    return { error: words.number(parts.error, 1), kl: words.number(parts.kl, 1), apart: words.number(100 * this.rungs[rung].drawn(this.seed).apart, 1),
      outside: words.number(100 * outside, 0) };
  }

  says() {
    return ["says", { beta: this.prices.output.textContent, ...this.#numbers(this.rung) }];
  }

  seen(k) {
    const [one, end] = [this.#numbers(ONE), this.#numbers(k ? FREE : DEAR)];
    return k ? { outside: end.outside, apartFree: end.apart, apartOne: one.apart }
      : { errorOne: one.error, errorDear: end.error, apartOne: one.apart, apartDear: end.apart };
  }

  address() {
    const { rung, seed } = this;
    return { rung: rung === ONE ? null : rung, seed: seed === 1 ? null : seed };
  }

  state() {
    const { rung, seed, now } = this;
    return { rung, beta: now.beta, seed, means: now.digits.means };
  }
}

export default {
  sources: ["Higgins et al. 2017, beta-VAE", "Alemi et al. 2018, arXiv 1711.00464", "Locatello et al. 2019, arXiv 1811.12359"],
  tool: "compare?models=mnist-beta-0,mnist-beta-1,mnist-beta-30",
  fetch: async (root, data) => {
    const file = fetch(new URL("lessons/tug/digits.json", root)).then((answer) => answer.json());
    const of = async (beta) => {
      const name = `mnist-beta-${beta}`;
      const codes = await codesOf(data, name);
      return { codes, digits: digitsAmong(await file, codes), ask: () => decoderOf(data, name) };
    };
    const rungs = ladder(await Promise.all(BETAS.map(of)));
    // The first drawing needs one decoder of the seven; an address that leads further may need any.
    const led = ["rung", "step"].some((name) => new URLSearchParams(location.search).has(name));
    const needed = led ? rungs : [rungs[ONE]];
    await Promise.all(needed.map((rung) => rung.bring()));
    if (!needed.every(({ there }) => there)) throw new Error("a decoder did not come");
    return rungs;
  },
  formula: () => [
    formula(sub("E", sym("belief")), "[", "−", "log", "p", "(", sym("thing"), "|", sym("code"), ")", "]", "+", "β", "KL", "(", sym("belief"), "‖",
      "N", "(", "0", ",", "1", ")", ")"),
  ],
  make: (frame, rungs) => new Tug(frame, rungs),
};
