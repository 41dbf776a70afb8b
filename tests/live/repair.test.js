import assert from "node:assert/strict";
import { test } from "node:test";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { bestFilter, blurred, medians, noisy, psnr } from "../../assets/live/learn/lessons/repair/noisy.js";
import { draw } from "../../assets/live/shared/space/normal.js";

const SIZE = 28 * 28;
const noise = draw(SIZE, chance(3));
const step = Float32Array.from({ length: SIZE }, (_, i) => Number(i % 28 < 14)); // white to the left
const sum = (grey) => grey.reduce((all, each) => all + each, 0);

test("noise keeps within black and white, and where it keeps within them its size is what was asked for", () => {
  const grey = new Float32Array(SIZE).fill(0.5);
  const spoiled = noisy(grey, noise, 0.1);
  assert.ok(spoiled.every((each) => each >= 0 && each <= 1 && Math.abs(255 * each - Math.round(255 * each)) < 1e-4));
  assert.ok(Math.abs(psnr(spoiled, grey) - 20) < 0.4, `${psnr(spoiled, grey)}`); // a tenth of white is 20 dB
  assert.ok(psnr(noisy(step, noise, 0.1), step) > psnr(spoiled, grey) + 2, "half of it is cut off at black and at white");
});

test("half the error is six dB, and no error is no end of them", () => {
  const [one, half] = [0.2, 0.1].map((by) => Float32Array.from(step, (each) => each + by));
  assert.ok(Math.abs(psnr(half, step) - psnr(one, step) - 20 * Math.log10(2)) < 1e-4);
  assert.equal(psnr(step, step), Infinity);
});

test("a blur keeps ink and what is even, a median keeps an edge and takes a speckle away", () => {
  const even = new Float32Array(SIZE).fill(0.3);
  for (const sigma of [0.5, 1, 2]) {
    assert.ok(blurred(even, sigma).every((each) => Math.abs(each - 0.3) < 1e-5));
    assert.ok(Math.abs(sum(blurred(step, sigma)) - sum(step)) < 1e-2);
  }
  assert.deepEqual(medians(step), step);
  const speckled = step.slice();
  speckled[10 * 28 + 20] = 1;
  assert.deepEqual(medians(speckled), step);
});

test("the best filter is at least as near as any of those tried", () => {
  for (const amount of [0.05, 0.4]) {
    const spoiled = noisy(step, noise, amount);
    const best = psnr(bestFilter(step, spoiled), step);
    for (const each of [medians(spoiled), blurred(spoiled, 0.5), blurred(spoiled, 2)]) assert.ok(best >= psnr(each, step));
  }
});
