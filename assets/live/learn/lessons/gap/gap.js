/**
 * How far below the truth? The ELBO is less than log p(x) by exactly the KL from the encoder's bell to the true posterior.
 *
 * Kingma & Welling 2013, arXiv 1312.6114; Cremer et al. 2018, arXiv 1801.03558.
 * @module
 */

import { Slider, actionButton } from "../../frame/controls.js";
import { formula, held, row, sub, sym } from "../../frame/formula.js";
import { bound, gap, posterior } from "../../toy/quadrature.js";
import { Toy } from "../../toy/vae.js";
import { MEANS, SIGMAS, bestBell } from "./best.js";
import { scene } from "./scene.js";

const POINTS = [[0.86, 0.52], [0, -0.85]]; // on the horseshoe, and between its ends
const MOVED = 0.2; // of the mean and sigma together, after which the first question is decided
const SMALL = 1.5; // nats: the gap that decides the second

const hundredth = (value) => Math.round(100 * value) / 100;

class Gap {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {number[]} weights */
  constructor(frame, weights) {
    Object.assign(this, { frame, toy: new Toy(weights) });
    const words = frame.words.texts;
    const write = (value) => frame.words.number(value);
    const slider = (name, label, [min, max]) =>
      new Slider({ name, label, symbol: name, min, max, step: 0.01, arrow: 0.05, write, onMove: (value) => this.#move({ [name]: value }) });
    this.means = slider("mean", words.mean, MEANS);
    this.sigmas = slider("sigma", words.sigma, SIGMAS);
    this.best = actionButton("best", words.best, () => this.#settle());
    this.back = actionButton("encoder", words.encoder, () => this.#move(this.first));
    this.controls = [this.means.element, this.sigmas.element, this.best, this.back];
    this.drawing = { draw: (size) => scene(this, size), heightOf: ({ em, narrow }) => em * (narrow ? 22 : 22) };
    this.#take(frame.at);
    this.mean = frame.asked("mean", ...MEANS, this.first.mean);
    this.sigma = frame.asked("sigma", ...SIGMAS, this.first.sigma);
    this.#show();
  }

  /** Look at another point, as the encoder does. */
  #take(k) {
    this.point = POINTS[k];
    this.truth = posterior(this.toy, this.point);
    const { mean, sigma } = this.toy.encode(this.point);
    this.first = { mean: hundredth(mean), sigma: hundredth(sigma) };
    this.found = null;
    Object.assign(this, this.first);
    this.before = { elbo: this.elbo, gap: this.left };
  }

  enter(k) {
    if (POINTS[k] === this.point) return;
    this.#take(k);
    this.#show();
  }

  lock(k, locked) {
    if (k !== this.frame.at) return;
    [this.means, this.sigmas].forEach((each) => each.lock(locked));
    this.best.disabled = this.back.disabled = !this.frame.revealed(k);
    this.best.hidden = this.back.hidden = !this.frame.revealed(k);
  }

  reveal(k) {
    if (k) this.#settle();
    else this.#move({ mean: hundredth(this.first.mean + MOVED) });
  }

  /** The best bell there is. */
  get settled() {
    return (this.found ??= bestBell(this.toy, this.point, this.truth.evidence));
  }

  #settle() {
    this.#move({ mean: hundredth(this.settled.mean), sigma: hundredth(this.settled.sigma) });
  }

  #move(what) {
    Object.assign(this, what);
    this.#show();
    const moved = Math.abs(this.mean - this.first.mean) + Math.abs(this.sigma - this.first.sigma);
    if (moved >= MOVED - 1e-9) this.frame.met(0);
    if (this.frame.at && this.left <= SMALL) this.frame.met(1);
    this.frame.changed();
  }

  #show() {
    this.means.show(this.mean);
    this.sigmas.show(this.sigma);
  }

  /** ELBO and gap of the bell as it stands, each by its own quadrature, worked out once for each place of it. */
  get #worth() {
    const { toy, point, mean, sigma, truth } = this;
    if (this.worked?.point !== point || this.worked.mean !== mean || this.worked.sigma !== sigma) {
      this.worked = { point, mean, sigma, elbo: bound(toy, point, mean, sigma), gap: gap(toy, point, mean, sigma, truth.evidence) };
    }
    return this.worked;
  }

  get elbo() {
    return this.#worth.elbo;
  }

  /** The gap: not as a difference. */
  get left() {
    return this.#worth.gap;
  }

  says() {
    const { words } = this.frame;
    return ["says", { evidence: words.number(this.truth.evidence), elbo: words.number(this.elbo), gap: words.number(this.left) }];
  }

  seen(k) {
    const { words } = this.frame;
    const { evidence } = this.truth;
    if (k === 0) return { evidence: words.number(evidence), before: words.number(this.before.elbo), after: words.number(this.elbo) };
    return { encoder: words.number(this.before.gap, 1), least: words.number(this.settled.gap) };
  }

  address() {
    const { mean, sigma, first } = this;
    return { mean: mean === first.mean ? null : mean, sigma: sigma === first.sigma ? null : sigma };
  }

  state() {
    const { point, mean, sigma, truth } = this;
    return { point, mean, sigma, evidence: truth.evidence, elbo: this.elbo, gap: this.left };
  }
}

export default {
  sources: ["Kingma & Welling 2013, arXiv 1312.6114", "Burda et al. 2015, arXiv 1509.00519", "Cremer et al. 2018, arXiv 1801.03558"],
  tool: "map?model=mnist-2d&map=identity",
  fetch: async (root) => (await fetch(new URL("toy/weights.json", root))).json(),
  formula: () => [
    formula("log", sym("truth"), "(", sym("thing"), ")", "=", "ELBO", "+", "KL",
      held(row(sym("belief"), "(", sym("code"), "|", sym("thing"), ")", "‖", sym("truth"), "(", sym("code"), "|", sym("thing"), ")"))),
    formula("ELBO", "=", sub("E", sym("belief")), "log", "p", "(", sym("thing"), "|",
      sym("code"), ")", "−", "KL", "(", sym("belief"), "‖", "p", "(", sym("code"), ")", ")"),
  ],
  make: (frame, weights) => new Gap(frame, weights),
};
