import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../../assets/live/explore/weight/bars.js";
import { along, seen, up } from "../../assets/live/explore/weight/chart.js";
import { COARSEST, FINEST, STEPS, bitsOf, psnr, rounded, stepAt } from "../../assets/live/explore/weight/rates.js";

/** The share of the standard normal between two places, by Simpson's rule. */
function between(low, high) {
  const n = 2000;
  const width = (high - low) / n;
  const density = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(low) + density(high);
  for (let i = 1; i < n; i += 1) sum += (i % 2 ? 4 : 2) * density(low + i * width);
  return (sum * width) / 3;
}

test("a rounded code lies within half a cell, and takes the share of its cells", () => {
  const z = [0.3, -1.7, 2.45, 0];
  for (const step of [0.1, 0.5, 1, 3]) {
    const sent = rounded(z, step);
    assert.ok(sent.every((value, i) => Math.abs(value - z[i]) <= step / 2 + 1e-12));
    assert.ok(sent.every((value) => Math.abs(value / step - Math.round(value / step)) < 1e-9));
    const bits = sent.reduce((sum, value) => sum - Math.log2(between(value - step / 2, value + step / 2)), 0);
    assert.ok(Math.abs(bitsOf(z, step) - bits) < 0.002 * bits, `${step}: ${bitsOf(z, step)} ${bits}`);
  }
});

test("the slider goes from the coarsest grid to the finest, and each place is finer than the last", () => {
  const steps = Array.from({ length: STEPS + 1 }, (_, place) => stepAt(place));
  assert.ok(Math.abs(steps[0] - COARSEST) < 1e-12 && Math.abs(steps[STEPS] - FINEST) < 1e-12);
  assert.ok(steps.every((step, i) => i === 0 || step < steps[i - 1]));
  assert.ok(Number.isFinite(bitsOf([40, -40], FINEST))); // however far out
});

test("decibels are those of the squared error, and infinite where nothing differs", () => {
  assert.ok(Math.abs(psnr(Uint8Array.of(0, 255), Uint8Array.of(255, 0))) < 1e-12);
  assert.ok(Math.abs(psnr(Uint8Array.of(10, 20, 30), Uint8Array.of(11, 19, 31)) - 20 * Math.log10(255)) < 1e-9);
  assert.equal(psnr(Uint8Array.of(7), Uint8Array.of(7)), Infinity);
});

test("the bar's parts are what the pile grew by, and what was got back", () => {
  const parts = partsOf({ taken: 128, thing: 76, code: 162 });
  assert.deepEqual(parts, { thing: 76, code: 34, back: 128 });
});

test("what lies beyond the drawing is at its edge, and no line goes there", () => {
  assert.equal(along(1), 0);
  assert.equal(along(1e9), 1);
  assert.equal(along(4) + along(4096), 1);
  assert.ok(Math.abs(along(128) - 0.5) < 1e-12);
  assert.deepEqual([up(-5), up(8), up(36), up(Infinity)], [0, 0, 1, 1]);
  const rates = [{ bits: 1, psnr: 20 }, { bits: 8, psnr: 20 }, { bits: 9, psnr: 50 }];
  assert.deepEqual(seen(rates), [rates[1]]);
});
