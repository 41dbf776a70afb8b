import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { chance } from "../../assets/live/learn/frame/chance.js";
import { SEEDS, STOPS, noiseOf, readFilm, tally } from "../../assets/live/learn/lessons/cover/films.js";
import { Gan, Vae, landed, points } from "../../assets/live/learn/lessons/cover/rivals.js";
import { draw } from "../../assets/live/shared/space/normal.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../assets/live/learn/lessons/cover/films/${name}.json`, import.meta.url), "utf8"));
const END = STOPS.length - 1;
const BIT = 1e-5;

const things = points(3, chance(5));
const random = chance(6);
const noises = things.map(() => draw(2, random));

/** Each weight's slope is what the loss changes by. */
function agrees(learner, loss) {
  learner.gradient.fill(0);
  loss();
  const slopes = learner.gradient.slice();
  learner.weights.forEach((weight, i) => {
    const [up, down] = [BIT, -BIT].map((by) => {
      learner.weights[i] = weight + by;
      return loss();
    });
    learner.weights[i] = weight;
    assert.ok(Math.abs((up - down) / (2 * BIT) - slopes[i]) < 1e-5 + 1e-4 * Math.abs(slopes[i]), `weight ${i}`);
  });
}

test("finite differences are the slopes of all weights of both rivals", () => {
  const vae = new Vae(chance(1));
  agrees(vae.encoder, () => vae.slopes(things, noises));
  agrees(vae.drawer, () => vae.slopes(things, noises));
  const gan = new Gan(chance(2));
  agrees(gan.judge, () => gan.judgeSlopes(things, noises));
  agrees(gan.drawer, () => gan.drawerSlopes(noises));
});

test("who does not learn stays as it is", () => {
  const gan = new Gan(chance(3));
  const [judge, drawer] = [gan.judge.weights.slice(), gan.drawer.weights.slice()];
  gan.judges();
  assert.deepEqual(gan.drawer.weights, drawer);
  assert.notDeepEqual(gan.judge.weights, judge);
  const taught = gan.judge.weights.slice();
  gan.draws();
  assert.deepEqual(gan.judge.weights, taught);
  assert.notDeepEqual(gan.drawer.weights, drawer);
});

test("points of the data reach all islands, and nearly all lie on one", () => {
  const { reached, on, counts } = landed(points(4000, chance(8)));
  assert.ok(reached.every(Boolean));
  assert.ok(Math.abs(on - (1 - Math.exp(-4.5))) < 0.01, `${on}`); // within three standard deviations in the plane
  assert.equal(counts.reduce((a, b) => a + b), Math.round(on * 4000));
  assert.deepEqual(landed([[0, 0], [9, 9]]).on, 0);
});

test("in ten recorded runs the VAE reaches every island and a GAN that leaves none out is rare; what is told is what the films draw", () => {
  const tallies = read("tallies");
  assert.equal(tallies.length, SEEDS.length);
  SEEDS.forEach((seed, i) => {
    const film = readFilm(read(seed));
    for (const name of ["vae", "gan"]) {
      for (const stop of [0, 4, END]) {
        const { reached, on } = tally(film[name][stop], noiseOf(seed));
        assert.ok(Math.abs(on - tallies[i][name][stop].on) < 0.02 && Math.abs(reached - tallies[i][name][stop].reached) <= 1, `${seed} ${name} ${stop}`);
      }
    }
  });
  const ends = (name) => tallies.map((run) => run[name][END]);
  assert.ok(ends("vae").every(({ reached }) => reached === 8));
  assert.ok(ends("gan").filter(({ reached }) => reached < 8).length >= 3);
  const on = (name) => ends(name).map((each) => each.on).sort((a, b) => a - b);
  assert.ok(on("vae").at(-1) < on("gan")[4], "the VAE paints between them");
});
