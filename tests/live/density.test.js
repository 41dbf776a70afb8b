import assert from "node:assert/strict";
import { test } from "node:test";
import { aggregate, levels, scott, toImage } from "../../assets/live/map/scene/density.js";
import { draw } from "../../assets/live/shared/space/normal.js";

const near = (a, b, tolerance, words = "") => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b} ${words}`);

let seed = 5;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const box = { left: -4, right: 4, bottom: -3, top: 3 };
const [columns, rows] = [80, 60];
const CELL = 0.1;

/** The density of the points' Gaussians at a place, from the definition. */
function byHand(mean, sigma, x, y) {
  let sum = 0;
  const n = mean.length / 2;
  for (let i = 0; i < n; i += 1) {
    const [sx, sy] = [sigma[2 * i], sigma[2 * i + 1]];
    sum += Math.exp(-(((x - mean[2 * i]) / sx) ** 2) / 2 - ((y - mean[2 * i + 1]) / sy) ** 2 / 2) / (2 * Math.PI * sx * sy);
  }
  return sum / n;
}

/** The middle of a cell, in map units. */
const middle = (row, column) => [box.left + (column + 0.5) * CELL, box.top - (row + 0.5) * CELL];

for (const [name, sx, sy] of [["round", 0.5, 0.5], ["long", 0.3, 2], ["wider than the box", 9, 5], ["very wide and low", 40, 0.4]]) {
  test(`the density of one ${name} Gaussian is that of the formula`, () => {
    const [mean, sigma] = [Float32Array.of(1.03, -0.56), Float32Array.of(sx, sy)];
    const grid = aggregate(mean, sigma, box, columns, rows);
    const most = 1 / (2 * Math.PI * sx * sy);
    for (let row = 0; row < rows; row += 3) {
      for (let column = 0; column < columns; column += 3) {
        near(grid[row * columns + column] / most, byHand(mean, sigma, ...middle(row, column)) / most, 0.012, `${row} ${column}`);
      }
    }
  });
}

test("the density of many Gaussians is the mean of theirs", () => {
  const mean = Float32Array.from(draw(400, random));
  const sigma = Float32Array.from({ length: 400 }, () => Math.exp((5 * random() - 4) / 2));
  const grid = aggregate(mean, sigma, box, columns, rows);
  const most = grid.reduce((a, b) => Math.max(a, b));
  for (let row = 0; row < rows; row += 5) {
    for (let column = 0; column < columns; column += 5) {
      near(grid[row * columns + column] / most, byHand(mean, sigma, ...middle(row, column)) / most, 0.02);
    }
  }
});

test("Gaussians inside the box have all their mass there, also those narrower than a cell", () => {
  for (const sigma of [-40, -8, -4, -2].map((logVariance) => Math.exp(logVariance / 2))) {
    const mean = Float32Array.from({ length: 200 }, () => 2 * random() - 1);
    const grid = aggregate(mean, new Float32Array(200).fill(sigma), box, columns, rows);
    near(grid.reduce((a, b) => a + b) * CELL * CELL, 1, 1e-3);
  }
});

test("the top row of the grid is the top of the map", () => {
  const grid = aggregate(Float32Array.of(-3.95, 2.95), Float32Array.of(5e-5, 5e-5), box, columns, rows);
  assert.ok(grid[0] > 0.99 / CELL / CELL);
});

test("points that are not finite count for nothing, and no points have no density", () => {
  const one = aggregate(Float32Array.of(1, 1), Float32Array.of(0.6, 0.6), box, columns, rows);
  const among = aggregate(Float32Array.of(NaN, 0, 1, 1, 0, Infinity), new Float32Array(6).fill(0.6), box, columns, rows);
  assert.deepEqual(among, one);
  assert.ok(aggregate(new Float32Array(0), null, box, columns, rows).every((value) => value === 0));
});

test("without variances the kernel is Scott's", () => {
  const xy = Float32Array.from({ length: 4000 }, (_, i) => draw(1, random)[0] * (i % 2 ? 0.5 : 2) + 100);
  const [sx, sy] = scott(xy);
  near(sx, 2 * 2000 ** (-1 / 6), 0.03);
  near(sy, 0.5 * 2000 ** (-1 / 6), 0.01);
  const around = { left: 92, right: 108, bottom: 97, top: 103 };
  const sigma = Float32Array.from({ length: 4000 }, (_, i) => (i % 2 ? sy : sx));
  const [own, same] = [aggregate(xy, null, around, 40, 30), aggregate(xy, sigma, around, 40, 30)];
  own.forEach((value, i) => near(value, same[i], 1e-5));
});

test("equal points without variances are one place and not a fault", () => {
  const grid = aggregate(Float32Array.of(0.05, 0.05, 0.05, 0.05), null, box, columns, rows);
  near(grid.reduce((a, b) => a + b) * CELL * CELL, 1, 1e-6);
});

test("of a Gaussian's density the level that holds a share p is 1 − p of the highest", () => {
  const grid = aggregate(Float32Array.of(0, 0), Float32Array.of(0.5, 0.5), box, columns, rows);
  const most = 1 / (2 * Math.PI * Math.exp(-1.4));
  const held = [0.5, 0.9, 0.99];
  levels(grid, held).forEach((level, i) => near(level / most, 1 - held[i], 0.02));
});

test("a picture of the density is most opaque where the data is densest, and clear where there is none", () => {
  const grid = Float32Array.of(0, 1, 4, 0.25);
  const image = toImage(grid, [10, 20, 30], false);
  assert.deepEqual([...image.subarray(8, 11)], [10, 20, 30]);
  assert.equal(image[3], 0);
  assert.ok(image[11] > image[7] && image[7] > image[15] && image[11] < 255);
  near(image[11] / image[7], 2, 0.05);
  assert.ok(toImage(new Float32Array(4), [0, 0, 0], true).every((value) => value === 0));
});
