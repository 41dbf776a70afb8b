/**
 * What stands large side by side: the original, what is corrupted, and what restores it; each with its figures.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { pointingAt } from "../../shared/page/pointing.js";
import { labelled } from "../../shared/views/view.js";
import { blanked } from "./layers.js";

const FRAMES = /** @type {const} */ ([["original", "original"], ["corrupted", "corrupted"], ["restored", "picture"], ["beside", "beside"]]);

/** @typedef {"original" | "corrupted" | "restored" | "beside"} Which */

export class Stage {
  /** @param {import("../../shared/views/view.js").View} view */
  constructor(view) {
    this.view = view;
    /** @type {Record<string, any>} */
    this.figures = Object.fromEntries(FRAMES.map(([name, role]) => [name, this.#figure(name, role)]));
    this.element = h("div", { class: "frames" }, ...Object.values(this.figures).map(({ element }) => element));
    /** @type {number | undefined} the sample that is pointed at, on one of them */
    this.sample = undefined;
    for (const figure of Object.values(this.figures)) this.#letPoint(figure);
  }

  /** Show a thing in its place. @param {Which} which @param {any} array @param {number} index @param {any} [layers] */
  paint(which, array, index, layers) {
    const figure = this.figures[which];
    const { size } = this.view;
    figure.shown = { array: array.slice(index * size, (index + 1) * size), layers };
    this.#draw(figure);
    figure.pointing?.again();
  }

  /** Show what is corrupted, with what is lost left out where its view can do that. @param {Uint8Array | null} lost */
  paintCorrupted(array, lost) {
    const known = blanked(this.view, array.slice(0, this.view.size), lost);
    this.paint("corrupted", known, 0, lost ? { gaps: lost } : undefined);
  }

  /** Say what stands there. @param {Which} which @param {string} title @param {string} words */
  caption(which, title, words) {
    const figure = this.figures[which];
    figure.title.textContent = title;
    figure.words.textContent = words;
  }

  /** Say it for a screen reader. @param {Which} which @param {string} words */
  label(which, words) {
    const { canvas, shown } = this.figures[which];
    canvas.setAttribute("aria-label", labelled(this.view, words, shown?.array));
  }

  /**
   * Dim what is of something else, or leave its place empty.
   * @param {Which} which @param {import("../standing.js").Stand} stand @param {string} title @param {string} words
   */
  wait(which, stand, title, words) {
    const { element, canvas } = this.figures[which];
    element.dataset.standing = stand;
    if (stand === "now" || stand === "following") return;
    this.caption(which, title, words);
    canvas.setAttribute("aria-label", `${title}: ${words || "no picture yet"}`);
  }

  /** Whether the second model stands there too. @param {boolean} large */
  widen(large) {
    this.figures.beside.element.hidden = !large;
    this.element.classList.toggle("four", large);
  }

  #draw({ canvas, shown }) {
    if (shown) this.view.paint(canvas, shown.array, 0, this.sample === undefined ? shown.layers : { ...shown.layers, mark: this.sample });
  }

  /** What one drawing is pointed at is marked on all, and said on each. */
  #letPoint(figure) {
    const mark = (sample) => {
      this.sample = sample;
      for (const each of Object.values(this.figures)) {
        this.#draw(each);
        if (each !== figure && each.shown) each.pointing.join(sample);
      }
    };
    figure.pointing = pointingAt(figure.canvas, this.view, { shown: () => figure.shown?.array ?? null, mark });
    if (figure.pointing) figure.frame.append(figure.pointing.element);
  }

  #figure(name, role) {
    const canvas = h("canvas", { "data-role": role, role: "img", class: "pixels", width: this.view.width, height: this.view.height });
    const [title, words] = [h("b"), h("span", { "data-role": `${role}-figures` })];
    const frame = h("div", { class: "frame" }, canvas);
    return { canvas, title, words, frame, shown: null, pointing: null, element: h("figure", { class: name }, frame, h("figcaption", {}, title, words)) };
  }
}
