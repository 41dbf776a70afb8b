/**
 * The moments of a run: fetched once and kept, and what lies between two of them.
 * @module
 */

import { factorsOf } from "../../shared/draw/factors.js";
import { viewOf } from "../../shared/views/view.js";
import { readArray, readFrame, Refused, sentenceOf } from "../../shared/wire/frame.js";

const AT_ONCE = 3; // fetched side by side: the server's threads are shared with all who look
const TRIES = 5; // after which a moment that cannot be had is no longer asked for
const OUTSIDE = 0.01; // the share of points beyond each side of a view: one odd image does not make all others small
const REACH = 0.14; // of a view's size: so far it grows on each side for the sake of those
const MARGIN = 0.04; // of a view's size, on each side
const SIGMAS = 3; // of the prior, always in view, as the measure of all moments
const LEAST = 0.6; // of a view's longer side that the shorter one has at least, where there is no prior to give it
const NEIGHBOURS = 2; // moments before and after whose points are in a moment's view too

/**
 * @typedef {{left: number, right: number, bottom: number, top: number}} Box in map units
 *
 * @typedef {object} Moment
 * @property {number} step
 * @property {Float32Array} points [2P] places of the probe images
 * @property {Float32Array} centre [d] the code at (0, 0)
 * @property {Float32Array} axes [2d] a place xy is the code centre + axes · xy
 * @property {any} reconstructions R things
 * @property {any} samples S of them
 * @property {number | null} heldOut what held-out images cost, nats an image, where it was measured
 * @property {[number, number]} origin where the code 0 lies, the prior's mean
 * @property {Box} box around the points, and the prior where there is one
 *
 * @typedef {object} Probe
 * @property {Int32Array} numbers [N] of the test images on the map
 * @property {number} trained how many images that are trained on come after them: P = N + trained
 * @property {Int32Array | null} labels [P]
 * @property {string[]} classes their names: text from a data set's card, never markup
 * @property {import("./colouring.js").Factor[]} factors what the things were drawn from, where that is known
 * @property {import("../../shared/views/view.js").View} view of what is on the map
 * @property {any} originals R things
 * @property {number} samples how many draws from the prior
 */

/**
 * Where a step lies among the moments: 0 at the first, 1 at the second, parts of it between.
 * @param {number[]} steps rising, at least one
 * @param {number} step
 */
export function positionOf(steps, step) {
  const next = steps.findIndex((each) => each >= step);
  if (next < 0) return steps.length - 1;
  if (next === 0) return 0;
  return next - (steps[next] - step) / (steps[next] - steps[next - 1]);
}

/** The step at a position among the moments: the reverse of `positionOf`. @param {number[]} steps */
export function stepAt(steps, position) {
  const at = Math.min(steps.length - 1, Math.max(0, position));
  const low = Math.min(Math.floor(at), Math.max(0, steps.length - 2));
  return steps.length === 1 ? steps[0] : steps[low] + (at - low) * (steps[low + 1] - steps[low]);
}

/** The two moments around a position, how far it is from the first to the second, and the nearer one. */
export function around(count, position) {
  const low = Math.min(Math.floor(position), count - 1);
  const share = position - low;
  const high = Math.min(low + 1, count - 1);
  return { low, high, share, nearest: share < 0.5 ? low : high };
}

/** The moment to go to from a position by so many moments, the next in that direction first. */
export function nextPosition(count, position, by) {
  const whole = by > 0 ? Math.floor(position + 1e-6) : Math.ceil(position - 1e-6);
  return Math.min(count - 1, Math.max(0, whole + by));
}

/**
 * What lies between two arrays of numbers.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} share 0 gives `a`, 1 gives `b`
 * @returns {Float32Array}
 */
export function blend(a, b, share) {
  if (share === 0 || a === b || a.length !== b.length) return share < 0.5 ? a : b;
  return a.map((value, i) => value + share * (b[i] - value));
}

