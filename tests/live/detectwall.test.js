import assert from "node:assert/strict";
import { test } from "node:test";
import { GAP, cornerOf, countBelow, cutAt, evenly, isWrong, lineBefore, plannedWall, shownBelow, thingAt, thresholdAfter } from "../../assets/live/detect/plots/wallplan.js";

const SIZE = { width: 840, height: 330, aspect: 1, least: 28, most: 64 };

test("few things hang there all and large, many as small as can be seen, and then some are left out", () => {
  const few = plannedWall({ ...SIZE, n: 12 });
  assert.equal(few.shown, 12);
  assert.equal(few.wide, 64);
  const many = plannedWall({ ...SIZE, n: 5000 });
  assert.equal(many.wide, 28);
  assert.ok(many.shown < 5000 && many.shown === many.columns * many.rows);
  for (const n of [0, 1, 7, 40, 90, 300, 700]) {
    const plan = plannedWall({ ...SIZE, n });
    assert.ok(plan.rows * plan.down <= SIZE.height && plan.columns * plan.across <= SIZE.width + 1e-9, `${n} fit`);
    assert.ok(plan.wide === 28 || plan.shown === n);
    assert.ok(plan.across >= plan.wide + GAP);
  }
});

test("curves are wider than high", () => {
  const plan = plannedWall({ ...SIZE, n: 1000, aspect: 80 / 112, least: 62 });
  assert.deepEqual([plan.wide, plan.high], [62, 44]);
});

test("those that are shown are taken evenly by rank", () => {
  assert.deepEqual([...evenly(5, 5)], [0, 1, 2, 3, 4]);
  const places = [...evenly(1000, 137)];
  assert.equal(new Set(places).size, 137);
  const steps = places.slice(1).map((place, i) => place - places[i]);
  assert.ok(Math.max(...steps) - Math.min(...steps) <= 1 && places[0] < 8 && places.at(-1) >= 992);
});

test("each thing is found where it hangs, and none between the last and the wall's end", () => {
  const plan = plannedWall({ ...SIZE, n: 95 });
  for (let i = 0; i < plan.shown; i += 1) {
    const [x, y] = cornerOf(plan, i);
    assert.equal(thingAt(plan, x + plan.wide / 2, y + plan.high / 2), i);
  }
  assert.equal(thingAt(plan, -1, 5), -1);
  assert.equal(thingAt(plan, plan.columns * plan.across - 2, plan.rows * plan.down - 2), plan.shown % plan.rows ? -1 : plan.shown - 1);
});

test("the line parts the wall where the pointer is, and all things before it lie on its left", () => {
  const plan = plannedWall({ ...SIZE, n: 5000 });
  assert.equal(cutAt(plan, -50, 0), 0);
  assert.equal(cutAt(plan, 5000, 5000), plan.shown);
  for (const cut of [0, 1, plan.rows - 1, plan.rows, 3 * plan.rows + 2, plan.shown]) {
    const corners = lineBefore(plan, cut);
    assert.equal(corners[0][1], 0);
    assert.equal(corners.at(-1)[1], plan.rows * plan.down);
    const xAt = (y) => (corners.length > 2 && y < corners[1][1] ? corners[0][0] : corners.at(-1)[0]);
    for (let i = 0; i < plan.shown; i += 1) {
      const [x, y] = cornerOf(plan, i);
      assert.equal(x + plan.wide / 2 < xAt(y + plan.high / 2), i < cut, `${i} at ${cut}`);
    }
  }
});

const order = [0.1, 0.2, 0.2, 0.5, 0.9].map((score) => ({ score }));
const ENDS = { low: 0, high: 1 };

test("a threshold after so many things leaves so many below it, but never parts equal scores", () => {
  for (const below of [0, 1, 3, 4, 5]) assert.equal(countBelow(order, thresholdAfter(order, below, ENDS)), below);
  assert.equal(countBelow(order, thresholdAfter(order, 2, ENDS)), 1);
  assert.equal(thresholdAfter([], 3, ENDS), 0);
});

test("of the shown things as many lie below as have a rank below", () => {
  const places = Int32Array.of(1, 4, 7, 10);
  assert.deepEqual([0, 1, 2, 5, 10, 11].map((below) => shownBelow(places, below)), [0, 0, 1, 2, 3, 4]);
});

test("wrong are normal things that are called and unusual ones that pass; of somebody's own nobody knows", () => {
  assert.deepEqual([isWrong("normal", true, false), isWrong("normal", false, false)], [true, false]);
  assert.deepEqual([isWrong("unusual", true, false), isWrong("unusual", false, false)], [false, true]);
  assert.deepEqual([isWrong("unusual", false, true), isWrong("normal", true, true)], [false, true]);
});
