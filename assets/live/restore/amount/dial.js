/**
 * The slider of the amount, what it means, and its number.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { LiveRange } from "../../shared/page/liverange.js";
import { settleAmount } from "../state.js";

const STEP = 0.01;
const PAGE = 0.1;

export class Dial {
  /**
   * @param {object} on
   * @param {() => void} on.grab before a movement
   * @param {(amount: number) => void} on.move while it moves
   */
  constructor(on) {
    this.range = new LiveRange({
      role: "amount",
      label: "Amount",
      min: 0,
      max: 1,
      step: STEP,
      arrow: STEP,
      finest: STEP,
      onGrab: on.grab,
      onMove: (amount) => on.move(settleAmount(amount)),
      page: (amount, by) => amount + by * PAGE,
    });
    this.range.element.setAttribute("aria-describedby", "restore-meaning");
    this.name = new Text("Amount");
    this.value = new Text();
    this.number = h("div", { class: "number" }, h("output", { "data-role": "amount-value" }, this.value));
    this.meaning = h("p", { class: "fine meaning", id: "restore-meaning" });
    this.label = h("label", {}, h("span", {}, this.name), h("div", { class: "ruler" }, this.range.element));
    this.element = h("div", { class: "dial" }, this.label, this.number, this.meaning);
  }

  /**
   * Show an amount.
   * @param {number} amount @param {string} words what it is called @param {string} meaning
   * @param {boolean} [counts] whether it does anything
   */
  show(amount, words, meaning, counts = true) {
    const text = amount.toFixed(2);
    this.range.show(amount, () => text);
    if (this.value.data !== text) this.value.data = text;
    if (this.label.hidden === counts) this.label.hidden = this.number.hidden = !counts;
    if (this.meaning.textContent !== meaning) this.meaning.textContent = meaning;
    if (this.name.data === words) return;
    this.name.data = words;
    this.range.element.setAttribute("aria-label", words);
  }
}
