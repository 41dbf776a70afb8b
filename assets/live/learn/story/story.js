/**
 * The list of lessons: a story in chapters, each lesson a card that opens by itself; and what one may have read elsewhere.
 * @module
 */

import { h, icon } from "../../shared/page/dom.js";
import { checkAddress } from "../classroom/address.js";
import { joinForm } from "../classroom/join.js";
import { done } from "./done.js";
import { glyph } from "./glyphs.js";
import { terms } from "./terms.js";
import { Uses } from "./uses.js";

/** The address of a lesson, or of the list. @param {{base: string, language: string}} data @param {string} [lesson] */
export function addressOf({ base, language }, lesson) {
  const query = [lesson && `lesson=${lesson}`, language !== "en" && `lang=${language}`].filter(Boolean).join("&");
  return `${base}learn${query && `?${query}`}`;
}

/** Links to the same in the other languages. */
export const languageLinks = (data, lesson) =>
  Object.entries(data.languages)
    .filter(([language]) => language !== data.language)
    .map(([language, name]) => h("a", { lang: language, hreflang: language, target: "_self", href: addressOf({ ...data, language }, lesson) }, name));

export class Story {
  /** @param {HTMLElement} root @param {any} data @param {string} [note] why the list is here in the place of a lesson */
  constructor(root, data, note) {
    this.data = data;
    this.done = done();
    const { words, lessons, chapters, language } = data;
    const next = lessons.find(({ name }) => !this.done.has(name)) ?? lessons[0];
    const head = h("p", { class: "lead" }, words.lead, " ", ...languageLinks(data));
    const begin = next === lessons[0] ? words.begin : `${words.goOn}: ${next.title}`;
    const first = h("a", { class: "go", target: "_self", "data-role": "begin", href: addressOf(data, next.name) }, begin, icon("forward"));
    this.uses = new Uses(data);
    this.page = h("div", { class: "learn story", lang: language }, note && h("p", { class: "note", role: "status" }, note), head,
      h("div", { class: "start" }, first, joinForm(data)),
      ...chapters.map((chapter) => this.#chapter(chapter)), this.uses.element, this.#corrections(), terms(data), this.#forTeachers());
    root.append(this.page);
  }

  destroy() {
    this.uses.destroy();
    this.page.remove();
  }

  #chapter({ title, text, lessons }) {
    const cards = lessons.map((name) => h("li", {}, this.#card(this.data.lessons.find((lesson) => lesson.name === name))));
    return h("section", { class: "chapter" }, h("h2", {}, title), h("p", { class: "fine" }, text), h("ol", {}, ...cards));
  }

  #card({ name, title, claim, minutes }) {
    const { data } = this;
    const { words } = data;
    const number = 1 + data.lessons.findIndex((lesson) => lesson.name === name);
    const ready = this.done.has(name);
    const foot = h("span", { class: "fine foot" }, words.minutes.replace("{n}", String(minutes)),
      ready && h("span", { class: "done" }, icon("check"), words.done));
    return h("a", { class: "card", "data-lesson": name, "data-done": String(ready), target: "_self", href: addressOf(data, name) },
      h("b", { class: "number", "aria-hidden": "true" }, String(number)), glyph(name), h("span", { class: "title" }, title),
      h("span", { class: "claim" }, claim), foot);
  }

  /** What a teacher looks at before a class. */
  #forTeachers() {
    const { data } = this;
    const check = h("a", { target: "_self", "data-role": "check", href: checkAddress(data.base, data.language) }, data.room.check);
    return h("p", { class: "fine" }, `${data.words.teachers}: `, check);
  }

  /** Sentences that one meets elsewhere, what holds, and the lesson in which it is seen. */
  #corrections() {
    const { data } = this;
    const { words } = data;
    const titles = Object.fromEntries(data.lessons.map(({ name, title }) => [name, title]));
    const entry = ({ read, holds, lesson }) => h("li", {}, h("p", { class: "read" }, h("q", {}, read)), h("p", {}, holds, " ",
      h("a", { target: "_self", "data-seen-in": lesson, href: addressOf(data, lesson) }, `${words.seeIt}: ${titles[lesson]}`)));
    return h("details", { class: "myths", "data-role": "myths" }, h("summary", {}, h("span", {}, words.myths), h("small", {}, words.mythsLead)),
      h("ul", {}, ...data.corrections.map(entry)));
  }
}
