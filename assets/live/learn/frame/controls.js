/**
 * What a lesson is moved by: a slider with its symbol and its value, a row of choices, a button. Each can be locked.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { LiveRange } from "../../shared/page/liverange.js";
import { badge } from "./marks.js";

export class Slider {
  /**
   * @param {object} how
   * @param {string} how.name also that of its output
   * @param {string} how.label
   * @param {string} [how.symbol]
   * @param {number} how.min @param {number} how.max @param {number} how.step
   * @param {number} [how.arrow] the step of an arrow key
   * @param {(value: number) => string} how.write
   * @param {(value: number) => void} how.onMove
   */
  constructor({ name, label, symbol, min, max, step, arrow = step, write, onMove }) {
    this.write = write;
    this.range = new LiveRange({ role: name, label, min, max, step, arrow, finest: step, onGrab: () => {}, onMove: (value) => onMove(clean(value, step)) });
    this.output = h("output", { "data-name": name });
    const words = h("span", { class: "label", "data-symbol": symbol ?? null }, symbol && badge(symbol), label);
    this.element = h("label", { class: "slider" }, words, this.range.element, this.output);
  }

  show(value) {
    this.range.show(value, () => this.write(value));
    this.output.textContent = this.write(value);
  }

  lock(locked) {
    this.range.element.disabled = locked;
    this.element.classList.toggle("locked", locked);
  }
}

/** A value without the dust that steps of a tenth leave. */
const clean = (value, step) => Number((Math.round(value / step) * step).toFixed(10));

export class Choices {
  /** @param {string} label @param {Record<string, string>} titles by their values @param {(value: string) => void} onChoose */
  constructor(label, titles, onChoose) {
    this.buttons = Object.entries(titles).map(([value, title]) =>
      h("button", { type: "button", class: "quiet", "data-choice": value, "aria-pressed": "false", onclick: () => onChoose(value) }, title),
    );
    this.element = h("div", { class: "choices", role: "group", "aria-label": label }, ...this.buttons);
  }

  show(value) {
    this.buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.choice === value)));
  }

  lock(locked) {
    this.buttons.forEach((button) => (button.disabled = locked));
  }
}

/** A button of a lesson. */
export const actionButton = (role, label, onclick) => h("button", { type: "button", class: "quiet action", "data-role": role, onclick }, label);
