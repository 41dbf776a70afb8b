/**
 * The manifold grid of a 2-D latent space: what the model draws at each place of the plane, in equal shares of the
 * prior. The pointer on it sets the code. Kingma & Welling 2013, arXiv 1312.6114, figure 4.
 * @module
 */

import { enlarge } from "../keeping/sheet.js";
import { h } from "../page/dom.js";
import { NORMAL, codeAt, fromTheMiddle, gridCodes, isOffGrid, placeOnGrid, rowsAtOnce, settle } from "./geometry.js";
import { paintTiles, printedTiles } from "../views/tiles.js";
import { bytesOf, tileOf } from "../views/view.js";

const CELLS = 20;
const FEWER = 12; // of what has no pixels of its own: lines cannot be told apart where they are as small as pictures
const AT_ONCE = 80; // pictures a request: the first appear after one decode, and a moving hand never waits for more
const TILE = 40; // pixels: larger pictures are drawn smaller here

/** How many cells the grid has along each side. @param {import("../views/view.js").View} view */
export const cellsOf = (view) => (view.pixels ? CELLS : FEWER);
const ARROWS = [0.1, 0.1];
const PAGE = 5; // arrows
const STEPS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, PAGE], PageDown: [0, -PAGE],
};
const CLICK = 5; // pixels: a hand that moved less has clicked

/**
 * The values written along an axis, and where on the grid they are: shares from the left, or from the top.
 * @param {import("./geometry.js").Ruler} ruler @returns {{value: number, x: number, y: number}[]}
 */
export const ticksOf = (ruler) => ruler.ticks.map((value) => ({ value, x: ruler.shareOf(value), y: 1 - ruler.shareOf(value) }));

/** The code that a key leads to from `z`, or null where it is none of the map's keys. @param {number[]} [arrows] how far one leads */
export function byKey(key, z, fine, limit, rulers = [NORMAL, NORMAL], arrows = ARROWS) {
  if (key === "Home" || key === "End") return [codeAt(key === "Home" ? 0 : 1, 0.5, rulers)[0], z[1]];
  const step = STEPS[key];
  return step ? z.map((value, i) => settle(value + step[i] * arrows[i] * (fine ? 0.1 : 1), limit)) : null;
}

export class Manifold {
  /**
   * @param {object} options
   * @param {(z: number[]) => void} options.onMove the code under the pointer, while it moves
   * @param {() => void} [options.onGrab] before a movement
   * @param {() => void} [options.onRelease] after it
   * @param {() => void} [options.onPick] after a click of the mouse, or Enter
   * @param {boolean} [options.hover] follow the pointer without a button held, and leave vertical swipes to the page
   * @param {number} [options.limit] how far the arrow keys lead
   * @param {import("./geometry.js").Ruler[]} [options.rulers] of its two axes
   * @param {number[]} [options.arrows] how far an arrow key leads along each
   * @param {number | null} [options.cells] along each side, in place of as many as suit the view
   */
  constructor({ onMove, onGrab = () => {}, onRelease = () => {}, onPick = () => {}, hover = false, limit, ...along }) {
    const { rulers = [NORMAL, NORMAL], arrows = ARROWS, cells = null } = along;
    this.options = { onMove, onGrab, onRelease, onPick, hover, limit, arrows };
    this.rulers = rulers;
    this.fixed = cells;
    this.z = [0, 0];
    this.ratio = 1; // its height in widths
    this.canvas = h("canvas", { "data-role": "grid", width: 1, height: 1, "aria-hidden": "true" });
    this.marker = h("span", { class: "marker" });
    this.element = h(
      "div",
      {
        class: hover ? "manifold hovers" : "manifold",
        tabindex: "0",
        role: "application",
        "aria-roledescription": "two-dimensional slider",
        "aria-label":
          "Map of the latent plane. Arrow keys move through it; Home and End go to its left and right edge, Page Up and Page Down take larger steps.",
      },
      this.canvas,
      this.marker,
    );
    this.#listen();
  }

  /**
   * Draw the grid of a model, from the middle outwards.
   * @param {import("../wire/socket.js").LiveSocket} socket
   * @param {string} model
   * @param {import("../views/view.js").View} view
   */
  load(socket, model, view) {
    if (this.model === model) return;
    this.model = model;
    const scale = Math.min(1, TILE / Math.max(view.width, view.height));
    const tile = /** @type {[number, number]} */ ([Math.round(view.width * scale), Math.round(view.height * scale)]);
    this.cells = this.fixed ?? cellsOf(view);
    this.tiles = { tile, columns: this.cells };
    Object.assign(this.canvas, { width: this.cells * tile[0], height: this.cells * tile[1] });
    this.canvas.style.aspectRatio = `${this.canvas.width} / ${this.canvas.height}`;
    this.ratio = this.canvas.height / this.canvas.width;
    this.placed = false;
    this.again = () => {
      delete this.canvas.dataset.complete;
      this.#ask(socket, model, view, fromTheMiddle(this.cells));
    };
    this.again();
  }

