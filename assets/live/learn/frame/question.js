/**
 * A question that stands in the way: options, the hand's task once one is chosen, and what turned out, with a line for each option.
 * @module
 */

import { h, icon } from "../../shared/page/dom.js";

/**
 * @typedef {object} Question as the language's file has it
 * @property {string} ask
 * @property {string[]} options
 * @property {string} answer the letter of the right one
 * @property {string} do what the hand does now
 * @property {string[]} lines what would have to be true, one for each option
 * @property {string} seen what was seen, with numbers
 */

const LETTERS = "abcd";

export class QuestionPanel {
  /**
   * @param {object} how
   * @param {Question[]} how.questions
   * @param {Record<string, string>} how.words of the frame
   * @param {(option: number | null) => void} how.onChoose
   * @param {() => void} how.onNext to the next question
   */
  constructor({ questions, words, onChoose, onNext }) {
    Object.assign(this, { questions, words, onChoose, onNext });
    this.element = h("section", { class: "ask", "data-role": "ask" });
    this.live = h("div", { "aria-live": "polite", class: "told" });
  }

  /**
   * @param {number} at which question @param {number | null | undefined} chosen undefined: not yet @param {boolean} revealed
   * @param {(string | Element)[]} seen the sentence with its numbers
   */
  show(at, chosen, revealed, seen) {
    const { questions, words } = this;
    const question = questions[at];
    const right = LETTERS.indexOf(question.answer);
    this.element.dataset.question = String(at);
    this.element.dataset.state = revealed ? "revealed" : chosen === undefined ? "asked" : "answered";
    const count = questions.length > 1 && h("small", {}, `${at + 1} / ${questions.length}`);
    const head = h("h2", {}, revealed ? words.seen : words.predict, count);
    const options = question.options.map((text, i) => this.#option(text, i, { chosen, revealed, right }));
    const skip = h("button", { type: "button", class: "link", "data-role": "skip", onclick: () => this.onChoose(null) }, words.skip);
    this.live.replaceChildren(...this.#told(at, chosen, revealed, right, seen));
    const list = h("div", { class: "options", role: "group", "aria-label": question.ask }, ...options);
    const parts = [head, h("p", { class: "asked" }, question.ask), list, chosen === undefined && skip, this.live];
    const focused = this.element.getRootNode().activeElement?.dataset?.option;
    this.element.replaceChildren(...parts.filter(Boolean));
    if (focused !== undefined) this.element.querySelector(`[data-option="${focused}"]`)?.focus({ preventScroll: true });
  }

  #option(text, i, { chosen, revealed, right }) {
    const mine = chosen === i;
    const verdict = revealed && (i === right ? "right" : mine ? "wrong" : null);
    const notes = [mine && this.words.yours, verdict === "right" && this.words.right].filter(Boolean).join(" · ");
    const marks = verdict === "right" ? icon("check") : verdict === "wrong" ? icon("close") : null;
    const how = { type: "button", class: "option", "data-option": i, "data-verdict": verdict || null, "aria-pressed": String(mine), disabled: revealed };
    const letter = h("kbd", { "aria-hidden": "true" }, String(i + 1));
    return h("button", { ...how, onclick: () => this.onChoose(i) }, letter, h("span", {}, text, notes && h("small", {}, notes)), marks);
  }

  #told(at, chosen, revealed, right, seen) {
    const { questions, words } = this;
    const question = questions[at];
    if (chosen === undefined) return [h("p", { class: "fine" }, words.locked)];
    if (!revealed) return [h("p", { class: "task", "data-role": "task" }, icon("forward"), h("span", {}, question.do))];
    const lines = [h("p", { class: "seen", "data-role": "seen" }, ...seen)];
    if (chosen !== null) lines.unshift(h("p",
      { class: "line", "data-role": "line", "data-verdict": chosen === right ? "right" : "wrong" }, question.lines[chosen]));
    if (chosen !== null && chosen !== right) lines.push(h("p", { class: "line", "data-verdict": "right" }, question.lines[right]));
    if (at + 1 < questions.length) {
      lines.push(h("button", { type: "button", class: "go", "data-role": "next-question", onclick: this.onNext }, words.nextQuestion, icon("forward")));
    }
    return lines;
  }
}
