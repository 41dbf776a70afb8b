/**
 * How densely the data fills a map: the aggregate posterior, and how dark to draw it.
 * @module
 */

import { cdf } from "../../shared/space/normal.js";

const REACH = 4; // standard deviations beyond which a Gaussian is taken to be nothing
const FINE = 4; // cells a standard deviation that are enough; wider Gaussians go on a coarser grid

/** @typedef {{left: number, right: number, bottom: number, top: number}} Box in map units */

/**
 * The aggregate posterior on a grid: the mean of the points' Gaussians. Makhzani et al. 2015, arXiv 1511.05644.
 *
 * Where the points have no spread on this map, each gets the kernel of Scott's rule, n^(−1/6) standard deviations of
 * all the points along each axis. Scott 1992, "Multivariate density estimation".
 * @param {Float32Array} mean [2N] map units; points that are not finite are left out
 * @param {Float32Array | null} sigma [2N] standard deviations along the map's own axes
 * @param {Box} box
 * @param {number} columns
 * @param {number} rows
 * @returns {Float32Array} [rows, columns], the top row first: the mean density in each cell, in points' share a square unit
 */
export function aggregate(mean, sigma, box, columns, rows) {
  const cell = [(box.right - box.left) / columns, (box.top - box.bottom) / rows];
  const kernel = sigma ? null : scott(mean);
  const layers = new Layers(columns, rows);
  let points = 0;
  for (let i = 0; 2 * i + 1 < mean.length; i += 1) {
    const [x, y] = [mean[2 * i], mean[2 * i + 1]];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    points += 1;
    const [sx, sy] = kernel ?? [sigma[2 * i], sigma[2 * i + 1]];
    layers.add((x - box.left) / cell[0], (box.top - y) / cell[1], sx / cell[0], sy / cell[1]);
  }
  const grid = layers.sum();
  const area = cell[0] * cell[1];
  return points ? grid.map((mass) => mass / points / area) : grid;
}

/** Scott's kernel: its standard deviation along each axis. @param {Float32Array} xy [2N] @returns {[number, number]} */
export function scott(xy) {
  let n = 0;
  const [mean, squares] = [[0, 0], [0, 0]];
  for (let i = 0; 2 * i + 1 < xy.length; i += 1) {
    if (!Number.isFinite(xy[2 * i]) || !Number.isFinite(xy[2 * i + 1])) continue;
    n += 1;
    for (const axis of [0, 1]) {
      const gap = xy[2 * i + axis] - mean[axis]; // Welford 1962: exact also far from 0
      mean[axis] += gap / n;
      squares[axis] += gap * (xy[2 * i + axis] - mean[axis]);
    }
  }
  return /** @type {[number, number]} */ (squares.map((sum) => (n > 1 ? Math.sqrt(sum / (n - 1)) * n ** (-1 / 6) : 0)));
}

/**
 * Grids that each have cells 2^i times as wide and 2^j times as high: a Gaussian goes on one where it is a few cells
 * wide, so that it costs the same however wide it is, and the coarse ones are interpolated at the end.
 */
class Layers {
  constructor(columns, rows) {
    Object.assign(this, { columns, rows });
    /** @type {Map<number, {i: number, j: number, width: number, height: number, cells: Float64Array}>} */
    this.layers = new Map();
  }

  /** Add a Gaussian of mass 1; all in cells of the finest grid, from its upper left corner. */
  add(x, y, sx, sy) {
    if (!(x + REACH * sx >= 0 && x - REACH * sx <= this.columns && y + REACH * sy >= 0 && y - REACH * sy <= this.rows)) return;
    const { i, j, width, height, cells } = this.#layer(coarseness(sx), coarseness(sy));
    // One more cell lies before the first: what is interpolated at the edge needs it.
    const across = shares(x / 2 ** i + 1, sx / 2 ** i, width);
    const down = shares(y / 2 ** j + 1, sy / 2 ** j, height);
    for (let row = 0; row < down.values.length; row += 1) {
      const start = (down.first + row) * width + across.first;
      const share = down.values[row];
      for (let column = 0; column < across.values.length; column += 1) cells[start + column] += share * across.values[column];
    }
  }

