import assert from "node:assert/strict";
import { test } from "node:test";
import { describeChange, epochText, momentText, placeText, timeText, whyNothing } from "../../assets/live/momentwords.js";

test("a moment is spoken by its step and its epoch", () => {
  assert.equal(momentText({ step: 400, epoch: 6 }), "step 400, epoch 6");
  assert.equal(momentText({ step: 12400, epoch: 5.13 }), "step 12,400, epoch 5.1");
  assert.equal(momentText({ step: 0, epoch: null }), "step 0");
});

test("an epoch that is whole is written so", () => {
  assert.deepEqual([0, 0.04, 0.06, 4.96, 29.999, 30].map(epochText), ["0", "0", "0.1", "5", "30", "30"]);
});

test("times are written to a tenth in the first minute, and never as sixty seconds", () => {
  assert.deepEqual([0, 4.56, 59.94, 59.96, 83, 4000].map(timeText), ["0.0 s", "4.6 s", "59.9 s", "1 min", "1 min 23 s", "1 h 7 min"]);
});

test("a change says what it changed and no more", () => {
  assert.equal(describeChange({ step: 1400, beta: 4, learning_rate: null }), "step 1,400: β 4");
  assert.equal(describeChange({ step: 9, beta: null, learning_rate: 5e-4 }), "step 9: learning rate 0.0005");
  assert.equal(describeChange({ step: 9, beta: 0, learning_rate: 1e-3 }), "step 9: β 0, learning rate 0.001");
});

test("a place is named by its coordinates, and on a plane through more dimensions it is said so", () => {
  assert.equal(placeText({ x: 0.5, y: -1.25 }, 1), "z₁ 0.50");
  assert.equal(placeText({ x: 0.5, y: -1.25 }, 2), "z₁ 0.50, z₂ −1.25");
  assert.match(placeText({ x: 0.5, y: -1.25 }, 16), /^0.50, −1.25 on the plane/);
});

test("where nothing is seen it is said why", () => {
  const run = (state, snapshots = []) => ({ status: { state }, snapshots });
  assert.match(whyNothing(run("queued")), /when the training begins/);
  assert.match(whyNothing(run("training")), /in a second or two/);
  assert.match(whyNothing(run("failed")), /has kept no moments/);
  assert.match(whyNothing(run("done", [0, 5])), /Fetching/);
  assert.equal(whyNothing(null), "…");
});
