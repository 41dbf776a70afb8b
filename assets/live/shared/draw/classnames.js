/** Where the names of classes stand on a map: in their middles or at their densest places, and those that lie apart. */

import { extent } from "./camera.js";

const HEAP = 0.35; // of the way apart: classes that lie closer to each other have no name yet
const FADE = 0.3; // of it, over which a name comes and goes
/**
 * The middle of each class.
 * @param {Float32Array} points [2P]; places that are not finite are left out
 * @param {number[][]} members the points of each class
 * @returns {({x: number, y: number} | null)[]} null where a class has no point
 */
export function middles(points, members) {
  return members.map((list) => {
    let [x, y, n] = [0, 0, 0];
    for (const i of list) {
      if (!Number.isFinite(points[2 * i]) || !Number.isFinite(points[2 * i + 1])) continue;
      x += points[2 * i];
      y += points[2 * i + 1];
      n += 1;
    }
    return n ? { x: x / n, y: y / n } : null;
  });
}

/**
 * How opaque each name is: of two that would lie on each other the second is not there, and of classes in one heap
 * neither; both appear as the classes part.
 * @param {{x: number, y: number, width: number, height: number}[]} names their middles and sizes in pixels
 * @param {number} [heap] how close two lie in a heap, as a share of where they touch; 0: the first is always there
 * @returns {number[]} in [0, 1]
 */
export function apart(names, heap = HEAP) {
  const within = (value) => Math.min(1, Math.max(0, value));
  const opacity = [];
  names.forEach((name, i) => {
    opacity[i] = 1;
    names.forEach((other, j) => {
      if (i === j) return;
      const across = (2 * Math.abs(name.x - other.x)) / (name.width + other.width);
      const along = (2 * Math.abs(name.y - other.y)) / (name.height + other.height);
      const apart = Math.max(across, along); // 1: the two boxes touch
      const clear = within((apart - 1) / FADE);
      const parted = heap ? within((apart - heap) / FADE) : 1;
      // As opaque as the one before it leaves room.
      opacity[i] = Math.min(opacity[i], parted, j < i ? 1 - opacity[j] * (1 - clear) : 1);
    });
  });
  return opacity;
}

const ASIDE = [1.1, 1.6, 2.2, 3]; // of a name's height: how far it is moved aside, the nearest first
const WAYS = 12;

/**
 * Where names stand that would lie on each other: each in its place or as near to it as there is room, the first ones first.
 * @param {{x: number, y: number, width: number, height: number}[]} names their places and sizes in pixels
 * @returns {({x: number, y: number, aside: boolean} | null)[]} null where there is no room nearby
 */
export function besideEachOther(names) {
  /** @type {{x: number, y: number, width: number, height: number}[]} */
  const taken = [];
  return names.map((name) => {
    const free = ({ x, y }) =>
      taken.every((other) => 2 * Math.abs(x - other.x) >= name.width + other.width || 2 * Math.abs(y - other.y) >= name.height + other.height);
    const place = [name, ...ringsAround(name)].find(free);
    if (!place) return null;
    taken.push({ ...name, x: place.x, y: place.y });
    return { x: place.x, y: place.y, aside: place !== name };
  });
}

/**
 * Names that would lie on each other step aside, and point to where they belong; one without room is left out.
 * @param {{words: string, x: number, y: number, width: number, height: number}[]} names the first ones first
 * @returns {{words: string, x: number, y: number, opacity: number, from: {x: number, y: number} | null}[]}
 */
export const aside = (names) =>
  besideEachOther(names).flatMap((place, i) => {
    const { words, x, y } = names[i];
    return place ? [{ words, x: place.x, y: place.y, opacity: 1, from: place.aside ? { x, y } : null }] : [];
  });

/** Places around a name's own, the nearest first. */
const ringsAround = ({ x, y, width, height }) =>
  ASIDE.flatMap((times) =>
    Array.from({ length: WAYS }, (_, i) => {
      const angle = (2 * Math.PI * i) / WAYS;
      return { x: x + (times * height + (width - height) / 2) * Math.cos(angle), y: y + times * height * Math.sin(angle) };
    }),
  );

/**
 * The points of each class, by label.
 * @param {ArrayLike<number> | null} labels
 * @param {number} count points
 * @returns {Map<number, number[]>} -1 for those without a class
 */
export function membersOf(labels, count) {
  const members = new Map();
  for (let i = 0; i < count; i += 1) {
    const label = labels && labels[i] >= 0 ? labels[i] : -1;
    if (!members.has(label)) members.set(label, []);
    members.get(label).push(i);
  }
  return new Map([...members].sort(([a], [b]) => a - b));
}

const GRID = 32; // cells along the longer side of a map, in which classes are counted
const NEAR = 2; // cells around a class's place that are counted as being there
const OWN = 0.15; // of the way from a class's share of all points to all that are there: so many of these are its own at least
const GATHERED = 0.15; // of a class's points are there at least; one that is scattered has no name

/**
 * Where the name of each class stands: at its densest place, and of several such at one that is its own.
 *
 * The place has the most of a class's points, counted with the share that they are of all points there, in squares around
 * each cell of a grid.
 * @param {Float32Array} points [2P]; places that are not finite are left out
 * @param {number[][]} members the points of each class
 * @returns {({x: number, y: number, weight: number} | null)[]} `weight`: how many points are there; null where a class is
 *   scattered, or never by itself
 */
export function densest(points, members) {
  const { left, right, bottom, top } = extent(points);
  const cell = Math.max(right - left, top - bottom) / GRID || 1;
  const cellOf = (i) => {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return -1;
    return Math.min(GRID - 1, Math.floor((y - bottom) / cell)) * GRID + Math.min(GRID - 1, Math.floor((x - left) / cell));
  };
  const counts = members.map((list) => around(counted(list, cellOf)));
  const all = new Float64Array(GRID * GRID);
  for (const count of counts) count.forEach((n, at) => (all[at] += n));
  const total = members.flat().filter((i) => cellOf(i) >= 0).length;
  return members.map((list, c) => {
    let best = -1;
    let most = 0;
    counts[c].forEach((n, at) => {
      const score = n && (n * n) / all[at];
      if (score > most) [best, most] = [at, score];
    });
    if (best < 0) return null;
    const n = counts[c][best];
    const finite = list.filter((i) => cellOf(i) >= 0);
    const share = finite.length / total;
    if (n < (share + OWN * (1 - share)) * all[best] || n < GATHERED * finite.length) return null;
    const there = finite.filter((i) => isNear(cellOf(i), best));
    const mean = (axis) => there.reduce((sum, i) => sum + points[2 * i + axis], 0) / there.length;
    return { x: mean(0), y: mean(1), weight: n };
  });
}

function counted(list, cellOf) {
  const count = new Float64Array(GRID * GRID);
  for (const i of list) if (cellOf(i) >= 0) count[cellOf(i)] += 1;
  return count;
}

const isNear = (a, b) => Math.abs((a % GRID) - (b % GRID)) <= NEAR && Math.abs(Math.floor(a / GRID) - Math.floor(b / GRID)) <= NEAR;

/** The sums over the squares around each cell, first along rows, then along columns. */
function around(count) {
  const along = (from, step, place) => {
    const sums = new Float64Array(from.length);
    for (let at = 0; at < from.length; at += 1) {
      for (let k = -NEAR; k <= NEAR; k += 1) if (place(at) + k >= 0 && place(at) + k < GRID) sums[at] += from[at + k * step];
    }
    return sums;
  };
  return along(along(count, 1, (at) => at % GRID), GRID, (at) => Math.floor(at / GRID));
}
