/**
 * What is chosen for series that a person brings: how their values are changed.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { choice, option } from "../../shared/page/fields.js";
import { saidWords, scaleWords } from "../said.js";

export class SeriesFields {
  /**
   * @param {import("../words.js").Preview} preview
   * @param {{look: () => void}} page
   */
  constructor({ choices, suggested: { scale: suggested = "" } }, { look }) {
    this.said = [];
    this.elements = choices?.scale ? [this.#scaleField(choices.scale, suggested, look)] : [];
  }

  get choices() {
    return { scale: this.scale?.value ?? "" };
  }

  problems() {
    return [];
  }

  /** Say what comes of what is chosen. */
  check() {
    if (this.told) this.told.textContent = scaleWords(this.scale.value);
  }

  /** Nothing of what was found changes what can be chosen. */
  found() {}

  #scaleField(scales, suggested, look) {
    this.scale = h(
      "select",
      { "data-role": "set-scale", onchange: () => look() },
      ...scales.map((value) => option(value, saidWords("scale", value), value === suggested)),
    );
    this.told = h("span", { class: "told", "data-role": "scale-told" });
    const field = choice("Values", this.scale);
    field.append(this.told);
    return field;
  }
}