  /** The mass in each cell of the finest grid. @returns {Float32Array} [rows, columns] */
  sum() {
    const grid = new Float64Array(this.columns * this.rows);
    for (const layer of this.layers.values()) spread(layer, grid, this.columns, this.rows);
    return Float32Array.from(grid);
  }

  #layer(i, j) {
    const found = this.layers.get(64 * i + j);
    if (found) return found;
    const [width, height] = [Math.ceil(this.columns / 2 ** i) + 2, Math.ceil(this.rows / 2 ** j) + 2];
    const layer = { i, j, width, height, cells: new Float64Array(width * height) };
    this.layers.set(64 * i + j, layer);
    return layer;
  }
}

/** How often a cell may be doubled with `FINE` of them left in a standard deviation. */
const coarseness = (sigma) => Math.min(30, Math.max(0, Math.floor(Math.log2(sigma / FINE))));

/** How much of a Gaussian each cell along an axis has, for the cells that it reaches. */
function shares(centre, sigma, length) {
  const first = Math.max(0, Math.floor(centre - REACH * sigma));
  const last = Math.min(length, Math.floor(centre + REACH * sigma) + 1);
  const values = new Float64Array(Math.max(0, last - first));
  const below = (edge) => (sigma > 0 ? cdf((edge - centre) / sigma) : Number(edge > centre));
  let low = below(first);
  for (let k = 0; k < values.length; k += 1) {
    const high = below(first + k + 1);
    values[k] = high - low;
    low = high;
  }
  return { first, values };
}

/** Add a coarse grid to the finest, interpolated between the middles of its cells. */
function spread({ i, j, width, cells }, grid, columns, rows) {
  const [across, down] = [places(columns, i), places(rows, j)];
  for (let row = 0; row < rows; row += 1) {
    const [above, y] = [down.first[row] * width, down.share[row]];
    for (let column = 0; column < columns; column += 1) {
      const at = above + across.first[column];
      const x = across.share[column];
      const upper = x ? cells[at] + (cells[at + 1] - cells[at]) * x : cells[at];
      const lower = y ? (x ? cells[at + width] + (cells[at + width + 1] - cells[at + width]) * x : cells[at + width]) : upper;
      grid[row * columns + column] += (upper + (lower - upper) * y) / 2 ** (i + j);
    }
  }
}

/** For each fine cell along an axis, the coarse cell before its middle and how far it is to the next one. */
function places(length, doublings) {
  const first = new Int32Array(length);
  const share = new Float64Array(length);
  for (let k = 0; k < length; k += 1) {
    const at = (k + 0.5) / 2 ** doublings + 0.5; // counted in cells' middles, with the one before the first
    first[k] = Math.floor(at);
    share[k] = at - first[k];
  }
  return { first, share };
}

/**
 * The densities above which given shares of the mass lie: the borders of the regions of highest density.
 * Hyndman 1996, "Computing and graphing highest density regions".
 * @param {Float32Array} grid densities, of what is in the box
 * @param {number[]} held shares in (0, 1)
 * @returns {number[]} one for each share
 */
export function levels(grid, held) {
  const sorted = Float32Array.from(grid).sort().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return held.map((share) => {
    let sum = 0;
    for (const value of sorted) {
      sum += value;
      if (sum >= share * total) return value;
    }
    return 0;
  });
}

const STRONGEST = { light: 0.5, dark: 0.6 }; // opacity where the data is densest; what lies on it is still read

/**
 * A grid of densities as a picture: one colour, as opaque as the square root of the density, for the eye sees thin places then.
 * @param {Float32Array} grid
 * @param {ArrayLike<number>} colour red, green and blue
 * @param {boolean} dark
 * @returns {Uint8ClampedArray} [rows, columns, 4]
 */
export function toImage(grid, colour, dark) {
  const most = grid.reduce((a, b) => Math.max(a, b), 0);
  const image = new Uint8ClampedArray(4 * grid.length);
  const strongest = 255 * STRONGEST[dark ? "dark" : "light"];
  for (let i = 0; i < grid.length; i += 1) {
    image[4 * i] = colour[0];
    image[4 * i + 1] = colour[1];
    image[4 * i + 2] = colour[2];
    image[4 * i + 3] = most > 0 ? strongest * Math.sqrt(Math.max(0, grid[i]) / most) : 0;
  }
  return image;
}
