/**
 * A path between anchors: where one is on it, what it costs, and the cross-fade beside it. Pure functions.
 *
 * A place on a path is a share of its length, from 0 at the first anchor to 1 at the last. The anchors lie at its
 * knots, so that a place is also told by the two anchors it lies between and the share of the way from one to the other.
 * @module
 */

const WHITE = 255; // grey levels

/**
 * @typedef {object} Way a path as a chain of codes
 * @property {Float32Array} shares [m] of its length, rising from 0 to 1
 * @property {Float32Array} codes [m, d]
 * @property {number} dims
 * @property {number[]} knots [k] shares at which the anchors lie
 */

/**
 * Make a chain of evenly spaced samples and the anchors themselves, so that it goes through each of them exactly.
 * @param {Float32Array} samples [n, d]
 * @param {number[]} knots [k]
 * @param {number[][]} anchors [k][d]
 * @returns {Way}
 */
export function wayOf(samples, knots, anchors) {
  const dims = anchors[0].length;
  const n = samples.length / dims;
  const links = Array.from({ length: n }, (_, i) => ({ share: n > 1 ? i / (n - 1) : 0, code: samples.subarray(i * dims, (i + 1) * dims) }));
  const fixed = knots.map((share, i) => ({ share, code: anchors[i] }));
  const near = (share) => fixed.some((each) => Math.abs(each.share - share) < 1e-6);
  const all = [...links.filter(({ share }) => !near(share)), ...fixed].sort((a, b) => a.share - b.share);
  const codes = new Float32Array(all.length * dims);
  all.forEach(({ code }, i) => codes.set(code, i * dims));
  return { shares: Float32Array.from(all, ({ share }) => share), codes, dims, knots };
}

/** The two links of a chain that a share lies between, and how far from the first to the second. */
export function linkAt(shares, at) {
  let [low, high] = [0, shares.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (shares[middle] <= at) low = middle;
    else high = middle;
  }
  const span = shares[high] - shares[low];
  return { low, high, share: span > 0 ? Math.min(1, Math.max(0, (at - shares[low]) / span)) : 0 };
}

/** The code at a place of a path. @param {Way} way @param {number} at @returns {Float32Array} [d] */
export function codeAlong({ shares, codes, dims }, at) {
  const { low, high, share } = linkAt(shares, at);
  return Float32Array.from({ length: dims }, (_, k) => (1 - share) * codes[low * dims + k] + share * codes[high * dims + k]);
}

/** The codes at these places of a path. @param {Way} way @param {ArrayLike<number>} places [n] @returns {Float32Array} [n, d] */
export function codesAlong(way, places) {
  const codes = new Float32Array(places.length * way.dims);
  for (let i = 0; i < places.length; i += 1) codes.set(codeAlong(way, places[i]), i * way.dims);
  return codes;
}

/**
 * The places of `n` pictures with even steps between them, to the step that lets every anchor be one of the pictures; with
 * fewer pictures than anchors evenly.
 * @param {number} n
 * @param {number[]} knots [k] rising
 * @returns {number[]} [n] rising from 0 to 1
 */
export function placesOf(n, knots) {
  const even = Array.from({ length: n }, (_, i) => shareOf(i, n));
  const fixed = knots.filter((knot, i) => i === 0 || knot > knots[i - 1]);
  if (fixed.length < 2 || fixed.length > n) return even;
  const hits = fixed.map((knot, i) => Math.min(n - fixed.length + i, Math.max(i, Math.round(knot * (n - 1)))));
  for (let i = 1; i < hits.length; i += 1) hits[i] = Math.max(hits[i], hits[i - 1] + 1); // no two on one picture
  for (let i = hits.length - 2; i >= 0; i -= 1) hits[i] = Math.min(hits[i], hits[i + 1] - 1);
  return even.map((_, i) => {
    const { low, high, share } = linkAt(hits, i);
    return fixed[low] + share * (fixed[high] - fixed[low]);
  });
}

/** The place of the i-th of `n` pictures. */
export const shareOf = (i, n) => (n > 1 ? i / (n - 1) : 0);

/** The two anchors that a place lies between, counted from 0, and the share of the way from one to the other. */
export function betweenAnchors(at, knots) {
  const { low, high, share } = linkAt(knots, at);
  return share === 1 ? { from: high, to: high, share: 0 } : { from: low, to: high, share };
}

/** The place on a path that is as far between the same two anchors as `at` is on another. */
export function carryOver(at, knots, others) {
  if (knots.length !== others.length || knots.length < 2) return at;
  const { low, high, share } = linkAt(knots, at);
  return others[low] + share * (others[high] - others[low]);
}

/** Where a place of the path stands above pictures at these places: 0 above the first one, 1 above the last. @param {number[]} places [n] */
export function standingOf(places, at) {
  const { low, share } = linkAt(places, at);
  return places.length > 1 ? (low + share) / (places.length - 1) : 0;
}

