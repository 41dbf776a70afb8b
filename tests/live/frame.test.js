import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, unpack } from "../../assets/live/shared/wire/frame.js";

/** A server's frame, written by hand. */
function answer(header, bytes = []) {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const whole = Buffer.concat([length, text, Buffer.from(bytes)]);
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length);
}

test("a request is a little-endian length, a JSON header and the payload's own bytes", () => {
  const frame = Buffer.from(pack({ id: 7, op: "decode", model: "é" }, Float32Array.of(1, -2)));
  const length = frame.readUInt32LE(0);
  assert.deepEqual(JSON.parse(frame.subarray(4, 4 + length).toString("utf8")), { id: 7, op: "decode", model: "é" });
  assert.equal(frame.readFloatLE(4 + length), 1);
  assert.equal(frame.readFloatLE(8 + length), -2);
  assert.equal(frame.length, 4 + length + 8);
});

test("a payload that is part of a larger array goes alone", () => {
  const part = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
  assert.deepEqual([...new Uint8Array(pack({}, part)).slice(-2)], [2, 3]);
  assert.equal(pack({}, part).byteLength, 4 + 2 + 2);
});

test("floats are read whatever the length of the header before them", () => {
  for (let padding = 0; padding < 4; padding += 1) {
    const header = { id: 1, shape: [1, 2], dtype: "float32", seconds: 0, x: "x".repeat(padding) };
    const { array } = unpack(answer(header, Buffer.from(Float32Array.of(0.5, -3).buffer)));
    assert.deepEqual([...array], [0.5, -3]);
  }
});

test("bytes are read as bytes", () => {
  const { array } = unpack(answer({ id: 1, shape: [1, 1, 3, 1], dtype: "uint8", seconds: 0 }, [0, 128, 255]));
  assert.deepEqual([...array], [0, 128, 255]);
});

test("an error has a header and no array", () => {
  const { header, array } = unpack(answer({ id: null, error: { code: "busy", message: "Later." } }));
  assert.equal(header.error.code, "busy");
  assert.equal(array, null);
});

test("a dtype that nobody knows is refused rather than guessed", () => {
  assert.throws(() => unpack(answer({ id: 1, dtype: "float64" })), /unknown dtype/);
});
