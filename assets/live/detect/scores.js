/**
 * The scores to choose from, each with what it says and its area under the ROC curve, side by side.
 * @module
 */

import { areaText } from "./words.js";
import { h } from "../shared/page/dom.js";

export class Scores {
  /**
   * @param {{name: string, title: string, sentence: string, source: string}[]} scores
   * @param {(name: string) => void} onChoose
   */
  constructor(scores, onChoose) {
    /** @type {Map<string, {input: any, area: any, bar: any, card: any}>} */
    this.cards = new Map();
    this.sentence = h("p", { class: "fine score-sentence" });
    this.scores = scores;
    const cards = scores.map(({ name, title, sentence, source }) => {
      const input = h("input", { type: "radio", name: "detect-score", value: name, "data-score": name, onchange: () => onChoose(name) });
      const area = h("b", { class: "area", "data-area": name }, "–");
      const bar = h("i", { class: "bar" });
      const card = h(
        "label",
        { class: "score", title: source ? `${sentence} ${source}.` : sentence },
        input,
        h("span", { class: "title" }, title),
        area,
        bar,
        h("span", { class: "fine" }, sentence),
      );
      this.cards.set(name, { input, area, bar, card });
      return card;
    });
    this.element = h("div", { class: "scores", role: "radiogroup", "aria-label": "Score" }, ...cards);
  }

  /** Mark the one that is chosen. @param {string} name */
  mark(name) {
    for (const [other, { input, card }] of this.cards) {
      input.checked = other === name;
      card.classList.toggle("chosen", other === name);
    }
    this.sentence.textContent = this.scores.find((score) => score.name === name)?.sentence ?? "";
  }

  /** Show the areas, each null where there is none. @param {Record<string, number | null>} areas */
  show(areas) {
    const best = Math.max(...Object.values(areas).map((area) => area ?? -1));
    for (const [name, { area, bar, card, input }] of this.cards) {
      const value = areas[name] ?? null;
      area.textContent = areaText(value);
      card.classList.toggle("best", value !== null && value === best);
      bar.style.setProperty("--share", String(value ?? 0));
      bar.hidden = value === null;
      input.setAttribute("aria-label", `${card.querySelector(".title").textContent}, AUROC ${value === null ? "unknown" : areaText(value)}`);
    }
  }
}
