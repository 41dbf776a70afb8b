import assert from "node:assert/strict";
import { test } from "node:test";
import { ringColour } from "../../assets/live/shared/draw/colours.js";
import { truth } from "../../assets/live/explore/words.js";
import { factorsOf, rangeOf } from "../../assets/live/shared/draw/factors.js";
import { shadeColour, shadesOf } from "../../assets/live/train/time/colouring.js";

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
  const rgb = (shade) => [1, 3, 5].map((at) => Number.parseInt(shadeColour(shade, true, false).slice(at, at + 2), 16));
  const apart = (a, b) => Math.hypot(...rgb(a).map((value, i) => value - rgb(b)[i]));
  assert.ok(apart(before, after) < 40 && apart(half, after) > 120, `${apart(before, after)} ${apart(half, after)}`);
  assert.deepEqual([...shadesOf(angle(2 * Math.PI))], [...shadesOf(angle(0))]);
  assert.match(shadeColour(3, false, true), /^#[0-9a-f]{6}$/);
});

test("a scale whose end is its beginning is even all the way round, on light and on dark paper", () => {
  for (const dark of [false, true]) {
    assert.deepEqual(ringColour(1, dark), ringColour(0, dark));
    const all = Array.from({ length: 48 }, (_, i) => ringColour(i / 48, dark));
    const steps = all.map((colour, i) => Math.hypot(...colour.map((value, c) => value - all[(i + 1) % 48][c])));
    assert.ok(Math.min(...steps) > 3 && Math.max(...steps) < 40, `${Math.min(...steps)} ${Math.max(...steps)}`);
    const grey = all.map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b);
    assert.ok(Math.max(...grey) - Math.min(...grey) < 60); // no hue stands out by being light
  }
});

test("what a thing was drawn from is said without its class, and angles in degrees", () => {
  const named = ["shape", "size", "angle"].map((name) => ({ name, round: name === "angle" }));
  assert.equal(truth(named, [2, 0.73, Math.PI]), "size 0.73 · angle 180°");
  assert.equal(truth(named, null), "");
});
