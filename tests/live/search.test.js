import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { keyOf } from "../../assets/live/explore/keys.js";
import { Steps, outcomeOf, stageOf } from "../../assets/live/explore/begun/search.js";

/** A server that takes four steps towards 1, one for each that it is asked for. */
function made({ pace = 0, ends = 4 } = {}) {
  const asked = [];
  const told = [];
  const ask = (request) => asked.push(request);
  const steps = new Steps({ ask, onTold: (header, z) => told.push([header.search.drawn, ...z]), onError: (words) => told.push(words), pace: () => pace });
  const answer = (request) => {
    const drawn = (request.search.drawn ?? 0) + 1;
    request.onAnswer({ array: Float32Array.of(drawn / ends), header: { search: { ...request.search, drawn }, ended: drawn === ends } });
  };
  return { steps, asked, told, answer };
}

test("a search goes on from what it was told last, until it is told that it has ended", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { steps, asked, told, answer } = made({ ends: 2 });
  steps.begin({ model: "m", payload: "thing" }, 7);
  answer(asked[0]);
  mock.timers.runAll();
  answer(asked[1]);
  mock.timers.runAll();
  mock.timers.reset();
  assert.deepEqual(asked.map(({ op, model, payload, search }) => [op, model, payload, search]), [
    ["search", "m", "thing", { seed: 7 }],
    ["search", "m", "thing", { seed: 7, drawn: 1 }],
  ]);
  assert.deepEqual(told, [[1, 0.5], [2, 1]]);
  assert.equal(steps.run, null);
});

test("one that is stopped asks for no more, and what comes for it or for one before is no longer heard", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { steps, asked, told, answer } = made();
  steps.begin({ payload: "first" }, 1);
  steps.begin({ payload: "second" }, 2);
  answer(asked[0]);
  assert.deepEqual(told, []);
  answer(asked[1]);
  steps.stop();
  mock.timers.runAll();
  mock.timers.reset();
  asked[1].onError("Gone.");
  assert.equal(asked.length, 2);
  assert.deepEqual(told, [[1, 0.25]]);
});

test("each step is to be seen, and a refusal ends a search", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { steps, asked, told, answer } = made({ pace: 1000 });
  steps.begin({}, 1);
  answer(asked[0]);
  mock.timers.tick(500);
  assert.equal(asked.length, 1);
  mock.timers.tick(501);
  assert.equal(asked.length, 2);
  mock.timers.reset();
  asked[1].onError("The model is gone.");
  assert.deepEqual([told.at(-1), steps.run], ["The model is gone.", null]);
});

test("what it is about, and what came of it, is said in words", () => {
  const told = (drawn, done, ended = false) => ({ search: { seed: 1, drawn, done }, draws: 2000, descents: 2, misses: 0.15284, share: 0, ended });
  assert.equal(stageOf(told(250, 0)), "Searching among 2,000 draws");
  assert.equal(stageOf(told(2000, 1)), "Searching downhill, 2 of 2");
  const ended = "Found: it misses by 0.153 (root mean square; black is 0, white 1). An encoder would say a code at once.";
  assert.equal(outcomeOf(told(2000, 2, true), { pixels: true }), ended);
  assert.equal(outcomeOf(told(500, 0), { pixels: false }), "Stopped: it misses by 0.153 (root mean square).");
});

test("Escape is a search's own key while it goes on", () => {
  const key = (name, more = {}) => /** @type {any} */ ({ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
  assert.deepEqual([keyOf(key("Escape"), true), keyOf(key("Escape"), false)], ["stop", null]);
  assert.deepEqual([keyOf(key("z", { ctrlKey: true }), true), keyOf(key("Z", { ctrlKey: true, shiftKey: true }), true)], ["undo", null]);
  assert.deepEqual([keyOf(key("R"), false), keyOf(key("r", { ctrlKey: true }), false)], ["draw", null]);
});
