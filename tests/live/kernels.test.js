// What a network's layers are reckoned with: WebAssembly's vectors, and JavaScript where there are none, say the same.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assemble } from "../../assets/live/shared/net/core/assemble.js";
import { KERNELS, TILE } from "../../assets/live/shared/net/core/kernels.js";
import { plainKernels } from "../../assets/live/shared/net/core/plain.js";
import { Room, quickKernels } from "../../assets/live/shared/net/core/room.js";
import { LAYERS, stack } from "../../assets/live/shared/net/layers.js";

const ROOMS = { quick: () => new Room(quickKernels()), plain: () => new Room(plainKernels()) };

/** Numbers about 0 that are the same each time: Park & Miller 1988. */
function numbers(n, state = 11) {
  return Float32Array.from({ length: n }, () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5);
}

const close = (a, b, said, most = 1e-5) => {
  assert.equal(a.length, b.length, said);
  a.forEach((each, i) => assert.ok(Math.abs(each - b[i]) < most, `${said}, ${i}: ${each} and ${b[i]}`));
};

/** Every pair of places of planes that a kernel joins, as its definition has it: the larger plane's, the smaller one's, the tap. */
function joined({ kernel, stride, lead, large, small }, act) {
  for (let y = 0; y < small[0]; y += 1)
    for (let x = 0; x < small[1]; x += 1)
      for (let ky = 0; ky < kernel[0]; ky += 1)
        for (let kx = 0; kx < kernel[1]; kx += 1) {
          const [Y, X] = [stride * y + ky - lead[0], stride * x + kx - lead[1]];
          if (Y >= 0 && X >= 0 && Y < large[0] && X < large[1]) act(Y * large[1] + X, y * small[1] + x, ky * kernel[1] + kx);
        }
}

/** A convolution, or a transposed one, in doubles. */
function convolved(shape, transposed, inputs, outputs, [weight, bias], x) {
  const [from, to] = (transposed ? [shape.small, shape.large] : [shape.large, shape.small]).map(([high, wide]) => high * wide);
  const taps = shape.kernel[0] * shape.kernel[1];
  const out = Array.from({ length: outputs * to }, (_, i) => bias[Math.floor(i / to)]);
  joined(shape, (large, small, tap) => {
    const [i, j] = transposed ? [small, large] : [large, small];
    for (let o = 0; o < outputs; o += 1)
      for (let c = 0; c < inputs; c += 1) out[o * to + j] += x[c * from + i] * weight[(transposed ? c * outputs + o : o * inputs + c) * taps + tap];
  });
  return out;
}

const half = (side) => side >> 1;
const PLANES = [[4, [28, 28]], [4, [7, 9]], [4, [2, 2]], [3, [7, 7]], [3, [5, 8]], [3, [1, 3]]];
const LINES = [[4, 16], [4, 9], [6, 5], [2, 4], [8, 37]];

/** Layers of each name beside what their definition says of them: what they are, their window's shape, and whether it is transposed. */
const WINDOWS = [
  ...PLANES.map(([kernel, large]) => {
    const small = kernel === 4 ? large.map(half) : large.map((side) => half(side + 1));
    const odd = large.map((side, axis) => side - 2 * small[axis]);
    const shape = { kernel: [kernel, kernel], stride: 2, lead: [1, 1], large, small };
    return [shape, { layer: "Conv", kernel, stride: 2, taken: large, size: small }, { layer: "Up", kernel, size: small, odd }];
  }),
  ...LINES.map(([kernel, length]) => {
    const [small, lead] = [half(length), kernel / 2 - 1];
    const shape = { kernel: [1, kernel], stride: 2, lead: [0, lead], large: [1, length], small: [1, small] };
    return [shape, { layer: "Conv1d", kernel, taken: length, size: small }, { layer: "Up1d", kernel, size: small, odd: length % 2 }];
  }),
];

