/**
 * Many pictures that follow one hand: each frame some of them are made anew, until its time is up, and the others have their turn with
 * the next ones. All are made of what holds at that moment, so none is of a place that the hand has left already.
 * @module
 */

import { nextFrame } from "../frame/beat.js";

const SHARE = 7; // ms of a frame
const LEAST = 2; // pictures of a frame: the first one, and one of the others

export class Rounds {
  /**
   * @param {object} how
   * @param {number} how.n how many there are
   * @param {(i: number) => void} how.make picture i, of what holds now
   * @param {() => void} how.onMade some were made
   * @param {number} [how.first] the one that is looked at most: it is made in every frame
   * @param {(go: () => void) => number} [how.frame] what calls back with the next frame
   * @param {() => number} [how.now] milliseconds
   */
  constructor({ n, make, onMade, first = 0, frame = nextFrame, now = () => performance.now() }) {
    Object.assign(this, { n, make, onMade, first, frame, now });
    /** @type {Set<number>} those that are of an earlier place */
    this.stale = new Set();
    this.turn = 0;
  }

  /** Whether some pictures are still of an earlier place. */
  get behind() {
    return this.stale.size > 0;
  }

  /** The hand has moved: these are to be made anew. */
  ask(from = 0, to = this.n) {
    for (let i = from; i < to; i += 1) this.stale.add(i);
    this.waiting ||= this.frame(() => this.#go());
  }

  stop() {
    this.stale.clear();
  }

  #go() {
    this.waiting = 0;
    const began = this.now();
    for (let made = 0; this.behind && (made < LEAST || this.now() - began < SHARE); made += 1) this.#one();
    this.onMade();
    if (this.behind) this.waiting ||= this.frame(() => this.#go());
  }

  #one() {
    const after = Array.from({ length: this.n }, (_, k) => (this.turn + k) % this.n);
    const i = this.stale.has(this.first) ? this.first : after.find((each) => this.stale.has(each));
    this.make(i);
    this.stale.delete(i);
    if (i !== this.first) this.turn = i + 1;
  }
}
