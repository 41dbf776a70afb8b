/**
 * A brush that draws a gap on a picture: with pointer, finger or keys.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { snap } from "./hole.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 2 / 63; // two of the places that an address can name

export class Brush {
  /**
   * @param {object} options
   * @param {HTMLElement} options.pad what is drawn on
   * @param {() => [number, number][][]} options.strokes those drawn so far
   * @param {(strokes: [number, number][][], begins: boolean) => void} options.onDraw
   * @param {(sentence: string) => void} options.onSay for screen readers
   */
  constructor({ pad, strokes, onDraw, onSay }) {
    Object.assign(this, { pad, strokes, onDraw, onSay });
    this.active = false;
    this.down = false;
    this.held = null; // the pointer that draws
    this.at = [0.5, 0.5];
    this.ring = h("i", { class: "ring", hidden: true });
    pad.append(this.ring);
    this.#listen();
  }

  /** Take the brush in hand, or put it away. @param {boolean} active @param {number} width as a share of the picture's */
  show(active, width) {
    if (active !== this.active) {
      this.active = active;
      this.#lift();
      this.ring.hidden = !active;
      this.pad.classList.toggle("brushes", active);
      for (const [name, value] of Object.entries({ tabindex: "0", role: "application", "aria-roledescription": "picture to draw on", "aria-label": WORDS })) {
        if (active) this.pad.setAttribute(name, value);
        else this.pad.removeAttribute(name);
      }
    }
    if (!active || width === this.width) return;
    this.width = width;
    Object.assign(this.ring.style, { width: `${100 * width}%`, left: `${100 * this.at[0]}%`, top: `${100 * this.at[1]}%` });
  }

  #begin() {
    this.down = true;
    this.ring.classList.add("down");
    this.onDraw([...this.strokes(), [this.at]], true);
  }

  #go(x, y) {
    const [lastX, lastY] = this.at;
    this.at = snap(x, y);
    Object.assign(this.ring.style, { left: `${100 * this.at[0]}%`, top: `${100 * this.at[1]}%` });
    if (!this.down || (lastX === this.at[0] && lastY === this.at[1])) return;
    const strokes = this.strokes();
    this.onDraw([...strokes.slice(0, -1), [...(strokes.at(-1) ?? []), this.at]], false);
  }

  #lift() {
    this.down = false;
    this.held = null;
    this.ring.classList.remove("down");
  }

  #place({ clientX, clientY }) {
    const { box } = this; // asked for as the pointer comes: not while it draws
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  #listen() {
    const { pad } = this;
    const measure = () => (this.box = pad.getBoundingClientRect());
    for (const name of ["pointerenter", "pointerdown", "wheel"]) pad.addEventListener(name, measure, { passive: true });
    pad.addEventListener("pointerdown", (event) => {
      if (!this.active || event.button !== 0 || this.held !== null) return;
      event.preventDefault();
      pad.focus({ preventScroll: true });
      this.#lift(); // the keys' brush
      pad.setPointerCapture(event.pointerId);
      this.held = event.pointerId;
      this.#go(...this.#place(event));
      this.#begin();
    });
    pad.addEventListener("pointermove", (event) => {
      if (!this.active || (this.held !== null ? event.pointerId !== this.held : this.down)) return;
      const between = this.held === null ? [] : (event.getCoalescedEvents?.() ?? []);
      for (const each of between.length ? between : [event]) this.#go(...this.#place(each));
    });
    for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, (event) => event.pointerId === this.held && this.#lift());
    pad.addEventListener("blur", () => this.held === null && this.#lift());
    pad.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    if (!this.active || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = KEYS[event.key];
    const space = event.key === " ";
    if (!step && !space && !(event.key === "Escape" && this.down)) return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.#go(this.at[0] + step[0] * STEP, this.at[1] + step[1] * STEP);
    else if (event.repeat) return;
    else if (this.down) {
      this.#lift();
      this.onSay("Brush up.");
    } else {
      this.#begin();
      this.onSay("Brush down.");
    }
  }
}

const WORDS = "Draw a gap on the picture. Arrow keys move the brush; Space puts it down or lifts it; Ctrl+Z undoes.";
