/**
 * A lesson on paper: its questions with room to write, the picture as it stands, and the answers on a page of their own at the end.
 * @module
 */

import { h } from "../../shared/page/dom.js";

const LETTERS = "abcd";
const LINES = 2; // to write on, for each of what was expected, seen and thought

export class Sheet {
  /** @param {import("../frame/lesson.js").LessonFrame} frame @param {any} data */
  constructor(frame, data) {
    Object.assign(this, { frame, data });
    this.element = h("div", { class: "sheet", "aria-hidden": "true", lang: data.language, "data-role": "sheet" });
  }

  /** Write it as things stand now. @param {boolean} withNotes */
  make(withNotes) {
    const { text } = this.data;
    const picture = h("figure", { class: "learn figure" }, this.frame.figure.svg.cloneNode(true));
    picture.firstElementChild.removeAttribute("data-role");
    const head = h("header", {}, h("p", { class: "sheet-title" }, text.title), h("p", {}, text.claim));
    const questions = text.questions.map((question, i) => this.#question(question, i));
    this.element.replaceChildren(...[head, picture, ...questions, this.#answers(), withNotes && this.#notes()].filter(Boolean));
  }

  #question({ ask, options, do: task }, i) {
    const { room } = this.data;
    const boxes = options.map((option, k) => h("li", {}, h("i", { class: "box" }), h("b", {}, `${LETTERS[k]} `), option));
    const lines = [room.expect, room.saw, room.because].map((label) =>
      h("div", { class: "write" }, h("span", {}, label), ...Array.from({ length: LINES }, () => h("i", {}))));
    return h("section", {}, h("p", { class: "sheet-ask" }, `${i + 1}. ${ask}`), h("ul", {}, ...boxes), h("p", {}, task), ...lines);
  }

  #answers() {
    const { room, text, version } = this.data;
    const each = text.questions.map(({ ask, options, answer, lines }, i) => {
      const others = options.map((option, k) => h("li", {}, h("b", {}, `${LETTERS[k]} `), `${option}: ${lines[k]}`));
      const right = h("p", {}, h("b", {}, `${answer}: ${options[LETTERS.indexOf(answer)]}`));
      return h("section", {}, h("p", { class: "sheet-ask" }, `${i + 1}. ${ask}`), right, h("ul", {}, ...others));
    });
    const foot = h("p", { class: "sheet-foot" }, `${text.title} · ${location.href.split("?")[0]}?lesson=${this.data.lesson} · ${version}`);
    return h("section", { class: "own-page" }, h("p", { class: "sheet-title" }, room.answers), ...each, h("p", {}, text.learnt), foot);
  }

  #notes() {
    const { room, text } = this.data;
    const notes = [...text.notes, room.rule].map((note) => h("li", {}, note));
    const title = h("p", { class: "sheet-title" }, room.sheetNotes.replace("{title}", text.title));
    return h("section", { class: "own-page" }, title, h("ul", { class: "sheet-notes" }, ...notes));
  }
}
