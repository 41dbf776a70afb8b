import assert from "node:assert/strict";
import { test } from "node:test";
import { Beat, glide, nextFrame, stalled } from "../../assets/live/learn/frame/beat.js";

const event = () => new Promise((done) => { setImmediate(done); });

/** Frames that come when they are called for. */
const frames = [];
globalThis.requestAnimationFrame = (go) => frames.push(go);
const come = () => frames.splice(0).forEach((go) => go());

test("with frames, what is asked for often is done once a frame", async () => {
  let done = 0;
  const beat = new Beat(() => { done += 1; });
  beat.ask();
  beat.ask();
  await event();
  assert.equal(done, 0);
  come();
  assert.equal(done, 1);
  assert.equal(stalled(), false);
});

test("without frames all is done at the next event, from then on at once, and what moves is at its end", async () => {
  let done = 0;
  const shares = [];
  const beat = new Beat(() => { done += 1; });
  beat.ask();
  glide(1e6, (share) => shares.push(share));
  await event();
  assert.ok(shares.at(-1) < 1);
  beat.ask();
  assert.equal(done, 1);
  assert.equal(stalled(), true);
  assert.equal(shares.at(-1), 1);
  beat.ask();
  await event();
  assert.equal(done, 2);
  const said = [];
  nextFrame(() => said.push("at once"));
  await event();
  assert.deepEqual(said, ["at once"]);
  come(); // frames are back
  assert.equal(stalled(), false);
  beat.ask();
  await event();
  assert.equal(done, 2);
  come();
  assert.equal(done, 3);
});

test("a motion ends though no time passes, and one that is stopped goes no further", () => {
  const now = performance.now;
  performance.now = () => 5;
  let last = 0;
  glide(100, (share) => { last = share; });
  for (let i = 0; i < 30; i += 1) come();
  assert.equal(last, 1);
  const stop = glide(100, (share) => { last = share; });
  stop();
  come();
  assert.equal(last, 0);
  performance.now = now;
});

test("what is gone does nothing any more", async () => {
  let done = 0;
  const beat = new Beat(() => { done += 1; });
  beat.ask();
  beat.stop();
  come();
  assert.equal(done, 0);
});
