// Decoders that the page itself runs, and how its socket lets them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Decoder } from "../../assets/live/shared/net/decoder.js";
import { OnceAFrame } from "../../assets/live/shared/net/onceaframe.js";
import { act, cells, codebook, conv, conv1d, known, linear, places, up, up1d } from "../../assets/live/shared/net/layers.js";
import { alike } from "../../assets/live/shared/net/near.js";
import { LiveSocket } from "../../assets/live/shared/wire/socket.js";

/** Numbers about 0 that are the same each time: Park & Miller 1988. */
function numbers(n, state = 11) {
  return Float32Array.from({ length: n }, () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5);
}

const close = (a, b) => {
  assert.equal(a.length, b.length);
  a.forEach((each, i) => assert.ok(Math.abs(each - b[i]) < 1e-5, `${i}: ${each} and ${b[i]}`));
};

test("a linear layer is its weight times what comes in, and its bias, for widths of any remainder", () => {
  for (const inputs of [1, 2, 3, 4, 5, 7, 16]) {
    const [weight, bias, x] = [numbers(3 * inputs), numbers(3, 5), numbers(inputs, 3)];
    const expected = Array.from({ length: 3 }, (_, j) => x.reduce((sum, value, i) => sum + weight[j * inputs + i] * value, bias[j]));
    close(linear({ inputs, outputs: 3 }, [weight, bias])(x), expected);
  }
});

/** A transposed convolution by its definition: each place that comes in adds its kernel, stride 2, padding 1. */
function scattered({ inputs, outputs, kernel, size: [high, wide], odd }, weight, bias, x) {
  const [height, width] = [2 * high + odd[0], 2 * wide + odd[1]];
  const out = Array.from({ length: outputs * height * width }, (_, i) => bias[Math.floor(i / (height * width))]);
  for (let c = 0; c < inputs; c += 1)
    for (let y = 0; y < high; y += 1)
      for (let i = 0; i < wide; i += 1)
        for (let o = 0; o < outputs; o += 1)
          for (let ky = 0; ky < kernel; ky += 1)
            for (let kx = 0; kx < kernel; kx += 1) {
              const [toY, toX] = [2 * y - 1 + ky, 2 * i - 1 + kx];
              if (toY < 0 || toX < 0 || toY >= height || toX >= width) continue;
              out[(o * height + toY) * width + toX] += x[(c * high + y) * wide + i] * weight[((c * outputs + o) * kernel + ky) * kernel + kx];
            }
  return out;
}

test("a transposed convolution is what its definition says, of odd sizes and several channels too", () => {
  for (const kernel of [4, 3]) {
    for (const odd of [[0, 0], [1, 0], [0, 1], [1, 1]].map((each) => each.map((more) => more + kernel - 4))) {
      for (const size of [[1, 1], [3, 4], [7, 7]]) {
        const layer = { inputs: 3, outputs: 2, kernel, size, odd };
        const [weight, bias, x] = [numbers(3 * 2 * kernel ** 2), numbers(2, 5), numbers(3 * size[0] * size[1], 3)];
        const run = up(layer, [weight, bias]);
        run(numbers(x.length, 9)); // another one before leaves nothing behind
        close(run(x), scattered(layer, weight, bias, x));
      }
    }
  }
});

test("a convolution of 3 x 3 is what its definition says, of odd sides and even ones", () => {
  for (const [high, wide] of [[7, 7], [5, 8], [1, 3]]) {
    const size = [(high + 1) >> 1, (wide + 1) >> 1];
    const [weight, bias, x] = [numbers(2 * 3 * 9), numbers(2, 5), numbers(3 * high * wide, 3)];
    const run = conv({ inputs: 3, outputs: 2, kernel: 3, stride: 2, size, taken: [high, wide] }, [weight, bias]);
    const at = (c, y, i) => (y < 0 || i < 0 || y >= high || i >= wide ? 0 : x[(c * high + y) * wide + i]);
    const of = (o, y, i, c, k) => weight[(o * 3 + c) * 9 + k] * at(c, 2 * y - 1 + Math.floor(k / 3), 2 * i - 1 + (k % 3));
    const expected = Array.from({ length: 2 * size[0] * size[1] }, (_, n) => {
      const [o, y, i] = [Math.floor(n / (size[0] * size[1])), Math.floor(n / size[1]) % size[0], n % size[1]];
      return Array.from({ length: 27 }, (_, m) => of(o, y, i, Math.floor(m / 9), m % 9)).reduce((a, b) => a + b, bias[o]);
    });
    run(numbers(x.length, 9));
    close(run(x), expected);
  }
});

