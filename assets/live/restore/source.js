/**
 * Where the thing comes from that is restored: the test images, ten at a time, or one's own hand or file.
 * @module
 */

import { h, icon, iconButton } from "../shared/page/dom.js";
import { Upload } from "../shared/page/upload.js";
import { Sketch } from "../shared/views/sketch.js";
import { Starts, readStarts } from "../shared/views/starts.js";
import { ownTab } from "../shared/views/view.js";
import { capital, nameImage } from "../shared/words/names.js";
import { called } from "./words.js";

const BLANK = "The pad is blank.";
const STAYS = `${BLANK} The picture from before stays until you draw.`;
const FIRST = 3; // of those to choose from: in MNIST a three, which has fine strokes to lose

/**
 * @typedef {object} Picture
 * @property {any} pixels itself, [H, W, C] where it is an image
 * @property {number | null} index its number among the test images, or null where it is none
 * @property {string} name
 * @property {string} label its class, or an empty string
 * @property {"test" | "own" | "camera" | "drawn" | "kept"} how "drawn" by this program, for a case; "kept" from another model's data
 * @property {string} [case] its name in an address, where it was drawn for a case
 */

export class Source {
  /**
   * @param {any} data the page's
   * @param {import("../shared/views/view.js").View} view
   * @param {object} on
   * @param {(picture: Picture, final: boolean) => void} on.picture
   * @param {(sentence: string) => void} on.say
   * @param {() => void} on.download
   * @param {() => void} on.camera
   */
  constructor(data, view, on) {
    Object.assign(this, { data, view, on });
    const { images } = data;
    const tab = (value, words, glyph, checked) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name: `source-${data.model}`, value, checked, onchange: () => this.open(value) }),
        h("span", {}, glyph && icon(glyph), words),
      );
    this.own = h("div", { class: "own", hidden: true });
    this.tabs = h(
      "div",
      { class: "segments", role: "radiogroup", "aria-label": `Where the ${called(view)} comes from` },
      images && tab("test", capital(view.words.nouns), "", true),
      tab("own", ...ownTab(view), !images),
    );
    if (images) this.starts = new Starts({ ...images, title: "" }, view, (start) => this.on.picture(this.#picture(start), true), on.download);
    this.element = h("section", { class: "source" }, h("h2", {}, capital(called(view))), this.tabs, this.starts?.element, this.own);
    if (!images) this.open("own");
  }

  /** The picture to begin with, or null where there is none. @returns {Picture | null} */
  first(asked) {
    if (asked) return this.#picture(asked);
    if (!this.data.images) return null;
    const starts = readStarts(this.data.images, this.view);
    const start = starts[Math.min(this.view.pixels ? FIRST : 0, starts.length - 1)];
    return start ? this.#picture(start) : null;
  }

  /** The image of a number, where it is among those to choose from. @param {string | null} number @returns {Picture | null} */
  numbered(number) {
    const start = number && this.data.images && readStarts(this.data.images, this.view).find(({ index }) => String(index) === number);
    return start ? this.#picture(start) : null;
  }

  /** Mark the test image that is shown. */
  mark(picture) {
    this.starts?.mark(picture);
  }

  /** Show the test images, or the pad. @param {"test" | "own"} which */
  open(which) {
    const own = which === "own";
    if (own && !this.said) this.#begin();
    if (own && !this.view.pixels && this.brought) this.on.picture(this.brought, true); // what was uploaded is shown again
    this.own.hidden = !own;
    if (this.starts) this.starts.element.hidden = own;
    for (const input of this.tabs.querySelectorAll("input")) input.checked = input.value === which;
    // Its drawing, where there is one, is the picture again.
    if (own && this.sketch?.pixels) this.#drawn(this.sketch.pixels, { final: true, how: "drawn", note: "" });
  }

  destroy() {
    this.upload?.destroy();
    this.sketch?.destroy();
  }

  /** What one brings something of one's own with: a pad for pictures, a file for the others. */
  #begin() {
    this.said = h("p", { class: "fine", role: "status", "data-role": "own-note", hidden: true });
    if (this.view.pixels) this.#pad();
    else this.#file();
  }

  #file() {
    const { noun } = this.view.words;
    const onThing = (pixels) => {
      if (!pixels) return; // what was ticked last stays, as what was drawn does
      this.brought = { pixels, index: null, name: `Your ${noun}`, label: "", how: "own" };
      this.on.picture(this.brought, true);
    };
    this.upload = new Upload({ view: this.view, data: this.data, onThing });
    this.upload.takeDrops(this.element);
    const about = h("p", { class: "fine" }, `${capital(this.view.phrases.file)}; ${this.view.accept.split(",").join(", ")}. Or drop the file here.`);
    this.own.replaceChildren(this.upload.element, about, this.said);
  }

  #pad() {
    const { ground, base, model } = this.data;
    this.sketch = new Sketch({
      view: this.view,
      ground,
      base,
      model,
      onPicture: (pixels, from) => this.#drawn(pixels, from),
      onSay: (sentence) => this.#say(sentence === BLANK ? STAYS : sentence),
    });
    const camera = iconButton("camera", { "data-role": "camera", onclick: () => this.on.camera() }, "Camera…");
    this.sketch.element.querySelector(".sources")?.append(camera);
    this.own.replaceChildren(this.sketch.element, this.said);
  }

  #drawn(pixels, { final, how, note }) {
    this.sketch.showReconstruction(null);
    const blank = !pixels?.some((value) => value > 0);
    if (blank) {
      this.#say(pixels ? "The picture is blank: there is nothing to spoil or to restore." : STAYS);
      if (!pixels) return;
    } else if (!note) this.#say("");
    this.on.picture({ pixels, index: null, name: how === "upload" ? "Your picture" : "Your drawing", label: "", how: "own" }, final);
  }

  #say(sentence) {
    this.said.textContent = sentence;
    this.said.hidden = !sentence;
    if (sentence) this.on.say(sentence);
  }

  #picture({ index, label, pixels, z, noun: own }) {
    const { noun } = this.data.images;
    const [name] = nameImage(z ? `Reconstruction of ${noun.toLowerCase()}` : (own ?? noun), { index, label: "" });
    return { pixels, index, label, name, how: "test" };
  }
}
