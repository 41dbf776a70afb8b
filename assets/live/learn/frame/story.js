/**
 * The list of lessons: a story in an order, each lesson a card that opens by itself.
 * @module
 */

import { h } from "../../shared/page/dom.js";

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
    const { words, lessons, language } = data;
    const cards = lessons.map(({ name, title, claim, minutes }, i) =>
      h(
        "li",
        {},
        h("a", { class: "card", "data-lesson": name, target: "_self", href: addressOf(data, name) },
          h("b", { class: "number", "aria-hidden": "true" }, String(i + 1)),
          h("span", { class: "title" }, title),
          h("span", { class: "claim" }, claim),
          h("span", { class: "fine" }, words.minutes.replace("{n}", String(minutes)))),
      ),
    );
    const head = h("p", { class: "lead" }, words.lead, " ", ...languageLinks(data));
    const first = h("a", { class: "go", target: "_self", "data-role": "begin", href: addressOf(data, lessons[0].name) }, words.begin);
    this.page = h("div", { class: "learn story", lang: language }, note && h("p", { class: "note", role: "status" }, note), head, first, h("ol", {}, ...cards));
    root.append(this.page);
  }

  destroy() {
    this.page.remove();
  }
}
