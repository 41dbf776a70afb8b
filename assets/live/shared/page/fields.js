/**
 * Choices of a form: each with its name above and, where it cannot be had, why below.
 * @module
 */

import { h } from "./dom.js";

/** One answer of a select box. */
export const option = (value, words, selected) => h("option", { value, selected }, words);

/** A box for a whole number. @param {object} attributes */
export const numberInput = (attributes) => h("input", { type: "number", step: "1", inputmode: "numeric", ...attributes });

/** A choice with its name above and, where it cannot be had, why below. @param {string} name @param {HTMLElement} control */
export function choice(name, control) {
  // A label would press the first of several controls.
  const [tag, attributes] = control.matches("input, select") ? ["label", {}] : ["div", { role: "group", "aria-label": name }];
  return h(tag, { class: "choice", ...attributes }, h("span", {}, name), control, h("span", { class: "problem", role: "status", hidden: true }));
}

/** Say beneath a choice what is wrong with it; an empty sentence says that nothing is. @param {HTMLElement} input */
export function sayProblem(input, sentence) {
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  const note = /** @type {HTMLElement} */ (input.closest(".choice").querySelector(".problem"));
  if (note.textContent !== sentence) note.textContent = sentence;
  note.hidden = !sentence;
}
