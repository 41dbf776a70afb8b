/**
 * Can a copying machine invent? Codes drawn at random, for an autoencoder and for a VAE that both copy digits well.
 *
 * Kingma & Welling 2013, arXiv 1312.6114; Ghosh et al. 2019, arXiv 1903.12436.
 * @module
 */

import { Choices, Slider, actionButton } from "../../frame/controls.js";
import { formula, row, sub, sym } from "../../frame/formula.js";
import { codesOf, decoderOf } from "../../real/digits.js";
import { DRAWS, Machine, PRIOR, noises } from "./machines.js";
import { machineAt, scene } from "./scene.js";

const MODELS = { ae: "mnist-ae-2d", vae: "mnist-2d" };
const ONE = 1; // the digit that the second question asks of
const BELLS = ["own", "prior"];
const MIDDLE = 0.5;

class Invent {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {Record<"ae" | "vae", Machine>} machines */
  constructor(frame, machines) {
    Object.assign(this, { frame, machines });
    const words = frame.words.texts;
    this.place = ["x", "y"].map((name) => frame.asked(name, 0, 1, MIDDLE));
    this.seed = Math.round(frame.asked("seed", 1, 1e6, 1));
    this.bell = BELLS[Math.round(frame.asked("bell", 0, 1, Number(frame.revealed(1))))];
    const slider = (name, axis) => new Slider({ name, label: words[name], symbol: "code", min: 0, max: 1, step: 0.01, arrow: 0.02,
      write: (value) => `${frame.words.number(100 * value, 0)} %`, onMove: (value) => this.#go(axis ? [this.place[0], value] : [value, this.place[1]]) });
    this.sliders = [slider("x", 0), slider("y", 1)];
    this.draws = actionButton("draw", words.draw, () => this.#throw());
    this.bells = new Choices(words.bell, { own: words.own, prior: words.prior }, (bell) => this.#take(bell));
    this.controls = [this.draws, this.bells.element, ...this.sliders.map(({ element }) => element)];
    const point = (x, y) => this.#go(machineAt(this, x, y) ?? this.place);
    const heightOf = ({ width, em, narrow }) => Math.min(width / 2, em * 18.5) + em * (narrow ? 8.6 : 10.2);
    this.drawing = { draw: (size) => scene(this, size), heightOf, point };
    this.#draw();
    this.#show();
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.draws.hidden = second;
    this.bells.element.hidden = !second;
    if (k === 0) this.draws.disabled = locked;
    if (k === 1) this.bells.lock(locked);
  }

  reveal(k) {
    if (k) this.#take("prior");
    else this.#throw();
  }

  /** Whether codes have been drawn, and are shown. */
  get thrown() {
    return this.frame.revealed(0);
  }

  #draw() {
    const noise = noises(this.seed);
    this.drawn = Object.fromEntries(Object.entries(this.machines).map(([name, machine]) =>
      [name, machine.draw(this.frame.at && this.bell === "prior" ? PRIOR : machine.own, noise)]));
  }

  #throw() {
    if (this.thrown) this.seed += 1;
    this.#draw();
    this.frame.met(0);
    this.frame.changed();
  }

  #take(bell) {
    this.bell = bell;
    this.#draw();
    this.#show();
    if (this.frame.at && bell === "prior") this.frame.met(1);
    this.frame.changed();
  }

  #go(place) {
    this.place = place.map((each) => Math.round(1000 * each) / 1000);
    this.#show();
    this.frame.changed();
  }

  #show() {
    this.sliders.forEach((slider, axis) => slider.show(this.place[axis]));
    this.bells.show(this.bell);
  }

  enter() {
    this.#draw();
  }

  key(key) {
    if (key !== "r" || !this.thrown || this.frame.at) return false;
    this.#throw();
    return true;
  }

  /** Which draws the question is about: those that fell beside all codes, or those among the 1s. @param {"ae" | "vae"} name @returns {boolean[]} */
  ringed(name) {
    const { labels, beside } = this.drawn[name];
    return this.frame.at ? labels.map((each) => each === ONE) : beside;
  }

  says() {
    const { words, at } = this.frame;
    const count = (name) => words.number(this.ringed(name).filter(Boolean).length, 0);
    if (this.thrown) return [at ? "saysOnes" : "saysBeside", { ae: count("ae"), vae: count("vae") }];
    const { ae, vae } = this.machines;
    const [[a1, a2], [v1, v2]] = [ae.at(this.place), vae.at(this.place)].map((z) => z.map((each) => words.number(each, 1)));
    return ["says", { a1, a2, v1, v2 }];
  }

  seen(k) {
    const { words } = this.frame;
    const drawn = (name) => this.machines[name].draw(k ? PRIOR : this.machines[name].own, noises(this.seed));
    const count = (name) => drawn(name)[k ? "labels" : "beside"].filter((each) => (k ? each === ONE : each)).length;
    return { ae: words.number(count("ae"), 0), vae: words.number(count("vae"), 0) };
  }

  address() {
    const { place: [x, y], seed, bell, frame } = this;
    const own = (value) => (value === MIDDLE ? null : value);
    return { x: own(x), y: own(y), seed: seed === 1 ? null : seed, bell: frame.at && bell === "prior" ? 1 : null };
  }

  state() {
    const { place, seed, bell, machines, frame } = this;
    return { place, seed, draws: DRAWS, bell: frame.at ? bell : "own", codes: { ae: machines.ae.at(place), vae: machines.vae.at(place) } };
  }
}

const cost = () => [sub("E", sym("belief")), row("[", "−", "log", "p", "(", sym("thing"), "|", sym("code"), ")", "]")];

export default {
  sources: ["Kingma & Welling 2013, arXiv 1312.6114", "Ghosh et al. 2019, arXiv 1903.12436"],
  tool: "compare?models=mnist-ae-2d,mnist-2d",
  fetch: async (_, data) => {
    const of = async (name) => [await codesOf(data, MODELS[name]), await decoderOf(data, MODELS[name])];
    const [ae, vae] = await Promise.all(["ae", "vae"].map(of));
    return { ae: new Machine(ae[0], ae[1], false), vae: new Machine(vae[0], vae[1], true) };
  },
  formula: () => [
    formula("AE", ":", "−", "log", "p", "(", sym("thing"), "|", sym("code"), ")"),
    formula("VAE", ":", ...cost(), "+", "KL", "(", sym("belief"), "‖", "N", "(", "0", ",", "1", ")", ")"),
  ],
  make: (frame, machines) => new Invent(frame, machines),
};
