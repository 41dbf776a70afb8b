/**
 * Points on a bent line, and how the toy learns from them.
 * @module
 */

import { draw, seeded } from "../../shared/space/normal.js";
import { Adam } from "./adam.js";
import { Toy, WEIGHTS } from "./vae.js";

const OPEN = 0.22; // share of the circle that is missing, below
const NOISE = 0.06; // standard deviation around the line

/** Points on a horseshoe. @param {number} n @param {() => number} random @returns {[number, number][]} */
export function horseshoe(n, random) {
  return Array.from({ length: n }, () => {
    const turn = 2 * Math.PI * (OPEN / 2 + (1 - OPEN) * random()) - Math.PI / 2;
    const [a, b] = draw(2, random);
    return [Math.cos(turn) + NOISE * a, Math.sin(turn) + NOISE * b];
  });
}

/** Weights to begin with, scaled by the units that lead into each layer. */
export const fresh = (random) => Float64Array.from(draw(WEIGHTS, random), (each) => 0.35 * each);

/**
 * Train by Adam, one step at a time.
 * @param {Toy} toy which changes @param {object} how @param {number} how.seed @param {number} how.batch @param {(step: number) => number} how.rate
 * @yields {number} the mean loss of each step's points, nats
 */
export function* train(toy, { seed, batch, rate }) {
  const random = seeded(seed);
  const adam = new Adam(WEIGHTS);
  for (let step = 1; ; step += 1) {
    const sum = new Float64Array(WEIGHTS);
    let loss = 0;
    for (const x of horseshoe(batch, random)) {
      const passed = toy.pass(x, draw(1, random)[0]);
      loss += passed.loss / batch;
      passed.gradient.forEach((each, i) => (sum[i] += each / batch));
    }
    adam.move(toy.weights, sum, rate(step));
    yield loss;
  }
}
