import assert from "node:assert/strict";
import { test } from "node:test";
import { DIALS, placeOf, readNumber, valueAt } from "../../assets/live/train/dials.js";
import { ACTIONS } from "../../assets/live/train/head.js";
import { actionsOf, describeRun, describeSettings, leftOutOfCommand, meanSpeed, nats, rateText, secondsLeft, unitOf } from "../../assets/live/train/words.js";
import { coarse, duration, setting } from "../../assets/live/shared/words/numbers.js";

const STATES = ["queued", "starting", "training", "paused", "measuring", "done", "stopped", "failed", "interrupted"];
const run = (state, more = {}) => ({
  name: "a run", config: { batch_size: 64 }, place: 0, steps: [], model: state === "done",
  status: { state, step: 500, steps: 1000, message: "", images_per_second: 6400, ...more.status }, ...more.rest,
});
const CONFIG = { dataset: "digits", network: "dense", latent_dims: 2, likelihood: "bernoulli", beta: 1, epochs: 30, learning_rate: 1e-3, seed: 0, options: {} };
const SETTLED = { config: CONFIG, family: "VAE", can: ["bound", "draw", "encode"], changes: [] };

for (const state of STATES) {
  test(`a run that is ${state} has a word of its own, and all that can be done with it has a button`, () => {
    const { word } = describeRun(run(state));
    assert.equal(STATES.filter((other) => describeRun(run(other)).word === word).length, 1);
    for (const action of actionsOf(run(state))) assert.ok(ACTIONS[action] || ["explore", "map"].includes(action), action);
  });
}

test("what the server says goes before what the page would say", () => {
  assert.equal(describeRun(run("failed", { status: { message: "The disk is full." } })).sentence, "The disk is full.");
});

test("a run of series speaks of series, and one that says nothing of images", () => {
  assert.equal(unitOf({ noun: "series" }), "nats a series");
  assert.equal(unitOf({ noun: "image" }), unitOf({}));
  assert.equal(unitOf({}), "nats an image");
  assert.match(describeRun(run("measuring", { rest: { nouns: "series" } })).sentence, /the held-out series,/);
  assert.match(describeRun(run("starting", { rest: { nouns: "series" } })).sentence, /and the series,/);
  assert.match(describeRun(run("starting")).sentence, /and the images,/);
});

test("a run that waits says behind how many", () => {
  assert.match(describeRun(run("queued", { rest: { place: 1 } })).sentence, /behind 1 other run\./);
  assert.match(describeRun(run("queued", { rest: { place: 2 } })).sentence, /behind 2 other runs\./);
  assert.match(describeRun(run("queued")).sentence, /first/i);
});

test("what ends the training for good asks once more, what can be undone does not", () => {
  assert.deepEqual(Object.keys(ACTIONS).filter((name) => ACTIONS[name].sure), ["discard", "delete"]);
});

test("only a model can be opened, and a model cannot be resumed", () => {
  for (const state of STATES) {
    const actions = actionsOf(run(state));
    assert.equal(actions.includes("explore"), state === "done");
    if (state === "done") assert.ok(!actions.includes("resume"));
  }
});

test("a run without weights cannot be kept, and one that diverged is not sent there again", () => {
  const failed = (reason, weights) => actionsOf(run("failed", { status: { reason }, rest: { weights } }));
  assert.deepEqual(failed("diverged", false), ["delete"]);
  assert.deepEqual(failed("diverged", true), ["keep", "delete"]);
  assert.deepEqual(failed("memory", false), ["resume", "delete"]);
  assert.deepEqual(failed("disk", true), ["resume", "keep", "delete"]);
});

test("what was changed on the way stands in the settings, and the command says that it leaves it out", () => {
  const changes = [{ step: 319, beta: 4, learning_rate: null }, { step: 400, beta: null, learning_rate: 3e-3 }];
  assert.match(describeSettings({ ...SETTLED, changes }), /β 1 → 4 · .* rate 0\.001 → 0\.003 /);
  assert.doesNotMatch(describeSettings(SETTLED), /→/);
  assert.equal(leftOutOfCommand(changes), "It leaves out what was changed on the way: β 4 after step 319, rate 0.003 after step 400.");
  assert.equal(leftOutOfCommand([]), "");
});

test("the time left is the images left by the images a second, and is not guessed where nothing trains", () => {
  assert.equal(secondsLeft(run("training")), (500 * 64) / 6400);
  assert.equal(secondsLeft(run("paused")), null);
  assert.equal(secondsLeft(run("training", { status: { images_per_second: 0 } })), null);
});