for (const [name, room] of Object.entries(ROOMS)) {
  test(`${name} kernels: convolutions there and back are what their definition says, at any number of channels and any sides`, () => {
    for (const [shape, there, back] of WINDOWS) {
      for (const [inputs, outputs] of [[1, 1], [3, 2], [5, 7]]) {
        for (const layer of [there, back]) {
          const transposed = layer === back;
          const from = transposed ? shape.small : shape.large;
          const taps = shape.kernel[0] * shape.kernel[1];
          const tensors = [numbers(inputs * outputs * taps), numbers(outputs, 5)];
          const x = numbers(inputs * from[0] * from[1], 3);
          const run = LAYERS[layer.layer].make({ ...layer, inputs, outputs }, tensors, room());
          run(numbers(x.length, 9)); // another one before leaves nothing behind
          close(run(x), convolved(shape, transposed, inputs, outputs, tensors, x), `${layer.layer} ${shape.large} ${inputs} ${outputs}`);
        }
      }
    }
  });

  test(`${name} kernels: units are their weights times what comes in, and the bias, at widths to either side of a tile`, () => {
    for (const [inputs, outputs] of [[1, 1], [3, TILE - 1], [TILE, TILE], [17, TILE + 1], [2, 3 * TILE - 2]]) {
      const [weight, bias, x] = [numbers(inputs * outputs), numbers(outputs, 5), numbers(inputs, 3)];
      const expected = Array.from(bias, (first, j) => x.reduce((sum, each, i) => sum + each * weight[j * inputs + i], first));
      const run = LAYERS.Linear.make({ inputs, outputs }, [weight, bias], room());
      run(numbers(inputs, 9));
      close(run(x), expected, `${inputs} ${outputs}`);
    }
  });

  test(`${name} kernels: numbers are bent as Math has it, however large they are, and what is missing stays missing`, () => {
    const x = [...Array.from({ length: 4001 }, (_, i) => (i - 2000) / 50), -1e4, -100, -0, 100, 1e4];
    const bent = { relu: (v) => Math.max(v, 0), silu: (v) => v / (1 + Math.exp(-v)), sigmoid: (v) => 1 / (1 + Math.exp(-v)), tanh: Math.tanh };
    for (const [act, exact] of Object.entries(bent)) {
      const run = LAYERS.Act.make({ name: act }, [], room());
      const given = Float32Array.from(x);
      const out = run(given);
      out.forEach((value, i) => {
        const wanted = exact(given[i]);
        assert.ok(Math.abs(value - wanted) <= 4e-7 * Math.max(1, Math.abs(wanted)), `${act}(${given[i]}) = ${value}, not ${wanted}`);
      });
      assert.ok(run(Float32Array.of(NaN)).every(Number.isNaN), act);
      assert.equal(run(Float32Array.of(0.5, 1, 2)).length, 3);
    }
  });

  test(`${name} kernels: layers that take room later leave those before them as they were`, () => {
    const shared = room();
    const [weight, bias, x] = [numbers(40 * 50), numbers(50, 5), numbers(40, 3)];
    const run = LAYERS.Linear.make({ inputs: 40, outputs: 50 }, [weight, bias], shared);
    const before = Array.from(run(x));
    LAYERS.Linear.make({ inputs: 300, outputs: 900 }, [numbers(270_000), numbers(900, 5)], shared)(numbers(300, 3));
    assert.deepEqual(Array.from(run(x)), before);
  });
}

test("both kernels agree on a network of every layer that goes from a code to planes", () => {
  const layers = [
    { layer: "Codebook", cells: 4, codes: 3 },
    { layer: "Places", inputs: 3, outputs: 5, size: [2, 2] },
    { layer: "Act", name: "silu" },
    { layer: "Up", inputs: 5, outputs: 4, kernel: 3, size: [2, 2], odd: [-1, -1] },
    { layer: "Act", name: "relu" },
    { layer: "Up", inputs: 4, outputs: 2, kernel: 4, size: [3, 3], odd: [1, 0] },
  ];
  const tensors = [numbers(9), numbers(15), numbers(5), numbers(180), numbers(4), numbers(128), numbers(2)];
  const z = numbers(12, 7);
  const [quick, plain] = Object.values(ROOMS).map((room) => stack(layers, tensors, room())(z));
  assert.equal(quick.length, 2 * 7 * 6);
  close(quick, plain, "networks");
});

test("what the assembler writes is a module that gives its kernels and its memory, small enough to be made at once", () => {
  const bytes = assemble(KERNELS);
  assert.ok(WebAssembly.validate(bytes));
  const given = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name, kind }) => `${name} ${kind}`);
  assert.deepEqual(given, ["sum", "relu", "silu", "sigmoid", "tanh"].map((name) => `${name} function`).concat("memory memory"));
  assert.ok(bytes.length < 4096, `${bytes.length} bytes`);
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(bytes)), []);
});

test("the assembler counts as WebAssembly does, and refuses what it does not know by its name", () => {
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(
      assemble(`(module (memory $m 1) ;; a comment
        (func $more (param $x i32) (result i32) (i32.add (local.get $x) (i32.const -65)))
        (func (export "less") (param $x i32) (result i32) (i32.add (call $more (local.get $x)) (i32.const 1000000))))`),
    ),
  );
  assert.equal(exports.less(7), 7 - 65 + 1_000_000);
  const say = (body) => () => assemble(`(module (memory $m 1) (func (param $x i32) ${body}))`);
  assert.throws(say("(i64.add (local.get $x))"), /does not know “i64\.add/);
  assert.throws(say("(local.get $y)"), /“local\.get \$y”/);
});

test("where WebAssembly is refused, as a page's policy may, JavaScript reckons", async (t) => {
  const { WebAssembly: there } = globalThis;
  t.after(() => (globalThis.WebAssembly = there));
  globalThis.WebAssembly = /** @type {any} */ ({
    Module: class {
      constructor() {
        throw new there.CompileError("Refused to compile or instantiate WebAssembly module");
      }
    },
  });
  const { Room: Refused } = await import("../../assets/live/shared/net/core/room.js?refused");
  const room = new Refused();
  assert.ok(room.kernels.memory.buffer instanceof ArrayBuffer && !(room.kernels.memory instanceof there.Memory));
  const run = LAYERS.Linear.make({ inputs: 2, outputs: 1 }, [Float32Array.of(2, 3), Float32Array.of(1)], room);
  assert.deepEqual([...run(Float32Array.of(10, 100))], [321]);
});
