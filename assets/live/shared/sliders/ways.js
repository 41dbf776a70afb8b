/**
 * The ways of one choice, side by side: a picture of where each leads; a click, a drag over them or a key chooses.
 * @module
 */

import { h } from "../page/dom.js";
import { wayOf } from "../space/chosen.js";
import { paintTiles } from "../views/tiles.js";
import { tileOf } from "../views/view.js";

const TILE = 56; // pixels: pictures are drawn about so large
const GAP = 2;

export class Ways {
  #shares = [];
  #held = false;

  /**
   * @param {object} options
   * @param {import("../space/chosen.js").Choice} options.choice
   * @param {string} options.title of the choice
   * @param {string} options.label of all its ways
   * @param {import("../views/view.js").View} options.view
   * @param {number} [options.columns] left out: all in one line
   * @param {string} [options.noun] what a way is called
   * @param {{grab: (dim: number) => void, choose: (choice: import("../space/chosen.js").Choice, way: number) => void, release: (dim: number) => void}} on
   */
  constructor({ choice, title, label, view, columns = choice[1] - choice[0], noun = "way" }, on) {
    Object.assign(this, { choice, title, view, columns, noun, on });
    const [first, end] = choice;
    /** @type {number | null} */
    this.way = null;
    /** @type {{z: number[], given: number | null} | null} around which its pictures are drawn */
    this.around = null;
    this.tiles = h("canvas", { class: "tiles", "data-tiles": first, width: 1, height: 1, "aria-hidden": "true" });
    this.ways = Array.from({ length: end - first }, (_, i) =>
      h("button", { type: "button", role: "radio", class: "way", "aria-checked": "false", tabindex: "-1", "data-way": i, "aria-label": this.#called(i) }),
    );
    this.element = h("div", { class: "ways", role: "radiogroup", "aria-label": label, style: `--ways: ${columns}` }, this.tiles, ...this.ways);
    this.#listen();
  }

  /** Show a code: only what has changed is written. @param {number[]} z */
  show(z) {
    const way = wayOf(z, this.choice);
    if (way !== this.way) this.#mark(way);
    this.ways.forEach((button, i) => {
      const share = z[this.choice[0] + i];
      if (this.#shares[i] !== share) button.style.setProperty("--share", String(Math.max(0, Math.min(1, (this.#shares[i] = share)))));
    });
  }

  /** Show how likely the encoder holds each way of a thing. @param {{mean: number[]} | null} belief */
  believe(belief) {
    this.ways.forEach((button, i) => {
      const share = belief?.mean[this.choice[0] + i] ?? 0;
      button.style.setProperty("--believed", String(share));
      const says = belief ? `, ${Math.round(100 * share)} % likely for what went in` : "";
      button.title = `${this.title}, ${this.noun} ${i + 1}${says}`;
    });
  }

  /** Whether its pictures are those around a code: the others of its choices stand as they did. */
  isFilled(z, given) {
    if (!this.around || this.around.given !== given) return false;
    const [first, end] = this.choice;
    return this.around.z.every((value, i) => (first <= i && i < end) || value === z[i]);
  }

  /** Draw its pictures. @param {any} array of one thing after the other */
  paint(array) {
    paintTiles(this.tiles, this.view, array, this.ways.length, { tile: tileOf(this.view, TILE), columns: this.columns, gap: GAP });
    this.tiles.dataset.filled = "true";
  }

  #called(i) {
    return `${this.noun[0].toUpperCase()}${this.noun.slice(1)} ${i + 1}`;
  }

  #mark(way) {
    this.ways.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === way));
      button.tabIndex = i === way ? 0 : -1;
    });
    this.way = way;
  }

  /** The way under the pointer. */
  #under({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const lines = Math.ceil(this.ways.length / this.columns);
    const at = (share, n) => Math.min(n - 1, Math.max(0, Math.floor(share * n)));
    return Math.min(this.ways.length - 1, at((clientY - top) / height, lines) * this.columns + at((clientX - left) / width, this.columns));
  }

  #go(way) {
    if (way !== this.way) this.on.choose(this.choice, way);
  }

  #listen() {
    const { on, element } = this;
    const [first] = this.choice;
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return; // a finger may want to scroll; a tap is a click
      this.#held = true;
      element.setPointerCapture(event.pointerId);
      on.grab(first);
      this.#go(this.#under(event));
    });
    element.addEventListener("pointermove", (event) => this.#held && this.#go(this.#under(event)));
    const end = () => {
      if (this.#held) on.release(first);
      this.#held = false;
    };
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
    this.ways.forEach((button, way) => {
      button.addEventListener("focus", () => this.#held || on.grab(first));
      button.addEventListener("click", (event) => {
        if (event.detail > 0 && event.pointerType !== "touch") return; // the pointer has chosen it already
        on.grab(first);
        this.#go(way);
        on.release(first);
      });
    });
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const n = this.ways.length;
    const line = this.columns < n ? this.columns : 1;
    const step = { ArrowLeft: -1, ArrowUp: -line, ArrowRight: 1, ArrowDown: line }[event.key];
    const ends = { Home: 0, End: n - 1 }[event.key];
    if ((step === undefined && ends === undefined) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const way = ends ?? ((this.way ?? 0) + step + n) % n;
    if (!event.repeat) this.on.grab(this.choice[0]);
    this.#go(way);
    this.on.release(this.choice[0]);
    requestAnimationFrame(() => this.ways[way].focus());
  }
}
