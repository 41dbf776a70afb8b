/**
 * Pictures along a path, in one row or in several, with the place where one stands marked on them. A press goes to a picture, a
 * hand that moves along a row to any place between.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { columnsOf, linkAt, shareOf } from "./path.js";
import { paintTiles, printedTiles, sheetSize } from "../../shared/views/tiles.js";
import { drawnAs, tileOf } from "../../shared/views/view.js";

const TILE = 112; // pixels: pictures are drawn about this large, small ones in whole multiples of their size
const GAP = 4;
const LEAST = 44; // CSS pixels that a picture is wide before there are more rows
const CLEAR = 4; // CSS pixels: a hand that moved less has pressed

export class PathStrip {
  /**
   * @param {object} options
   * @param {string} options.role
   * @param {string} options.label
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(at: number) => void} options.onPick a picture was pressed: its place
   * @param {(standing: number, begins: boolean) => void} [options.onScrub] a hand moves along the row: 0 above the first picture,
   *   1 above the last
   * @param {() => void} [options.onArrange] after it has got another width, and perhaps other rows
   * @param {number} [options.least] CSS pixels that a picture is wide before there are more rows; 0 for one row always
   * @param {number} [options.n] pictures that room is kept for, until they are there
   */
  constructor({ role, label, view, onPick, onScrub, onArrange = () => {}, least = LEAST, n = 1 }) {
    Object.assign(this, { label, view, onPick, onScrub, onArrange, least, room: n, most: n });
    this.tile = tileOf(view, TILE);
    this.canvas = h("canvas", { "data-role": role, role: "img", width: 1, height: 1, "aria-label": label });
    this.marker = h("i", { class: "here", hidden: true }, h("i"));
    this.element = h("div", { class: "path-film" }, this.canvas, this.marker);
    this.#listen();
    this.watcher = new ResizeObserver(([{ contentRect }]) => this.#arrange(contentRect));
    this.watcher.observe(this.element);
    this.n = 0;
    this.columns = 0;
    this.width = this.height = 0;
    this.#keepRoom(n);
  }

  /**
   * Show these pictures.
   * @param {any} images one after the other
   * @param {number} n
   * @param {number[]} [places] of the path that they show, rising; even ones where they are not given
   */
  show(images, n, places = Array.from({ length: n }, (_, i) => shareOf(i, n))) {
    const others = n !== this.n;
    Object.assign(this, { images, n, places, room: n });
    if (others || !this.columns) this.columns = columnsOf(n, this.width || this.element.clientWidth || 1, this.least);
    this.#draw();
  }

  /** Mark a place, or none. Nothing is laid out for it. @param {number | null} at */
  place(at) {
    this.at = at;
    const hidden = at === null || !this.n || !this.width;
    if (this.marker.hidden !== hidden) this.marker.hidden = hidden;
    if (hidden) return;
    const { columns, n, width, height } = this;
    const rows = Math.ceil(n / columns);
    const { low, share } = linkAt(this.places, at);
    const step = low + share;
    const row = Math.min(rows - 1, Math.floor((step + 0.5) / columns));
    const across = Math.min(columns - 0.5, Math.max(0, step - row * columns + 0.5));
    this.marker.style.transform = `translate(${((width * across) / columns).toFixed(1)}px, ${((height * row) / rows).toFixed(1)}px)`;
  }

  /** It has got its place on the page: keep room there. @param {(width: number) => number} most pictures that may come, of a strip so wide */
  stand(most) {
    const { clientWidth: width, clientHeight: height } = this.element;
    this.room = this.most = most(width);
    this.#arrange({ width, height });
  }

  /** The strip in one row, to be saved. @returns {HTMLCanvasElement} */
  sheet() {
    return printedTiles(this.view, this.images, this.n, this.#tiles(this.n));
  }

  destroy() {
    this.watcher.disconnect();
  }

  #arrange({ width, height }) {
    const wider = width !== this.width;
    Object.assign(this, { width, height });
    if (!this.images) {
      if (wider) this.#keepRoom(columnsOf(this.room, width || 1, this.least));
      return;
    }
    const columns = columnsOf(this.n, width || 1, this.least);
    if (columns === this.columns) this.place(this.at ?? null);
    else {
      this.columns = columns;
      this.#draw();
    }
    if (wider) this.onArrange();
  }

  /** Be as high as the pictures that are to come will be. */
  #keepRoom(columns) {
    const [wide, high] = sheetSize(this.room, this.#tiles(columns));
    this.canvas.style.aspectRatio = `${wide} / ${high}`;
  }

  #draw() {
    this.#keepRoom(this.columns);
    paintTiles(this.canvas, this.view, this.images, this.n, this.#tiles(this.columns));
    const [whole] = sheetSize(this.most, this.#tiles(this.most));
    this.canvas.style.width = this.n === 1 ? `${(100 * this.tile[0]) / whole}%` : ""; // alone it is as large as it was among others
    this.marker.style.height = `${100 / Math.ceil(this.n / this.columns)}%`;
    this.place(this.at ?? null);
    this.element.dataset.columns = String(this.columns);
    this.canvas.dataset.n = String(this.n);
    this.canvas.setAttribute("aria-label", `${this.label}: ${this.n} ${drawnAs(this.view).nouns}`);
    this.canvas.dispatchEvent(new CustomEvent("painted"));
  }

  #tiles(columns) {
    return { tile: this.tile, columns, gap: GAP };
  }

  // The hand.

  #listen() {
    const { canvas } = this;
    let held = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      held = { pointer: event.pointerId, from: event.clientX, box: canvas.getBoundingClientRect(), far: false };
    });
    canvas.addEventListener("pointermove", ({ pointerId, clientX }) => {
      if (!held || pointerId !== held.pointer || !this.onScrub || this.columns < this.n) return; // in one row only
      const begins = !held.far && Math.abs(clientX - held.from) >= CLEAR;
      if (begins) canvas.setPointerCapture(pointerId);
      held.far ||= begins;
      if (held.far) this.onScrub(this.#standingAt(clientX, held.box), begins);
    });
    canvas.addEventListener("click", (event) => {
      if (!held?.far) this.#pick(event, held?.box ?? canvas.getBoundingClientRect());
      held = null;
    });
    canvas.addEventListener("pointercancel", () => (held = null));
  }

  #standingAt(x, { left, width }) {
    return Math.min(1, Math.max(0, (((x - left) / width) * this.n - 0.5) / Math.max(1, this.n - 1)));
  }

  #pick(event, { left, top, width, height }) {
    const [column, row] = [((event.clientX - left) / width) * this.columns, ((event.clientY - top) / height) * Math.ceil(this.n / this.columns)];
    const picture = Math.floor(row) * this.columns + Math.floor(column);
    if (picture >= 0 && picture < this.n) this.onPick(this.places[picture]);
  }
}
