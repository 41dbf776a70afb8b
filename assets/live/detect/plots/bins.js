/**
 * Scores in bins along an axis. Pure functions.
 *
 * The axis ends where nearly all scores do: a few that lie far out would press the rest into a corner, so they are in the
 * last bin, which says so.
 * @module
 */

const NEARLY_ALL = 0.985; // of the scores, when the rest lie far out
const FAR = 1.6; // times as wide as nearly all of them, from where on the rest are far out
const CROWDED = 0.06; // of the axis, in which 90 % of a group lie
const FEW = 20; // scores that crowd nothing
const ALONE = 0.05; // of a score's size, on both sides of it, where all scores are one

/**
 * @typedef {object} Axis
 * @property {number} low @property {number} high
 * @property {boolean} log whether equal ratios are equally long
 * @property {boolean} open whether scores lie beyond its end
 * @property {boolean} positive whether all scores are above 0, and so have a logarithm
 */

/**
 * Decide where the axis begins and ends.
 * @param {Float64Array} all scores, ascending
 * @param {boolean} [wantsLog]
 * @returns {Axis}
 */
export function axisOf(all, wantsLog = false) {
  if (!all.length) return { low: 0, high: 1, log: false, open: false, positive: false };
  const [least, most] = [all[0], all.at(-1)];
  const positive = least > 0;
  const log = wantsLog && positive;
  if (least === most) {
    const margin = Math.abs(least) * ALONE || 1;
    return { low: least - margin, high: most + margin, log, open: false, positive };
  }
  const nearly = all[Math.floor(NEARLY_ALL * (all.length - 1))];
  const open = !log && nearly > least && most - least > FAR * (nearly - least);
  const end = open ? nearly + 0.08 * (nearly - least) : most;
  // A little room at the ends: a threshold above all scores and one below have a place there.
  if (log) {
    const margin = (end / least) ** 0.02;
    return { low: least / margin, high: end * margin, log, open, positive };
  }
  const margin = 0.015 * (end - least);
  return { low: least >= 0 ? Math.max(0, least - margin) : least - margin, high: end + margin, log, open, positive };
}

/**
 * Whether nearly all scores of a group lie in so small a part of an axis that it shows nothing of them.
 * @param {Float64Array} group ascending
 * @param {Axis} axis
 */
export function isCrowded(group, axis) {
  if (group.length < FEW) return false;
  const at = (share) => shareOf(axis, group[Math.floor(share * (group.length - 1))]);
  return at(0.95) - at(0.05) < CROWDED;
}

/** Where a score is on an axis: 0 at its beginning, 1 at its end; not beyond them. @param {Axis} axis */
export function shareOf({ low, high, log }, score) {
  const share = log ? Math.log(score / low) / Math.log(high / low) : (score - low) / (high - low);
  return Number.isNaN(share) ? 0 : Math.min(1, Math.max(0, share));
}

/** The score at a place of the axis. @param {Axis} axis @param {number} share in [0, 1] */
export const scoreAt = ({ low, high, log }, share) => (log ? low * (high / low) ** share : low + share * (high - low));

/** The bin of a score, counted from 0. @param {Axis} axis */
export const binOf = (axis, bins, score) => Math.min(bins - 1, Math.floor(shareOf(axis, score) * bins));

/**
 * Count scores by bin.
 * @param {ArrayLike<number>} scores in any order; those that are no numbers are in no bin
 * @param {Axis} axis
 * @param {number} bins
 * @returns {{counts: Int32Array, shares: Float64Array, members: number[][]}} share of its group, numbers of its images
 */
export function binned(scores, axis, bins) {
  const members = Array.from({ length: bins }, () => /** @type {number[]} */ ([]));
  let n = 0;
  for (let i = 0; i < scores.length; i += 1) {
    if (!Number.isFinite(scores[i])) continue;
    members[binOf(axis, bins, scores[i])].push(i);
    n += 1;
  }
  const counts = Int32Array.from(members, ({ length }) => length);
  return { counts, shares: Float64Array.from(counts, (count) => (n ? count / n : 0)), members };
}
