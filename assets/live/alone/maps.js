/**
 * Maps of codes on a plane, in the page: where a new code lies, and the code at a place. As vae/maps/plane.py has them, whose
 * docstrings say why.
 * @module
 */

import { Neighbours } from "../shared/space/neighbours.js";

const [ON_MAP, ON_PLANE, RIDGE] = [10, 40, 0.02];
const [STARTS, WALKS, STEPS] = [20, 5, 8];
const TINY = 1e-12;
const COMPASS = Array.from({ length: 8 }, (_, i) => [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)]);

/** @typedef {Plane | Regressed} PageMap */

/** A code at a place by a regression of the codes of the nearest points on their places, and how far it reaches. */
function regressed({ tree, points, codes, dims }, x, y, k) {
  const near = tree.of(x, y, k);
  const reach = near.at(-1).distance * (near.length === k ? 1 : 1.5) + TINY;
  const raw = near.map(({ distance }) => Math.max(0, 1 - (distance / reach) ** 2) ** 2 + TINY);
  const all = raw.reduce((sum, each) => sum + each, 0);
  const weights = raw.map((each) => each / all);
  const offsets = near.map(({ index }) => [points[2 * index] - x, points[2 * index + 1] - y]);
  const mean = [0, 1].map((axis) => offsets.reduce((sum, offset, i) => sum + weights[i] * offset[axis], 0));
  const ridge = RIDGE * reach * reach;
  let [a, b, c] = [ridge, 0, ridge]; // the spread of the places, [[a, b], [b, c]]
  const code = new Float64Array(dims);
  const [alongX, alongY] = [new Float64Array(dims), new Float64Array(dims)];
  near.forEach(({ index }, i) => {
    const [dx, dy] = [offsets[i][0] - mean[0], offsets[i][1] - mean[1]];
    a += weights[i] * dx * dx;
    b += weights[i] * dx * dy;
    c += weights[i] * dy * dy;
    for (let dim = 0; dim < dims; dim += 1) {
      const value = weights[i] * codes[index * dims + dim];
      code[dim] += value;
      alongX[dim] += dx * value;
      alongY[dim] += dy * value;
    }
  });
  const determinant = a * c - b * b;
  const [byX, byY] = [(c * mean[0] - b * mean[1]) / determinant, (a * mean[1] - b * mean[0]) / determinant];
  return { code: code.map((value, dim) => value - byX * alongX[dim] - byY * alongY[dim]), reach };
}

/** A plane in the space: a linear map. */
export class Plane {
  /**
   * @param {Float32Array} codes [n * d]
   * @param {number} dims
   * @param {{origin: number[], axes: [number, number][]}} plane where the map's (0, 0) lies, and its axes, [d, 2]
   */
  constructor(codes, dims, { origin, axes }) {
    Object.assign(this, { codes, dims, origin, axes });
    const n = codes.length / dims;
    this.points = new Float32Array(2 * n);
    for (let i = 0; i < n; i += 1) this.points.set(this.place(codes.subarray(i * dims, (i + 1) * dims)), 2 * i);
  }

  /** @param {ArrayLike<number>} z @returns {[number, number]} */
  place(z) {
    const along = (axis) => this.origin.reduce((sum, from, dim) => sum + (z[dim] - from) * this.axes[dim][axis], 0);
    return [along(0), along(1)];
  }

  /** @returns {Float32Array} */
  codeAt(x, y) {
    if (this.dims === 2) return this.#lifted(this.origin, x, y);
    this.tree ??= new Neighbours(this.points);
    const { code } = regressed(/** @type {any} */ (this), x, y, ON_PLANE);
    const [alongX, alongY] = this.place(code);
    return this.#lifted(code, x - alongX, y - alongY);
  }

  #lifted(from, x, y) {
    return Float32Array.from(from, (value, dim) => value + x * this.axes[dim][0] + y * this.axes[dim][1]);
  }
}

/** A map without a formula, such as t-SNE. */
export class Regressed {
  /**
   * @param {Float32Array} codes [n * d]
   * @param {number} dims
   * @param {Float32Array} points [2n]
   * @param {number[] | null} scale [d] one over the posteriors' standard deviations
   */
  constructor(codes, dims, points, scale) {
    Object.assign(this, { codes, dims, points, scale: scale ?? new Array(dims).fill(1) });
  }

  /** @returns {Float32Array} */
  codeAt(x, y) {
    return Float32Array.from(this.#at(x, y).code);
  }

  /** The place whose code is nearest to one: a walk from the points of the nearest codes. @returns {[number, number]} */
  place(z) {
    const starts = this.#nearest(z).map((index) => this.#stand(this.points[2 * index], this.points[2 * index + 1], z));
    const walks = starts.sort((one, other) => one.miss - other.miss).slice(0, WALKS);
    for (const walk of walks) this.#walk(walk, z);
    const best = walks.reduce((one, other) => (other.miss < one.miss ? other : one));
    return [best.x, best.y];
  }

  #walk(walk, z) {
    let step = walk.reach / 2;
    for (let i = 0; i < STEPS; i += 1) {
      const there = COMPASS.map(([dx, dy]) => this.#stand(walk.x + step * dx, walk.y + step * dy, z));
      const nearest = there.reduce((one, other) => (other.miss < one.miss ? other : one));
      if (nearest.miss < walk.miss) Object.assign(walk, { x: nearest.x, y: nearest.y, miss: nearest.miss });
      else step /= 2;
    }
  }

  #stand(x, y, z) {
    const { code, reach } = this.#at(x, y);
    return { x, y, reach, miss: Math.sqrt(code.reduce((sum, value, dim) => sum + ((value - z[dim]) * this.scale[dim]) ** 2, 0)) };
  }

  #at(x, y) {
    this.tree ??= new Neighbours(this.points);
    return regressed(/** @type {any} */ (this), x, y, ON_MAP);
  }

  /** The numbers of the codes nearest to one. */
  #nearest(z) {
    const { codes, dims, scale } = this;
    const n = codes.length / dims;
    const away = new Float64Array(n);
    for (let i = 0; i < n; i += 1) {
      for (let dim = 0; dim < dims; dim += 1) away[i] += ((codes[i * dims + dim] - z[dim]) * scale[dim]) ** 2;
    }
    const found = [];
    for (let i = 0; i < n; i += 1) {
      if (found.length === STARTS && away[i] >= away[found[STARTS - 1]]) continue;
      let at = Math.min(found.length, STARTS - 1);
      for (; at > 0 && away[found[at - 1]] > away[i]; at -= 1) found[at] = found[at - 1];
      found[at] = i;
    }
    return found;
  }
}
