/**
 * What one likes, ticked by hand: items to choose from, more of them where one searches, and those that are ticked.
 * @module
 */

import { h, iconButton } from "../../page/dom.js";
import { css, classColour } from "../../draw/colours.js";
import { count, several } from "../../words/numbers.js";
import { genresAt, genresOf, orderOf, titleOf } from "./ranks.js";

const SHOWN = 24; // items to choose from at once

/**
 * The items to choose from: those ticked, then in turns from each genre what most like; where something is searched for, what has it.
 * @param {number} size items @param {import("./ranks.js").Meaning} meaning @param {Set<number>} liked @param {string} [search]
 * @returns {number[]}
 */
export function offered(size, meaning, liked, search = "", most = SHOWN) {
  const words = search.trim().toLowerCase();
  const order = orderOf(meaning.usual ?? new Float32Array(size));
  if (words) return order.filter((number) => titleOf(meaning, number).toLowerCase().includes(words)).slice(0, most);
  const genres = genresOf(meaning).map((_, genre) => order.filter((number) => genresAt(meaning, number, size)[0] === genre));
  const turns = [];
  for (let turn = 0; turns.length < most && genres.some((each) => each.length > turn); turn += 1) {
    turns.push(...genres.filter((each) => each.length > turn).map((each) => each[turn]));
  }
  return [...liked, ...turns.filter((number) => !liked.has(number)).slice(0, most)];
}

export class Ticks {
  /**
   * @param {object} options
   * @param {number} options.size items
   * @param {import("./ranks.js").Meaning} options.meaning
   * @param {(taste: Float32Array | null) => void} options.onThing what is liked now; null where nothing is
   */
  constructor({ size, meaning, onThing }) {
    Object.assign(this, { size, meaning, onThing });
    /** @type {Set<number>} in the order in which they were ticked */
    this.liked = new Set();
    const item = meaning.item ?? "item";
    const about = { placeholder: `Search ${count(size)} ${item}s`, "aria-label": `Search the ${item}s`, "data-role": "tick-search" };
    this.search = h("input", { type: "search", ...about });
    this.search.addEventListener("input", () => this.#offer());
    this.clearButton = iconButton("close", { class: "quiet", "data-role": "tick-clear", hidden: true, onclick: () => this.clear() }, "Clear");
    this.count = h("span", { class: "fine", role: "status", "data-role": "tick-count" }, "");
    this.list = h("div", { class: "ticks-list", role: "group", "aria-label": `What do you like? Tick ${item}s` });
    this.list.addEventListener("change", ({ target }) => this.#ticked(target));
    this.element = h("div", { class: "ticks" }, h("div", { class: "ticks-head" }, this.search, this.count, this.clearButton), this.list);
    this.#offer();
  }

  /** What is liked, float32 [N, 1]; null where nothing is. */
  get taste() {
    if (!this.liked.size) return null;
    const taste = new Float32Array(this.size);
    for (const number of this.liked) taste[number] = 1;
    return taste;
  }

  /** Begin again. */
  clear() {
    this.liked.clear();
    this.search.value = "";
    this.#offer();
    this.#tell();
  }

  #offer() {
    const numbers = offered(this.size, this.meaning, this.liked, this.search.value);
    this.list.replaceChildren(...numbers.map((number) => this.#row(number)));
    if (!numbers.length) this.list.append(h("p", { class: "fine" }, "None is called so."));
  }

  #row(number) {
    const genres = genresOf(this.meaning);
    const own = genresAt(this.meaning, number, this.size);
    const dots = own.slice(0, 2).map((genre) => h("i", { style: `background: ${css(classColour(genre, genres.length))}` }));
    const input = h("input", { type: "checkbox", value: String(number), checked: this.liked.has(number) });
    const title = titleOf(this.meaning, number);
    const about = `${title}: ${own.map((genre) => genres[genre]).join(", ")}`;
    return h("label", { title: about }, input, h("span", { class: "dots", "aria-hidden": "true" }, ...dots), h("span", {}, title));
  }

  #ticked(input) {
    if (input.checked) this.liked.add(Number(input.value));
    else this.liked.delete(Number(input.value));
    this.#tell();
  }

  #tell() {
    const many = this.liked.size;
    this.count.textContent = many ? several(many, "like") : "";
    this.clearButton.hidden = !many;
    this.onThing(this.taste);
  }
}
