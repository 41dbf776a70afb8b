/**
 * The test codes of a model, and where they lie on the map that is shown.
 * @module
 */

import { Neighbours } from "./scene/neighbours.js";
import { isFar } from "./words.js";

export class Places {
  /** @type {import("../shared/space/codes.js").Codes | null} */
  codes = null;
  /** @type {Float32Array | null} [2N] on the map that is shown */
  xy = null;
  /** @type {string | null} the map that is shown */
  map = null;
  /** @type {Neighbours | null} among the points that are shown, once they are on the screen */
  neighbours = null;
  /** @type {import("./forming/forming.js").MapFrame | null} how the chosen map stands */
  stand = null;

  /** @param {() => string} chosenMap which is not shown before its places have come */
  constructor(chosenMap) {
    this.chosenMap = chosenMap;
  }

  /** Take the places of the chosen map. @param {Float32Array} xy */
  show(xy) {
    this.map = this.chosenMap();
    this.xy = xy;
    this.neighbours = null;
  }

  /** Make the tree of neighbours. @param {Uint8Array} levels which points are shown */
  findNeighbours(levels) {
    this.neighbours = new Neighbours(this.xy, levels);
  }

  /** Whether the map that is shown is the chosen one and no longer moves, so that places of it can be decoded. */
  isReady() {
    return this.map === this.chosenMap() && (this.stand?.state === "done" || this.stand?.state === "stopped");
  }

  /** The request that decodes a point's code. @param {number} point */
  decoding(point) {
    return { op: "decode", shape: [1, this.codes.dims], payload: this.codeOf(point), condition: this.classesOf([point]) };
  }

  /** The classes that a conditional model is to decode these points with: their own. @param {number[]} points @returns {number[] | undefined} */
  classesOf(points) {
    const { labels } = this.codes;
    return this.conditional && labels ? points.map((point) => labels[point]) : undefined;
  }

  /** A point's code: the mean of its posterior. @returns {Float32Array} [d] */
  codeOf(point) {
    return this.codes.centre.subarray(point * this.codes.dims, (point + 1) * this.codes.dims);
  }

  /** A point's place on the map that is shown. */
  placeOf(point) {
    return { x: this.xy[2 * point], y: this.xy[2 * point + 1] };
  }

  /** Whether a place is so far from all points that its picture stands for no data. */
  isFar(x, y) {
    const near = this.neighbours?.nearest(x, y);
    return !near || isFar(near.distance, this.neighbours.spacing);
  }
}
