/**
 * What is said of the outcome: whether restoring helped, and how long it took.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { Meter, brief, explain } from "../../shared/page/meter.js";

const PACE = 150; // ms between two sentences while the hand moves

export class Verdict {
  constructor() {
    this.said = -Infinity;
    this.next = { sentence: "", helped: undefined };
    this.meter = new Meter();
    this.words = h("p", { class: "verdict", "data-role": "verdict", role: "status" });
    this.reading = h("span", { class: "reading", "data-role": "latency" }, "\u00a0");
    this.element = h("div", { class: "said" }, this.words, this.reading);
  }

  /**
   * Say whether it helped; while a hand holds the slider not with each picture, for nobody reads so fast.
   * @param {string} sentence @param {boolean | null} helped null where neither is better @param {boolean} held
   */
  say(sentence, helped, held) {
    this.next = { sentence, helped: String(helped) };
    if (!held || performance.now() - this.said > PACE) this.#write();
  }

  /** Say that it is not known yet. @param {string} sentence */
  wait(sentence) {
    this.next = { sentence, helped: undefined };
    this.#write();
  }

  #write() {
    const { words, next } = this;
    this.said = performance.now();
    if (words.textContent !== next.sentence) words.textContent = next.sentence;
    if (next.helped === undefined) delete words.dataset.helped;
    else if (words.dataset.helped !== next.helped) words.dataset.helped = next.helped;
  }

  /** Take how long a picture took. @param {import("./asking.js").Answer} answer @returns {number} ms from the hand's movement to the drawn picture */
  time({ trip, model, moved, rested }) {
    const now = performance.now();
    if (this.warm && !rested) this.meter.add(trip, model, now - moved, now);
    this.warm = true; // the first picture waited for the connection, and perhaps for the model to be opened
    return now - moved;
  }

  /** The hand rests, or moves again. @param {boolean} rests */
  rest(rests) {
    if (rests === this.rests) return;
    this.rests = rests;
    if (rests) this.#write();
    this.reading.classList.toggle("resting", rests);
    const reading = rests && this.meter.read();
    if (!reading) return;
    this.reading.textContent = `restored in ${brief(reading)}`;
    this.reading.title = explain(reading);
  }
}
