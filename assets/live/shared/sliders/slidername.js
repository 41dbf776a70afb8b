/**
 * The name of a dimension, which its owner may change: a button, and while one types a field.
 * @module
 */

import { h } from "../page/dom.js";
import { sentenceOf } from "../wire/frame.js";
import { house } from "../wire/house.js";
import { nameOf } from "../words/names.js";

/** Characters of a name, as the server takes them. */
export const LONGEST = 24;

/** What a dimension is called: as its owner calls it, or by its number. @param {string[] | undefined} names */
export const calledOf = (names, dim) => names?.[dim] || nameOf(dim);

/** The same where a name alone would leave open which dimension it is: "slant, z₃". */
export const calledInFull = (names, dim) => (names?.[dim] ? `${names[dim]}, ${nameOf(dim)}` : nameOf(dim));

/**
 * Have a dimension's name kept; an error says in a sentence why that could not be.
 * @param {{base: string, model: string}} data
 * @returns {Promise<string[]>} what each dimension is called now
 */
export async function keepName({ base, model }, dim, name, fetch = house.fetch) {
  const asked = `${base}api/name?${new URLSearchParams({ model, dim: String(dim), to: name })}`;
  const response = await fetch(asked, { method: "POST" }).catch(() => null);
  if (!response) throw new Error("The server did not answer, so the name was not kept; try again.");
  if (!response.ok) throw new Error(await sentenceOf(response));
  return (await response.json()).names;
}

export class DimensionName {
  /**
   * @param {number} dim
   * @param {string} name "" where it has none
   * @param {{grab: () => void, rename: (name: string) => void}} on before it is changed, and after
   */
  constructor(dim, name, on) {
    Object.assign(this, { dim, on });
    this.button = h("button", { type: "button", class: "name", "data-name": dim, onclick: () => this.#edit() });
    this.element = h("span", { class: "called" }, this.button);
    this.show(name);
  }

  /** Show a name; where it is empty, the dimension's number. */
  show(name) {
    this.name = name;
    const own = nameOf(this.dim);
    this.button.replaceChildren(name || own);
    this.button.title = name ? `${name} (${own}). Click to rename it` : `Click to name ${own}`;
    this.button.setAttribute("aria-label", name ? `${name}, z${this.dim + 1}: rename it` : `z${this.dim + 1}: name it`);
  }

  #edit() {
    this.on.grab();
    const field = h("input", {
      type: "text", class: "name-field", value: this.name, maxlength: LONGEST, placeholder: nameOf(this.dim), autocomplete: "off", spellcheck: "false",
      "aria-label": `Name of z${this.dim + 1}, up to ${LONGEST} characters`,
    });
    let open = true;
    const close = (keep, refocus) => {
      if (!open) return;
      open = false; // taking it out of the page takes the focus away, which closes it again
      const name = field.value.trim();
      this.element.replaceChildren(this.button);
      if (refocus) this.button.focus();
      if (keep && name !== this.name) this.on.rename(name);
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // letters alone are keys of Streamlit's
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault(); // the same Enter would click the button that gets the focus
      close(event.key === "Enter", true);
    });
    field.addEventListener("blur", () => close(true, false));
    this.element.replaceChildren(field);
    field.focus();
    field.select();
  }
}
