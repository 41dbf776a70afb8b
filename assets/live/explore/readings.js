/**
 * Several ways to complete what is given, such as masks of one image: what draws from the prior make of it, and where they disagree.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { draw, seeded } from "../shared/space/normal.js";
import { colourOf, disagreement, heated } from "../shared/views/masks/colouring.js";
import { round } from "../shared/words/numbers.js";
import { labelled } from "../shared/views/view.js";

const DRAWS = 8;
const SEED = 1;

/** Codes drawn from the prior, the same each time. @returns {number[][]} */
export function codesOf(dims) {
  const random = seeded(SEED);
  return Array.from({ length: DRAWS }, () => draw(dims, random).map(round));
}

export class Readings {
  /**
   * @param {any} view of masks
   * @param {{model: string, can: string[], latent: {dims: number}}} data
   * @param {{onPick: (z: number[]) => void, onStyle: () => void}} on when a draw is chosen, and when colours are more or less opaque
   */
  constructor(view, data, { onPick, onStyle }) {
    Object.assign(this, { view, model: data.model, onStyle });
    this.codes = data.can.includes("complete") ? codesOf(data.latent.dims) : [];
    /** @type {Uint8Array | null} */
    this.drawn = null;
    this.scene = null;
    this.tiles = this.codes.map((z, i) => this.#tile(i, () => onPick(z)));
    this.heat = h("canvas", { class: "pixels", role: "img", "data-role": "disagreement" });
    const differ = h("figure", { class: "differ" }, this.heat, h("figcaption", {}, h("b", {}, "Where they disagree"), " the lighter, the more"));
    this.element = h(
      "section",
      { class: "readings", "data-role": "readings" },
      this.codes.length > 0 && h("h3", {}, `${DRAWS} draws for this image`),
      this.codes.length > 0 && h("div", { class: "drawn" }, ...this.tiles.map(({ button }) => button), differ),
      this.#legend(),
      view.note && h("p", { class: "fine", "data-role": "note" }, view.note),
    );
  }

  #tile(number, onclick) {
    const canvas = h("canvas", { class: "pixels", "aria-hidden": "true" });
    return { canvas, button: h("button", { type: "button", "data-reading": number, title: "Go to its code", onclick }, canvas) };
  }

  /** The colours of the parts, and how opaque they are. */
  #legend() {
    const { view } = this;
    const names = view.parts.map((name, i) => h("span", { class: "part" }, h("i", { style: `background: ${colourOf(i)}` }), name));
    const move = () => {
      view.style.opacity = Number(this.opacity.value) / 100;
      this.#paint();
      this.onStyle();
    };
    const value = Math.round(100 * view.style.opacity);
    this.opacity = h("input", { type: "range", min: 0, max: 100, step: 5, value, class: "range", "data-role": "opacity", oninput: move });
    return h("div", { class: "legend" }, ...names, h("label", {}, h("span", {}, "Opacity"), this.opacity));
  }

  /** Ask for the draws for an image, where they are not here yet: the request, or null. @param {any} scene what is told of it */
  request(scene) {
    if (!this.codes.length || this.scene === scene) return null;
    this.scene = scene;
    const onAnswer = ({ array }) => {
      if (this.scene !== scene) return;
      this.drawn = array;
      this.#paint();
    };
    const payload = Float32Array.from(this.codes.flat());
    return { op: "decode", model: this.model, shape: [DRAWS, this.codes[0].length], payload, onAnswer };
  }

  #paint() {
    const { drawn, view } = this;
    if (!drawn) return;
    this.tiles.forEach(({ canvas, button }, i) => {
      view.paint(canvas, drawn, i);
      button.setAttribute("aria-label", labelled(view, `Draw ${i + 1}`, drawn, i));
    });
    const shares = disagreement(drawn, view.shape, DRAWS);
    Object.assign(this.heat, { width: view.width, height: view.height });
    const pixels = /** @type {any} */ (heated(drawn, view.shape, shares));
    this.heat.getContext("2d").putImageData(new ImageData(pixels, view.width, view.height), 0, 0);
    const unsure = shares.filter((share) => share > 0).length;
    this.heat.setAttribute("aria-label", `Where the draws disagree: at ${unsure} of ${shares.length} pixels`);
    this.element.dataset.drawn = String(DRAWS);
  }
}
