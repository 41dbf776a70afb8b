import assert from "node:assert/strict";
import { test } from "node:test";
import { VIEWS, bytesOf, joined, labelled, large, tileOf, viewOf } from "../../assets/live/shared/views/view.js";

/** What things of each kind may be: small ones, and such as pages meet. */
const ITEMS = {
  image: [{ shape: [28, 28, 1] }, { shape: [64, 48, 3] }, { shape: [1, 1, 1] }],
  text: [{ shape: [16, 27], meaning: { symbols: "abcdefghijklmnopqrstuvwxyz" } }, { shape: [3, 4] }],
  molecules: [{ shape: [6, 5], meaning: { symbols: ["[C]", "[=O]", "[O]", "[Branch1]"] } }],
  series: [{ shape: [140, 1], meaning: { low: -3, high: 4 } }, { shape: [4, 8], meaning: { low: 0, high: 1, rate: 100, unit: "mV" } }],
  masks: [{ shape: [6, 8, 4], meaning: { labels: ["background", "body", "cap"], note: "Not for diagnosis." } }, { shape: [3, 2, 3] }],
  sounds: [{ shape: [16, 12, 1], meaning: { rate: 8000 } }, { shape: [8, 4, 1] }],
  tastes: [{ shape: [9, 1] }, { shape: [6, 1], meaning: { items: ["a", "b", "c", "d", "e", "f"], genres: ["x", "y"], of: [[0], [1], [0, 1], [], [1], [0]] } }],
};

/** What every view has, and of which type. */
const INTERFACE = {
  ...{ kind: "string", shape: "object", size: "number", dtype: "string", width: "number", height: "number", unit: "string", pixels: "boolean", words: "object" },
  ...{ accept: "string", read: "function", paint: "function", tile: "function", print: "function", say: "function", apart: "function" },
};
const TYPES = { uint8: Uint8Array, float32: Float32Array };

const all = await Promise.all(
  Object.keys(VIEWS).flatMap((kind) => (ITEMS[kind] ?? []).map(({ shape, meaning = {} }) => viewOf({ kind, shape, meaning }))),
);
const nameOf = ({ kind, shape }) => `${kind} ${shape.join(" × ")}`;

/** `n` things of a view, and the same ones each time. */
function things(view, n, seed = 1) {
  let state = seed;
  return TYPES[view.dtype].from({ length: n * view.size }, () => (state = (state * 48271) % 2147483647) % 256);
}

/** A context that takes all that is drawn, and keeps what images are put on it. */
function context(put = []) {
  const known = { putImageData: (...image) => put.push(image), measureText: () => ({ width: 1 }) };
  return new Proxy(known, { get: (target, name) => target[name] ?? (() => {}), set: () => true });
}

const canvasOf = (made = context()) => ({ width: 1, height: 1, getContext: () => made });

globalThis.ImageData = class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};
globalThis.OffscreenCanvas = class {
  constructor(width, height) {
    Object.assign(this, canvasOf(), { width, height });
  }
};

test("every kind has a view, and every view is looked at here", () => {
  assert.ok(Object.keys(VIEWS).includes("image"));
  assert.deepEqual(Object.keys(VIEWS).filter((kind) => !ITEMS[kind]?.length), []);
});

