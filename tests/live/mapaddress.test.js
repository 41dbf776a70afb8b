import assert from "node:assert/strict";
import test from "node:test";

import { formatPins, isColour, isMap, readAddress, readPins, withMap } from "../../assets/live/map/address.js";

const maps = (dims) => [...(dims === 2 ? ["identity"] : []), "pca", "tsne", "dimensions"].map((name) => ({ name }));
const model = { model: "mnist-16d", dims: 16, n: 100, maps: maps(16) };
const state = { model: "mnist-16d", map: "dimensions-0-3", colour: "z3", view: "1.5,-2,40", pins: [{ x: 0.5, y: -1.25, point: null }, { x: 7, y: 8, point: 17 }] };

test("what is put into an address is read out of it again", () => {
  const href = withMap("http://host/map?model=other&theme=dark&map=pca", state);
  assert.ok(href.includes("theme=dark"));
  const { map, colour, view, pins, notes } = readAddress(new URL(href).search, model);
  assert.deepEqual({ map, colour, view, notes }, { map: state.map, colour: "z3", view: "1.5,-2,40", notes: [] });
  assert.equal(formatPins(pins), "0.5:-1.25,p17");
});

test("colouring by class, a whole view and no pins are left out", () => {
  const href = withMap("http://host/map", { ...state, colour: "class", view: null, pins: [] });
  assert.equal(new URL(href).search, "?model=mnist-16d&map=dimensions-0-3");
});

test("every space has a PCA and a t-SNE, and only a plane the identity", () => {
  assert.deepEqual([1, 2, 3].map((dims) => [isMap("identity", dims, maps(dims)), isMap("pca", dims, maps(dims)), isMap("tsne", dims, maps(dims))]), [[false, true, true], [true, true, true], [false, true, true]]);
});

test("a t-SNE of other settings is named by them, and each has one name", () => {
  assert.deepEqual(["tsne-p50-s0", "tsne-p12.5-s7", "tsne-p30-s0", "tsne-p030-s1", "dimensions-01-2"].map((id) => isMap(id, 16, maps(16))), [true, true, false, false, false]);
});

test("two dimensions are two different ones that the space has", () => {
  assert.ok(isMap("dimensions-0-15", 16, maps(16)));
  for (const id of ["dimensions-0-16", "dimensions-3-3", "dimensions-1", "dimensions--1-2", "tsne-pX-s0", "constructor", "dimensions", "identity", ""]) assert.ok(!isMap(id, 16, maps(16)), id);
});

test("points are coloured by a class, a cost or a coordinate that there is", () => {
  for (const name of ["class", "elbo", "error", "z1", "z16"]) assert.ok(isColour(name, 16), name);
  for (const name of ["z0", "z17", "z", "label", "z1e1"]) assert.ok(!isColour(name, 16), name);
});

test("pins that are no places, points that are not there, and too many of them are refused", () => {
  for (const text of ["1", "1:2:3", "a:b", ":", "p100", "p-1", "1:1e9", "NaN:1", Array(25).fill("1:2").join(",")]) assert.equal(readPins(text, 100), null, text);
});

test("a bad part of an address costs a sentence and nothing else", () => {
  const { map, colour, pins, notes } = readAddress("?model=mnist-16d&map=nothing&colour=z3&pins=what", model);
  assert.deepEqual({ map, colour, pins, notes: notes.length }, { map: null, colour: "z3", pins: [], notes: 2 });
});

test("classes that are singled out are written by their numbers, in order, and read again", () => {
  const href = withMap("http://host/map", { ...state, classes: new Set([7, 3]) });
  assert.match(href, /&classes=3,7$/);
  assert.deepEqual(readAddress(new URL(href).search, model).classes, [3, 7]);
  const { classes, notes } = readAddress("?model=mnist-16d&classes=3,two", model);
  assert.deepEqual([classes, notes.length], [[], 1]);
});

test("what belonged to another model is left alone", () => {
  assert.deepEqual(readAddress("?model=other&map=pca&pins=1:2", model), { map: null, colour: null, view: null, pins: [], classes: [], notes: [] });
});

test("a known factor colours the points where the model's things were drawn from it, and no other does", () => {
  assert.ok(isColour("factor:angle", 8, ["size", "angle"]));
  for (const name of ["factor:", "factor:shape", "angle"]) assert.ok(!isColour(name, 8, ["size", "angle"]), name);
  assert.ok(!isColour("factor:angle", 8));
});
