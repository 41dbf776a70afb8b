/**
 * A whole variational autoencoder with one latent number, of points in the plane: small enough to be exact in.
 *
 * Kingma & Welling 2013, Auto-encoding variational Bayes, arXiv 1312.6114. All costs are in nats.
 * @module
 */

import { backward, forward, stacked } from "./dense.js";

/** Standard deviation of p(x|z), the same for both coordinates. */
export const SPREAD = 0.15;

const WIDTH = 16; // units of a hidden layer
const ENCODER = stacked([2, WIDTH, WIDTH, 2], 0); // x to the mean and log sigma
const DECODER = stacked([1, WIDTH, WIDTH, 2], ENCODER.end); // z to the expected x

/** How many weights there are, the encoder's first. */
export const WEIGHTS = DECODER.end;
export const ENCODERS = ENCODER.end;

const LOG_NORM = 2 * Math.log(SPREAD * Math.sqrt(2 * Math.PI));

/** KL from N(mean, sigma²) to N(0, 1). */
export const klOf = (mean, sigma) => 0.5 * (mean * mean + sigma * sigma - 2 * Math.log(sigma) - 1);

/**
 * @typedef {object} Passed one point's way through the model and back
 * @property {number} mean
 * @property {number} sigma
 * @property {number} z
 * @property {ArrayLike<number>} expected [2]
 * @property {number} reconstruction −log p(x|z)
 * @property {number} kl
 * @property {number} loss their sum, one sample of −ELBO
 * @property {{z: number, mean: number | null, sigma: number | null}} slopes of the reconstruction; null where none comes through
 * @property {Float64Array} gradient of the loss by each weight
 */

export class Toy {
  /** @param {ArrayLike<number>} weights [WEIGHTS] */
  constructor(weights) {
    this.weights = Float64Array.from(weights);
  }

  /** @param {ArrayLike<number>} x [2] */
  encode(x) {
    const trail = forward(ENCODER.layers, this.weights, x);
    const [mean, logSigma] = Array.from(trail[trail.length - 1]);
    return { mean, sigma: Math.exp(logSigma), trail };
  }

  /** The expected point of a code, [2]. */
  decode(z) {
    return forward(DECODER.layers, this.weights, [z]).at(-1);
  }

  /** −log p(x|z). @param {ArrayLike<number>} x [2] */
  reconstruction(x, z) {
    const [a, b] = Array.from(this.decode(z));
    return ((x[0] - a) ** 2 + (x[1] - b) ** 2) / (2 * SPREAD * SPREAD) + LOG_NORM;
  }

  /**
   * Go forward with some noise and back again.
   * @param {ArrayLike<number>} x [2]
   * @param {number} noise epsilon
   * @param {object} [how]
   * @param {boolean} [how.through] whether the gradient goes through z = mean + sigma · noise; if not, z counts as drawn directly
   * @param {{mean: number, sigma: number}} [how.held] in the place of what the encoder says
   * @returns {Passed}
   */
  pass(x, noise, { through = true, held } = {}) {
    const gradient = new Float64Array(WEIGHTS);
    const code = this.encode(x);
    const { mean, sigma } = held ?? code;
    const z = mean + sigma * noise;
    const trail = forward(DECODER.layers, this.weights, [z]);
    const expected = trail[trail.length - 1];
    const away = [expected[0] - x[0], expected[1] - x[1]];
    const reconstruction = (away[0] ** 2 + away[1] ** 2) / (2 * SPREAD * SPREAD) + LOG_NORM;
    const kl = klOf(mean, sigma);
    const asked = away.map((each) => each / (SPREAD * SPREAD));
    const [atZ] = Array.from(backward(DECODER.layers, this.weights, trail, asked, gradient));
    const slopes = { z: atZ, mean: through ? atZ : null, sigma: through ? atZ * noise : null };
    const atMean = (slopes.mean ?? 0) + mean;
    const atLogSigma = ((slopes.sigma ?? 0) + sigma - 1 / sigma) * sigma;
    if (!held) backward(ENCODER.layers, this.weights, code.trail, [atMean, atLogSigma], gradient);
    return { mean, sigma, z, expected, reconstruction, kl, loss: reconstruction + kl, slopes, gradient };
  }
}
