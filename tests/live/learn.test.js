import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { letterOf, readAnswers, readNumber, withState } from "../../assets/live/learn/frame/address.js";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { circle, density, norm, straight } from "../../assets/live/learn/lessons/between/shell.js";
import { gumbels, slopeOf, softened, winnerOf } from "../../assets/live/learn/lessons/choices/softened.js";
import { SPELT, costOf, slopeAt, spelt } from "../../assets/live/learn/lessons/choices/words.js";
import { costs, median, widths } from "../../assets/live/learn/lessons/cloud/widths.js";
import { bestBell } from "../../assets/live/learn/lessons/gap/best.js";
import { LESSONS } from "../../assets/live/learn/lessons/lessons.js";
import { byScore, moments, noises, through } from "../../assets/live/learn/lessons/noise/slopes.js";
import { carried, errorOf, inUse, kept, klOf } from "../../assets/live/learn/lessons/water/levels.js";
import { GLYPHS } from "../../assets/live/learn/story/glyphs.js";
import { bound, gap, posterior } from "../../assets/live/learn/toy/quadrature.js";
import { fresh, horseshoe, train } from "../../assets/live/learn/toy/training.js";
import { ENCODERS, Toy, WEIGHTS } from "../../assets/live/learn/toy/vae.js";

const read = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const TRAINED = read("assets/live/learn/toy/weights.json");
const VARIANCES = read("assets/live/learn/lessons/water/digits.json").variances;
const near = (a, b, within, what = "") => assert.ok(Math.abs(a - b) <= within, `${what} ${a} against ${b}`);

test("each lesson of the story has a module and a sign, in every language", () => {
  for (const language of ["en", "de"]) {
    const names = Object.keys(read(`assets/lessons/${language}.json`).lessons).sort();
    assert.deepEqual(Object.keys(LESSONS).sort(), names);
    assert.deepEqual(Object.keys(GLYPHS).sort(), names);
  }
});

for (const through of [true, false]) {
  test(`the toy's gradients are finite differences of its loss, for every weight: ${through ? "frozen noise" : "drawn directly"}`, () => {
    const weights = fresh(chance(5));
    const [x, noise] = [[0.7, -0.4], 0.8];
    const { gradient, z } = new Toy(weights).pass(x, noise, { through });
    // Drawn directly z is what it is, whatever the encoder says: its weights move the KL alone.
    const loss = (toy) => {
      const { mean, sigma, kl } = toy.pass(x, noise);
      return kl + toy.reconstruction(x, through ? mean + sigma * noise : z);
    };
    for (let i = 0; i < WEIGHTS; i += 1) {
      const [up, down] = [1, -1].map((side) => loss(new Toy(weights.map((each, k) => (k === i ? each + side * 1e-5 : each)))));
      near(gradient[i], (up - down) / 2e-5, 1e-5 * Math.max(1, Math.abs(gradient[i])), `weight ${i}`);
    }
    assert.ok(gradient.slice(ENCODERS).some((each) => Math.abs(each) > 1e-3));
  });
}

test("drawn directly no slope of the reconstruction reaches mean and sigma, and by frozen noise it is the finite difference", () => {
  const toy = new Toy(TRAINED);
  const [x, noise, held] = [[0.86, 0.52], 1.2, { mean: 0.5, sigma: 0.3 }];
  assert.deepEqual([toy.pass(x, noise, { held, through: false }).slopes.mean, toy.pass(x, noise, { held, through: false }).slopes.sigma], [null, null]);
  const { slopes } = toy.pass(x, noise, { held });
  for (const name of ["mean", "sigma"]) {
    const [up, down] = [1e-5, -1e-5].map((by) => toy.pass(x, noise, { held: { ...held, [name]: held[name] + by } }).reconstruction);
    near(slopes[name], (up - down) / 2e-5, 1e-5 * Math.abs(slopes[name]), name);
  }
});

test("log p(x) is the ELBO and the gap, each by code of its own, for the encoder's bell and for any other", () => {
  const toy = new Toy(TRAINED);
  for (const x of [[0.86, 0.52], [0, 1], [-0.9, -0.2], [0, -0.85], [0.3, 0.3]]) {
    const { evidence, z, density } = posterior(toy, x);
    near(density.reduce((sum, each) => sum + each * (z[1] - z[0]), 0), 1, 1e-9);
    for (const [mean, sigma] of [Object.values(toy.encode(x)), [0, 1], [2.9, 0.45], [-0.6, 0.05]]) {
      const elbo = bound(toy, x, mean, sigma);
      near(evidence, elbo + gap(toy, x, mean, sigma, evidence), 1e-6, `${x} ${mean} ${sigma}`);
      assert.ok(elbo <= evidence + 1e-9);
    }
  }
});

