import assert from "node:assert/strict";
import { test } from "node:test";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { BETAS, apart, fitted, ladder, turned } from "../../assets/live/learn/lessons/tug/ladder.js";
import { draw } from "../../assets/live/shared/space/normal.js";

const N = 60;
const points = draw(2 * N, chance(7));
const pair = (values, i) => [values[2 * i], values[2 * i + 1]];
const off = (a, b) => a.reduce((sum, each, i) => sum + (each - b[i]) ** 2, 0);

for (const [name, turn] of [["turned", [[0.6, -0.8], [0.8, 0.6]]], ["mirrored", [[0.6, 0.8], [0.8, -0.6]]]]) {
  test(`points that were ${name} are brought back to where they were`, () => {
    const moved = Array.from({ length: N }, (_, i) => turned(turn, pair(points, i))).flat();
    const back = fitted(moved, points);
    for (let i = 0; i < N; i += 1) assert.ok(off(turned(back, pair(moved, i)), pair(points, i)) < 1e-18);
  });
}

test("no other turn or mirror brings noisy points nearer", () => {
  const other = draw(2 * N, chance(8)).map((each, i) => each + points[i]);
  const left = (turn) => Array.from({ length: N }, (_, i) => off(turned(turn, pair(other, i)), pair(points, i))).reduce((a, b) => a + b);
  const best = left(fitted(other, points));
  for (let k = 0; k < 90; k += 1) {
    const [c, s] = [Math.cos(k * 0.07), Math.sin(k * 0.07)];
    for (const turn of [[[c, -s], [s, c]], [[c, s], [s, -c]]]) assert.ok(best <= left(turn) + 1e-9);
  }
});

test("pictures are as far apart as the mean over their pairs, and the rungs' parts are what the codes say", () => {
  const [black, grey, white] = [0, 0.5, 1].map((each) => Float32Array.from({ length: 4 }, () => each));
  assert.ok(Math.abs(apart([black, grey, white]) - 2 / 3) < 1e-6);
  const codes = { centre: Float32Array.from([0, 0, 4, 0]), cost: [100, 120], floor: [40, 44], nats: [1, 2, 3, 4], labels: [0, 1] };
  const digits = { means: [[1, 0]], spreads: [[0.1, 0.2]], decode: () => grey };
  const rungs = ladder(BETAS.map(() => ({ codes, digits })));
  assert.deepEqual(rungs.map(({ beta }) => beta), BETAS);
  assert.deepEqual(rungs[0].parts, { floor: 42, error: 63, kl: 5 });
  assert.equal(rungs[3].outside, 0.5);
});
