import assert from "node:assert/strict";
import { test } from "node:test";
import { factorsOf, rangeOf, shadeColour, shadesOf } from "../../assets/live/train/time/colouring.js";

const NAMED = [{ name: "shape", round: false }, { name: "size", round: false }, { name: "angle", round: true }];
const VALUES = Float32Array.of(0, 0.5, 0, 1, 0.75, 3.1, 2, 1, 6.28); // three things

test("each factor is a column, but for the one that the classes tell already", () => {
  const factors = factorsOf(NAMED, VALUES, Int32Array.of(0, 1, 2));
  assert.deepEqual(factors.map(({ name }) => name), ["size", "angle"]);
  assert.deepEqual([...factors[0].values], [0.5, 0.75, 1]);
  assert.deepEqual(factorsOf(NAMED, VALUES, null).map(({ name }) => name), ["shape", "size", "angle"]);
  assert.deepEqual(factorsOf([], null, null), []);
});

test("a factor's shades rise with it from its least to its most", () => {
  const size = { name: "size", round: false, values: Float32Array.of(0.5, 0.6, 0.9, 1) };
  assert.deepEqual(rangeOf(size), [0.5, 1]);
  const shades = [...shadesOf(size)];
  assert.deepEqual(shades, [...shades].sort((a, b) => a - b));
  assert.ok(shades[0] === 0 && shades.at(-1) === 23 && new Set(shades).size === 4);
  assert.deepEqual([...shadesOf({ ...size, values: Float32Array.of(2, 2) })], [0, 0]);
});

test("an angle just short of a whole turn looks like one just past it", () => {
  const angle = (...values) => ({ name: "angle", round: true, values: Float32Array.from(values) });
  const [before, after, half] = shadesOf(angle(2 * Math.PI - 0.01, 0.01, Math.PI));
  const hue = (shade) => Number(shadeColour(shade, true, false).match(/ (\d+)\)$/)[1]);
  const apart = (a, b) => Math.min(Math.abs(hue(a) - hue(b)), 360 - Math.abs(hue(a) - hue(b)));
  assert.ok(apart(before, after) <= 15 && apart(half, after) > 165);
  assert.deepEqual([...shadesOf(angle(2 * Math.PI))], [...shadesOf(angle(0))]);
  assert.match(shadeColour(3, false, true), /^#[0-9a-f]{6}$/);
});
