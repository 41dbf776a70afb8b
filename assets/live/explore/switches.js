/**
 * What stands under the picture: whether the pixels are drawn too, and what lies beneath a curve.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { isDrawable, sayPixels } from "./pixels.js";

const label = (input, words, title) => h("label", { class: "check", title }, input, h("span", {}, words));

export class Switches {
  /**
   * @param {import("../shared/views/view.js").View} view
   * @param {import("./pixels.js").Likelihood} data
   * @param {{paint: () => void, draw: () => void, reseed: () => void}} on when the picture is to be drawn again, with draws of its
   *   code, with the same noise or with another
   */
  constructor(view, data, { paint, draw, reseed }) {
    const check = (attributes) => h("input", { type: "checkbox", ...attributes, onchange: paint });
    this.pixels = view.draws !== false && isDrawable(data) ? check({ role: "switch", "data-role": "pixels" }) : null;
    this.beneath = !view.over ? null : check({ checked: true, "data-layer": "beneath" });
    this.band = !view.pixels && !view.plane && data.scale ? check({ checked: true, "data-layer": "band" }) : null;
    const unsure = view.over?.draws && data.can.includes("spread");
    this.draws = unsure ? h("input", { type: "checkbox", "data-layer": "draws", onchange: draw }) : null;
    this.many = this.draws && label(this.draws, ...view.over.draws);
    this.original = this.beneath && label(this.beneath, ...view.over.choice);
    if (this.original) this.original.hidden = true;
    const drawn = view.words.elements;
    const others = { class: "quiet again", "data-role": "pixels-again", title: `Draw other ${drawn}`, "aria-label": `Draw other ${drawn}` };
    this.again = this.pixels && iconButton("dice", { ...others, onclick: reseed });
    const band = "Where the likelihood expects 95 % of the samples: two of its standard deviations to each side";
    this.element = h(
      "div",
      { class: "switches" },
      this.band && label(this.band, "± 2 σ", band),
      this.many,
      this.original,
      this.pixels && label(this.pixels, `Draw the ${drawn} too`, sayPixels(view, data)),
      this.again,
      this.pixels && h("p", { class: "fine" }, sayPixels(view, data)),
    );
  }

  /** Whether the code is one that the encoder gave, so that it might have been another. @param {boolean} is */
  offerDraws(is) {
    if (this.many) this.many.hidden = !is;
  }

  /** Whether the original is shown beneath a curve. @param {boolean} is there is one */
  offerOriginal(is) {
    if (this.original) this.original.hidden = !is;
  }
}
