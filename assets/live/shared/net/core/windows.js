/**
 * Convolutions of planes, there and back, as weighted sums of stretches: where each number that comes in is laid, so that what
 * a tap of the kernel sees of a whole plane lies in one stretch, and where each tap's begins.
 *
 * What is summed are whole rows, rim and all, which makes it one stretch; the rim's sums are not taken out again.
 * @module
 */

import { tiled } from "./room.js";

/** @typedef {import("./room.js").Room} Room */
/** @typedef {[number, number]} Two of rows and of columns */
/**
 * @typedef {object} Window
 * @property {Two} kernel
 * @property {Two} stride
 * @property {Two} lead how far the kernel stands before the first place, at the first number: the padding
 * @property {Two} taken places that come in
 * @property {Two} made places that go out
 */

/**
 * @typedef {object} Laid
 * @property {Int32Array} lies where each number of a plane that comes in is laid, or -1
 * @property {number} plane how many numbers an input has there
 * @property {number} pitch of a row
 * @property {{rows: number, columns: number, first: number, taps: number[], scalars: Float32Array[]}[]} parts of each output: its places, the
 *   first of them, where each tap looks, and by output the weights of all inputs' taps
 * @property {Two} steps from a part's place to its next
 * @property {Two} made
 */

/**
 * How a convolution strides over planes. The places that it takes are dealt to planes of their own, by what remains of their row and
 * column after strides: of each of these every tap sees a stretch.
 * @param {number} inputs @param {number} outputs @param {Window} window @param {Float32Array} weight [outputs, inputs, kernel, kernel]
 * @returns {Laid}
 */
export function strided(inputs, outputs, { kernel, stride, lead, taken, made }, weight) {
  const [high, pitch] = [0, 1].map((axis) => made[axis] + Math.floor((kernel[axis] - 1) / stride[axis]));
  const plane = high * pitch;
  const planes = stride[0] * stride[1];
  const place = ([y, x]) => ((y % stride[0]) * stride[1] + (x % stride[1])) * plane + Math.floor(y / stride[0]) * pitch + Math.floor(x / stride[1]);
  const within = ([y, x]) => y < high * stride[0] && x < pitch * stride[1];
  const lies = grid(taken).map(([y, x]) => [y + lead[0], x + lead[1]]).map((at) => (within(at) ? place(at) : NOWHERE));
  const taps = grid(kernel).map(place);
  const scalars = Array.from({ length: outputs }, (_, o) => weight.subarray(o * inputs * taps.length, (o + 1) * inputs * taps.length));
  const part = { rows: made[0], columns: made[1], first: 0, taps, scalars };
  return { lies: Int32Array.from(lies), plane: planes * plane, pitch, parts: [part], steps: [1, 1], made };
}

/**
 * How a transposed convolution steps back. Rows of the output that are alike after strides take the same rows of the kernel, and
 * columns alike: so each such part is a convolution with a stride of 1 over the places that come in, with a rim of zeros.
 * @param {number} inputs @param {number} outputs @param {Window} window @param {Float32Array} weight [inputs, outputs, kernel, kernel]
 * @returns {Laid}
 */
export function spread(inputs, outputs, { kernel, stride, lead, taken, made }, weight) {
  const axes = [0, 1].map((axis) => partsOf(kernel[axis], stride[axis], lead[axis], made[axis]));
  const rim = axes.map((parts) => Math.max(0, ...parts.flatMap(({ taps }) => taps.map(([, from]) => -from))));
  const [high, pitch] = axes.map((parts, axis) => {
    const seen = parts.flatMap(({ count, taps }) => taps.map(([, from]) => count + from));
    return rim[axis] + Math.max(taken[axis], ...seen);
  });
  const at = (y, x) => (y + rim[0]) * pitch + x + rim[1];
  const numbers = kernel[0] * kernel[1];
  const parts = axes[0].flatMap((down) =>
    axes[1].map((across) => {
      const pairs = down.taps.flatMap(([ky, y]) => across.taps.map(([kx, x]) => [ky * kernel[1] + kx, at(y, x)]));
      const of = (o) => Array.from({ length: inputs }, (_, c) => pairs.map(([k]) => weight[(c * outputs + o) * numbers + k])).flat();
      const scalars = Array.from({ length: outputs }, (_, o) => Float32Array.from(of(o)));
      return { rows: down.count, columns: across.count, first: down.first * made[1] + across.first, taps: pairs.map(([, from]) => from), scalars };
    }),
  );
  return { lies: Int32Array.from(grid(taken), ([y, x]) => at(y, x)), plane: high * pitch, pitch, parts, steps: stride, made };
}

