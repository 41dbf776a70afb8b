/**
 * What lies under the points: pictures decoded all over the map, and the density of the data.
 * @module
 */

import { bounds, extent, toScreen } from "../../shared/draw/camera.js";
import { aggregate, levels, toImage } from "./density.js";
import { rowsAtOnce } from "../../shared/space/geometry.js";
import { drawOnMap } from "../../shared/draw/layers.js";
import { bytesOf } from "../../shared/views/view.js";
import { Miniatures } from "./miniatures.js";

const LEAST = 30; // pixels that a picture on the map has at least, and less than twice as many at most
const AT_ONCE = 96; // pictures a request, so that a moving hand never waits long for its own
const VEIL = "rgb(0 0 0 / 0.38)"; // over pictures: points and words lie on them
const LINES = 0.6; // of their opacity: they step back behind points, which are as thin
const HELD = [0.5, 0.9, 0.99]; // shares of the codes
const BANDS = [1, 0.42, 0.12]; // how dense their regions are drawn
const CELLS = 240; // of the density, along its longer side

/** @typedef {import("../../shared/draw/camera.js").Camera} Camera */

/** Pictures in the cells of a lattice that halves as one zooms in: while one pans, those already drawn stay. */
export class Pictures {
  /**
   * @param {import("../../shared/views/view.js").View} view
   * @param {(xy: Float32Array, onImages: (images: any) => void, onRefused: () => void) => void} decode pictures at places of the map
   * @param {() => void} onReady when more can be drawn
   */
  constructor(view, decode, onReady) {
    Object.assign(this, { view, decode, onReady });
    this.drawn = new Miniatures(view, { largest: 2 * LEAST });
    this.clear();
  }

  /** Forget what was drawn: the map is another. */
  clear() {
    this.drawn.clear();
    this.wanted = [];
    this.asking = null;
  }

  /** Draw what there is in view, and ask for what is not. @param {(x: number, y: number) => boolean} skip places left empty */
  draw(context, camera, skip) {
    const { step, cells } = visibleCells(camera);
    const side = step * camera.scale;
    const [width, height] = within(this.view, side);
    this.drawn.begin();
    context.save();
    Object.assign(context, { imageSmoothingEnabled: !this.view.pixels, imageSmoothingQuality: "high" });
    Object.assign(context, { globalAlpha: this.view.pixels ? 1 : LINES, fillStyle: VEIL });
    for (const [i, j] of cells) {
      const image = this.drawn.at(key(step, i, j), width);
      if (!image) continue;
      const [x, y] = toScreen(camera, i * step, (j + 1) * step);
      const place = [x + (side - width) / 2, y + (side - height) / 2, width + 0.5, height + 0.5];
      context.drawImage(image, ...place);
      if (this.view.pixels) context.fillRect(...place);
    }
    context.restore();
    this.wanted = cells.filter(([i, j]) => !this.drawn.has(key(step, i, j)) && !skip((i + 0.5) * step, (j + 0.5) * step));
    this.step = step;
    if (!this.asking) this.#ask();
  }

  #ask() {
    const { step } = this;
    const cells = this.wanted.slice(0, rowsAtOnce(bytesOf(this.view), AT_ONCE));
    if (!cells.length) return;
    const asking = (this.asking = {});
    const take = (images) => {
      if (this.asking !== asking) return;
      this.asking = null;
      cells.forEach(([i, j], n) => this.drawn.set(key(step, i, j), images, n));
      this.onReady();
    };
    // What was refused stays empty, and the others are asked for all the same.
    this.decode(Float32Array.from(cells.flatMap(([i, j]) => [(i + 0.5) * step, (j + 0.5) * step])), take, () => take(null));
  }
}

const key = (step, i, j) => `${step}:${i}:${j}`;

/** How large a thing is in a square: as large as fits. @param {{width: number, height: number}} view @returns {[number, number]} */
function within({ width, height }, side) {
  const longest = Math.max(width, height);
  return [(side * width) / longest, (side * height) / longest];
}

/**
 * The cells of the lattice in view, those in the middle first: [i, j] covers i to i + 1 steps in x, and the same in y.
 * @param {Camera} camera
 */
export function visibleCells(camera) {
  const step = 2 ** Math.ceil(Math.log2(LEAST / camera.scale));
  const { left, right, bottom, top } = bounds(camera);
  const cells = [];
  for (let i = Math.floor(left / step); i * step < right; i += 1) {
    for (let j = Math.floor(bottom / step); j * step < top; j += 1) cells.push([i, j]);
  }
  const away = ([i, j]) => Math.hypot((i + 0.5) * step - camera.x, (j + 0.5) * step - camera.y);
  return { step, cells: cells.sort((a, b) => away(a) - away(b)) };
}

/** The density of the data on the map, computed once for each map. */
export class Density {
  /** @param {Float32Array} xy @param {Float32Array | null} variances [2N] log variances of the points, where the map has them */
  constructor(xy, variances) {
    Object.assign(this, { xy, variances });
  }

  draw(context, camera, colour, dark) {
    const grid = this.#grid();
    if (!grid) return;
    const look = `${colour}${dark}`;
    if (this.look !== look) {
      const { columns, rows, values } = grid;
      const canvas = new OffscreenCanvas(columns, rows);
      canvas.getContext("2d").putImageData(new ImageData(toImage(inBands(values), colour, dark), columns, rows), 0, 0);
      Object.assign(this, { look, canvas });
    }
    drawOnMap(context, camera, this.canvas, grid.box, true);
  }

  #grid() {
    this.grid ??= densityGrid(this.xy, this.variances);
    return this.grid;
  }
}

/** Tell apart the regions of highest density that hold half, 90 % and 99 % of all there is, the first the darkest. */
export function inBands(values) {
  const edges = levels(values, HELD);
  return values.map((value) => BANDS[edges.findIndex((edge) => value >= edge)] ?? 0);
}

/** Lay a grid over all places, a tenth wider on each side, and compute the density there; null where there is no extent. */
export function densityGrid(xy, variances) {
  const { left, right, bottom, top } = extent(xy);
  const size = Math.max(right - left, top - bottom);
  if (!(size > 0)) return null;
  const box = { left: left - size / 10, right: right + size / 10, bottom: bottom - size / 10, top: top + size / 10 };
  const cell = Math.max(box.right - box.left, box.top - box.bottom) / CELLS;
  const [columns, rows] = [Math.ceil((box.right - box.left) / cell), Math.ceil((box.top - box.bottom) / cell)];
  Object.assign(box, { right: box.left + columns * cell, bottom: box.top - rows * cell });
  return { box, columns, rows, values: aggregate(xy, variances, box, columns, rows) };
}
