import assert from "node:assert/strict";
import { test } from "node:test";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { bellOf, placed } from "../../assets/live/learn/real/bell.js";
import { draw } from "../../assets/live/shared/space/normal.js";

const N = 400;
const points = draw(2 * N, chance(3)).map((each, i) => (i % 2 ? 3 * each + 1 : each));

test("a bell that is fitted has the mean and the covariance of the codes", () => {
  const { mean, root } = bellOf(points);
  for (const axis of [0, 1]) assert.ok(Math.abs(mean[axis] - points.filter((_, i) => i % 2 === axis).reduce((a, b) => a + b) / N) < 1e-9);
  const covariance = (a, b) => points.reduce((sum, _, i) => (i % 2 ? sum : sum + (points[i + a] - mean[a]) * (points[i + b] - mean[b])), 0) / (N - 1);
  for (const [a, b] of [[0, 0], [0, 1], [1, 1]]) {
    assert.ok(Math.abs(root[a][0] * root[b][0] + root[a][1] * root[b][1] - covariance(a, b)) < 1e-9);
  }
  assert.deepEqual(placed({ mean: [1, 2], root: [[3, 0], [4, 5]] }, [1, 1]), [4, 11]);
});
