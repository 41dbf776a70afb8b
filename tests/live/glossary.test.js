import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "../../assets/live/shared/words/glossary.js";

const PAGE = { width: 400, height: 300 };
const TERM = { left: 50, top: 100, bottom: 120 };

test("an entry stands under its term", () => {
  assert.deepEqual(placeOf(TERM, { width: 200, height: 80 }, PAGE), { left: 50, top: 126 });
});

test("where there is no room below it stands above, and never leaves the window", () => {
  assert.deepEqual(placeOf({ left: 50, top: 250, bottom: 270 }, { width: 200, height: 80 }, PAGE), { left: 50, top: 164 });
  assert.equal(placeOf({ ...TERM, left: 380 }, { width: 200, height: 80 }, PAGE).left, 194);
  assert.equal(placeOf({ ...TERM, left: -30 }, { width: 200, height: 80 }, PAGE).left, 6);
  assert.equal(placeOf({ left: 0, top: 20, bottom: 290 }, { width: 200, height: 280 }, PAGE).top, 6);
});
