/**
 * What a lesson has for teachers: its notes, what to do after a vote, the worksheet.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { checkAddress } from "./address.js";
import { Sheet } from "./sheet.js";

export class Teachers {
  /** @param {import("../frame/lesson.js").LessonFrame} frame @param {any} data */
  constructor(frame, data) {
    const { words, room: said, text, base, language } = data;
    this.sheet = new Sheet(frame, data);
    this.withNotes = h("input", { type: "checkbox", "data-role": "with-notes" });
    const print = h("button", { type: "button", class: "quiet", "data-role": "print", onclick: () => this.#print() }, said.worksheet);
    const notes = h("ul", {}, ...[...text.notes, said.rule].map((note) => h("li", {}, note)));
    const check = h("a", { class: "quiet", target: "_self", "data-role": "check", href: checkAddress(base, language) }, said.check);
    const ways = h("div", { class: "ways" }, print, h("label", { class: "with-notes" }, this.withNotes, said.withNotes), check);
    this.element = h("details", { class: "teachers", "data-role": "teachers" }, h("summary", {}, words.teachers), notes, ways);
    this.onPrint = () => this.sheet.make(this.withNotes.checked);
    addEventListener("beforeprint", this.onPrint);
    frame.page.after(this.sheet.element);
  }

  destroy() {
    removeEventListener("beforeprint", this.onPrint);
    this.sheet.element.remove();
  }

  #print() {
    this.onPrint();
    print();
  }
}
