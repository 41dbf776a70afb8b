/**
 * The paths between the anchors: the chosen one at once, then all kinds of them with what they make, what they cost and where they lie.
 * @module
 */

import { rowsAtOnce } from "../../shared/space/geometry.js";
import { bytesOf } from "../../shared/views/view.js";
import { COMPARED } from "./kinds.js";
import { changes, classesNear, codesAlong, placesOf, total, wayOf } from "./path.js";

const SAMPLES = 120; // codes of a path: with its anchors as many as are placed on a t-SNE map at once
const REST = 120; // ms without a change until costs are worked out: while an anchor is dragged nobody reads them
const LOOKED = 60; // places whose nearest class is found

/**
 * @typedef {object} Trip
 * @property {string} kind
 * @property {import("./path.js").Way} way
 * @property {number} length in latent space
 * @property {number[]} density [n] along it
 * @property {string} note
 */

export class Journey {
  /**
   * @param {object} options
   * @param {(lane: string, request: any) => Promise<{array: any, header: any}>} options.ask
   * @param {(codes: Float32Array, n: number, lane: string) => Promise<any>} options.decode many codes
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {string[]} options.kinds
   * @param {(kind: string, cost: import("./kinds.js").Cost | null) => void} options.onCost
   * @param {(kind: string, images: any, places: number[]) => void} options.onMade
   * @param {(kind: string, drawn: import("./map.js").Drawn | null) => void} options.onDrawn
   * @param {(told: {speed: Float32Array, density: number[] | null, classes: Int32Array | null, knots: number[]}) => void} options.onTold of the chosen path
   */
  constructor({ ask, decode, view, kinds, onCost, onMade, onDrawn, onTold }) {
    Object.assign(this, { ask, decode, view, kinds, onCost, onMade, onDrawn, onTold });
    this.turn = 0;
    /** @type {string | null} the map that paths are placed on */
    this.map = null;
    /** @type {import("../../shared/space/codes.js").Codes | null} */
    this.codes = null;
  }

  /**
   * Find the path of a kind.
   * @param {number[][]} anchors their codes
   * @param {string} kind
   * @returns {Promise<Trip | null>} null where another was asked for meanwhile
   */
  async follow(anchors, kind) {
    const turn = ++this.turn;
    clearTimeout(this.rest);
    const trip = await this.#trip(anchors, kind, "path");
    if (turn !== this.turn) return null;
    this.anchors = anchors;
    this.trip = trip;
    this.rest = setTimeout(() => this.#survey(turn, { [kind]: trip }).catch(() => {}), REST); // the next change asks again
    return trip;
  }

  /** Work everything out again: there is another map, or the codes have come. */
  again() {
    if (!this.trip) return;
    clearTimeout(this.rest);
    this.#survey(++this.turn, { [this.trip.kind]: this.trip }).catch(() => {});
  }

  /** There is no path, or one that stays where it is. @param {number[][]} anchors @returns {Trip} */
  stay(anchors) {
    this.turn += 1;
    clearTimeout(this.rest);
    this.trip = null;
    for (const kind of this.kinds) {
      this.onCost(kind, { length: 0, density: NaN });
      this.onDrawn(kind, null);
    }
    const knots = anchors.map((_, i) => (anchors.length > 1 ? i / (anchors.length - 1) : 0));
    return { kind: "", way: wayOf(Float32Array.from(anchors[0]), knots, anchors), length: 0, density: [], note: "" };
  }

  destroy() {
    this.turn += 1;
    clearTimeout(this.rest);
  }

  async #trip(anchors, kind, lane) {
    const dims = anchors[0].length;
    const request = { op: "path", shape: [anchors.length, dims], payload: Float32Array.from(anchors.flat()), path: { kind, n: SAMPLES } };
    const { array, header } = await this.ask(lane, request);
    return { kind, way: wayOf(array, header.knots, anchors), length: header.length, density: header.density ?? [], note: header.note ?? "" };
  }

  /** The chosen path first, then the others; what happens along the chosen one comes last. */
  async #survey(turn, known) {
    const chosen = this.trip.kind;
    const trips = [];
    for (const kind of [chosen, ...this.kinds.filter((other) => other !== chosen)]) {
      const trip = known[kind] ?? (await this.#trip(this.anchors, kind, "survey"));
      if (turn !== this.turn) return;
      trips.push(trip);
      await this.#make(turn, trip);
      if (turn !== this.turn) return;
      await this.#place(turn, trip);
      if (turn !== this.turn) return;
    }
    await this.#measure(turn, trips[0]);
  }

  /** The pictures of a path, and what it costs. */
  async #make(turn, { kind, way, length, density }) {
    const places = placesOf(COMPARED, way.knots);
    const images = await this.decode(codesAlong(way, places), COMPARED, "survey");
    if (turn !== this.turn) return;
    this.onMade(kind, images, places);
    this.onCost(kind, { length, density: density.length ? total(density) / density.length : NaN });
  }

  async #place(turn, { kind, way }) {
    const { map } = this;
    if (!map) return;
    const n = way.shares.length;
    const xy = map === "identity" ? way.codes : (await this.ask("place", { op: "place", map, shape: [n, way.dims], payload: way.codes })).array;
    if (turn === this.turn && map === this.map) this.onDrawn(kind, { shares: way.shares, xy });
  }

  /** How fast the picture changes along a path, and which classes lie nearest. */
  async #measure(turn, { way, length, density }) {
    const samples = way.shares.length;
    // Large pictures: fewer of them.
    const every = Math.ceil(samples / rowsAtOnce(bytesOf(this.view), samples));
    const picked = Array.from({ length: samples }, (_, i) => i).filter((i) => i % every === 0 || i === samples - 1);
    const codes = codesAlong(way, picked.map((i) => way.shares[i]));
    const { array } = await this.ask("survey", { op: "decode", shape: [picked.length, way.dims], payload: codes });
    if (turn !== this.turn) return;
    const steps = changes(array, this.view);
    const speed = steps.map((step, i) => step / Math.max(1e-9, length * (way.shares[picked[i + 1]] - way.shares[picked[i]])));
    const told = { speed, density: density.length ? density : null, knots: way.knots };
    this.onTold({ ...told, classes: null });
    if (!this.codes?.labels) return;
    await new Promise((go) => setTimeout(go)); // the curves are painted first
    if (turn !== this.turn) return;
    const looked = Math.max(1, Math.floor(samples / LOOKED));
    const places = Array.from(way.shares).filter((_, i) => i % looked === 0);
    this.onTold({ ...told, classes: classesNear(codesAlong(way, places), this.codes) });
  }
}
