/**
 * Where a film of moments stands: it follows the newest, plays, or waits where a visitor has put it.
 *
 * The place is kept as a training step, not as a number among the moments: these are thinned out as a run grows.
 * @module
 */

import { nextPosition, positionOf, stepAt } from "./moments.js";

export const FILM = 8000; // ms of a whole film at speed 1, however many moments it has
const GLIDE = { first: 700, least: 250, most: 800 }; // ms in which a new moment is reached; then the page rests, for the trainer's sake
const LONGEST = 250; // ms between two frames: a film waits while its page is out of sight
const SETTLE = 160; // ms
const SHARE = 0.9; // of the time since the moment before: the next one finds it arrived

export class Playhead {
  /** @type {number | null} the step, or null while there is no moment */
  at = null;
  following = true;
  playing = false;
  speed = 1;
  /** @type {number[]} of the moments at hand, rising */
  steps = [];
  #glide = null;
  #before = null; // when it last moved
  #came = null; // when the newest moment came

  /** @param {{still?: boolean}} [options] whether it jumps from moment to moment, for those who want no motion */
  constructor({ still = false } = {}) {
    this.still = still;
  }

  /** The place among the moments: 0 is the first. */
  get position() {
    return this.at === null ? 0 : positionOf(this.steps, this.at);
  }

  get last() {
    return this.steps.length - 1;
  }

  /** Take the moments that are at hand now. @param {number[]} steps @param {number} now ms */
  setSteps(steps, now) {
    const [before, newest] = [this.steps.at(-1), steps.at(-1)];
    this.steps = steps;
    if (newest === undefined) {
      Object.assign(this, { at: null, playing: false });
      this.#glide = null;
      return;
    }
    if (this.at === null) this.at = newest;
    else if (this.at > newest) this.seek(newest); // a run that was resumed goes on from a checkpoint
    else if (this.following && !this.playing && newest !== before) this.#glideTo(newest, now);
  }

  /** Go to a step by hand. It is followed on from the newest. */
  seek(step) {
    if (!this.steps.length) return;
    this.playing = false;
    this.#glide = null;
    this.at = Math.min(this.steps.at(-1), Math.max(this.steps[0], step));
    this.following = this.at === this.steps.at(-1);
  }

  /** Go to a place among the moments by hand. */
  seekPosition(position) {
    if (this.steps.length) this.seek(stepAt(this.steps, this.still ? Math.round(position) : position));
  }

  /** Come to rest at the nearest moment: what is drawn there is what was kept, and all parts of the page mean it. */
  settle(now) {
    if (!this.steps.length || this.playing) return;
    const from = this.at;
    this.seek(this.steps[Math.round(this.position)]);
    if (this.at === from || this.still) return;
    this.#glide = { from, to: this.at, began: now, time: SETTLE };
    this.at = from;
  }

  /** Go so many moments on, or back. */
  go(by) {
    if (this.steps.length) this.seekPosition(nextPosition(this.steps.length, this.position, by));
  }

  /** Follow the newest moment again. */
  follow() {
    if (this.steps.length) this.seek(this.steps.at(-1));
    this.following = true;
  }

  /** Play the film, from the beginning where it stands at the end; or stop it. */
  toggle(now) {
    if (this.playing) {
      this.playing = false;
      return;
    }
    if (this.last < 1) return;
    const position = this.position;
    this.#glide = null;
    this.playing = true;
    this.following = false;
    this.#before = now;
    this.played = position >= this.last ? 0 : position;
    this.at = stepAt(this.steps, this.played);
  }

  /** Go on as time does. @param {number} now ms @returns {boolean} whether it moves on after this */
  tick(now) {
    if (this.playing) this.#play(now);
    else if (this.#glide) this.#glideOn(now);
    return this.playing || this.#glide !== null;
  }

  #play(now) {
    const passed = Math.min(LONGEST, Math.max(0, now - this.#before));
    this.#before = now;
    this.played = Math.min(this.last, this.played + (passed / FILM) * this.speed * this.last);
    this.at = stepAt(this.steps, this.still ? Math.floor(this.played + 1e-9) : this.played);
    if (this.played < this.last) return;
    this.playing = false;
    this.following = true;
  }

  #glideTo(step, now) {
    const since = this.#came === null ? GLIDE.first : now - this.#came;
    this.#came = now;
    const time = Math.min(GLIDE.most, Math.max(GLIDE.least, SHARE * since));
    if (this.still) this.at = step;
    else this.#glide = { from: this.at, to: step, began: now, time };
  }

  #glideOn(now) {
    const { from, to, began, time } = this.#glide;
    const share = Math.min(1, Math.max(0, (now - began) / time));
    // Evenly among the moments, which lie closer together in a run's first seconds than later.
    const [start, end] = [positionOf(this.steps, from), positionOf(this.steps, to)];
    this.at = share === 1 ? to : stepAt(this.steps, start + share * (end - start));
    if (share === 1) this.#glide = null;
  }
}
