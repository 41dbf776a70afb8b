/**
 * How many pictures the strip has: a field that takes what can be shown, and says where something else was typed.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { capital } from "../shared/words/names.js";
import { PICTURES } from "./address.js";

const can = (n) => Number.isInteger(n) && n >= PICTURES.least && n <= PICTURES.most;

export class Count {
  /**
   * @param {object} options
   * @param {string} options.nouns of the pictures
   * @param {(n: number) => void} options.onCount
   * @param {(sentence: string) => void} options.onSay
   */
  constructor({ nouns, onCount, onSay }) {
    this.n = PICTURES.first;
    this.field = h("input", {
      type: "number",
      class: "count",
      "data-role": "count",
      min: PICTURES.least,
      max: PICTURES.most,
      value: PICTURES.first,
      "aria-label": `${capital(nouns)} of the strip, from ${PICTURES.least} to ${PICTURES.most}`,
    });
    this.element = h("label", {}, `${capital(nouns)} (${PICTURES.least} to ${PICTURES.most}) `, this.field);
    this.field.addEventListener("input", () => can(this.field.valueAsNumber) && this.field.valueAsNumber !== this.n && onCount(this.field.valueAsNumber));
    this.field.addEventListener("change", () => {
      const range = `${PICTURES.least} to ${PICTURES.most} ${nouns}`;
      if (!can(this.field.valueAsNumber)) onSay(`The strip shows ${range}, so it stays at ${this.n}.`);
      this.field.value = String(this.n);
    });
  }

  /** Show a number, unless one is being typed. @param {number} n */
  show(n) {
    this.n = n;
    if (this.field.getRootNode().activeElement !== this.field) this.field.value = String(n);
  }
}
