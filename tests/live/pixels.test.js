import assert from "node:assert/strict";
import { test } from "node:test";

import { drawCode, readBelief } from "../../assets/live/explore/head.js";
import { Pixels, drawPixels, isDrawable, noiseFor, sayPixels } from "../../assets/live/explore/pixels.js";
import { seeded } from "../../assets/live/shared/space/normal.js";
import { viewOf } from "../../assets/live/shared/views/view.js";
import { describe, speak } from "../../assets/live/explore/words.js";

const BERNOULLI = { likelihood: "bernoulli", scale: null };
const GAUSSIAN = { likelihood: "gaussian", scale: 0.1 };
const N = 20000;
const mean = (array) => Array.from(array).reduce((sum, value) => sum + value, 0) / array.length;
const near = (a, b, within) => assert.ok(Math.abs(a - b) < within, `${a} is not within ${within} of ${b}`);

test("the same seed gives the same numbers in [0, 1), another one others", () => {
  const first = (seed) => Array.from({ length: 5 }, seeded(seed));
  assert.deepEqual(first(3), first(3));
  assert.notDeepEqual(first(3), first(4));
  assert.ok(Array.from({ length: N }, seeded(7)).every((value) => value >= 0 && value < 1));
  near(mean(Array.from({ length: N }, seeded(7))), 0.5, 0.01);
});

test("a Bernoulli's pixels are black or white, white as often as they are light", () => {
  const drawn = drawPixels(new Uint8Array(N).fill(51), BERNOULLI, noiseFor(BERNOULLI, N, 1));
  assert.deepEqual([...new Set(drawn)].sort(), [0, 255]);
  near(mean(drawn) / 255, 0.2, 0.01); // the standard error is 0.003
});

test("what is surely black or white stays so, whatever the noise", () => {
  const noise = noiseFor(BERNOULLI, N, 2);
  assert.ok(drawPixels(new Uint8Array(N), BERNOULLI, noise).every((value) => value === 0));
  assert.ok(drawPixels(new Uint8Array(N).fill(255), BERNOULLI, noise).every((value) => value === 255));
});

test("a Gaussian's pixels lie around their mean with its standard deviation, and are grey levels", () => {
  const drawn = drawPixels(new Uint8Array(N).fill(128), GAUSSIAN, noiseFor(GAUSSIAN, N, 1));
  near(mean(drawn), 128, 1);
  near(Math.sqrt(mean(Array.from(drawn, (value) => (value - 128) ** 2))), 25.5, 1);
  assert.ok(drawPixels(new Uint8Array(N).fill(250), GAUSSIAN, noiseFor(GAUSSIAN, N, 1)).every((value) => value <= 255));
});

test("a curve's samples lie around it in its own units", () => {
  const drawn = drawPixels(new Float32Array(N).fill(-3), GAUSSIAN, noiseFor(GAUSSIAN, N, 1));
  assert.ok(drawn instanceof Float32Array);
  near(mean(drawn), -3, 0.005);
  near(Math.sqrt(mean(Array.from(drawn, (value) => (value + 3) ** 2))), 0.1, 0.005);
});

test("the noise stays until another is asked for, so that the pixels do not flicker under the hand", () => {
  const pixels = new Pixels(BERNOULLI, 400, 5);
  const grey = new Uint8Array(400).fill(100);
  const first = pixels.of(grey);
  assert.deepEqual(pixels.of(grey), first);
  assert.ok(pixels.of(new Uint8Array(400).fill(101)).every((value, i) => value >= first[i])); // lighter: none goes out
  pixels.reseed();
  assert.notDeepEqual(pixels.of(grey), first);
  pixels.reseed(5);
  assert.deepEqual(pixels.of(grey), first);
});

test("pixels are drawn where it is known how they scatter", () => {
  assert.ok(isDrawable(BERNOULLI));
  assert.ok(isDrawable(GAUSSIAN));
  assert.ok(!isDrawable({ likelihood: "gaussian", scale: null }));
});

test("one sentence of fewer than twenty words says what the picture is", async () => {
  const things = { series: [9, 1], text: [5, 4], tastes: [5, 1] };
  const ways = await Promise.all(Object.entries(things).map(([kind, shape]) => viewOf({ kind, shape, meaning: {} })));
  const said = [sayPixels({ pixels: true }, BERNOULLI), sayPixels({ pixels: true }, GAUSSIAN), ...ways.map((view) => sayPixels(view, GAUSSIAN))];
  assert.equal(new Set(said).size, said.length);
  for (const sentence of said) assert.ok(sentence.split(" ").length < 20, sentence);
});

test("what an encoder says is a mean and, where there is one, a spread", () => {
  assert.deepEqual(readBelief(Float32Array.of(1, 2, 0.5, 0.25, 7, 8), 2), { mean: [1, 2], spread: [0.5, 0.25] });
  assert.deepEqual(readBelief(Float32Array.of(1, 2), 2), { mean: [1, 2], spread: null });
});

test("a code is drawn with the mean and the spread that the encoder says", () => {
  const told = { mean: new Array(N).fill(3), spread: new Array(N).fill(0.5) };
  const z = drawCode(told, seeded(1));
  near(mean(z), 3, 0.02);
  near(Math.sqrt(mean(z.map((value) => (value - 3) ** 2))), 0.5, 0.02);
  assert.deepEqual(drawCode({ mean: [1, 2], spread: null }), [1, 2]);
});

test("a draw is told from a reconstruction, and a name stands for its dimension", () => {
  const [title, rest] = describe({ z: [0, 0], image: null, how: "sample" }, { noun: "image" });
  assert.equal(title, "Another draw");
  assert.match(rest, /mean \+ σ · ε/);
  assert.equal(speak("m", [1, 2], [1, 0], "picture", ["", "slant"]), "Picture decoded by m at slant = 2.00, z1 = 1.00.");
});