  /** The grid as it is to be saved, at least `least` pixels along its longer side. @param {number} least @returns {HTMLCanvasElement} */
  sheet(least) {
    const { view, all, cells, tiles } = this;
    if (!all) return enlarge(this.canvas, least);
    return printedTiles(view, all, cells * cells, { ...tiles, tile: tileOf(view, least / cells) });
  }

  /** Put the marker where a code lies. */
  place(z) {
    if (this.placed && z.every((value, i) => value === this.z[i])) return;
    this.z = z;
    this.placed = true;
    const [x, y] = placeOnGrid(z, this.rulers);
    // In shares of its width, whatever that is: moved so, it has nothing laid out anew.
    this.marker.style.translate = `${100 * x}cqi ${100 * y * this.ratio}cqi`;
    this.marker.classList.toggle("outside", isOffGrid(z, this.rulers));
  }

  #ask(socket, model, view, cells) {
    const now = cells.slice(0, rowsAtOnce(bytesOf(view), AT_ONCE));
    socket.ask("grid", {
      op: "decode",
      model,
      shape: [now.length, 2],
      payload: gridCodes(this.cells, now, this.rulers),
      onAnswer: ({ array }) => {
        if (this.model !== model) return;
        requestAnimationFrame(() => this.model === model && this.#draw(array, view, now));
        const rest = cells.slice(now.length);
        if (rest.length) this.#ask(socket, model, view, rest);
      },
    });
  }

  #draw(array, view, cells) {
    if (view.pixels) this.#drawPixels(array, view, cells);
    else this.#drawSharp(array, view, cells);
    this.drawn = (cells[0] === fromTheMiddle(this.cells)[0] ? 0 : this.drawn) + cells.length;
    if (this.drawn === this.cells ** 2) this.canvas.dataset.complete = "true";
  }

  #drawPixels(array, view, cells) {
    const context = this.canvas.getContext("2d");
    const [width, height] = this.tiles.tile;
    cells.forEach((cell, i) => {
      view.tile(context, array, i, (cell % this.cells) * width, Math.floor(cell / this.cells) * height, width, height);
    });
  }

  /** Cells that have not come yet hold no numbers, so that they have no lines. */
  #drawSharp(array, view, cells) {
    this.view = view;
    this.all ??= view.read(new ArrayBuffer(this.cells ** 2 * bytesOf(view))).fill(NaN);
    cells.forEach((cell, i) => this.all.set(array.subarray(i * view.size, (i + 1) * view.size), cell * view.size));
    paintTiles(this.canvas, view, this.all, this.cells ** 2, this.tiles);
  }

  #listen() {
    const { element } = this;
    const { onMove, onGrab, onRelease, onPick, hover } = this.options;
    let held = null; // where the pointer went down
    let box = null; // measured when the pointer comes down, and after the page was scrolled
    const measure = () => {
      box = this.canvas.getBoundingClientRect();
    };
    const follow = (event) => {
      if (!held) measure();
      const z = codeAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, this.rulers);
      this.place(z);
      onMove(z);
    };
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      measure();
      held = event;
      for (const moved of ["scroll", "resize"]) addEventListener(moved, measure, true);
      element.setPointerCapture(event.pointerId);
      onGrab();
      follow(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (held || (hover && event.pointerType === "mouse")) follow(event);
    });
    const release = () => {
      if (held) onRelease();
      held = null;
      for (const moved of ["scroll", "resize"]) removeEventListener(moved, measure, true);
    };
    element.addEventListener("pointerup", (event) => {
      const moved = held ? Math.hypot(event.clientX - held.clientX, event.clientY - held.clientY) : Infinity;
      release();
      if (moved < CLICK && event.pointerType === "mouse") onPick();
    });
    element.addEventListener("pointercancel", release);
    this.#listenKeys();
  }

  #listenKeys() {
    const { element } = this;
    const { onMove, onGrab, onRelease, onPick, limit, arrows } = this.options;
    element.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Enter") onPick();
      const z = byKey(event.key, this.z, event.shiftKey, limit, this.rulers, arrows);
      if (!z) return;
      event.preventDefault();
      if (!event.repeat) onGrab(); // a key held down is one movement
      this.place(z);
      onMove(z);
    });
    element.addEventListener("keyup", (event) => byKey(event.key, this.z, false) && onRelease());
  }
}
