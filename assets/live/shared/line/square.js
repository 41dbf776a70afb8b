/**
 * A square that a hand moves in: its size and its box are known without asking the page while the hand moves.
 * @module
 */

import { h } from "../page/dom.js";
import { prepared } from "../draw/layers.js";
import { growthOf } from "../page/theme.js";
import { huesOf } from "./paint.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FINEST = 3; // pixels of the screen for one of the page
const FINER = 0.1; // of a step, with Shift

export class Square {
  /**
   * @param {object} options
   * @param {string} options.role of its canvas
   * @param {string} options.label what it is, for those who do not see it
   * @param {(x: number, y: number) => void} options.onPoint the pointer's place, from 0 to 1, x to the right and y upwards
   * @param {(steps: [number, number], repeated: boolean) => void} options.onStep arrow keys
   * @param {() => void} options.onRelease after a movement
   * @param {HTMLElement | null} [options.ground] what lies beneath
   */
  constructor({ role, label, onPoint, onStep, onRelease, ground = null }) {
    Object.assign(this, { onPoint, onStep, onRelease });
    this.side = 0; // CSS pixels
    this.grow = 1; // what is drawn is so much larger than on a desk, with the letters around it
    this.canvas = h("canvas", { "data-role": role, "aria-hidden": "true" });
    const spoken = { role: "application", "aria-roledescription": "two-dimensional slider", "aria-label": label };
    this.element = h("div", { class: "square", tabindex: "0", ...spoken }, ground, this.canvas);
    this.watch = new ResizeObserver(([{ contentRect }]) => {
      this.side = contentRect.width;
      this.grow = growthOf(this.element);
      this.paint?.();
    });
    this.watch.observe(this.element);
    this.#listen();
  }

  /** The hues of the symbols drawn on it. */
  get colours() {
    return (this.hues ??= huesOf(this.element));
  }

  /** Draw on it now, and whenever it has another size. @param {(context: CanvasRenderingContext2D, side: number) => void} paint */
  draws(paint) {
    this.paint = () => {
      if (!this.side) return;
      const side = this.side / this.grow;
      paint(prepared(this.canvas, { width: side, height: side }, Math.min(FINEST, devicePixelRatio) * this.grow), side);
    };
  }

  destroy() {
    this.watch.disconnect();
  }

  #listen() {
    const { element } = this;
    let box = null; // while it is held
    let last = null; // a move is told twice, at once and with the frame
    const point = ({ clientX, clientY, timeStamp }) => {
      if (last === timeStamp) return;
      last = timeStamp;
      this.onPoint((clientX - box.left) / box.width, 1 - (clientY - box.top) / box.height);
    };
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      box = element.getBoundingClientRect();
      this.hues = undefined; // the page may have other colours since
      element.setPointerCapture(event.pointerId);
      point(event);
    });
    // Asked for as soon as the hand moves, the picture is there with the next frame.
    for (const name of ["pointerrawupdate", "pointermove"]) element.addEventListener(name, (event) => box && point(event));
    for (const name of ["pointerup", "pointercancel"]) {
      element.addEventListener(name, () => {
        if (box) this.onRelease();
        box = null;
      });
    }
    element.addEventListener("keydown", (event) => {
      const steps = KEYS[event.key];
      if (!steps || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.onStep(/** @type {[number, number]} */ (steps.map((each) => each * (event.shiftKey ? FINER : 1))), event.repeat);
    });
    element.addEventListener("keyup", (event) => event.key in KEYS && this.onRelease());
  }
}
