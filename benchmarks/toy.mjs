/**
 * Train the toy of the Learn page and write its weights: `node benchmarks/toy.mjs`. The same seed gives the same weights.
 * @module
 */

import { writeFileSync } from "node:fs";
import { seeded } from "../assets/live/shared/space/normal.js";
import { bound, posterior } from "../assets/live/learn/toy/quadrature.js";
import { fresh, horseshoe, train } from "../assets/live/learn/toy/training.js";
import { Toy } from "../assets/live/learn/toy/vae.js";

const [SEED, STEPS, BATCH, TESTED] = [3, 12_000, 64, 500];
const DIGITS = 5; // of a weight

const toy = new Toy(fresh(seeded(SEED)));
const steps = train(toy, { seed: SEED + 1, batch: BATCH, rate: (step) => 0.01 * Math.min(1, 2 * (1 - step / STEPS)) });
for (let step = 1; step <= STEPS; step += 1) {
  const { value } = steps.next();
  if (step % 2000 === 0) console.log(`step ${step}: ${value.toFixed(3)} nats`);
}
const weights = Array.from(toy.weights, (each) => Number(each.toFixed(DIGITS)));
writeFileSync(new URL("../assets/live/learn/toy/weights.json", import.meta.url), `${JSON.stringify(weights)}\n`);

const kept = new Toy(weights);
const tested = horseshoe(TESTED, seeded(SEED + 2)).map((x) => {
  const { mean, sigma } = kept.encode(x);
  return [posterior(kept, x).evidence, bound(kept, x, mean, sigma)];
});
const mean = (i) => tested.reduce((sum, row) => sum + row[i], 0) / TESTED;
console.log(`${TESTED} other points: log p(x) ${mean(0).toFixed(3)}, ELBO ${mean(1).toFixed(3)} nats`);
