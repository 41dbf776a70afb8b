/**
 * The score by which all is ordered, with what it says and its area under the ROC curve; the others fold out.
 * @module
 */

import { areaText, otherScores } from "./words.js";
import { h } from "../shared/page/dom.js";

export class Scores {
  /**
   * @param {{name: string, title: string, sentence: string, source: string}[]} scores
   * @param {string} best the one that suits the model, which is seen first
   * @param {(name: string) => void} onChoose
   */
  constructor(scores, best, onChoose) {
    Object.assign(this, { scores, best });
    /** @type {Map<string, {input: any, area: any, bar: any, card: any}>} */
    this.cards = new Map();
    const cards = scores.map((score) => [score.name, this.#card(score, () => onChoose(score.name))]);
    const others = cards.filter(([name]) => name !== best).map(([, card]) => card);
    this.summary = h("summary", {}, otherScores(others.length));
    this.fold = h("details", { class: "other-scores", hidden: !others.length }, this.summary, h("div", { class: "others" }, ...others));
    const first = cards.find(([name]) => name === best)?.[1];
    this.element = h("div", { class: "scores", role: "radiogroup", "aria-label": "Score" }, first, this.fold);
  }

  #card({ name, title, sentence, source }, onchange) {
    const input = h("input", { type: "radio", name: "detect-score", value: name, "data-score": name, onchange });
    const area = h("b", { class: "area", "data-area": name }, "–");
    const bar = h("i", { class: "bar" });
    const card = h(
      "label",
      { class: "score", title: source ? `${sentence} ${source}.` : sentence },
      input,
      h("span", { class: "title" }, title),
      h("span", { class: "auroc" }, "AUROC ", area),
      bar,
      h("span", { class: "fine" }, sentence),
    );
    this.cards.set(name, { input, area, bar, card });
    return card;
  }

  /** Mark the one that is chosen, which is never folded away. @param {string} name */
  mark(name) {
    for (const [other, { input, card }] of this.cards) {
      input.checked = other === name;
      card.classList.toggle("chosen", other === name);
    }
    if (name !== this.best) this.fold.open = true;
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
