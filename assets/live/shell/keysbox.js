/**
 * A box that says what the keys do here.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { KEYS } from "./keys.js";
import { pageOf } from "./pages.js";

export class KeysBox {
  /** @param {import("./projector.js").Projector} projector */
  constructor(projector) {
    this.projector = projector;
    const beside = (event) => event.target === this.element && this.element.close();
    this.element = h("dialog", { class: "keys-box", "aria-labelledby": "keys-title", onclick: beside });
  }

  get isOpen() {
    return this.element.open;
  }

  toggle() {
    if (this.isOpen) return this.element.close();
    this.#fill();
    this.#dress();
    this.element.showModal();
  }

  #fill() {
    const close = h("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => this.element.close() }, "×");
    const own = KEYS[pageOf(location.pathname) || "home"] ?? [];
    const { projector } = this;
    const projecting = this.#button(projector.isOn ? "Leave projector mode" : "Projector mode", () => projector.toggle());
    this.element.replaceChildren(
      h("header", {}, h("h2", { id: "keys-title" }, "Keys"), close),
      h("div", { class: "rows" }, ...[...own, ...KEYS.all].map(({ where, rows }) => table(where, rows))),
      h("footer", {}, projecting, ...(projector.isOn ? this.#pages() : [])),
    );
  }

  /** The pages, where their links are hidden. */
  #pages() {
    const links = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".st-key-pages a"));
    return [...links].map((link) => this.#button(link.querySelector("p")?.textContent ?? "", () => link.click()));
  }

  /** A button that closes the box and then acts. */
  #button(name, act) {
    const press = () => {
      this.element.close();
      act();
    };
    return h("button", { type: "button", onclick: press }, name);
  }

  /** The page's colours: the box lies beside what Streamlit colours. */
  #dress() {
    const { color, backgroundColor, colorScheme, fontFamily } = getComputedStyle(document.querySelector(".stApp") ?? document.body);
    Object.assign(this.element.style, { color, backgroundColor, colorScheme, fontFamily });
  }
}

const row = ([keys, does]) => h("tr", {}, h("th", { scope: "row" }, ...caps(keys)), h("td", {}, does));
const table = (where, rows) => h("table", {}, h("caption", {}, where), h("tbody", {}, ...rows.map(row)));

/** "Shift+← →" as caps of a keyboard: a blank stands between keys, a plus between those that are held together. */
export const caps = (keys) => keys.split(" ").flatMap((one, i) => [i ? " " : "", h("kbd", {}, one.replaceAll("_", " "))]);
