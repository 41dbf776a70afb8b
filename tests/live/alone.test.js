// A model that lives in its page: its numbers, its maps, and what answers in place of a server.
import assert from "node:assert/strict";
import { test } from "node:test";

import { BASE, answering } from "../../assets/live/alone/answers.js";
import { Plane, Regressed } from "../../assets/live/alone/maps.js";
import { PageModel } from "../../assets/live/alone/model.js";
import { singles, unpacked } from "../../assets/live/alone/pack.js";
import { socketOf } from "../../assets/live/alone/socket.js";
import { readCodes, readMap } from "../../assets/live/shared/space/codes.js";
import { draw, seeded } from "../../assets/live/shared/space/normal.js";
import { kls } from "../../assets/live/shared/space/figures.js";
import series from "../../assets/live/shared/views/series.js";
import { LiveSocket } from "../../assets/live/shared/wire/socket.js";

const close = (a, b, most = 1e-5) => {
  assert.equal(a.length, b.length);
  Array.from(a).forEach((each, i) => assert.ok(Math.abs(each - b[i]) <= most, `${i}: ${each} and ${b[i]}`));
};

test("half precision becomes single as its bits say", () => {
  const known = { 0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x3555: 0.333251953125, 0x7bff: 65504, 0x0001: 2 ** -24, 0x03ff: 1023 * 2 ** -24, 0x0400: 2 ** -14 };
  const bits = Uint16Array.from(Object.keys(known), Number);
  assert.deepEqual([...singles(bits)], Object.values(known));
  const [plus, minus, none] = singles(Uint16Array.of(0x7c00, 0xfc00, 0x7e00));
  assert.deepEqual([plus, minus], [Infinity, -Infinity]);
  assert.ok(Number.isNaN(none));
});

test("arrays are read where they lie, halves and steps as single precision", () => {
  const bytes = new Uint8Array(16);
  bytes.set([7, 8, 9]);
  new DataView(bytes.buffer).setInt16(4, -3, true);
  new DataView(bytes.buffer).setUint16(8, 0x3c00, true);
  bytes.set([2, 0, 1, 0], 12);
  const listed = [
    { name: "bytes", dtype: "uint8", shape: [3], offset: 0 },
    { name: "stepped", dtype: "int16", shape: [1], offset: 4, step: 0.5 },
    { name: "half", dtype: "float16", shape: [1, 1], offset: 8 },
    { name: "chosen", dtype: "int16", shape: [1, 2], offset: 12, ways: 3 },
  ];
  const numbers = unpacked(listed, Buffer.from(bytes).toString("base64"));
  assert.deepEqual([...numbers.get("bytes")], [7, 8, 9]);
  assert.deepEqual(numbers.get("stepped"), Float32Array.of(-1.5));
  assert.deepEqual(numbers.get("half"), Float32Array.of(1));
  assert.deepEqual(numbers.get("chosen"), Float32Array.of(0, 0, 1, 0, 1, 0));
});

const codesOf = (n, dims, seed = 3) => Float32Array.from(draw(n * dims, seeded(seed)));

test("a plane gives each place a code that lies at that place", () => {
  const codes = codesOf(300, 3);
  const slant = Math.SQRT1_2;
  const map = new Plane(codes, 3, { origin: [0.1, 0.2, 0.3], axes: [[slant, 0], [slant, 0], [0, 1]] });
  for (const [x, y] of [[0, 0], [0.5, -1], [2, 2]]) close(map.place(map.codeAt(x, y)), [x, y]);
  const flat = new Plane(codesOf(20, 2), 2, { origin: [0, 0], axes: [[1, 0], [0, 1]] });
  close(flat.codeAt(0.25, -3), [0.25, -3]);
});

test("where codes follow places by a line, a map without a formula finds them, and the way back", () => {
  const points = codesOf(400, 2);
  const code = (x, y) => [2 * x - y, x + 1, y - 0.5];
  const codes = Float32Array.from(Array.from({ length: 400 }, (_, i) => code(points[2 * i], points[2 * i + 1])).flat());
  const map = new Regressed(codes, 3, points, null);
  for (const [x, y] of [[0, 0], [0.3, -0.4], [-0.5, 0.5]]) {
    close(map.codeAt(x, y), code(x, y), 0.03); // a ridge holds it back a little
    close(map.place(code(x, y)), [x, y], 0.03);
  }
});

