// The numbers of the machine in one line.
import assert from "node:assert/strict";
import { test } from "node:test";

import { atRest, believed, beliefIn, codeOf, drawnAgain, isFar, noiseFor } from "../../assets/live/shared/line/machine.js";
import { reachOf } from "../../assets/live/shared/line/plane.js";
import { shownOf } from "../../assets/live/shared/line/rows.js";
import { wordsOf } from "../../assets/live/shared/line/words.js";
import image from "../../assets/live/shared/views/image.js";
import series from "../../assets/live/shared/views/series.js";
import { signed } from "../../assets/live/shared/words/numbers.js";

/** Numbers in [0, 1) that are the same each time: Park & Miller 1988. */
function seeded(state = 7) {
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const close = (a, b) => a.forEach((each, i) => assert.ok(Math.abs(each - b[i]) < 1e-12, `${a} and ${b}`));
const cloud = { mean: [0.5, -1.25], sigma: [0.25, 2], noise: [2, -0.5], quiet: false };

test("the code is the mean and as many standard deviations as the noise says", () => close(codeOf(cloud), [1, -2.25]));

test("without noise the code is the mean, and so it is where codes are points", () => {
  assert.deepEqual(codeOf({ ...cloud, quiet: true }), cloud.mean);
  assert.deepEqual(codeOf({ ...cloud, sigma: null }), cloud.mean);
});

test("the noise for a code leads back to it", () => {
  const z = [0.1, 3];
  close(codeOf({ ...cloud, noise: noiseFor(cloud, z) }), z);
});

test("the noise stays where another thing is put in: only mean and sigma are the encoder's", () => {
  const other = believed(cloud, [0, 0], [1, 1]);
  assert.deepEqual(other.noise, cloud.noise);
  close(codeOf(other), cloud.noise);
});

test("codes that are drawn again and again have the cloud's mean and standard deviations", () => {
  const random = seeded();
  const n = 4000;
  const codes = Array.from({ length: n }, () => codeOf(drawnAgain(cloud, random)));
  for (const dim of [0, 1]) {
    const values = codes.map((z) => z[dim]);
    const mean = values.reduce((sum, each) => sum + each, 0) / n;
    const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / n);
    assert.ok(Math.abs(mean - cloud.mean[dim]) < (4 * cloud.sigma[dim]) / Math.sqrt(n));
    assert.ok(Math.abs(deviation / cloud.sigma[dim] - 1) < 4 / Math.sqrt(2 * n));
  }
});

test("a new draw switches the noise on", () => assert.equal(drawnAgain({ ...cloud, quiet: true }).quiet, false));

test("what the encoder answers is read as mean and sigma, and as a mean alone where it is a point", () => {
  assert.deepEqual(beliefIn(Float32Array.of(1, 2, 0.5, 0.25, 9, 9), 2), [[1, 2], [0.5, 0.25]]);
  assert.deepEqual(beliefIn(Float32Array.of(1, 2), 2), [[1, 2], null]);
});

test("at rest all is 0", () => assert.deepEqual(codeOf(atRest(3)), [0, 0, 0]));

test("a plane reaches as far as its codes, and three standard deviations of a prior at least", () => {
  assert.equal(reachOf({ range: [[-4, 2], [-1, 1]], prior: "normal" }), 4);
  assert.equal(reachOf({ range: [[-1, 1], [-1, 1]], prior: "normal" }), 3);
  assert.equal(reachOf({ range: [[-1, 1], [-1, 20]], prior: "none" }), 20);
});

test("the dimensions that are shown are those that carry most, and no dead ones", () => {
  const order = [3, 1, 0, 2, 4, 5, 6];
  assert.deepEqual(shownOf({ order, dead: [false, false, true, false, false, false, false] }), [3, 1, 0, 4, 5]);
});

test("numbers have a true minus, and a zero none", () => {
  assert.deepEqual([-1.234, -0.001, 2].map(signed), ["−1.23", "0.00", "2.00"]);
});

const said = (can, view, dims = 2) => Object.values(wordsOf({ can, latent: { dims } }, view)).map(({ title, fine, label }) => `${title} ${fine} ${label}`).join(" ");

test("an autoencoder's words tell of no σ and no noise to draw", () => {
  const { cloud } = wordsOf({ can: ["encode"], latent: { dims: 2 } }, image([4, 4, 1]));
  assert.deepEqual([cloud.title, cloud.term], ["Code", "code"]);
});

test("a model without an encoder finds no codes, and its words say so", () => {
  const { cloud, draw, output } = wordsOf({ can: ["draw"], latent: { dims: 2 } }, image([4, 4, 1]));
  assert.deepEqual([cloud.title, cloud.term, draw.title, draw.term], ["Code", "code", "Noise", "random draw"]);
  assert.equal(output.title, "Picture");
});

test("curves are called series, and are not sketched", () => {
  const words = said(["encode", "draw", "spread", "bound"], series([40, 1], { low: -1, high: 1 }), 8);
  assert.doesNotMatch(words, /image|pixel|Sketch/);
});

test("a code that a hand has put where no draw lies has no noise to be told of", () => {
  const machine = { mean: [1, 0], sigma: [0.01, 1], quiet: false };
  assert.ok(isFar({ ...machine, noise: noiseFor(machine, [0, 0]) }));
  assert.ok(!isFar({ ...machine, noise: noiseFor(machine, [1.02, 3]) }));
  assert.ok(!isFar({ ...machine, sigma: null, noise: [0, 0] }));
});
