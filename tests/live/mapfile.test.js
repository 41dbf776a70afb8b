import assert from "node:assert/strict";
import { test } from "node:test";
import { readArray, readFrame, Refused } from "../../assets/live/shared/wire/frame.js";
import { readCodes, readMap } from "../../assets/live/shared/space/codes.js";
import { kls } from "../../assets/live/shared/space/figures.js";

/** A server's frame, written by hand; the header as long as `padding` makes it. */
function frame(header, arrays = [], padding = 0) {
  const text = Buffer.from(JSON.stringify(header) + " ".repeat(padding));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const bytes = Buffer.concat([length, text, ...arrays.map((array) => Buffer.from(array.buffer))]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

const arrays = [Float32Array.of(1, 2, 3, 4), Float32Array.of(-1, -2, -3, -4), Float32Array.of(90.5, 100), Int32Array.of(7, -1)];
const names = ["centre", "spread", "cost", "labels"];
const shapes = [[2, 2], [2, 2], [2], [2]];

function codesFrame(count, padding) {
  let offset = 0;
  const listed = arrays.slice(0, count).map((array, i) => {
    const entry = { name: names[i], dtype: array.constructor === Int32Array ? "int32" : "float32", shape: shapes[i], offset };
    offset += array.byteLength;
    return entry;
  });
  const header = { model: "m", n: 2, dims: 2, classes: ["<b>", "ü"], labels: count === 4, originals: true, arrays: listed };
  return frame(header, arrays.slice(0, count), padding);
}

test("codes are read whatever the length of the header before them", async () => {
  for (let padding = 0; padding < 8; padding += 1) {
    const codes = await readCodes(new Response(codesFrame(4, padding)));
    assert.deepEqual([...codes.centre], [1, 2, 3, 4]);
    assert.deepEqual([...codes.spread], [-1, -2, -3, -4]);
    assert.deepEqual([...codes.cost], [90.5, 100]);
    assert.deepEqual([...codes.labels], [7, -1]);
    assert.equal(codes.nats, null); // this model does not say what a code costs
    assert.deepEqual(codes.classes, ["<b>", "ü"]);
    assert.deepEqual([codes.n, codes.dims, codes.originals, codes.message], [2, 2, true, ""]);
  }
});

test("codes of choices that are sure are spelt out", async () => {
  const listed = [
    { name: "chosen", dtype: "int32", shape: [2, 2], offset: 0 },
    { name: "nats", dtype: "float32", shape: [2], offset: 16 },
  ];
  const codes = await readCodes(new Response(frame({ n: 2, dims: 5, arrays: listed }, [Int32Array.of(1, 4, 0, 3), Float32Array.of(7, 8)])));
  assert.deepEqual([...codes.centre], [0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
  assert.deepEqual([codes.spread, ...kls(codes)], [null, 7, 8]);
});

test("images without classes have no labels", async () => {
  assert.equal((await readCodes(new Response(codesFrame(3)))).labels, null);
});

test("a model without codes has none and says why", async () => {
  const header = { n: 0, dims: 4, classes: [], labels: false, originals: false, arrays: [], message: "It keeps none." };
  const codes = await readCodes(new Response(frame(header)));
  assert.deepEqual([codes.n, codes.centre.length, codes.labels, codes.message], [0, 0, null, "It keeps none."]);
});

test("what is aligned is not copied", () => {
  const buffer = new ArrayBuffer(64);
  const payload = new Uint8Array(buffer, 8);
  assert.equal(readArray(payload, { dtype: "float32", shape: [2], offset: 4 }).buffer, buffer);
  assert.notEqual(readArray(new Uint8Array(buffer, 9), { dtype: "float32", shape: [2] }).buffer, buffer);
  assert.equal(readArray(new Uint8Array(buffer, 9), { dtype: "uint8", shape: [2] }).buffer, buffer);
});

test("an answer that broke off is told of and not read", async () => {
  const whole = codesFrame(4);
  for (const length of [0, 3, 20, whole.byteLength - 1]) {
    await assert.rejects(readCodes(new Response(whole.slice(0, length))), /broke off/);
  }
  assert.throws(() => readFrame(Uint8Array.of(255, 255, 255, 255, 1, 2).buffer), /broke off/);
});

test("a map comes with its points, or with none", async () => {
  const keeps = { trustworthiness: 0.98 };
  const header = { state: "forming", iteration: 50, total: 750, message: "", keeps, kl_divergence: 2.5, shape: [2, 2] };
  const map = await readMap(new Response(frame(header, [Float32Array.of(1, 2, 3, 4)])));
  assert.deepEqual({ ...map, xy: [...map.xy] }, { state: "forming", iteration: 50, total: 750, message: "", keeps, kl: 2.5, measuring: false, xy: [1, 2, 3, 4] });
  assert.equal((await readMap(new Response(frame({ ...header, shape: [0, 2] })))).xy, null);
});

test("a refusal is an error with the server's sentence and status", async () => {
  const refusal = new Response(JSON.stringify({ error: { code: "unknown-model", message: "There is no model <b>." } }), { status: 404 });
  await assert.rejects(readCodes(refusal), (error) => error instanceof Refused && error.message === "There is no model <b>." && error.status === 404);
  await assert.rejects(readMap(new Response("<html>Bad gateway</html>", { status: 502 })), /status 502/);
});
