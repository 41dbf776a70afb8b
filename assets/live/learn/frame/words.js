/**
 * A lesson's sentences in its language: numbers put into them are outputs, so that each can be read and checked.
 * @module
 */

import { h } from "../../shared/page/dom.js";

const PLACE = /\{(\w+)\}/;

export class Words {
  /** @param {Record<string, string>} texts @param {string} language as in BCP 47 */
  constructor(texts, language) {
    Object.assign(this, { texts, language });
    this.formats = new Map();
  }

  /** A number in the language's writing. @param {number} value @param {number} [digits] after the point */
  number(value, digits = 2) {
    if (!this.formats.has(digits)) {
      const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      this.formats.set(digits, new Intl.NumberFormat(this.language, { ...exact, signDisplay: "negative" }));
    }
    return this.formats.get(digits).format(value).replace("-", "−");
  }

  /** A sentence as text. @param {string} key @param {Record<string, string>} [values] */
  text(key, values = {}) {
    return this.texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  /** A sentence whose numbers are outputs. @param {string} text with {names} @param {Record<string, string>} values @returns {(string | Element)[]} */
  outputs(text, values) {
    return text.split(/(\{\w+\})/).map((part) => {
      const name = PLACE.exec(part)?.[1];
      return name ? h("output", { "data-name": name }, values[name]) : part;
    });
  }
}
