/**
 * The layers of a plain network, each as a function from the numbers that come in to those that go out. Arrays are made once
 * and written over: what a layer gives holds until it is run again.
 * @module
 */

import { Room, tiled } from "./core/room.js";
import { spread, strided, windows } from "./core/windows.js";

/** @typedef {(x: Float32Array) => Float32Array} Run */

const UNIT = 8; // as vae/plans/layers.py has it

/** Fully connected units: out = weight · x + bias; weight: [outputs, inputs]. @returns {Run} */
export function linear({ inputs, outputs }, [weight, bias], room = new Room()) {
  const wide = tiled(outputs);
  const columns = new Float32Array((inputs + 1) * wide); // what each number that comes in is multiplied by; the bias, by 1
  for (let j = 0, from = 0; j < outputs; j += 1) {
    for (let i = 0, to = j; i < inputs; i += 1, to += wide, from += 1) columns[to] = weight[from];
  }
  columns.set(bias, inputs * wide);
  const vectors = room.keep(columns);
  const offsets = room.keep(Int32Array.from({ length: inputs + 1 }, (_, i) => 4 * i * wide));
  const [scalars, out] = [room.take(inputs + 1), room.take(outputs)];
  return (x) => {
    scalars.all.set(x);
    scalars.all[inputs] = 1;
    room.kernels.sum(out.at, out.at + 4 * wide, vectors, scalars.at, offsets, 4 * (inputs + 1));
    return out.all;
  };
}

const BENT = ["relu", "silu", "tanh", "sigmoid"];

/** An activation, in place where the numbers lie in the network's own memory. @returns {Run} */
export function act({ name }, _ = [], room = new Room()) {
  if (!BENT.includes(name)) throw new Error(`An unknown activation: ${name}.`);
  let own = null;
  return (given) => {
    let x = given;
    if (!room.holds(x)) {
      if (own?.length !== x.length) own = room.take(x.length);
      x = own.all;
      x.set(given);
    }
    room.kernels[name](x.byteOffset, x.byteOffset + 4 * x.length);
    return x;
  };
}

/** Bring the numbers to one sum of their sizes: see vae/plans/layers.py. @returns {Run} */
export function unit() {
  let out = new Float32Array(0);
  return (x) => {
    if (out.length !== x.length) out = new Float32Array(x.length);
    const sum = x.reduce((all, value) => all + Math.abs(value), 1e-6);
    for (let i = 0; i < x.length; i += 1) out[i] = (UNIT * x[i]) / sum;
    return out;
  };
}

/**
 * A convolution with square kernels, a stride of 2 and a padding of 1, which halves height and width, to `size` places; taken: the
 * height and width that it takes; weight: [outputs, inputs, kernel, kernel].
 * @returns {Run}
 */
export function conv({ inputs, outputs, kernel, stride, size, taken }, [weight, bias], room = new Room()) {
  if (stride !== 2) throw new Error(`A kernel of ${kernel} with a stride of ${stride} is not known here.`);
  const window = { kernel: [kernel, kernel], stride: [2, 2], lead: [1, 1], taken, made: size };
  return windows(inputs, outputs, strided(inputs, outputs, window, weight), bias, room);
}

/**
 * A transposed convolution with square kernels, a stride of 2 and a padding of 1, which doubles height and width, plus `odd` rows and
 * columns, which may be -1; weight: [inputs, outputs, kernel, kernel].
 * @returns {Run}
 */
export function up({ inputs, outputs, kernel, size, odd }, [weight, bias], room = new Room()) {
  const made = [2 * size[0] + odd[0], 2 * size[1] + odd[1]];
  const window = { kernel: [kernel, kernel], stride: [2, 2], lead: [1, 1], taken: size, made };
  return windows(inputs, outputs, spread(inputs, outputs, window, weight), bias, room);
}

/**
 * Lines of numbers with 0 where one is missing, NaN, and after them as many that say where there is one: 1, else 0.
 * @returns {Run}
 */
export function known() {
  let out = new Float32Array(0);
  return (x) => {
    if (out.length !== 2 * x.length) out = new Float32Array(2 * x.length);
    for (let i = 0; i < x.length; i += 1) {
      const there = !Number.isNaN(x[i]);
      out[i] = there ? x[i] : 0;
      out[x.length + i] = there ? 1 : 0;
    }
    return out;
  };
}

/**
 * A convolution along lines with an even kernel, a stride of 2 and a padding of half a kernel less 1, which halves them, to `size`
 * places; taken: how many it takes; weight: [outputs, inputs, kernel].
 * @returns {Run}
 */
