/**
 * A drawing that is read at a place: the pointer or the arrow keys mark one along it, and a small tag says what is there.
 * @module
 */

import { h, setAttributes } from "./dom.js";

const FAR = 10; // steps with Shift
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** @typedef {{index: number, left: number, words: string}} Hover number of the sample, its place in CSS pixels, and what it is */

export class Pointing {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {object} on
   * @param {(x: number) => Hover | null} on.hoverOf what lies at so many CSS pixels from its left edge; null while there is nothing
   * @param {(sample: number) => Hover | null} on.hoverAt what a sample is
   * @param {(sample: number | undefined) => void} on.mark draw the mark at a sample, or none
   * @param {string} [element] what is read
   */
  constructor(canvas, on, element = "sample") {
    Object.assign(this, { canvas, on });
    /** @type {number | undefined} the sample that is marked */
    this.sample = undefined;
    this.element = h("span", { class: "pointed", hidden: true, "aria-live": "polite" });
    setAttributes(canvas, { tabindex: "0", "aria-description": `Arrow keys read it ${element} by ${element}, with Shift ten at a time.` });
    canvas.addEventListener("pointermove", ({ clientX }) => this.#show(on.hoverOf(clientX - canvas.getBoundingClientRect().left)));
    canvas.addEventListener("pointerdown", ({ clientX }) => this.#show(on.hoverOf(clientX - canvas.getBoundingClientRect().left)));
    canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || this.#show(null)); // a lifted finger leaves its mark
    canvas.addEventListener("blur", () => this.#show(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Say anew what is marked: the drawing is of something else now. */
  again() {
    if (this.sample !== undefined) this.#tell(this.on.hoverAt(this.sample));
  }

  /** Mark what another drawing of the same length is pointed at. @param {number | undefined} sample none: nothing is any more */
  join(sample) {
    this.sample = sample;
    this.#tell(sample === undefined ? null : this.on.hoverAt(sample));
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = KEYS[event.key];
    const end = { Home: 0, End: Infinity }[event.key];
    if (event.key === "Escape") this.#show(null);
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    this.#show(this.on.hoverAt(end ?? (this.sample ?? -1) + step * (event.shiftKey ? FAR : 1)));
  }

  #show(hover) {
    this.#tell(hover);
    if (this.sample === hover?.index) return;
    this.sample = hover?.index;
    this.on.mark(this.sample);
  }

  #tell(hover) {
    this.element.hidden = !hover;
    if (!hover) return;
    this.element.textContent = hover.words;
    const room = this.canvas.clientWidth - this.element.offsetWidth;
    this.element.style.left = `${Math.max(0, Math.min(room, hover.left - this.element.offsetWidth / 2))}px`;
  }
}

/**
 * Let a canvas be read, where its view can say what lies at a place of it.
 * @param {HTMLCanvasElement} canvas
 * @param {any} view
 * @param {{shown: () => any, mark: (sample: number | undefined) => void}} on the thing that is drawn; null before there is one
 * @returns {Pointing | null}
 */
export function pointingAt(canvas, view, { shown, mark }) {
  if (!view.hoverOf) return null;
  const on = {
    hoverOf: (x) => shown() && view.hoverOf(canvas, x, shown()),
    hoverAt: (sample) => shown() && view.hoverAt(canvas, sample, shown()),
    mark,
  };
  return new Pointing(canvas, on, view.words.element);
}
