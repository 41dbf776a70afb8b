/**
 * A drawing of vectors that fills its place: its letters are as large as those around it, and it is drawn once a frame at most.
 * @module
 */

import { h, setAttributes } from "../../shared/page/dom.js";
import { Beat, stalled } from "./beat.js";

const SPACE = "http://www.w3.org/2000/svg";

/** Make an element of a drawing. @returns {SVGElement} */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A line through points, as a path. @param {ArrayLike<number>[]} points */
export const pathOf = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** Whether nothing should move: the visitor asked for it, or there are no frames to move in. */
export const calm = () => stalled() || matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @typedef {{width: number, height: number, em: number, narrow: boolean}} Size in CSS pixels; em: a letter's height */

const NARROW = 36; // em

export class Figure {
  /**
   * @param {object} how
   * @param {(size: Size) => (SVGElement | false)[]} how.draw
   * @param {(size: {width: number, em: number, narrow: boolean}) => number} how.heightOf
   * @param {(x: number, y: number) => void} [how.point] where a mouse or a finger is on it, pixels
   */
  constructor({ draw, heightOf, point }) {
    Object.assign(this, { draw, heightOf });
    this.svg = s("svg", { role: "img", "aria-label": "…", "data-role": "figure" });
    if (point) for (const name of ["pointermove", "pointerdown"]) this.svg.addEventListener(name, (event) => this.#point(event, point));
    this.element = h("div", { class: "figure" }, this.svg);
    this.width = 0;
    this.beat = new Beat(() => this.#paint());
    this.watch = new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width === this.width) return;
      this.width = contentRect.width;
      this.refresh();
    });
    this.watch.observe(this.element);
  }

  /** Draw again with the next frame. */
  refresh() {
    this.beat.ask();
  }

  /** What the drawing shows, for those who do not see it. */
  say(words) {
    if (this.svg.getAttribute("aria-label") !== words) this.svg.setAttribute("aria-label", words);
  }

  destroy() {
    this.beat.stop();
    this.watch.disconnect();
  }

  /** Its pixels are the window's: the drawing is as wide as its place. */
  #point({ clientX, clientY }, point) {
    const { left, top } = this.svg.getBoundingClientRect();
    point(clientX - left, clientY - top);
  }

  #paint() {
    if (!this.width) return;
    const em = Number.parseFloat(getComputedStyle(this.element).fontSize);
    const narrow = this.width < NARROW * em;
    const height = this.heightOf({ width: this.width, em, narrow });
    setAttributes(this.svg, { viewBox: `0 0 ${this.width} ${height}`, width: this.width, height });
    this.svg.replaceChildren(...this.draw({ width: this.width, height, em, narrow }).filter((each) => each !== false));
    this.svg.dataset.drawn = "true";
  }
}
