/**
 * What a point can be coloured by, and what its card says: one value for each test image.
 * @module
 */

/** @typedef {import("./codes.js").Codes} Codes */

/** What each code costs in all, in nats, as the model says it. @param {Codes} codes with nats @returns {Float32Array} [n] */
export function kls({ n, nats }) {
  const each = nats.length / n;
  return Float32Array.from({ length: n }, (_, i) => nats.subarray(i * each, (i + 1) * each).reduce((sum, value) => sum + value, 0));
}

/**
 * The reconstruction errors, in nats: −ELBO less what the code costs. Both parts of −ELBO = E[−log p(x|z)] + KL. Where
 * no likelihood is known there are no nats, and the errors are what is there: mean squared.
 * @param {Codes} codes
 * @returns {Float32Array} [n]
 */
export function errorOf(codes) {
  if (!codes.nats || codes.squared) return codes.cost;
  const kl = kls(codes);
  return codes.cost.map((cost, i) => cost - kl[i]);
}

/** One coordinate of all codes. @param {Codes} codes @param {number} dim counted from 0 @returns {Float32Array} [n] */
export const coordinate = ({ n, dims, centre }, dim) => Float32Array.from({ length: n }, (_, i) => centre[i * dims + dim]);

/**
 * Two coordinates of all codes, for a map of them.
 * @param {Float32Array} array [n * dims] centres or standard deviations
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
