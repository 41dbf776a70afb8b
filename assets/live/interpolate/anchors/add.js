/**
 * What an anchor can be: an image, a draw from the prior, a picture of one's own.
 * @module
 */

import { h, iconButton } from "../../shared/page/dom.js";
import { capital, withArticle } from "../../shared/words/names.js";
import { OwnSheet } from "../../shared/page/upload.js";
import { Sketch } from "../../shared/views/sketch.js";
import { Starts } from "../../shared/views/starts.js";
import { ownTab } from "../../shared/views/view.js";
import { Tabs } from "../../shared/page/tabs.js";

/** @typedef {import("./anchors.js").Anchor} Anchor */

/** An anchor of an image that one can start from. @param {import("../../shared/views/starts.js").Start} start @returns {Anchor} */
export function anchorOf({ index, label, pixels, z, noun: called }) {
  // Where only the codes are at hand, the numbers are the test codes' own.
  return { kind: z ? "point" : "image", number: index, label, called, z, pixels, decoded: null };
}

export class Adder {
  /**
   * @param {object} options
   * @param {any} options.data
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(anchor: Anchor) => void} options.onAdd
   * @param {(pixels: Uint8Array) => Promise<Float32Array>} options.encode
   * @param {(z: Float32Array) => Promise<Uint8Array>} options.decode
   * @param {() => void} options.onDraw a draw from the prior is wanted
   * @param {() => void} options.onDownload
   * @param {(sentence: string) => void} options.onSay
   */
  constructor({ data, view, onAdd, encode, decode, onDraw, onDownload, onSay }) {
    Object.assign(this, { data, view, onAdd, encode, decode, onDraw, onSay });
    const { noun, nouns } = view.words;
    const own = data.can.includes("encode");
    const tabs = { ...(data.images ? { images: [capital(nouns), "more"] } : {}), ...(own ? { own: ownTab(view) } : {}) };
    this.tabs = new Tabs(/** @type {any} */ (tabs), () => {});
    if (data.images) {
      const images = { ...data.images, title: data.images.noun.replace(noun, nouns) };
      this.tabs.fill("images", new Starts(images, view, (start) => onAdd(anchorOf(start)), onDownload).element);
    }
    if (own) this.#own();
    this.#build();
    this.button.hidden = !Object.keys(tabs).length;
    this.#closeByItself();
  }

  #build() {
    const close = iconButton("close", { class: "bare", title: "Close (Esc)", "aria-label": "Close", onclick: () => this.close(true) });
    this.panel = h(
      "div",
      { class: "adder-panel latent-map", "data-role": "add-panel", hidden: true, role: "group", "aria-label": "Add an anchor" },
      close,
      this.tabs.element,
    );
    this.button = iconButton(
      "plus",
      {
        class: "quiet first",
        "data-role": "add",
        "aria-expanded": "false",
        title: `Add ${withArticle(this.view.words.noun)}${this.sketch ? `, or ${this.view.pixels ? "a picture" : "one"} of your own` : ""}`,
        onclick: () => (this.panel.hidden ? this.open() : this.close()),
      },
      h("span", {}, "Add"),
    );
    const [words, title] = this.data.can.includes("draw")
      ? ["Random draw", "Add a draw from the prior"]
      : ["Random place", "Add any place within the range of the test codes"];
    this.drawButton = iconButton(
      "dice",
      { "data-role": "draw", title, onclick: this.onDraw },
      h("span", {}, words),
    );
    this.element = h("div", { class: "adder" }, this.button, this.drawButton);
  }

  /** Close the panel with Escape, and with a press anywhere else. */
  #closeByItself() {
    this.onkeydown = (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !this.panel.hidden) this.close(true);
    };
    this.onpointerdown = (event) => {
      if (!this.panel.hidden && !event.composedPath().some((node) => node === this.panel || node === this.button)) this.close();
    };
    document.addEventListener("keydown", this.onkeydown);
    document.addEventListener("pointerdown", this.onpointerdown);
  }

  open() {
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
  }

  /** @param {boolean} [back] whether the focus goes back to the button */
  close(back = false) {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus();
  }

  destroy() {
    document.removeEventListener("keydown", this.onkeydown);
    document.removeEventListener("pointerdown", this.onpointerdown);
    this.sketch?.destroy();
  }

  /** What makes an anchor of one's own: a pad, or where nothing can be drawn by hand what takes a file. */
  #own() {
    const { data, view } = this;
    const { ground, base, model } = data;
    this.notice = h("p", { class: "fine", role: "status", "data-role": "pad-note" });
    const onSay = (sentence) => (this.notice.textContent = sentence);
    this.sketch = view.pixels
      ? new Sketch({ view, ground, base, model, onPicture: (pixels, { how }) => this.#drawn(pixels, how), onSay })
      : new OwnSheet({ view, data, onThing: (thing) => this.#drawn(thing, "upload") });
    this.useButton = iconButton(
      "plus",
      { class: "quiet first", "data-role": "use-drawing", onclick: () => this.#use() },
      h("span", {}, "Use it as an anchor"),
    );
    this.tabs.fill("own", this.sketch.element, h("div", { class: "use" }, this.useButton, this.notice));
    this.#drawn(null);
  }

  get #isEmpty() {
    const { pixels } = this.sketch;
    return this.view.pixels ? !pixels?.some((value) => value > 0) : !pixels;
  }

  /** @param {Uint8Array | null} pixels @param {"drawn" | "upload"} [how] */
  #drawn(pixels, how = "drawn") {
    this.how = how;
    this.useButton.setAttribute("aria-disabled", String(this.#isEmpty));
    if (!pixels || this.#isEmpty) {
      this.sketch.showReconstruction(null);
      return;
    }
    this.notice.textContent = "";
    const redraw = this.encode(pixels).then((mean) => this.decode(mean));
    redraw.then((picture) => this.sketch.pixels && this.sketch.showReconstruction(picture), (error) => this.onSay(error.message));
  }

  async #use() {
    if (this.#isEmpty) {
      this.notice.textContent = this.view.pixels
        ? "The pad is blank: draw something first, or upload a picture."
        : `There is none yet: upload ${withArticle(this.view.words.noun)} first.`;
      return;
    }
    this.onAdd({ kind: this.how === "upload" ? "upload" : "own", number: null, label: "", z: null, pixels: this.sketch.pixels.slice(), decoded: null });
  }
}
