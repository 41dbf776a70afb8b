/**
 * What a threshold on a score finds and what it costs. Pure functions on numbers.
 *
 * An image is called unusual where its score is the threshold or higher. Scores that are no numbers are called nothing.
 * @module
 */

/** Scores in ascending order, without those that are no numbers. @param {ArrayLike<number>} values @returns {Float64Array} */
export const ascending = (values) => Float64Array.from(values).filter(Number.isFinite).sort();

/** The place of the first value that is `threshold` or higher. @param {Float64Array} sorted */
function firstFrom(sorted, threshold) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @typedef {object} Counts
 * @property {number} found unusual images that are called unusual @property {number} missed those that are not
 * @property {number} alarms normal images that are called unusual @property {number} passed those that are not
 */

/** Count both kinds on both sides of a threshold. @param {Float64Array} normal ascending @param {Float64Array} unusual ascending @returns {Counts} */
export function countsAt(normal, unusual, threshold) {
  const [missed, passed] = [firstFrom(unusual, threshold), firstFrom(normal, threshold)];
  return { found: unusual.length - missed, missed, alarms: normal.length - passed, passed };
}

/**
 * The area under the ROC curve: how often a random unusual image has the higher score of a random pair, a tie counting
 * half. Hanley & McNeil 1982. Null where one of the groups is empty.
 * @param {Float64Array} normal ascending @param {Float64Array} unusual ascending
 */
export function auroc(normal, unusual) {
  if (!normal.length || !unusual.length) return null;
  let won = 0;
  let [below, upTo] = [0, 0];
  for (const value of unusual) {
    while (below < normal.length && normal[below] < value) below += 1;
    while (upTo < normal.length && normal[upTo] <= value) upTo += 1;
    won += (below + upTo) / 2;
  }
  return won / (normal.length * unusual.length);
}

/**
 * @typedef {object} Roc the curve from (0, 0), where nothing is called unusual, to (1, 1), where everything is
 * @property {Float64Array} alarms share of the normal images that are called unusual
 * @property {Float64Array} found share of the unusual images that are
 * @property {Float64Array} thresholds that give these; between two scores each, so that rounding changes nothing
 */

/** @param {Float64Array} normal ascending @param {Float64Array} unusual ascending @returns {Roc} */
export function rocOf(normal, unusual) {
  const thresholds = places(normal, unusual).reverse();
  const share = (sorted) => Float64Array.from(thresholds, (threshold) => (sorted.length ? (sorted.length - firstFrom(sorted, threshold)) / sorted.length : 0));
  return { alarms: share(normal), found: share(unusual), thresholds: Float64Array.from(thresholds) };
}

/** A place below all scores, one between each two that differ, and one above all, ascending. @returns {number[]} */
function places(normal, unusual) {
  const all = Float64Array.from([...normal, ...unusual]).sort().filter((value, i, sorted) => i === 0 || value !== sorted[i - 1]);
  if (!all.length) return [0];
  const margin = (all.at(-1) - all[0]) / 1000 || Math.abs(all[0]) / 1000 || 1;
  return [all[0] - margin, ...Array.from(all.subarray(1), (value, i) => (value + all[i]) / 2), all.at(-1) + margin];
}

/** The place on the curve that finds most while it calls no more than `share` of the normal images unusual. @param {Roc} roc @returns {number} its number */
export function atPrice({ alarms }, share) {
  let last = 0;
  while (last + 1 < alarms.length && alarms[last + 1] <= share + 1e-9) last += 1;
  return last;
}

/** The place on the curve farthest above the diagonal. Youden 1950, Index for rating diagnostic tests. @param {Roc} roc @returns {number} its number */
export function bestBalance({ alarms, found }) {
  let best = 0;
  for (let i = 1; i < alarms.length; i += 1) if (found[i] - alarms[i] > found[best] - alarms[best] + 1e-12) best = i;
  return best;
}

/** The place on the curve nearest to a point of it. @param {Roc} roc @returns {number} its number */
export function nearestOn({ alarms, found }, x, y) {
  let [best, least] = [0, Infinity];
  for (let i = 0; i < alarms.length; i += 1) {
    const distance = (alarms[i] - x) ** 2 + (found[i] - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** How much of a group lies below a score, equal ones counting half: in [0, 1], or null where the group is empty. @param {Float64Array} sorted ascending */
export function percentile(sorted, value) {
  if (!sorted.length || !Number.isFinite(value)) return null;
  const below = firstFrom(sorted, value);
  let upTo = below;
  while (upTo < sorted.length && sorted[upTo] === value) upTo += 1;
  return (below + upTo) / 2 / sorted.length;
}

/**
 * @typedef {object} Ranked an image with its place in the order of all
 * @property {"normal" | "unusual"} group @property {number} index in its group @property {number} score
 */

/** All images, the least unusual first. @param {ArrayLike<number>} normal scores @param {ArrayLike<number>} unusual @returns {Ranked[]} */
export function ranked(normal, unusual) {
  const list = (scores, group) => Array.from(scores, (score, index) => ({ group, index, score })).filter(({ score }) => Number.isFinite(score));
  return [...list(normal, "normal"), ...list(unusual, "unusual")].sort((a, b) => a.score - b.score);
}

/**
 * The worst mistakes: normal images with the highest scores among those that are called unusual, and unusual ones with the lowest among
 * those that pass.
 * @param {Ranked[]} order the least unusual first
 * @param {number} threshold
 * @param {number} most of each kind
 */
export function picked(order, threshold, most) {
  const called = order.findIndex(({ score }) => score >= threshold);
  const at = called < 0 ? order.length : called;
  return {
    alarms: last(order, at, ({ group }) => group === "normal", most),
    missed: first(order, at, ({ group }) => group === "unusual", most),
  };
}

function first(order, end, is, most) {
  const found = [];
  for (let i = 0; i < end && found.length < most; i += 1) if (is(order[i])) found.push(order[i]);
  return found;
}

function last(order, start, is, most) {
  const found = [];
  for (let i = order.length - 1; i >= start && found.length < most; i -= 1) if (is(order[i])) found.push(order[i]);
  return found;
}
