/**
 * A small history of states.
 * @module
 */

const KEPT = 100;

/** @template S */
export class Undo {
  /** @param {(a: S, b: S) => boolean} same */
  constructor(same) {
    this.same = same;
    /** @type {S[]} */
    this.past = [];
  }

  /** Remember a state that is about to be left, unless it is the last one remembered. */
  remember(state) {
    const last = this.past.at(-1);
    if (last && this.same(last, state)) return;
    this.past.push(state);
    if (this.past.length > KEPT) this.past.shift();
  }

  /** Take back the last state that differs from the present one, or undefined where there is none. */
  back(present) {
    while (this.past.length) {
      const state = this.past.pop();
      if (!this.same(state, present)) return state;
    }
    return undefined;
  }

  /** Say whether there is a state to go back to. */
  leadsFrom(present) {
    return this.past.some((state) => !this.same(state, present));
  }
}
