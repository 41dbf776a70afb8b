/**
 * Pictures to start from, ten at a time.
 * @module
 */

import { h, iconButton } from "../page/dom.js";
import { bytes } from "../wire/base64.js";
import { nameImage } from "../words/names.js";

const AT_ONCE = 10;

/**
 * @typedef {object} Start
 * @property {number} index its number in the data set
 * @property {string} label its class, or an empty string
 * @property {Uint8Array | Float32Array} pixels itself, [H, W, C] where it is an image
 * @property {string} [noun] what it is, where it is another thing than those to choose from
 * @property {boolean} [learnt] whether the model learnt it along with its weights: no address has a number for it
 * @property {number[] | null} z its code, where the picture itself is not at hand
 * @property {number[] | null} [factors] what it was drawn from, where that is known
 * @property {number[] | null} [spread] the standard deviations about that code, where the model says any
 */

/** The numbers of things that came with the page's data. @param {string} text base64 @param {import("./view.js").View} view */
export const numbersOf = (text, view) => view.read(bytes(text).buffer);

/** Read one picture that came with the page's data. @param {import("./view.js").View} view @returns {Start} */
export const readStart = (one, view) => ({ ...one, pixels: numbersOf(one.pixels, view) });

/** Read the pictures that came with the page's data. @param {import("./view.js").View} view @returns {Start[]} */
export function readStarts(images, view) {
  const { size } = view;
  const all = numbersOf(images.pixels, view);
  return images.index.map((index, i) => ({
    index,
    label: images.label[i],
    pixels: all.subarray(i * size, (i + 1) * size),
    z: images.codes ? images.codes[i] : null,
    spread: images.spreads ? images.spreads[i] : null,
    factors: images.factors ? images.factors[i] : null,
    ...(images.learnt ? { noun: images.noun, learnt: true } : {}),
  }));
}

export class Starts {
  /**
   * @param {any} images
   * @param {import("./view.js").View} view
   * @param {(start: Start) => void} onPick
   * @param {() => void} onDownload
   */
  constructor(images, view, onPick, onDownload) {
    this.starts = readStarts(images, view);
    this.learnt = Boolean(images.learnt);
    this.does = images.does ?? "Start from"; // or "Find"
    this.view = view;
    this.onPick = onPick;
    this.first = 0;
    this.film = h("div", { class: "thumbnails" });
    const more = iconButton("more", { "data-role": "more", onclick: () => this.#next() }, "Another ten");
    this.element = h(
      "section",
      { class: "starts" },
      h("h2", {}, h("span", {}, images.title), this.starts.length > AT_ONCE && more),
      this.film,
      images.sentence && h("p", { class: "fine" }, images.sentence),
      images.download &&
        iconButton("save", { "data-role": "download", onclick: onDownload }, images.download),
    );
    this.#show();
  }

  /** Mark the picture that was started from, where it is one of these. @param {{index: number | null, learnt?: boolean} | null} [start] */
  mark(start) {
    const index = start && Boolean(start.learnt) === this.learnt ? start.index : null;
    if (index === this.marked) return;
    this.marked = index;
    this.#mark();
  }

  #mark() {
    for (const button of this.film.children) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.image) === this.marked));
    }
  }

  #next() {
    this.first = this.first + AT_ONCE < this.starts.length ? this.first + AT_ONCE : 0;
    this.#show();
  }

  #show() {
    this.film.replaceChildren(...this.starts.slice(this.first, this.first + AT_ONCE).map((start) => this.#thumbnail(start)));
    this.#mark();
  }

  #thumbnail(start) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    this.view.paint(canvas, start.pixels);
    const name = nameImage(this.view.words.noun, start).filter(Boolean).join(", ");
    return h(
      "button",
      { type: "button", "data-image": start.index, title: `${this.does} ${name}`, "aria-label": `${this.does} ${name}`, onclick: () => this.onPick(start) },
      canvas,
    );
  }
}
