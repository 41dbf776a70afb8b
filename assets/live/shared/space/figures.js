/**
 * What a point can be coloured by, and what its card says: one value for each test image.
 * @module
 */

/** @typedef {import("./codes.js").Codes} Codes */

/**
 * The divergence of one posterior from the standard normal prior, in nats: ½ Σ (μ² + σ² − 1 − log σ²).
 * Kingma & Welling 2013, arXiv 1312.6114, appendix B.
 * @param {Float32Array} mean [n * dims]
 * @param {Float32Array} logVariance [n * dims]
 * @param {number} i which of the `n`
 * @param {number} dims
 */
export function klOf(mean, logVariance, i, dims) {
  let sum = 0;
  for (let at = i * dims; at < (i + 1) * dims; at += 1) {
    // expm1 keeps what is left of a variance near 1, where the subtraction would lose it.
    sum += mean[at] * mean[at] + Math.expm1(logVariance[at]) - logVariance[at];
  }
  return sum / 2;
}

/** The divergence of all posteriors from the prior, in nats. @param {Codes} codes @returns {Float32Array} [n] */
export const kls = ({ n, dims, mean, logVariance }) => Float32Array.from({ length: n }, (_, i) => klOf(mean, logVariance, i, dims));

/**
 * The reconstruction errors, in nats: −ELBO less the divergence. Both parts of −ELBO = E[−log p(x|z)] + KL.
 * @param {Codes} codes
 * @returns {Float32Array} [n]
 */
export function errorOf({ n, dims, mean, logVariance, negativeElbo }) {
  return Float32Array.from({ length: n }, (_, i) => negativeElbo[i] - klOf(mean, logVariance, i, dims));
}

/** One coordinate of all codes. @param {Codes} codes @param {number} dim counted from 0 @returns {Float32Array} [n] */
export const coordinate = ({ n, dims, mean }, dim) => Float32Array.from({ length: n }, (_, i) => mean[i * dims + dim]);

/**
 * Two coordinates of all codes, for a map of them.
 * @param {Float32Array} array [n * dims] means or log variances
 * @param {number} dims
 * @param {[number, number]} pair counted from 0
 * @returns {Float32Array} [2n]
 */
export function pairOf(array, dims, [first, second]) {
  const n = array.length / dims;
  const pair = new Float32Array(2 * n);
  for (let i = 0; i < n; i += 1) {
    pair[2 * i] = array[i * dims + first];
    pair[2 * i + 1] = array[i * dims + second];
  }
  return pair;
}
