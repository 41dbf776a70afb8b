/**
 * The traversal strip: what the dimension in hand does to the picture, from one end of its range to the other.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { along } from "../shared/space/geometry.js";
import { sheet } from "../shared/keeping/sheet.js";
import { walkOf } from "../shared/sliders/walk.js";
import { paintTiles, printedTiles, sheetSize } from "../shared/views/tiles.js";
import { drawnAs, tileOf } from "../shared/views/view.js";
import { moved } from "../shared/sliders/moved.js";

const TILE = 112; // pixels: pictures are drawn about this large, small ones in whole multiples of their size
const GAP = 4;
const FAR = 512; // steps: further than any strip is long
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -FAR, End: FAR };

/** The picture to go to from a value by a key: the next in its direction, or the first or the last. */
export function nextIn(values, value, step) {
  const next = step > 0 ? values.findIndex((other) => other > value) : values.findLastIndex((other) => other < value);
  if (next < 0) return step > 0 ? values.length - 1 : 0;
  return Math.min(values.length - 1, Math.max(0, next + step - Math.sign(step)));
}

export class Strip {
  /** @param {{onPick: (z: number[]) => void}} options of the code that is picked */
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

  /** Take another dimension, or the choice that it is of. @param {import("../shared/views/view.js").View} view @param {string[]} [names] of the dimensions */
  hold(dim, latent, view, names) {
    const { name, says, values, ticks } = (this.walk = walkOf(dim, latent, names));
    this.value = NaN;
    this.view = view;
    this.tiles = { tile: tileOf(view, TILE), columns: values.length, gap: GAP };
    this.canvas.style.aspectRatio = sheetSize(values.length, this.tiles).join(" / "); // before there is anything on it
    this.element.style.setProperty("--pictures", String(values.length));
    this.title.replaceChildren(h("span", {}, "Along ", h("b", {}, name)), h("small", {}, says));
    this.film.setAttribute("aria-label", `Strip of ${values.length} ${drawnAs(view).nouns} along ${name}`);
    this.film.setAttribute("aria-valuemin", String(values[0]));
    this.film.setAttribute("aria-valuemax", String(values.at(-1)));
    this.ticks.classList.toggle("dense", ticks.length > 6);
    this.ticks.replaceChildren(...ticks.map((text) => h("span", {}, text)));
  }

  /** Say whether the strips around two codes are the same. @param {number[]} a @param {number[]} b */
  isSame(a, b) {
    return a.every((value, dim) => value === b[dim] || this.walk.within(dim));
  }

  /** The request that fills the strip around a code. */
  request(model, z) {
    const { walk } = this;
    return {
      op: "decode",
      model,
      shape: [walk.values.length, z.length],
      payload: walk.codes(z),
      onAnswer: ({ array }) => walk === this.walk && requestAnimationFrame(() => walk === this.walk && this.#draw(array)),
    };
  }

  /** Mark where the code lies in it. */
  place(z) {
    const { values, at } = this.walk;
    this.z = z;
    const value = at(z);
    if (value === this.value) return;
    this.value = value;
    // The first picture's middle stands for the first value and the last one's for the last.
    const share = along([values[0], values.at(-1)], value);
    moved(this.marker, `translateX(${(100 * (0.5 + share * (values.length - 1))) / values.length}cqi)`);
    this.marker.classList.toggle("outside", value < values[0] || value > values.at(-1));
  }

  /** Say where it lies, to those who do not see it. */
  tell() {
    this.film.setAttribute("aria-valuenow", String(this.value));
    this.film.setAttribute("aria-valuetext", this.walk.text(this.value));
  }

  /** The strip with its axis, to be saved. */
  sheet(model) {
    const { name, values, ticks: texts } = this.walk;
    const n = values.length;
    const ticks = texts.map((text, i) => ({ at: (i + 0.5) / n, text }));
    const strip = this.array ? printedTiles(this.view, this.array, n, this.tiles) : this.canvas;
    return sheet(strip, { title: `${model}, along ${name}`, x: { name, ticks } });
  }

  #pick(number) {
    const { values, to } = this.walk;
    this.onPick(to(this.z, values[Math.min(values.length - 1, Math.max(0, number))]));
  }

  #listen() {
    this.canvas.addEventListener("click", (event) => {
      const box = this.canvas.getBoundingClientRect();
      this.#pick(Math.floor(((event.clientX - box.left) / box.width) * this.walk.values.length));
    });
    this.film.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#pick(nextIn(this.walk.values, this.value, step));
    });
  }

  #draw(array) {
    this.array = array;
    paintTiles(this.canvas, this.view, array, this.walk.values.length, this.tiles);
    this.canvas.dispatchEvent(new CustomEvent("painted"));
  }
}
