/**
 * A button that takes one file of a person's own, chosen or dropped, and says what became of it.
 * @module
 */

import { readOwn } from "../wire/own.js";
import { h, iconButton } from "./dom.js";

export class Upload {
  /**
   * @param {object} options
   * @param {any} options.view of what the model takes
   * @param {{base: string, model: string}} options.data
   * @param {(thing: any, note: string) => void} options.onThing
   * @param {typeof fetch} [options.fetch]
   */
  constructor({ view, data, onThing, fetch }) {
    Object.assign(this, { view, data, onThing, fetch });
    this.file = h("input", { type: "file", accept: view.accept, hidden: true, "data-role": "own-file", tabindex: "-1", "aria-hidden": "true" });
    this.file.addEventListener("change", () => {
      const [chosen] = this.file.files;
      this.file.value = ""; // the same file may be chosen again
      if (chosen) this.take(chosen);
    });
    const kinds = view.accept.split(",").join(", ");
    const title = `One ${view.words.noun} of your own (${kinds}); or drop it anywhere here`;
    this.button = iconButton("upload", { "data-role": "own-upload", title, onclick: () => this.file.click() }, h("span", {}, `Upload a ${view.words.noun}…`));
    this.notice = h("p", { class: "fine", role: "status", "data-role": "own-note", hidden: true });
    this.element = h("div", { class: "own-upload" }, this.button, this.file, this.notice);
  }

  /** Have a file read, in place of one that still is. @param {Blob} file */
  async take(file) {
    this.reading?.abort();
    const reading = (this.reading = new AbortController());
    this.element.setAttribute("aria-busy", "true");
    this.say(`Reading the ${this.view.words.noun} …`);
    try {
      const { view, fetch, data: { base, model } } = this;
      const { thing, note } = await readOwn(file, { base, model, view, fetch, signal: reading.signal });
      if (reading.signal.aborted) return;
      this.say(note);
      this.onThing(thing, note);
    } catch (error) {
      if (reading.signal.aborted) return; // another one came, or the page went
      this.say(error.message);
    }
    this.element.removeAttribute("aria-busy");
  }

  say(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  destroy() {
    this.reading?.abort();
  }

  /** Take files that are dropped anywhere on an element, too. @param {HTMLElement} element */
  takeDrops(element) {
    const over = (is) => (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.button.classList.toggle("over", is);
    };
    element.addEventListener("dragenter", over(true));
    element.addEventListener("dragover", over(true));
    element.addEventListener("dragleave", over(false));
    element.addEventListener("drop", (event) => {
      over(false)(event);
      const [file] = event.dataTransfer?.files ?? [];
      if (file) this.take(file); // whatever it is: the server says what is wrong with it
    });
  }
}
