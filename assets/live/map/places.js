/**
 * The test codes of a model, and where they lie on the map that is shown.
 * @module
 */

import { Neighbours, Scan } from "../shared/space/neighbours.js";
import { isFar } from "./words.js";

/**
 * @typedef {object} Mark something that stands on the map
 * @property {number} x @property {number} y
 * @property {number | null} [point] that it is fixed to
 * @property {any} [way] that it is on
 * @property {{x: number, y: number} | null} [carried] where it is while its new place is not known
 */

export class Places {
  /** @type {import("../shared/space/codes.js").Codes | null} */
  codes = null;
  /** @type {Float32Array | null} [2N] on the map that is shown */
  xy = null;
  /** @type {string | null} the map that is shown */
  map = null;
  /** @type {Neighbours | Scan | null} among the points that are shown, once they are on the screen */
  neighbours = null;
  /** @type {import("../shared/draw/chart.js").Chart | null} that shows them: while they glide it knows where they are */
  chart = null;
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

  /** Make what knows of neighbours: a tree, and of points that move a look at each. @param {Uint8Array} mask 0 for points to leave out */
  findNeighbours(mask) {
    const { chart } = this;
    this.neighbours = chart?.gliding ? new Scan(() => chart.xy, mask) : new Neighbours(this.xy, mask);
  }

  /** Whether the map that is shown is the chosen one and no longer forms, so that the server knows its places. */
  isReady() {
    return this.map === this.chosenMap() && (this.stand?.state === "done" || this.stand?.state === "stopped");
  }

  /** Whether nothing moves besides, so that a place that is pointed at is one of the map. */
  isStill() {
    return this.isReady() && !this.chart?.gliding;
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

  /** A point's place on the map that is shown, at the end of its way where it is on one. */
  placeOf(point) {
    return { x: this.xy[2 * point], y: this.xy[2 * point + 1] };
  }

  /** Where a mark is on the screen now: with its point, or on its own way. @param {Mark} mark */
  whereIs(mark) {
    const { chart } = this;
    const { point = null, carried } = mark;
    if (point !== null && chart.xy.length) return { x: chart.xy[2 * point], y: chart.xy[2 * point + 1] };
    return carried ?? chart.whereIs(mark);
  }

  /** Show the places of a map that has come, with marks that stay on their pixel until they are sent on. */
  goOver(marks, start) {
    const now = marks.map((mark) => this.whereIs(mark));
    const glide = start();
    marks.forEach((mark, i) => (mark.carried = glide && place(glide.carry(now[i].x, now[i].y))));
  }

  /** Give a mark its place on the map that is shown; where the points are on their way, it goes with them. */
  send(mark, to) {
    const { gliding } = this.chart;
    mark.way = mark.carried && gliding ? gliding.way(mark.carried, to) : null;
    mark.carried = null;
    Object.assign(mark, to);
  }

  /** Whether a place is so far from all points that its picture stands for no data. */
  isFar(x, y) {
    const near = this.neighbours?.nearest(x, y);
    return !near || isFar(near.distance, this.neighbours.spacing);
  }
}

const place = ([x, y]) => ({ x, y });

/** Put things back into the order in which they were asked for. @param {Set<number>} there points whose things are in `first` */
export function woven(points, there, first, rest, size) {
  const all = new first.constructor(points.length * size);
  let [i, j] = [0, 0];
  points.forEach((point, at) => {
    const [from, n] = there.has(point) ? [first, i++] : [rest, j++];
    all.set(from.subarray(n * size, (n + 1) * size), at * size);
  });
  return all;
}
