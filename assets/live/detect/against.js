/**
 * What the normal things are compared with: a class, another data set, spoiled ones, or some of one's own.
 * @module
 */

import { ownWords } from "./words.js";
import { h } from "../shared/page/dom.js";
import { capital } from "../shared/words/names.js";

/**
 * @typedef {object} Choices what there is to compare with
 * @property {{name: string, held: boolean}[]} classes held: left out of the training
 * @property {{name: string, title: string, ready: boolean, reason: string}[]} sets reason: why one is not ready, as half a sentence
 * @property {{name: string, title: string, meaning: string, amount: number}[]} corruptions
 */

export class AgainstChooser {
  /**
   * @param {Choices} choices
   * @param {import("../shared/views/view.js").View} view
   * @param {(against: import("./address.js").Against) => void} onChange
   */
  constructor(choices, view, onChange) {
    Object.assign(this, { choices, onChange });
    const held = choices.classes.some((each) => each.held);
    const kinds = {
      class: choices.classes.length && (held ? "The class held out" : "One class"),
      set: choices.sets.some(({ ready }) => ready) && "Another data set",
      spoiled: choices.corruptions.length && `Spoiled ${view.words.nouns}`,
      own: `${capital(ownWords(view)[1])} of your own`,
    };
    /** @type {Record<string, any>} */
    this.kinds = {};
    const labels = Object.entries(kinds).filter(([, words]) => words).map(([kind, words]) => {
      this.kinds[kind] = h("input", { type: "radio", name: "detect-against", value: kind, "data-against": kind, onchange: () => this.#chosen(kind) });
      return h("label", {}, this.kinds[kind], h("span", {}, words));
    });
    this.class = this.#select("against-class", "Class", choices.classes.map(({ name, held: is }) => [name, is ? `${name} (never seen in training)` : name]));
    this.set = this.#select("against-set", "Data set", choices.sets.filter(({ ready }) => ready).map(({ name, title }) => [name, title]));
    this.set.append(this.#absent(choices.sets));
    this.corruption = this.#select("against-corruption", "Corruption", choices.corruptions.map(({ name, title }) => [name, title]), true);
    this.amount = h("input", { type: "range", class: "range", min: 0, max: 1, step: 0.01, "data-role": "against-amount", "aria-label": "Amount" });
    this.amountText = h("output", { class: "amount-text" });
    this.amount.addEventListener("input", () => this.#showAmount());
    this.amount.addEventListener("change", () => this.#chosen("spoiled"));
    this.dial = h("span", { class: "dial" }, this.amount, this.amountText);
    this.element = h(
      "div",
      { class: "against" },
      h("span", { class: "fine" }, "Unusual are"),
      h("div", { class: "segments", role: "radiogroup", "aria-label": `Unusual ${view.words.nouns}` }, ...labels),
      this.class,
      this.set,
      this.corruption,
      this.dial,
    );
  }

  /** Show what is compared with. @param {import("./address.js").Against} against */
  show({ kind, name, amount }) {
    for (const [other, input] of Object.entries(this.kinds)) input.checked = other === kind;
    this.class.hidden = kind !== "class" || this.choices.classes.length < 2;
    this.set.hidden = kind !== "set";
    this.corruption.hidden = this.dial.hidden = kind !== "spoiled";
    const select = { class: this.class, set: this.set, spoiled: this.corruption }[kind];
    if (select) select.value = name;
    if (kind !== "spoiled") return;
    this.amount.value = String(amount);
    this.#showAmount();
  }

  /** The whole choice of a kind, with what was chosen last. @returns {import("./address.js").Against} */
  whole({ kind, name, amount }) {
    if (kind === "own") return { kind };
    if (kind === "spoiled") {
      const corruption = this.choices.corruptions.find((each) => each.name === name) ?? this.choices.corruptions[0];
      return { kind, name: corruption.name, amount: amount ?? corruption.amount };
    }
    return { kind, name: name ?? this[kind].value };
  }

  #chosen(kind, fresh = false) {
    if (kind !== "spoiled") return this.onChange(this.whole({ kind }));
    const known = this.dial.dataset.set && !fresh;
    return this.onChange(this.whole({ kind, name: this.corruption.value, amount: known ? Number(this.amount.value) : undefined }));
  }

  #select(role, words, options, fresh = false) {
    const kind = { "against-class": "class", "against-set": "set", "against-corruption": "spoiled" }[role];
    return h(
      "select",
      { "data-role": role, "aria-label": words, onchange: () => this.#chosen(kind, fresh) },
      ...options.map(([value, title]) => h("option", { value }, title)),
    );
  }

  /** Sets that cannot be chosen, each with the reason. */
  #absent(sets) {
    const options = sets.filter(({ ready }) => !ready).map(({ title, reason }) => h("option", { disabled: true }, `${title}: ${reason}`));
    return options.length ? h("optgroup", { label: "Not here" }, ...options) : "";
  }

  #showAmount() {
    const { meaning = "" } = this.choices.corruptions.find(({ name }) => name === this.corruption.value) ?? {};
    this.dial.dataset.set = "true";
    this.dial.title = meaning;
    this.amountText.textContent = Number(this.amount.value).toFixed(2);
    this.amount.style.setProperty("--at", this.amount.value);
    this.amount.setAttribute("aria-valuetext", `${this.amountText.textContent}. ${meaning}`);
  }
}
