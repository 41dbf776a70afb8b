import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsSvg, describeDims, orderOf } from "../../assets/live/train/klbars.js";
import { deadOf, faintOf, heldOutParts } from "../../assets/live/train/words.js";

test("dimensions below a hundredth of a nat are dead, one at it is not", () => {
  assert.deepEqual(deadOf([1, 0.009999, 0.01, 0]), [1, 3]);
});

test("between the dead and those that carry something lie the faint", () => {
  const kl = [1, 0.009999, 0.01, 0, 0.0999, 0.1];
  assert.deepEqual([deadOf(kl), faintOf(kl)], [[1, 3], [2, 4]]);
});

test("it is said how many dimensions carry something and which are faint or dead, also where all or none are", () => {
  assert.equal(describeDims([1, 2], false), "Both dimensions carry something.");
  assert.equal(describeDims([1], false), "The one dimension carries something.");
  assert.equal(describeDims([1, 0, 2, 0.001], false), "2 of 4 dimensions carry something. Dead, below 0.01 nats: z₂, z₄.");
  const faint = "1 of 3 dimensions carries something. Faint, below 0.1 nats: z₂. Dead, below 0.01 nats: z₃.";
  assert.equal(describeDims([1, 0.017, 0], false), faint);
  assert.match(describeDims([0, 0], true), /^None of 2 .* Dead so far/);
});

test("what a held-out thing costs is split where its floor is said, and not of a density", () => {
  assert.deepEqual(heldOutParts({ reconstruction: 129, kl: [3, 4], floor: 46 }), { floor: 46, error: 83, kl: 7 });
  assert.deepEqual(heldOutParts({ reconstruction: 129, kl: [], floor: 46 }), { floor: 46, error: 83, kl: null });
  assert.equal(heldOutParts({ reconstruction: -129, kl: [3], floor: null }), null);
  assert.equal(heldOutParts({ reconstruction: NaN, kl: [3], floor: 46 }), null);
  assert.equal(heldOutParts(null), null);
});

test("of many dead dimensions some are named and the others counted", () => {
  const words = describeDims(Array.from({ length: 64 }, (_, i) => (i % 2 ? 1 : 0)), false);
  const named = words.match(/z[₀-₉]+/g).length;
  assert.equal(named + Number(/and (\d+) more/.exec(words)[1]), 32);
});

test("by size each dimension stands once, the largest first; otherwise they stand as they are", () => {
  const kl = [0.5, 3, NaN, 0, 3, 1];
  assert.deepEqual(orderOf(kl, false), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(orderOf(kl, true), [1, 4, 5, 0, 3, 2]);
});

test("columns are as high as their dimensions carry, and a dead one has a mark in place of a column", () => {
  const svg = columnsSvg({ kl: [4, 2, 0.001, 1], measured: null, order: [0, 1, 2, 3], width: 400, at: null });
  const heights = [...svg.matchAll(/class="bar"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
  assert.deepEqual(heights.map((height) => height / heights[0]), [1, 0.5, 0.25]);
  assert.equal(svg.match(/class="dead"/g).length, 1);
});

test("512 dimensions are drawn within the width that there is", () => {
  const kl = Array.from({ length: 512 }, (_, i) => (i % 3 ? i / 100 : 0));
  const svg = columnsSvg({ kl, measured: kl, order: orderOf(kl, true), width: 300, at: 511 });
  for (const [, x] of svg.matchAll(/class="(?:bar|dead)" x="([\d.]+)"/g)) assert.ok(Number(x) >= 25 && Number(x) < 300, "right of the values");
  assert.ok(!/NaN/.test(svg));
});

test("a dimension whose KL is no number leaves no hole in the drawing", () => {
  assert.ok(!/NaN/.test(columnsSvg({ kl: [1, NaN], measured: [1, NaN], order: [0, 1], width: 100, at: 1 })));
});

test("three dimensions are all, two are both", () => {
  assert.equal(describeDims([1, 2, 3], false), "All 3 dimensions carry something.");
});

test("the columns have values beside them, each at the height of a column that carries as much", () => {
  const svg = columnsSvg({ kl: [4, 2, 1, 3], measured: null, order: [0, 1, 2, 3], width: 400, at: null });
  const values = [...svg.matchAll(/<text [^>]*y="([\d.]+)"[^>]*>([\d.]+)</g)].map(([, y, text]) => [Number(text), Number(y)]);
  const tops = new Map([...svg.matchAll(/class="bar"[^>]* y="([\d.]+)"/g)].map(([, y], dim) => [[4, 2, 1, 3][dim], Number(y)]));
  assert.ok(values.length >= 2);
  assert.ok(values.some(([value]) => value > 0));
  for (const [value, y] of values) if (tops.has(value)) assert.ok(Math.abs(tops.get(value) - y) < 0.02);
});
