import assert from "node:assert/strict";
import { test } from "node:test";
import { THIN, TRUTH, areaOf, bent, gap, logDensity, patch, straightest } from "../../assets/live/learn/lessons/bend/banana.js";

const BELLS = [TRUTH, { wide: 1, low: 0, bend: 0 }, { wide: 0.5, low: -0.3, bend: 1.2 }, { wide: 1.6, low: 1, bend: -0.5 }];
const near = (a, b, within) => assert.ok(Math.abs(a - b) <= within, `${a} against ${b}`);

test("a bell holds all there is at every bend, within two in a thousand", () => {
  for (const bell of BELLS) {
    let sum = 0;
    for (let a = -9; a < 9; a += 0.03) for (let b = -4; b < 4; b += 0.03) sum += Math.exp(logDensity(bell, bent(bell, [a, b]))) * 0.03 ** 2;
    near(sum, 1, 2e-3);
  }
});

test("the patch keeps its area, and the gap is 0 where the bell is the truth and above 0 elsewhere", () => {
  for (const bell of BELLS) near(areaOf(patch(bell)), 0.36, 1e-3);
  near(gap(TRUTH), 0, 1e-12);
  for (const bell of BELLS.slice(1)) assert.ok(gap(bell) > 0.1);
  near(gap({ ...TRUTH, low: TRUTH.low + 0.1 }), 0.1 ** 2 / (2 * THIN ** 2), 1e-4);
});

test("no straight bell around leaves less than the best one, and bent the gap is below a tenth of that", () => {
  const best = straightest();
  for (const wide of [-0.05, 0, 0.05]) {
    for (const low of [-0.05, 0, 0.05]) assert.ok(gap(best) <= gap({ wide: best.wide + wide, low: best.low + low, bend: 0 }) + 1e-3);
  }
  assert.ok(gap(TRUTH) < 0.1 * gap(best));
});
