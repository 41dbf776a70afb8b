/**
 * What is chosen for images that a person brings: their size, their colours, how each is cut, what is black and white.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { choice, numberInput, option } from "../../shared/page/fields.js";
import { numberProblem } from "../problems.js";
import { saidWords } from "../said.js";

const SIDES = [28, 32, 64, 96]; // that are offered; others can be typed
const RANGE = /** @type {[number, number]} */ ([8, 256]);

/** @typedef {import("../words.js").Preview} Preview */

export class ImageFields {
  /**
   * @param {Preview} preview
   * @param {{look: () => void, limits: () => {side?: [number, number]} | null}} page limits: of the server, once it has said
   */
  constructor(preview, { look, limits }) {
    Object.assign(this, { look, limits });
    const { suggested, choices } = preview;
    this.elements = [this.#sizeField(suggested), this.#lookFields(suggested)];
    this.said = [this.#invertField(suggested), ...(choices?.values ? [this.#valuesField(choices.values, suggested)] : [])];
  }

  get choices() {
    const height = this.height.valueAsNumber;
    return {
      height,
      width: this.square ? height : this.width.valueAsNumber,
      colour: this.colour.value === "colour",
      fit: this.fit.value,
      invert: this.invert.value === "yes",
      values: this.values?.value ?? "",
    };
  }

  /** What is wrong with what is chosen. @returns {[HTMLInputElement, string][]} a sentence, or an empty string */
  problems() {
    const { height, width } = this.choices;
    const side = this.limits()?.side ?? RANGE;
    return [[this.height, numberProblem(height, side) || (this.square ? "" : numberProblem(width, side))]];
  }

  /** Show which of the sizes offered is chosen. */
  check() {
    const { height, width } = this.choices;
    for (const button of this.sides.children) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.side) === height && width === height));
    }
  }

  /** Follow what was found once more. @param {Preview} preview @param {boolean} anew in another size */
  found({ suggested }, anew) {
    if (!anew) return;
    const [before] = this.elements;
    this.elements[0] = this.#sizeField(suggested);
    before.replaceWith(this.elements[0]);
  }

  #sizeField({ height, width }) {
    this.square = height === width;
    const input = (value, label, role) =>
      numberInput({ value, min: "8", max: "256", "aria-label": label, "data-role": role, oninput: () => this.look() });
    this.height = input(height, this.square ? "Side, in pixels" : "Height, in pixels", "set-side");
    this.width = input(width, "Width, in pixels", "set-width");
    const pick = (side) => () => {
      this.height.value = this.width.value = String(side);
      this.look();
    };
    const offered = [...new Set(this.square ? [...SIDES, height] : SIDES)].sort((a, b) => a - b);
    this.sides = h(
      "span",
      { class: "sides" },
      ...offered.map((side) =>
        h("button", { type: "button", class: "quiet", "data-side": side, title: `${side} × ${side} pixels`, onclick: pick(side) }, String(side)),
      ),
    );
    const typed = this.square ? [this.height] : [this.width, h("span", {}, "×"), this.height];
    return choice(this.square ? "Side, in pixels" : "Width and height, in pixels", h("span", { class: "size" }, this.sides, ...typed));
  }

  #select(role, ...options) {
    return h("select", { "data-role": role, onchange: () => this.look() }, ...options);
  }

  #lookFields({ colour, fit }) {
    this.colour = this.#select("set-colour", option("grey", "Grey", !colour), option("colour", "Colour", colour));
    this.fit = this.#select("set-fit", option("crop", "Cut to its middle", fit !== "pad"), option("pad", "Whole, on black", fit === "pad"));
    return h("div", { class: "pair" }, choice("Pictures are", this.colour), choice("Each is shown", this.fit));
  }

  /** Whether light and dark are exchanged, as of ink on paper. */
  #invertField({ invert }) {
    this.invert = this.#select("set-invert", option("no", "As they are", !invert), option("yes", "Exchanged", Boolean(invert)));
    return choice("Light and dark are", this.invert);
  }

  #valuesField(values, { values: suggested }) {
    this.values = this.#select("set-values", ...values.map((value) => option(value, saidWords("values", value), value === suggested)));
    return choice("Black and white are", this.values);
  }
}
