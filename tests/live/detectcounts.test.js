import assert from "node:assert/strict";
import { test } from "node:test";
import { ascending, atPrice, auroc, bestBalance, countsAt, nearestOn, percentile, picked, ranked, rocOf } from "../../assets/live/detect/plots/counts.js";

/** Numbers that are the same each time: a linear congruential generator. */
function random(seed) {
  let state = seed;
  return () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
}

/** Scores with many ties, and some that are no numbers. */
function scores(n, seed, shift = 0) {
  const next = random(seed);
  return Float32Array.from({ length: n }, (_, i) => (i % 17 === 5 ? NaN : Math.round(12 * next()) / 4 + shift));
}
const [normal, unusual] = [scores(90, 1), scores(70, 2, 0.75)];
const sorted = [ascending(normal), ascending(unusual)];
const finite = (values) => [...values].filter(Number.isFinite);

test("the counts at a threshold are those of looking at each image", () => {
  for (const threshold of [-1, 0, 0.25, 1, 1.1, 2, 3.75, 9]) {
    const called = (values) => finite(values).filter((value) => value >= threshold).length;
    assert.deepEqual(countsAt(...sorted, threshold), {
      found: called(unusual), missed: finite(unusual).length - called(unusual), alarms: called(normal), passed: finite(normal).length - called(normal),
    });
  }
});

test("the area is the share of pairs in which the unusual image has the higher score, a tie counting half", () => {
  let won = 0;
  for (const a of finite(normal)) for (const b of finite(unusual)) won += b > a ? 1 : b === a ? 0.5 : 0;
  assert.ok(Math.abs(auroc(...sorted) - won / (finite(normal).length * finite(unusual).length)) < 1e-12);
});

test("the area under the drawn curve is that area, and it goes from nothing to everything and never back", () => {
  const { alarms, found, thresholds } = rocOf(...sorted);
  let area = 0;
  for (let i = 1; i < alarms.length; i += 1) {
    area += ((alarms[i] - alarms[i - 1]) * (found[i] + found[i - 1])) / 2;
    assert.ok(alarms[i] >= alarms[i - 1] && found[i] >= found[i - 1] && thresholds[i] < thresholds[i - 1]);
  }
  assert.ok(Math.abs(area - auroc(...sorted)) < 1e-12);
  assert.deepEqual([alarms[0], found[0], alarms.at(-1), found.at(-1)], [0, 0, 1, 1]);
});

test("to exchange the two groups turns the curve about the diagonal", () => {
  assert.ok(Math.abs(auroc(...sorted) + auroc(sorted[1], sorted[0]) - 1) < 1e-12);
});

test("an empty group has no area, and its curve harms nothing", () => {
  const none = new Float64Array(0);
  assert.equal(auroc(none, sorted[1]), null);
  assert.equal(auroc(sorted[0], none), null);
  for (const groups of [[none, none], [none, sorted[1]], [sorted[0], none]]) {
    const curve = rocOf(...groups);
    assert.ok(curve.thresholds.every(Number.isFinite));
    assert.ok(Number.isFinite(curve.thresholds[atPrice(curve, 0.05)]) && Number.isFinite(curve.thresholds[bestBalance(curve)]));
  }
});

test("a threshold for a price never costs more, and none with that price finds more", () => {
  const curve = rocOf(...sorted);
  for (const share of [0, 0.01, 0.05, 0.1, 0.5, 1]) {
    const at = atPrice(curve, share);
    assert.ok(curve.alarms[at] <= share + 1e-9);
    for (let i = 0; i < curve.alarms.length; i += 1) if (curve.alarms[i] <= share + 1e-9) assert.ok(curve.found[i] <= curve.found[at]);
  }
});

test("the thresholds of a curve give its shares also when an address has rounded them", () => {
  const curve = rocOf(...sorted);
  curve.thresholds.forEach((threshold, i) => {
    const { found, missed, alarms, passed } = countsAt(...sorted, Number(threshold.toPrecision(6)));
    assert.equal(found / (found + missed), curve.found[i]);
    assert.equal(alarms / (alarms + passed), curve.alarms[i]);
  });
});

test("the best balance has the largest difference of finds and false alarms", () => {
  const curve = rocOf(...sorted);
  const differences = Array.from(curve.found, (found, i) => found - curve.alarms[i]);
  assert.ok(Math.abs(differences[bestBalance(curve)] - Math.max(...differences)) < 1e-12);
});

test("where all scores are equal a threshold lies above all or below all", () => {
  const same = Float64Array.from([2, 2, 2]);
  assert.equal(auroc(same, same), 0.5);
  const { thresholds, found } = rocOf(same, same);
  assert.equal(thresholds.length, 2);
  assert.ok(thresholds[0] > 2 && thresholds[1] < 2);
  assert.deepEqual([...found], [0, 1]);
});

test("the nearest place on the curve is the nearest", () => {
  const curve = rocOf(...sorted);
  const at = nearestOn(curve, curve.alarms[5], curve.found[5]);
  assert.deepEqual([curve.alarms[at], curve.found[at]], [curve.alarms[5], curve.found[5]]);
});

test("a percentile counts what is lower, and equal ones half", () => {
  const group = Float64Array.from([1, 2, 2, 3]);
  assert.deepEqual([0, 1, 2, 2.5, 3, 9].map((value) => percentile(group, value)), [0, 0.125, 0.5, 0.75, 0.875, 1]);
  assert.equal(percentile(new Float64Array(0), 1), null);
  assert.equal(percentile(group, NaN), null);
});

test("the worst mistakes are mistakes, the worst first", () => {
  const order = ranked(normal, unusual);
  assert.equal(order.length, sorted[0].length + sorted[1].length);
  for (const threshold of [-1, 0.8, 1.6, 99]) {
    const { alarms, missed } = picked(order, threshold, 6);
    assert.ok(alarms.every(({ group, score }) => group === "normal" && score >= threshold));
    assert.ok(missed.every(({ group, score }) => group === "unusual" && score < threshold));
    const falling = (list) => list.every(({ score }, i) => i === 0 || score <= list[i - 1].score);
    assert.ok(falling(alarms) && falling([...missed].reverse()));
  }
  assert.deepEqual(picked([], 1, 6), { alarms: [], missed: [] });
});
