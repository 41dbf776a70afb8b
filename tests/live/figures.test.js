import assert from "node:assert/strict";
import { test } from "node:test";
import { coordinate, errorOf, klOf, kls, pairOf } from "../../assets/live/shared/space/figures.js";
import { draw } from "../../assets/live/shared/space/normal.js";

const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

test("the prior's divergence from itself is 0", () => {
  assert.equal(klOf(new Float32Array(6), new Float32Array(6), 1, 3), 0);
});

test("the divergence is the mean of log q − log p over draws from q", () => {
  let seed = 3;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const [mean, logVariance] = [Float32Array.of(9, 9, 0.7, -1.2), Float32Array.of(9, 9, -1.5, 0.4)];
  const n = 200_000;
  let sum = 0;
  for (const dim of [2, 3]) {
    const sd = Math.exp(logVariance[dim] / 2);
    for (const noise of draw(n, random)) {
      const z = mean[dim] + sd * noise;
      sum += -logVariance[dim] / 2 - (noise * noise) / 2 + (z * z) / 2;
    }
  }
  near(klOf(mean, logVariance, 1, 2), sum / n, 0.01);
});

test("a variance close to the prior's loses no digits", () => {
  const small = 1e-4; // e^a − 1 − a = a²/2 + a³/6 + …
  const [logVariance] = [Float32Array.of(small)];
  const a = logVariance[0];
  near(klOf(Float32Array.of(0), logVariance, 0, 1) / (a * a * (1 / 4 + a / 12)), 1, 1e-6);
});

const codes = {
  n: 2, dims: 3, mean: Float32Array.of(1, 2, 3, 4, 5, 6), logVariance: Float32Array.of(0, -1, -2, 0, 0, 0), negativeElbo: Float32Array.of(100, 150),
};

test("the reconstruction error and the divergence are −ELBO", () => {
  const [error, kl] = [errorOf(codes), kls(codes)];
  for (const i of [0, 1]) near(error[i] + kl[i], codes.negativeElbo[i], 1e-4);
  near(kl[1], (16 + 25 + 36) / 2, 1e-5);
});

test("a coordinate is a column, and two of them are a map", () => {
  assert.deepEqual([...coordinate(codes, 1)], [2, 5]);
  assert.deepEqual([...pairOf(codes.mean, 3, [2, 0])], [3, 1, 6, 4]);
});
