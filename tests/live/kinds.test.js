// What pages do for things that are no pictures: tiles, miniatures, names, files of one's own, mixes.
import assert from "node:assert/strict";
import { test } from "node:test";

import { firstOf } from "../../assets/live/interpolate/anchors/finder.js";
import { fade, fades } from "../../assets/live/interpolate/path/path.js";
import { fadeName, fullName, shortName, speakPlace } from "../../assets/live/interpolate/words.js";
import { Miniatures, drawnWidth } from "../../assets/live/map/scene/miniatures.js";
import { abilities, LAYERS, layersOf } from "../../assets/live/map/tools.js";
import { describeKeeps, speakPoint } from "../../assets/live/map/words.js";
import { sayHover } from "../../assets/live/shared/views/curvewords.js";
import image from "../../assets/live/shared/views/image.js";
import series from "../../assets/live/shared/views/series.js";
import { paintTiles, sheetSize } from "../../assets/live/shared/views/tiles.js";
import { drawnAs } from "../../assets/live/shared/views/view.js";
import { pack } from "../../assets/live/shared/wire/frame.js";
import { readOwn } from "../../assets/live/shared/wire/own.js";
import { possessive, withArticle } from "../../assets/live/shared/words/names.js";

const curves = series([40, 1], { low: -1, high: 1 });
const pictures = image([4, 4, 1]);

/** A context that takes all that is drawn, and counts the strokes. */
function context(made = {}) {
  const known = { measureText: () => ({ width: 1 }), getTransform: () => ({ a: 1, d: 1, f: 0 }), ...made };
  return new Proxy(known, { get: (target, name) => target[name] ?? (() => {}), set: () => true });
}

globalThis.ImageData = class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};
globalThis.OffscreenCanvas = class {
  constructor(width, height) {
    Object.assign(this, { width, height });
  }
  getContext() {
    return context();
  }
};

test("a sheet has room for its rows and for the gaps between its tiles", () => {
  assert.deepEqual(sheetSize(11, { tile: [112, 80], columns: 11, gap: 4 }), [11 * 112 + 10 * 4, 80]);
  assert.deepEqual(sheetSize(11, { tile: [10, 5], columns: 6 }), [60, 10]);
});

test("tiles of pictures are put where they belong, and a last row that grew shorter leaves nothing behind", () => {
  const [put, cleared] = [[], []];
  const made = { putImageData: (_, x, y) => put.push([x, y]), clearRect: (...box) => cleared.push(box) };
  const canvas = { width: 1, height: 1, getContext: () => context(made) };
  paintTiles(canvas, pictures, new Uint8Array(5 * 16), 5, { tile: [4, 4], columns: 3, gap: 2 });
  assert.deepEqual([canvas.width, canvas.height], [16, 10]);
  assert.deepEqual(put, [[0, 0], [6, 0], [12, 0], [0, 6], [6, 6]]);
  assert.deepEqual(cleared, [[0, 0, 16, 10]]);
});

test("sizes to draw in are few, never smaller than what is shown, and not much larger", () => {
  const sizes = new Set();
  for (let width = 5; width <= 200; width += 0.7) {
    const drawn = drawnWidth(width);
    assert.ok(drawn > width - 1 && drawn < 1.5 * width + 1, `${width}: ${drawn}`);
    assert.equal(drawnWidth(drawn), drawn);
    sizes.add(drawn);
  }
  assert.ok(sizes.size < 14);
});

test("miniatures of curves are drawn as large as they are shown, pictures in their own pixels", () => {
  const small = new Miniatures(curves, { largest: 84 });
  small.set("a", new Float32Array(80), 1);
  const first = small.at("a", 40);
  assert.equal(first.width, drawnWidth(40));
  assert.equal(Math.round((first.width * 80) / 112), first.height);
  assert.equal(small.at("a", 39), first); // the next size is drawn once
  assert.ok(small.at("a", 80).width >= 80);
  const own = new Miniatures(pictures, { largest: 84 });
  own.set(1, new Uint8Array(16));
  assert.deepEqual([own.at(1, 80).width, own.at(1, 80).height], [4, 4]);
  const large = new Miniatures(image([500, 250, 1]), { largest: 60 });
  large.set(1, new Uint8Array(125000));
  assert.deepEqual([large.at(1, 30).width, large.at(1, 30).height], [30, 60]); // never larger than they are shown
});

