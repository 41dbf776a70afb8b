import assert from "node:assert/strict";
import { test } from "node:test";
import { percent } from "../../assets/live/shared/words/numbers.js";
import { speakStrength } from "../../assets/live/shared/space/directionpanel.js";
import { letterOf } from "../../assets/live/shared/space/grouppanel.js";
import { applied, direction, summary } from "../../assets/live/shared/space/groups.js";
import { draw } from "../../assets/live/shared/space/normal.js";
import { cells } from "../../assets/live/map/table.js";

const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);
const range = (start, end) => Array.from({ length: end - start }, (_, i) => start + i);

function generator(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Two clouds of `n` points each, normal with standard deviations `sd`, the second one moved by `shift`. */
function clouds(n, sd, shift, seed = 3) {
  const random = generator(seed);
  const dims = sd.length;
  const mean = Float32Array.from(draw(2 * n * dims, random), (value, i) => value * sd[i % dims] + (i >= n * dims ? shift[i % dims] : 0));
  return { codes: { dims, centre: mean, labels: null }, a: range(0, n), b: range(n, 2 * n) };
}

test("a group's summary is that of its points alone", () => {
  const codes = { dims: 2, centre: Float32Array.of(0, 0, 2, 0, 0, 4, 2, 4, 99, 99), labels: Int32Array.of(3, 1, 3, 3, 1) };
  const told = summary([0, 1, 2, 3], codes);
  assert.equal(told.count, 4);
  assert.deepEqual(told.mix, [{ label: 3, count: 3 }, { label: 1, count: 1 }]);
  assert.deepEqual([...told.mean], [1, 2]);
  near(told.spread, Math.sqrt(5), 1e-6);
  near(told.sd[0], Math.sqrt(4 / 3), 1e-6);
  near(told.sd[1], Math.sqrt(16 / 3), 1e-6);
  near(told.radius, Math.sqrt(5), 1e-6);
});

test("one point is a group without any spread, and points without labels have no mix", () => {
  const told = summary([1], { dims: 2, centre: Float32Array.of(0, 0, 2, 5), labels: null });
  assert.deepEqual([[...told.mean], [...told.sd], told.spread, told.radius, told.mix], [[2, 5], [0, 0], 0, 0, []]);
});

test("95 of a hundred points lie within the radius", () => {
  const { codes, a } = clouds(2000, [1, 1, 1], [0, 0, 0]);
  const { mean, radius } = summary(a, codes);
  const within = a.filter((i) => Math.hypot(...mean.map((value, k) => codes.centre[3 * i + k] - value)) <= radius).length;
  assert.equal(within, 1900);
});

test("the strength along an axis is Cohen's d of that coordinate", () => {
  const codes = { dims: 1, centre: Float32Array.of(1, 2, 3, 6, 8, 10, 12) };
  // By hand: means 2 and 9, variances 1 and 20/3, pooled (2 * 1 + 3 * 20/3) / 5 = 4.4.
  const told = direction([0, 1, 2], [3, 4, 5, 6], codes);
  near(told.strength, 7 / Math.sqrt(4.4), 1e-6);
  assert.equal(told.length, 7);
});

test("two clouds four standard deviations apart are told so, and random directions are weaker", () => {
  const { codes, a, b } = clouds(3000, [1, 2, 1, 1, 1, 1, 1, 1], [0, 8, 0, 0, 0, 0, 0, 0]);
  const told = direction(a, b, codes);
  near(told.strength, 4, 0.1);
  near(told.vector[1], 8, 0.15);
  assert.ok(told.random.median < told.random.p95 && told.random.p95 < told.strength);
  assert.ok(told.exceeds > 0.9);
  assert.ok(told.chance < 0.2);
});

test("random directions are as strong as theory has it", () => {
  // In an isotropic space the strength along a random direction is d |cos|; its median in two dimensions d cos 45°.
  const { codes, a, b } = clouds(20_000, [1, 1], [5, 0]);
  near(direction(a, b, codes).random.median, 5 * Math.SQRT1_2, 0.4);
});

test("a direction turned round has the same strength and the opposite vector", () => {
  const { codes, a, b } = clouds(50, [1, 2, 3], [1, 1, 1]);
  const [there, back] = [direction(a, b, codes), direction(b, a, codes)];
  near(there.strength, back.strength, 1e-9);
  assert.deepEqual([...there.vector], [...back.vector].map((value) => -value));
  assert.deepEqual(there.random, direction(a, b, codes).random); // always the same directions
});

test("no scale changes a strength", () => {
  const { codes, a, b } = clouds(80, [1, 2, 3], [2, 1, 0]);
  const larger = { ...codes, centre: codes.centre.map((value) => 8 * value) };
  near(direction(a, b, codes).strength, direction(a, b, larger).strength, 1e-6);
});

test("what small groups differ by through chance is told as large as it is", () => {
  for (const [n, sd] of [[12, Array(16).fill(1)], [40, [3, 1, 1, 0.2]]]) {
    const runs = range(1, 60).map((seed) => {
      const { codes, a, b } = clouds(n, sd, sd.map(() => 0), seed);
      return direction(a, b, codes);
    });
    const median = (values) => values.sort((x, y) => x - y)[30];
    const [found, told] = [median(runs.map(({ strength }) => strength)), median(runs.map(({ chance }) => chance))];
    near(told / found, 1, 0.35);
  }
});

test("groups that are the same, single or all of one code have no strength, and say why", () => {
  const codes = { dims: 2, centre: Float32Array.of(0, 0, 1, 1, 1, 1, 0, 0) };
  const said = (a, b) => speakStrength(direction(a, b, codes), "A", "B").join("");
  assert.match(said([0, 1], [0, 1]), /same mean code/);
  assert.match(said([0], [1]), /too few/);
  assert.match(said([0, 3], [1, 2]), /too few/);
});

test("a strength is said with what it is held against", () => {
  const told = { length: 3, strength: 3.94, random: { median: 0.5, p95: 1.234 }, exceeds: 1, chance: 0.2 };
  assert.equal(speakStrength(told, "A", "B").join(""), "3.94 standard deviations apart, more than along all 200 random directions (95 % of them: below 1.23).");
  assert.match(speakStrength({ ...told, exceeds: 0.995, chance: 3 }, "A", "B")[1], /> 99 % of 200.*Careful: groups this small differ by about 3\.00 by chance alone\./);
});

test("once along the direction, the mean of the first group is that of the second", () => {
  const { codes, a, b } = clouds(30, [1, 1], [3, -2]);
  const moved = applied(summary(a, codes).mean, direction(a, b, codes).vector, 1);
  summary(b, codes).mean.forEach((value, k) => near(moved[k], value, 1e-5));
});

test("shares are never all or nothing where they are not", () => {
  assert.deepEqual([0, 0.001, 0.5, 0.999, 1].map(percent), ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]);
});

test("letters go on after Z", () => {
  assert.deepEqual([0, 25, 26, 27, 701, 702].map(letterOf), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
});

test("a row of the table holds number, class, distance, −ELBO and four coordinates", () => {
  const codes = { dims: 5, centre: Float32Array.of(0, 0, 0, 0, 0, 1, -2, 3, 4, 5), labels: Int32Array.of(0, 1), classes: ["a", "<b>"], cost: Float32Array.of(1, 101.4) };
  assert.deepEqual(cells({ index: 1, distance: 0.25 }, codes), ["1", "<b>", "0.25", "101", "1.00", "−2.00", "3.00", "4.00"]);
  assert.deepEqual(cells({ index: 1, distance: 0.25 }, { ...codes, dims: 2, labels: null }), ["1", "0.25", "101", "0.00", "0.00"]);
});

test("a direction is found in as many dimensions as a model may have", () => {
  const { codes, a, b } = clouds(4, Array(512).fill(1), Array(512).fill(3));
  near(direction(a, b, codes).length, 3 * Math.sqrt(512), 12);
});
