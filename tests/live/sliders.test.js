import assert from "node:assert/strict";
import { test } from "node:test";

import { calledInFull, calledOf, keepName } from "../../assets/live/shared/sliders/slidername.js";
import { TILES, isSameStrip, reachOf, stripCodes, tileValues, valueOn } from "../../assets/live/shared/sliders/sliderscale.js";
import { foldsOf, headingsOf } from "../../assets/live/shared/sliders/sliders.js";

const near = (a, b, within = 1e-6) => assert.ok(Math.abs(a - b) < within, `${a} is not near ${b}`);

test("all sliders reach as far as the widest dimension, to both sides of their homes", () => {
  assert.equal(reachOf({ range: [[-2, 1], [-3, 3]], home: [0, 0] }), 3.6); // a tenth wider than the data
  assert.equal(reachOf({ range: [[10, 20], [-1, 1]], home: [15, 0], limit: 100 }), 16); // 0 is always inside
});

test("a reach is a whole number of tenths, so that home lies on a slider's steps", () => {
  const reach = reachOf({ range: [[-2.345, 1.234]], home: [0] });
  near(reach * 10, Math.round(reach * 10));
});

test("home is in the middle of the five pictures, and each stands for an equal part of the slider", () => {
  const values = tileValues(2, 5);
  assert.equal(values.length, TILES);
  near(values[2], 2);
  values.slice(1).forEach((value, i) => near(value - values[i], 2));
  near(values[0] - 1, 2 - 5); // half a part from the end
});

test("the picture in the middle of a tile is the one that the thumb's place gives", () => {
  const rail = { left: 100, width: 300, min: -5, max: 5, step: 0.01, thumb: 8 };
  tileValues(0, 5).forEach((value, i) => near(valueOn(100 + (300 * (i + 0.5)) / TILES, rail), value, 0.12)); // the thumb's own width is left out
});

test("a thumb at either end of a slider, or beyond, is at its least or most", () => {
  const rail = { left: 0, width: 200, min: -3, max: 3, step: 0.01, thumb: 8 };
  assert.deepEqual([-50, 0, 100, 200, 900].map((x) => Math.round(valueOn(x, rail) * 100) / 100), [-3, -3, 0, 3, 3]);
});

test("strips are codes that differ from the present one in their own dimension alone", () => {
  const codes = stripCodes([1, 2, 3], [2, 0], [0, 0, 0], 5);
  assert.equal(codes.length, 2 * TILES * 3);
  for (let i = 0; i < TILES; i += 1) {
    assert.deepEqual(Array.from(codes.subarray(3 * i, 3 * i + 2)), [1, 2]);
    assert.deepEqual(Array.from(codes.subarray(3 * (TILES + i) + 1, 3 * (TILES + i) + 3)), [2, 3]);
  }
  near(codes[2], -4);
  near(codes[3 * TILES], -4);
});

test("a strip stays as it is while its own dimension moves, and no other one", () => {
  assert.ok(isSameStrip([1, 2, 3], [9, 2, 3], 0));
  assert.ok(!isSameStrip([1, 2, 3], [9, 2, 3], 1));
});

test("five rows stand open, more fold out, and a single one more is not folded away", () => {
  const latent = (n, dead = []) => ({ order: Array.from({ length: n }, (_, i) => i), dead: Array.from({ length: n }, (_, i) => dead.includes(i)) });
  assert.deepEqual(foldsOf(latent(16)).first, [0, 1, 2, 3, 4]);
  assert.equal(foldsOf(latent(16)).more.length, 11);
  assert.deepEqual(foldsOf(latent(6)), { first: [0, 1, 2, 3, 4, 5], more: [], dead: [] });
  assert.deepEqual(foldsOf(latent(8, [0, 7])), { first: [1, 2, 3, 4, 5, 6], more: [], dead: [0, 7] });
});

test("those that carry most come first, but the two of a plane stand as its axes do", () => {
  assert.deepEqual(foldsOf({ order: [2, 0, 1], dead: [false, false, false] }).first, [2, 0, 1]);
  assert.deepEqual(foldsOf({ order: [1, 0], dead: [false, false] }).first, [0, 1]);
  assert.deepEqual(foldsOf({ order: [1, 0], dead: [true, false] }), { first: [1], more: [], dead: [0] });
});

test("a dimension is called what its owner calls it, and by its number where that is nothing", () => {
  assert.equal(calledOf(["", "slant"], 1), "slant");
  assert.equal(calledOf(["", "slant"], 0), "z₁");
  assert.equal(calledOf(undefined, 2), "z₃");
  assert.equal(calledInFull(["", "slant"], 1), "slant, z₂");
  assert.equal(calledInFull(["", "slant"], 0), "z₁");
});

test("a name is sent as it is, and a refusal is told in the server's words", async () => {
  const asked = [];
  const answer = (ok, told) => async (address, { method }) => (asked.push([method, address]), { ok, json: async () => told, text: async () => JSON.stringify(told) });
  const data = { base: "/vae/", model: "mine" };
  assert.deepEqual(await keepName(data, 2, "slant & co", answer(true, { names: ["", "", "slant & co"] })), ["", "", "slant & co"]);
  assert.deepEqual(asked, [["POST", "/vae/api/name?model=mine&dim=2&to=slant+%26+co"]]);
  await assert.rejects(keepName(data, 2, "x", answer(false, { error: { message: "Too long." } })), /Too long\./);
  await assert.rejects(keepName(data, 2, "x", async () => Promise.reject(new Error("gone"))), /did not answer/);
});

test("under each heading stand its dimensions, those that carry most first, and none that is dead", () => {
  const latent = { dims: 5, order: [4, 2, 0, 1, 3], dead: [false, true, false, false, false], nats: [], range: [] };
  const groups = ["floor 1", "floor 1", "floor 2", "floor 2", "floor 1"];
  assert.deepEqual(headingsOf({ ...latent, groups }), [
    { name: "floor 1", dims: [4, 0] },
    { name: "floor 2", dims: [2, 3] },
  ]);
  assert.deepEqual(headingsOf({ ...latent, groups: ["", "", "", "", ""] }), []);
  assert.deepEqual(headingsOf(latent), []);
});
