/**
 * Which class the picture under the cursor is decoded as, where the model is told one.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { named } from "../../shared/words/names.js";

export class Told {
  /** @param {() => void} onChange another class was chosen */
  constructor(onChange) {
    this.select = h("select", { "data-role": "told", onchange: onChange });
    this.element = h("label", { class: "told fine", hidden: true }, "decoded as ", this.select);
  }

  /** Offer these classes; none where the model is told nothing. @param {string[]} classes text from a data set's card, never markup */
  offer(classes) {
    this.element.hidden = !classes.length;
    this.select.replaceChildren(...classes.map((_, label) => h("option", { value: label }, named(classes, label))));
  }

  /** The number of the class that is chosen; undefined where there is none to choose. @returns {number | undefined} */
  get number() {
    return this.element.hidden ? undefined : Number(this.select.value);
  }

  /** What follows on a place, in words. */
  get words() {
    return this.element.hidden ? "" : `, as ${this.select.selectedOptions[0]?.textContent}`;
  }
}
