/**
 * The film of a run as a file: made on the server, saved by the browser.
 * @module
 */
import { KINDS, makeFilm } from "../../shared/keeping/film.js";
import { h, iconButton } from "../../shared/page/dom.js";

export class FilmButtons {
  /**
   * @param {object} options
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {string} options.run its name
   * @param {() => boolean} options.isDark
   * @param {(sentence: string) => void} options.onSay
   * @param {typeof fetch} [options.fetch]
   */
  constructor({ base, run, isDark, onSay, fetch = globalThis.fetch.bind(globalThis) }) {
    Object.assign(this, { base, run, isDark, onSay, fetch });
    this.stop = new AbortController();
    this.buttons = Object.entries(KINDS).map(([kind, name]) => {
      const title = `Save the run so far as a film (${name})`;
      const button = iconButton("save", { "data-role": kind, title, disabled: true, onclick: () => this.#make(kind, name, button) }, h("span", {}, name));
      return button;
    });
    this.element = h("div", { class: "films" }, ...this.buttons);
  }

  /** @param {boolean} can whether there is anything that moves */
  allow(can) {
    this.can = can;
    for (const button of this.buttons) button.disabled = !can || button.hasAttribute("aria-busy");
  }

  close() {
    this.stop.abort();
  }

  async #make(kind, name, button) {
    const { fetch, stop, onSay } = this;
    const query = new URLSearchParams({ run: this.run, kind, theme: this.isDark() ? "dark" : "light" });
    const ask = () => fetch(`${this.base}api/film?${query}`, { signal: stop.signal });
    await makeFilm(button, name, { ask, file: `${this.run}.${kind}`, signal: stop.signal, onSay, can: () => this.can });
  }
}
