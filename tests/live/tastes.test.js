import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, draw, planOf } from "../../assets/live/shared/views/tastes/list.js";
import { PRINTED } from "../../assets/live/shared/views/look.js";
import * as ranks from "../../assets/live/shared/views/tastes/ranks.js";
import { offered } from "../../assets/live/shared/views/tastes/ticks.js";

const MEANING = {
  item: "film",
  items: ["Ants, The", "Bees", "Cats", "Dogs"],
  genres: ["comedy", "drama"],
  of: [[0], [1], [0, 1], []],
  usual: [0.1, 0.4, 0.3, 0.2],
};
const LIKES = Float32Array.of(1, 0, 1, 0);
const CHANCES = Float32Array.of(0.2, 0.5, 0.2, 0.1);

test("the likeliest comes first; among equals what more people like, and then what stands first", () => {
  assert.deepEqual(ranks.orderOf(CHANCES), [1, 0, 2, 3]);
  assert.deepEqual(ranks.orderOf(CHANCES, MEANING.usual), [1, 2, 0, 3]);
  assert.deepEqual([...ranks.ranksOf([1, 2, 0, 3])], [2, 0, 1, 3]);
});

test("an item of two genres counts half for each, and one of none for none", () => {
  assert.deepEqual([...ranks.sharesOf(LIKES, MEANING)], [0.75, 0.25]);
  const shares = ranks.sharesOf(CHANCES, MEANING);
  assert.ok(Math.abs(shares[0] - 0.3 / 0.9) < 1e-6 && Math.abs(shares[1] - 0.6 / 0.9) < 1e-6);
  assert.deepEqual([...ranks.sharesOf(new Float32Array(4), MEANING)], [0, 0]);
});

test("where nothing is said of genres the list is put into eight parts", () => {
  assert.equal(ranks.genresOf({}).length, 8);
  assert.deepEqual([0, 7, 15].map((number) => ranks.genresAt({}, number, 16)[0]), [0, 3, 7]);
  assert.equal(ranks.titleOf({}, 2), "item 3");
});

test("a taste is said: how many likes, or what is likeliest", () => {
  assert.equal(ranks.sayTaste(LIKES, MEANING), "2 likes, 75 % of them comedy");
  assert.equal(ranks.sayTaste(new Float32Array(4), MEANING), "nothing is liked");
  assert.equal(ranks.sayTaste(CHANCES, MEANING), "likeliest are Bees (50 %), Ants, The (20 %) and Cats (20 %); drama has 67 %");
});

test("how far an item has moved is an arrow up where its rank is smaller now", () => {
  assert.deepEqual([[5, 2], [2, 5], [3, 3]].map(([before, now]) => ranks.movedText(before, now)), ["▲ 3", "▼ 3", ""]);
});

test("chances are told in few letters", () => {
  assert.deepEqual([0.5, 0.042, 0.0001, 0].map(ranks.shareText), ["50 %", "4.2 %", "< 0.1 %", "0.0 %"]);
});

test("a table has a row an item, and quotes a title with a comma", () => {
  const lines = ranks.csvOf(CHANCES, MEANING).trimEnd().split("\n");
  assert.deepEqual(lines.slice(0, 2), ["rank,item,genres,probability", "1,Bees,drama,0.5"]);
  assert.equal(lines[3], '3,"Ants, The",comedy,0.2');
  assert.equal(lines.length, 5);
});

test("a drawing is a list where there is room, a shorter one where there is less, and bars in a tile", () => {
  assert.equal(planOf({ width: 112, height: 80, text: 11.5 }).rows, 0);
  const [small, large] = [planOf({ width: 180, height: 128, text: 11.5 }), planOf({ width: 560, height: 400, text: 11.5 })];
  assert.ok(small.brief && small.rows >= 3 && !large.brief && large.tells && large.rows > 12);
  for (const plan of [small, large]) {
    assert.ok(plan.dots < plan.title && plan.title < plan.words && plan.words <= plan.value);
    assert.ok(plan.top + plan.rows * plan.row <= plan.height);
  }
});

test("words are cut where there is no room for them, and not before", () => {
  const context = { measureText: (words) => ({ width: words.length }) };
  assert.equal(cut(context, "Bees", 4), "Bees");
  assert.equal(cut(context, "Captain Turnip", 9), "Captain…");
});

/** What is written where everything has room: [words, x, y]. */
function written(taste, layers) {
  const said = [];
  const known = { fillText: (words) => said.push(words), measureText: (words) => ({ width: 5 * words.length }) };
  const context = new Proxy(known, { get: (target, name) => target[name] ?? (() => {}), set: () => true });
  draw(/** @type {any} */ (context), taste, MEANING, 560, 400, layers, PRINTED);
  return said;
}

test("the likes that were given are left out, and those that were hidden are marked", () => {
  const said = written(CHANCES, { beneath: LIKES, given: Float32Array.of(1, 0, 0, 0) });
  assert.ok(!said.includes("Ants, The"));
  assert.equal(said[said.indexOf("Cats") - 1], "✓");
  assert.equal(said[said.indexOf("Bees") - 1], "1");
});

test("a list of likes has no chances and no more than is liked", () => {
  const said = written(LIKES, {});
  assert.ok(said.includes("2 likes") && said.includes("Cats") && said.includes("Ants, The") && !said.includes("Bees"));
});

test("what is ticked stays at hand, the rest comes from each genre in turns, and a search looks at all titles", () => {
  assert.deepEqual(offered(4, MEANING, new Set()), [2, 1, 0]); // the first genre's likeliest, then the second's
  assert.deepEqual(offered(4, MEANING, new Set([0])), [0, 2, 1]);
  assert.deepEqual(offered(4, MEANING, new Set(), " dOg "), [3]);
});
