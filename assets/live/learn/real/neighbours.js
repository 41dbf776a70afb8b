/**
 * How far places of a plane are from the codes that a model has given to real things. Pure functions.
 * @module
 */

/** Points of a plane by their first coordinate. @typedef {{x: Float64Array, y: Float64Array, at: Int32Array}} Sorted at: their numbers */

/** @param {ArrayLike<number>} xy [2N] @returns {Sorted} */
export function sorted(xy) {
  const at = Int32Array.from({ length: xy.length / 2 }, (_, i) => i).sort((a, b) => xy[2 * a] - xy[2 * b]);
  const of = (axis) => Float64Array.from(at, (i) => xy[2 * i + axis]);
  return { x: of(0), y: of(1), at };
}

/** The first place in order that is not below a number. */
function lowest(values, number) {
  let [from, to] = [0, values.length];
  while (from < to) {
    const half = (from + to) >> 1;
    if (values[half] < number) from = half + 1;
    else to = half;
  }
  return from;
}

/**
 * The nearest point, and how far it is.
 * @param {Sorted} points @param {ArrayLike<number>} place [2] @param {number} [but] the place in order of one that does not count
 * @returns {{number: number, distance: number}}
 */
export function nearest({ x, y, at }, place, but = -1) {
  const [a, b] = [place[0], place[1]];
  const start = lowest(x, a);
  let [best, found] = [Infinity, -1];
  for (const by of [1, -1]) {
    for (let i = by > 0 ? start : start - 1; i >= 0 && i < x.length && (x[i] - a) ** 2 < best; i += by) {
      const square = (x[i] - a) ** 2 + (y[i] - b) ** 2;
      if (square < best && i !== but) [best, found] = [square, i];
    }
  }
  return { number: at[found], distance: Math.sqrt(best) };
}

/** How far a share of all points is from its nearest neighbour, at most; between two by a straight line. @param {Sorted} points */
export function spacing(points, share) {
  const all = Float64Array.from(points.x, (x, i) => nearest(points, [x, points.y[i]], i).distance).sort();
  const place = share * (all.length - 1);
  const [low, part] = [Math.floor(place), place % 1];
  return all[low] + part * ((all[low + 1] ?? all[low]) - all[low]);
}

/**
 * The bell that has the mean and the covariance of some points.
 * @param {ArrayLike<number>} xy [2N] @returns {{mean: number[], root: number[][]}} root: lower triangle, root times its transpose is the covariance
 */
export function bellOf(xy) {
  const n = xy.length / 2;
  const mean = [0, 0];
  for (let i = 0; i < n; i += 1) for (const axis of [0, 1]) mean[axis] += xy[2 * i + axis] / n;
  let [xx, xy_, yy] = [0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    const [a, b] = [xy[2 * i] - mean[0], xy[2 * i + 1] - mean[1]];
    xx += (a * a) / (n - 1);
    xy_ += (a * b) / (n - 1);
    yy += (b * b) / (n - 1);
  }
  const first = Math.sqrt(xx);
  return { mean, root: [[first, 0], [xy_ / first, Math.sqrt(yy - (xy_ * xy_) / xx)]] };
}

/** Where noise of a standard normal comes to lie in a bell. @param {number[]} noise [2] */
export const placed = ({ mean, root }, [a, b]) => [mean[0] + root[0][0] * a, mean[1] + root[1][0] * a + root[1][1] * b];
