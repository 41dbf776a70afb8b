/**
 * Two machines that copy digits, and what each draws: from a bell that is fitted to its own codes, or from the VAE's prior.
 * @module
 */

import { Neighbours } from "../../../shared/space/neighbours.js";
import { draw } from "../../../shared/space/normal.js";
import { chance } from "../../frame/chance.js";
import { bellOf, placed } from "../../real/bell.js";

export const DRAWS = 200;
export const PRIOR = { mean: [0, 0], root: [[1, 0], [0, 1]] };

const SHARE = 0.95; // of all codes are nearer to another one than the limit
const SHOWN = 5; // one code in so many is drawn

/** Noise that both share, the same for the same seed. @returns {number[][]} [DRAWS][2] */
export function noises(seed) {
  const random = chance(seed);
  return Array.from({ length: DRAWS }, () => draw(2, random));
}

export class Machine {
  /**
   * @param {import("../../../shared/space/codes.js").Codes} codes @param {(z: number[]) => Float32Array} decode
   * @param {boolean} prior whether it has learnt to fill one
   */
  constructor(codes, decode, prior) {
    Object.assign(this, { codes, decode, labels: codes.labels });
    this.near = new Neighbours(codes.centre);
    this.limit = this.near.within(SHARE);
    this.own = prior ? PRIOR : bellOf(codes.centre);
    const rows = Array.from({ length: Math.floor(codes.n / SHOWN) }, (_, i) => SHOWN * i);
    this.shown = { xy: rows.flatMap((i) => [codes.centre[2 * i], codes.centre[2 * i + 1]]), labels: rows.map((i) => codes.labels[i]) };
    const ends = [0, 1].map((axis) => this.shown.xy.filter((_, i) => i % 2 === axis)).map((all) => [Math.min(...all), Math.max(...all)]);
    const half = Math.max(...ends.map(([low, high]) => high - low)) / 2;
    this.window = ends.map(([low, high]) => [(low + high) / 2 - half, (low + high) / 2 + half]);
  }

  /** The code at a place of its window. @param {number[]} share [2] in [0, 1], upwards */
  at(share) {
    return this.window.map(([low, high], axis) => low + share[axis] * (high - low));
  }

  /**
   * Draw codes from a bell, and see where they fall.
   * @param {{mean: number[], root: number[][]}} bell @param {number[][]} noise
   * @returns {{codes: number[][], beside: boolean[], labels: number[]}} labels: the class of the nearest code
   */
  draw(bell, noise) {
    const codes = noise.map((each) => placed(bell, each));
    const found = codes.map(([x, y]) => this.near.nearest(x, y));
    return { codes, beside: found.map(({ distance }) => distance > this.limit), labels: found.map(({ index }) => this.labels[index]) };
  }
}
