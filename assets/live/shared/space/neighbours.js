/**
 * Which points of a map are nearest to a place: a k-d tree over the plane, exact.
 *
 * Bentley 1975, "Multidimensional binary search trees used for associative searching". A tree and not a grid of cells:
 * maps have clumps, lines and far outliers, where one cell would hold nearly all.
 * @module
 */

const LEAF = 16; // points that are looked through one by one
const SAMPLE = 500; // points from which the spacing is told

/** @typedef {{index: number, distance: number}} Near a point's number and how far it is, in map units */

export class Neighbours {
  /**
   * @param {Float32Array} xy [2N] places; those that are not finite have no neighbours and are nobody's
   * @param {ArrayLike<number> | null} [mask] [N] with 0 for points to leave out
   */
  constructor(xy, mask = null) {
    this.xy = xy;
    const ids = new Int32Array(xy.length / 2);
    const places = new Float32Array(xy.length);
    let count = 0;
    for (let i = 0; i < ids.length; i += 1) {
      if ((mask && !mask[i]) || !Number.isFinite(xy[2 * i]) || !Number.isFinite(xy[2 * i + 1])) continue;
      ids[count] = i;
      places[2 * count] = xy[2 * i];
      places[2 * count + 1] = xy[2 * i + 1];
      count += 1;
    }
    this.ids = ids.subarray(0, count); // numbers of the points, in the tree's order
    this.places = places.subarray(0, 2 * count); // in the same order, for speed
    sort(this.ids, this.places, 0, count, 0);
  }

  /** How many points there are. */
  get count() {
    return this.ids.length;
  }

  /** The nearest point, or null where there are none. @returns {Near | null} */
  nearest(x, y) {
    return this.of(x, y, 1)[0] ?? null;
  }

  /** The `k` nearest points, the nearest first and of equally near ones the lower number. @returns {Near[]} */
  of(x, y, k) {
    const found = new Nearest(k, this.ids);
    search(this.places, x, y, found);
    return found.list();
  }

  /**
   * The points in a box, at most `most` of them, in ascending order. Where there are more it is those with the lowest
   * numbers: when the view moves, the same points stay chosen.
   * @param {{left: number, right: number, bottom: number, top: number}} box
   * @returns {number[]}
   */
  inside({ left, right, bottom, top }, most = Infinity) {
    const found = [];
    const { places, ids } = this;
    const take = (i) => {
      const [x, y] = [places[2 * i], places[2 * i + 1]];
      if (x >= left && x <= right && y >= bottom && y <= top) found.push(ids[i]);
    };
    const walk = (first, last, axis) => {
      if (last - first <= LEAF) {
        for (let i = first; i < last; i += 1) take(i);
        return;
      }
      const middle = (first + last) >> 1;
      const value = places[2 * middle + axis];
      take(middle);
      if ((axis ? bottom : left) <= value) walk(first, middle, 1 - axis);
      if ((axis ? top : right) >= value) walk(middle + 1, last, 1 - axis);
    };
    walk(0, ids.length, 0);
    return Array.from(Int32Array.from(found).sort().subarray(0, most));
  }

  /** How far a share of the points is from the nearest other one, at most; between two ranks by a straight line. */
  within(share) {
    const { places, ids } = this;
    const other = (index, i) => this.of(places[2 * i], places[2 * i + 1], 2).find((near) => near.index !== index)?.distance ?? 0;
    const all = Float64Array.from(ids, other).sort();
    const place = share * (all.length - 1);
    const [low, part] = [Math.floor(place), place % 1];
    return all[low] + part * ((all[low + 1] ?? all[low]) - all[low]);
  }

  /** The median distance from a point to the nearest at another place, of a sample; 0 where all are at one place. */
  get spacing() {
    return (this.measured ??= this.#spacing());
  }

  #spacing() {
    const step = Math.max(1, Math.floor(this.count / SAMPLE));
    const distances = [];
    if (!isOnePlace(this.places)) {
      for (let i = 0; i < this.count; i += step) {
        const found = new Nearest(1, this.ids, true);
        search(this.places, this.places[2 * i], this.places[2 * i + 1], found);
        distances.push(found.distances[0]);
      }
    }
    distances.sort((a, b) => a - b);
    return distances.length ? Math.sqrt(distances[distances.length >> 1]) : 0;
  }
}

/** The same of points that move: each is looked at, which takes less than to order them anew for every frame. */
export class Scan {
  spacing = 0; // so that nothing is called far
  /** @param {() => Float32Array} now [2N] where they are @param {ArrayLike<number> | null} [mask] as for `Neighbours` */
  constructor(now, mask = null) {
    this.now = now;
    this.ids = Int32Array.from({ length: now().length / 2 }, (_, i) => i).filter((i) => !mask || mask[i]);
  }

  /** @returns {Near | null} */
  nearest(x, y) {
    return this.of(x, y, 1)[0] ?? null;
  }

