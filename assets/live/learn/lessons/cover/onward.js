/**
 * A recorded GAN that goes on learning in the page: what it has become is kept at each stop, so that one can go back to it.
 * @module
 */

import { nextFrame } from "../../frame/beat.js";
import { chance } from "../../frame/chance.js";
import { Gan } from "./rivals.js";

export const MOST = 200; // steps that it goes on
export const STOP = 20; // steps from one that is kept to the next

const SHARE = 9; // ms of a frame that learning may take
const COLD = 77; // apart from the seeds of the films

/** Who learns, and what of a GAN's that is. */
export const LEARNERS = { both: "step", drawer: "draws", judge: "judges" };

export class Onward {
  /**
   * @param {import("./films.js").Film} film its last weights are gone on from
   * @param {{seed: number, who: keyof LEARNERS, onMade: () => void}} how onMade: one more is kept
   */
  constructor(film, { seed, who, onMade }) {
    Object.assign(this, { film, who, onMade, asked: 0, done: 0 });
    this.gan = new Gan(chance(COLD + seed), { judge: film.judge.slice(), drawer: film.gan[film.gan.length - 1].slice() });
    this.kept = [this.#now()];
  }

  #now() {
    const { judge, drawer } = this.gan;
    return { judge: judge.weights.slice(), drawer: drawer.weights.slice() };
  }

  /** Whether it has still to learn what was asked for. */
  get behind() {
    return this.done < this.asked;
  }

  /** The step of the last that is kept. */
  get reached() {
    return STOP * (this.kept.length - 1);
  }

  /** What it was after so many steps, or the last that it has become. @param {number} step */
  at(step) {
    return this.kept[Math.min(step / STOP, this.kept.length - 1)];
  }

  /** Learn so many steps, a few in each frame. @param {number} step */
  ask(step) {
    this.asked = Math.max(this.asked, step);
    if (this.behind && !this.stopped) this.waiting ||= nextFrame(() => this.#go());
  }

  stop() {
    this.stopped = true;
  }

  #go() {
    this.waiting = 0;
    if (this.stopped) return;
    const before = this.kept.length;
    for (const began = performance.now(); this.behind && performance.now() - began < SHARE;) {
      this.gan[LEARNERS[this.who]]();
      this.done += 1;
      if (this.done % STOP === 0) this.kept.push(this.#now());
    }
    if (this.kept.length > before) this.onMade();
    this.ask(this.asked);
  }
}
