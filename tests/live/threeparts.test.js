import assert from "node:assert/strict";
import { test } from "node:test";
import { sayParts, shares } from "../../assets/live/shared/draw/threeparts.js";

const DIGIT = { floor: 46.3, error: 24.2, kl: 23.2 };

test("the three parts share the bar as they share the nats", () => {
  const all = shares(DIGIT);
  assert.deepEqual(all.map(({ part }) => part), ["floor", "error", "kl"]);
  assert.ok(Math.abs(all.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
  assert.ok(Math.abs(all[0].share - 46.3 / 93.7) < 1e-12);
});

test("they are said as a sum", () => {
  assert.equal(sayParts(DIGIT), "floor 46.3 + error 24.2 + KL 23.2 = 93.7 nats");
});

test("a density has no floor and an autoencoder no KL: what is not there is left out", () => {
  assert.equal(sayParts({ floor: null, error: -3.25, kl: 2 }), "error −3.3 + KL 2.0 = −1.3 nats");
  assert.deepEqual(shares({ floor: 46.3, error: 81.2, kl: undefined }).map(({ part }) => part), ["floor", "error"]);
  assert.deepEqual(shares({ error: 1, kl: NaN }).map(({ part }) => part), ["error"]);
});

test("what lies a hair below 0 by rounding takes no room and breaks nothing", () => {
  const [floor, error] = shares({ floor: 10, error: -1e-5 });
  assert.deepEqual([floor.share, error.share], [1, 0]);
  assert.deepEqual(shares({ error: 0 }).map(({ share }) => share), [0]);
});
