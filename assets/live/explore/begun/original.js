/**
 * What stands beside the picture: the thing that it began with, or what that place is for.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { labelled } from "../../shared/views/view.js";
import { nameImage, withArticle } from "../../shared/words/names.js";
import { absent, invite, truth } from "../words.js";

export class Original {
  /** @param {any} data @param {import("../../shared/views/view.js").View} view */
  constructor(data, view) {
    Object.assign(this, { data, view });
    this.canvas = h("canvas", { "data-role": "original", role: "img", width: 1, height: 1, class: "pixels" });
    this.caption = h("figcaption");
    this.listening = view.listening?.({ noun: "original" });
    this.figure = h("figure", { class: "original", hidden: true }, this.canvas, this.listening?.key, this.caption);
    this.invitation = invite(data.images, view.words);
    this.hint = h("p", { class: "hint" }, this.invitation);
    this.truth = data.factors.length > 0 && h("p", { class: "truth", "data-role": "truth" }, "\u00a0");
  }

  /** Show a thing, or that there is none. @param {import("../../shared/views/starts.js").Start | null} image */
  show(image) {
    const { noun, shown } = { noun: this.data.images?.noun, shown: Boolean(image && image.z === null) };
    this.#tellTruth(image);
    this.figure.hidden = !shown; // a code without its picture has no original to show
    this.hint.hidden = shown;
    if (image?.z) this.hint.textContent = absent(noun, image);
    else if (!image) this.hint.textContent = this.invitation;
    if (shown && this.painted !== image.pixels) this.#paint(image, noun);
  }

  #paint(image, noun) {
    this.painted = image.pixels;
    this.view.paint(this.canvas, image.pixels);
    this.listening?.show(image.pixels);
    const [name, label] = image.index === null ? [`Your ${this.view.words.noun}`, ""] : nameImage(image.noun ?? noun, image);
    this.canvas.setAttribute("aria-label", labelled(this.view, `${name} ${label}`, image.pixels));
    this.caption.replaceChildren(h("b", {}, name), ` ${label}`);
  }

  destroy() {
    this.listening?.destroy();
  }

  /** Say beside the sliders what the thing was drawn from, where that is known. */
  #tellTruth(image) {
    if (!this.truth) return;
    const told = truth(this.data.factors, image?.factors);
    const nothing = `Start from ${withArticle(this.view.words.noun)}: here stands what it was drawn from.`;
    this.truth.replaceChildren(...(told ? [h("b", {}, "Known factors"), ` ${told}`] : [nothing]));
  }
}
