/**
 * Two ways to learn where points lie: a VAE and a GAN, whose networks that draw are the same. Pure functions and seeded steps.
 *
 * Kingma & Welling 2013, arXiv 1312.6114; Goodfellow et al. 2014, arXiv 1406.2661, with the generator's loss −log D.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { Adam } from "../../toy/adam.js";
import { backward, forward, stacked } from "../../toy/dense.js";

export const ISLANDS = 8;
export const SPREAD = 0.05; // standard deviation of an island
export const CODES = 2;

const WIDTH = 24;
const LIKELY = 0.1; // standard deviation of the VAE's p(x|z)
const BATCH = 32;
const [RATE, JUDGE_RATE] = [0.002, 0.004]; // a judge that learns faster holds the balance: Heusel et al. 2017, arXiv 1706.08500
const SHORT = 0.5; // memory of slopes where two pull at each other: Radford et al. 2015, arXiv 1511.06434
const DRAWER = stacked([CODES, WIDTH, WIDTH, 2], 0);
const ENCODER = stacked([2, WIDTH, WIDTH, 2 * CODES], 0);
const JUDGE = stacked([2, 2 * WIDTH, 2 * WIDTH, 1], 0);

/** How many weights draw, and how many judge. */
export const [DRAWS, JUDGES] = [DRAWER.end, JUDGE.end];

/** The middle of each island, on a ring of radius 1. */
export const MIDDLES = Array.from({ length: ISLANDS }, (_, k) => [Math.cos((2 * Math.PI * k) / ISLANDS), Math.sin((2 * Math.PI * k) / ISLANDS)]);

/** Points on the islands. @param {number} n @param {() => number} random @returns {number[][]} */
export function points(n, random) {
  return Array.from({ length: n }, () => {
    const [x, y] = MIDDLES[Math.floor(ISLANDS * random())];
    const [a, b] = draw(2, random);
    return [x + SPREAD * a, y + SPREAD * b];
  });
}

/** Weights to begin with, scaled by the units that lead into each layer. */
function fresh({ layers, end }, random) {
  const weights = new Float64Array(end);
  for (const { at, ins, outs } of layers) draw(ins * outs, random).forEach((each, i) => (weights[at + i] = each / Math.sqrt(ins)));
  return weights;
}

const last = (trail) => trail[trail.length - 1];
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** What a network that draws makes of noise. @param {Float64Array} weights [DRAWS] @param {number[][]} noise [n][CODES] @returns {number[][]} [n][2] */
export const drawn = (weights, noise) => noise.map((z) => Array.from(last(forward(DRAWER.layers, weights, z))));

/** How surely a judge takes a point for a real one, in (0, 1). @param {Float64Array} weights [JUDGES] @param {number[]} point */
export const judged = (weights, point) => sigmoid(last(forward(JUDGE.layers, weights, point))[0]);

/** A network whose weights take Adam's steps. */
class Learner {
  constructor(plan, weights, rate = RATE, decay = undefined) {
    Object.assign(this, { plan, weights, rate, gradient: new Float64Array(plan.end), adam: new Adam(plan.end, decay) });
  }

  forward(x) {
    return forward(this.plan.layers, this.weights, x);
  }

  backward(trail, asked) {
    return backward(this.plan.layers, this.weights, trail, asked, this.gradient);
  }

  move() {
    this.adam.move(this.weights, this.gradient, this.rate);
    this.gradient.fill(0);
  }
}

const noises = (random) => Array.from({ length: BATCH }, () => draw(CODES, random));

export class Vae {
  /** @param {() => number} random */
  constructor(random) {
    Object.assign(this, { random, encoder: new Learner(ENCODER, fresh(ENCODER, random)), drawer: new Learner(DRAWER, fresh(DRAWER, random)) });
  }

