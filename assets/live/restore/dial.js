/**
 * The slider of the amount: it speaks as soon as the mouse moves, and waits for a finger that may only scroll.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { settleAmount } from "./state.js";
import { valueAt } from "../shared/space/sliders.js";
import { holdForTouch } from "../shared/page/touch.js";

const KEYS = { PageDown: -0.1, PageUp: 0.1 };

export class Dial {
  /**
   * @param {object} on
   * @param {() => void} on.grab before a movement
   * @param {(amount: number) => void} on.move while it moves
   */
  constructor(on) {
    this.on = on;
    this.slider = h("input", { type: "range", class: "range", "data-role": "amount", min: 0, max: 1, step: 0.01, "aria-describedby": "restore-meaning" });
    this.number = h("output", { "data-role": "amount-value" });
    this.meaning = h("p", { class: "fine meaning", id: "restore-meaning" });
    this.element = h("div", { class: "dial" }, h("label", {}, h("span", {}, "Amount"), this.slider), this.number, this.meaning);
    this.#listen();
  }

  /**
   * Show an amount.
   * @param {number} amount @param {string} words what it is called @param {string} meaning
   * @param {boolean} [counts] whether it does anything
   */
  show(amount, words, meaning, counts = true) {
    this.slider.parentElement.hidden = this.number.hidden = !counts;
    if (Number(this.slider.value) !== amount) this.slider.value = String(amount);
    this.slider.style.setProperty("--at", String(amount));
    this.number.textContent = amount.toFixed(2);
    if (this.meaning.textContent !== meaning) this.meaning.textContent = meaning;
    this.slider.setAttribute("aria-label", words);
    this.element.querySelector("span").textContent = words;
  }

  #listen() {
    const { slider } = this;
    const { grab } = this.on;
    const move = (value) => this.on.move(settleAmount(value));
    const isHeld = holdForTouch(slider, { grab, tap: move });
    let [dragged, thumb] = [false, 0];
    slider.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch") grab();
      dragged = event.button === 0 && event.pointerType === "mouse";
      thumb = Number.parseFloat(getComputedStyle(slider).getPropertyValue("--thumb"));
    });
    // `input` waits for the next frame, and its picture for the one after: asked for now, it is there a frame sooner.
    slider.addEventListener("pointerrawupdate", (event) => {
      dragged &&= (event.buttons & 1) === 1;
      if (dragged) move(valueAt(event.clientX, slider, thumb));
    });
    slider.addEventListener("input", () => isHeld() || move(Number(slider.value)));
    slider.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const page = KEYS[event.key];
      if (!event.repeat && (page !== undefined || /^(Arrow|Home|End)/.test(event.key))) grab();
      if (page === undefined) return;
      event.preventDefault();
      move(Number(slider.value) + page);
    });
  }
}
