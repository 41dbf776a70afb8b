import assert from "node:assert/strict";
import { test } from "node:test";
import { Newest } from "../../assets/live/shared/wire/newest.js";

const lanes = ["picture", "strip", "grid"];

test("one request is in flight and no second is given out until it is answered", () => {
  const newest = new Newest(lanes);
  newest.put("picture", 1);
  newest.put("strip", 2);
  assert.equal(newest.take().request, 1);
  assert.equal(newest.take(), null);
  newest.done();
  assert.equal(newest.take().request, 2);
});

test("of many requests that wait in a lane only the newest is sent", () => {
  const newest = new Newest(lanes);
  for (let i = 0; i < 1000; i += 1) newest.put("picture", i);
  assert.equal(newest.take().request, 999);
  newest.done();
  assert.equal(newest.take(), null);
});

test("a picture goes before a strip and a strip before a grid, whichever came first", () => {
  const newest = new Newest(lanes);
  newest.put("grid", "g");
  newest.put("strip", "s");
  newest.put("picture", "p");
  const sent = [];
  for (let next = newest.take(); next; next = newest.take()) {
    sent.push(next.request);
    newest.done();
  }
  assert.deepEqual(sent, ["p", "s", "g"]);
});

test("a lost request is sent again", () => {
  const newest = new Newest(lanes);
  newest.put("picture", "old");
  newest.take();
  newest.lost();
  assert.equal(newest.take().request, "old");
});

test("a lost request is not sent again where a newer one waits", () => {
  const newest = new Newest(lanes);
  newest.put("picture", "old");
  newest.take();
  newest.put("picture", "new");
  newest.lost();
  assert.equal(newest.take().request, "new");
  newest.done();
  assert.equal(newest.take(), null);
});

test("what is forgotten is not sent", () => {
  const newest = new Newest(lanes);
  lanes.forEach((lane) => newest.put(lane, lane));
  newest.forget("strip");
  assert.equal(newest.take().request, "picture");
  newest.done();
  assert.equal(newest.take().request, "grid");
  newest.put("grid", 2);
  newest.forget();
  newest.done();
  assert.equal(newest.take(), null);
});

test("a lane that nobody knows is refused", () => {
  assert.throws(() => new Newest(lanes).put("sound", 1), /Unknown lane sound/);
});
