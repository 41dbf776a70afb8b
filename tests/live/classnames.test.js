import assert from "node:assert/strict";
import test from "node:test";

import { apart, besideEachOther, densest } from "../../assets/live/shared/draw/classnames.js";

let seed = 7;
const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** Points of classes, each around places of its own: [[x, y, spread, how many], …] a class. */
function scattered(classes) {
  const xy = [];
  const members = classes.map((heaps) => {
    const first = xy.length / 2;
    for (const [x, y, spread, n] of heaps) for (let i = 0; i < n; i += 1) xy.push(x + spread * normal(), y + spread * normal());
    return Array.from({ length: xy.length / 2 - first }, (_, i) => first + i);
  });
  return { xy: Float32Array.from(xy), members };
}

test("a class is named at its densest place, and not in the middle between two", () => {
  const { xy, members } = scattered([[[0, 0, 0.3, 200], [10, 0, 0.3, 60]], [[5, 8, 0.3, 100]]]);
  const [two, one] = densest(xy, members);
  assert.ok(Math.hypot(two.x, two.y) < 0.3, `${two.x} ${two.y}`);
  assert.ok(Math.hypot(one.x - 5, one.y - 8) < 0.3);
  assert.ok(two.weight > one.weight);
});

test("of two dense places the one is taken that is the class's own", () => {
  const { xy, members } = scattered([[[0, 0, 0.3, 120], [10, 0, 0.3, 100]], [[0, 0, 0.3, 110]]]);
  const [both] = densest(xy, members);
  assert.ok(Math.hypot(both.x - 10, both.y) < 0.5);
});

test("a class that is scattered among others has no name, nor one that is never by itself", () => {
  const { xy, members } = scattered([[[0, 0, 1, 400]], [[0, 0, 1, 40]], [[9, 9, 0.2, 50]]]);
  const [large, small, alone] = densest(xy, members);
  assert.ok(large && alone);
  assert.equal(small, null);
  const even = Float32Array.from({ length: 4000 }, uniform);
  assert.deepEqual(densest(even, [Array.from({ length: 2000 }, (_, i) => i)]), [null]);
});

test("points without a place, empty classes and one single place do no harm", () => {
  const [one, none] = densest(Float32Array.of(2, 3, NaN, 0, 2, 3), [[0, 1, 2], []]);
  assert.deepEqual([one.x, one.y, one.weight], [2, 3, 2]);
  assert.equal(none, null);
  assert.deepEqual(densest(new Float32Array(0), [[]]), [null]);
});

test("of names in one heap the first alone is written, where that is asked for", () => {
  const name = { x: 0, y: 0, width: 20, height: 10 };
  assert.deepEqual(apart([name, { ...name, x: 2 }], 0), [1, 0]);
  assert.deepEqual(apart([name, { ...name, x: 200 }, { ...name, x: 201 }], 0), [1, 1, 0]);
});

test("names that would lie on each other stand beside each other, near to where they belong, and the first stays", () => {
  const names = Array.from({ length: 9 }, (_, i) => ({ x: 3 * (i % 3), y: 2 * i, width: 20 + 12 * (i % 2), height: 22 }));
  const placed = besideEachOther(names);
  assert.deepEqual(placed[0], { x: names[0].x, y: names[0].y, aside: false });
  placed.forEach((a, i) => {
    assert.ok(Math.hypot(a.x - names[i].x, a.y - names[i].y) <= 3.5 * 22);
    placed.slice(0, i).forEach((b, j) => {
      const clear = [2 * Math.abs(a.x - b.x) - names[i].width - names[j].width, 2 * Math.abs(a.y - b.y) - names[i].height - names[j].height];
      assert.ok(Math.max(...clear) >= -1e-9, `${i} lies on ${j}`);
    });
  });
  const far = { x: 500, y: 0, width: 20, height: 22 };
  assert.deepEqual(besideEachOther([...names, far]).at(-1), { x: 500, y: 0, aside: false });
  assert.ok(besideEachOther(Array.from({ length: 200 }, () => names[0])).includes(null));
});
