import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { above, auroc, limitAt, readSide } from "../../assets/live/learn/lessons/rare/scores.js";

const kept = JSON.parse(readFileSync(new URL("../../assets/live/learn/lessons/rare/scores.json", import.meta.url), "utf8"));

test("the AUROC is 1 where all that is unusual scores higher, 0 where all scores lower, and a half where they are the same", () => {
  const low = [1, 2, 3];
  assert.equal(auroc(low, [4, 5]), 1);
  assert.equal(auroc([4, 5], low), 0);
  assert.equal(auroc(low, low), 0.5);
  assert.ok(Math.abs(auroc([1, 3], [2, 4, 0]) - 3 / 6) < 1e-12);
});

test("no more than the share that is asked for lies above the limit, and one more would be too many", () => {
  const normal = Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
  for (const share of [0, 0.05, 0.1, 0.25, 0.5]) {
    assert.equal(above(normal, limitAt(normal, share)), share);
  }
});

test("the parts of what clothes and digits cost add up, and all are parts", () => {
  for (const side of Object.values(kept)) {
    const { elbo, parts, shown, relative } = readSide(side);
    const mean = elbo.reduce((a, b) => a + b) / elbo.length;
    assert.ok(Math.abs(parts.floor + parts.error + parts.kl - mean) < 1e-9);
    assert.ok([...side.floor, ...side.error, ...side.kl, ...relative].every((each) => each > 0));
    assert.equal(shown.length, 10);
  }
});
