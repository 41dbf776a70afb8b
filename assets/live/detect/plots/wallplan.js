/**
 * Where each thing hangs on the wall: the most normal at the left, down each column and on to the next. Pure functions.
 * @module
 */

/**
 * @typedef {object} Plan
 * @property {number} columns @property {number} rows
 * @property {number} shown how many things hang there
 * @property {number} wide @property {number} high pixels of a thing
 * @property {number} across @property {number} down pixels from one to the next
 */

export const GAP = 5; // pixels between two things

/**
 * Make things as large as lets all of them hang there, but none smaller than can be seen: then some are left out.
 * @param {object} options
 * @param {number} options.n things @param {number} options.width @param {number} options.height pixels of the wall
 * @param {number} options.aspect of a thing, its height by its width
 * @param {number} options.least @param {number} options.most pixels that a thing is wide
 * @returns {Plan}
 */
export function plannedWall({ n, width, height, aspect, least, most }) {
  const fits = (wide) => {
    const high = Math.max(1, Math.round(wide * aspect));
    return { wide, high, columns: Math.max(1, Math.floor(width / (wide + GAP))), rows: Math.max(1, Math.floor(height / (high + GAP))) };
  };
  let wide = Math.max(least, most);
  let size = fits(wide);
  while (wide > least && size.columns * size.rows < n) size = fits((wide -= 1));
  const shown = Math.min(n, size.columns * size.rows);
  const columns = Math.max(1, Math.ceil(shown / size.rows));
  return { ...size, columns, shown, across: width / Math.max(columns, size.columns), down: height / size.rows };
}

/** The places in the whole order of those that are shown, as even as whole numbers are. @returns {Int32Array} [shown] rising */
export const evenly = (n, shown) => Int32Array.from({ length: shown }, (_, i) => Math.floor(((i + 0.5) * n) / shown));

/** How many of the shown things lie below the first `below` of all. @param {Int32Array} places rising */
export function shownBelow(places, below) {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle] < below) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The upper left corner of the `i`-th of the shown things. @param {Plan} plan @returns {[number, number]} */
export const cornerOf = ({ rows, across, down, wide }, i) => [Math.floor(i / rows) * across + (across - wide) / 2, (i % rows) * down + GAP / 2];

/** The thing at a place of the wall, or -1 where none is. @param {Plan} plan */
export function thingAt({ columns, rows, across, down, shown }, x, y) {
  const [column, row] = [Math.floor(x / across), Math.floor(y / down)];
  if (column < 0 || column >= columns || row < 0 || row >= rows) return -1;
  const i = column * rows + row;
  return i < shown ? i : -1;
}

/** Before which of the shown things a line through a place runs: 0 before all, `shown` behind all. @param {Plan} plan */
export function cutAt({ rows, across, down, shown }, x, y) {
  const column = Math.floor(x / across);
  return Math.min(shown, Math.max(0, column * rows + Math.min(rows, Math.max(0, Math.round(y / down)))));
}

/**
 * The line before the `cut`-th of the shown things, from the top of the wall to its foot: a step to the left where it parts a column.
 * @param {Plan} plan @returns {[number, number][]} its corners
 */
export function lineBefore({ rows, across, down }, cut) {
  const [column, row] = [Math.floor(cut / rows), cut % rows];
  const [left, right, foot] = [column * across, (column + 1) * across, rows * down];
  if (!row) return [[left, 0], [left, foot]];
  return [[right, 0], [right, row * down], [left, row * down], [left, foot]];
}

/**
 * A threshold below which the first `below` of all lie; those with the same score are called the same.
 * @param {{score: number}[]} order the least unusual first @param {number} below
 * @param {{low: number, high: number}} ends thresholds below all scores and above them
 */
export function thresholdAfter(order, below, { low, high }) {
  if (below <= 0 || !order.length) return low;
  if (below >= order.length) return high;
  return (order[below - 1].score + order[below].score) / 2;
}

/** How many of all lie below a threshold. @param {{score: number}[]} order */
export function countBelow(order, threshold) {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle].score < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether a thing is judged wrongly where it lies so: normal and called unusual, or unusual and passed.
 * @param {"normal" | "unusual"} group @param {boolean} called @param {boolean} own whether the unusual side is somebody's own, of which nobody knows
 */
export const isWrong = (group, called, own) => (group === "normal" ? called : !called && !own);
