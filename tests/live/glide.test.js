import assert from "node:assert/strict";
import test from "node:test";

import { carrier, fit, toScreen } from "../../assets/live/shared/draw/camera.js";
import { Glide, smooth } from "../../assets/live/shared/draw/glide.js";

const near = (a, b, within = 1e-3) => a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= within, `${a} is not ${b}`));
const place = (xy, i) => [xy[2 * i], xy[2 * i + 1]];

const PLANE = Float32Array.of(-1, -1, 1, 2, 0.5, 0);
const OTHER = Float32Array.of(60, 10, -40, -70, 5, 5);
const [a, b] = [PLANE, OTHER].map((xy) => fit(xy, 800, 600));

test("a place carried to another map's units is at the same pixel", () => {
  const [x, y] = carrier(a, b)(0.25, -0.75);
  near(toScreen(b, x, y), toScreen(a, 0.25, -0.75));
});

test("points begin where they are on the screen, end at their places, and go straight between", () => {
  const glide = new Glide({ from: PLANE, to: OTHER, carry: carrier(a, b), milliseconds: 800 });
  assert.equal(glide.at(100), false);
  for (let i = 0; i < 3; i += 1) near(toScreen(b, ...place(glide.xy, i)), toScreen(a, ...place(PLANE, i)), 0.01);
  assert.equal(glide.at(500), false);
  assert.equal(glide.share, 0.5); // even on both sides of the middle
  for (let i = 0; i < 3; i += 1) {
    const [from, to] = [toScreen(a, ...place(PLANE, i)), toScreen(b, ...place(OTHER, i))];
    near(toScreen(b, ...place(glide.xy, i)), from.map((value, axis) => (value + to[axis]) / 2), 0.01);
  }
  assert.equal(glide.at(900), true);
  near([...glide.xy], [...OTHER]);
});

test("a way that begins in the middle of another does not leap", () => {
  const first = new Glide({ from: PLANE, to: OTHER, carry: carrier(a, b), milliseconds: 800 });
  first.at(0);
  first.at(300);
  const last = Float32Array.of(0.1, 0.2, 0.3, 0.1, 0.2, 0.3);
  const c = fit(last, 800, 600);
  const second = new Glide({ from: first.xy, to: last, carry: carrier(b, c), milliseconds: 800 });
  second.at(300);
  for (let i = 0; i < 3; i += 1) near(toScreen(c, ...place(second.xy, i)), toScreen(b, ...place(first.xy, i)), 0.01);
});

test("a mark whose new place comes late starts from where it is and is there with the points", () => {
  const glide = new Glide({ from: PLANE, to: OTHER, carry: carrier(a, b), milliseconds: 800 });
  glide.at(0);
  glide.at(350);
  const to = { x: 30, y: -20 };
  const { from } = glide.way({ x: 5, y: 5 }, to);
  const now = glide.between(from, to);
  near([now.x, now.y], [5, 5]);
  glide.at(800);
  const end = glide.between(from, to);
  near([end.x, end.y], [30, -20]);
  const late = glide.way({ x: 1, y: 1 }, to); // after the end: there at once
  assert.deepEqual(glide.between(late.from, to), to);
});

test("a point without a place on one of the maps is nowhere on the way, and where it belongs at the end", () => {
  const glide = new Glide({ from: Float32Array.of(NaN, 0), to: Float32Array.of(1, 2), carry: (x, y) => [x, y], milliseconds: 10 });
  glide.at(0);
  glide.at(5);
  assert.ok(Number.isNaN(glide.xy[0]));
});

test("the pace rises and falls smoothly and never turns back", () => {
  assert.deepEqual([smooth(0), smooth(0.5), smooth(1)], [0, 0.5, 1]);
  for (let t = 0.01; t <= 1; t += 0.01) assert.ok(smooth(t) > smooth(t - 0.01));
  assert.ok(smooth(0.01) < 1e-4 && 1 - smooth(0.99) < 1e-4);
});
