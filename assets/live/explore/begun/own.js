/**
 * A pad to draw on what a search is to find, folded away until it is wanted; it takes pictures from outside too.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { Sketch } from "../../shared/views/sketch.js";

export class Own {
  /**
   * @param {object} options
   * @param {any} options.data
   * @param {import("../../shared/views/view.js").View} options.view of images
   * @param {(pixels: Uint8Array) => void} options.onPicture after each stroke
   */
  constructor({ data, view, onPicture }) {
    Object.assign(this, { data, view, onPicture });
    this.notice = h("p", { class: "fine", role: "status", "data-role": "pad-note" });
    const what = data.ground === "digit" ? "digit" : "picture";
    const summary = h("summary", {}, `${data.images ? "Or find" : "Find"} one of your own: draw a ${what}, or upload one`);
    this.element = h("details", { class: "own latent-map", ontoggle: () => this.element.open && this.#open() }, summary);
  }

  destroy() {
    this.sketch?.destroy();
  }

  #open() {
    if (this.sketch) return;
    const { data: { ground, base, model }, view } = this;
    const onPicture = (pixels, { final }) => {
      if (final && pixels?.some((value) => value > 0)) this.onPicture(pixels.slice());
    };
    this.sketch = new Sketch({ view, ground, base, model, purpose: "to search for", onPicture, onSay: (sentence) => (this.notice.textContent = sentence) });
    this.element.append(this.sketch.element, this.notice);
  }
}
