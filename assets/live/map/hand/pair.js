/**
 * The lasso as a tool: it stays in the hand until two groups are drawn, which can then be compared.
 * @module
 */

const FIRST = "Draw a loop around points. Esc puts the lasso away.";
const SECOND = "Now draw around the second group, to compare the two. Esc puts the lasso away.";

export class Pair {
  /** @param {(sentence: string) => void} say what is to be drawn next; empty where nothing is */
  constructor(say) {
    this.say = say;
    this.left = 0; // loops that are still to be drawn
  }

  get isArmed() {
    return this.left > 0;
  }

  /** Take the lasso, or put it away. @param {boolean} armed */
  arm(armed) {
    if (armed === this.isArmed) return;
    this.left = armed ? 2 : 0;
    this.say(armed ? FIRST : "");
  }

  /** A loop was drawn around something. @returns {boolean} whether another is to follow */
  drawn() {
    this.left = Math.max(0, this.left - 1);
    this.say(this.isArmed ? SECOND : "");
    return this.isArmed;
  }
}
