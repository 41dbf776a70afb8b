/**
 * How what is shown stands to what is set: nothing counts as a result before it is one of exactly these settings.
 * @module
 */

export const PATIENCE = 300; // ms that a picture may lag behind a moving hand until it is told to be none of now

/** @typedef {"now" | "following" | "waiting" | "none"} Stand of these settings, close behind a moving hand, of other settings, or not there at all */

/** How it looks: what is close behind a moving hand looks as what is of now. @param {Stand | "failed"} stand */
export const lookOf = (stand) => (stand === "following" ? "now" : stand);

export class Standing {
  /** @param {() => number} [clock] in ms */
  constructor(clock = () => performance.now()) {
    this.clock = clock;
    this.leaps = 0;
    /** @type {WeakMap<object, {leaps: number, until: number}>} */
    this.past = new WeakMap();
    this.state = null;
  }

  /** Something else is set. @param {object} state @param {boolean} leaps whether what is shown has nothing to do with it, and does not follow a hand */
  set(state, leaps) {
    if (state === this.state) return;
    if (this.state) this.past.set(this.state, { leaps: this.leaps, until: this.clock() });
    if (leaps) this.leaps += 1;
    this.state = state;
  }

  /** How an answer for a state stands; none where there is no answer. @param {object | null | undefined} state @returns {Stand} */
  of(state) {
    if (!state) return "none";
    if (state === this.state) return "now";
    const past = this.past.get(state);
    return past && past.leaps === this.leaps && this.clock() - past.until < PATIENCE ? "following" : "waiting";
  }
}
