/**
 * How do you learn from a dice throw? Noise that stands outside and is frozen lets the code slide; drawn directly it has no slope.
 *
 * Kingma & Welling 2013, arXiv 1312.6114, section 2.4; Rezende et al. 2014, arXiv 1401.4082.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { chance } from "../../frame/chance.js";
import { Choices, Slider, actionButton } from "../../frame/controls.js";
import { formula, gap, over, row, sup, sym } from "../../frame/formula.js";
import { Toy, klOf } from "../../toy/vae.js";
import { STAGES } from "./machine.js";
import { scene } from "./scene.js";
import { byScore, moments, noises, through } from "./slopes.js";

const POINT = [0.86, 0.52]; // x
const FIRST = { mean: 0.5, sigma: 0.3, noise: 1.2 };
const CLOUD = { mean: 1, sigma: 0.3 }; // where the second question begins
const ENOUGH = 0.1; // sigma grows by it
const DIRECTLY = [3, 4, 10, 11]; // stages that have a sentence of their own there
const WAYS = ["frozen", "fresh", "direct"];

const throwOf = (seed) => draw(1, chance(seed))[0];

class Noise {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {number[]} weights */
  constructor(frame, weights) {
    Object.assign(this, { frame, toy: new Toy(weights), stage: 0 });
    const words = frame.words.texts;
    this.seed = Math.round(frame.asked("seed", 0, 1e6, 0));
    this.way = frame.revealed(0) ? (WAYS.find((way) => new URLSearchParams(location.search).get("way") === way) ?? WAYS[0]) : WAYS[0];
    const first = frame.at ? CLOUD : FIRST;
    this.mean = frame.asked("mean", -2, 2, first.mean);
    this.sigma = frame.asked("sigma", 0.1, 1, first.sigma);
    this.noise = this.seed ? throwOf(this.seed) : FIRST.noise;
    this.grown = ENOUGH; // what sigma had grown by when the question was decided
    this.drawn = frame.revealed(1);
    const write = (value) => frame.words.number(value);
    this.means = new Slider({ name: "mean", label: words.mean, symbol: "mean", min: -2,
      max: 2, step: 0.01, arrow: 0.1, write, onMove: (value) => this.#move("mean", value) });
    this.sigmas = new Slider({ name: "sigma", label: words.sigma, symbol: "sigma", min: 0.1,
      max: 1, step: 0.01, arrow: 0.05, write, onMove: (value) => this.#move("sigma", value) });
    this.ways = new Choices(words.noise, { frozen: words.frozen, fresh: words.fresh, direct: words.direct }, (way) => this.#take(way));
    this.redraw = actionButton("redraw", words.redraw, () => this.#throw());
    this.estimates = actionButton("estimate", words.estimate, () => this.#estimate());
    this.controls = [this.sigmas.element, this.means.element, this.ways.element, this.redraw, this.estimates];
    this.stages = STAGES;
    const heightOf = ({ em, narrow }) => (this.frame.at ? em * (narrow ? 22 : 21) : em * (narrow ? 22 : 24));
    this.drawing = { draw: (size) => scene(this, size), heightOf };
    this.#sliders();
  }

  /** The point's way through the model, and back. */
  get passed() {
    return this.toy.pass(POINT, this.noise, { through: this.way !== "direct", held: this });
  }

  get point() {
    return POINT;
  }

  /** The estimates of both ways, [2][DRAWS]. */
  get clouds() {
    const all = noises(this.seed || 1);
    return [through, byScore].map((way) => all.map((noise) => way(this.mean, this.sigma, noise)));
  }

  lock(k, locked) {
    const open = this.frame.revealed(0);
    if (k === 0) this.sigmas.lock(locked);
    if (k === 0) [this.means, this.ways].forEach((each) => each.lock(!open));
    if (k === 0) this.redraw.disabled = !open;
    if (k === 1) this.estimates.disabled = locked;
    this.ways.element.hidden = this.redraw.hidden = !open || this.frame.at > 0;
    this.estimates.hidden = this.frame.at === 0;
  }

  enter(k) {
    if (this.entered === k) return;
    if (this.entered === 0 && k === 1) Object.assign(this, CLOUD, { way: "frozen" });
    this.entered = k;
    this.#sliders();
  }

  reveal(k) {
    if (k === 0) this.#move("sigma", FIRST.sigma + ENOUGH);
    else this.#estimate();
  }

  #move(name, value) {
    this[name] = value;
    if (this.way !== "frozen" && this.frame.at === 0) this.#fresh();
    this.#sliders();
    const grown = Math.round(100 * (this.sigma - FIRST.sigma)) / 100;
    if (!this.frame.revealed(0) && grown >= ENOUGH) {
      this.grown = grown;
      this.frame.met(0);
    }
    this.frame.changed();
  }

  #sliders() {
    this.means.show(this.mean);
    this.sigmas.show(this.sigma);
    this.ways.show(this.way);
  }

  #take(way) {
    this.way = way;
    if (way !== "frozen") this.#fresh();
    this.#sliders();
    this.frame.changed();
  }

  /** Other noise: the next seed's. */
  #fresh() {
    this.seed += 1;
    this.noise = throwOf(this.seed);
  }

  #throw() {
    this.#fresh();
    this.frame.changed();
  }

  #estimate() {
    if (this.drawn) this.seed += 1;
    this.drawn = true;
    this.frame.met(1);
    this.frame.changed();
  }

  key(key) {
    if (key === "r" && this.frame.revealed(0)) this.frame.at ? this.#estimate() : this.#throw();
    else if (key === "f" && this.frame.revealed(0) && !this.frame.at) this.#take(this.way === "frozen" ? "fresh" : "frozen");
    else return false;
    return true;
  }

  says() {
    const { number } = this.#writes;
    if (this.frame.at) {
      const [one, other] = this.clouds.map(moments);
      const known = { slope: number(2 * this.mean), mean: number(this.mean), sigma: number(this.sigma) };
      if (!this.drawn) return ["saysBefore", known];
      return ["saysCloud", { ...known, throughMean: number(one.mean), scoreMean: number(other.mean),
        throughVariance: number(one.variance), scoreVariance: number(other.variance) }];
    }
    return [this.way === "direct" ? "saysDirect" : "says", this.numbers()];
  }

  get #writes() {
    return { number: (value, digits) => this.frame.words.number(value, digits) };
  }

  seen(k) {
    const { number } = this.#writes;
    if (k === 0) {
      return { grown: number(this.grown), moved: number(FIRST.noise * this.grown, 3), tenth: number(FIRST.noise * 0.1) };
    }
    const { mean, sigma } = this;
    const wide = mean ** 4 / sigma ** 2 + 14 * mean ** 2 + 15 * sigma ** 2;
    return { narrowExact: number(4 * sigma ** 2), wideExact: number(wide), times: number(wide / (4 * sigma ** 2), 0) };
  }

  /** The numbers of the machine, written out. */
  numbers() {
    const { number } = this.#writes;
    const { z, reconstruction, kl, loss, slopes } = this.passed;
    const slope = (value) => (value === null ? this.frame.words.texts.none : number(value));
    return {
      mean: number(this.mean), sigma: number(this.sigma), noise: number(this.noise), z: number(z), reconstruction: number(reconstruction), kl: number(kl),
      loss: number(loss), dz: number(slopes.z), dmean: slope(slopes.mean), dsigma: slope(slopes.sigma), klmean: number(this.mean),
      klsigma: number(this.sigma - 1 / this.sigma),
    };
  }

  /** Where z is drawn directly some stages are others. */
  stageKey(stage) {
    return this.way === "direct" && DIRECTLY.includes(stage) ? `stage${stage}Direct` : `stage${stage}`;
  }

  onStage(stage) {
    this.stage = stage;
  }

  address() {
    const first = this.frame.at ? CLOUD : FIRST;
    const unless = (value, usual) => (value === usual ? null : value);
    return { mean: unless(this.mean, first.mean), sigma: unless(this.sigma, first.sigma), seed: this.seed || null, way: unless(this.way, "frozen") };
  }

  state() {
    const { mean, sigma, noise, seed, way, passed, grown } = this;
    return { point: POINT, mean, sigma, noise, seed, way, grown, z: passed.z,
      loss: passed.loss, kl: klOf(mean, sigma), slopes: passed.slopes, drawn: this.drawn };
  }
}

/** How z changes with a symbol. */
const slope = (symbol) => over(row("∂", sym("code")), row("∂", sym(symbol)));

export default {
  sources: ["Kingma & Welling 2013, arXiv 1312.6114", "Rezende, Mohamed & Wierstra 2014, arXiv 1401.4082", "Mohamed et al. 2020, arXiv 1906.10652"],
  tool: "?model=mnist-2d",
  fetch: async (root) => (await fetch(new URL("toy/weights.json", root))).json(),
  formula: () => [
    formula(sym("code"), "=", sym("mean"), "+", sym("sigma"), sym("noise"), gap(), sym("noise"), "~", "N", "(", "0", ",", "1", ")"),
    formula(slope("mean"), "=", "1", gap(), slope("sigma"), "=", sym("noise")),
    formula("L", "=", "−", "log", "p", "(", sym("thing"), "|", sym("code"), ")", "+", over("1", "2"), "(",
      sup(sym("mean"), "2"), "+", sup(sym("sigma"), "2"), "−", "log", sup(sym("sigma"), "2"), "−", "1", ")"),
  ],
  make: (frame, weights) => new Noise(frame, weights),
};
