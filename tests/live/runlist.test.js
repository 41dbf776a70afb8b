import assert from "node:assert/strict";
import { test } from "node:test";
import { ORDERS, curveWords, differing, headsOf, heldOutOf, kindOf, nats, notComparable, renamed, settingWords, sorted, sparkline, stateWords, whenWords } from "../../assets/live/train/runs/words.js";
import { MOST_OVERLAID, overlayColour } from "../../assets/live/train/overlay.js";

const CAN = ["bound", "density", "draw", "encode"];
const SETTINGS = { family: "gaussian", options: {}, dataset: "mnist-5k", network: "dense", width: 512, depth: 2, latent_dims: 2, likelihood: "bernoulli", beta: 1, epochs: 30, learning_rate: 0.001, seed: 0 };
const run = (name, more = {}, config = {}) => ({ name, state: "done", step: 100, steps: 100, family: "VAE", can: CAN, config: { ...SETTINGS, ...config }, ...more });
/** A run of a family without a bound. */
const autoencoder = (name, more = {}, config = {}) => run(name, { family: "Autoencoder", can: ["encode"], ...more }, { family: "autoencoder", options: { sparsity: 0 }, ...config });

test("each state is said in words, with how far the run is", () => {
  const said = (state, step, place = 0) => stateWords(run("a", { state, step, place }));
  assert.equal(said("queued", 0, 0), "Queued, next in turn");
  assert.equal(said("queued", 0, 1), "Queued, 1 run before it");
  assert.equal(said("queued", 0, 3), "Queued, 3 runs before it");
  assert.equal(said("training", 34), "Training, 34 %");
  assert.equal(said("paused", 50), "Paused at 50 %");
  assert.equal(said("done", 100), "Done");
  assert.equal(said("done", 41), "Kept at 41 %");
  assert.equal(said("stopped", 20), "Stopped at 20 %");
  assert.equal(said("interrupted", 77), "Interrupted at 77 %");
  assert.equal(said("failed", 0), "Failed");
  assert.equal(said("failed", 12), "Failed at 12 %");
});

test("a run is never said to be at 100 % before it is", () => {
  assert.equal(stateWords(run("a", { state: "training", step: 9999, steps: 10_000 })), "Training, 99 %");
  assert.equal(stateWords(run("a", { state: "training", step: 29, steps: 100 })), "Training, 29 %"); // 100 * 0.29 is 28.999…
});

test("a run whose length is not known yet, and a state of a later version, are told all the same", () => {
  assert.equal(stateWords(run("a", { state: "stopped", step: 0, steps: 0 })), "Stopped at 0 %");
  assert.equal(stateWords(run("a", { state: "resting" })), "resting");
});

test("only settings that differ between runs are told, in an order that stays", () => {
  const runs = [run("a"), run("b", {}, { seed: 3 }), run("c", {}, { beta: 4 })];
  const names = differing(runs);
  assert.deepEqual(names, ["beta", "seed"]);
  assert.deepEqual(settingWords(runs[2], names), ["β 4", "seed 0"]);
});

test("runs that differ in nothing say what they are", () => {
  assert.deepEqual(settingWords(run("a"), differing([run("a"), run("b")])), ["dense", "2 dimensions"]);
  assert.deepEqual(settingWords(run("a", {}, { latent_dims: 1 }), differing([run("a")])), ["dense", "1 dimension"]);
});

test("a network's own width says nothing, another width of the same network does", () => {
  const conv = run("b", {}, { network: "conv", width: 28 });
  assert.deepEqual(differing([run("a"), conv]), ["network"]);
  assert.deepEqual(differing([run("a"), conv, run("c", {}, { width: 64 })]), ["network", "width"]);
});

test("a setting that a run does not have is left out", () => {
  const old = { ...run("a"), config: { network: "dense" } };
  assert.deepEqual(settingWords(old, differing([old, run("b")])), []);
  assert.deepEqual(differing([{ ...run("a"), config: null }]), ["network", "latent_dims"]);
});

test("what spoils the images of a run and the class it never saw are told where runs differ in them", () => {
  const runs = [run("a"), run("b", {}, { corruption: "gaussian" }), run("c", {}, { corruption: null, without: "4" })];
  assert.deepEqual(differing(runs), ["corruption", "without"]);
  assert.deepEqual(runs.map((each) => settingWords(each, differing(runs))), [[], ["spoiled by gaussian"], ["without class 4"]]);
});

