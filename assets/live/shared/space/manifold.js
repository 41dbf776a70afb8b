/**
 * The manifold grid of a 2-D latent space: what the model draws at each place of the plane, in equal shares of the
 * prior. The pointer on it sets the code. Kingma & Welling 2013, arXiv 1312.6114, figure 4.
 * @module
 */

import { h } from "../page/dom.js";
import { NORMAL, codeAt, fromTheMiddle, gridCodes, isOffGrid, placeOnGrid, rowsAtOnce, settle } from "./geometry.js";
import { bytesOf } from "../views/view.js";

export const CELLS = 20;
const AT_ONCE = 80; // pictures a request: the first appear after one decode, and a moving hand never waits for more
const TILE = 40; // pixels: larger pictures are drawn smaller here
const ARROW = 0.1;
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

/** The code that a key leads to from `z`, or null where it is none of the map's keys. */
export function byKey(key, z, fine, limit, rulers = [NORMAL, NORMAL]) {
  if (key === "Home" || key === "End") return [codeAt(key === "Home" ? 0 : 1, 0.5, rulers)[0], z[1]];
  const step = STEPS[key];
  return step ? z.map((value, i) => settle(value + step[i] * (fine ? ARROW / 10 : ARROW), limit)) : null;
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
   */
  constructor({ onMove, onGrab = () => {}, onRelease = () => {}, onPick = () => {}, hover = false, limit, rulers = [NORMAL, NORMAL] }) {
    this.options = { onMove, onGrab, onRelease, onPick, hover, limit };
    this.rulers = rulers;
    this.z = [0, 0];
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
    this.tile = [Math.round(view.width * scale), Math.round(view.height * scale)];
    Object.assign(this.canvas, { width: CELLS * this.tile[0], height: CELLS * this.tile[1] });
    this.canvas.style.aspectRatio = `${this.canvas.width} / ${this.canvas.height}`;
    this.again = () => {
      delete this.canvas.dataset.complete;
      this.#ask(socket, model, view, fromTheMiddle(CELLS));
    };
    this.again();
  }

  /** Put the marker where a code lies. */
  place(z) {
    this.z = z;
    const [x, y] = placeOnGrid(z, this.rulers);
    this.marker.style.left = `${100 * x}%`;
    this.marker.style.top = `${100 * y}%`;
    this.marker.classList.toggle("outside", isOffGrid(z, this.rulers));
  }

  #ask(socket, model, view, cells) {
    const now = cells.slice(0, rowsAtOnce(bytesOf(view), AT_ONCE));
    socket.ask("grid", {
      op: "decode",
      model,
      shape: [now.length, 2],
      payload: gridCodes(CELLS, now, this.rulers),
      onAnswer: ({ array }) => {
        if (this.model !== model) return;
        requestAnimationFrame(() => this.model === model && this.#draw(array, view, now));
        const rest = cells.slice(now.length);
        if (rest.length) this.#ask(socket, model, view, rest);
      },
    });
  }

  #draw(array, view, cells) {
    const context = this.canvas.getContext("2d");
    const [width, height] = this.tile;
    cells.forEach((cell, i) => {
      view.tile(context, array, i, (cell % CELLS) * width, Math.floor(cell / CELLS) * height, width, height);
    });
    this.drawn = (cells[0] === fromTheMiddle(CELLS)[0] ? 0 : this.drawn) + cells.length;
    if (this.drawn === CELLS * CELLS) this.canvas.dataset.complete = "true";
  }

  #listen() {
    const { element } = this;
    const { onMove, onGrab, onRelease, onPick, hover } = this.options;
    const follow = (event) => {
      const box = this.canvas.getBoundingClientRect();
      const z = codeAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, this.rulers);
      this.place(z);
      onMove(z);
    };
    let held = null; // where the pointer went down
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held = event;
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
    const { onMove, onGrab, onRelease, onPick, limit } = this.options;
    element.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Enter") onPick();
      const z = byKey(event.key, this.z, event.shiftKey, limit, this.rulers);
      if (!z) return;
      event.preventDefault();
      if (!event.repeat) onGrab(); // a key held down is one movement
      this.place(z);
      onMove(z);
    });
    element.addEventListener("keyup", (event) => byKey(event.key, this.z, false) && onRelease());
  }
}
