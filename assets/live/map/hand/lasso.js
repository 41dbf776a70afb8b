/**
 * A lasso: the way of a pointer around points, in the pixels of the screen.
 * @module
 */

const STEP = 3; // pixels between two corners: finer than a hand draws
const CLICK = 6; // pixels: what is smaller in both directions was a click

export class Lasso {
  /** @type {[number, number][]} the corners so far; empty where none is drawn */
  path = [];

  begin(x, y) {
    this.path = [[x, y]];
  }

  /** Go on to a place. @returns {boolean} whether it is a new corner */
  move(x, y) {
    const last = this.path.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) < STEP) return false;
    this.path.push([x, y]);
    return true;
  }

  /** Close it. @returns {[number, number][] | null} its corners, or null where it was a click */
  end() {
    const { path } = this;
    this.path = [];
    const size = [0, 1].map((side) => {
      const values = path.map((corner) => corner[side]);
      return Math.max(...values) - Math.min(...values);
    });
    return path.length < 3 || Math.max(...size) < CLICK ? null : path;
  }
}
