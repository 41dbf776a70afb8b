/**
 * A bell over the plane: one that is fitted to points, and where noise comes to lie in it. Pure functions.
 * @module
 */

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
