/**
 * How the films of the lesson "Cover or imitate?" were made: ten times a VAE and a GAN learn the same islands, seeds 1 to 10.
 *
 *     node benchmarks/rivals.mjs
 *
 * Writes assets/live/learn/lessons/cover/films/, a film for each seed (the weights that draw at each stop, and the judge's last
 * ones) and what all of them reach. Prints, of each run's end, the islands reached and the share of draws that lies on one.
 */

import { writeFileSync } from "node:fs";
import { chance } from "../assets/live/learn/frame/chance.js";
import { SEEDS, STOPS, noiseOf, tally } from "../assets/live/learn/lessons/cover/films.js";
import { Gan, Vae } from "../assets/live/learn/lessons/cover/rivals.js";

const FOLDER = new URL("../assets/live/learn/lessons/cover/films/", import.meta.url);
const STEEPEST = 32767; // of an int16

/** Weights as int16 and what its greatest stands for. */
function kept(weights) {
  const most = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / STEEPEST;
  return { most, bytes: Buffer.from(Int16Array.from(weights, (each) => Math.round(each / most)).buffer).toString("base64") };
}

/** Train a rival, and keep what draws at each stop. */
function film(rival) {
  const stops = [];
  for (let step = 0; step <= STOPS.at(-1); step += 1) {
    if (STOPS.includes(step)) stops.push(rival.drawer.weights.slice());
    if (step < STOPS.at(-1)) rival.step();
  }
  return stops;
}

const all = SEEDS.map((seed) => {
  const gan = new Gan(chance(seed));
  const judge = { last: gan.judge.weights };
  const films = { vae: film(new Vae(chance(seed))), gan: film(gan) };
  const noise = noiseOf(seed);
  const tallies = Object.fromEntries(Object.entries(films).map(([name, stops]) => [name, stops.map((weights) => tally(weights, noise))]));
  const drawers = Object.fromEntries(Object.entries(films).map(([name, stops]) => [name, stops.map(kept)]));
  writeFileSync(new URL(`${seed}.json`, FOLDER), `${JSON.stringify({ ...drawers, judge: kept(judge.last) })}\n`);
  const end = ({ reached, on }) => `${reached} of 8, ${on.toFixed(2)} on one`;
  console.log(`${seed}: VAE ${end(tallies.vae.at(-1))}; GAN ${end(tallies.gan.at(-1))}`);
  return tallies;
});
writeFileSync(new URL("tallies.json", FOLDER), `${JSON.stringify(all)}\n`);
