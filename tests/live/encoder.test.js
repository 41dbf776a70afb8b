// Encoders that the page itself runs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Encoder } from "../../assets/live/shared/net/encoder.js";
import { conv } from "../../assets/live/shared/net/layers.js";

/** Numbers about 0 that are the same each time: Park & Miller 1988. */
function numbers(n, state = 11) {
  return Float32Array.from({ length: n }, () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5);
}

const close = (a, b) => {
  assert.equal(a.length, b.length);
  a.forEach((each, i) => assert.ok(Math.abs(each - b[i]) < 1e-5, `${i}: ${each} and ${b[i]}`));
};

/** A convolution by its definition: kernels of 4 x 4, stride 2, padding 1. */
function gathered({ inputs, outputs, size: [rows, columns], taken: [high, wide] }, weight, bias, x) {
  const at = (c, y, i) => (y < 0 || i < 0 || y >= high || i >= wide ? 0 : x[(c * high + y) * wide + i]);
  return Array.from({ length: outputs * rows * columns }, (_, place) => {
    const [o, y, i] = [Math.floor(place / (rows * columns)), Math.floor(place / columns) % rows, place % columns];
    let sum = bias[o];
    for (let c = 0; c < inputs; c += 1)
      for (let k = 0; k < 16; k += 1) sum += weight[(o * inputs + c) * 16 + k] * at(c, 2 * y - 1 + (k >> 2), 2 * i - 1 + (k % 4));
    return sum;
  });
}

test("a convolution is what its definition says, of odd sizes and several channels too", () => {
  for (const taken of [[2, 2], [7, 4], [6, 9], [28, 28]]) {
    const layer = { inputs: 3, outputs: 2, kernel: 4, stride: 2, taken, size: taken.map((side) => side >> 1) };
    const [weight, bias, x] = [numbers(3 * 2 * 16), numbers(2, 5), numbers(3 * taken[0] * taken[1], 3)];
    const run = conv(layer, [weight, bias]);
    run(numbers(x.length, 9)); // another one before leaves nothing behind
    close(run(x), gathered(layer, weight, bias, x));
  }
});

test("other convolutions are refused", () => {
  assert.throws(() => conv({ inputs: 1, outputs: 1, kernel: 3, stride: 1, size: [2, 2], taken: [2, 2] }, []), /kernel of 3/);
});

const linear = (inputs, outputs) => [{ layer: "Flatten" }, { layer: "Linear", inputs, outputs }];
const identity = (n) => Float32Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));

test("things go in channels first and in a network's units, with what is added to their class", () => {
  const said = { layers: linear(4, 4), output: "point", shape: [2, 1, 2], levels: 255 };
  const thing = Uint8Array.of(0, 255, 51, 102);
  close(new Encoder(said, [identity(4), new Float32Array(4)]).encode(thing).mean, [0, 0.2, 1, 0.4]);
  const pictures = Float32Array.of(9, 9, 9, 9, 0, 1, 0, 2);
  close(new Encoder(said, [identity(4), new Float32Array(4)], pictures).encode(thing, 1).mean, [0, 1.2, 1, 2.4]);
});

test("a normal says its mean, its spread and what each number costs beside N(0, 1)", () => {
  const said = { layers: linear(2, 4), output: "normal", shape: [1, 1, 2], levels: 1 };
  const weight = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0); // the first mean follows the thing, all else is its bias
  const { mean, spread, nats } = new Encoder(said, [weight, Float32Array.of(0, 0, 0, Math.log(4))]).encode(Float32Array.of(3, 0));
  close(mean, [3, 0]);
  close(spread, [1, 2]);
  close(nats, [4.5, 0.5 * (4 - Math.log(4) - 1)]);
});

test("of vectors the nearest codes are told, and what each costs by those before it", () => {
  const choices = [[0, 2], [2, 4]];
  const said = { layers: linear(4, 4), output: "codes", choices, shape: [1, 1, 4], levels: 1 };
  const book = Float32Array.of(1, 0, 0, 1);
  // One hidden unit, which is 1 at first and 3 after the second code; what it says is for the first code.
  const [first, reads, says, alone] = [[1], [0, 2], [0, 0, 1, 0], [Math.log(3), 0, 0, 0]].map((each) => Float32Array.from(each));
  const encoder = new Encoder(said, [identity(4), new Float32Array(4), book, first, reads, says, alone]);
  const of = (thing) => encoder.encode(Float32Array.from(thing));
  const { mean, spread, nats } = of([0.6, 0.5, 0.1, 5]);
  assert.deepEqual([...mean], [1, 0, 0, 1]);
  assert.deepEqual([...spread], [0, 0, 0, 0]);
  close(nats, [Math.log(4 / 3), 0, 0, Math.log(1 + Math.E)]);
  const other = of([0.4, 0.5, 2, 0]);
  assert.deepEqual([...other.mean], [0, 1, 1, 0]);
  close(other.nats, [0, Math.log(4), Math.log(1 + Math.exp(-3)), 0]);
});

test("a point has neither, and one answer is left alone by the next", () => {
  const encoder = new Encoder({ layers: linear(1, 1), output: "point", shape: [1, 1, 1], levels: 1 }, [Float32Array.of(2), Float32Array.of(0)]);
  const first = encoder.encode(Float32Array.of(1));
  encoder.encode(Float32Array.of(5));
  assert.deepEqual(first, { mean: Float32Array.of(2), spread: null, nats: null });
});