/** A transposed convolution of lines by its definition: each place that comes in adds its kernel, stride 2. */
function scatteredLines({ inputs, outputs, kernel, size, odd }, weight, bias, x) {
  const made = 2 * size + odd;
  const out = Array.from({ length: outputs * made }, (_, i) => bias[Math.floor(i / made)]);
  for (let c = 0; c < inputs; c += 1)
    for (let i = 0; i < size; i += 1)
      for (let o = 0; o < outputs; o += 1)
        for (let k = 0; k < kernel; k += 1) {
          const to = 2 * i + k - (kernel / 2 - 1);
          if (to >= 0 && to < made) out[o * made + to] += x[c * size + i] * weight[(c * outputs + o) * kernel + k];
        }
  return out;
}

test("convolutions along lines, there and back, are what their definition says, of odd lengths and even ones", () => {
  for (const [kernel, length] of [[4, 8], [4, 9], [6, 5], [2, 4]]) {
    const [size, odd] = [length >> 1, length % 2];
    const [weight, bias, x] = [numbers(2 * 3 * kernel), numbers(2, 5), numbers(3 * length, 3)];
    const run = conv1d({ inputs: 3, outputs: 2, kernel, size, taken: length }, [weight, bias]);
    const at = (c, i) => (i < 0 || i >= length ? 0 : x[c * length + i]);
    const expected = Array.from({ length: 2 * size }, (_, n) => {
      const [o, i] = [Math.floor(n / size), n % size];
      const each = Array.from({ length: 3 * kernel }, (_, m) => [Math.floor(m / kernel), m % kernel]);
      return each.reduce((sum, [c, k]) => sum + weight[(o * 3 + c) * kernel + k] * at(c, 2 * i + k - (kernel / 2 - 1)), bias[o]);
    });
    run(numbers(x.length, 9)); // another one before leaves nothing behind
    close(run(x), expected);
    const layer = { inputs: 3, outputs: 2, kernel, size, odd };
    const half = numbers(3 * size, 7);
    const back = up1d(layer, [weight, bias]);
    back(numbers(half.length, 9));
    close(back(half), scatteredLines(layer, weight, bias, half));
  }
});

test("numbers that are missing become 0, and beside all of them stands which are there", () => {
  const run = known();
  close(run(Float32Array.of(0.5, NaN, -2, 0)), [0.5, 0, -2, 0, 1, 0, 1, 1]);
  close(run(Float32Array.of(NaN, 1)), [0, 1, 0, 1]);
});

test("cells take each place of a grid to its share of each part, cell after cell; places go back", () => {
  const [inputs, outputs, parts, size] = [3, 4, 2, [2, 3]];
  const [weight, bias, x] = [numbers(outputs * inputs), numbers(outputs, 5), numbers(inputs * 6, 3)];
  const at = (place, o) => Array.from({ length: inputs }, (_, c) => weight[o * inputs + c] * x[c * 6 + place]).reduce((a, b) => a + b, bias[o]);
  const expected = [0, 1].flatMap((part) => Array.from({ length: 12 }, (_, i) => at(i >> 1, 2 * part + (i % 2))));
  close(cells({ inputs, outputs, size, parts }, [weight, bias])(x), expected);
  const of = numbers(18, 7);
  const back = (o, place) => Array.from({ length: 3 }, (_, i) => weight[o * 3 + i] * of[place * 3 + i]).reduce((a, b) => a + b, bias[o]);
  const laid = Array.from({ length: 24 }, (_, n) => back(Math.floor(n / 6), n % 6));
  close(places({ inputs, outputs, size }, [weight, bias])(of), laid);
});

test("shares of codes are the mean of their vectors, cell by cell", () => {
  const book = numbers(9);
  const run = codebook({ cells: 2, codes: 3 }, [book]);
  run(numbers(6, 9));
  close(run([0, 1, 0, 0.25, 0, 0.75]), [...book.slice(3, 6), ...[0, 1, 2].map((j) => 0.25 * book[j] + 0.75 * book[6 + j])]);
});

test("activations are those of their names", () => {
  close(act({ name: "relu" })(Float32Array.of(-1, 0, 2)), [0, 0, 2]);
  close(act({ name: "silu" })(Float32Array.of(-1, 0, 2)), [-1, 0, 2].map((x) => x / (1 + Math.exp(-x))));
  assert.throws(() => act({ name: "swish-9" }), /unknown activation/);
});

const identity = (n) => Float32Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));

test("images are kept as bytes, channels last, within bounds and rounded", () => {
  const layers = [{ layer: "Linear", inputs: 6, outputs: 6 }, { layer: "Unflatten", shape: [3, 1, 2] }];
  const how = { layers, output: "identity", shape: [3, 1, 2], dtype: "uint8", levels: 255, bounds: [0, 1], told: 0 };
  const kept = new Decoder(how, [identity(6), new Float32Array(6)]).decode([0.1, 0.2, 0.3, 0.4, -5, 7]);
  assert.deepEqual([...kept], [26, 77, 0, 51, 102, 255]);
});

test("a class that is told goes in behind the code", () => {
  const how = { layers: [{ layer: "Linear", inputs: 4, outputs: 4 }], output: "identity", shape: [1, 1, 4], dtype: "float32", levels: 1, bounds: null, told: 3 };
  const decoder = new Decoder(how, [identity(4), new Float32Array(4)]);
  assert.deepEqual([...decoder.decode([0.5], 1)], [0.5, 0, 1, 0]);
});

