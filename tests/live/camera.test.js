import assert from "node:assert/strict";
import { test } from "node:test";
import { between, bounds, extent, fit, formatView, limits, pan, readView, resize, toMap, toScreen, zoomAt } from "../../assets/live/shared/draw/camera.js";
import { ticks, tickTexts } from "../../assets/live/shared/draw/axes.js";

const near = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);
const nearAll = (a, b, tolerance) => b.forEach((value, i) => near(a[i], value, tolerance));

let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const cloud = (n, size = 10) => Float32Array.from({ length: 2 * n }, () => size * (random() - 0.3));

test("a camera that shows all has every point in view, the outermost at the margin", () => {
  for (const [width, height] of [[900, 640], [390, 700], [1200, 200]]) {
    const xy = cloud(300);
    const camera = fit(xy, width, height, 20);
    let least = Infinity;
    for (let i = 0; i < xy.length; i += 2) {
      const [px, py] = toScreen(camera, xy[i], xy[i + 1]);
      least = Math.min(least, px, py, width - px, height - py);
    }
    near(least, 20, 1e-3);
  }
});

test("points that are not finite change no camera", () => {
  const xy = [0, 0, 4, 2];
  assert.deepEqual(fit(Float32Array.from([NaN, 100, ...xy, 100, Infinity, -Infinity, NaN]), 800, 600), fit(Float32Array.from(xy), 800, 600));
});

test("one point, equal points and none give a camera that works", () => {
  for (const xy of [[], [3, -2], [3, -2, 3, -2], [NaN, NaN]]) {
    const camera = fit(Float32Array.from(xy), 800, 600);
    assert.ok(camera.scale > 0 && Number.isFinite(camera.scale));
    assert.deepEqual([camera.x, camera.y], xy[0] === 3 ? [3, -2] : [0, 0]);
  }
  const line = fit(Float32Array.of(1, 5, 2, 5), 800, 600, 0);
  near(line.scale, 800);
});

test("up on the map is up on the screen, and a unit is as long in x as in y", () => {
  const camera = { x: 1, y: 2, scale: 50, width: 400, height: 300 };
  assert.deepEqual(toScreen(camera, 1, 2), [200, 150]);
  assert.deepEqual(toScreen(camera, 2, 3), [250, 100]);
});

test("what is at a pixel is drawn at that pixel", () => {
  const camera = { x: 0.3, y: -7, scale: 123.4, width: 777, height: 555 };
  for (let i = 0; i < 50; i += 1) {
    const [px, py] = [random() * 777, random() * 555];
    nearAll(toScreen(camera, ...toMap(camera, px, py)), [px, py], 1e-9);
  }
  const { left, right, bottom, top } = bounds(camera);
  nearAll(toScreen(camera, left, top), [0, 0], 1e-9);
  nearAll(toScreen(camera, right, bottom), [777, 555], 1e-9);
});

test("a map that is moved by a hand stays under the hand", () => {
  const camera = { x: 5, y: 6, scale: 33, width: 640, height: 480 };
  const held = toMap(camera, 100, 200);
  nearAll(toScreen(pan(camera, 37, -12), ...held), [137, 188], 1e-9);
});

test("zooming keeps what is under the pointer, whichever way and however often", () => {
  let camera = { x: 5, y: 6, scale: 33, width: 640, height: 480 };
  const held = toMap(camera, 500, 77);
  for (const factor of [2, 0.3, 7, 1.1, 0.01]) {
    camera = zoomAt(camera, factor, 500, 77);
    nearAll(toMap(camera, 500, 77), held, 1e-9);
  }
  near(camera.scale, 33 * 2 * 0.3 * 7 * 1.1 * 0.01, 1e-9);
});

test("zooming ends at the limits, with the pointer's place still kept", () => {
  const whole = fit(cloud(100), 640, 480);
  const [least, most] = limits(whole);
  assert.ok(least < whole.scale && whole.scale < most);
  assert.equal(zoomAt(whole, 1e9, 10, 10, [least, most]).scale, most);
  assert.equal(zoomAt(whole, 1e-9, 10, 10, [least, most]).scale, least);
  nearAll(toMap(zoomAt(whole, 1e9, 10, 10, [least, most]), 10, 10), toMap(whole, 10, 10), 1e-9);
});

test("in a view of another size all that was in view still is, around the same centre", () => {
  const camera = { x: 1, y: -1, scale: 80, width: 900, height: 600 };
  const before = bounds(camera);
  for (const [width, height] of [[390, 700], [1800, 600], [901, 599]]) {
    const after = bounds(resize(camera, width, height));
    assert.ok(after.left <= before.left + 1e-9 && after.right >= before.right - 1e-9);
    assert.ok(after.bottom <= before.bottom + 1e-9 && after.top >= before.top - 1e-9);
    nearAll([(after.left + after.right) / 2, (after.bottom + after.top) / 2], [1, -1], 1e-9);
  }
});