  /** @returns {Near[]} */
  of(x, y, k) {
    const { ids } = this;
    const xy = this.now();
    const found = new Nearest(k, ids);
    for (let i = 0; i < ids.length; i += 1) {
      const distance = (xy[2 * ids[i]] - x) ** 2 + (xy[2 * ids[i] + 1] - y) ** 2;
      if (!Number.isNaN(distance)) found.offer(i, distance);
    }
    return found.list();
  }
}

/** The `k` nearest of the points that are offered. */
class Nearest {
  /** @param {boolean} [elsewhere] pass over points at the very place */
  constructor(k, ids, elsewhere = false) {
    this.most = Math.max(0, Math.min(k, ids.length));
    this.ids = ids;
    this.elsewhere = elsewhere;
    this.count = 0;
    this.distances = new Float64Array(this.most).fill(Infinity); // squared, ascending
    this.found = new Int32Array(this.most);
  }

  /** The squared distance within which a point is still of interest. */
  get reach() {
    return this.most ? this.distances[this.most - 1] : -1;
  }

  /** @param {number} i the point's place in the tree's order @param {number} distance squared */
  offer(i, distance) {
    if (distance > this.reach || (this.elsewhere && distance === 0)) return;
    const id = this.ids[i];
    let at = Math.min(this.count, this.most - 1);
    if (this.count === this.most && !this.#before(distance, id, at)) return;
    for (; at > 0 && this.#before(distance, id, at - 1); at -= 1) {
      this.distances[at] = this.distances[at - 1];
      this.found[at] = this.found[at - 1];
    }
    this.distances[at] = distance;
    this.found[at] = id;
    this.count = Math.min(this.count + 1, this.most);
  }

  list() {
    return Array.from({ length: this.count }, (_, i) => ({ index: this.found[i], distance: Math.sqrt(this.distances[i]) }));
  }

  #before(distance, id, at) {
    return distance < this.distances[at] || (distance === this.distances[at] && id < this.found[at]);
  }
}

/** Offer all points that may be near enough, the side on which the place lies first. @param {Nearest} found */
function search(places, x, y, found) {
  const offer = (i) => found.offer(i, (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2);
  // dx, dy: how far the part is from the place at least, along each axis. Arya & Mount 1993.
  const walk = (first, last, axis, dx, dy) => {
    if (last - first <= LEAF) {
      for (let i = first; i < last; i += 1) offer(i);
      return;
    }
    const middle = (first + last) >> 1;
    const gap = (axis ? y : x) - places[2 * middle + axis];
    if (gap < 0) walk(first, middle, 1 - axis, dx, dy);
    else walk(middle + 1, last, 1 - axis, dx, dy);
    offer(middle);
    const [farX, farY] = axis ? [dx, gap] : [gap, dy];
    if (farX * farX + farY * farY > found.reach) return;
    if (gap < 0) walk(middle + 1, last, 1 - axis, farX, farY);
    else walk(first, middle, 1 - axis, farX, farY);
  };
  walk(0, places.length / 2, 0, 0, 0);
}

/** Order the points into a tree: at the middle of each part lies its median, with the lower ones before it. */
function sort(ids, places, first, last, axis) {
  if (last - first <= LEAF) return;
  const middle = (first + last) >> 1;
  select(ids, places, first, last - 1, middle, axis);
  sort(ids, places, first, middle, 1 - axis);
  sort(ids, places, middle + 1, last, 1 - axis);
}

/** Bring the value of rank `rank` to its place, lower ones before it and higher ones after. Hoare 1961, "Find". */
function select(ids, places, low, high, rank, axis) {
  while (low < high) {
    const pivot = places[2 * ((low + high) >> 1) + axis];
    let [i, j] = [low, high];
    while (i <= j) {
      while (places[2 * i + axis] < pivot) i += 1;
      while (places[2 * j + axis] > pivot) j -= 1;
      if (i <= j) swap(ids, places, i++, j--);
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}

function swap(ids, places, i, j) {
  const [id, x, y] = [ids[i], places[2 * i], places[2 * i + 1]];
  ids[i] = ids[j];
  places[2 * i] = places[2 * j];
  places[2 * i + 1] = places[2 * j + 1];
  ids[j] = id;
  places[2 * j] = x;
  places[2 * j + 1] = y;
}

/** Say whether all points lie at one place. */
const isOnePlace = (places) => places.every((value, i) => value === places[i % 2]);

/**
 * Count the classes among neighbours.
 * @param {ArrayLike<number> | null} labels [N]; a number below 0 is none
 * @param {Near[]} neighbours
 * @returns {{label: number, count: number}[]} the most frequent first, and of equally frequent ones the nearest
 */
export function mix(labels, neighbours) {
  const counts = new Map();
  for (const { index } of labels ? neighbours : []) {
    const label = labels[index];
    if (label >= 0) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count);
}
