/**
 * What a conditional model makes of one code under each class: a row of things, of which one is chosen.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { tileOf } from "../shared/views/view.js";
import { nextIn } from "./strip.js";

const TILE = 84; // pixels: about so large
const FEW = 12; // classes that are drawn larger
const MOST = 60; // classes that are drawn; of more there is a list alone
const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity };

export class Classes {
  /**
   * @param {{name: string, choices: string[]}} given what the model is told
   * @param {import("../shared/views/view.js").View} view
   * @param {(number: number) => void} onPick
   */
  constructor({ name, choices }, view, onPick) {
    Object.assign(this, { choices, view, onPick, tile: tileOf(view, TILE) });
    this.draws = choices.length <= MOST;
    const label = { "aria-label": `The ${name} that the model is told` };
    const [title, rest] = this.draws ? [`each ${name}`, `a click draws it as that ${name}`] : [`as ${name}`, ""];
    const head = h("h2", {}, h("span", {}, "One code, ", h("b", {}, title)), h("small", {}, rest));
    this.element = h("section", { class: "classes" }, head, this.draws ? this.#row(label) : this.#list(label));
  }

  /** The request that draws a code under each class; null where there are too many. */
  request(model, z) {
    if (!this.draws) return null;
    const onAnswer = ({ array }) => requestAnimationFrame(() => this.#draw(array));
    return { op: "classes", model, shape: [1, z.length], payload: Float32Array.from(z), onAnswer };
  }

  /** Mark the class that is chosen. @param {number} number */
  mark(number) {
    if (number === this.marked) return;
    this.marked = number;
    if (this.list) this.list.value = String(number);
    this.buttons?.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === number));
      button.tabIndex = i === number ? 0 : -1;
    });
  }

  #row(label) {
    this.buttons = this.choices.map((choice, number) => this.#button(choice, number));
    const n = this.choices.length;
    const row = { class: n > FEW ? "choices many" : "choices", style: `--n: ${n}`, role: "radiogroup", onkeydown: (event) => this.#key(event) };
    return h("div", { ...row, ...label }, ...this.buttons);
  }

  #list(label) {
    const options = this.choices.map((choice, number) => h("option", { value: number }, choice));
    this.list = h("select", { "data-role": "class", ...label, onchange: () => this.onPick(Number(this.list.value)) }, ...options);
    return this.list;
  }

  #button(choice, number) {
    const [width, height] = this.tile;
    const canvas = h("canvas", { width, height, class: "pixels", "aria-hidden": "true" });
    const onclick = () => this.onPick(number);
    const told = { type: "button", role: "radio", "data-class": number, title: choice, "aria-checked": "false", tabindex: "-1", onclick };
    return h("button", told, canvas, h("span", {}, choice));
  }

  #draw(array) {
    this.buttons.forEach((button, i) => this.view.paint(button.firstChild, array, i));
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
