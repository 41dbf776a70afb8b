/**
 * The way of points from one map to another: each goes from its place to its new one, in even time for all.
 *
 * Two maps have units of their own, so the way begins where the points are on the screen, in the units of the map that comes.
 * @module
 */

/** Slow at both ends. @param {number} t in [0, 1] */
export const smooth = (t) => t * t * t * (t * (6 * t - 15) + 10);

/** @typedef {{x: number, y: number}} Place */

export class Glide {
  /**
   * @param {object} options
   * @param {Float32Array} options.from [2N] where the points are, in the units of the map that goes
   * @param {Float32Array} options.to [2N] where they go
   * @param {(x: number, y: number) => [number, number]} options.carry from those units into the new ones, the same pixel
   * @param {number} options.milliseconds
   * @param {(t: number) => number} [options.ease]
   */
  constructor({ from, to, carry, milliseconds, ease = smooth }) {
    Object.assign(this, { to, carry, milliseconds, ease });
    this.share = 0;
    this.start = new Float32Array(from.length);
    for (let i = 0; i + 1 < from.length; i += 2) [this.start[i], this.start[i + 1]] = carry(from[i], from[i + 1]);
    /** Where the points are now. */
    this.xy = Float32Array.from(this.start);
  }

  /** Go on to a moment. @param {number} now ms @returns {boolean} whether all are there */
  at(now) {
    this.began ??= now;
    const t = Math.min(1, Math.max(0, (now - this.began) / this.milliseconds));
    this.share = this.ease(t);
    const { start, to, xy, share } = this;
    for (let i = 0; i < xy.length; i += 1) xy[i] = start[i] + share * (to[i] - start[i]);
    return t === 1;
  }

  /** Where something is that goes along from one place to another. @param {Place} from @param {Place} to @returns {Place} */
  between(from, to) {
    return { x: from.x + this.share * (to.x - from.x), y: from.y + this.share * (to.y - from.y) };
  }

  /**
   * The way of something that is at a place of the map that goes, whose new place is only known from now on: it begins so
   * that it does not leap.
   * @param {Place} place now, in the new units @param {Place} to
   * @returns {{glide: Glide, from: Place}}
   */
  way(place, to) {
    const { share } = this;
    const back = (now, then) => (share < 1 ? (now - share * then) / (1 - share) : then);
    return { glide: this, from: { x: back(place.x, to.x), y: back(place.y, to.y) } };
  }
}
