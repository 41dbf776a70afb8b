import assert from "node:assert/strict";
import { test } from "node:test";

import { shortly, strideOf, uphill } from "../../assets/live/shared/sliders/towards.js";

const told = ([x, y]) => x * x + 3 * y; // what a head might say, whose slope at (x, y) is (2x, 3)

test("a step goes straight uphill, as far as it is asked to, and back again", () => {
  const z = [1, -0.5];
  const further = uphill(z, [2, 3], 0.25);
  assert.ok(Math.abs(Math.hypot(further[0] - z[0], further[1] - z[1]) - 0.25) < 1e-2);
  assert.ok(Math.abs((further[0] - z[0]) * 3 - (further[1] - z[1]) * 2) < 5e-2); // along the slope
  assert.ok(told(further) > told(z) && told(uphill(z, [2, 3], -0.25)) < told(z));
});

test("where nothing rises a code stays", () => assert.deepEqual(uphill([1, 2], [0, 0], 1), [1, 2]));

test("a stride is a quarter of a standard deviation where data reach three to each side", () => {
  assert.equal(strideOf([[-3, 3], [-3, 3]]), 0.25);
});

test("values have a true minus and few digits", () => {
  assert.equal(shortly(-0.456), "−0.46");
  assert.equal(shortly(1234.5), "1235");
});
