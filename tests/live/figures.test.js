import assert from "node:assert/strict";
import { test } from "node:test";
import { coordinate, errorOf, kls, pairOf } from "../../assets/live/shared/space/figures.js";

const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

const codes = {
  n: 2, dims: 3, centre: Float32Array.of(1, 2, 3, 4, 5, 6), spread: new Float32Array(6).fill(1), nats: Float32Array.of(0.5, 2, 4.5, 8, 12.5, 18),
  cost: Float32Array.of(100, 150),
};

test("what a code costs is what the model says of its coordinates, and with the reconstruction error it is −ELBO", () => {
  const [error, kl] = [errorOf(codes), kls(codes)];
  assert.deepEqual([...kl], [7, 38.5]);
  for (const i of [0, 1]) near(error[i] + kl[i], codes.cost[i], 1e-4);
});

test("without a prior a code costs nothing that could be told, and the cost is the reconstruction's", () => {
  assert.deepEqual([...errorOf({ ...codes, nats: null })], [100, 150]);
});

test("without a likelihood the cost is a squared error, of which no nats are taken away", () => {
  assert.deepEqual([...errorOf({ ...codes, squared: true })], [100, 150]);
});

test("a coordinate is a column, and two of them are a map", () => {
  assert.deepEqual([...coordinate(codes, 1)], [2, 5]);
  assert.deepEqual([...pairOf(codes.centre, 3, [2, 0])], [3, 1, 6, 4]);
});
