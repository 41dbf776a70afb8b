import assert from "node:assert/strict";
import { test } from "node:test";
import * as path from "../../assets/live/interpolate/path/path.js";
import { changeWords } from "../../assets/live/interpolate/words.js";
import image from "../../assets/live/shared/views/image.js";

const samples = (n, at) => Float32Array.from({ length: 2 * n }, (_, i) => at(Math.floor(i / 2) / (n - 1))[i % 2]);
const bent = (t) => (t < 0.4 ? [t, 0] : [0.4, t - 0.4]); // a corner at 0.4

test("a path goes through its anchors exactly, also where no sample does", () => {
  const anchors = [[0, 0], [0.4, 0], [0.4, 0.6]];
  const way = path.wayOf(samples(8, bent), [0, 0.4, 1], anchors);
  anchors.forEach((anchor, i) => assert.deepEqual(path.codeAlong(way, way.knots[i]), Float32Array.from(anchor)));
  assert.equal(way.shares.length, 9); // the ends are samples already
});

test("between two samples the code lies between their codes", () => {
  const way = path.wayOf(samples(3, (t) => [2 * t, -t]), [0, 1], [[0, 0], [2, -1]]);
  assert.deepEqual(Array.from(path.codeAlong(way, 0.25)), [0.5, -0.25]);
  assert.deepEqual(path.codesAlong(way, [0, 0.5, 1]), Float32Array.of(0, 0, 1, -0.5, 2, -1));
});

test("places beyond the ends are the ends", () => {
  const way = path.wayOf(samples(3, (t) => [t, t]), [0, 1], [[0, 0], [1, 1]]);
  assert.deepEqual([...path.codeAlong(way, -1), ...path.codeAlong(way, 2)], [0, 0, 1, 1]);
});

test("a place is told by its two anchors, and an anchor by itself", () => {
  assert.deepEqual(path.betweenAnchors(0.25, [0, 0.5, 1]), { from: 0, to: 1, share: 0.5 });
  assert.deepEqual(path.betweenAnchors(0.5, [0, 0.5, 1]), { from: 1, to: 2, share: 0 });
  assert.deepEqual(path.betweenAnchors(1, [0, 0.5, 1]), { from: 2, to: 2, share: 0 });
});

test("another path keeps one between the same anchors, as far", () => {
  const there = path.carryOver(0.2, [0, 0.5, 1], [0, 0.1, 1]);
  assert.ok(Math.abs(there - 0.04) < 1e-12);
  assert.ok(Math.abs(path.carryOver(there, [0, 0.1, 1], [0, 0.5, 1]) - 0.2) < 1e-12);
  assert.equal(path.carryOver(0.3, [0, 1], [0, 0.5, 1]), 0.3); // other anchors
});

test("every anchor is one of the pictures, and they stay in order", () => {
  for (let n = 2; n <= 64; n += 1) {
    for (const knots of [[0, 1], [0, 0.013, 1], [0, 0.98, 0.99, 1], [0, 0.3, 0.31, 0.32, 0.9, 1]]) {
      const places = path.placesOf(n, knots);
      assert.equal(places.length, n);
      assert.ok(places.every((place, i) => i === 0 || place > places[i - 1]), `${n} pictures, ${knots}: ${places}`);
      assert.deepEqual([places[0], places.at(-1)], [0, 1]);
      if (n >= knots.length) for (const knot of knots) assert.ok(places.includes(knot), `${n} pictures leave out ${knot}`);
    }
  }
});

test("slider and strip stand one above the other: each picture's place is in its middle", () => {
  const places = path.placesOf(11, [0, 0.33, 1]);
  places.forEach((place, i) => {
    assert.ok(Math.abs(path.standingOf(places, place) - i / 10) < 1e-9);
    assert.ok(Math.abs(path.placeAbove(places, i / 10) - place) < 1e-9);
  });
  for (const at of [0.01, 0.2, 0.34, 0.999]) assert.ok(Math.abs(path.placeAbove(places, path.standingOf(places, at)) - at) < 1e-9);
  assert.deepEqual([path.standingOf([0], 0.5), path.placeAbove([0], 0.5)], [0, 0]);
});

test("equal anchors in a row share a picture", () => {
  assert.deepEqual(path.placesOf(5, [0, 0.5, 0.5, 1]), [0, 0.25, 0.5, 0.75, 1]);
});

test("the change of pictures is the distance of their pixels, white being 1", () => {
  const images = Uint8Array.of(0, 0, 255, 255, 255, 0);
  const steps = path.changes(images, image([1, 2, 1]));
  assert.ok(Math.abs(steps[0] - Math.SQRT2) < 1e-6 && Math.abs(steps[1] - 1) < 1e-6);
  assert.equal(path.changes(images.subarray(0, 2), image([1, 2, 1])).length, 0);
});

