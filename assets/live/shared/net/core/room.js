/**
 * The memory that a network's kernels reckon in, of which its layers take stretches while they are made.
 * @module
 */

import { assemble } from "./assemble.js";
import { KERNELS, TILE } from "./kernels.js";
import { plainKernels } from "./plain.js";

/**
 * @typedef {object} Kernels as kernels.js says them
 * @property {{buffer: ArrayBuffer, grow: (pages: number) => any}} memory
 * @property {(to: number, end: number, vectors: number, scalars: number, offsets: number, terms: number) => void} sum
 * @property {(at: number, end: number) => void} relu
 * @property {(at: number, end: number) => void} silu
 * @property {(at: number, end: number) => void} sigmoid
 * @property {(at: number, end: number) => void} tanh
 */

const PAGE = 65_536;
let compiled;

/** Kernels of WebAssembly with a memory of their own. @returns {Kernels} throws where there can be none */
export function quickKernels() {
  compiled ??= new WebAssembly.Module(assemble(KERNELS));
  return /** @type {any} */ (new WebAssembly.Instance(compiled).exports);
}

let refused = false;

/** The quickest kernels that there are here: where those of WebAssembly are refused once, they are not asked for again. */
function kernelsHere() {
  try {
    if (!refused) return quickKernels();
  } catch {
    refused = true;
  }
  return plainKernels();
}

/** Numbers rounded up to whole tiles. @param {number} n */
export const tiled = (n) => Math.ceil(n / TILE) * TILE;

export class Room {
  /** @param {Kernels} [kernels] */
  constructor(kernels = kernelsHere()) {
    this.kernels = kernels;
    this.used = 0;
  }

  /** Take room for `n` numbers, all 0, and the rest of the last tile. @param {number} n @returns {Stretch} */
  take(n) {
    const at = this.used;
    this.used += 4 * tiled(n);
    const { memory } = this.kernels;
    const missing = this.used - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return new Stretch(this, at, n);
  }

  /** Keep numbers. @param {Float32Array | Int32Array} numbers @returns {number} where, in bytes */
  keep(numbers) {
    const { at } = this.take(numbers.length);
    new Uint8Array(this.kernels.memory.buffer, at, numbers.byteLength).set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    return at;
  }

  /** Whether numbers lie in this memory. @param {Float32Array} numbers */
  holds(numbers) {
    return numbers.buffer === this.kernels.memory.buffer;
  }
}

class Stretch {
  /** @param {Room} room @param {number} at in bytes @param {number} length */
  constructor(room, at, length) {
    Object.assign(this, { room, at, length });
    /** @type {Float32Array | null} */
    this.seen = null;
  }

  /** Its numbers: a memory that grows lets go of what was seen of it. @returns {Float32Array} */
  get all() {
    const { buffer } = this.room.kernels.memory;
    if (this.seen?.buffer !== buffer) this.seen = new Float32Array(buffer, this.at, this.length);
    return this.seen;
  }
}