test("the best bell is better than the encoder's and than any of a grid, and between the islands no bell closes the gap", () => {
  const toy = new Toy(TRAINED);
  const x = [0, -0.85];
  const { evidence } = posterior(toy, x);
  const best = bestBell(toy, x, evidence);
  near(best.gap, gap(toy, x, best.mean, best.sigma, evidence), 1e-9);
  for (let mean = -4; mean <= 4; mean += 0.5) for (const sigma of [0.05, 0.15, 0.45, 1]) assert.ok(best.gap <= gap(toy, x, mean, sigma, evidence) + 1e-9);
  assert.ok(best.gap > 0.3 && best.gap < 1, `${best.gap}`);
});

test("the toy that the lessons show has learnt the horseshoe, and a fresh one begins to", () => {
  const points = horseshoe(60, chance(9));
  const mean = (toy) => points.reduce((sum, x) => sum + bound(toy, x, ...Object.values(toy.encode(x)).slice(0, 2)), 0) / points.length;
  const toy = new Toy(fresh(chance(3)));
  const before = mean(toy);
  const steps = train(toy, { seed: 4, batch: 16, rate: () => 0.01 });
  for (let step = 0; step < 60; step += 1) steps.next();
  assert.ok(mean(toy) > before + 10);
  assert.ok(mean(new Toy(TRAINED)) > -1.2);
});

test("a cloud that is the prior costs nothing, a narrower one more, and a class's width is the median of its own", () => {
  assert.deepEqual(costs([0, 0], [1, 1]), [0, 0]);
  near(costs([2], [0.1])[0], 2 + 0.5 * (0.01 - Math.log(0.01) - 1), 1e-12);
  near(costs([1], [0.01])[0] - costs([1], [0.02])[0], Math.LN2, 1e-3);
  assert.deepEqual([[3, 1, 2], [4, 1, 2, 3], [7]].map(median), [2, 2.5, 7]);
  assert.deepEqual(widths({ n: 3, dims: 2, spread: [1, 2, 9, 9, 3, 4], labels: [0, -1, 0] }, 1), [2.5]);
});

test("both ways to estimate a slope are right on average, and their variances are those of the formulas", () => {
  for (const [mean, sigma] of [[1, 0.3], [-0.5, 0.8]]) {
    const all = [1, 2, 3, 4, 5, 6].flatMap(noises);
    const wide = mean ** 4 / sigma ** 2 + 14 * mean ** 2 + 15 * sigma ** 2;
    for (const [way, variance] of [[through, 4 * sigma ** 2], [byScore, wide]]) {
      const found = moments(all.map((noise) => way(mean, sigma, noise)));
      near(found.mean, 2 * mean, 4 * Math.sqrt(variance / all.length));
      near(found.variance / variance, 1, 0.15);
    }
  }
});

test("at each level as many dimensions are used as variances stand above it, and only beta times sigma² counts", () => {
  for (let i = 0; i < 50; i += 1) {
    const level = 0.03 * 1.12 ** i;
    assert.equal(inUse(VARIANCES, level), VARIANCES.filter((each) => klOf(each, level) > 0).length);
    const closed = VARIANCES.reduce((sum, each) => sum + 0.5 * Math.log(Math.max(1, each / level)), 0);
    near(carried(VARIANCES, level), closed, 1e-9);
  }
  for (const [beta, spread] of [[1, 1], [4, 0.125], [0.5, 2]]) assert.equal(carried(VARIANCES, beta * spread), carried(VARIANCES, 2 * beta * (spread / 2)));
  assert.deepEqual([0.05, 0.1, 0.25, 0.5, 1, 2, 4].map((level) => inUse(VARIANCES, level)), [101, 69, 39, 23, 12, 6, 1]);
});

test("a linear VAE that is trained by descent ends with the KL and the error of the water level", () => {
  const [beta, spread] = [1.5, 0.4]; // level 0.6
  for (const variance of [5, 1.5, 0.4]) {
    let [w, v, s] = [0.8, 0.5, 0.6]; // decoder, encoder and sigma of one direction
    for (let step = 0; step < 20_000; step += 1) {
      const miss = 1 - w * v;
      const atW = (-variance * v * miss + w * s * s) / spread;
      const atV = (-variance * w * miss) / spread + beta * v * variance;
      const atS = (w * w * s) / spread + beta * (s - 1 / s);
      [w, v, s] = [w - 0.01 * atW, v - 0.01 * atV, s - 0.01 * atS];
    }
    const level = beta * spread;
    near(0.5 * (v * v * variance + s * s - 2 * Math.log(s) - 1), klOf(variance, level), 0.02 * Math.max(klOf(variance, level), 0.05));
    near(variance * (1 - w * v) ** 2, errorOf([variance], level), 0.02 * variance);
    near(w * v, kept(variance, level), 0.02);
  }
});

