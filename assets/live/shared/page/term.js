/**
 * A term of the field within a component: a button that opens the glossary's entry, as in the pages' own texts.
 * @module
 */

import { house } from "../wire/house.js";
import { h } from "./dom.js";

/** @typedef {{text: string, formula?: string, see?: string}} Entry */

let made = 0;
/** @type {Promise<Record<string, Entry>> | null} */
let asked = null;

/** The entries by their terms; none where they cannot be had. */
const entries = () => (asked ??= house.glossary().catch(() => ({})));

/**
 * Make a term. It opens by tap, click and Enter without any script, and by hover and focus by that of glossary.js.
 * @param {string} words as they stand here
 * @param {string} [name] the term that they stand for
 * @returns {HTMLElement}
 */
export function term(words, name = words) {
  const id = `term-${(made += 1)}`;
  const entry = h("span", { class: "gloss", popover: "auto", id });
  entries().then((all) => entry.append(...partsOf(name, all[name])));
  return h("span", {}, h("button", { type: "button", class: "term", popovertarget: id }, words), entry);
}

/** What an entry shows. @param {string} name @param {Entry | undefined} entry */
function partsOf(name, entry) {
  if (!entry) return [];
  const { text, formula, see } = entry;
  const parts = [h("b", {}, name), ` ${text}`];
  if (formula) parts.push(h("i", { class: "formula" }, formula));
  if (see) parts.push(" ", h("a", { href: see, target: "_self" }, "See it"));
  return parts;
}
