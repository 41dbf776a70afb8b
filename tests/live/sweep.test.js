import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceColour, choiceWords, describeSweep, figureText, hasCurve, labelOf, rowWords, spreadText } from "../../assets/live/train/sweep/words.js";
import { overlayColour } from "../../assets/live/train/overlay.js";

const sweep = (more) => ({ name: "a", state: "training", live: true, message: "", done: 2, runs: 6, settings: [], figures: [], choices: [], compare: [], ...more });

test("a sweep says how many of its runs are done, and in its own words why it stands still", () => {
  assert.deepEqual(describeSweep(sweep({})), { word: "Training", tone: "live", sentence: "2 of 6 runs done." });
  assert.equal(describeSweep(sweep({ live: false, done: 6, state: "done" })).word, "Done");
  const stopped = describeSweep(sweep({ live: false, state: "stopped", message: "Stopped with 2 of 6 runs done; Resume goes on with the others." }));
  assert.deepEqual([stopped.word, stopped.tone], ["Stopped", "rest"]);
  assert.match(stopped.sentence, /^Stopped with 2 of 6/);
  for (const [state, word] of [["failed", "Failed"], ["interrupted", "Interrupted"]]) {
    assert.deepEqual([describeSweep(sweep({ live: false, state })).word, describeSweep(sweep({ live: false, state })).tone], [word, "bad"]);
  }
});

test("a choice is said by the form's own words for its settings", () => {
  const labels = { beta: "β", latent_dims: "Latent size" };
  assert.equal(choiceWords([0.25, 2], ["beta", "latent_dims"], labels), "β 0.25 · Latent size 2");
  assert.equal(labelOf("free_bits", labels), "Free bits");
  assert.equal(choiceWords(["conv"], ["network"], {}), "Network conv");
  assert.equal(choiceWords([], [], {}), "");
});

test("figures have as many decimals as tell two runs apart, and a dash where there are none", () => {
  const written = [143.456, 143, 7.123, 7, -3.5, null, undefined, NaN].map((value) => figureText(value));
  assert.deepEqual(written, ["143.5", "143.0", "7.12", "7.00", "−3.50", "–", "–", "–"]);
  /** @type {any[]} */
  const spreads = [[143.456, 0.25], [7, 0.456], [8, null], [8, 0], null];
  assert.deepEqual(spreads.map((found) => spreadText(found)), ["143.5 ± 0.3", "7.00 ± 0.46", "8.00", "8.00 ± 0.00", "–"]);
  // Of counts it is a count, and a mean of counts may be none.
  assert.deepEqual([spreadText([8, 0], true), spreadText([8, null], true), spreadText([7.5, 0.7], true), figureText(8, true)], ["8 ± 0", "8", "7.50 ± 0.70", "8"]);
});

test("a run that has no folder waits while the sweep is at work, and was not begun when it is not", () => {
  const absent = { name: "a", seed: 0, state: "absent", values: null };
  assert.deepEqual([rowWords(absent, true), rowWords(absent, false)], ["Waits", "Not begun"]);
  assert.equal(rowWords({ ...absent, state: "training", step: 40, steps: 100 }, true), "Training, 40 %");
  assert.equal(rowWords({ ...absent, state: "failed" }, true), "Failed");
  assert.deepEqual([absent, { ...absent, state: "queued" }, { ...absent, state: "training", step: 50 }].map(hasCurve), [false, false, true]);
});

test("choices have the colours of curves that lie over one another, and of many each still has one", () => {
  for (let i = 0; i < 10; i += 1) assert.equal(choiceColour(i, 10), overlayColour(i));
  assert.equal(new Set(Array.from({ length: 30 }, (_, i) => choiceColour(i, 30))).size, 30);
});
