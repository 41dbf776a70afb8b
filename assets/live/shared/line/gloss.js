/**
 * A word that says what it means: by pointing at it, by focus and by a tap.
 * @module
 */

import { h } from "../page/dom.js";

let glosses = 0;

/**
 * A term that opens a sentence; Escape closes it.
 * @param {string} term @param {string} sentence
 * @returns {HTMLElement}
 */
export function gloss(term, sentence) {
  const id = `gloss-${(glosses += 1)}`;
  const said = h("span", { class: "said", id, role: "tooltip" }, sentence);
  const button = h("button", { type: "button", class: "term", "aria-describedby": id }, term);
  const element = h("span", { class: "gloss" }, button, said);
  const set = (open) => () => element.classList.toggle("closed", !open);
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || element.classList.contains("closed")) return;
    set(false)();
    event.stopPropagation();
  });
  for (const name of ["pointerenter", "focusin", "click"]) element.addEventListener(name, set(true));
  return element;
}
