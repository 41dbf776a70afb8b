/**
 * Cover or imitate? A VAE and a GAN learn the same eight islands: ten recorded runs, and one of them that goes on in the page.
 *
 * Goodfellow et al. 2014, arXiv 1406.2661; Kahng et al. 2018, arXiv 1809.01587; Arora & Zhang 2017, arXiv 1706.08224.
 * @module
 */

import { readNumber } from "../../frame/address.js";
import { Choices, Slider } from "../../frame/controls.js";
import { formula, held, row, sub, sym } from "../../frame/formula.js";
import { SEEDS, STOPS, askFor, noiseOf, readFilm } from "./films.js";
import { LEARNERS, MOST, Onward, STOP } from "./onward.js";
import { drawn, landed } from "./rivals.js";
import { scene, tall } from "./scene.js";

const LAST = STOPS.length - 1;
const ASKED = 1; // the run that goes on
const WHO = Object.keys(LEARNERS);

/** The middle of what is sorted. @param {number[]} values */
const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

class Cover {
  /**
   * @param {import("../../frame/lesson.js").LessonFrame} frame
   * @param {{root: URL, film: import("./films.js").Film, seed: number, tallies: Record<string, import("./films.js").Tally[]>[]}} brought
   */
  constructor(frame, { root, film, seed, tallies }) {
    Object.assign(this, { frame, root, tallies, seed, films: new Map([[seed, film]]) });
    const { texts: words } = frame.words;
    this.stop = Math.round(frame.asked("stop", 0, LAST, frame.revealed(0) ? LAST : 0));
    this.more = STOP * Math.round(frame.asked("more", 0, MOST, frame.revealed(1) ? MOST : 0) / STOP);
    this.who = WHO[Math.round(frame.asked("who", 0, 2, 0))];
    const count = (value) => frame.words.number(value, 0);
    this.stops = new Slider({ name: "stop", label: words.stop, min: 0, max: LAST, step: 1,
      write: (k) => count(STOPS[k]), onMove: (stop) => this.#move({ stop }) });
    this.runs = new Slider({ name: "run", label: words.run, min: 1, max: SEEDS.length, step: 1, write: count, onMove: (next) => this.#take(next) });
    this.mores = new Slider({ name: "more", label: words.more, min: 0, max: MOST, step: STOP, write: count, onMove: (more) => this.#move({ more }) });
    this.whos = new Choices(words.who, Object.fromEntries(WHO.map((who) => [who, words[who]])), (who) => this.#move({ who, more: 0 }));
    this.controls = [this.stops.element, this.runs.element, this.whos.element, this.mores.element];
    this.drawing = { draw: (size) => scene(this, size), heightOf: (size) => tall(this, size) };
    this.#show();
  }

  /** The film that is shown: that of the run that was asked for, once it has come. */
  get film() {
    return this.films.get(this.seed) ?? this.held;
  }

  get behind() {
    return !this.films.has(this.seed) || Boolean(this.frame.at && this.onward?.behind);
  }

  /** The GAN's weights now, after it has gone on. */
  get gone() {
    return this.#onward().at(this.more);
  }

  /** What the run draws from. */
  get noise() {
    this.noises ??= new Map();
    if (!this.noises.has(this.seed)) this.noises.set(this.seed, noiseOf(this.seed));
    return this.noises.get(this.seed);
  }

  /** What a rival draws at the stop of now, or the GAN when it has gone on. @param {"vae" | "gan"} name */
  points(name) {
    const weights = this.frame.at ? this.gone.drawer : this.film[name][this.stop];
    if (this.drawn?.[name]?.weights !== weights || this.drawn[name].seed !== this.seed) {
      const points = drawn(weights, this.noise);
      this.drawn = { ...this.drawn, [name]: { weights, seed: this.seed, points, ...landed(points) } };
    }
    return this.drawn[name];
  }

  /** The second question is about the first run. */
  enter(k) {
    if (k && this.seed !== ASKED) this.#take(ASKED);
    if (k && this.films.has(ASKED)) this.#onward().ask(this.more);
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.stops.element.hidden = second;
    this.runs.element.hidden = second || !this.frame.revealed(0);
    this.mores.element.hidden = !second;
    this.whos.element.hidden = !second || !this.frame.revealed(1);
    if (k === 0) this.stops.lock(locked);
    if (k === 1) this.mores.lock(locked);
  }

  reveal(k) {
    this.#move(k ? { more: MOST } : { stop: LAST });
  }

  #onward() {
    const { film, seed, who } = this;
    if (this.onward?.film !== film || this.onward.who !== who) {
      this.onward?.stop();
      this.onward = new Onward(film, { seed, who, onMade: () => this.#made() });
    }
    return this.onward;
  }

  /** It has learnt a little more. */
  #made() {
    if (this.frame.at && this.more === MOST && this.onward.done === MOST) this.frame.met(1);
    this.frame.changed();
  }

  #move(what) {
    Object.assign(this, what);
    this.#show();
    if (this.stop === LAST) this.frame.met(0);
    if (this.frame.at && this.films.has(this.seed)) {
      this.#onward().ask(this.more);
      if (!this.onward.behind) this.#made();
    }
    this.frame.changed();
  }

  /** Another run, once its film has come. @param {number} seed */
  async #take(seed) {
    this.held = this.film;
    this.#move({ seed });
    if (this.films.has(seed)) return;
    this.films.set(seed, readFilm(await askFor(this.root, seed)));
    this.enter(this.frame.at);
    this.frame.changed();
  }

  #show() {
    this.stops.show(this.stop);
    this.runs.show(this.seed);
    this.mores.show(this.more);
    this.whos.show(this.who);
  }

  destroy() {
    this.onward?.stop();
  }

  says() {
    const { words, at } = this.frame;
    const share = (name) => words.number(100 * this.points(name).on, 0);
    const reached = (name) => words.number(this.points(name).reached.filter(Boolean).length, 0);
    const more = at && Math.min(this.more, this.#onward().reached);
    if (at) return ["saysOn", { more: words.number(more, 0), gan: reached("gan"), ganOn: share("gan") }];
    const numbers = { vae: reached("vae"), gan: reached("gan"), vaeOn: share("vae"), ganOn: share("gan") };
    return ["says", { steps: words.number(STOPS[this.stop], 0), run: words.number(this.seed, 0), ...numbers }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k) {
      const count = (stop) => words.number(landed(drawn(this.#onward().at(stop).drawer, this.noise)).reached.filter(Boolean).length, 0);
      return { before: count(0), after: count(MOST) };
    }
    const ends = (name) => this.tallies.map((run) => run[name][LAST]);
    const all = (name) => words.number(ends(name).filter(({ reached }) => reached === 8).length, 0);
    const share = (name) => words.number(100 * median(ends(name).map(({ on }) => on)), 0);
    return { vaeAll: all("vae"), ganAll: all("gan"), vaeShare: share("vae"), ganShare: share("gan") };
  }

  address() {
    const { stop, seed, more, who, frame } = this;
    return { stop: stop === (frame.revealed(0) ? LAST : 0) ? null : stop, run: seed === ASKED ? null : seed,
      more: more === (frame.revealed(1) ? MOST : 0) ? null : more, who: WHO.indexOf(who) || null };
  }

  state() {
    const { stop, seed, more, who } = this;
    return this.frame.at ? { seed, more, who } : { stop, steps: STOPS[stop], seed };
  }
}

export default {
  sources: ["Goodfellow et al. 2014, arXiv 1406.2661", "Kahng et al. 2018, arXiv 1809.01587", "Arora & Zhang 2017, arXiv 1706.08224"],
  tool: "explore?model=mnist-2d",
  fetch: async (root) => {
    const seed = Math.round(readNumber(location.search, "run", 1, SEEDS.length, ASKED));
    const [tallies, film] = await Promise.all([askFor(root, "tallies"), askFor(root, seed)]);
    return { root, seed, tallies, film: readFilm(film) };
  },
  formula: () => [
    formula("VAE", ":", sub("min", "G"), "KL", held(sym("truth"), "‖", sub(sym("truth"), "G"))),
    formula("GAN", ":", sub("min", "G"), sub("max", "D"), "E", row("[", "log", "D", "(", sym("thing"), ")", "]"), "+",
      "E", row("[", "log", "(", "1", "−", "D", "(", "G", "(", sym("code"), ")", ")", ")", "]")),
  ],
  make: (frame, brought) => new Cover(frame, brought),
};
