/**
 * Pictures along a path, in one row or in several, with the place where one stands marked on them.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { columnsOf, linkAt, shareOf } from "./path.js";
import { paintTiles, printedTiles } from "../../shared/views/tiles.js";
import { drawnAs, tileOf } from "../../shared/views/view.js";

const TILE = 112; // pixels: pictures are drawn about this large, small ones in whole multiples of their size
const GAP = 4;
const LEAST = 44; // CSS pixels that a picture is wide before there are more rows

export class PathStrip {
  /**
   * @param {object} options
   * @param {string} options.role
   * @param {string} options.label
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(at: number) => void} options.onPick
   * @param {() => void} [options.onArrange] after it has got other rows
   * @param {number} [options.least] CSS pixels that a picture is wide before there are more rows; 0 for one row always
   */
  constructor({ role, label, view, onPick, onArrange = () => {}, least = LEAST }) {
    Object.assign(this, { label, view, onPick, onArrange, least });
    this.tile = tileOf(view, TILE);
    this.canvas = h("canvas", { "data-role": role, role: "img", width: 11, height: 1, "aria-label": label });
    this.marker = h("i", { class: "here", hidden: true });
    this.element = h("div", { class: "path-film" }, this.canvas, this.marker);
    this.canvas.addEventListener("click", (event) => this.#pick(event));
    this.watcher = new ResizeObserver(() => this.#arrange());
    this.watcher.observe(this.element);
    this.n = 0;
    this.columns = 0;
  }

  /**
   * Show these pictures.
   * @param {any} images one after the other
   * @param {number} n
   * @param {number[]} [places] of the path that they show, rising; even ones where they are not given
   */
  show(images, n, places = Array.from({ length: n }, (_, i) => shareOf(i, n))) {
    Object.assign(this, { images, n, places });
    this.columns = columnsOf(n, this.element.clientWidth || 1, this.least);
    this.#draw();
  }

  /** Mark a place, or none. @param {number | null} at */
  place(at) {
    this.at = at;
    this.marker.hidden = at === null || !this.n;
    if (this.marker.hidden) return;
    const { columns, n } = this;
    const rows = Math.ceil(n / columns);
    const { low, share } = linkAt(this.places, at);
    const step = low + share;
    const row = Math.min(rows - 1, Math.floor((step + 0.5) / columns));
    const across = Math.min(columns - 0.5, Math.max(0, step - row * columns + 0.5));
    Object.assign(this.marker.style, { left: `${(100 * across) / columns}%`, top: `${(100 * row) / rows}%`, height: `${100 / rows}%` });
  }

  /** The strip in one row, to be saved. @returns {HTMLCanvasElement} */
  sheet() {
    return printedTiles(this.view, this.images, this.n, this.#tiles(this.n));
  }

  destroy() {
    this.watcher.disconnect();
  }

  #arrange() {
    const columns = columnsOf(this.n, this.element.clientWidth || 1, this.least);
    if (!this.images || columns === this.columns) return;
    this.columns = columns;
    this.#draw();
    this.onArrange();
  }

  #draw() {
    paintTiles(this.canvas, this.view, this.images, this.n, this.#tiles(this.columns));
    this.place(this.at ?? null);
    this.element.dataset.columns = String(this.columns);
    this.canvas.dataset.n = String(this.n);
    this.canvas.setAttribute("aria-label", `${this.label}: ${this.n} ${drawnAs(this.view).nouns}`);
    this.canvas.dispatchEvent(new CustomEvent("painted"));
  }

  #tiles(columns) {
    return { tile: this.tile, columns, gap: GAP };
  }

  #pick(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [column, row] = [((event.clientX - left) / width) * this.columns, ((event.clientY - top) / height) * Math.ceil(this.n / this.columns)];
    const picture = Math.floor(row) * this.columns + Math.floor(column);
    if (picture >= 0 && picture < this.n) this.onPick(this.places[picture]);
  }
}