test("the mean speed is the images by the time they took, and one slow record does not make the time left leap", () => {
  const records = [{ step: 50, images_per_second: 1000 }, { step: 100, images_per_second: 4000 }];
  assert.ok(Math.abs(meanSpeed(records) - 1600) < 1e-9); // 50 steps at each: 2 / (1 / 1000 + 1 / 4000)
  assert.equal(meanSpeed([]), null);
  assert.equal(meanSpeed([{ step: 50, images_per_second: 0 }]), null);
  const steady = Array.from({ length: 40 }, (_, i) => ({ step: 50 * (i + 1), images_per_second: 6400 }));
  assert.ok(Math.abs(meanSpeed(steady) - 6400) < 1e-6);
  const left = (steps, speed) => secondsLeft(run("training", { status: { images_per_second: speed }, rest: { steps } }));
  const busy = [...steady, { step: 2050, images_per_second: 3200 }];
  assert.ok(left(busy, 3200) / left(steady, 6400) < 1.06);
});

test("a rate at the end of its wave is almost nothing, and nothing is nothing", () => {
  assert.deepEqual([[6.91e-10, 1e-3], [1e-8, 1e-8], [4e-5, 1e-3], [0, 1e-3], [NaN, 1e-3]].map(([rate, start]) => rateText(rate, start)), ["almost 0", "1e-8", "0.00004", "0", "–"]);
});

test("lengths of time are said as one says them", () => {
  const said = [0.4, 8, 59.6, 80, 120, 599, 1500, 3600, 7500, 36_000].map(duration);
  assert.deepEqual(said, ["0 s", "8 s", "1 min", "1 min 20 s", "2 min", "9 min 59 s", "25 min", "1 h", "2 h 5 min", "10 h"]);
});

test("a time to come is never shorter than it is, and longer by no more than its unit", () => {
  for (let seconds = 0.2; seconds < 9000; seconds *= 1.07) assert.ok(coarse(seconds) >= seconds && coarse(seconds) - seconds <= Math.max(1, seconds / 2));
});

test("a slider's place and its value belong together over the whole of it", () => {
  for (const name of Object.keys(DIALS)) {
    let before = -Infinity;
    for (let place = 0; place <= 400; place += 1) {
      const value = valueAt(name, place / 400);
      assert.ok(value >= before && value >= DIALS[name].low && value <= DIALS[name].high);
      assert.ok(Math.abs(placeOf(name, value) - place / 400) < 0.02, `${name} ${value}`);
      before = value;
    }
  }
});

test("β 0, 1 and 20 and the usual rates can be reached with the sliders", () => {
  const all = (name) => new Set(Array.from({ length: 401 }, (_, i) => valueAt(name, i / 400)));
  for (const beta of [0, 1, 2, 4, 20]) assert.ok(all("beta").has(beta), String(beta));
  for (const rate of [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]) assert.ok(all("learning_rate").has(rate), String(rate));
});

test("a value beyond the slider stands at its end", () => {
  assert.deepEqual([placeOf("beta", 100), placeOf("learning_rate", 1e-8), placeOf("learning_rate", 1)], [1, 0, 1]);
});

test("numbers are read as people type them, and what is no number is none", () => {
  assert.deepEqual(["0.001", "1e-3", " 0,5 ", ".5", "4."].map(readNumber), [0.001, 0.001, 0.5, 0.5, 4]);
  for (const text of ["", "four", "1e", "1 2", "0x10", "Infinity", "--1"]) assert.ok(Number.isNaN(readNumber(text)), text);
});

test("a setting is written so that it is read again as the same number", () => {
  for (const value of [0, 1, 4, 0.05, 0.001, 3.2e-4, 1e-8, 1000]) assert.equal(readNumber(setting(value)), value);
});

test("losses are told apart to a tenth of a nat", () => {
  assert.deepEqual([152.34, 12.3, 3.214, -1.5, 25_000, NaN].map(nats), ["152.3", "12.3", "3.21", "−1.50", "25000", "no number"]);
});

test("the settings name the family and its own ones, and a weight on the KL where there is a KL", () => {
  assert.match(describeSettings(SETTLED), /^digits · VAE · dense · .* · β 1 · /);
  const points = describeSettings({ ...SETTLED, family: "Autoencoder", can: ["encode"], config: { ...CONFIG, options: { sparsity: 0.5 } } });
  assert.match(points, /^digits · Autoencoder · dense · .* · sparsity 0\.5 · 30 epochs · /);
  assert.doesNotMatch(points, /β|KL/);
});