/** A model of series of two samples with one number: z goes to (z, 2 z) and back; told a class it adds that to the first. */
function modelOf({ told = 0 } = {}) {
  const view = series([2, 1], { channels: ["a"], unit: "", low: -1, high: 1 });
  const layers = [{ layer: "Linear", inputs: 1 + told, outputs: 2 }];
  const said = {
    model: "m", latent: { dims: 1, names: [""] }, given: told ? { name: "class", choices: ["a", "b"], chosen: 0 } : null, scale: 0.1,
    decoder: { layers, output: "identity", shape: [1, 1, 2], dtype: "float32", levels: 1, bounds: null, told, tensors: ["w", "b"] },
    encoder: { layers: [{ layer: "Linear", inputs: 2, outputs: 1 }], output: "point", shape: [1, 1, 2], levels: 1, tensors: ["v", "c"] },
    images: null,
  };
  const numbers = new Map(Object.entries({
    w: told ? Float32Array.of(1, 0, 1, 2, 0, 0) : Float32Array.of(1, 2), b: new Float32Array(2), v: Float32Array.of(0, 0.5), c: new Float32Array(1),
    ...(told ? { pictures: new Float32Array(4) } : {}),
  }));
  return new PageModel(said, view, numbers, () => undefined);
}

/** A live socket at whose other end the page is. */
const talk = (model, when) => new LiveSocket("", { Socket: socketOf(model, when) });

const asked = (socket, request) => new Promise((resolve, reject) => socket.ask("picture", { model: "m", onAnswer: resolve, onError: reject, ...request }));

test("a live socket gets what it would get from a server", async () => {
  const socket = talk(modelOf());
  const many = await asked(socket, { op: "decode", shape: [3, 1], payload: Float32Array.of(1, 2, 3) });
  assert.deepEqual(many.array, Float32Array.of(1, 2, 2, 4, 3, 6));
  const encoded = await asked(socket, { op: "encode", shape: [1, 2, 1], payload: Float32Array.of(3, 6) });
  assert.deepEqual(encoded.array, Float32Array.of(3));
  await assert.rejects(asked(socket, { op: "originals", shape: [1], payload: Int32Array.of(4) }).catch((sentence) => Promise.reject(new Error(sentence))), /not in this file/);
  socket.close();
});

test("what is told no class is taken for the likeliest, and a code is drawn under each", async () => {
  const socket = talk(modelOf({ told: 2 }));
  const { array, header } = await asked(socket, { op: "encode", shape: [1, 2, 1], payload: Float32Array.of(4, 6) }); // 3 + 1, 2 * 3
  assert.deepEqual([...array, ...header.condition], [3, 1]);
  const classes = await asked(socket, { op: "classes", shape: [1, 1], payload: Float32Array.of(3) });
  assert.deepEqual([...classes.array], [3, 6, 4, 6]);
  socket.close();
});

test("one thing is there at once, and many a few at a time", async () => {
  const works = [];
  const socket = talk(modelOf(), (work) => {
    works.push(work);
    return () => {};
  });
  let answer = null;
  await asked(socket, { op: "decode", shape: [1, 1], payload: Float32Array.of(1) });
  assert.equal(works.length, 0);
  socket.ask("strip", { op: "decode", model: "m", shape: [3, 1], payload: Float32Array.of(1, 2, 3), onAnswer: ({ array }) => (answer = array) });
  while (works.length) works.shift()(() => 0); // no time is left after each
  assert.equal(answer?.length, 6);
  socket.close();
});

test("codes, maps and names are answered as by a server, and nothing else is", async () => {
  const said = {
    model: "m", latent: { dims: 2, names: ["", ""] }, images: { index: [4], codes: null }, maps: [{ name: "pca", keeps: { trustworthiness: 1 } }],
    codes: { n: 2, labels: true, classes: ["a"], message: "" },
  };
  const numbers = new Map(Object.entries({ centre: Float32Array.of(1, 2, 3, 4), cost: Float32Array.of(5, 6), nats: Float32Array.of(7, 8), labels: Float32Array.of(0, 1) }));
  const ask = answering(said, numbers, (id) => (id === "pca" ? { points: Float32Array.of(1, 2, 3, 4) } : undefined));
  const codes = await readCodes(await ask(`${BASE}api/codes?model=m`));
  assert.deepEqual([codes.n, codes.dims, ...codes.centre, ...codes.labels, ...codes.shipped], [2, 2, 1, 2, 3, 4, 0, 1, 4]);
  assert.deepEqual([...kls(codes)], [7, 8]); // what a code costs in all
  const map = await readMap(await ask(`${BASE}api/map?model=m&map=pca`));
  assert.deepEqual([map.state, map.keeps.trustworthiness, ...map.xy], ["done", 1, 1, 2, 3, 4]);
  await assert.rejects(async () => readMap(await ask(`${BASE}api/map?model=m&map=tsne`)), /not in the file/);
  assert.deepEqual((await (await ask(`${BASE}api/name?dim=1&to=slant`)).json()).names, ["", "slant"]);
  assert.equal((await ask(`${BASE}api/picture?model=m`)).status, 404);
});