test("the newest run stands first, and one that has not begun before all others", () => {
  const runs = [run("old", { started_at: 10 }), run("new", { started_at: 20 }), run("waits", { started_at: null, state: "queued" })];
  assert.deepEqual(sorted(runs, "newest").map(({ name }) => name), ["waits", "new", "old"]);
});

test("−ELBO is compared within a data set, and a run without one comes last", () => {
  const runs = [run("b", { held_out: 150 }), run("none", { held_out: null }), run("faces", { held_out: -1000 }, { dataset: "olivetti" }), run("a", { held_out: 140 })];
  assert.deepEqual(sorted(runs, "elbo").map(({ name }) => name), ["a", "b", "none", "faces"]);
});

test("a finished model stands by the figure that every page shows, and another by what was measured so far", () => {
  const done = { ...run("done", { held_out: 232 }), measured: 212.2 };
  assert.deepEqual([heldOutOf(done).value, heldOutOf(done).name], [212.2, "−ELBO"]);
  assert.deepEqual([heldOutOf(run("trains", { held_out: 220 })).value, heldOutOf(run("trains", { held_out: 220 })).name], [220, "−ELBO so far"]);
  assert.equal(heldOutOf(run("new", { held_out: null })).value, null);
  assert.deepEqual(sorted([run("trains", { held_out: 220 }), done], "elbo").map(({ name }) => name), ["done", "trains"]);
});

test("names are sorted as people count", () => {
  assert.deepEqual(sorted([run("run-10"), run("run-9"), run("a")], "name").map(({ name }) => name), ["a", "run-9", "run-10"]);
});

for (const order of Object.keys(ORDERS)) {
  test(`the order ${order} does not depend on how the runs stood before, and leaves the list alone`, () => {
    const runs = [run("b"), run("a"), run("c", { held_out: 3, started_at: 5 })];
    const before = [...runs];
    assert.deepEqual(sorted(runs, order), sorted([...runs].reverse(), order));
    assert.deepEqual(runs, before);
  });
}

test("a time is told the shorter the nearer it is", () => {
  const now = new Date(2026, 10, 21, 15, 0, 0).getTime() / 1000;
  assert.equal(whenWords(now - 5, now), "just now");
  assert.equal(whenWords(now - 59 * 60, now), "59 min ago");
  assert.equal(whenWords(now - 3 * 3600, now), "12:00");
  assert.equal(whenWords(now - 24 * 3600, now), "20 Nov");
  assert.match(whenWords(now - 400 * 24 * 3600, now), /^17 Oct 2025$/);
  assert.equal(whenWords(null, now), "");
});

test("a small curve goes from the upper left to the lower right, and stops where the run does", () => {
  const box = { width: 104, height: 30, margin: 2 };
  const curve = /** @type {[number, number][]} */ ([[0, 500], [25, 200], [50, 150]]);
  const { path, end } = sparkline(curve, { steps: 100, ...box });
  assert.equal(path, "M2 2L27 24.3L52 28");
  assert.deepEqual(end, [52, 28]);
  assert.deepEqual(sparkline(curve, { steps: 0, ...box }).end, [102, 28]); // the whole width
});

test("a curve that is flat, short or broken is drawn without a number that is none", () => {
  const box = { steps: 10, width: 104, height: 30 };
  assert.equal(sparkline([], box).path, "");
  assert.equal(sparkline([[0, 1]], box).path, "");
  assert.deepEqual(sparkline([[0, 5], [10, 5]], box).end, [102, 15]);
  assert.doesNotMatch(sparkline(/** @type {any} */ ([[0, 5], [1, NaN], [2, null], [3, Infinity], [10, 4]]), box).path, /NaN|Infinity/);
});

test("a curve is said in a sentence", () => {
  assert.equal(curveWords([[0, 543.2], [50, 161.04]], nats, "−ELBO"), "−ELBO from 543.2 to 161.0 nats");
  assert.equal(curveWords([], nats, "−ELBO"), "No curve yet");
  assert.equal(nats(-1234.56), "−1,234.6");
});

test("as many curves have colours of their own as can be ticked", () => {
  const colours = Array.from({ length: MOST_OVERLAID }, (_, i) => overlayColour(i));
  assert.equal(new Set(colours).size, MOST_OVERLAID);
  assert.ok(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour)));
});

