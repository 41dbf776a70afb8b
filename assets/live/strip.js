/**
 * The traversal strip: what the dimension in hand does to the picture, from one end of its range to the other.
 * @module
 */

import { h, nameOf } from "./dom.js";
import { along, sliderRange, steps, traversal } from "./geometry.js";
import { paintTile } from "./pictures.js";

export const PICTURES = 11;
const TILE = 112; // pixels: pictures are drawn about this large, small ones in whole multiples of their size
const GAP = 4;

export class Strip {
  /** @param {{onPick: (dim: number, value: number) => void}} options */
  constructor({ onPick }) {
    this.onPick = onPick;
    this.canvas = h("canvas", { "data-role": "strip", role: "img", width: 1, height: 1 });
    this.marker = h("div", { class: "here" }, h("i"), h("i"));
    this.ticks = h("div", { class: "ticks", "aria-hidden": "true" });
    this.title = h("h2", {});
    this.element = h(
      "section",
      { class: "strip" },
      this.title,
      h("div", { class: "film" }, this.canvas, this.marker),
      this.ticks,
    );
    this.canvas.addEventListener("click", (event) => {
      const box = this.canvas.getBoundingClientRect();
      const picture = Math.floor(((event.clientX - box.left) / box.width) * PICTURES);
      this.onPick(this.dim, this.values[Math.min(PICTURES - 1, Math.max(0, picture))]);
    });
  }

  /** Take another model or another dimension. */
  hold(dim, range, shape) {
    this.dim = dim;
    this.range = sliderRange(range);
    this.values = steps(this.range, PICTURES);
    this.shape = shape;
    const scale = TILE / Math.max(shape[0], shape[1]);
    this.tile = [shape[1], shape[0]].map((side) => Math.round(side * (scale > 1 ? Math.floor(scale) : scale)));
    this.title.replaceChildren(
      h("span", {}, "Along ", h("b", {}, nameOf(dim))),
      h("small", {}, "the other dimensions stay where they are; a click goes there"),
    );
    this.canvas.setAttribute("aria-label", `${PICTURES} pictures along z${dim + 1}, from ${this.range[0]} to ${this.range[1]}.`);
    this.ticks.replaceChildren(...this.values.map((value) => h("span", {}, value.toFixed(1))));
  }

  /** The request that fills the strip around a code. */
  request(model, z) {
    const { dim } = this;
    return {
      op: "decode",
      model,
      shape: [PICTURES, z.length],
      payload: traversal(z, dim, this.values),
      onAnswer: ({ array }) => dim === this.dim && requestAnimationFrame(() => dim === this.dim && this.#draw(array)),
    };
  }

  /** Mark where the code lies in it. */
  place(z) {
    // The first picture's middle stands for the range's start and the last one's for its end.
    const place = (0.5 + along(this.range, z[this.dim]) * (PICTURES - 1)) / PICTURES;
    this.marker.style.left = `${100 * place}%`;
  }

  #draw(array) {
    const [width, height] = this.tile;
    const size = { width: PICTURES * (width + GAP) - GAP, height };
    if (this.canvas.width !== size.width || this.canvas.height !== size.height) Object.assign(this.canvas, size);
    const context = this.canvas.getContext("2d");
    for (let i = 0; i < PICTURES; i += 1) {
      paintTile(context, array, this.shape, i, i * (width + GAP), 0, width, height);
    }
    this.canvas.dispatchEvent(new CustomEvent("painted"));
  }
}