test("a view that gets its former size back shows what it did, however often it changed between", () => {
  const camera = { x: 1, y: -1, scale: 80, width: 900, height: 600 };
  let changed = camera;
  for (const [width, height] of [[390, 700], [2000, 100], [0, 0], [700, 700], [900, 600]]) changed = resize(changed, width, height);
  near(changed.scale, 80, 1e-9);
  const zoomed = zoomAt(resize(camera, 450, 600), 3, 0, 0);
  near(resize(resize(zoomed, 100, 100), 450, 600).scale, zoomed.scale, 1e-9);
});

test("a flight starts and ends where it should, with equal factors in equal times", () => {
  const a = { x: 0, y: 0, scale: 10, width: 640, height: 480 };
  const b = { x: 3, y: -4, scale: 90, width: 640, height: 480 };
  assert.deepEqual(between(a, b, 0), a);
  assert.deepEqual(between(a, b, 1), b);
  near(between(a, b, 0.5).scale, 30, 1e-9);
  near(between(a, b, 0.25).scale / 10, between(a, b, 0.75).scale / between(a, b, 0.5).scale, 1e-9);
  nearAll(Object.values(between(a, { ...b, scale: 10 }, 0.25)), [0.75, -1, 10], 1e-9);
});

test("a flight between two zooms about a pixel keeps that pixel's place still", () => {
  const a = { x: 2, y: 1, scale: 10, width: 640, height: 480 };
  const b = zoomAt(a, 50, 600, 30);
  for (const t of [0.1, 0.5, 0.9]) nearAll(toMap(between(a, b, t), 600, 30), toMap(a, 600, 30), 1e-9);
});

test("ticks are round, even, inside, as many as there is room for and no more", () => {
  assert.deepEqual(ticks(-3.2, 3.9, 8), [-3, -2, -1, 0, 1, 2, 3]);
  assert.deepEqual(ticks(0, 1, 6), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  for (let i = 0; i < 400; i += 1) {
    const low = (random() - 0.5) * 10 ** (6 * random() - 3);
    const high = low + 10 ** (8 * random() - 4);
    const most = 1 + Math.floor(random() * 12);
    const values = ticks(low, high, most);
    assert.ok(values.length <= most);
    assert.ok(values.every((value) => value >= low && value <= high));
    if (most >= 6) assert.ok(values.length >= 2, `${low} ${high} ${most}`);
    const steps = values.slice(1).map((value, at) => value - values[at]);
    for (const step of steps) {
      near(step / steps[0], 1, 1e-6);
      const digit = step / 10 ** Math.floor(Math.log10(step * (1 + 1e-9)));
      assert.ok([1, 2, 5].some((round) => Math.abs(digit - round) < 1e-6), `a step of ${step}`);
    }
    values.forEach((value) => assert.ok(String(Math.abs(value)).replace(/e.*/, "").length <= 12 && !Object.is(value, -0), String(value)));
  }
});

test("an axis without extent has no ticks", () => {
  assert.deepEqual(ticks(1, 1, 5), []);
  assert.deepEqual(ticks(NaN, 1, 5), []);
  assert.deepEqual(ticks(0, 1, 0), []);
});

test("an axis's values are written alike, with a true minus", () => {
  assert.deepEqual(tickTexts([-0.5, 0, 0.5, 1]), ["−0.5", "0.0", "0.5", "1.0"]);
  assert.deepEqual(tickTexts([0, 20, 40]), ["0", "20", "40"]);
  assert.deepEqual(tickTexts([]), []);
});

test("an address gives the view back to a tenth of a pixel", () => {
  for (const scale of [0.01, 1, 63.2, 98765]) {
    const camera = { x: 12.3456789 / scale, y: -0.0000123, scale, width: 900, height: 640 };
    const read = readView(formatView(camera), { width: 900, height: 640 });
    for (const [x, y] of [[camera.x, camera.y], toMap(camera, 0, 0)]) nearAll(toScreen(read, x, y), toScreen(camera, x, y), 0.12);
  }
  assert.equal(formatView({ x: 0, y: -0, scale: 100, width: 800, height: 600 }), "0,0,8");
});

test("an address on a smaller screen shows as much of the map across", () => {
  const { scale } = readView("1,2,8", { width: 390, height: 700 });
  near(390 / scale, 8);
});

test("an address that is none gives no view", () => {
  for (const text of [null, undefined, "", "1,2", "1,2,3,4", "a,b,c", ",,", "1,2,", "1,2,0", "1,2,-3", "1,2,Infinity", "NaN,0,1", "0x1,0,1", "1e99,0,1", "1,2,1e-30"]) {
    assert.equal(readView(text, { width: 900, height: 640 }), null, String(text));
  }
});

test("the extent is the smallest box with all points", () => {
  assert.deepEqual(extent(Float32Array.of(1, 2, -3, 5, NaN, 9)), { left: -3, right: 1, bottom: 2, top: 5 });
});