/** @param {Box} a @param {Box} b @returns {Box} */
export const blendBoxes = (a, b, share) => /** @type {any} */ (Object.fromEntries(Object.keys(a).map((side) => [side, a[side] + share * (b[side] - a[side])])));

/** The smallest box that holds others. @param {Box[]} boxes @returns {Box} */
export function union(boxes) {
  const of = (pick, side) => pick(...boxes.map((box) => box[side]));
  return { left: of(Math.min, "left"), right: of(Math.max, "right"), bottom: of(Math.min, "bottom"), top: of(Math.max, "top") };
}

/**
 * The box around nearly all points and around three standard deviations of the prior.
 * @param {Float32Array} points [2P]; places that are not finite are left out
 * @param {[number, number] | null} origin where the prior's mean lies; null: there is none
 * @returns {Box}
 */
export function boxOf(points, origin) {
  const along = (offset) => points.filter((value, i) => i % 2 === offset && Number.isFinite(value)).sort();
  const at = (sorted, share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [xs, ys] = [along(0), along(1)];
  const most = { left: at(xs, OUTSIDE), right: at(xs, 1 - OUTSIDE), bottom: at(ys, OUTSIDE), top: at(ys, 1 - OUTSIDE) };
  const all = { left: at(xs, 0), right: at(xs, 1), bottom: at(ys, 0), top: at(ys, 1) };
  const { left, right, bottom, top } = reached(origin ? union([sigmas(origin), most]) : roomy(most), all);
  const [w, h] = [MARGIN * (right - left), MARGIN * (top - bottom)];
  return { left: left - w, right: right + w, bottom: bottom - h, top: top + h };
}

/** The box around three standard deviations of the prior. @returns {Box} */
const sigmas = ([x, y]) => ({ left: x - SIGMAS, right: x + SIGMAS, bottom: y - SIGMAS, top: y + SIGMAS });

/** A box that is no line, however its points lie. @param {Box} box @returns {Box} */
function roomy({ left, right, bottom, top }) {
  const least = LEAST * Math.max(right - left, top - bottom) || 1;
  const [w, h] = [right - left, top - bottom].map((size) => Math.max(0, least - size) / 2);
  return { left: left - w, right: right + w, bottom: bottom - h, top: top + h };
}

/** A box with what lies a little outside of it. @param {Box} box @param {Box} all around everything @returns {Box} */
function reached({ left, right, bottom, top }, all) {
  const [w, h] = [REACH * (right - left), REACH * (top - bottom)];
  const to = (side, other, most) => (other > side ? Math.min(other, side + most) : side);
  return { left: -to(-left, -all.left, w), right: to(right, all.right, w), bottom: -to(-bottom, -all.bottom, h), top: to(top, all.top, h) };
}

/**
 * What is in view at each moment: its own points and its neighbours', so that the view glides and does not twitch.
 * @param {Box[]} boxes of all moments
 * @returns {Box[]}
 */
export function views(boxes) {
  const near = (list, i) => list.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1);
  const wide = boxes.map((_, i) => union(near(boxes, i)));
  return wide.map((_, i) => {
    const some = near(wide, i);
    const mean = (side) => some.reduce((sum, box) => sum + box[side], 0) / some.length;
    return { left: mean("left"), right: mean("right"), bottom: mean("bottom"), top: mean("top") };
  });
}

/**
 * Where the prior's mean, the code 0, lies on a moment's map: the axes are at right angles and of length 1.
 * @param {Float32Array} centre [d]
 * @param {Float32Array} axes [d, 2]
 * @returns {[number, number]}
 */
export function originOf(centre, axes) {
  const along = (axis) => -centre.reduce((sum, value, i) => sum + value * axes[2 * i + axis], 0);
  return [along(0) + 0, along(1) + 0];
}

/**
 * The heights at which the points of a line are drawn, where the latent space has one dimension: a lane for each class.
 * @param {ArrayLike<number> | null} labels [P]
 * @param {number} count P
 * @returns {Float32Array} [P] within three standard deviations of the prior, from -3 to 3
 */
