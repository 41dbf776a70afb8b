// Where things find room: the lens beside the pointer, thumbnails among each other, pictures in the cells of a lattice.
import assert from "node:assert/strict";
import test from "node:test";

import { densityGrid, inBands, visibleCells } from "../../assets/live/map/scene/backdrop.js";
import { Places, woven } from "../../assets/live/map/places.js";
import { bounds } from "../../assets/live/shared/draw/camera.js";
import { besides } from "../../assets/live/map/scene/lens.js";
import { rgbOf } from "../../assets/live/shared/page/theme.js";
import { withRoom } from "../../assets/live/map/scene/thumbnails.js";

test("the lens never covers the place it stands beside, and stays inside wherever there is room", () => {
  const own = { width: 110, height: 150 };
  const room = { width: 800, height: 500 };
  for (let x = 0; x <= 800; x += 20) {
    for (let y = 0; y <= 500; y += 20) {
      const [left, top] = besides(x, y, own, room, 18);
      const covers = x > left - 14 && x < left + own.width + 14 && y > top - 14 && y < top + own.height + 14;
      assert.ok(!covers, `${x}, ${y}`);
      assert.ok(left >= 0 && left + own.width <= room.width && top >= 0 && top + own.height <= room.height, `${x}, ${y} outside`);
    }
  }
});

test("on a narrow map the lens goes above the finger or below it", () => {
  const [left, top] = besides(100, 250, { width: 150, height: 120 }, { width: 200, height: 400 }, 18);
  assert.ok(left >= 0 && left + 150 <= 200);
  assert.ok(top + 120 <= 250 - 14 || top >= 250 + 14);
});

test("thumbnails that are kept do not overlap, and each that is left out would have overlapped one", () => {
  const things = Array.from({ length: 60 }, (_, i) => ({ place: [(i * 37) % 200, (i * 71) % 160] }));
  const kept = withRoom(things, 30);
  const clash = (a, b) => Math.abs(a.place[0] - b.place[0]) < 30 && Math.abs(a.place[1] - b.place[1]) < 30;
  for (const a of kept) assert.ok(!kept.some((b) => b !== a && clash(a, b)));
  for (const thing of things) assert.ok(kept.includes(thing) || kept.some((other) => clash(thing, other)));
});

test("the lattice's cells cover the view, are 30 to 60 pixels wide, and stay the same ones while one pans", () => {
  const camera = { x: 0.3, y: -1.2, scale: 97, width: 800, height: 500 };
  const { step, cells } = visibleCells(camera);
  assert.ok(step * camera.scale >= 30 && step * camera.scale < 60);
  const { left, right, bottom, top } = bounds(camera);
  const has = (x, y) => cells.some(([i, j]) => i * step <= x && x < (i + 1) * step && j * step <= y && y < (j + 1) * step);
  for (const [x, y] of [[left, bottom], [right - 1e-6, top - 1e-6], [camera.x, camera.y]]) assert.ok(has(x, y));
  const panned = visibleCells({ ...camera, x: camera.x + step });
  const names = new Set(panned.cells.map(String));
  assert.ok(cells.filter((cell) => names.has(String(cell))).length > 0.8 * cells.length);
});

test("the density is laid over all places, in square cells", () => {
  const { box, columns, rows, values } = densityGrid(Float32Array.of(0, 0, 4, 1, 2, 2), null);
  assert.ok(box.left < 0 && box.right > 4 && box.bottom < 0 && box.top > 2);
  assert.ok(Math.abs((box.right - box.left) / columns - (box.top - box.bottom) / rows) < 1e-9);
  assert.equal(values.length, columns * rows);
});

test("the bands of a density hold half, nine tenths and 99 % of it, the densest first", () => {
  const { values } = densityGrid(Float32Array.from({ length: 400 }, (_, i) => Math.sin(i * i) * (1 + (i % 7))), null);
  const bands = inBands(values);
  const total = values.reduce((a, b) => a + b, 0);
  const held = (least) => values.reduce((sum, value, i) => sum + (bands[i] >= Math.fround(least) ? value : 0), 0) / total;
  for (const [least, share] of [[1, 0.5], [0.42, 0.9], [0.12, 0.99]]) assert.ok(held(least) >= share && held(least) < share + 0.02, `${share}: ${held(least)}`);
});

test("places that are all one have no density", () => {
  assert.equal(densityGrid(Float32Array.of(1, 1, 1, 1), null), null);
});

test("colours are read as browsers write them", () => {
  assert.deepEqual([rgbOf("rgb(1, 2, 3)"), rgbOf("rgba(4, 5, 6, 0.5)"), rgbOf("rgb(7 8 9 / 1)")], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
});

/** Places on a map whose chart has its points on their way, or not. */
function onTheWay(gliding) {
  const shown = new Places(() => "pca");
  shown.show(Float32Array.of(1, 2, 3, 4));
  shown.stand = { state: "done" };
  shown.chart = { gliding, xy: Float32Array.of(10, 20, 30, 40), whereIs: (mark) => (mark.way ? { x: -1, y: -1 } : mark) };
  return shown;
}

test("a place can be decoded once the map is ready and its points are there", () => {
  assert.deepEqual([onTheWay(null), onTheWay({})].map((shown) => [shown.isReady(), shown.isStill()]), [[true, true], [true, false]]);
});

test("a mark goes with its point, or its own way, and stays where it is carried until its place is known", () => {
  const glide = { carry: (x, y) => [x + 100, y], way: (from, to) => ({ from, to }) };
  const shown = onTheWay(glide);
  assert.deepEqual(shown.whereIs({ x: 0, y: 0, point: 1 }), { x: 30, y: 40 });
  const mark = { x: 5, y: 6, point: null };
  shown.goOver([mark], () => glide);
  assert.deepEqual(shown.whereIs(mark), { x: 105, y: 6 });
  shown.send(mark, { x: 7, y: 8 });
  assert.deepEqual([mark.x, mark.y, mark.carried, mark.way], [7, 8, null, { from: { x: 105, y: 6 }, to: { x: 7, y: 8 } }]);
  assert.deepEqual(shown.whereIs(mark), { x: -1, y: -1 });
  shown.goOver([mark], () => null); // no way, as with reduced motion
  shown.send(mark, { x: 9, y: 9 });
  assert.deepEqual([mark.x, mark.y, mark.way], [9, 9, null]);
});

test("originals and reconstructions come back in the order in which their points were asked for", () => {
  const first = Uint8Array.of(10, 11, 30, 31); // of points 1 and 3
  const rest = Uint8Array.of(0, 1, 20, 21);
  assert.deepEqual([...woven([1, 0, 3, 2], new Set([1, 3]), first, rest, 2)], [10, 11, 0, 1, 30, 31, 20, 21]);
});
