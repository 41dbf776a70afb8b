import assert from "node:assert/strict";
import { test } from "node:test";
import { axisOf, binOf, binned, isCrowded, scoreAt, shareOf } from "../../assets/live/detect/plots/bins.js";
import { ascending, rocOf } from "../../assets/live/detect/plots/counts.js";
import { awayOf, errorsOf, heatColour, heatPicture, roundTop, topOf } from "../../assets/live/detect/plots/heat.js";
import { PAGE, detectSheet, histogramParts, plannedHistogram, plannedRoc, rocParts, rocPath } from "../../assets/live/detect/plots/plot.js";

const values = Float64Array.from({ length: 200 }, (_, i) => 10 + i / 10);

test("every score is in a bin, and the shares of a group are one together", () => {
  for (const log of [false, true]) {
    const axis = axisOf(values, log);
    const { counts, shares, members } = binned(values, axis, 37);
    assert.equal(counts.reduce((a, b) => a + b), values.length);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
    members.forEach((all, bin) => all.forEach((i) => assert.equal(binOf(axis, 37, values[i]), bin)));
  }
});

test("a place on an axis is the score it came from", () => {
  for (const log of [false, true]) {
    const axis = axisOf(values, log);
    for (const share of [0, 0.1, 0.5, 0.99, 1]) assert.ok(Math.abs(shareOf(axis, scoreAt(axis, share)) - share) < 1e-9);
    assert.ok(axis.low < values[0] && axis.high > values.at(-1));
  }
});

test("a few scores far out do not press the rest together: they are in the last bin", () => {
  const axis = axisOf(Float64Array.from([...values, 900, 1000]));
  assert.ok(axis.open && axis.high < 100);
  assert.equal(binOf(axis, 20, 1000), 19);
  assert.ok(!axisOf(Float64Array.from([...values, 900, 1000]), true).open);
});

test("scores of 0 and below have no logarithm, and the axis says so", () => {
  const axis = axisOf(Float64Array.from([-1, 0, 4]), true);
  assert.deepEqual([axis.log, axis.positive], [false, false]);
});

test("a group that would be a single bar is found out, and a few scores are not such a group", () => {
  const small = values.map((value) => value / 1000);
  const axis = axisOf(ascending([...small, ...values]));
  assert.deepEqual([small, values, small.subarray(0, 5)].map((group) => isCrowded(group, axis)), [true, false, false]);
  assert.ok(!isCrowded(small, axisOf(ascending([...small, ...values]), true)));
});

test("where all scores are one, or there are none, there is an axis all the same", () => {
  for (const all of [[3, 3, 3], [0], [-2, -2], []]) {
    const axis = axisOf(Float64Array.from(all));
    assert.ok(axis.high > axis.low);
    if (all.length) assert.ok(shareOf(axis, all[0]) > 0 && shareOf(axis, all[0]) < 1);
  }
});

test("scores that are no numbers are in no bin", () => {
  const { counts } = binned(Float32Array.from([1, NaN, 2, Infinity]), axisOf(Float64Array.from([1, 2])), 4);
  assert.equal(counts.reduce((a, b) => a + b), 2);
});

test("the histogram and the curve are drawn without a number that is none, also of nothing", () => {
  const none = new Float64Array(0);
  for (const [normal, unusual] of [[values, values.map((value) => value + 3)], [values, none], [none, none]]) {
    for (const logShares of [false, true]) {
      const axis = axisOf(ascending([...normal, ...unusual]));
      const groups = { normal: binned(normal, axis, 20), unusual: binned(unusual, axis, 20) };
      const plan = plannedHistogram({ axis, ...groups, width: 600, height: 240, name: "<score>", logShares });
      const curve = plannedRoc(rocOf(ascending(normal), ascending(unusual)), 300, 300);
      const drawn = histogramParts(plan, PAGE) + rocParts(curve, PAGE);
      assert.ok(!/NaN|Infinity|undefined/.test(drawn), drawn.match(/.{30}(NaN|Infinity|undefined)/)?.[0]);
      assert.ok(!drawn.includes("<score>"));
    }
  }
});

test("points that do not bend the curve are left out of its path", () => {
  const apart = rocOf(values, values.map((value) => value + 100));
  assert.equal(rocPath(plannedRoc(apart, 300, 300)).match(/[ML]/g).length, 3);
});

test("the sheet is a whole document with both drawings, and no other page's words are markup in it", () => {
  const axis = axisOf(values);
  const sheet = detectSheet({
    histogram: { axis, normal: binned(values, axis, 20), unusual: binned(values, axis, 20), name: "Score", logShares: false },
    roc: rocOf(values, values), threshold: 15, point: [0.5, 0.5], title: "<b>model</b>", protocol: "a & b", words: "Finds all", names: ["normal", "<unusual>"],
  });
  assert.match(sheet, /^<svg [^>]*xmlns/);
  assert.ok(!sheet.includes("<b>") && !sheet.includes("<unusual>") && !/NaN|undefined/.test(sheet));
  assert.equal((sheet.match(/<g transform/g) ?? []).length, 2);
});

test("the error of each pixel is squared, the mean over its colours", () => {
  const errors = errorsOf(Uint8Array.from([255, 0, 0, 51, 51, 51]), Uint8Array.from([0, 0, 0, 51, 51, 0]), [1, 2, 3]);
  assert.ok(Math.abs(errors[0] - 1 / 3) < 1e-6 && Math.abs(errors[1] - 0.04 / 3) < 1e-6);
});

test("the heat's scale ends at a round number that holds all errors, and gets lighter all the way", () => {
  assert.deepEqual([[0], [0.003], [0.3], [0.5], [0.51], [1]].map((errors) => topOf(Float32Array.from(errors))), [0.005, 0.005, 0.5, 0.5, 1, 1]);
  const lightness = (share) => heatColour(share).reduce((sum, value, i) => sum + [0.2126, 0.7152, 0.0722][i] * value, 0);
  for (let share = 0.01; share <= 1; share += 0.01) assert.ok(lightness(share) >= lightness(share - 0.01));
  assert.deepEqual([...heatPicture(Float32Array.from([0, 0.5]), 0.5)], [...heatColour(0), ...heatColour(1)]);
});

test("a curve's errors are how far each number is away, and their scale ends at the next of 1, 2 or 5 in any unit", () => {
  assert.deepEqual([...awayOf(Float32Array.of(1, -2, 0.5), Float32Array.of(0.5, 1, 0.5))], [0.5, 3, 0]);
  assert.deepEqual([0.29, 0.5, 0.51, 1, 1.01, 7, 0.00042, 340].map(roundTop), [0.5, 0.5, 1, 1, 2, 10, 0.0005, 500]);
  assert.equal(roundTop(0), 1);
  for (let most = 1e-9; most < 1e9; most *= 1.7) assert.ok(roundTop(most) >= most * (1 - 1e-6) && roundTop(most) < 2.6 * most);
});
