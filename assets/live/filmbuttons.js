/**
 * The film of a run as a file: made on the server, saved by the browser.
 * @module
 */

import { h, icon } from "./dom.js";
import { sentenceOf } from "./mapfile.js";

const KINDS = { gif: "GIF", mp4: "MP4" };

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
      const button = h("button", { type: "button", class: "quiet", "data-role": kind, title, disabled: true, onclick: () => this.#make(kind, name, button) }, icon("save"), h("span", {}, name));
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
    const words = button.querySelector("span");
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    words.textContent = `Making the ${name}…`;
    this.onSay("");
    try {
      const { fetch } = this;
      const query = new URLSearchParams({ run: this.run, kind, theme: this.isDark() ? "dark" : "light" });
      const response = await fetch(`${this.base}api/film?${query}`, { signal: this.stop.signal });
      if (!response.ok) throw new Error(await sentenceOf(response));
      give(await response.blob(), `${this.run}.${kind}`);
    } catch (error) {
      if (this.stop.signal.aborted) return;
      this.onSay(error instanceof TypeError ? "The server does not answer, so the film was not made. Try again." : error.message);
    }
    button.removeAttribute("aria-busy");
    button.disabled = !this.can;
    words.textContent = name;
  }
}

/** Give a file to the browser to save. */
function give(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
