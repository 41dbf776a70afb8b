import assert from "node:assert/strict";
import { Pair } from "../../assets/live/map/hand/pair.js";
import { test } from "node:test";
import { inPolygon, select } from "../../assets/live/shared/space/groups.js";
import { Lasso } from "../../assets/live/shared/space/groups.js";

const circle = (radius, n = 200) => Array.from({ length: n }, (_, i) => [radius * Math.cos((2 * Math.PI * i) / n), radius * Math.sin((2 * Math.PI * i) / n)]);

test("a lasso keeps the way of the pointer, without the steps that no eye sees", () => {
  const lasso = new Lasso();
  lasso.begin(100, 100);
  for (const [x, y] of circle(100, 5000)) lasso.move(100 + x, 100 + y);
  const polygon = lasso.end();
  assert.ok(polygon.length < 300);
  assert.ok(inPolygon(polygon, [100, 100]) && inPolygon(polygon, [30, 100]) && !inPolygon(polygon, [-10, 100]));
});

test("a click, and a click by a hand that trembles, is no lasso", () => {
  const lasso = new Lasso();
  lasso.begin(50, 50);
  assert.equal(lasso.end(), null);
  lasso.begin(50, 50);
  for (const [x, y] of [[53, 50], [50, 53], [53, 53], [50, 50]]) lasso.move(x, y);
  assert.equal(lasso.end(), null);
});

test("a lasso that was ended leaves nothing for the next", () => {
  const lasso = new Lasso();
  assert.equal(lasso.end(), null);
  assert.equal(lasso.move(5, 5), false);
  lasso.begin(0, 0);
  lasso.move(90, 0);
  lasso.begin(10, 10);
  assert.deepEqual(lasso.path, [[10, 10]]);
});

test("a place is inside a polygon where a hand would say so, whatever the polygon's direction and dents", () => {
  const dented = [[0, 0], [10, 0], [10, 10], [5, 2], [0, 10]];
  for (const polygon of [dented, [...dented].reverse()]) {
    assert.ok(inPolygon(polygon, [1, 5]) && inPolygon(polygon, [9, 5]));
    assert.ok(!inPolygon(polygon, [5, 5]) && !inPolygon(polygon, [-1, 5]) && !inPolygon(polygon, [11, 5]));
  }
});

test("a circle's lasso holds the points nearer than its radius, and a point belongs to one of two neighbours only", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const xy = Float32Array.from({ length: 20_000 }, () => 4 * random() - 2);
  const polygon = circle(1);
  const inside = new Set(select(xy, polygon));
  for (let i = 0; i < xy.length / 2; i += 1) {
    const distance = Math.hypot(xy[2 * i], xy[2 * i + 1]);
    if (distance < 0.999) assert.ok(inside.has(i));
    if (distance > 1) assert.ok(!inside.has(i));
  }
  const [left, right] = [[[-2, -2], [0, -2], [0, 2], [-2, 2]], [[0, -2], [2, -2], [2, 2], [0, 2]]];
  const border = Float32Array.of(0, 0, 0, 1, 0, -1);
  assert.equal(select(border, left).length + select(border, right).length, 3);
});

test("points that are hidden or have no place are in no group, faint ones are", () => {
  const xy = Float32Array.of(0, 0, 0.1, 0.1, NaN, NaN, 0.2, 0.2);
  const square = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  assert.deepEqual([...select(xy, square)], [0, 1, 3]);
  assert.deepEqual([...select(xy, square, Uint8Array.of(2, 0, 2, 1))], [0, 3]);
  assert.deepEqual([...select(new Float32Array(0), square)], []);
});

test("the lasso stays in the hand until two groups are drawn, and says what comes next", () => {
  const said = [];
  const pair = new Pair((sentence) => said.push(sentence));
  pair.arm(true);
  pair.arm(true); // it is there already
  assert.equal(pair.drawn(), true);
  assert.equal(pair.drawn(), false);
  assert.equal(pair.isArmed, false);
  assert.equal(said.length, 3);
  assert.match(said[1], /second/);
  assert.equal(said[2], "");
  pair.arm(true);
  pair.drawn();
  pair.arm(false); // put away
  pair.arm(true);
  assert.equal(pair.drawn(), true); // two are to come again
});
