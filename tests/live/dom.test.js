import assert from "node:assert/strict";
import { test } from "node:test";

import { h } from "../../assets/live/shared/page/dom.js";

/** What `h` makes, as far as it asks for it: attributes. */
function made(tag, attributes) {
  const found = {};
  const element = { setAttribute: (name, value) => (found[name] = value), append: () => {} };
  globalThis.document = /** @type {any} */ ({ createElement: () => element });
  try {
    h(tag, attributes);
  } finally {
    delete globalThis.document;
  }
  return found;
}

test("an image has words from the beginning, its own where it brings some", () => {
  assert.equal(made("canvas", { role: "img", class: "pixels" })["aria-label"], "Not there yet");
  assert.equal(made("div", { role: "img", "aria-label": "A curve" })["aria-label"], "A curve");
  assert.ok(!("aria-label" in made("canvas", { class: "pixels" })));
});