test("a layer that is unknown is no decoder", () => {
  assert.throws(() => new Decoder({ layers: [{ layer: "Attention" }], shape: [1, 1, 1] }, []));
});

test("two pictures are alike within one grey level", () => {
  assert.ok(alike(Uint8Array.of(5, 9), Uint8Array.of(1, 1, 6, 8), 1));
  assert.ok(!alike(Uint8Array.of(5, 9), Uint8Array.of(1, 1, 7, 9), 1));
  assert.ok(!alike(Float32Array.of(1, 0.5), Float32Array.of(1, 0.6), 0));
});

/** A socket that keeps what it was sent, and frames that are painted by hand. */
function setting() {
  const sent = [];
  let frames = new Map();
  let ids = 0;
  let due = frames;
  globalThis.requestAnimationFrame = (callback) => {
    frames.set((ids += 1), callback);
    return ids;
  };
  globalThis.cancelAnimationFrame = (id) => [frames, due].forEach((each) => each.delete(id));
  class Socket {
    readyState = 1;
    send(frame) {
      sent.push(JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, new DataView(frame).getUint32(0, true)))));
    }
    close() {}
  }
  const socket = new LiveSocket("ws://here", { Socket });
  const paint = () => {
    due = frames;
    frames = new Map();
    due.forEach((callback) => callback()); // one that is cancelled meanwhile is not called
  };
  return { socket, sent, paint };
}

const asked = (z, got, more = {}) => ({ op: "decode", model: "m", shape: [1, 1], payload: Float32Array.of(z), onAnswer: ({ array }) => got.push(array), ...more });

test("the page decodes once a frame, the newest of a lane", () => {
  const { socket, sent, paint } = setting();
  const [got, codes] = [[], []];
  socket.near = { model: "m", decode: (z) => codes.push(z[0]) && z[0] };
  for (const z of [1, 2, 3]) socket.ask("picture", asked(z, got));
  assert.deepEqual(got, []);
  paint();
  assert.deepEqual([codes, got, sent], [[3], [3], []]);
  socket.close();
});

test("once the hand is still the server is asked for the same, and its picture takes the place", async () => {
  const { socket, sent, paint } = setting();
  const got = [];
  socket.near = { model: "m", decode: (z) => z[0] };
  for (const z of [1, 2]) {
    socket.ask("picture", asked(z, got));
    paint();
  }
  assert.equal(sent.length, 0);
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.deepEqual(sent.map(({ op, shape }) => [op, shape]), [["decode", [1, 1]]]);
  socket.close();
});

test("what the server still answers of a lane that the page has overtaken is dropped", () => {
  const { socket, sent, paint } = setting();
  const got = [];
  socket.ask("picture", asked(1, got));
  assert.equal(sent.length, 1);
  socket.near = { model: "m", decode: (z) => z[0] };
  socket.ask("picture", asked(2, got));
  paint();
  const header = new TextEncoder().encode(JSON.stringify({ id: sent[0].id, dtype: "uint8", shape: [1] }));
  const frame = new Uint8Array(4 + header.length + 1);
  new DataView(frame.buffer).setUint32(0, header.length, true);
  frame.set(header, 4);
  socket.socket.onmessage({ data: frame.buffer });
  assert.deepEqual(got, [2]);
  socket.close();
});

test("other ops, other models, several codes and classes of each row go to the server", () => {
  const { socket, sent } = setting();
  socket.near = { model: "m", decode: () => assert.fail("the page decodes what is not its own") };
  const others = [{ op: "encode" }, { model: "another" }, { shape: [2, 1] }, { condition: [1] }];
  for (const [i, more] of others.entries()) socket.ask(["picture", "strip", "grid", "pins"][i], asked(1, [], more));
  assert.equal(sent.length, 1); // one in flight, the others wait for it
  assert.equal(socket.newest.waiting.size, 3);
  socket.close();
});

test("a picture that the page decodes is drawn in its own frame, and what was to be drawn with it is not drawn again", () => {
  const { socket, paint } = setting();
  const drawn = [];
  let picture = 0;
  const frame = new OnceAFrame(() => drawn.push(picture));
  socket.near = { model: "m", decode: (z) => z[0] };
  for (const z of [1, 2, 3]) {
    if (z === 1) frame.soon(); // before the picture is asked for: it is drawn before that is decoded, and again after it
    const onAnswer = ({ array, inFrame }) => {
      picture = array;
      if (inFrame) frame.now();
    };
    socket.ask("picture", { ...asked(z, []), onAnswer });
    frame.soon();
    paint();
    assert.equal(drawn.at(-1), z);
  }
  assert.deepEqual(drawn, [0, 1, 2, 3]);
  frame.soon();
  frame.stop();
  paint();
  assert.equal(drawn.length, 4);
  socket.close();
});
