import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { KEYS } from "../../assets/live/shell/keys.js";
import { pageOf } from "../../assets/live/shell/pages.js";
import { addressed, isAsked } from "../../assets/live/shell/projector.js";
import { isTyping } from "../../assets/live/shell/typing.js";

const HERE = "http://localhost:8501/explore?model=mnist-2d&z=1,2";
const PAGES = [...readFileSync(new URL("../../app.py", import.meta.url), "utf8").matchAll(/Page\("pages\/(\w+)\.py"/g)].map((found) => found[1]);

test("every page has a table of keys, and no table is of a page that is gone", () => {
  assert.deepEqual(Object.keys(KEYS).sort(), ["all", ...PAGES].sort());
  for (const [page, tables] of Object.entries(KEYS)) {
    assert.ok(tables.length && tables.every(({ where, rows }) => where && rows.length && rows.every(([keys, does]) => keys && does)), page);
    assert.equal(new Set(tables.map(({ where }) => where)).size, tables.length, page);
  }
});

test("the mode comes into an address and goes out of it, and leaves all else there", () => {
  const on = addressed(HERE, true, HERE);
  assert.equal(on, "/explore?model=mnist-2d&z=1,2&show=projector");
  assert.ok(isAsked(new URL(on, HERE).search));
  assert.ok(!isAsked(new URL(HERE).search));
  assert.equal(addressed(on, true, HERE), on);
  assert.equal(new URL(addressed(on, false, HERE), HERE).href, HERE);
  assert.equal(addressed("?a=b", true, HERE), "/explore?a=b&show=projector");
});

test("a page is the last word of a path, Home none", () => {
  assert.deepEqual(["/", "/explore", "/below/map", "/below/"].map(pageOf), ["", "explore", "map", ""]);
});

test("letters that are typed into a field are no commands, arrows on a slider's might be", () => {
  const key = (at) => /** @type {any} */ ({ composedPath: () => [at] });
  assert.ok(isTyping(key({ tagName: "INPUT", type: "text" })));
  assert.ok(isTyping(key({ tagName: "INPUT", type: "number" })));
  assert.ok(isTyping(key({ tagName: "TEXTAREA" })));
  assert.ok(isTyping(key({ tagName: "SELECT" })));
  assert.ok(isTyping(key({ tagName: "DIV", isContentEditable: true })));
  assert.ok(!isTyping(key({ tagName: "INPUT", type: "range" })));
  assert.ok(!isTyping(key({ tagName: "BODY" })));
});
