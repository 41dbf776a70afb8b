import assert from "node:assert/strict";
import { test } from "node:test";
import { axisNames, changeLabel, cursorWords, describeChange, epochText, mapWords, measuredText, momentText, placeText, ringedWords, samplesWords, timeText, whyNothing } from "../../assets/live/train/time/words.js";
import { labelSide } from "../../assets/live/train/time/transport.js";

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

test("a map of more than two dimensions is said to be a projection, one of two is not", () => {
  assert.match(mapWords(16), /all 16 .* projected onto the plane/);
  assert.doesNotMatch(mapWords(2), /project/);
  assert.match(mapWords(1), /one latent dimension/);
});

test("where few are held out it is said which points they are, and what the others are", () => {
  assert.equal(ringedWords(6, 394), "ringed: 6 held out; the other 394 are trained on");
  assert.equal(ringedWords(1, 1399), "ringed: 1 held out; the other 1,399 are trained on");
});

test("the picture's title says whether it is of the kept place or under the pointer, and no place is told twice", () => {
  const [kept, hovered] = [{ x: 1, y: 2 }, { x: 0, y: 0 }];
  assert.equal(cursorWords(null, null, 2).title, "Under the cursor");
  assert.equal(cursorWords(null, hovered, 2).title, "Under the cursor");
  assert.equal(cursorWords(kept, null, 2).title, "At the kept place");
  assert.doesNotMatch(cursorWords(kept, null, 2).hint, /\d/, "the coordinates stand above it");
  assert.equal(cursorWords(kept, hovered, 2).title, "Under the cursor");
  assert.match(cursorWords(kept, hovered, 2).hint, /z₁ 1.00, z₂ 2.00/);
});

test("a held-out loss says at which step it was measured where that is another one", () => {
  assert.equal(measuredText(378, 350), ", measured at step 350");
  assert.equal(measuredText(378, 378), "");
  assert.equal(measuredText(378, null), "");
});

test("what was changed stands in a word beside its mark", () => {
  assert.equal(changeLabel({ beta: 4, learning_rate: null }), "β 4");
  assert.equal(changeLabel({ beta: null, learning_rate: 0.0003 }), "rate 0.0003");
  assert.equal(changeLabel({ beta: 0, learning_rate: 0.01 }), "β 0, rate 0.01");
});

test("words beside marks never lie over one another nor beyond the track", () => {
  const widths = 0.2;
  for (const places of [[0.1], [0.99], [0.2, 0.25, 0.6], [0.9, 0.95], [0, 0.5, 1], [0.3, 0.45, 0.9]]) {
    const spans = places.flatMap((place, i) => {
      const side = labelSide(places, i);
      return side === "after" ? [[place, place + widths]] : side === "before" ? [[place - widths, place]] : [];
    });
    for (const [from, to] of spans) assert.ok(from >= 0 && to <= 1 + 1e-9, `${places}`);
    for (let i = 1; i < spans.length; i += 1) assert.ok(spans[i][0] >= spans[i - 1][1] - 1e-9, `${places}`);
  }
});

test("samples are of a prior, take each class in its turn where a class is told, and without a prior are called what they are", () => {
  const [vae, told, points] = [["bound", "draw", "encode"], ["bound", "condition", "draw", "encode"], ["encode"]].map((can) => samplesWords({ can }));
  assert.match(`${vae.about} ${vae.spoken}`, /from the prior/);
  assert.doesNotMatch(vae.about, /class/);
  assert.match(told.about, /from the prior .*each class in its turn/);
  assert.match(told.spoken, /each class in its turn/);
  assert.equal(points.title, "Random places");
  assert.doesNotMatch(points.spoken, /prior/);
});

test("a plane through more dimensions than two has no names along its edges", () => {
  assert.deepEqual([2, 3, 16].map(axisNames), [["z₁", "z₂"], ["", ""], ["", ""]]);
});

test("where nothing is encoded the map is of the draws, and its plane is that of two dimensions", () => {
  assert.match(mapWords(16, false), /^the first two of 16 latent dimensions, .* without an encoder no image has a place$/);
  assert.match(mapWords(2, false), /^the latent space; the points are the draws/);
  assert.equal(placeText({ x: 1, y: -0.5 }, 16, false), placeText({ x: 1, y: -0.5 }, 2));
  assert.deepEqual(axisNames(16, false), axisNames(2));
  assert.deepEqual(axisNames(1, false), axisNames(1));
});
