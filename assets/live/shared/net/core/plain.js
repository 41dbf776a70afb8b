/**
 * The kernels of kernels.js in JavaScript, where a browser has no WebAssembly with vectors, or a page's policy forbids it.
 * @module
 */

const PAGE = 65_536; // bytes, as WebAssembly has them

/** A memory that grows as WebAssembly's does. */
class Memory {
  buffer = new ArrayBuffer(PAGE);

  /** @param {number} pages more */
  grow(pages) {
    const grown = new Uint8Array(this.buffer.byteLength + pages * PAGE);
    grown.set(new Uint8Array(this.buffer));
    this.buffer = grown.buffer;
  }
}

const BENDS = {
  relu: (x) => (x < 0 ? 0 : x),
  silu: (x) => x / (1 + Math.exp(-x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/** Kernels with a memory of their own. @returns {import("./room.js").Kernels} */
export function plainKernels() {
  const memory = new Memory();
  let floats = new Float32Array(0);
  const heap = () => (floats.buffer === memory.buffer ? floats : (floats = new Float32Array(memory.buffer)));
  const bends = Object.entries(BENDS).map(([name, bent]) => [name, bend(bent, heap)]);
  return { memory, ...Object.fromEntries(bends), sum: (...given) => sum(heap(), ...given) };
}

/** A loop of its own for each, so that what it calls is known to the compiler. */
const bend = (bent, heap) => (at, end) => {
  const x = heap();
  for (let i = at / 4; i < end / 4; i += 1) x[i] = bent(x[i]);
};

/** Four terms at a time: each pass over what is summed reads and writes it once. */
function sum(x, to, end, vectors, scalars, offsets, terms) {
  const [first, n, s, from] = [to / 4, (end - to) / 4, scalars / 4, vectors / 4];
  const starts = new Int32Array(x.buffer, offsets, terms / 4).map((bytes) => from + bytes / 4);
  x.fill(0, first, first + n);
  let k = 0;
  for (; k + 3 < starts.length; k += 4) {
    const [a, b, c, d] = [starts[k], starts[k + 1], starts[k + 2], starts[k + 3]];
    const [p, q, r, t] = [x[s + k], x[s + k + 1], x[s + k + 2], x[s + k + 3]];
    for (let i = 0; i < n; i += 1) x[first + i] += p * x[a + i] + q * x[b + i] + r * x[c + i] + t * x[d + i];
  }
  for (; k < starts.length; k += 1) {
    const [a, p] = [starts[k], x[s + k]];
    for (let i = 0; i < n; i += 1) x[first + i] += p * x[a + i];
  }
}
