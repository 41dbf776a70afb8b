/**
 * What the colours of a run's map tell: classes, or a factor that its things were drawn from, where that is known.
 * @module
 */

import { css, ringColour, scaleColour } from "../../shared/draw/colours.js";
import { rangeOf } from "../../shared/draw/factors.js";
import { h } from "../../shared/page/dom.js";
import { figure } from "../../shared/words/numbers.js";

/** @typedef {import("../../shared/draw/factors.js").Factor} Factor */

const SHADES = 24; // colours along a factor: each is drawn in one stroke of the brush

/** Which of the shades each thing has. @param {Factor} factor @returns {Int32Array} [P] in [0, SHADES) */
export function shadesOf(factor) {
  const [low, high] = rangeOf(factor);
  const share = (value) => (high > low ? (value - low) / (high - low) : 0);
  return Int32Array.from(factor.values, (value) => {
    const at = factor.round ? ((share(value) % 1) + 1) % 1 : Math.min(1, Math.max(0, share(value)));
    return Math.min(SHADES - 1, Math.floor(at * SHADES));
  });
}

/** A shade's colour, as CSS. @param {number} shade @param {boolean} round @param {boolean} dark */
export function shadeColour(shade, round, dark) {
  return css(round ? ringColour(shade / SHADES, dark) : scaleColour(shade / (SHADES - 1), dark));
}

const gradient = (round, dark) =>
  `linear-gradient(to right, ${Array.from({ length: SHADES }, (_, shade) => shadeColour(shade, round, dark)).join(", ")})`;

/** The choice of what is coloured, and the scale where it is a factor. */
export class Colouring {
  /** @param {() => void} onChange */
  constructor(onChange) {
    /** @type {Factor[]} */
    this.factors = [];
    this.select = h("select", { "data-role": "colour-by", onchange: onChange });
    this.bar = h("i");
    [this.low, this.high] = [h("span"), h("span")];
    this.scale = h("div", { class: "factor-scale", "data-role": "factor-scale", hidden: true }, this.low, this.bar, this.high);
    this.element = h("div", { class: "colouring", hidden: true }, h("label", { class: "fine" }, "Colours show ", this.select), this.scale);
  }

  /** @param {import("../../shared/draw/factors.js").Factor[]} factors @param {boolean} classes whether there are any */
  offer(factors, classes) {
    this.factors = factors;
    this.element.hidden = !factors.length;
    const option = (value, words) => h("option", { value }, words);
    this.select.replaceChildren(option("", classes ? "the class" : "nothing"), ...factors.map(({ name }) => option(name, name)));
  }

  /** The factor that is chosen, if one is. @returns {Factor | undefined} */
  get chosen() {
    return this.factors.find(({ name }) => name === this.select.value);
  }

  /** Show the scale of what is chosen. @param {boolean} dark */
  show(dark) {
    const { chosen } = this;
    this.scale.hidden = !chosen;
    if (!chosen) return;
    const [low, high] = rangeOf(chosen);
    [this.low.textContent, this.high.textContent] = chosen.round ? ["0°", "360°"] : [figure(low), figure(high)];
    this.bar.style.background = gradient(chosen.round, dark);
    this.scale.setAttribute("aria-label", `${chosen.name}, from ${this.low.textContent} to ${this.high.textContent}`);
    this.scale.setAttribute("role", "img");
  }
}
