/**
 * The panel that says what is under the pointer: its picture, where it lies, its code.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { nameOf } from "../shared/words/names.js";
import { labelled } from "../shared/views/view.js";
import { mark, write } from "./write.js";

const MOST = 16; // coordinates written out

export class Here {
  /** @param {import("../shared/views/view.js").View} view @param {number} dims @param {() => void} onPin */
  constructor(view, dims, onPin) {
    Object.assign(this, { view, dims, label: "", images: null });
    this.picture = h("canvas", { "data-role": "picture", role: "img", class: "pixels", width: 1, height: 1 });
    this.original = h("canvas", { "data-role": "original", role: "img", class: "pixels", width: 1, height: 1 });
    this.originalFigure = h("figure", { hidden: true }, this.original, h("figcaption", {}, `Original ${view.words.noun}`));
    this.pictureCaption = h("figcaption", {}, "Decoded");
    this.title = h("h2", { "data-role": "here-title" }, "\u00a0");
    this.lines = h("p", { class: "fine", "data-role": "here" });
    this.code = h("dl", { class: "code unknown", "data-role": "code" });
    this.pin = iconButton("pin", { "data-role": "pin-here", title: "Pin this place. On the map: a click, or Enter", onclick: onPin }, h("span", {}, "Pin"));
    this.element = h(
      "section",
      { class: "here" },
      h("div", { class: "here-pictures" }, this.originalFigure, h("figure", {}, this.picture, this.pictureCaption)),
      h("div", { class: "here-words" }, this.title, this.lines, this.pin),
      this.code,
    );
  }

  /** Say what is looked at. @param {{title: string, lines: string[], far?: boolean, code?: number[] | null, label?: string}} what */
  say({ title, lines, far = false, code = null, label = "" }) {
    write(this.title, title);
    const said = lines.filter(Boolean);
    if (said.join("\n") !== this.said) this.lines.replaceChildren(...said.flatMap((line, i) => (i ? [h("br"), line] : [line])));
    this.said = said.join("\n");
    this.element.classList.toggle("far", far);
    this.code.classList.toggle("unknown", !code); // its place stays, so that nothing below it moves
    if (code || !this.code.children.length) this.#writeCode(code ?? Array(this.dims).fill(0));
    if (label) this.label = label;
    this.#speak();
  }

  paint(images) {
    this.images = images;
    this.view.paint(this.picture, images);
    if (!this.view.pixels) this.#speak(); // what words say of it has changed with it
  }

  /** @param {any} images null where there are none @param {boolean} [isPoint] whether a point is looked at, or a place */
  paintOriginal(images, label = "", isPoint = Boolean(label)) {
    if (this.originalFigure.hidden === Boolean(images)) this.originalFigure.hidden = !images;
    write(this.pictureCaption, images || isPoint ? "Reconstruction" : "Decoded");
    if (!images) return;
    this.view.paint(this.original, images);
    mark(this.original, "aria-label", labelled(this.view, label, images));
  }

  #speak() {
    if (this.label) mark(this.picture, "aria-label", labelled(this.view, this.label, this.images));
  }

  #writeCode(code) {
    const values = code.slice(0, MOST).map((value, dim) => h("div", {}, h("dt", {}, nameOf(dim)), h("dd", {}, value.toFixed(2).replace("-", "−"))));
    const rest = code.length > MOST ? [h("div", {}, h("dt", {}, "and"), h("dd", {}, `${code.length - MOST} more`))] : [];
    this.code.replaceChildren(...values, ...rest);
  }
}
