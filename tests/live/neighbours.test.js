import assert from "node:assert/strict";
import { test } from "node:test";
import { mix, Neighbours, Scan } from "../../assets/live/shared/space/neighbours.js";

let seed = 7;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Maps that a tree or a grid could stumble over. */
const MAPS = {
  "a cloud": Float32Array.from({ length: 3000 }, normal),
  "two clumps and a far outlier": Float32Array.from({ length: 2000 }, (_, i) => (i === 7 ? 1e6 : 0.001 * normal() + (i % 4 < 2 ? 0 : 5))),
  "a line": Float32Array.from({ length: 1000 }, (_, i) => (i % 2 ? 0 : normal())),
  "a lattice with many equal distances": Float32Array.from({ length: 800 }, (_, i) => (i % 2 ? Math.floor(i / 40) : (i / 2) % 20)),
  "half of all points at one place": Float32Array.from({ length: 1000 }, (_, i) => (i < 500 ? 1 : normal())),
  "all points at one place": new Float32Array(600).fill(2),
  "places that are not finite among others": Float32Array.from({ length: 900 }, (_, i) => (i % 7 === 0 ? [NaN, Infinity, -Infinity][i % 3] : normal())),
  "one point": Float32Array.of(1, 2),
};

/** All points by their distance, equally near ones by their number. */
function byHand(xy, x, y, mask) {
  const all = [];
  for (let i = 0; 2 * i < xy.length; i += 1) {
    const distance = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
    if (Number.isFinite(distance) && (!mask || mask[i])) all.push({ index: i, distance });
  }
  return all.sort((a, b) => a.distance - b.distance || a.index - b.index);
}

const places = (xy) => [[0, 0], [xy[0], xy[1]], [normal(), normal()], [3, -4], [1e7, 1e7], [2.5, 2.5]].filter(([x]) => Number.isFinite(x));

for (const [name, xy] of Object.entries(MAPS)) {
  test(`points that move are found as those that stand still, wherever they are by then: ${name}`, () => {
    const mask = Uint8Array.from({ length: xy.length / 2 }, (_, i) => Number(i % 3 > 0));
    let now = new Float32Array(xy.length);
    const scan = new Scan(() => now, mask);
    now = xy;
    for (const [x, y] of places(xy)) assert.deepEqual(scan.of(x, y, 5), new Neighbours(xy, mask).of(x, y, 5));
  });

  test(`the nearest points are those that brute force finds: ${name}`, () => {
    const neighbours = new Neighbours(xy);
    for (const [x, y] of places(xy)) {
      for (const k of [1, 5, 40]) {
        const [found, right] = [neighbours.of(x, y, k), byHand(xy, x, y).slice(0, k)];
        assert.equal(found.length, right.length);
        found.forEach(({ distance }, i) => assert.ok(Math.abs(distance - right[i].distance) <= 1e-9 * (1 + distance)));
        if (name.includes("cloud")) assert.deepEqual(found.map(({ index }) => index), right.map(({ index }) => index));
      }
      assert.equal(neighbours.nearest(x, y).index, neighbours.of(x, y, 1)[0].index);
    }
  });

  test(`the points in a box are those that lie in it, and few of them are always the same: ${name}`, () => {
    const neighbours = new Neighbours(xy);
    for (const box of [{ left: -1, right: 1, bottom: -0.5, top: 2 }, { left: 2, right: 2, bottom: 2, top: 2 }, { left: 9, right: 8, bottom: 0, top: 1 }]) {
      const right = [];
      for (let i = 0; 2 * i < xy.length; i += 1) {
        if (xy[2 * i] >= box.left && xy[2 * i] <= box.right && xy[2 * i + 1] >= box.bottom && xy[2 * i + 1] <= box.top) right.push(i);
      }
      assert.deepEqual(neighbours.inside(box), right);
      assert.deepEqual(neighbours.inside(box, 10), right.slice(0, 10));
    }
  });
}

test("of equally near points the lowest numbers are told", () => {
  assert.deepEqual(new Neighbours(MAPS["all points at one place"]).of(0, 0, 3).map(({ index }) => index), [0, 1, 2]);
});

test("no points have no neighbours", () => {
  for (const xy of [new Float32Array(0), Float32Array.of(NaN, NaN)]) {
    const neighbours = new Neighbours(xy);
    assert.equal(neighbours.nearest(0, 0), null);
    assert.deepEqual([neighbours.of(0, 0, 5), neighbours.inside({ left: -1, right: 1, bottom: -1, top: 1 }), neighbours.spacing], [[], [], 0]);
  }
});

test("points that are left out are never found, and the others keep their numbers", () => {
  const xy = MAPS["a cloud"];
  const mask = Uint8Array.from({ length: xy.length / 2 }, () => Math.floor(3 * random()));
  const found = new Neighbours(xy, mask).of(0.2, 0.1, 20).map(({ index }) => index);
  assert.deepEqual(found, byHand(xy, 0.2, 0.1, mask).slice(0, 20).map(({ index }) => index));
});

test("the spacing of a lattice is its step, and more points at its places change nothing", () => {
  const lattice = Float32Array.from({ length: 800 }, (_, i) => 0.25 * (i % 2 ? Math.floor(i / 40) : (i / 2) % 20));
  assert.equal(new Neighbours(lattice).spacing, 0.25);
  assert.equal(new Neighbours(Float32Array.of(...lattice, ...lattice)).spacing, 0.25);
});

test("the spacing is 0 where all points are at one place", () => {
  assert.equal(new Neighbours(MAPS["all points at one place"]).spacing, 0);
  assert.equal(new Neighbours(MAPS["one point"]).spacing, 0);
});

test("the spacing of a sample is that of all points", () => {
  const xy = MAPS["a cloud"];
  const all = Array.from({ length: xy.length / 2 }, (_, i) => byHand(xy, xy[2 * i], xy[2 * i + 1])[1].distance).sort((a, b) => a - b);
  const { spacing } = new Neighbours(xy);
  assert.ok(spacing > all[Math.floor(all.length * 0.45)] && spacing < all[Math.floor(all.length * 0.55)]);
});

test("a mix counts each class, the most frequent first, and no class is none", () => {
  const near = [3, 0, 1, 2, 4].map((index) => ({ index, distance: 0 }));
  assert.deepEqual(mix(Int32Array.of(5, 5, 1, 2, -1), near), [{ label: 5, count: 2 }, { label: 2, count: 1 }, { label: 1, count: 1 }]);
  assert.deepEqual(mix(null, near), []);
});

test("no point is its own neighbour, and the distance of a share is between those of its ranks", () => {
  const points = Float32Array.from({ length: 800 }, (_, i) => Math.sin(7 * i * i) * (i % 2 ? 3 : 1));
  const at = (i) => [points[2 * i], points[2 * i + 1]];
  const others = (i) => Array.from({ length: 400 }, (_, k) => (k === i ? Infinity : Math.hypot(at(i)[0] - at(k)[0], at(i)[1] - at(k)[1])));
  const own = Array.from({ length: 400 }, (_, i) => Math.min(...others(i))).sort((a, b) => a - b);
  const tree = new Neighbours(points);
  assert.ok(own[379] - 1e-6 <= tree.within(0.95) && tree.within(0.95) <= own[380] + 1e-6);
  assert.ok(Math.abs(tree.within(1) - own[399]) < 1e-6);
});
