import assert from "node:assert/strict";
import { test } from "node:test";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { inkOf, leanOf, toldByNeighbours } from "../../assets/live/learn/lessons/styles/hand.js";
import { draw } from "../../assets/live/shared/space/normal.js";

/** A stroke through the middle whose column changes by so much a row. */
const stroke = (slope) => {
  const grey = new Float32Array(28 * 28);
  for (let row = 4; row < 24; row += 1) grey[row * 28 + Math.round(14 - slope * (row - 13.5))] = 1;
  return grey;
};

test("a stroke leans by its slope, to the right where its top is right, and has as much ink as it has pixels", () => {
  for (const slope of [-0.5, 0, 0.3, 0.6]) {
    const { degrees, y } = leanOf(stroke(slope));
    assert.ok(Math.abs(degrees - (Math.atan(slope) * 180) / Math.PI) < 1.5, `${slope} ${degrees}`);
    assert.ok(Math.abs(y - 13.5) < 1e-6);
  }
  assert.equal(inkOf(stroke(0)), 20);
});

test("neighbours tell classes that lie apart, and of classes that lie on one another they tell one in two", () => {
  const n = 300;
  const noise = draw(2 * n, chance(2));
  const labels = Array.from({ length: n }, (_, i) => i % 2);
  assert.equal(toldByNeighbours(noise.map((each, i) => each + 40 * labels[i >> 1]), labels, 2), 1);
  const mixed = toldByNeighbours(noise, labels, 2);
  assert.ok(mixed > 0.35 && mixed < 0.65, `${mixed}`);
});
