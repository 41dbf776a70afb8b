/**
 * The layers of a plain network, each as a function from the numbers that come in to those that go out. Arrays are made once
 * and written over: what a layer gives holds until it is run again.
 * @module
 */

/** @typedef {(x: Float32Array) => Float32Array} Run */

const UNIT = 8; // as vae/plans/layers.py has it

/** Fully connected units: out = weight · x + bias; weight: [outputs, inputs]. @returns {Run} */
export function linear({ inputs, outputs }, [weight, bias]) {
  const out = new Float32Array(outputs);
  return (x) => {
    for (let j = 0, at = 0; j < outputs; j += 1) {
      let [a, b, c, d] = [bias[j], 0, 0, 0];
      let i = 0;
      for (; i + 3 < inputs; i += 4, at += 4) {
        a += weight[at] * x[i];
        b += weight[at + 1] * x[i + 1];
        c += weight[at + 2] * x[i + 2];
        d += weight[at + 3] * x[i + 3];
      }
      for (; i < inputs; i += 1, at += 1) a += weight[at] * x[i];
      out[j] = a + b + c + d;
    }
    return out;
  };
}

/** An activation, in place. @returns {Run} */
export function act({ name }) {
  if (name === "relu") {
    return (x) => {
      for (let i = 0; i < x.length; i += 1) if (x[i] < 0) x[i] = 0;
      return x;
    };
  }
  if (name === "tanh") {
    return (x) => {
      for (let i = 0; i < x.length; i += 1) x[i] = Math.tanh(x[i]);
      return x;
    };
  }
  if (name !== "silu") throw new Error(`An unknown activation: ${name}.`);
  return (x) => {
    for (let i = 0; i < x.length; i += 1) x[i] /= 1 + Math.exp(-x[i]);
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
 * A convolution with kernels of 4 x 4 or 3 x 3, a stride of 2 and a padding of 1, which halves height and width, to `size`
 * places; taken: the height and width that it takes; weight: [outputs, inputs, kernel, kernel].
 * @returns {Run}
 */
export function conv({ inputs, outputs, kernel, stride, size: [rows, columns], taken: [high, wide] }, [given, bias]) {
  if (stride !== 2) throw new Error(`A kernel of ${kernel} with a stride of ${stride} is not known here.`);
  const weight = fourByFour(given, kernel);
  const rimmed = wide + 2;
  const plane = (high + 2) * rimmed;
  const padded = new Float32Array(inputs * plane + 2 * rimmed); // a row of a kernel that is 0 looks beyond its end
  const out = new Float32Array(outputs * rows * columns);
  return (x) => {
    rim(padded, x, inputs, high, wide);
    for (let o = 0, to = 0; o < outputs; o += 1, to += rows * columns) {
      out.fill(bias[o], to, to + rows * columns);
      for (let c = 0; c < inputs; c += 1) {
        for (let k = 0; k < 4; k += 1) {
          const at = ((o * inputs + c) * 4 + k) * 4;
          const [a, b, d, e] = [weight[at], weight[at + 1], weight[at + 2], weight[at + 3]];
          for (let y = 0, i = to; y < rows; y += 1) {
            let from = c * plane + (2 * y + k) * rimmed;
            for (let end = i + columns; i < end; i += 1, from += 2) {
              out[i] += a * padded[from] + b * padded[from + 1] + d * padded[from + 2] + e * padded[from + 3];
            }
          }
        }
      }
    }
    return out;
  };
}

/** Kernels of 3 x 3 as ones of 4 x 4 whose last row and column are 0: with a padding of 1 they do the same. */
function fourByFour(weight, kernel) {
  if (kernel === 4) return weight;
  if (kernel !== 3) throw new Error(`A kernel of ${kernel} is not known here.`);
  const wide = new Float32Array((weight.length / 9) * 16);
  weight.forEach((each, i) => {
    const [of, at] = [Math.floor(i / 9), i % 9];
    wide[16 * of + 4 * Math.floor(at / 3) + (at % 3)] = each;
  });
  return wide;
}

/**
 * A transposed convolution with kernels of 4 x 4 or 3 x 3, a stride of 2 and a padding of 1, which doubles height and width, plus
 * `odd` rows and columns, which may be -1; weight: [inputs, outputs, kernel, kernel].
 *
 * Rows of the output that are even come from two rows of the kernel, and those that are odd from the other two; columns
 * alike: so it is four convolutions of 2 x 2, each over the whole input with a rim of zeros.
 * @returns {Run}
 */
export function up({ inputs, outputs, kernel, size: [high, wide], odd: [moreDown, moreAcross] }, [given, bias]) {
  const weight = fourByFour(given, kernel);
  const [height, width] = [2 * high + moreDown, 2 * wide + moreAcross];
  const [rimmedHigh, rimmed] = [high + 2, wide + 2];
  const plane = rimmedHigh * rimmed;
  const padded = new Float32Array(inputs * plane + 2); // the last taps look beyond its end, into columns that nobody takes
  const out = new Float32Array(outputs * height * width);
  const part = new Float32Array((high + 1) * rimmed);
  return (x) => {
    rim(padded, x, inputs, high, wide);
    for (let o = 0; o < outputs; o += 1) {
      for (const down of [0, 1]) {
        for (const across of [0, 1]) {
          const [rows, columns] = [(height - down + 1) >> 1, (width - across + 1) >> 1];
          part.fill(bias[o], 0, rows * rimmed);
          const [[k0, y0], [k1, y1]] = TAPS[down];
          const [[l0, x0], [l1, x1]] = TAPS[across];
          for (let c = 0; c < inputs; c += 1) {
            const at = (c * outputs + o) * 16;
            const [above, below] = [c * plane + y0 * rimmed, c * plane + y1 * rimmed];
            const four = [weight[at + 4 * k0 + l0], weight[at + 4 * k0 + l1], weight[at + 4 * k1 + l0], weight[at + 4 * k1 + l1]];
            add(part, padded, rows * rimmed, four[0], above + x0, four[1], above + x1, four[2], below + x0, four[3], below + x1);
          }
          spread(out, part, (o * height + down) * width + across, rows, columns, width, rimmed);
        }
      }
    }
    return out;
  };
}

/** Which rows of the kernel make an even row of the output, and an odd one, and the row of the rimmed input each takes. */
const TAPS = [
  [[1, 1], [3, 0]],
  [[0, 2], [2, 1]],
];

/** Lay planes [inputs, high, wide] into ones with a rim of zeros. */
function rim(padded, x, inputs, high, wide) {
  for (let c = 0, from = 0; c < inputs; c += 1) {
    for (let y = 0; y < high; y += 1, from += wide) {
      const to = (c * (high + 2) + y + 1) * (wide + 2) + 1;
      for (let i = 0; i < wide; i += 1) padded[to + i] = x[from + i];
    }
  }
}

/** Add four weighted planes; whole rows, rim and all, so that it is one loop. */
function add(part, padded, n, a, fromA, b, fromB, c, fromC, d, fromD) {
  for (let i = 0; i < n; i += 1) part[i] += a * padded[fromA + i] + b * padded[fromB + i] + c * padded[fromC + i] + d * padded[fromD + i];
}

function spread(out, part, start, rows, columns, width, rimmed) {
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0, to = start + 2 * y * width, from = y * rimmed; x < columns; x += 1, to += 2, from += 1) out[to] = part[from];
  }
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
export function conv1d({ inputs, outputs, kernel, size, taken }, [weight, bias]) {
  const lead = kernel / 2 - 1;
  const rimmed = taken + kernel;
  const padded = new Float32Array(inputs * rimmed);
  const out = new Float32Array(outputs * size);
  return (x) => {
    for (let c = 0; c < inputs; c += 1) padded.set(x.subarray(c * taken, (c + 1) * taken), c * rimmed + lead);
    for (let o = 0, at = 0; o < outputs; o += 1) {
      const to = o * size;
      out.fill(bias[o], to, to + size);
      for (let c = 0; c < inputs; c += 1) {
        for (let k = 0; k < kernel; k += 1, at += 1) {
          for (let i = 0, from = c * rimmed + k; i < size; i += 1, from += 2) out[to + i] += weight[at] * padded[from];
        }
      }
    }
    return out;
  };
}

/** The way back: it doubles lines of `size` places, plus `odd`, 0 or 1; weight: [inputs, outputs, kernel]. @returns {Run} */
export function up1d({ inputs, outputs, kernel, size, odd }, [weight, bias]) {
  const lead = kernel / 2 - 1;
  const made = 2 * size + odd;
  const rimmed = made + 2 * kernel; // what falls beyond the ends is cut
  const line = new Float32Array(rimmed);
  const out = new Float32Array(outputs * made);
  return (x) => {
    for (let o = 0; o < outputs; o += 1) {
      line.fill(bias[o]);
      for (let c = 0; c < inputs; c += 1) {
        for (let k = 0, at = (c * outputs + o) * kernel; k < kernel; k += 1, at += 1) {
          for (let i = 0, from = c * size, to = k; i < size; i += 1, to += 2) line[to] += weight[at] * x[from + i];
        }
      }
      out.set(line.subarray(lead, lead + made), o * made);
    }
    return out;
  };
}

/**
 * The same units at each place of a grid, [inputs, H, W] to a code, cell after cell; parts: how many codes follow each other, each
 * cell with its share of each; weight: [outputs, inputs].
 * @returns {Run}
 */
export function cells({ inputs, outputs, size: [high, wide], parts }, [weight, bias]) {
  const [places, share] = [high * wide, outputs / parts];
  const out = new Float32Array(places * outputs);
  return (x) => {
    for (let o = 0; o < outputs; o += 1) {
      const to = Math.floor(o / share) * places * share + (o % share);
      for (let place = 0; place < places; place += 1) {
        let sum = bias[o];
        for (let c = 0; c < inputs; c += 1) sum += weight[o * inputs + c] * x[c * places + place];
        out[to + place * share] = sum;
      }
    }
    return out;
  };
}

/** The way back: a code, cell after cell, to [outputs, H, W], by the same units at each; weight: [outputs, inputs]. @returns {Run} */
export function places({ inputs, outputs, size: [high, wide] }, [weight, bias]) {
  const count = high * wide;
  const out = new Float32Array(outputs * count);
  return (x) => {
    for (let o = 0; o < outputs; o += 1) {
      for (let place = 0; place < count; place += 1) {
        let sum = bias[o];
        for (let i = 0; i < inputs; i += 1) sum += weight[o * inputs + i] * x[place * inputs + i];
        out[o * count + place] = sum;
      }
    }
    return out;
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

/** @type {Record<string, {make: (layer: any, tensors: Float32Array[]) => Run, tensors: number}>} */
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
 * @returns {Run}
 */
export function stack(layers, tensors) {
  let at = 0;
  const runs = layers.map((layer) => {
    const { make, tensors: n } = LAYERS[layer.layer];
    at += n;
    return make(layer, tensors.slice(at - n, at));
  });
  return (x) => runs.reduce((numbers, run) => run(numbers), x);
}