export function conv1d({ inputs, outputs, kernel, size, taken }, [weight, bias], room = new Room()) {
  return windows(inputs, outputs, strided(inputs, outputs, along(kernel, taken, size), weight), bias, room);
}

/** The way back: it doubles lines of `size` places, plus `odd`, 0 or 1; weight: [inputs, outputs, kernel]. @returns {Run} */
export function up1d({ inputs, outputs, kernel, size, odd }, [weight, bias], room = new Room()) {
  return windows(inputs, outputs, spread(inputs, outputs, along(kernel, size, 2 * size + odd), weight), bias, room);
}

/** A window along lines, which are planes of one row. */
const along = (kernel, taken, made) => ({ kernel: [1, kernel], stride: [1, 2], lead: [0, kernel / 2 - 1], taken: [1, taken], made: [1, made] });

/** The same units at each place of a grid: a window of one place. */
function each({ inputs, outputs, size }, [weight, bias], room) {
  const window = { kernel: [1, 1], stride: [1, 1], lead: [0, 0], taken: size, made: size };
  return windows(inputs, outputs, strided(inputs, outputs, window, weight), bias, room);
}

/**
 * The same units at each place of a grid, [inputs, H, W] to a code, cell after cell; parts: how many codes follow each other, each
 * cell with its share of each; weight: [outputs, inputs].
 * @returns {Run}
 */
export function cells({ inputs, outputs, size, parts }, tensors, room = new Room()) {
  const run = each({ inputs, outputs, size }, tensors, room);
  const [places, share] = [size[0] * size[1], outputs / parts];
  const out = room.take(places * outputs);
  return (x) => {
    const [grids, code] = [run(x), out.all];
    for (let o = 0; o < outputs; o += 1) {
      const to = Math.floor(o / share) * places * share + (o % share);
      for (let place = 0; place < places; place += 1) code[to + place * share] = grids[o * places + place];
    }
    return code;
  };
}

/** The way back: a code, cell after cell, to [outputs, H, W], by the same units at each; weight: [outputs, inputs]. @returns {Run} */
export function places({ inputs, outputs, size }, tensors, room = new Room()) {
  const run = each({ inputs, outputs, size }, tensors, room);
  const count = size[0] * size[1];
  const grids = new Float32Array(inputs * count);
  return (x) => {
    for (let i = 0; i < inputs; i += 1) {
      for (let place = 0; place < count; place += 1) grids[i * count + place] = x[place * inputs + i];
    }
    return run(grids);
  };
}

/** Shares of codes, cell after cell, to the mean of their vectors; book: [codes, codes], a vector a row. @returns {Run} */
export function codebook({ cells: count, codes }, [book]) {
  const out = new Float32Array(count * codes);
  return (x) => {
    out.fill(0);
    for (let i = 0; i < out.length; i += 1) {
      if (x[i] === 0) continue; // most codes have no share
      const [to, from] = [i - (i % codes), (i % codes) * codes];
      for (let j = 0; j < codes; j += 1) out[to + j] += x[i] * book[from + j];
    }
    return out;
  };
}

const same = () => (x) => x;

/** @type {Record<string, {make: (layer: any, tensors: Float32Array[], room?: Room) => Run, tensors: number}>} */
export const LAYERS = {
  Linear: { make: linear, tensors: 2 },
  Act: { make: act, tensors: 0 },
  Conv: { make: conv, tensors: 2 },
  Up: { make: up, tensors: 2 },
  Known: { make: known, tensors: 0 },
  Conv1d: { make: conv1d, tensors: 2 },
  Up1d: { make: up1d, tensors: 2 },
  Flatten: { make: same, tensors: 0 },
  Unit: { make: unit, tensors: 0 },
  Unflatten: { make: same, tensors: 0 },
  Cells: { make: cells, tensors: 2 },
  Places: { make: places, tensors: 2 },
  Codebook: { make: codebook, tensors: 1 },
};

/**
 * Make a network's layers, one after the other.
 * @param {any[]} layers as vae/explore/plain.py says them
 * @param {Float32Array[]} tensors in their order
 * @param {Room} [room] whose kernels they reckon with
 * @returns {Run}
 */
export function stack(layers, tensors, room = new Room()) {
  let at = 0;
  const runs = layers.map((layer) => {
    const { make, tensors: n } = LAYERS[layer.layer];
    at += n;
    return make(layer, tensors.slice(at - n, at), room);
  });
  return (x) => runs.reduce((numbers, run) => run(numbers), x);
}
