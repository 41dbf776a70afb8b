// Codes of choices: what is chosen, drawn, and walked along.
import assert from "node:assert/strict";
import { test } from "node:test";

import { walkOf, walksOf } from "../../assets/live/shared/sliders/walk.js";
import { Encoder } from "../../assets/live/shared/net/encoder.js";
import { stepped, useWords } from "../../assets/live/shared/sliders/cellgrid.js";
import { carriedBy, choiceFolds } from "../../assets/live/shared/sliders/choicerows.js";
import { choiceOf, chosen, drawnChoices, wayOf, waysAround } from "../../assets/live/shared/space/chosen.js";
import { seeded, draw } from "../../assets/live/shared/space/normal.js";
import { atRest, codeOf, drawnAgain } from "../../assets/live/shared/line/machine.js";

const CHOICES = [[0, 2], [2, 5]];
const SHARES = [0.25, 0.75, 0.5, 0, 0.5];

test("to choose a way leaves the other choices as they are", () => {
  assert.deepEqual(chosen([0.3, 0.7, 0.2, 0.3, 0.5], CHOICES[1], 0), [0.3, 0.7, 1, 0, 0]);
  assert.equal(wayOf([0, 1, 0.2, 0.3, 0.5], CHOICES[1]), 2);
  assert.equal(choiceOf(CHOICES, 2), CHOICES[1]);
  assert.deepEqual(Array.from(waysAround([1, 0, 0, 0, 1], CHOICES[0])), [1, 0, 0, 0, 1, 0, 1, 0, 0, 1]);
});

test("each way is drawn as often as it is likely, and one without a share never", () => {
  const [random, n] = [seeded(3), 4000];
  const sums = SHARES.map(() => 0);
  for (let i = 0; i < n; i += 1) {
    const z = drawnChoices(SHARES, draw(5, random), CHOICES);
    for (const [first, end] of CHOICES) assert.equal(z.slice(first, end).reduce((a, b) => a + b), 1);
    z.forEach((value, dim) => (sums[dim] += value / n));
  }
  sums.forEach((share, dim) => assert.ok(Math.abs(share - SHARES[dim]) < 4 * Math.sqrt(0.25 / n), `${sums}`));
  assert.equal(sums[3], 0);
});

test("at rest all ways are as likely as each other; a hand's choice stands until it is drawn again", () => {
  const rest = atRest(5, CHOICES);
  assert.deepEqual(rest.mean, [1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3]);
  const machine = { ...rest, mean: SHARES, sigma: SHARES, code: [1, 0, 0, 1, 0] };
  assert.deepEqual(codeOf(machine), [1, 0, 0, 1, 0]);
  assert.deepEqual(codeOf({ ...machine, quiet: true }), SHARES);
  assert.notEqual(codeOf(drawnAgain(machine))[3], 1); // that way has no share
});

test("rows are in the order of what choices carry; those that carry nothing fold away", () => {
  const latent = { choices: CHOICES, order: [2, 3, 4, 0, 1], dead: [true, true, false, false, false] };
  assert.deepEqual(choiceFolds(latent), { first: [CHOICES[1]], more: [], dead: [CHOICES[0]] });
  assert.equal(carriedBy([0.5, 0.25, 0, 0, 1], CHOICES[0]), 0.75);
  assert.equal(carriedBy([null, null, 0, 0, 1], CHOICES[0]), null);
});

test("the strip goes over all ways of the choice in hand, and along a dimension that is none", () => {
  const latent = { choices: CHOICES, groups: ["choice 1", "choice 1", "choice 2", "choice 2", "choice 2"], dead: [false, false, false, false, false] };
  const walk = walkOf(3, latent);
  assert.deepEqual([walk.name, walk.values, walk.ticks], ["Choice 2", [0, 1, 2], ["1", "2", "3"]]);
  assert.equal(walk.at(SHARES), 0);
  assert.deepEqual(walk.to(SHARES, 1), [0.25, 0.75, 0, 1, 0]);
  assert.deepEqual([1, 2, 4].map(walk.within), [false, true, true]);
  assert.deepEqual(walksOf({ ...latent, order: [2, 3, 4, 0, 1] }), [2, 0]);
  assert.deepEqual(walksOf({ order: [1, 0] }), [1, 0]);
  const along = walkOf(0, { range: [[-2, 2], [-2, 2]], dead: [false, false], limit: 10 });
  assert.equal(along.values.length, 11);
  assert.deepEqual(along.to([0, 5], 1.5), [1.5, 5]);
});

test("logits become how likely each way is, and the parts of the KL sum to it", () => {
  const layers = [{ layer: "Linear", inputs: 5, outputs: 5 }];
  const weight = Float32Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0));
  const said = { layers, output: "choices", choices: CHOICES, shape: [1, 1, 5], levels: 1 };
  const logits = [0, Math.log(3), 90, 90 + Math.log(2), 90];
  const { mean, spread, nats } = new Encoder(said, [weight, new Float32Array(5)]).encode(Float32Array.from(logits));
  const p = [0.25, 0.75, 0.25, 0.5, 0.25];
  p.forEach((share, i) => assert.ok(Math.abs(mean[i] - share) < 1e-5 && Math.abs(spread[i] - Math.sqrt(share * (1 - share))) < 1e-5));
  for (const [first, end] of CHOICES) {
    const kl = p.slice(first, end).reduce((sum, share) => sum + share * Math.log(share * (end - first)), 0);
    assert.ok(Math.abs(nats.slice(first, end).reduce((a, b) => a + b) - kl) < 1e-5);
  }
});

test("a key goes to the next cell of a grid and stays within it", () => {
  const [rows, columns] = [2, 3];
  const reached = (cell, step) => stepped(cell, step, [rows, columns]);
  assert.deepEqual([0, 1, 2].map((cell) => reached(cell, [0, 1])), [1, 2, 2]);
  assert.deepEqual([0, 4].map((cell) => reached(cell, [1, 0])), [3, 4]);
  assert.deepEqual([5, 0].map((cell) => reached(cell, [-1, 0])), [2, 0]);
  assert.equal(reached(3, [0, -1]), 3);
});

test("how many codes are used is said with how many that would be used alike", () => {
  const choices = [[0, 4], [4, 8]];
  assert.match(useWords({ used: [4, 3.21], choices }), /^All 4 codes of the book are used .* 3\.2 /);
  assert.match(useWords({ used: [3, 2], choices }), /^3 of the 4 codes .* 2\.0 /);
});