for (const view of all) {
  test(`a view has the whole interface: ${nameOf(view)}`, () => {
    assert.deepEqual(Object.fromEntries(Object.keys(INTERFACE).map((name) => [name, typeof view[name]])), INTERFACE);
    assert.deepEqual(Object.entries(view.words).map(([name, words]) => [name, typeof words]), ["noun", "nouns", "element", "elements"].map((name) => [name, "string"]));
    assert.ok(view.kind && view.unit && view.words.noun && view.words.nouns);
    assert.ok(Number.isInteger(view.width) && Number.isInteger(view.height) && view.width > 0 && view.height > 0);
  });

  test(`a thing has as many numbers as its shape says, of the type that it has on the socket: ${nameOf(view)}`, () => {
    assert.equal(view.size, view.shape.reduce((product, side) => product * side, 1));
    assert.equal(bytesOf(view), new TYPES[view.dtype](view.size).byteLength);
  });

  test(`numbers are read as they were written, all of them or some: ${nameOf(view)}`, () => {
    const two = things(view, 2);
    assert.deepEqual(view.read(two.buffer), two);
    assert.deepEqual(view.read(two.buffer, bytesOf(view), view.size), two.subarray(view.size));
  });

  test(`things are joined in their order, into an array of their type: ${nameOf(view)}`, () => {
    const three = things(view, 3);
    assert.deepEqual(joined(view, [three.subarray(0, 2 * view.size), three.subarray(2 * view.size)]), three);
    assert.deepEqual(joined(view, []), new TYPES[view.dtype](0));
  });

  test(`how far apart two things are is by all of their differences, and as far from either: ${nameOf(view)}`, () => {
    const [a, b] = [things(view, 2, 1), things(view, 2, 7)];
    const differences = Array.from({ length: view.size }, (_, i) => a[view.size + i] - b[i]);
    const squares = Math.sqrt(differences.reduce((sum, difference) => sum + difference * difference, 0) / view.size);
    const places = differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / 510;
    const expected = ["text", "molecules"].includes(view.kind) ? places : view.kind === "sounds" ? (squares * 60) / 255 : squares;
    assert.ok(Math.abs(view.apart(a, 1, b, 0) - expected) < 1e-4 * expected);
    assert.equal(view.apart(a, 1, b, 0), view.apart(b, 0, a, 1));
    assert.equal(view.apart(a, 0, a, 0), 0);
  });

  test(`it is said as text: ${nameOf(view)}`, () => assert.equal(typeof view.say(things(view, 2), 1), "string"));

  if (!view.pixels) continue; // curves take the page's colours: tests/browser/test_series.py looks at them
  test(`it is painted at its natural size, and drawn as a tile of any: ${nameOf(view)}`, () => {
    const two = things(view, 2);
    const canvas = canvasOf();
    view.paint(canvas, two, 1);
    assert.deepEqual([canvas.width, canvas.height], [view.width, view.height]);
    for (const [width, height] of [[view.width, view.height], [2 * view.width, 2 * view.height], [7, 5]]) view.tile(context(), two, 1, 3, 4, width, height);
  });
}

// Images.

const image = (...shape) => viewOf({ kind: "image", shape, meaning: {} });

test("an image is painted in its own pixels, the one that is meant, and nothing else of it", async () => {
  const put = [];
  (await image(1, 2, 1)).paint(canvasOf(context(put)), Uint8Array.of(1, 2, 7, 9), 1);
  const [[{ data, width, height }, ...place]] = put;
  assert.deepEqual([[...data], width, height, place], [[7, 7, 7, 255, 9, 9, 9, 255], 2, 1, [0, 0]]);
});

test("black and white are 255 grey levels apart", async () => {
  const view = await image(2, 2, 3);
  assert.equal(view.apart(new Uint8Array(12), 0, new Uint8Array(12).fill(255), 0), 255);
});

test("where images lie they are read without a copy", async () => {
  const { buffer } = Uint8Array.of(1, 2, 3);
  assert.equal((await image(1, 1, 1)).read(buffer, 1).buffer, buffer);
});

// What all views have in common.

test("a tile is about as large as it is to be: small things in whole multiples, large ones made smaller", async () => {
  assert.deepEqual(tileOf(await image(28, 28, 1), 112), [112, 112]);
  assert.deepEqual(tileOf(await image(32, 16, 1), 112), [48, 96]);
  assert.deepEqual(tileOf(await image(200, 100, 3), 112), [56, 112]);
});

test("what is saved is enlarged in whole multiples, to what is asked for at least", async () => {
  const made = canvasOf();
  globalThis.document = { createElement: () => made };
  const view = await image(28, 20, 1);
  large(view, things(view, 1), 896);
  assert.deepEqual([made.width, made.height], [640, 896]);
  large(view, undefined, 100); // before the first one has come
  assert.deepEqual([made.width, made.height], [80, 112]);
});

test("a label says what is shown, and goes on where words can say more of it", () => {
  const mute = { say: () => "" };
  const loud = { say: (array, i) => `${array[i]} at noon.` };
  assert.equal(labelled(mute, "Decoded.", [3]), "Decoded.");
  assert.equal(labelled(loud, "Decoded.", [3, 4], 1), "Decoded. 4 at noon.");
  assert.equal(labelled(loud, "Test 17", [3]), "Test 17: 3 at noon.");
  assert.equal(labelled(loud, "Test 17", undefined), "Test 17");
});
