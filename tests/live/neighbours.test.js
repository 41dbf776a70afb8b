import assert from "node:assert/strict";
import { test } from "node:test";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { bellOf, nearest, placed, sorted, spacing } from "../../assets/live/learn/real/neighbours.js";
import { draw } from "../../assets/live/shared/space/normal.js";

const N = 400;
const points = draw(2 * N, chance(3)).map((each, i) => (i % 2 ? 3 * each + 1 : each));
const at = (i) => [points[2 * i], points[2 * i + 1]];
const far = ([a, b], [c, d]) => Math.hypot(a - c, b - d);

test("the nearest code is the one that looking at all of them finds", () => {
  const some = sorted(points);
  const places = draw(200, chance(4));
  for (let k = 0; k < 200; k += 2) {
    const all = Array.from({ length: N }, (_, i) => far(at(i), places.slice(k, k + 2)));
    const { number, distance } = nearest(some, places.slice(k, k + 2));
    assert.ok(Math.abs(distance - Math.min(...all)) < 1e-12);
    assert.equal(all.indexOf(Math.min(...all)), number);
  }
});

test("no code is its own neighbour, and the spacing of a share is between those of its ranks", () => {
  const own = Array.from({ length: N }, (_, i) => Math.min(...Array.from({ length: N }, (_, k) => (k === i ? Infinity : far(at(i), at(k)))))).sort((a, b) => a - b);
  const limit = spacing(sorted(points), 0.95);
  assert.ok(own[379] <= limit && limit <= own[380]);
  assert.ok(Math.abs(spacing(sorted(points), 1) - own[N - 1]) < 1e-9);
});

test("a bell that is fitted has the mean and the covariance of the codes", () => {
  const { mean, root } = bellOf(points);
  for (const axis of [0, 1]) assert.ok(Math.abs(mean[axis] - points.filter((_, i) => i % 2 === axis).reduce((a, b) => a + b) / N) < 1e-9);
  const covariance = (a, b) => points.reduce((sum, _, i) => (i % 2 ? sum : sum + (points[i + a] - mean[a]) * (points[i + b] - mean[b])), 0) / (N - 1);
  for (const [a, b] of [[0, 0], [0, 1], [1, 1]]) {
    assert.ok(Math.abs(root[a][0] * root[b][0] + root[a][1] * root[b][1] - covariance(a, b)) < 1e-9);
  }
  assert.deepEqual(placed({ mean: [1, 2], root: [[3, 0], [4, 5]] }, [1, 1]), [4, 11]);
});
