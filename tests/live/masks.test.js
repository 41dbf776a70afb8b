import assert from "node:assert/strict";
import { test } from "node:test";
import { codesOf } from "../../assets/live/explore/readings.js";
import { coloured, colourOf, disagreement, labelsOf, outline } from "../../assets/live/shared/views/masks/colouring.js";
import { partsOf, sayMask } from "../../assets/live/shared/views/masks/saying.js";
import { viewOf } from "../../assets/live/shared/views/view.js";

const SHAPE = /** @type {[number, number, number]} */ ([1, 4, 4]);
const MEANING = { labels: ["background", "body", "cap"], note: "Not for diagnosis." };

/** A mask of sure labels over an image of one grey. */
const mask = (labels, grey = 100) => Uint8Array.from(labels.flatMap((label) => [grey, ...[0, 1, 2].map((k) => (k === label ? 255 : 0))]));

test("a label that is sure is as opaque as it is to be, and the background leaves the image as it is", () => {
  const rgba = coloured(mask([0, 1, 2, 0]), SHAPE, 0, 0.25);
  assert.deepEqual([...rgba.subarray(0, 4)], [100, 100, 100, 255]);
  const own = parseInt(colourOf(0).slice(1, 3), 16);
  assert.ok(Math.abs(rgba[4] - (0.75 * 100 + 0.25 * own)) <= 1);
  assert.deepEqual([...coloured(mask([1, 1, 1, 1]), SHAPE, 0, 0)].filter((_, i) => i % 4 === 0), [100, 100, 100, 100]);
});

test("a pixel has its likeliest label, of several masks each its own", () => {
  const two = Uint8Array.from([...mask([0, 1, 2, 0]), ...mask([2, 2, 0, 1])]);
  assert.deepEqual([...labelsOf(two, SHAPE, 1)], [2, 2, 0, 1]);
  assert.deepEqual([...labelsOf(Uint8Array.of(9, 100, 120, 35), [1, 1, 4])], [1]);
});

test("draws disagree by the chance that two of them differ", () => {
  const four = Uint8Array.from([[0, 1, 1, 0], [0, 1, 1, 1], [0, 1, 2, 2], [0, 2, 2, 2]].flatMap((labels) => [...mask(labels)]));
  const wanted = [0, 1 - (9 + 1) / 16, 0.5, 1 - (1 + 1 + 4) / 16];
  disagreement(four, SHAPE, 4).forEach((share, i) => assert.ok(Math.abs(share - wanted[i]) < 1e-6));
});

test("edges lie where neighbours have other labels, and nowhere else", () => {
  const rgba = new Uint8ClampedArray(16);
  outline(rgba, Uint8Array.of(0, 1, 1, 0), SHAPE);
  assert.deepEqual([0, 1, 2, 3].map((i) => rgba[4 * i] > 0), [true, false, true, false]);
});

test("a mask is said by how much of the image each part takes, and what must be said of it", () => {
  assert.equal(sayMask(mask([0, 1, 1, 2]), SHAPE, MEANING), "body 50.0 %, cap 25.0 % of the image. Not for diagnosis.");
  assert.deepEqual(partsOf(5, {}), ["part 1", "part 2", "part 3"]);
});

test("what is given of a mask is its image, and one without labels is open", async () => {
  const view = /** @type {any} */ (await viewOf({ kind: "masks", shape: SHAPE, meaning: MEANING }));
  const two = Uint8Array.from([...mask([0, 1, 1, 2], 7), ...mask([9, 9, 9, 9], 8)]);
  assert.deepEqual([...view.part(two, 1)], [8, 8, 8, 8]);
  assert.deepEqual([view.open(two, 0), view.open(two, 1)], [false, true]);
});

test("the same codes are drawn each time, and no two alike", () => {
  assert.deepEqual(codesOf(3), codesOf(3));
  assert.equal(new Set(codesOf(3).map(String)).size, 8);
});
