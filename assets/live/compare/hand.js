/**
 * One hand over several maps: which point it means, and where it is on the others. Pure functions.
 * @module
 */

import { toMap, toScreen } from "../shared/draw/camera.js";

/** Points by their places, for the nearest one under a hand: cells about as many as points. */
export class Nearest {
  /** @param {Float32Array} xy [2n] */
  constructor(xy) {
    this.xy = xy;
    const n = xy.length / 2;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < n; i += 1) {
      if (!Number.isFinite(xy[2 * i] + xy[2 * i + 1])) continue;
      left = Math.min(left, xy[2 * i]);
      right = Math.max(right, xy[2 * i]);
      bottom = Math.min(bottom, xy[2 * i + 1]);
      top = Math.max(top, xy[2 * i + 1]);
    }
    this.side = Math.max(right - left, top - bottom, Number.MIN_VALUE) / Math.max(1, Math.floor(Math.sqrt(n)));
    Object.assign(this, { left, bottom });
    /** @type {Map<string, number[]>} */
    this.cells = new Map();
    for (let i = 0; i < n; i += 1) {
      if (!Number.isFinite(xy[2 * i] + xy[2 * i + 1])) continue;
      const key = this.#cell(xy[2 * i], xy[2 * i + 1]).join();
      const cell = this.cells.get(key);
      if (cell) cell.push(i);
      else this.cells.set(key, [i]);
    }
  }

  #cell(x, y) {
    return [Math.floor((x - this.left) / this.side), Math.floor((y - this.bottom) / this.side)];
  }

  /** The nearest point no further than `within` map units, or null. */
  at(x, y, within) {
    const [low, left] = this.#cell(x - within, y - within);
    const [high, right] = this.#cell(x + within, y + within);
    let [best, least] = [null, within];
    const look = (i) => {
      const far = Math.hypot(this.xy[2 * i] - x, this.xy[2 * i + 1] - y);
      if (far <= least) [best, least] = [i, far];
    };
    if ((high - low + 1) * (right - left + 1) > this.cells.size) this.cells.forEach((cell) => cell.forEach(look));
    else for (let a = low; a <= high; a += 1) for (let b = left; b <= right; b += 1) this.cells.get(`${a},${b}`)?.forEach(look);
    return best;
  }
}

/**
 * The place on one map that is where a place of another is: at the same share of the view's width and height.
 * @param {import("../shared/draw/camera.js").Camera} from @param {import("../shared/draw/camera.js").Camera} to
 */
export function carried(from, to, { x, y }) {
  const [px, py] = toScreen(from, x, y);
  const [a, b] = toMap(to, (px * to.width) / from.width, (py * to.height) / from.height);
  return { x: a, y: b };
}

/** Whether two models were tested on the same things: then a point of one map is the same thing on the other. */
export const sameThings = (a, b) =>
  Boolean(a?.n) && a.n === b?.n && (!a.labels || !b.labels || a.labels.every((label, i) => label === b.labels[i]));

/** Say of what a lasso holds how many there are, and of which classes most. @param {ArrayLike<number>} indices */
export function composition(indices, labels, classes, most = 3) {
  if (!labels) return [];
  const counts = new Map();
  for (const i of Array.from(indices)) if (labels[i] >= 0) counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, most)
    .map(([label, count]) => ({ name: classes[label] ?? String(label), count }));
}

/** The level of each point: 2 where it stands out, 1 where it stands back. @param {Iterable<number> | null} chosen null: all stand out */
export function levels(n, chosen) {
  const all = new Uint8Array(n).fill(chosen ? 1 : 2);
  if (chosen) for (const i of chosen) all[i] = 2;
  return all;
}
