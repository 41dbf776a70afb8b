/**
 * The film of a run as a file: made on the server, saved by the browser.
 * @module
 */

import { h, icon } from "./dom.js";
import { sentenceOf } from "./mapfile.js";
import { give } from "./saving.js";

export const KINDS = { gif: "GIF", mp4: "MP4" };
const AWAY = "The server does not answer, so the film was not made. Try again.";

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
    const { fetch, stop, onSay } = this;
    const query = new URLSearchParams({ run: this.run, kind, theme: this.isDark() ? "dark" : "light" });
    const ask = () => fetch(`${this.base}api/film?${query}`, { signal: stop.signal });
    await makeFilm(button, name, { ask, file: `${this.run}.${kind}`, signal: stop.signal, onSay, can: () => this.can });
  }
}

/**
 * Have the server make a film, and give it to the browser to save; its button says so meanwhile.
 * @param {HTMLButtonElement} button with its words in a span
 * @param {string} name what the button is called
 * @param {object} how
 * @param {() => Promise<Response>} how.ask
 * @param {string} how.file
 * @param {AbortSignal} how.signal once it is aborted nobody is told anything
 * @param {(sentence: string) => void} how.onSay
 * @param {() => boolean} how.can whether the button may be pressed again
 */
export async function makeFilm(button, name, { ask, file, signal, onSay, can }) {
  const words = button.querySelector("span");
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  words.textContent = `Making the ${name}…`;
  onSay("");
  try {
    const response = await ask();
    if (!response.ok) throw new Error(await sentenceOf(response));
    give(await response.blob(), file);
  } catch (error) {
    if (signal.aborted) return;
    onSay(error instanceof TypeError ? AWAY : error.message);
  }
  button.removeAttribute("aria-busy");
  button.disabled = !can();
  words.textContent = name;
}
