import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FLOORS, NUMBERS, PICTURES, change, codes, readerOf, redrawn } from "../../assets/live/learn/lessons/floors/ladder.js";
import { readDigits } from "../../assets/live/learn/lessons/water/digits.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../assets/live/learn/lessons/${name}.json`, import.meta.url), "utf8"));

test("what is drawn anew is new, and all else stays as it was", () => {
  const first = codes(1);
  const lower = redrawn(first, FLOORS.lower, 1);
  assert.equal(first.length, PICTURES);
  first.forEach((z, i) => {
    assert.equal(z.length, NUMBERS);
    FLOORS.upper.forEach((d) => assert.equal(lower[i][d], z[d]));
    FLOORS.lower.forEach((d) => assert.notEqual(lower[i][d], z[d]));
  });
  assert.notDeepEqual(redrawn(first, FLOORS.lower, 2), lower);
  assert.deepEqual([...FLOORS.upper, ...FLOORS.lower].sort((a, b) => a - b), Array.from({ length: NUMBERS }, (_, d) => d));
});

test("no change is none, and a picture that is white where another is black has changed wholly", () => {
  const [black, white] = [0, 1].map((grey) => [new Float32Array(784).fill(grey)]);
  assert.equal(change(black, black), 0);
  assert.equal(change(black, white), 1);
});

test("the reader knows most of ten real digits", () => {
  const digit = readerOf(read("floors/reader"));
  const right = readDigits(read("water/digits")).originals.filter((grey, k) => digit(grey) === k);
  assert.ok(right.length >= 8, `${right.length}`);
});
