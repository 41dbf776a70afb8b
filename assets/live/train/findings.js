/**
 * What the doctor finds in a run, as calm cards: what it is, what it means, what to change.
 * @module
 */

import { h } from "../shared/page/dom.js";

const LEVELS = { good: "Good", note: "Note", warning: "Look at this" };

export class Findings {
  constructor() {
    this.when = h("small");
    this.list = h("ul", { class: "cards", "data-role": "findings" });
    this.element = h(
      "section",
      { class: "findings", "aria-label": "What can be said about it", hidden: true },
      h("h2", {}, h("span", {}, "What can be said about it ", this.when)),
      this.list,
    );
  }

  /** @param {{code: string, level: "good" | "note" | "warning", title: string, sentence: string, change: string}[]} findings
   * @param {boolean} live whether the training goes on */
  show(findings, live) {
    this.when.textContent = live ? "so far" : "at the end";
    const words = JSON.stringify(findings);
    if (words === this.words) return; // a card that somebody reads stays as it is
    this.words = words;
    this.element.hidden = !findings.length;
    const card = ({ code, level, title, sentence, change }) =>
      h(
        "li",
        { "data-level": level, "data-code": code },
        h("b", {}, h("span", { class: "unseen" }, `${LEVELS[level] ?? ""}: `), title),
        h("p", {}, sentence),
        change && h("p", { class: "change" }, change),
      );
    this.list.replaceChildren(...findings.map(card));
  }
}
