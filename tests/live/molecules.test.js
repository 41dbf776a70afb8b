import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf, placed } from "../../assets/live/shared/views/molecules/drawing.js";
import { alikeToEnds } from "../../assets/live/shared/views/molecules/asking.js";
import molecules, { factsOf, selfiesOf } from "../../assets/live/shared/views/molecules/molecules.js";
import { bare, closest, planOf, runnerUp } from "../../assets/live/shared/views/molecules/strip.js";
import { lettersOf, spelt, symbolsOf } from "../../assets/live/shared/views/text/reading.js";
import { house } from "../../assets/live/shared/wire/house.js";

const MEANING = { symbols: ["[C]", "[=O]", "[O]"] };
const PLACES = 6;
const SYMBOLS = symbolsOf(MEANING, 4);
const view = molecules([PLACES, 4], MEANING);

/** Probabilities: for each place those of the end, C, =O and O; places behind are over. */
const probably = (...places) => Uint8Array.from({ length: 4 * PLACES }, (_, i) => Math.round(255 * (places[i >> 2] ?? [1, 0, 0, 0])[i & 3]));

test("a molecule is read as SELFIES, and what is not known is left out", () => {
  const thing = spelt(["[C]", "[C]", "[O]"], PLACES, SYMBOLS);
  assert.equal(selfiesOf(lettersOf(thing, SYMBOLS)), "[C][C][O]");
  thing.fill(0, 4, 8);
  assert.equal(selfiesOf(lettersOf(thing, SYMBOLS)), "[C][O]");
  assert.match(view.say(thing), /1 symbol not known/);
});

test("the runner-up is where the first two are nearest, and a sure molecule has none", () => {
  const array = probably([0, 0.8, 0.2, 0], [0, 0.5, 0.05, 0.45], [0.9, 0.1, 0, 0]);
  const { place, first, second } = closest(array, SYMBOLS, 2);
  assert.deepEqual([place, first.text, second.text], [1, "[C]", "[O]"]);
  assert.match(runnerUp(array, SYMBOLS, 2), /^Closest: symbol 2, C 50 % before O 45 %$/);
  assert.equal(closest(spelt(["[C]"], PLACES, SYMBOLS), SYMBOLS, 1), null);
  assert.match(runnerUp(probably([0.4, 0.6, 0, 0]), SYMBOLS, 1), /symbol 1, C 60 % before the end 40 %/);
});

test("atoms lie within the drawing, bonds are equally long, and a lone atom is in the middle", () => {
  const atoms = [[0, 0, "C", ""], [0.87, 0.5, "C", ""], [1.73, 0, "O", "OH"]];
  const { places, bond } = placed(atoms, 160, 120);
  assert.ok(places.every(([x, y]) => x >= 0 && x <= 160 && y >= 0 && y <= 120));
  const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  for (const [a, b] of [[0, 1], [1, 2]]) assert.ok(Math.abs(far(places[a], places[b]) - bond) < 0.02 * bond);
  assert.deepEqual(placed([[3, 4, "C", "CH4"]], 160, 120).places, [[80, 60]]);
});

test("a double bond has two lines, in a ring the second is shorter and on its side; a triple one has three", () => {
  const length = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const ring = linesOf([0, 0], [10, 0], 2, 1, 10);
  assert.ok(length(ring[1]) < length(ring[0]) && ring[1].every(([, y]) => y > 0));
  assert.ok(linesOf([0, 0], [10, 0], 2, -1, 10)[1].every(([, y]) => y < 0));
  const open = linesOf([0, 0], [10, 0], 2, 0, 10);
  assert.equal(open[0][0][1], -open[1][0][1]);
  assert.deepEqual([1, 2, 3].map((order) => linesOf([0, 0], [10, 0], order, 0, 10).length), [1, 2, 3]);
});

test("the strip has a column for each place, and where there is little room there is none", () => {
  const plan = planOf({ width: 400, height: 300, text: 12 }, 22, 15);
  assert.ok(plan.roomy && plan.above <= plan.top && plan.top < plan.bottom && plan.bottom < 300);
  for (let place = 0; place < 16; place += 1) assert.equal(plan.x.of(plan.x.at(place)), place);
  assert.equal(planOf({ width: 100, height: 75, text: 12 }, 22, 15).roomy, false);
});

test("a symbol is said without its brackets, and a molecule's facts in short", () => {
  assert.equal(bare("[=Branch1]"), "=Branch1");
  const facts = { formula: "C9H8O4", logp: -1.31, qed: 0.55 };
  assert.equal(factsOf(facts), "C₉H₈O₄ · logP −1.3 · QED 0.55");
});

test("what is typed is SELFIES of the alphabet, or a SMILES that the server spells; what cannot be is told", async () => {
  const asked = [];
  house.fetch = async (address) => {
    const smiles = new URLSearchParams(address.split("?")[1]).get("smiles");
    asked.push(smiles);
    const body = smiles === "CCO" ? { symbols: ["[C]", "[C]", "[O]"] } : smiles === "N" ? { symbols: ["[N]"] } : { problem: "'?' is no SMILES." };
    return { ok: true, json: async () => body };
  };
  assert.deepEqual((await view.spell(" [C][O] ")).thing, spelt(["[C]", "[O]"], PLACES, SYMBOLS));
  assert.deepEqual(asked, []);
  assert.deepEqual((await view.spell("CCO")).thing, spelt(["[C]", "[C]", "[O]"], PLACES, SYMBOLS));
  assert.match((await view.spell("N")).problem, /“\[N\]” is not among the symbols of this model: C, =O, O/);
  assert.match((await view.spell("?")).problem, /is no SMILES/);
  assert.match((await view.spell("")).problem, /Type a molecule/);
  assert.match((await view.spell("[C]".repeat(6))).problem, /6 symbols are too many: .* at most 5/);
  house.fetch = async () => Promise.reject(new TypeError());
  assert.match((await view.spell("CCO")).problem, /did not answer/);
});

test("where nobody says how a molecule is drawn it is said by its symbols", () => {
  assert.equal(view.say(spelt(["[C]", "[=O]"], PLACES, SYMBOLS)), "C =O");
  assert.equal(view.text(spelt(["[C]", "[O]"], PLACES, SYMBOLS)), "[C][O]");
});

test("however many molecules lie on a way, each is compared with its two ends", async () => {
  const asked = [];
  house.fetch = async (address) => {
    const some = new URLSearchParams(address.split("?")[1]).getAll("between");
    asked.push(some.length);
    return { ok: true, json: async () => ({ alike: some.map((each) => [Number(each) - Number(some[0]), Number(some.at(-1)) - Number(each)]) }) };
  };
  const way = Array.from({ length: 50 }, (_, i) => String(i));
  assert.deepEqual(await alikeToEnds(way), way.map((each) => [Number(each), 49 - Number(each)]));
  assert.ok(asked.every((many) => many <= 24));
  assert.deepEqual(await alikeToEnds([]), []);
  house.fetch = async () => ({ ok: false });
  assert.equal(await alikeToEnds(["C"]), null);
});