test("what cannot be had is known and has no drawing", () => {
  const small = new Miniatures(curves, { largest: 84 });
  small.set("gone", null);
  assert.ok(small.has("gone"));
  assert.equal(small.at("gone", 40), null);
  assert.ok(!small.has("never asked"));
});

test("miniatures take no more room than they have, but what is in view stays", () => {
  const room = 40 * (40 * 4 + 4 * 45 * 32);
  const small = new Miniatures(curves, { largest: 84, room });
  for (let turn = 0; turn < 20; turn += 1) {
    small.begin();
    for (let i = 0; i < 10; i += 1) small.set(10 * turn + i, new Float32Array(40));
    for (let i = 0; i < 10; i += 1) assert.ok(small.at(10 * turn + i, 40));
  }
  assert.ok(small.bytes <= 1.4 * room, `${small.bytes} of ${room}`);
  assert.ok(small.has(199) && !small.has(0));
  assert.equal(small.bytes, [...small.kept.values()].reduce((sum, { bytes }) => sum + bytes, 0));
  small.begin();
  for (let i = 0; i < 100; i += 1) small.set(`view ${i}`, new Float32Array(40));
  for (let i = 0; i < 100; i += 1) assert.ok(small.at(`view ${i}`, 40));
  small.set("more", new Float32Array(40));
  assert.ok(small.has("view 0"));
});

test("a mix of series is each sample's own, not rounded, and of the type that series have", () => {
  const [a, b] = [Float32Array.of(0, 1, -3), Float32Array.of(1, 0.5, 3)];
  assert.deepEqual(fade([a, b], [0, 1], 0.25), Float32Array.of(0.25, 0.875, -1.5));
  assert.deepEqual(fades([a, b], [0, 1], [0, 0.5, 1]), Float32Array.of(0, 1, -3, 0.5, 0.75, 0, 1, 0.5, 3));
  assert.deepEqual([fadeName(pictures), fadeName(curves)], ["pixel cross-fade", "pointwise mix"]);
});

test("a first path leads through the same pictures as ever, and of few classes through as many as there are", () => {
  const starts = (classes, n) => Array.from({ length: n }, (_, index) => ({ index, label: classes ? String(index % classes) : "" }));
  const numbers = (...args) => firstOf(starts(...args)).map(({ index }) => index);
  assert.deepEqual(numbers(10, 60), [3, 28, 0]);
  assert.deepEqual(numbers(0, 60), [3, 28, 0]);
  assert.deepEqual(firstOf(starts(5, 60)).map(({ label }) => label), ["3", "4", "0"]);
  assert.equal(new Set(firstOf(starts(3, 60)).map(({ label }) => label)).size, 3);
  assert.equal(firstOf(starts(2, 60)).length, 3); // two classes: one of them twice
  assert.deepEqual(firstOf([]), []);
});

test("long names of classes are cut where there is little room, and are whole elsewhere", () => {
  const anchor = { kind: "image", number: 3, label: "supraventricular or ectopic" };
  assert.equal(shortName(anchor, "series"), anchor.label);
  assert.equal(shortName(anchor, "series", 18), "supraventricular…");
  assert.equal(shortName({ ...anchor, label: "7" }, "image", 18), "7");
  assert.equal(speakPlace(0.5, [0, 1], [anchor, anchor], "series", 10)[0], "Between supravent… and supravent… (anchors 1 and 2)");
});