/** The place of the path that stands there. */
export function placeAbove(places, standing) {
  if (places.length < 2) return 0;
  const step = Math.min(1, Math.max(0, standing)) * (places.length - 1);
  const low = Math.min(places.length - 2, Math.floor(step));
  return places[low] + (step - low) * (places[low + 1] - places[low]);
}

/**
 * How much each thing differs from the one before: of pictures the Euclidean distance of their pixels, black being 0 and white 1;
 * of others the root mean square, in the view's unit.
 * @param {any} things n of them
 * @param {import("../../shared/views/view.js").View} view
 * @returns {Float32Array} [n - 1]
 */
export function changes(things, view) {
  const n = things.length / view.size;
  const scale = view.pixels ? Math.sqrt(view.size) / WHITE : 1;
  return Float32Array.from({ length: Math.max(0, n - 1) }, (_, i) => scale * view.apart(things, i, things, i + 1));
}

export const total = (values) => values.reduce((sum, value) => sum + value, 0);

/**
 * The cross-fade of what the anchors are at a place: each number, of pixels or samples, in a straight line from one to the next.
 * @template {Uint8Array | Float32Array} T
 * @param {T[]} things one an anchor, [size]
 * @param {number[]} knots
 * @param {number} at
 * @returns {T} [size]
 */
export function fade(things, knots, at) {
  const { low, high, share } = linkAt(knots, at);
  const [a, b] = [things[low], things[high]];
  const mixed = a.slice();
  const whole = a instanceof Uint8Array ? Math.round : (value) => value;
  for (let i = 0; i < mixed.length; i += 1) mixed[i] = whole(a[i] + share * (b[i] - a[i]));
  return /** @type {T} */ (mixed);
}

/** The cross-fade at these places, one after the other. @template {Uint8Array | Float32Array} T @param {T[]} things @returns {T} [n, size] */
export function fades(things, knots, places) {
  const size = things[0].length;
  const all = /** @type {any} */ (new /** @type {any} */ (things[0].constructor)(places.length * size));
  for (let i = 0; i < places.length; i += 1) all.set(fade(things, knots, places[i]), i * size);
  return all;
}

/** Where a film that runs there and back is after so many of its lengths: 0, up to 1, back to 0, and so on. */
export const swing = (lengths) => {
  const turn = ((lengths % 2) + 2) % 2;
  return turn <= 1 ? turn : 2 - turn;
};

/** How many lengths into a film that runs there and back a place is, going there or coming back. */
export const unswing = (at, back) => (back ? 2 - at : at);

/** Say whether all codes are one and the same. @param {number[][]} codes */
export const isOnePlace = (codes) => codes.every((code) => code.every((value, k) => value === codes[0][k]));

/** Pictures at least so wide, in CSS pixels, stand in the one row of a narrow window. */
const STAMP = 56;

/** How many of `n` pictures stand in one row there, and of them no fewer than `least`. */
export const fitting = (n, width, least) => Math.min(n, Math.max(least, Math.floor(width / STAMP)));

/**
 * How many pictures of a strip stand in a row, at least `least` pixels wide each: all of them where they fit,
 * otherwise rows as even as can be.
 */
export function columnsOf(n, width, least) {
  const most = Math.max(1, Math.floor(width / least));
  return n <= most ? n : Math.ceil(n / Math.ceil(n / most));
}

/**
 * The class that most of the nearest codes have, for each code.
 * @param {Float32Array} asked [m, d]
 * @param {{n: number, dims: number, centre: Float32Array, labels: Int32Array}} codes
 * @param {number} [k] neighbours that vote
 * @returns {Int32Array} [m] -1 where the nearest have none
 */
export function classesNear(asked, { n, dims, centre, labels }, k = 7) {
  const m = asked.length / dims;
  const found = new Int32Array(m);
  const [near, which] = [new Float64Array(k), new Int32Array(k)];
  for (let j = 0; j < m; j += 1) {
    near.fill(Infinity);
    for (let i = 0; i < n; i += 1) {
      let sum = 0;
      for (let d = 0; d < dims && sum < near[k - 1]; d += 1) sum += (asked[j * dims + d] - centre[i * dims + d]) ** 2;
      if (sum >= near[k - 1]) continue;
      let place = k - 1;
      for (; place > 0 && near[place - 1] > sum; place -= 1) [near[place], which[place]] = [near[place - 1], which[place - 1]];
      [near[place], which[place]] = [sum, i];
    }
    found[j] = mostFrequent(Array.from(which.subarray(0, Math.min(k, n)), (i) => labels[i]));
  }
  return found;
}

/** The most frequent value; of several the first. */
function mostFrequent(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [-1, 0])[0];
}

/** Runs of the same value: [{value, from, to}] in shares of the whole, for a ribbon. */
export function runs(values) {
  const found = [];
  values.forEach((value, i) => {
    if (found.at(-1)?.value === value) found.at(-1).to = (i + 1) / values.length;
    else found.push({ value, from: i / values.length, to: (i + 1) / values.length });
  });
  return found;
}