test("a Gaussian's nats are not set above a Bernoulli's, nor those of one data set above another's", () => {
  const runs = [
    run("bernoulli", { held_out: 156 }),
    run("gaussian", { held_out: -41.9 }, { likelihood: "gaussian" }),
    run("better", { held_out: 150 }),
    run("worse gaussian", { held_out: 3 }, { likelihood: "gaussian" }),
    run("others", { held_out: 20 }, { dataset: "digits" }),
  ];
  const order = sorted(runs, "elbo");
  const kinds = order.map(kindOf);
  assert.deepEqual(kinds, [...kinds].sort(), "each kind stands together");
  assert.equal(new Set(kinds).size, 3);
  assert.deepEqual(order.map(({ name }) => name), ["others", "better", "bernoulli", "gaussian", "worse gaussian"]);
});

test("of curves that cannot be compared it is said, and why", () => {
  assert.equal(notComparable([SETTINGS, { ...SETTINGS, beta: 4 }]), "");
  assert.equal(notComparable([SETTINGS, { ...SETTINGS, dataset: "digits" }]), "Not comparable in nats: other data.");
  assert.equal(notComparable([SETTINGS, { ...SETTINGS, likelihood: "gaussian" }]), "Not comparable in nats: another likelihood.");
  assert.match(notComparable([SETTINGS, { ...SETTINGS, dataset: "digits", likelihood: "gaussian" }]), /other data, another likelihood/);
  assert.equal(notComparable([SETTINGS, undefined, null]), "");
});

test("a run that is renamed keeps its tick at its place, and one that is gone leaves it free", () => {
  assert.deepEqual(renamed(["a", null, "b"], "b", "c"), ["a", null, "c"]);
  assert.deepEqual(renamed(["a", "b"], "a"), [null, "b"]);
  assert.deepEqual(renamed(["a"], "x", "y"), ["a"]);
});

const ELBO_WORDS = /ELBO|KL|β/;

test("a family without a bound is judged by its reconstruction, in every word that is said of it", () => {
  const runs = [autoencoder("a", { held_out: 90 }), autoencoder("b", { held_out: 92, measured: 91 })];
  assert.deepEqual(runs.map((each) => [heldOutOf(each).value, heldOutOf(each).name]), [[90, "Reconstruction so far"], [91, "Reconstruction"]]);
  const words = [...headsOf(runs).flat(), ...Object.values(ORDERS).map(([name]) => name(runs)), ...runs.flatMap((each) => Object.values(heldOutOf(each)))];
  for (const word of words) assert.doesNotMatch(String(word), ELBO_WORDS);
  assert.ok(words.includes("Lowest reconstruction first") && words.includes("Reconstruction, training"));
});

test("the list is called by what all of its runs are judged by", () => {
  const name = (...runs) => [headsOf(runs)[3][0], ORDERS.elbo[0](runs)];
  assert.deepEqual(name(run("a"), run("b")), ["−ELBO, training", "Lowest −ELBO first"]);
  assert.deepEqual(name(run("a"), autoencoder("b")), ["Loss, training", "Lowest loss first"]);
  assert.equal(headsOf([]).length, headsOf([run("a")]).length);
});

test("the family is told by its title where runs differ in it, and its own settings where those of one family differ in them", () => {
  const mixed = [run("a"), autoencoder("b")];
  assert.deepEqual(mixed.map((each) => settingWords(each, differing(mixed))), [["VAE"], ["Autoencoder"]]);
  const sparse = [...mixed, autoencoder("c", {}, { options: { sparsity: 0.5 } })];
  assert.deepEqual(sparse.map((each) => settingWords(each, differing(sparse))), [["VAE"], ["Autoencoder", "sparsity 0"], ["Autoencoder", "sparsity 0.5"]]);
});

test("of a family without a KL no weight on it is told", () => {
  const runs = [run("a", {}, { beta: 4, warmup_epochs: 2 }), autoencoder("b", {}, { beta: 1, warmup_epochs: 0 })];
  assert.deepEqual(settingWords(runs[0], differing(runs)), ["VAE", "β 4", "warm-up 2"]);
  assert.deepEqual(settingWords(runs[1], differing(runs)), ["Autoencoder"]);
});

test("what another family counts is not set above or below: its runs stand together, and it is said of curves", () => {
  const runs = [autoencoder("points", { held_out: 80 }), run("cloud", { held_out: 140 }), autoencoder("worse", { held_out: 150 }), run("wide", { held_out: 160 })];
  assert.deepEqual(sorted(runs, "elbo").map(({ name }) => name), ["points", "worse", "cloud", "wide"]);
  assert.equal(new Set(runs.map(kindOf)).size, 2);
  assert.equal(notComparable(runs.map(({ config }) => config)), "Not comparable in nats: another family.");
  assert.equal(notComparable([runs[0].config, runs[2].config]), "");
});