test("no temperature changes who wins, and cold makes the largest share larger", () => {
  const logits = [1, 0.5, 0];
  const noise = gumbels(1, 3);
  const winners = (temperature) => noise.map((each) => winnerOf(softened(logits, each, temperature)));
  const largest = (temperature) => noise.reduce((sum, each) => sum + Math.max(...softened(logits, each, temperature)), 0);
  const temperatures = [5, 2, 1, 0.5, 0.1, 0.05];
  temperatures.forEach((temperature, i) => {
    assert.deepEqual(winners(temperature), winners(1));
    if (i) assert.ok(largest(temperature) > largest(temperatures[i - 1]));
  });
  const shares = logits.map((each) => Math.exp(each) / logits.reduce((sum, one) => sum + Math.exp(one), 0));
  const many = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => gumbels(seed, 3)).map((each) => winnerOf(softened(logits, each, 1)));
  shares.forEach((share, i) => near(many.filter((each) => each === i).length / many.length, share, 4 * Math.sqrt((share * (1 - share)) / many.length)));
  const soft = softened(logits, noise[0], 0.7);
  const moved = softened([logits[0] + 1e-6, logits[1], logits[2]], noise[0], 0.7);
  near(slopeOf(soft, 0.7), (moved[0] - soft[0]) / 1e-6, 1e-5);
});

test("a word's cost has a slope at every code, and each word is spelt at its middle", () => {
  SPELT.forEach((word, i) => assert.equal(spelt(i - 2), word));
  for (let z = -2.4; z <= 2.4; z += 0.1) near(slopeAt(z), (costOf(z + 1e-6) - costOf(z - 1e-6)) / 2e-6, 1e-4 * Math.max(1, Math.abs(slopeAt(z))), `${z}`);
});

test("the density of distances has area 1 and the mean square of its dimensions", () => {
  for (const dims of [1, 2, 3, 16, 64]) {
    const radii = Array.from({ length: 4000 }, (_, i) => (i + 0.5) * 0.005);
    near(radii.reduce((sum, r) => sum + density(r, dims) * 0.005, 0), 1, 1e-4, `${dims}`);
    near(radii.reduce((sum, r) => sum + r * r * density(r, dims) * 0.005, 0), dims, 1e-3 * dims, `${dims}`);
  }
});

test("a straight line is never farther out than its ends, and a great circle keeps a distance between theirs", () => {
  const [a, b] = [[3, 0, 1], [-1, 2, 2.5]];
  for (const t of [0, 0.2, 0.5, 0.9, 1]) {
    assert.ok(norm(straight(a, b, t)) <= Math.max(norm(a), norm(b)) + 1e-12);
    near(norm(circle(a, b, t)), (1 - t) * norm(a) + t * norm(b), 1e-9);
  }
  circle(a, b, 1).forEach((each, i) => near(each, b[i], 1e-9));
});

test("answers and numbers go into the address and come back; what cannot be had is as if it were not there", () => {
  const href = withState("http://here/learn?lesson=gap&show=projector", { said: [1, null], step: 1 }, { mean: 0.25, sigma: null });
  assert.equal(href, "http://here/learn?lesson=gap&show=projector&said=b,-&step=1&mean=0.25");
  assert.deepEqual(readAnswers(new URL(href).search, [4, 3]), { said: [1, null], step: 1 });
  assert.equal(readNumber(new URL(href).search, "mean", -1, 1, 0), 0.25);
  for (const search of ["?said=z", "?said=", "?said=d", "?said=bb", ""]) assert.deepEqual(readAnswers(search, [3]), { said: [], step: 0 });
  assert.deepEqual(readAnswers("?said=a,b,c&step=9", [3, 3]), { said: [0, 1], step: 2 });
  assert.deepEqual(readAnswers("?step=2", [3, 3]), { said: [], step: 0 });
  for (const text of ["x", "", "1e9", "NaN", "-2"]) assert.equal(readNumber(`?mean=${text}`, "mean", -1, 1, 0.5), 0.5);
  assert.deepEqual([0, 3, null].map(letterOf), ["a", "d", "-"]);
});