const NOWHERE = -1;

/** All pairs of a row and a column. @param {Two} size @returns {Two[]} */
const grid = ([rows, columns]) => Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);

/** Of each part along one axis: how many places it has, and its taps: which number of the kernel, and how far from the place it looks. */
function partsOf(kernel, stride, lead, made) {
  return Array.from({ length: stride }, (_, first) => {
    const taps = [];
    for (let k = (first + lead) % stride; k < kernel; k += stride) taps.push([k, (first + lead - k) / stride]);
    return { first, count: Math.ceil((made - first) / stride), taps };
  }).filter(({ count, taps }) => count > 0 && taps.length);
}

/**
 * Run what `strided` or `spread` laid out.
 * @param {number} inputs @param {number} outputs @param {Laid} laid @param {Float32Array} bias @param {Room} room
 * @returns {(x: Float32Array) => Float32Array} planes into planes
 */
export function windows(inputs, outputs, { lies, plane, pitch, parts, steps, made }, bias, room) {
  const longest = tiled(Math.max(...parts.map(({ rows }) => rows * pitch)));
  const source = room.take(longest + inputs * plane + longest); // ones, of which the bias is a share; planes; what a last tile looks at
  source.all.fill(1, 0, longest);
  const kept = parts.map((part) => ({ ...part, ...keep(part, { inputs, plane, longest, bias, room }) }));
  const sums = room.take(longest);
  const out = room.take(outputs * made[0] * made[1]);
  const places = made[0] * made[1];
  return (x) => {
    const [from, given, to] = [source.all, sums.all, out.all];
    lay(from, x, lies, inputs, longest, plane);
    for (const { rows, columns, first, offsets, scalars, terms } of kept) {
      const end = sums.at + 4 * tiled(rows * pitch);
      for (let o = 0; o < outputs; o += 1) {
        room.kernels.sum(sums.at, end, source.at, scalars + o * terms, offsets, terms);
        cut(to, given, o * places + first, rows, columns, steps[0] * made[1], steps[1], pitch);
      }
    }
    return to;
  };
}

/** Keep where a part's taps begin, and each output's scalars, the bias before them. */
function keep({ taps, scalars }, { inputs, plane, longest, bias, room }) {
  const starts = Array.from({ length: inputs }, (_, c) => taps.map((tap) => longest + c * plane + tap)).flat();
  const offsets = room.keep(Int32Array.of(0, ...starts.map((each) => 4 * each)));
  const terms = starts.length + 1;
  const all = new Float32Array(scalars.length * terms);
  scalars.forEach((each, o) => all.set([bias[o], ...each], o * terms));
  return { offsets, scalars: room.keep(all), terms: 4 * terms };
}

/** Lay planes into those that are summed. */
function lay(to, x, lies, inputs, first, plane) {
  const places = lies.length;
  for (let c = 0; c < inputs; c += 1) {
    for (let i = 0, at = first + c * plane; i < places; i += 1) if (lies[i] >= 0) to[at + lies[i]] = x[c * places + i];
  }
}

/** Take a part's rows out of what was summed, to every place that is `across` and `down` from the last. */
function cut(out, sums, first, rows, columns, down, across, pitch) {
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0, to = first + y * down, from = y * pitch; x < columns; x += 1, to += across) out[to] = sums[from + x];
  }
}