export function lanes(labels, count) {
  const rows = labels ? Math.max(1, ...labels) + 1 : 1;
  const GOLDEN = 0.618034; // spreads the points within a lane evenly, the same each time
  return Float32Array.from({ length: count }, (_, i) => {
    const row = labels && labels[i] >= 0 ? labels[i] : (rows - 1) / 2;
    return 6 * ((row + 0.15 + 0.7 * ((i * GOLDEN) % 1)) / rows) - 3;
  });
}

/**
 * The seconds of training until a step, from the speeds that were written down.
 * @param {{step: number, images_per_second?: number}[]} records by step
 * @param {number} batch images a step
 * @param {number} step
 */
export function secondsAt(records, batch, step) {
  let [seconds, before] = [0, 0];
  for (const record of records) {
    const done = Math.min(record.step, step) - before;
    if (done <= 0) break;
    if (record.images_per_second > 0) seconds += (done * batch) / record.images_per_second;
    before = record.step;
  }
  return seconds;
}

/**
 * The run's own clock: the seconds of training until a step. The speeds that were written down do not count what lies
 * between them, such as measuring and moments; they say how the time that the run tells is spread over its steps.
 * @param {{step: number, images_per_second?: number}[]} records by step
 * @param {number} batch images a step
 * @param {{step?: number, seconds?: number}} status how far it is, and the seconds of training until there
 * @param {{step: number, seconds: number}[]} [heard] by step: what the run has told before while it waited, which stays so
 * @returns {(step: number) => number}
 */
export function clockOf(records, batch, { step = 0, seconds = 0 }, heard = []) {
  const { step: last = 0, images_per_second: speed = 0 } = records.at(-1) ?? {};
  const own = (at) => secondsAt(records, batch, at) + (at > last && speed > 0 ? ((at - last) * batch) / speed : 0);
  const before = heard.filter((each) => each.step < step && each.seconds <= seconds);
  const told = [{ step: 0, seconds: 0 }, ...before, { step, seconds }].map((each) => ({ ...each, own: own(each.step) }));
  return (at) => {
    const to = told.find((each) => each.step > 0 && each.step >= at) ?? told.at(-1);
    const from = told[told.indexOf(to) - 1] ?? told[0];
    const stretch = to.seconds > from.seconds && to.own > from.own ? (to.seconds - from.seconds) / (to.own - from.own) : 1;
    return from.seconds + stretch * (own(at) - from.own);
  };
}

/** How much higher lanes are drawn where no prior gives a view its height. @param {Box} box */
export const laneScale = ({ bottom, top }) => (top - bottom) / (2 * SIGMAS * (1 + 2 * MARGIN));

/** Read an answer's frame: its header, and its arrays by name. @param {Response} response */
export async function readArrays(response) {
  if (!response.ok) throw new Refused(await sentenceOf(response), response.status);
  const { header, payload } = readFrame(await response.arrayBuffer());
  const arrays = Object.fromEntries(header.arrays.map((entry) => [entry.name, { shape: entry.shape, values: readArray(payload, entry) }]));
  return { header, arrays };
}

/** @param {Response} response @param {boolean} prior whether there is one, so that it is in view @returns {Promise<Moment>} */
export async function readMoment(response, prior) {
  const { header, arrays } = await readArrays(response);
  const { points, centre, axes, reconstructions, samples, held_out: measured } = arrays;
  const origin = originOf(centre.values, axes.values);
  return {
    step: header.step,
    points: points.values,
    centre: centre.values,
    axes: axes.values,
    reconstructions: reconstructions.values,
    samples: samples.values,
    heldOut: measured?.values.length === 2 ? measured.values[0] + measured.values[1] : null,
    origin,
    box: boxOf(points.values, prior ? origin : null),
  };
}