test("things are called what they are", () => {
  assert.deepEqual([drawnAs(pictures).noun, drawnAs(curves).noun], ["picture", "series"]);
  assert.deepEqual([possessive("image"), possessive("series"), withArticle("image"), withArticle("series")], ["image's", "series'", "an image", "a series"]);
  assert.equal(fullName({ kind: "upload", number: null, label: "" }, "series")[0], "Your series");
  assert.equal(fullName({ kind: "upload", number: null, label: "" }, "image")[0], "Your picture");
  assert.equal(describeKeeps({ own_error: 1, neighbour_error: 2, random_error: 3 }, "mV", drawnAs(curves))[0].name, "Series");
  assert.equal(LAYERS[0].words(drawnAs(curves)), "Series underneath");
  assert.equal(LAYERS[0].words(drawnAs(pictures)), "Pictures underneath");
});

test("a sample is named with what its axis is called", () => {
  const at = (x) => sayHover({ index: 7, values: [1] }, { samples: 40, channels: 1, meaning: { low: 0, high: 2, x } });
  assert.deepEqual([at("sample of the beat"), at("hour"), at(undefined)], ["at sample 7 of the beat: 1", "at hour, sample 7: 1", "at sample 7: 1"]);
});

test("a point of a model without a prior has a reconstruction and no −ELBO", () => {
  const facts = { label: null, elbo: 12.5, classes: [] };
  assert.equal(speakPoint(3, { ...facts, kl: null }, { noun: "series" }), "Test series 3, reconstruction 12.5 nats.");
  assert.equal(speakPoint(3, { ...facts, kl: 2 }, { noun: "image" }), "Test image 3, −ELBO 12.5 nats.");
});

test("a point of a model without a likelihood has a squared error and no nats", () => {
  const facts = { label: null, elbo: 0.125, kl: 2, squared: true, classes: [] };
  assert.equal(speakPoint(3, facts, { noun: "image" }), "Test image 3, mean squared error 0.13.");
});

test("no layer lies on a map that its model cannot have", () => {
  const needs = Object.fromEntries(LAYERS.map(({ name, needs: ability }) => [name, ability]));
  for (const can of [["encode"], ["encode", "draw", "spread", "bound", "density"], ["encode", "rings", "spread"]]) {
    for (const plane of [true, false]) {
      const layers = layersOf(can, plane);
      assert.deepEqual(Object.keys(layers).sort(), Object.keys(needs).sort());
      for (const [name, on] of Object.entries(layers)) assert.ok(!on || !needs[name] || can.includes(needs[name]), `${name} of ${can}`);
    }
  }
  const of = (prior, plane = true) => layersOf(abilities({ can: ["draw", "bound"], latent: { prior } }), plane).prior;
  assert.deepEqual([of("normal"), of("normal", false), of("graph"), of("none")], [true, false, false, false]);
});

const header = { note: "It was shortened.", shape: [40, 1] };
const answer = (ok, body) => async () => ({ ok, arrayBuffer: async () => body, text: async () => body });
const file = (size) => ({ size });
const how = (fetch) => ({ base: "/", model: "a b", view: curves, signal: new AbortController().signal, fetch });

test("a file of one's own comes back as the model takes it, with what was done to it", async () => {
  const values = Float32Array.from({ length: 40 }, (_, i) => i);
  const asked = [];
  const fetch = async (url, options) => {
    asked.push([url, options.method]);
    return answer(true, pack(header, values))();
  };
  const { thing, note } = await readOwn(file(100), how(fetch));
  assert.deepEqual([thing, note], [values, header.note]);
  assert.deepEqual(asked, [["/api/picture?model=a%20b", "POST"]]);
});

test("a file that cannot be read is told of in a sentence: too large, refused, no server", async () => {
  await assert.rejects(readOwn(file(21 * 2 ** 20), how()), /A series has at most 20 MB; this one has 21\.0 MB/);
  const refused = JSON.stringify({ error: { code: "bad-series", message: "Row 2 holds no number." } });
  await assert.rejects(readOwn(file(1), how(answer(false, refused))), /Row 2 holds no number\./);
  await assert.rejects(readOwn(file(1), how(() => Promise.reject(new TypeError()))), /so the series was not read; try again/);
});
