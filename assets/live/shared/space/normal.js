/**
 * The standard normal distribution.
 * @module
 */

const A = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
const C = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
const LOW = 0.02425;

const polynomial = (coefficients, x) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** The value below which a share `p` in (0, 1) of the prior lies. P. J. Acklam's approximation, within 1.2e-9 of it. */
export function quantile(p) {
  if (p > 0.5) return -quantile(1 - p);
  if (p < LOW) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = p - 0.5;
  return (q * polynomial(A, q * q)) / polynomial(B, q * q);
}

/** The share of the prior below `x`, within 7.5e-8. Abramowitz & Stegun 1964, formula 26.2.17. */
export function cdf(x) {
  if (x < 0) return 1 - cdf(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const tail = polynomial([1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153, 0], t);
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}

/** Numbers in (0, 1), the same for the same seed. Park & Miller 1988, with the factor 48271 of 1993. */
export function seeded(seed) {
  let state = (Math.abs(Math.trunc(seed)) % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Draw `n` independent values. Box & Muller 1958. */
export function draw(n, random = Math.random) {
  return Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/**
 * A code that a person asks for at random: a draw from the prior, or without one any place within the range of the test codes.
 * Of a prior that is more than a normal some draws came along.
 * @param {{prior: string, dims: number, range: [number, number][], draws?: number[][]}} latent
 */
export function anyCode({ prior, dims, range, draws = [] }, random = Math.random) {
  if (prior === "normal") return draw(dims, random);
  if (draws.length) return [...draws[Math.floor(random() * draws.length)]];
  return range.map(([low, high]) => low + random() * (high - low));
}
