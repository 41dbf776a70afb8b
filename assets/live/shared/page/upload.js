/**
 * One thing of a person's own, in a file that is chosen or dropped, or made by hand or typed where its view can: a button that says
 * what became of it, and a sheet that shows that too.
 * @module
 */

import { readOwn } from "../wire/own.js";
import { h, iconButton } from "./dom.js";

/**
 * What is typed of a person's own, where its kind can be spelt: taken with Enter, or by the button beside it.
 * @param {import("../views/view.js").View} view that spells
 * @param {{onThing: (thing: any, word: string) => void, onSay: (sentence: string) => void, verb?: string}} on
 * @returns {HTMLFormElement}
 */
export function typing(view, { onThing, onSay, verb = "Take it" }) {
  const { noun } = view.words;
  const input = h("input", {
    type: "text",
    "data-role": "own-word",
    "aria-label": `A ${noun} of your own`,
    placeholder: view.typed ?? `Type a ${noun}`,
    maxlength: 200,
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
  });
  let asked = 0;
  const take = async (event) => {
    event.preventDefault();
    const [typed, mine] = [input.value, (asked += 1)];
    const made = await view.spell(typed);
    if (mine !== asked) return; // another one was typed meanwhile
    if ("problem" in made) onSay(made.problem);
    else onThing(made.thing, typed.trim());
  };
  input.addEventListener("keydown", (event) => event.stopPropagation()); // its letters are no keys of the page
  const button = iconButton("pen", { type: "submit", title: `${verb}, as with Enter` }, h("span", {}, verb));
  return h("form", { class: "own-word", onsubmit: take }, input, button);
}

export class Upload {
  /**
   * @param {object} options
   * @param {any} options.view of what the model takes
   * @param {{base: string, model: string}} options.data
   * @param {(thing: any, note: string) => void} options.onThing null where one was made by hand, and nothing of it is left
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
    this.hand = this.#hand();
    this.element = h("div", { class: "own-upload" }, this.hand?.element, this.button, this.file, this.notice);
  }

  /** What makes one without a file, where its view can: by hand, or by typing it. */
  #hand() {
    const onThing = (thing) => this.#byHand(thing);
    if (this.view.byHand) return this.view.byHand({ onThing });
    return this.view.spell && { element: typing(this.view, { onThing, onSay: (sentence) => this.say(sentence) }) };
  }

  /** It stands in place of a file that is still read. @param {any} thing null where there is nothing any more */
  #byHand(thing) {
    this.reading?.abort();
    this.element.removeAttribute("aria-busy");
    this.say("");
    this.onThing(thing, "");
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

/** What stands where a pad stands for pictures: a file of one's own, as the model gets it, and what the model makes of it. */
export class OwnSheet {
  /**
   * @param {object} options
   * @param {any} options.view of what the model takes
   * @param {{base: string, model: string}} options.data
   * @param {(thing: any) => void} options.onThing
   * @param {(sentence: string) => void} [options.onSay]
   * @param {typeof fetch} [options.fetch]
   */
  constructor({ view, data, onThing, onSay = () => {}, fetch }) {
    Object.assign(this, { view });
    /** @type {any} the thing as the model gets it, or null before there is one */
    this.pixels = null;
    const take = (thing, note) => {
      this.pixels = thing;
      this.#tile(this.seen, thing);
      onSay(note);
      onThing(thing);
    };
    this.upload = new Upload({ view, data, onThing: take, fetch });
    const canvas = (role) => h("canvas", { class: "pixels", "data-role": role, "aria-hidden": "true" });
    [this.seen, this.made] = [canvas("seen"), canvas("redrawn")];
    const tile = (made, words) => h("figure", {}, h("div", { class: "tile blank" }, made), h("figcaption", {}, words));
    const tiles = h("div", { class: "tiles" }, tile(this.seen, "As the model gets it"), tile(this.made, "Reconstruction"));
    const files = view.accept.split(",").join(", ");
    const invitation = h("p", { class: "fine" }, `One ${view.words.noun} in a file (${files}): ${view.phrases.file}. Or drop it here.`);
    this.element = h("section", { class: "sketch of-files", "aria-label": `A ${view.words.noun} of your own` }, this.upload.element, tiles, invitation);
    this.upload.takeDrops(this.element);
  }

  /** Show what the model makes of it. @param {any} thing null for nothing */
  showReconstruction(thing) {
    this.#tile(this.made, thing);
  }

  destroy() {
    this.upload.destroy();
    this.element.remove();
  }

  #tile(canvas, thing) {
    canvas.parentElement.classList.toggle("blank", !thing);
    if (thing) this.view.paint(canvas, thing);
  }
}
