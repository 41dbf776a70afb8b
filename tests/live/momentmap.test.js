import assert from "node:assert/strict";
import { test } from "node:test";
import { toScreen } from "../../assets/live/shared/draw/camera.js";
import { apart, membersOf, middles } from "../../assets/live/shared/draw/classnames.js";
import { besideCursor, cameraFor } from "../../assets/live/train/time/map.js";

test("a camera shows a whole box, in the middle, and no larger than it fits", () => {
  const box = { left: -2, right: 4, bottom: -1, top: 1 };
  for (const [width, height] of [[600, 100], [100, 600], [300, 300]]) {
    const camera = cameraFor(box, width, height);
    const [[x0, y1], [x1, y0]] = [toScreen(camera, box.left, box.bottom), toScreen(camera, box.right, box.top)];
    assert.ok(x0 >= -1e-9 && y0 >= -1e-9 && x1 <= width + 1e-9 && y1 <= height + 1e-9);
    assert.ok(Math.abs(x0 + x1 - width) < 1e-9 && Math.abs(y0 + y1 - height) < 1e-9);
    assert.ok(Math.abs(x1 - x0 - width) < 1e-9 || Math.abs(y1 - y0 - height) < 1e-9);
  }
});

test("a box of no size has a camera all the same", () => {
  const camera = cameraFor({ left: 1, right: 1, bottom: 2, top: 2 }, 300, 200);
  assert.deepEqual(toScreen(camera, 1, 2), [150, 100]);
});

test("each point is a member of one class, those without one come first", () => {
  const members = membersOf(Int32Array.of(2, 0, -1, 2, 0), 5);
  assert.deepEqual([...members], [[-1, [2]], [0, [1, 4]], [2, [0, 3]]]);
  assert.deepEqual([...membersOf(null, 3)], [[-1, [0, 1, 2]]]);
});

test("a class's middle is the mean of its finite points", () => {
  const points = Float32Array.of(0, 0, 4, 2, NaN, 1, 9, 9);
  assert.deepEqual(middles(points, [[0, 1, 2], [3], [2], []]), [{ x: 2, y: 1 }, { x: 9, y: 9 }, null, null]);
});

test("of two names that lie on each other the second is not there, in a heap neither, and they appear as they part", () => {
  const names = (gap) => [0, gap].map((x) => ({ x, y: 0, width: 20, height: 10 }));
  assert.deepEqual(apart(names(0)), [0, 0]);
  assert.deepEqual(apart(names(19)), [1, 0]);
  assert.deepEqual(apart(names(60)), [1, 1]);
  let before = [0, 0];
  for (let gap = 0; gap < 60; gap += 1) {
    const opacity = apart(names(gap));
    opacity.forEach((one, i) => assert.ok(Math.abs(one - before[i]) < 0.2));
    assert.ok(opacity[0] >= before[0] && (gap > 20 || opacity[0] + opacity[1] <= 1 + 1e-9));
    before = opacity;
  }
  assert.deepEqual(apart([{ x: 0, y: 0, width: 20, height: 10 }]), [1]);
});

test("a name that is left out takes no other's place", () => {
  const at = (x) => ({ x, y: 0, width: 20, height: 10 });
  assert.deepEqual(apart([at(0), at(16), at(32)]), [1, 0, 1]);
});

test("a name far from two that lie on each other is there", () => {
  const at = (x) => ({ x, y: 0, width: 20, height: 10 });
  assert.deepEqual(apart([at(0), at(3), at(200)]), [0, 0, 1]);
});

test("the picture lies beside the cursor, never on it and never outside the map", () => {
  const map = { width: 300, height: 200 };
  for (let x = 0; x <= 300; x += 10) {
    for (let y = 0; y <= 200; y += 10) {
      const [left, top] = besideCursor(x, y, 60, 50, map);
      assert.ok(left >= 0 && top >= 0 && left + 60 <= 300 && top + 50 <= 200, `${left} ${top}`);
      assert.ok(left > x || left + 60 < x || top > y || top + 50 < y);
    }
  }
});

test("a hand's width on, the picture is still on the same side", () => {
  const sides = Array.from({ length: 200 }, (_, x) => besideCursor(x, 100, 60, 50, { width: 300, height: 200 })[0] > x);
  assert.ok(sides.every(Boolean));
});
