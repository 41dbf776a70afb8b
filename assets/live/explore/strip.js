/**
 * The traversal strip: what the dimension in hand does to the picture, from one end of its range to the other.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { signed } from "../shared/words/numbers.js";
import { calledInFull } from "../shared/space/slidername.js";
import { along, roundSteps, sliderRange, tick, traversal } from "../shared/space/geometry.js";
import { sheet } from "../shared/keeping/sheet.js";
import { paintTiles, printedTiles, sheetSize } from "../shared/views/tiles.js";
import { drawnAs, tileOf } from "../shared/views/view.js";

export const PICTURES = 11;
const TILE = 112; // pixels: pictures are drawn about this large, small ones in whole multiples of their size
const GAP = 4;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -PICTURES, End: PICTURES };

/** The picture to go to from a value by a key: the next in its direction, or the first or the last. */
export function nextIn(values, value, step) {
  const next = step > 0 ? values.findIndex((other) => other > value) : values.findLastIndex((other) => other < value);
  if (next < 0) return step > 0 ? values.length - 1 : 0;
  return Math.min(values.length - 1, Math.max(0, next + step - Math.sign(step)));
}

export class Strip {
  /** @param {{onPick: (dim: number, value: number) => void}} options */
  constructor({ onPick }) {
    this.onPick = onPick;
    this.canvas = h("canvas", { "data-role": "strip", role: "presentation", width: 1, height: 1 });
    this.marker = h("div", { class: "here" }, h("i"), h("i"));
    this.ticks = h("div", { class: "ticks", "aria-hidden": "true" });
    this.title = h("h2", {});
    this.film = h("div", { class: "film", role: "slider", tabindex: "0" }, this.canvas, this.marker);
    this.element = h("section", { class: "strip" }, this.title, this.film, this.ticks);
    this.#listen();
  }

  /** Take another model or another dimension. @param {import("../shared/views/view.js").View} view @param {string[]} [names] of the dimensions */
  hold(dim, { range, dead, limit }, view, names) {
    this.dim = dim;
    this.name = calledInFull(names, dim);
    this.value = NaN;
    this.values = roundSteps(sliderRange(range[dim], limit), PICTURES, limit);
    this.view = view;
    this.tiles = { tile: tileOf(view, TILE), columns: PICTURES, gap: GAP };
    this.canvas.style.aspectRatio = sheetSize(PICTURES, this.tiles).join(" / "); // before there is anything on it
    const says = dead[dim]
      ? "nothing changes: this dimension is dead"
      : "the other dimensions stay where they are; a click goes there";
    this.title.replaceChildren(h("span", {}, "Along ", h("b", {}, this.name)), h("small", {}, says));
    this.film.setAttribute("aria-label", `Strip of ${PICTURES} ${drawnAs(view).nouns} along ${this.name}`);
    this.film.setAttribute("aria-valuemin", String(this.values[0]));
    this.film.setAttribute("aria-valuemax", String(this.values.at(-1)));
    this.ticks.replaceChildren(...this.values.map((value) => h("span", {}, tick(value))));
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
    if (z[this.dim] === this.value) return;
    this.value = z[this.dim];
    // The first picture's middle stands for the first value and the last one's for the last.
    const share = along([this.values[0], this.values.at(-1)], this.value);
    this.marker.style.translate = `${(100 * (0.5 + share * (PICTURES - 1))) / PICTURES}cqi`; // which moves it without laying out the page
    this.marker.classList.toggle("outside", this.value < this.values[0] || this.value > this.values.at(-1));
  }

  /** Say where it lies, to those who do not see it. */
  tell() {
    this.film.setAttribute("aria-valuenow", String(this.value));
    this.film.setAttribute("aria-valuetext", `${this.name} = ${signed(this.value)}`);
  }

  /** The strip with its axis, to be saved. */
  sheet(model) {
    const ticks = this.values.map((value, i) => ({ at: (i + 0.5) / PICTURES, text: tick(value) }));
    const strip = this.array ? printedTiles(this.view, this.array, PICTURES, this.tiles) : this.canvas;
    return sheet(strip, { title: `${model}, along ${this.name}`, x: { name: this.name, ticks } });
  }

  #listen() {
    this.canvas.addEventListener("click", (event) => {
      const box = this.canvas.getBoundingClientRect();
      const picture = Math.floor(((event.clientX - box.left) / box.width) * PICTURES);
      this.onPick(this.dim, this.values[Math.min(PICTURES - 1, Math.max(0, picture))]);
    });
    this.film.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.onPick(this.dim, this.values[nextIn(this.values, this.value, step)]);
    });
  }

  #draw(array) {
    this.array = array;
    paintTiles(this.canvas, this.view, array, PICTURES, this.tiles);
    this.canvas.dispatchEvent(new CustomEvent("painted"));
  }
}
