import assert from "node:assert/strict";
import { test } from "node:test";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { COSTS, cut, drawnPixels, edges } from "../../assets/live/learn/lessons/blur/costs.js";
import { differing } from "../../assets/live/learn/real/means.js";

const SIZE = 28 * 28;

test("pixels drawn by their greys have these greys on average, within four standard errors", () => {
  const grey = Float32Array.from({ length: SIZE }, (_, i) => i / (SIZE - 1));
  const draws = 4000;
  const sum = new Float64Array(SIZE);
  const random = chance(11);
  for (let i = 0; i < draws; i += 1) drawnPixels(grey, Math.floor(2e9 * random())).forEach((each, k) => (sum[k] += each / draws));
  const far = Array.from(grey, (p, i) => Math.abs(sum[i] - p) / Math.sqrt(Math.max(p * (1 - p), 1e-4) / draws));
  assert.ok(far.filter((each) => each > 4).length <= 1, `${Math.max(...far)}`);
});

test("the foot of squared error and of cross entropy is the mean, that of absolute error the median", () => {
  for (const share of [0.2, 0.375, 0.625, 0.9]) {
    const greys = Array.from({ length: 1001 }, (_, i) => i / 1000);
    const foot = (name) => greys.reduce((best, grey) => (COSTS[name](share, grey) < COSTS[name](share, best) ? grey : best));
    assert.ok(Math.abs(foot("squared") - share) < 2e-3 && Math.abs(foot("entropy") - share) < 2e-3);
    assert.equal(foot("absolute"), share > 0.5 ? 1 : 0);
  }
});

test("edges are counted between neighbours, and a picture does not differ from itself", () => {
  const one = new Float32Array(SIZE);
  one[5 * 28 + 5] = 1;
  assert.equal(edges(one), 4);
  assert.equal(edges(new Float32Array(SIZE)), 0);
  assert.equal(differing(one, one), 0);
  assert.deepEqual(Array.from(cut(Float32Array.from([0.2, 0.5, 0.7]))), [0, 0, 1]);
});
