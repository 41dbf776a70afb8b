import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { termsOf } from "../../assets/live/learn/story/terms.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../assets/live/shared/words/${name}.json`, import.meta.url), "utf8"));

test("terms stand in their order in the reader's language, with the formula and the link of the first one", () => {
  const first = { code: { text: "Few numbers.", formula: "z", see: "explore" }, hole: { text: "Nothing there." } };
  const german = { code: { name: "Zahlenfolge", text: "Wenige Zahlen." }, hole: { name: "Loch", text: "Nichts da." } };
  assert.deepEqual(termsOf(first, german, "de"), [
    { name: "Loch", text: "Nichts da." }, { name: "Zahlenfolge", text: "Wenige Zahlen.", formula: "z", see: "explore" }]);
  assert.deepEqual(termsOf(first, {}, "en").map(({ name }) => name), ["code", "hole"]);
});

test("no term is lost on the way", () => {
  assert.equal(termsOf(read("glossary"), read("glossary.de"), "de").length, Object.keys(read("glossary")).length);
});
