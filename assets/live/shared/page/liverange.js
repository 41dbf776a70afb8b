/**
 * A slider whose value is told with every movement of the hand, before the browser's next frame, and with nothing laid out for it.
 * @module
 */

import { h } from "./dom.js";
import { holdForTouch } from "./touch.js";

/** @typedef {{left: number, width: number, thumb: number}} Track where a slider lies, and how wide its thumb is: CSS pixels */

/**
 * The value of a slider whose thumb is drawn to `x`.
 * @param {number} x
 * @param {Track} track
 * @param {{min: number, max: number, step: number}} range
 */
export function valueOn(x, { left, width, thumb }, { min, max, step }) {
  const share = Math.min(1, Math.max(0, (x - left - thumb / 2) / (width - thumb)));
  return min + Math.round((share * (max - min)) / step) * step;
}

export class LiveRange {
  /**
   * @param {object} options
   * @param {string} options.role
   * @param {string} options.label
   * @param {number} options.min
   * @param {number} options.max
   * @param {number} options.step the finest that a hand sets
   * @param {number} options.arrow the step of an arrow key
   * @param {number} [options.finest] the same with Shift: a fifth of it, where nothing is said
   * @param {() => void} options.onGrab before a movement
   * @param {(value: number) => void} options.onMove while it moves
   * @param {(value: number, by: number) => number} [options.page] where Page Up and Page Down lead
   */
  constructor({ role, label, min, max, step, arrow, finest = arrow / 5, onGrab, onMove, page = (value, by) => value + 5 * by * arrow }) {
    Object.assign(this, { min, max, step, arrow, finest, onGrab, onMove, page });
    this.element = h("input", { type: "range", class: "range", "data-role": role, "aria-label": label, min, max, step, value: min });
    this.shown = min;
    this.held = false; // by a hand
    this.#listen();
  }

  get value() {
    return Number(this.element.value);
  }

  /**
   * Show a value. What is said of it waits until the hand has let go: nobody listens while it moves.
   * @param {number} value @param {() => string} words
   */
  show(value, words) {
    const { element, min, max } = this;
    if (this.value !== value) element.value = String(value);
    if (this.shown !== value) element.style.setProperty("--at", String((value - min) / (max - min)));
    this.shown = value;
    this.words = words;
    if (!this.held) this.#say();
  }

  #say() {
    const words = this.words?.();
    if (words !== undefined && this.said !== words) this.element.setAttribute("aria-valuetext", (this.said = words));
  }

  #listen() {
    const { element } = this;
    const move = (value) => this.onMove(Math.min(this.max, Math.max(this.min, value)));
    element.addEventListener("pointerdown", ({ pointerType }) => pointerType === "touch" || this.onGrab());
    const isHeld = holdForTouch(element, { grab: this.onGrab, tap: move });
    element.addEventListener("input", () => isHeld() || move(this.value));
    element.addEventListener("keydown", (event) => {
      const next = this.#byKey(event);
      if (next === null) return;
      event.preventDefault();
      if (!event.repeat) this.onGrab(); // a key held down is one movement
      move(next);
    });
    this.#listenRaw(move);
  }

  /**
   * Under a mouse the slider is moved here and not by the browser. `input` waits for the next frame; told at once, the picture is
   * there when that frame moves the thumb. And where the slider lies is asked once, as the hand takes it: the browser asks with each
   * movement, and lays the page out for the answer.
   */
  #listenRaw(move) {
    const { element } = this;
    /** @type {Track | null} */
    let track = null;
    const stale = () => (track = null);
    const follow = ({ buttons, clientX }) => {
      this.dragged &&= (buttons & 1) === 1;
      if (this.dragged) move(valueOn(clientX, (track ??= this.#track()), this));
    };
    const letGo = () => {
      this.held = this.dragged = false;
      for (const name of ["scroll", "resize"]) removeEventListener(name, stale, true);
      this.#say();
    };
    element.addEventListener("pointerdown", (event) => {
      this.held = true;
      this.dragged = event.button === 0 && event.pointerType === "mouse" && !element.disabled;
      track = this.#track();
      for (const name of ["scroll", "resize"]) addEventListener(name, stale, true); // it lies elsewhere then
      if (!this.dragged) return;
      element.setPointerCapture(event.pointerId);
      follow(event);
    });
    element.addEventListener("mousedown", (event) => {
      if (!this.dragged) return;
      event.preventDefault();
      element.focus({ preventScroll: true });
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(name, letGo);
    // Where the browser does not send raw movements (Firefox, Safari, plain http), the others do it.
    for (const name of ["pointerrawupdate", "pointermove"]) element.addEventListener(name, follow);
  }

  /** @returns {Track} */
  #track() {
    const { left, width } = this.element.getBoundingClientRect();
    return { left, width, thumb: Number.parseFloat(getComputedStyle(this.element).getPropertyValue("--thumb")) };
  }

  #byKey({ key, shiftKey, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) return null;
    const step = shiftKey ? this.finest : this.arrow;
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
    if (by) return this.value + by * step;
    if (key === "Home" || key === "End") return key === "Home" ? this.min : this.max;
    if (key === "PageUp" || key === "PageDown") return this.page(this.value, key === "PageUp" ? 1 : -1);
    return null;
  }
}