  /** Add the slopes of the mean loss of some points. @param {number[][]} points @param {number[][]} noises @returns {number} nats, but for a constant */
  slopes(points, noises) {
    return points.reduce((sum, x, i) => sum + this.#slope(x, noises[i], points.length), 0);
  }

  #slope(x, noise, n) {
    const { encoder, drawer } = this;
    const seen = encoder.forward(x);
    const said = Array.from(last(seen));
    const [mean, spread] = [said.slice(0, CODES), said.slice(CODES).map(Math.exp)];
    const trail = drawer.forward(mean.map((each, d) => each + spread[d] * noise[d]));
    const miss = Array.from(last(trail), (each, d) => (each - x[d]) / LIKELY);
    const back = drawer.backward(trail, miss.map((each) => each / LIKELY / n));
    const toMean = mean.map((each, d) => back[d] + each / n);
    const toSpread = spread.map((each, d) => back[d] * noise[d] * each + (each * each - 1) / n);
    encoder.backward(seen, [...toMean, ...toSpread]);
    const kl = mean.reduce((sum, each, d) => sum + 0.5 * (each ** 2 + spread[d] ** 2 - 1) - Math.log(spread[d]), 0);
    return (0.5 * (miss[0] ** 2 + miss[1] ** 2) + kl) / n;
  }

  /** Both networks learn at once. */
  step() {
    this.slopes(points(BATCH, this.random), noises(this.random));
    this.encoder.move();
    this.drawer.move();
  }
}

export class Gan {
  /** @param {() => number} random @param {{judge: Float64Array, drawer: Float64Array}} [weights] to go on from, which change */
  constructor(random, { judge, drawer } = { judge: fresh(JUDGE, random), drawer: fresh(DRAWER, random) }) {
    Object.assign(this, { random, judge: new Learner(JUDGE, judge, JUDGE_RATE, SHORT), drawer: new Learner(DRAWER, drawer, RATE, SHORT) });
  }

  /** Add the judge's slopes. @param {number[][]} points real ones @param {number[][]} noises @returns {number} mean of −log D(x) − log(1 − D(G(z))) */
  judgeSlopes(points, noises) {
    const { judge, drawer } = this;
    const asked = (point, real) => {
      const trail = judge.forward(point);
      const sure = sigmoid(last(trail)[0]);
      judge.backward(trail, [(sure - real) / points.length]);
      return -Math.log(real ? sure : 1 - sure) / points.length;
    };
    return points.reduce((sum, x, i) => sum + asked(x, 1) + asked(last(drawer.forward(noises[i])), 0), 0);
  }

  /** Add the slopes of the network that draws. @param {number[][]} noises @returns {number} mean of −log D(G(z)) */
  drawerSlopes(noises) {
    const { judge, drawer } = this;
    const loss = noises.reduce((sum, z) => {
      const trail = drawer.forward(z);
      const held = judge.forward(last(trail));
      const sure = sigmoid(last(held)[0]);
      drawer.backward(trail, judge.backward(held, [(sure - 1) / noises.length]));
      return sum - Math.log(sure) / noises.length;
    }, 0);
    judge.gradient.fill(0); // the judge only passes on what it is asked
    return loss;
  }

  /** The judge learns to tell points from what is drawn. */
  judges() {
    this.judgeSlopes(points(BATCH, this.random), noises(this.random));
    this.judge.move();
  }

  /** The network that draws learns to be taken for real. */
  draws() {
    this.drawerSlopes(noises(this.random));
    this.drawer.move();
  }

  step() {
    this.judges();
    this.draws();
  }
}

export const NEAR = 3 * SPREAD; // of an island's middle
const FEW = 0.02; // of all draws, that make an island reached: an even share is 0.125

/**
 * How many draws lie on each island, which islands are reached by them, and the share that lies on any.
 * @param {number[][]} drawn [n][2] @returns {{counts: number[], reached: boolean[], on: number}}
 */
export function landed(drawn) {
  const counts = new Array(ISLANDS).fill(0);
  for (const [x, y] of drawn) {
    const k = MIDDLES.findIndex(([a, b]) => Math.hypot(x - a, y - b) <= NEAR);
    if (k >= 0) counts[k] += 1;
  }
  return { counts, reached: counts.map((each) => each >= FEW * drawn.length), on: counts.reduce((a, b) => a + b) / drawn.length };
}
