import assert from "node:assert/strict";
import { test } from "node:test";
import { classColour, classColours, css, robustRange, scaleColour, scaleColours, scaleStops } from "../../assets/live/shared/draw/colours.js";

const PAPER = { light: [255, 255, 255], dark: [0x11, 0x12, 0x18] };
const THEMES = [["light", false], ["dark", true]];

/** sRGB to linear light, IEC 61966-2-1. */
const linear = (colour) => colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i], 0));

/** Relative luminance and contrast of WCAG 2.1. */
const luminance = (colour) => times([[0.2126, 0.7152, 0.0722]], linear(colour))[0];
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** CIE L*a*b* under D65: another space than the one that the colours were chosen in. */
function lab(light) {
  const f = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116);
  const [x, y, z] = times([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]], light);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}
const apart = (a, b) => Math.hypot(...lab(a).map((value, i) => value - lab(b)[i]));

const ten = Array.from({ length: 10 }, (_, i) => classColour(i, 10));
const thirty = Array.from({ length: 30 }, (_, i) => classColour(i, 30));

test("thirty classes have thirty colours, and the first ten are those of ten classes", () => {
  assert.equal(new Set(thirty.map((colour) => css(colour))).size, 30);
  assert.deepEqual(thirty.slice(0, 10), ten);
});

for (const [name, paper] of Object.entries({ ...PAPER, black: [0, 0, 0] })) {
  test(`every class stands out by 3:1: ${name}`, () => {
    thirty.forEach((colour) => assert.ok(contrast(colour, paper) >= 3, `${css(colour)} ${contrast(colour, paper)}`));
  });
}

for (const [name, dark] of THEMES) {
  test(`a scale's lightness goes one way, away from the paper, in even steps: ${name}`, () => {
    const stops = Array.from({ length: 33 }, (_, i) => scaleColour(i / 32, dark));
    const lightness = stops.map((colour) => lab(linear(colour))[0]);
    lightness.slice(1).forEach((value, i) => assert.ok(dark ? value > lightness[i] : value < lightness[i]));
    const steps = stops.slice(1).map((colour, i) => apart(linear(colour), linear(stops[i])));
    assert.ok(Math.max(...steps) < 3.5 * Math.min(...steps)); // even in OKLab; L*a*b* stretches blue
    stops.forEach((colour) => assert.ok(contrast(colour, PAPER[name]) >= 3, css(colour)));
  });
}

test("points have the colours of their classes, and no class is grey", () => {
  const colours = classColours(Int32Array.of(3, 0, -1, 99), 10);
  assert.deepEqual([...colours.subarray(0, 6)], [...classColour(3, 10), ...classColour(0, 10)]);
  for (const i of [2, 3]) assert.deepEqual([...colours.subarray(3 * i, 3 * i + 3)], classColour(-1, 10));
});

test("points without classes are grey, as many as there are", () => {
  assert.deepEqual([...classColours(null, 0, 2)], [...classColour(-1, 0), ...classColour(-1, 0)]);
});

test("values at the ends of the range and beyond have the scale's ends, and what is no number is grey", () => {
  const colours = scaleColours(Float32Array.of(-9, 1, 2, 3, 99, NaN, Infinity, -Infinity), [1, 3], false);
  const at = (i) => [...colours.subarray(3 * i, 3 * i + 3)];
  assert.deepEqual([at(0), at(1), at(7)], [scaleColour(0, false), scaleColour(0, false), scaleColour(0, false)]);
  assert.deepEqual([at(3), at(4), at(6)], [scaleColour(1, false), scaleColour(1, false), scaleColour(1, false)]);
  assert.deepEqual(at(5), scaleColour(NaN, false));
  assert.ok(at(2).every((value, i) => Math.abs(value - scaleColour(0.5, false)[i]) <= 2));
});

test("equal values have the scale's middle", () => {
  const [middle] = [scaleColour(128 / 255, true)];
  assert.deepEqual([...scaleColours([4, 4], [4, 4], true)], [...middle, ...middle]);
});

test("a legend's bar starts and ends as the scale does", () => {
  const stops = scaleStops(false).match(/#[0-9a-f]{6}/g);
  assert.equal(stops[0], css(scaleColour(0, false)));
  assert.equal(stops.at(-1), css(scaleColour(1, false)));
});

test("a range leaves out one value in a hundred on each side, and all that are no numbers", () => {
  const values = Float32Array.from({ length: 1001 }, (_, i) => (i * 617) % 1001);
  assert.deepEqual(robustRange(values), [10, 990]);
  assert.deepEqual(robustRange([...values, NaN, Infinity, -Infinity]), [10, 990]);
  assert.deepEqual(robustRange([5]), [5, 5]);
  assert.deepEqual(robustRange([NaN]), [0, 1]);
});