/** @returns {Promise<Probe>} */
export async function readProbe(response) {
  const { header, arrays } = await readArrays(response);
  const { numbers, trained, labels, factors, originals, noise } = arrays;
  return {
    numbers: numbers.values,
    trained: trained?.values.length ?? 0,
    labels: labels?.values ?? null,
    classes: header.classes ?? [],
    factors: factorsOf(header.factors ?? [], factors?.values ?? null, labels?.values ?? null),
    view: await viewOf(header.item),
    originals: originals.values,
    samples: noise.shape[0],
  };
}

export class Moments {
  #listed = [];
  /** @type {Map<number, Moment>} */
  #had = new Map();
  /** @type {Map<number | "probe", number>} how often in vain, by what was asked for */
  #vain = new Map();
  #asking = new Set();
  #rested = new Set(); // what failed waits until the run is heard of again
  #stop = new AbortController();

  /**
   * @param {object} options
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {string} options.run its name
   * @param {() => void} options.onChange after something came or went
   * @param {typeof fetch} [options.fetch]
   */
  constructor({ base, run, onChange, fetch = globalThis.fetch.bind(globalThis) }) {
    Object.assign(this, { base, run, onChange, fetch });
    /** @type {Probe | null} */
    this.probe = null;
    this.prior = true; // whether the run's family has one that is normal
    /** @type {Moment[]} those that are here, by step, and listed still */
    this.all = [];
    /** @type {number[]} their steps */
    this.steps = [];
    /** @type {Box[]} what is in view at each */
    this.views = [];
  }

  /** How many are on their way. */
  get coming() {
    return this.#listed.filter((step) => !this.#had.has(step) && !this.#isLost(step)).length;
  }

  /** Take which moments a run keeps now, and fetch those that are not here, the newest first. @param {number[]} steps */
  follow(steps) {
    this.#rested.clear();
    const same = steps.length === this.#listed.length && steps.every((step, i) => step === this.#listed[i]);
    this.#listed = [...steps];
    if (!same) {
      const kept = new Set(steps);
      for (const step of this.#had.keys()) if (!kept.has(step)) this.#had.delete(step);
      this.#sort();
    }
    this.#fetchOn();
  }

  /** Fetch no more. */
  close() {
    this.closed = true;
    this.#stop.abort();
  }

  #sort() {
    this.all = this.#listed.filter((step) => this.#had.has(step)).map((step) => this.#had.get(step));
    this.steps = this.all.map(({ step }) => step);
    this.views = views(this.all.map(({ box }) => box));
    this.onChange();
  }

  #isLost(what) {
    return (this.#vain.get(what) ?? 0) >= TRIES;
  }

  #next() {
    const free = (what) => !this.#asking.has(what) && !this.#rested.has(what) && !this.#isLost(what);
    if (!this.probe && this.#listed.length && free("probe")) return "probe";
    return this.#listed.findLast((step) => !this.#had.has(step) && free(step));
  }

  #fetchOn() {
    while (this.#asking.size < AT_ONCE && !this.closed) {
      const what = this.#next();
      if (what === undefined) return;
      this.#asking.add(what);
      this.#fetch(what).finally(() => {
        this.#asking.delete(what);
        this.#fetchOn();
      });
    }
  }

  async #fetch(what) {
    const { fetch } = this;
    const query = new URLSearchParams(what === "probe" ? { run: this.run } : { run: this.run, step: String(what) });
    try {
      const response = await fetch(`${this.base}api/${what === "probe" ? "probe" : "snapshot"}?${query}`, { cache: "no-cache", signal: this.#stop.signal });
      const read = await (what === "probe" ? readProbe(response) : readMoment(response, this.prior));
      if (this.closed) return;
      this.#vain.delete(what);
      if (what === "probe") {
        this.probe = read;
        this.onChange();
      } else if (this.#listed.includes(what)) {
        this.#had.set(what, read);
        this.#sort();
      }
    } catch (error) {
      // A server that is away is asked again for as long as it takes; one that refuses, a few times.
      this.#rested.add(what);
      if (error instanceof Refused) this.#vain.set(what, (this.#vain.get(what) ?? 0) + 1);
    }
  }
}
