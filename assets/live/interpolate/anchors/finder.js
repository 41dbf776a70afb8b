/**
 * Finds what anchors need: their codes, the images that they are, and what the decoder makes of them.
 * @module
 */

import { round } from "../../shared/words/numbers.js";
import { anchorOf } from "./add.js";
import { classOf } from "../path/map.js";
import { hasOriginal } from "../../shared/space/codes.js";
import { anyCode } from "../../shared/space/normal.js";
import { readStart, readStarts } from "../../shared/views/starts.js";
import { joined } from "../../shared/views/view.js";

const FIRST = [3, 28, 0]; // which of the images, which come class by class, a path leads through that nobody has chosen

/** @typedef {import("./anchors.js").Anchor} Anchor */

/** Those of `starts` that a first path leads through; of few classes the next of another one in place of one that was there. */
export function firstOf(starts) {
  const first = [];
  for (const number of FIRST.filter((i) => i < starts.length)) {
    const isNew = ({ label }) => !label || first.every((other) => other.label !== label);
    first.push([...starts.slice(number), ...starts.slice(0, number)].find(isNew) ?? starts[number]);
  }
  return first;
}

export class Finder {
  /** @type {import("../../shared/space/codes.js").Codes | null} */
  codes = null;

  /**
   * @param {any} data of the page
   * @param {import("../../shared/views/view.js").View} view
   * @param {(lane: string, request: any) => Promise<{array: any, header: any}>} ask
   */
  constructor(data, view, ask) {
    Object.assign(this, { view, dims: data.latent.dims, latent: data.latent, ask });
    this.starts = data.images ? readStarts(data.images, view) : [];
    this.others = (data.asked ?? []).map((one) => readStart(one, view));
  }

  /** Some images of different classes, or draws from the prior where there are none. @returns {Anchor[]} */
  first() {
    const first = firstOf(this.starts).map(anchorOf);
    return first.length > 1 ? first : [this.drawn(), this.drawn()];
  }

  /** An anchor of the address, or null where it cannot be had. @param {import("../address.js").Asked} asked @returns {Anchor | null} */
  asked({ kind, number, z }) {
    if (kind === "code") return { kind, number: null, label: "", z, pixels: null, decoded: null };
    if (kind === "point") return this.point(number);
    const start = [...this.starts, ...this.others].find(({ index }) => index === number);
    return start ? anchorOf(start) : null;
  }

  /** An anchor of a test code. @param {number} point @returns {Anchor} */
  point(point) {
    const z = Array.from(this.codes.centre.subarray(point * this.dims, (point + 1) * this.dims), round);
    return { kind: "point", number: point, label: classOf(this.codes, point), z, pixels: null, decoded: null };
  }

  /** A draw from the prior, or without one any place where codes may lie. @returns {Anchor} */
  drawn() {
    return { kind: "draw", number: null, label: "", z: anyCode(this.latent).map(round), pixels: null, decoded: null };
  }

  /** The posteriors' means of pictures. @param {any} pixels of n @returns {Promise<Float32Array>} [n, d] */
  async encode(pixels, n, lane) {
    const { array } = await this.ask(lane, { op: "encode", shape: [n, ...this.view.shape], payload: pixels });
    return array.subarray(0, n * this.dims);
  }

  /** Find out what is not known yet of anchors: codes, then reconstructions, then images. @param {Anchor[]} anchors */
  async complete(anchors) {
    const each = (list, array, width, take) => list.forEach((anchor, i) => take(anchor, array.slice(i * width, (i + 1) * width)));
    const uncoded = anchors.filter(({ z }) => !z);
    if (uncoded.length) {
      const pixels = joined(this.view, uncoded.map((anchor) => anchor.pixels));
      // Not in the pad's lane, where only the newest drawing counts.
      each(uncoded, await this.encode(pixels, uncoded.length, "origin"), this.dims, (anchor, mean) => (anchor.z = Array.from(mean, round)));
    }
    const unseen = anchors.filter(({ decoded }) => !decoded);
    if (unseen.length) {
      const codes = Float32Array.from(unseen.flatMap(({ z }) => z));
      const { array } = await this.ask("pins", { op: "decode", shape: [unseen.length, this.dims], payload: codes });
      each(unseen, array, this.view.size, (anchor, decoded) => (anchor.decoded = decoded));
    }
    const points = anchors.filter(({ kind, pixels, number }) => kind === "point" && !pixels && this.codes && hasOriginal(this.codes, number));
    if (!points.length) return;
    const { array } = await this.ask("origin", { op: "originals", shape: [points.length], payload: Int32Array.from(points, ({ number }) => number) });
    each(points, array, this.view.size, (anchor, pixels) => (anchor.pixels = pixels));
  }
}
