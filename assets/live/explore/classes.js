/**
 * What a conditional model makes of one code under each class: a row of things, of which one is chosen.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { tileOf } from "../shared/views/view.js";
import { nextIn } from "./strip.js";

const TILE = 84; // pixels: about so large
const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity };

export class Classes {
  /**
   * @param {{name: string, choices: string[]}} given what the model is told
   * @param {import("../shared/views/view.js").View} view
   * @param {(number: number) => void} onPick
   */
  constructor({ name, choices }, view, onPick) {
    Object.assign(this, { choices, view, onPick, tile: tileOf(view, TILE) });
    this.buttons = choices.map((choice, number) => this.#button(choice, number));
    const label = { role: "radiogroup", "aria-label": `The ${name} that the model is told`, onkeydown: (event) => this.#key(event) };
    this.element = h(
      "section",
      { class: "strip classes" },
      h("h2", {}, h("span", {}, "One code, ", h("b", {}, `each ${name}`)), h("small", {}, `the code leaves the ${name} open; a click tells it`)),
      h("div", { class: "choices", ...label }, ...this.buttons),
    );
  }

  /** The request that draws a code under each class. */
  request(model, z) {
    const onAnswer = ({ array }) => requestAnimationFrame(() => this.#draw(array));
    return { op: "classes", model, shape: [1, z.length], payload: Float32Array.from(z), onAnswer };
  }

  /** Mark the class that is chosen. @param {number} number */
  mark(number) {
    if (number === this.marked) return;
    this.marked = number;
    this.buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === number));
      button.tabIndex = i === number ? 0 : -1;
    });
  }

  #button(choice, number) {
    const [width, height] = this.tile;
    const canvas = h("canvas", { width, height, "aria-hidden": "true" });
    const onclick = () => this.onPick(number);
    const told = { type: "button", role: "radio", "data-class": number, "aria-checked": "false", tabindex: "-1", onclick };
    return h("button", told, canvas, h("span", {}, choice));
  }

  #draw(array) {
    const [width, height] = this.tile;
    this.buttons.forEach((button, i) => this.view.tile(button.firstChild.getContext("2d"), array, i, 0, 0, width, height));
    this.element.dispatchEvent(new CustomEvent("painted"));
  }

  #key(event) {
    const step = KEYS[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const number = nextIn(this.choices.map((_, i) => i), this.marked, step);
    this.onPick(number);
    this.buttons[number].focus();
  }
}
