import assert from "node:assert/strict";
import { test } from "node:test";
import { naturalOf, planOf } from "../../assets/live/shared/views/text/boxes.js";
import { lettersOf, likelyAt, merged, placesApart, spelt, symbolsOf, wordOf } from "../../assets/live/shared/views/text/reading.js";
import { sayAt, sayWord } from "../../assets/live/shared/views/text/saying.js";
import text from "../../assets/live/shared/views/text/text.js";

const SYMBOLS = symbolsOf({ symbols: "abc" }, 4);
const PLACES = 5;
const view = text([PLACES, 4], { symbols: "abc" });

/** A word of probabilities: for each place those of the end, a, b and c; places behind are over. */
const probably = (...places) => Uint8Array.from({ length: 4 * PLACES }, (_, i) => Math.round(255 * (places[i >> 2] ?? [1, 0, 0, 0])[i & 3]));

test("what is spelt is read again, and a word that does not fit is none", () => {
  for (const word of ["a", "cab", "bbbb"]) assert.equal(wordOf(spelt(word, PLACES, SYMBOLS), SYMBOLS), word);
  for (const word of ["abcab", "ax", "a b"]) assert.equal(spelt(word, PLACES, SYMBOLS), null);
});

test("a word is read up to the first place where the end is likeliest, whatever stands behind", () => {
  const array = probably([0, 0.6, 0.4, 0], [0.5, 0.2, 0.3, 0], [0, 0, 1, 0]);
  assert.deepEqual(lettersOf(array, SYMBOLS), [{ text: "a", share: 0.6, known: true }]);
  assert.equal(wordOf(new Uint8Array(4 * PLACES), SYMBOLS), "?????");
});

test("what may stand at a place comes by how likely it is, down to a share", () => {
  const array = probably([0.05, 0.25, 0.6, 0.1]);
  const at = likelyAt(array, 0, SYMBOLS, 0.06).map(({ text: letter }) => letter);
  assert.deepEqual(at, ["b", "a", "c"]);
  assert.equal(sayAt(array, 0, SYMBOLS), "letter 1: b 60 %, a 25 %, c 10 %, the end 5 %");
  assert.equal(sayAt(new Uint8Array(4 * PLACES), 2, SYMBOLS), "letter 3: not known");
});

test("a word is said as it reads, with the letter that is least sure", () => {
  assert.equal(sayWord(spelt("cab", PLACES, SYMBOLS), SYMBOLS), "cab");
  assert.equal(sayWord(probably([0, 0, 0, 1], [0, 0.54, 0.46, 0]), SYMBOLS), "ca, least sure of letter 2: a at 54 %");
  assert.equal(sayWord(probably(), SYMBOLS), "no letter at all");
  const hidden = spelt("cab", PLACES, SYMBOLS);
  hidden.fill(0, 4, 8);
  assert.equal(sayWord(hidden, SYMBOLS), "c?b, 1 letter not known");
});

test("two words differ at as many places as they have other letters, and a doubt is a part of one", () => {
  const of = (word) => spelt(word, PLACES, SYMBOLS);
  assert.equal(placesApart(of("cab"), of("cab")), 0);
  assert.equal(placesApart(of("cab"), of("caa")), 1);
  assert.equal(placesApart(of("cab"), of("ca")), 1);
  assert.ok(Math.abs(placesApart(of("a"), probably([0, 0.8, 0.2, 0])) - 0.2) < 0.01);
});

test("a run of one word is one, and it is known how long it was", () => {
  assert.deepEqual(merged(["ab", "ab", "b", "ab"]), [{ word: "ab", times: 2 }, { word: "b", times: 1 }, { word: "ab", times: 1 }]);
  assert.deepEqual(merged([]), []);
});

test("what is typed is taken in the model's letters, or told why not in one sentence", () => {
  assert.deepEqual(view.spell(" Cab "), { thing: spelt("cab", PLACES, SYMBOLS) });
  assert.deepEqual(view.spell(" "), { problem: "Type a word." });
  assert.deepEqual(view.spell("abcab"), { problem: "5 letters are too many: a word has at most 4." });
  assert.deepEqual(view.spell("axb"), { problem: "“x” is not in the alphabet of this model: abc." });
});

test("a place that is pointed at is the one whose box lies there, also beyond the ends", () => {
  for (const size of [{ width: 400, height: 87 }, { width: 60, height: 14 }]) {
    const plan = planOf(size, PLACES, 3);
    for (const place of [0, 1, 2]) assert.equal(plan.x.of(plan.x.at(place)), place);
    assert.deepEqual([plan.x.of(-9), plan.x.of(9999)], [0, PLACES - 1]);
  }
  assert.ok(planOf({ width: 400, height: 87 }, PLACES, 3).roomy);
  assert.deepEqual(naturalOf(16), [192, 42]);
});

test("an alphabet that is not named, or of another size, is one of letters", () => {
  assert.deepEqual(symbolsOf({}, 4), ["", "a", "b", "c"]);
  assert.deepEqual(symbolsOf({ symbols: "xy" }, 4), ["", "a", "b", "c"]);
});
