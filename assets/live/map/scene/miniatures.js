/**
 * Small drawings of things by a key, kept as long as there is room: pictures in their own pixels, all others as large as they
 * are shown and in the page's colours.
 * @module
 */

import { bytesOf } from "../../shared/views/view.js";
import { lookNow } from "../../shared/views/look.js";

const ROOM = 48 * 2 ** 20; // bytes
const COARSE = Math.SQRT2; // between sizes that are drawn anew; between them a drawing is made smaller

/** The size to draw something in that is shown `width` pixels wide: the next of a few, in whole pixels. */
export const drawnWidth = (width) => Math.round(COARSE ** Math.ceil(Math.log(Math.max(1, width - 0.5)) / Math.log(COARSE)));

/**
 * @typedef {object} Kept
 * @property {any} thing null where it cannot be had
 * @property {OffscreenCanvas | null} canvas
 * @property {number} bytes
 * @property {number} turn when it was asked for last
 * @property {string} how it was drawn
 * @property {any} look the page's, when it was drawn
 */

export class Miniatures {
  /**
   * @param {import("../../shared/views/view.js").View} view
   * @param {{largest: number, room?: number}} options the widest that one is shown, in CSS pixels
   */
  constructor(view, { largest, room = ROOM }) {
    Object.assign(this, { view, largest, room });
    this.clear();
  }

  clear() {
    /** @type {Map<any, Kept>} the one that was asked for last at the end */
    this.kept = new Map();
    this.bytes = 0;
    this.turn = 0;
  }

  /** Begin another drawing of the map: what is asked for from now on stays, whatever room it takes. */
  begin() {
    this.turn += 1;
  }

  has(key) {
    return this.kept.has(key);
  }

  /** Take a thing out of an array, or null where it cannot be had. */
  set(key, array, index = 0) {
    const { size } = this.view;
    const thing = array && array.slice(index * size, (index + 1) * size);
    this.#forget(key);
    this.#keep(key, { thing, canvas: null, bytes: thing ? bytesOf(this.view) : 0, turn: this.turn, how: "", look: null });
    for (const [other, { turn }] of this.kept) {
      if (this.bytes <= this.room || turn >= this.turn) break; // all that follow were asked for later
      this.#forget(other);
    }
  }

  /** The drawing of a thing that is shown so many CSS pixels wide; null where there is none. @returns {OffscreenCanvas | null} */
  at(key, width) {
    const one = this.kept.get(key);
    if (!one) return null;
    this.#forget(key);
    if (one.thing) this.#draw(one, width);
    this.#keep(key, { ...one, turn: this.turn });
    return one.canvas;
  }

  #draw(one, width) {
    const { view, largest } = this;
    const ratio = globalThis.devicePixelRatio ?? 1;
    const look = view.pixels ? null : lookNow();
    // Pictures are enlarged with hard edges, so that their own pixels do for all sizes.
    const wide = view.pixels ? Math.min(1, (largest * ratio) / Math.max(view.width, view.height)) * view.width : drawnWidth(width) * ratio;
    const how = `${wide}:${ratio}`;
    if (one.canvas && one.how === how && one.look === look) return;
    const [w, h] = [Math.max(1, Math.round(wide)), Math.max(1, Math.round((wide * view.height) / view.width))];
    const canvas = new OffscreenCanvas(w, h);
    const context = canvas.getContext("2d");
    if (view.pixels) view.tile(context, one.thing, 0, 0, 0, w, h);
    else {
      context.scale(ratio, ratio);
      view.tile(context, one.thing, 0, 0, 0, w / ratio, h / ratio);
    }
    Object.assign(one, { canvas, how, look, bytes: bytesOf(view) + 4 * w * h });
  }

  #keep(key, one) {
    this.kept.set(key, one);
    this.bytes += one.bytes;
  }

  #forget(key) {
    this.bytes -= this.kept.get(key)?.bytes ?? 0;
    this.kept.delete(key);
  }
}
