/**
 * A line over the foot of the map that says what the hand can do now.
 * @module
 */

import { h } from "../../shared/page/dom.js";

const READ = 3000; // ms that a hint stays which nothing else ends
const KEY = "latent.map.wheel";

export class Hint {
  constructor() {
    this.element = h("p", { class: "hint", "data-role": "hint", role: "status" });
    this.standing = "";
  }

  /** Say something until it is no longer true. @param {string} sentence empty: nothing */
  stand(sentence) {
    this.standing = sentence;
    clearTimeout(this.timer);
    this.#show(sentence);
  }

  /** Say something for a moment. */
  pass(sentence) {
    clearTimeout(this.timer);
    this.#show(sentence);
    this.timer = setTimeout(() => this.#show(this.standing), READ);
  }

  /** The wheel was turned over the map and the page scrolled: the first time it is told what zooms. */
  wheel() {
    if (this.told) return;
    this.told = true;
    if (kept()) return;
    this.pass(`${isMac() ? "⌘" : "Ctrl"} + wheel zooms, and so does a double click.`);
  }

  destroy() {
    clearTimeout(this.timer);
  }

  #show(sentence) {
    this.element.classList.toggle("shown", Boolean(sentence));
    if (sentence && this.element.textContent !== sentence) this.element.textContent = sentence;
  }
}

const isMac = () => /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform ?? "");

/** Whether it was told before in this browser; from now on it was. */
function kept() {
  try {
    const was = localStorage.getItem(KEY);
    localStorage.setItem(KEY, "told");
    return was === "told";
  } catch {
    return false; // no storage for this page
  }
}
