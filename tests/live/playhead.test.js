import assert from "node:assert/strict";
import { test } from "node:test";
import { FILM, Playhead } from "../../assets/live/train/time/playhead.js";

const STEPS = [0, 5, 10, 40, 200];

/** Let time pass in frames of 16 ms. @returns {number[]} where it stood at each */
function pass(head, from, milliseconds) {
  const seen = [];
  for (let now = from; now <= from + milliseconds; now += 16) {
    head.tick(now);
    seen.push(head.at);
  }
  return seen;
}

function at(step, options) {
  const head = new Playhead(options);
  head.setSteps(STEPS, 0);
  if (step !== undefined) head.seek(step);
  return head;
}

test("it begins at the newest moment and follows", () => {
  const head = at();
  assert.equal(head.at, 200);
  assert.equal(head.position, 4);
  assert.ok(head.following);
});

test("while it follows, a new moment is reached smoothly and never overshot", () => {
  const head = at();
  head.setSteps([...STEPS, 300], 1000);
  const seen = pass(head, 1000, 2000);
  assert.equal(seen[0], 200);
  assert.equal(seen.at(-1), 300);
  seen.slice(1).forEach((step, i) => assert.ok(step >= seen[i] && step - seen[i] < 10, `${step} after ${seen[i]}`));
  assert.ok(!head.tick(4000));
});

test("moments that come faster than they are reached do not make it jump", () => {
  const head = at();
  const seen = [];
  for (let i = 1; i <= 10; i += 1) {
    head.setSteps([...STEPS, ...Array.from({ length: i }, (_, j) => 200 + 10 * (j + 1))], 100 * i);
    seen.push(...pass(head, 100 * i, 99));
  }
  seen.slice(1).forEach((step, i) => assert.ok(step >= seen[i] && step - seen[i] <= 10));
  assert.equal(pass(head, 1100, 2000).at(-1), 300);
});

test("when a hand lets go it comes to rest at the nearest moment, smoothly, or at once for those who want no motion", () => {
  for (const [step, rest] of [[12, 10], [30, 40], [3, 5]]) {
    const head = at(step);
    head.settle(1000);
    const seen = pass(head, 1000, 400);
    assert.ok(Math.abs(seen[0] - step) < 1e-9);
    assert.equal(seen.at(-1), rest);
    seen.slice(1).forEach((each, i) => assert.ok(Math.abs(each - rest) <= Math.abs(seen[i] - rest) + 1e-9));
    const still = at(step, { still: true });
    still.settle(1000);
    assert.equal(still.at, rest);
  }
});

test("near the end it comes to rest at the newest moment and follows it", () => {
  const head = at(190);
  head.settle(0);
  assert.ok(head.following);
});

test("a hand that goes back stays where it is, also when the moments around are thinned out", () => {
  const head = at(12);
  assert.ok(!head.following);
  head.setSteps([...STEPS, 300], 1000);
  assert.equal(pass(head, 1000, 500).at(-1), 12);
  head.setSteps([0, 10, 200, 300], 2000);
  assert.equal(head.at, 12);
  assert.ok(Math.abs(head.position - (1 + 2 / 190)) < 1e-9);
});

test("a hand that goes to the end follows again, and so does the live button", () => {
  const head = at(12);
  head.seekPosition(4);
  assert.ok(head.following);
  head.go(-2);
  assert.deepEqual([head.at, head.following], [10, false]);
  head.follow();
  assert.deepEqual([head.at, head.following], [200, true]);
});

test("a film of any length takes as long, and half as long at twice the speed", () => {
  for (const [count, speed] of [[2, 1], [5, 1], [64, 1], [64, 2]]) {
    const head = new Playhead();
    head.setSteps(Array.from({ length: count }, (_, i) => i * i), 0);
    head.speed = speed;
    head.toggle(0);
    let now = 0;
    while (head.tick((now += 10)));
    assert.ok(Math.abs(now - FILM / speed) <= 20, `${count}: ${now} ms`);
    assert.equal(head.at, (count - 1) ** 2);
    assert.ok(head.following, "at its end it follows what is to come");
  }
});

test("a film passes all moments in order", () => {
  const head = at(0);
  head.toggle(0);
  const seen = pass(head, 0, FILM + 50);
  seen.slice(1).forEach((step, i) => assert.ok(step >= seen[i]));
  for (let i = 0; i < 4; i += 1) assert.ok(seen.some((step) => step > STEPS[i] && step < STEPS[i + 1]));
});

test("it plays on from where it stands, and from the beginning at the end", () => {
  const head = at(10);
  head.toggle(0);
  assert.equal(head.at, 10);
  head.toggle(0);
  assert.ok(!head.playing);
  head.follow();
  head.toggle(0);
  assert.equal(head.at, 0);
});

test("a touch of the slider ends a film", () => {
  const head = at(0);
  head.toggle(0);
  head.seekPosition(1.5);
  assert.deepEqual([head.playing, head.at], [false, 7.5]);
  assert.equal(pass(head, 0, 1000).at(-1), 7.5);
});

test("a film goes on through moments that come while it plays", () => {
  const head = at(0);
  head.toggle(0);
  pass(head, 0, 1000);
  const before = head.at;
  head.setSteps([...STEPS, 300], 1000);
  assert.ok(head.playing && Math.abs(head.at - before) < 1);
  assert.equal(pass(head, 1000, 9000).at(-1), 300);
});

test("for those who want no motion every place is a moment", () => {
  const head = at(undefined, { still: true });
  head.seekPosition(1.4);
  assert.equal(head.at, 5);
  head.follow();
  head.setSteps([...STEPS, 300], 1000);
  assert.equal(head.at, 300);
  assert.ok(!head.tick(1001));
  head.seek(0);
  head.toggle(2000);
  assert.deepEqual([...new Set(pass(head, 2000, 9000))], [...STEPS, 300]);
});

test("a run that was resumed from a checkpoint is shown up to it", () => {
  const head = at(200);
  head.setSteps([0, 5, 10], 1000);
  assert.deepEqual([head.at, head.following], [10, true]);
});

test("without moments nothing moves, and with one there is no film", () => {
  const head = new Playhead();
  for (const does of [() => head.toggle(0), () => head.go(1), () => head.seek(3), () => head.seekPosition(1), () => head.follow()]) does();
  assert.deepEqual([head.at, head.playing, head.position, head.tick(5)], [null, false, 0, false]);
  head.setSteps([0], 0);
  head.toggle(0);
  assert.deepEqual([head.at, head.playing], [0, false]);
  head.setSteps([], 0);
  assert.equal(head.at, null);
});

test("a film waits while its page is out of sight", () => {
  const head = at(0);
  head.toggle(0);
  pass(head, 0, 1000);
  const before = head.position;
  head.tick(60_000);
  assert.ok(head.playing && head.position - before < 0.2);
});