test("the change of things that are no pictures is their root mean square, in their own unit", () => {
  const view = { pixels: false, size: 2, apart: (a, i, b, j) => Math.abs(a[2 * i] - b[2 * j]), unit: "°C", words: { nouns: "series" } };
  assert.deepEqual(path.changes(Float32Array.of(1, 0, 4, 0, 2, 0), view), Float32Array.of(3, 2));
  assert.equal(changeWords(view), "the root mean square between neighbouring series, in °C");
  assert.match(changeWords(image([1, 2, 1])), /^the distance of neighbouring pictures’ pixels/);
});

test("no path changes the picture less than the straight line of pixels does", () => {
  const images = Uint8Array.from({ length: 40 }, (_, i) => (i * 97) % 256);
  const ends = path.changes(Uint8Array.of(...images.subarray(0, 4), ...images.subarray(36)), image([2, 2, 1]))[0];
  assert.ok(path.total(path.changes(images, image([2, 2, 1]))) >= ends);
});

test("a cross-fade is each anchor's picture at its place, and their mean half way", () => {
  const pictures = [Uint8Array.of(0, 200), Uint8Array.of(100, 0), Uint8Array.of(7, 7)];
  const knots = [0, 0.4, 1];
  pictures.forEach((picture, i) => assert.deepEqual(path.fade(pictures, knots, knots[i]), picture));
  assert.deepEqual(path.fade(pictures, knots, 0.2), Uint8Array.of(50, 100));
  assert.deepEqual(path.fades(pictures, knots, [0, 1]), Uint8Array.of(0, 200, 7, 7));
});

test("a film runs there and back", () => {
  assert.deepEqual([0, 0.25, 1, 1.5, 2, 2.25, 3].map(path.swing), [0, 0.25, 1, 0.5, 0, 0.25, 1]);
  for (const lengths of [0.3, 1.6]) assert.ok(Math.abs(path.unswing(path.swing(lengths), lengths > 1) - lengths) < 1e-12);
});

test("pictures stand in one row where they fit, otherwise in even rows", () => {
  assert.equal(path.columnsOf(11, 1200, 44), 11);
  assert.equal(path.columnsOf(11, 358, 44), 6);
  assert.equal(path.columnsOf(64, 1200, 44), 22);
  assert.equal(path.columnsOf(5, 10, 44), 1);
  // In a narrow window one row has as many as fit, and never fewer than the least.
  assert.deepEqual([390, 358, 320, 100].map((width) => path.fitting(11, width, 5)), [6, 6, 5, 5]);
  assert.equal(path.fitting(5, 600, 5), 5);
});

test("the nearest class is that of most neighbours", () => {
  const codes = { n: 6, dims: 1, centre: Float32Array.of(0, 0.1, 0.2, 5, 5.1, 5.2), labels: Int32Array.of(1, 1, 2, 7, 7, -1) };
  assert.deepEqual(path.classesNear(Float32Array.of(0.05, 5.05), codes, 3), Int32Array.of(1, 7));
  assert.deepEqual(path.classesNear(Float32Array.of(0), { ...codes, n: 2 }, 7), Int32Array.of(1)); // fewer points than neighbours
});

test("the nearest class agrees with a search by sorting", () => {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const [n, dims] = [300, 5];
  const codes = { n, dims, centre: Float32Array.from({ length: n * dims }, random), labels: Int32Array.from({ length: n }, () => Math.floor(4 * random())) };
  const asked = Float32Array.from({ length: 20 * dims }, random);
  const slow = Array.from({ length: 20 }, (_, j) => {
    const far = Array.from({ length: n }, (_, i) => [Array.from({ length: dims }, (_, k) => (asked[j * dims + k] - codes.centre[i * dims + k]) ** 2).reduce((a, b) => a + b), codes.labels[i]]);
    return far.sort(([a], [b]) => a - b)[0][1];
  });
  assert.deepEqual(Array.from(path.classesNear(asked, codes, 1)), slow);
});

test("a ribbon's runs cover the whole way", () => {
  assert.deepEqual(path.runs([3, 3, 8, 3]), [{ value: 3, from: 0, to: 0.5 }, { value: 8, from: 0.5, to: 0.75 }, { value: 3, from: 0.75, to: 1 }]);
});

test("anchors at one place are known as such", () => {
  assert.ok(path.isOnePlace([[1, 2], [1, 2]]) && !path.isOnePlace([[1, 2], [1, 3]]));
});
