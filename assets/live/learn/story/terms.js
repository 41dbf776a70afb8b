/**
 * The glossary on the list of lessons: every term in the reader's language, asked for when it is opened.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { house } from "../../shared/wire/house.js";

/** @typedef {{name: string, text: string, formula?: string, see?: string}} Term */

/**
 * Entries as they are read: their names and texts in a language, formula and link from the first one, by their names' order there.
 * @param {Record<string, any>} first @param {Record<string, {name: string, text: string}>} translated none: as they are
 * @param {string} language @returns {Term[]}
 */
export function termsOf(first, translated, language) {
  const all = Object.entries(first).map(([name, entry]) => ({ ...entry, name, ...translated[name] }));
  return all.sort((a, b) => a.name.localeCompare(b.name, language));
}

/** @param {string} language */
async function asked(language) {
  const file = new URL(`../../shared/words/glossary.${language}.json`, import.meta.url);
  const translated = language === "en" ? {} : fetch(file).then((answer) => answer.json());
  return termsOf(await house.glossary(), await translated, language);
}

/** @param {{base: string, language: string, words: Record<string, string>}} data */
export function terms({ base, language, words }) {
  const list = h("dl", {});
  const link = (see) => h("a", { target: "_self", href: base + see }, words.seeIt);
  const about = ({ text, formula, see }) => [text, formula && h("i", { class: "formula" }, formula), see && link(see)].filter(Boolean);
  const entry = (each) => h("div", {}, h("dt", {}, each.name), h("dd", {}, ...about(each).flatMap((part) => [part, " "])));
  const fill = async () => {
    if (list.childElementCount) return;
    list.append(...(await asked(language)).map(entry));
  };
  const summary = h("summary", {}, h("span", {}, words.terms), h("small", {}, words.termsLead));
  return h("details", { class: "myths terms", "data-role": "terms", ontoggle: fill }, summary, list);
}
