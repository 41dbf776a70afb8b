/**
 * A slider whose value is told with every movement of the hand, before the browser's next frame.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { valueAt } from "../../shared/space/sliders.js";
import { holdForTouch } from "../../shared/page/touch.js";

export class LiveRange {
  /**
   * @param {object} options
   * @param {string} options.role
   * @param {string} options.label
   * @param {number} options.min
   * @param {number} options.max
   * @param {number} options.step the finest that a hand sets
   * @param {number} options.arrow the step of an arrow key; with Shift a fifth of it
   * @param {() => void} options.onGrab before a movement
   * @param {(value: number) => void} options.onMove while it moves
   * @param {(value: number, by: number) => number} [options.page] where Page Up and Page Down lead
   */
  constructor({ role, label, min, max, step, arrow, onGrab, onMove, page = (value, by) => value + 5 * by * arrow }) {
    Object.assign(this, { min, max, arrow, onGrab, onMove, page });
    this.element = h("input", { type: "range", class: "range", "data-role": role, "aria-label": label, min, max, step, value: min });
    this.#listen();
  }

  get value() {
    return Number(this.element.value);
  }

  /** Show a value, and say it. @param {number} value @param {string} words */
  show(value, words) {
    if (this.value !== value) this.element.value = String(value);
    this.element.style.setProperty("--at", String((value - this.min) / (this.max - this.min)));
    if (this.said !== words) this.element.setAttribute("aria-valuetext", (this.said = words));
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
    // `input` waits for the next frame; asked for now, the picture is there when that frame moves the thumb.
    let [dragged, thumb] = [false, 0];
    element.addEventListener("pointerdown", (event) => {
      dragged = event.button === 0 && event.pointerType === "mouse";
      thumb = Number.parseFloat(getComputedStyle(element).getPropertyValue("--thumb"));
    });
    element.addEventListener("pointerrawupdate", (event) => {
      dragged &&= (event.buttons & 1) === 1;
      if (dragged) move(valueAt(event.clientX, element, thumb));
    });
  }

  #byKey({ key, shiftKey, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) return null;
    const step = shiftKey ? this.arrow / 5 : this.arrow;
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
    if (by) return this.value + by * step;
    if (key === "Home" || key === "End") return key === "Home" ? this.min : this.max;
    if (key === "PageUp" || key === "PageDown") return this.page(this.value, key === "PageUp" ? 1 : -1);
    return null;
  }
}
