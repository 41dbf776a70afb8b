/**
 * What the colours of the points mean: classes that can be switched off, or a scale.
 * @module
 */

import { h } from "../page/dom.js";
import { className } from "../words/names.js";
import { figure } from "../words/numbers.js";

export class Legend {
  /** @param {{onChange: () => void, onHover: (label: number | null) => void}} options */
  constructor({ onChange, onHover }) {
    Object.assign(this, { onChange, onHover });
    /** @type {Set<number>} classes that are hidden */
    this.off = new Set();
    /** @type {number[]} all that the points have */
    this.labels = [];
    this.element = h("section", { class: "legend", "data-role": "legend", "aria-label": "Colours" });
  }

  /** The classes that are shown. @returns {number[]} */
  get shown() {
    return this.labels.filter((label) => !this.off.has(label));
  }

  /** @param {import("../space/codes.js").Codes} codes @param {(label: number) => string} colourOf as CSS */
  showClasses({ labels, classes }, colourOf) {
    this.labels = [...new Set(labels)].sort((a, b) => a - b);
    const buttons = this.labels.map((label) => this.#button(label, className(classes, label), colourOf(label)));
    const all = h("button", { type: "button", class: "chip all", "data-role": "all-classes", onclick: () => this.#set(new Set()) }, "All");
    this.element.replaceChildren(...buttons, ...(buttons.length > 1 ? [all] : []));
    this.#mark();
  }

  /** @param {string} name @param {[number, number]} range @param {string} gradient CSS */
  showScale(name, [low, high], gradient) {
    this.element.replaceChildren(
      h(
        "div",
        { class: "scale" },
        h("span", {}, name),
        h("i", { style: `background: ${gradient}` }),
        h("span", { class: "ends" }, h("span", {}, `≤ ${figure(low)}`), h("span", {}, `≥ ${figure(high)}`)),
      ),
    );
  }

  #button(label, name, colour) {
    const title = `${name}: click to hide or show, double-click to show it alone`;
    const toggle = () => {
      const off = new Set(this.off);
      if (!off.delete(label)) off.add(label);
      this.#set(off.size === this.labels.length ? new Set() : off);
    };
    const alone = () => this.#set(new Set(this.labels.filter((other) => other !== label)));
    const hover = { onpointerenter: (event) => event.pointerType === "mouse" && this.onHover(label), onpointerleave: () => this.onHover(null) };
    return h(
      "button",
      { type: "button", class: "chip", "data-class": label, title, onclick: toggle, ondblclick: alone, ...hover },
      h("i", { style: `background: ${colour}` }),
      name,
    );
  }

  #set(off) {
    this.off = off;
    this.#mark();
    this.onChange();
  }

  #mark() {
    for (const button of this.element.querySelectorAll("[data-class]")) {
      button.setAttribute("aria-pressed", String(!this.off.has(Number(button.dataset.class))));
    }
    const all = this.element.querySelector(".all");
    if (all) all.hidden = this.off.size === 0;
  }
}
