/**
 * Seven models that differ in beta alone, turned and mirrored so that each fits the one before: the prior looks the same from
 * every side. What each rebuilds and draws, and what that costs. Pure functions but for `Rung`, which keeps what it has found.
 *
 * Schönemann 1966, A generalized solution of the orthogonal Procrustes problem, for the turning.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { chance } from "../../frame/chance.js";
import { differing, mean } from "../../real/means.js";

export const BETAS = [0, 0.1, 0.3, 1, 3, 10, 30];
export const ONE = BETAS.indexOf(1);
export const FAR = 3; // standard deviations of the prior

const DRAWS = 60;

/** Noise of the draws, the same for all. @returns {number[][]} [DRAWS][2] */
export function noises(seed) {
  const random = chance(seed);
  return Array.from({ length: DRAWS }, () => draw(2, random));
}

/**
 * The turn, with a mirror where that fits better, that brings points nearest to others.
 * @param {ArrayLike<number>} from [2N] @param {ArrayLike<number>} to [2N] @returns {number[][]} [2][2]
 */
export function fitted(from, to) {
  const p = [[0, 0], [0, 0]];
  for (let i = 0; i < from.length; i += 2) for (const a of [0, 1]) for (const b of [0, 1]) p[a][b] += from[i + a] * to[i + b];
  const turn = [p[0][0] + p[1][1], p[0][1] - p[1][0]];
  const mirrored = [p[0][0] - p[1][1], p[0][1] + p[1][0]];
  const mirror = Math.hypot(...mirrored) > Math.hypot(...turn);
  const [c, s] = (mirror ? mirrored : turn).map((each) => each / Math.hypot(...(mirror ? mirrored : turn)));
  return mirror ? [[c, s], [s, -c]] : [[c, -s], [s, c]];
}

export const turned = ([[a, b], [c, d]], [x, y]) => [a * x + b * y, c * x + d * y];
const back = ([[a, b], [c, d]]) => [[a, c], [b, d]];

/** By how much pictures differ on average, each from each other. @param {Float32Array[]} pictures */
export const apart = (pictures) => mean(pictures.flatMap((one, i) => pictures.slice(i + 1).map((other) => differing(one, other))));

export class Rung {
  /**
   * @param {number} beta
   * @param {object} brought
   * @param {import("../../../shared/space/codes.js").Codes} brought.codes
   * @param {import("../../real/digits.js").Digits} brought.digits without a decoder, where that is still to be asked for
   * @param {() => Promise<import("../../real/digits.js").Digits["decode"]>} [brought.ask] for its decoder
   * @param {ArrayLike<number> | null} to [2N] codes that it is to fit
   */
  constructor(beta, { codes: { centre, cost, floor, nats, labels }, digits, ask }, to) {
    Object.assign(this, { beta, digits, labels, ask });
    this.turn = to ? fitted(centre, to) : [[1, 0], [0, 1]];
    this.xy = Float32Array.from({ length: centre.length }, (_, i) => turned(this.turn, [centre[i & ~1], centre[i | 1]])[i & 1]);
    const kl = mean(Array.from(cost, (_, i) => nats[2 * i] + nats[2 * i + 1]));
    const [all, low] = [cost, floor].map((each) => mean(Array.from(each)));
    this.parts = { floor: low, error: all - low - kl, kl };
    this.outside = mean(Array.from(cost, (_, i) => Number(Math.hypot(centre[2 * i], centre[2 * i + 1]) > FAR)));
    this.clouds = digits.means.map((each, i) => ({ at: turned(this.turn, each), sigma: digits.spreads[i] }));
  }

  /** Whether it can draw. */
  get there() {
    return Boolean(this.digits.decode);
  }

  /** Have its decoder come, once; where it does not come, the next call asks again. @returns {Promise<void>} */
  bring() {
    if (this.there) return Promise.resolve();
    const come = (decode) => { this.digits.decode = decode; };
    this.coming ??= this.ask().then(come, () => { this.coming = null; });
    return this.coming;
  }

  /** What it makes of the digits' codes. */
  get rebuilt() {
    return (this.again ??= this.digits.means.map(this.digits.decode));
  }

  /** What it draws at places of the turned plane, and how far these pictures are apart. @param {number} seed */
  drawn(seed) {
    if (this.kept?.seed !== seed) {
      const pictures = noises(seed).map((each) => this.digits.decode(turned(back(this.turn), each)));
      this.kept = { seed, pictures, apart: apart(pictures) };
    }
    return this.kept;
  }
}

/** All rungs, fitted one to the next from beta = 1 on, both ways. @param {{codes: any, digits: any, ask?: any}[]} brought in the order of BETAS */
export function ladder(brought) {
  const rungs = new Array(BETAS.length);
  const make = (i, to) => (rungs[i] = new Rung(BETAS[i], brought[i], to));
  make(ONE, null);
  for (let i = ONE + 1; i < BETAS.length; i += 1) make(i, rungs[i - 1].xy);
  for (let i = ONE - 1; i >= 0; i -= 1) make(i, rungs[i + 1].xy);
  return rungs;
}
