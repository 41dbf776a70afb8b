/**
 * What the colours of the points mean: classes that can be singled out, or a scale.
 * @module
 */

import { h } from "../page/dom.js";
import { className } from "../words/names.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Legend {
  /** @param {{onChange: () => void, onHover: (label: number | null) => void}} options */
  constructor({ onChange, onHover }) {
    Object.assign(this, { onChange, onHover });
    /** @type {Set<number>} classes that are singled out; none: all are shown alike */
    this.chosen = new Set();
    /** @type {number[]} all that the points have */
    this.labels = [];
    this.element = h("section", { class: "legend", "data-role": "legend", "aria-label": "Colours", onkeydown: (event) => this.#key(event) });
  }

  /** The classes that are shown. @returns {number[]} */
  get shown() {
    return this.chosen.size ? this.labels.filter((label) => this.chosen.has(label)) : this.labels;
  }

  /** The others. @returns {Set<number>} */
  get off() {
    return new Set(this.chosen.size ? this.labels.filter((label) => !this.chosen.has(label)) : []);
  }

  /** Single classes out. @param {Iterable<number>} labels none: show all */
  choose(labels) {
    const chosen = new Set([...labels].filter((label) => this.labels.includes(label)));
    this.chosen = chosen.size === this.labels.length ? new Set() : chosen; // all of them are none in particular
    this.#mark();
    this.onChange();
  }

  /** @param {import("../space/codes.js").Codes} codes @param {(label: number) => string} colourOf as CSS */
  showClasses({ labels, classes }, colourOf) {
    this.labels = [...new Set(labels)].sort((a, b) => a - b);
    this.chosen = new Set(this.labels.filter((label) => this.chosen.has(label)));
    const focused = this.element.getRootNode().activeElement?.dataset?.class;
    const buttons = this.labels.map((label) => this.#button(label, className(classes, label), colourOf(label)));
    const show = { title: "Show all classes", onclick: () => this.choose([]) };
    const all = h("button", { type: "button", class: "chip all", "data-role": "all-classes", ...show }, "All");
    this.element.replaceChildren(...buttons, ...(buttons.length > 1 ? [all] : []));
    this.#mark();
    if (focused) this.element.querySelector(`[data-class="${focused}"]`)?.focus();
  }

  /** @param {string} name @param {[number, number]} range @param {string} gradient CSS */
  showScale(name, [low, high], gradient) {
    this.element.replaceChildren(
      h(
        "div",
        { class: "scale" },
        h("span", {}, name),
        h("i", { style: `background: ${gradient}` }),
        h("span", { class: "ends" }, h("span", {}, low), h("span", {}, high)),
      ),
    );
  }

  #button(label, name, colour) {
    const toggle = () => {
      const chosen = new Set(this.chosen);
      if (!chosen.delete(label)) chosen.add(label);
      this.choose(chosen);
    };
    const hover = { onpointerenter: (event) => event.pointerType === "mouse" && this.onHover(label), onpointerleave: () => this.onHover(null) };
    return h(
      "button",
      { type: "button", class: "chip", "data-class": label, title: `Single out ${name}`, onclick: toggle, ...hover },
      h("i", { style: `background: ${colour}` }),
      name,
    );
  }

  /** The arrow keys go from chip to chip, of which the Tab key meets one; Escape shows all. */
  #key(event) {
    const chips = [...this.element.querySelectorAll("button")];
    const at = chips.indexOf(event.target);
    if (at < 0) return;
    if (event.key === "Escape" && this.chosen.size) this.choose([]);
    else if (STEPS[event.key]) this.#enter(chips[(at + STEPS[event.key] + chips.length) % chips.length]);
    else if (event.key === "Home") this.#enter(chips[0]);
    else if (event.key === "End") this.#enter(chips.at(-1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #enter(chip) {
    for (const other of this.element.querySelectorAll("button")) other.tabIndex = other === chip ? 0 : -1;
    chip.focus();
  }

  #mark() {
    const buttons = [...this.element.querySelectorAll("[data-class]")];
    this.element.classList.toggle("singled", this.chosen.size > 0);
    for (const button of buttons) button.setAttribute("aria-pressed", String(this.chosen.has(Number(button.dataset.class))));
    const all = this.element.querySelector(".all");
    all?.setAttribute("aria-pressed", String(this.chosen.size === 0));
    const chips = [...this.element.querySelectorAll("button")];
    if (!chips.some((chip) => chip.tabIndex === 0 && chip.getAttribute("tabindex") !== null)) {
      chips.forEach((chip, i) => (chip.tabIndex = i ? -1 : 0));
    }
  }
}
