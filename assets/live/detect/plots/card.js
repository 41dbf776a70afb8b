/**
 * One thing large: itself, what the model makes of it, where that is wrong, and all its scores.
 * @module
 */

import { percentile } from "./counts.js";
import { awayOf, errorsOf, heatPicture, heatStops, roundTop, topOf } from "./heat.js";
import { sayAway, sayPercentile, scoreText, verdict } from "../words.js";
import { put } from "../../shared/page/box.js";
import { h } from "../../shared/page/dom.js";
import { term } from "../../shared/page/term.js";
import { pointingAt } from "../../shared/page/pointing.js";
import image from "../../shared/views/image.js";
import { labelled } from "../../shared/views/view.js";
import { capital, takenFor } from "../../shared/words/names.js";
import { threeParts } from "../../shared/draw/threeparts.js";
import { partsOf } from "../file.js";

export class Card {
  /**
   * @param {import("../../shared/views/view.js").View} view
   * @param {{name: string, title: string, unit: string}[]} scores
   * @param {{choices: string[]} | null} [given] what a conditional model is told
   */
  constructor(view, scores, given = null) {
    Object.assign(this, { view, scores, given });
    this.#build();
  }

  /**
   * Show a thing; what the model makes of it comes with `restore`.
   * @param {object} what
   * @param {string} what.title @param {"normal" | "unusual" | "own"} what.group @param {any} what.pixels
   * @param {Record<string, number> | null} what.values its scores, or null while they are worked out
   */
  show({ title, group, pixels, values }) {
    Object.assign(this, { group, pixels, values });
    this.title.textContent = title;
    this.element.dataset.group = group;
    this.layers = undefined;
    this.#paint();
    this.picture.setAttribute("aria-label", labelled(this.view, title, pixels));
    this.element.classList.add("shown");
    this.pointing?.again();
  }

  /**
   * Show the reconstruction, and where it is wrong.
   * @param {any} restored @param {number} [number] of the class that a conditional model has taken it for
   */
  restore(restored, number) {
    const { view } = this;
    if (this.given) this.taken.textContent = `${capital(takenFor(this.given, number))}: it costs the model least so.`;
    if (view.pixels) {
      view.paint(this.restored, restored);
      this.restored.setAttribute("aria-label", labelled(view, "What the model makes of it", restored));
      this.#showErrors(restored);
    } else this.#colourErrors(restored);
  }

  #paint(mark) {
    if (this.pixels) this.view.paint(this.picture, this.pixels, 0, mark === undefined ? this.layers : { ...this.layers, mark });
  }

  /** Colour a curve by how far the reconstruction is from it, which lies in grey beneath. */
  #colourErrors(restored) {
    const values = awayOf(this.pixels, restored);
    const most = values.reduce((a, b) => Math.max(a, b), 0);
    this.layers = { beneath: restored, error: { values, most: roundTop(most) } };
    this.#paint(this.pointing?.sample);
    this.away.textContent = sayAway(this.view, this.view.apart(this.pixels, 0, restored, 0), most);
    this.picture.dispatchEvent(new CustomEvent("painted"));
  }

  /** Show the error of each pixel. */
  #showErrors(restored) {
    const [height, width] = this.view.shape;
    const errors = errorsOf(this.pixels, restored, this.view.shape);
    const top = topOf(errors);
    image([height, width, 3]).paint(this.heat, heatPicture(errors, top));
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    this.top.textContent = String(top);
    this.heat.setAttribute(
      "aria-label",
      `Squared error of each pixel: ${scoreText(mean)} on average, at most ${scoreText(errors.reduce((a, b) => Math.max(a, b), 0))}`,
    );
    this.heat.dispatchEvent(new CustomEvent("painted"));
  }

  /**
   * Show the scores among those of the normal images.
   * @param {Record<string, Float64Array>} normal of each score, ascending
   * @param {string} score the chosen one @param {number} threshold
   */
  compare(normal, score, threshold) {
    if (!this.group) return;
    this.#split();
    for (const { name } of this.scores) {
      const { row, value, bar, words } = this.rows[name];
      const own = this.values?.[name];
      const share = own === undefined ? null : percentile(normal[name], own);
      row.classList.toggle("chosen", name === score);
      put(value, own === undefined ? "…" : scoreText(own));
      if (this.rows[name].share !== share) bar.style.setProperty("--share", String((this.rows[name].share = share) ?? 0));
      put(words, own === undefined ? "" : sayPercentile(share));
    }
    const judged = this.values && verdict(this.group, this.values[score], threshold, this.view.words.noun);
    const { words, right } = judged ?? { words: "Let go, and it is scored.", right: null };
    put(this.verdict, words);
    if (this.verdict.dataset.right !== String(right)) this.verdict.dataset.right = String(right);
  }

  /** Show what −ELBO is made of, once for each thing and not for each move of the threshold. */
  #split() {
    if (this.splitOf === this.values) return;
    this.splitOf = this.values;
    const parts = partsOf(this.values);
    this.parts.replaceChildren(...(parts ? [h("p", { class: "fine" }, term("−ELBO"), " is made of"), threeParts(parts)] : []));
  }

  #build() {
    const canvas = (role) => h("canvas", { class: "pixels", role: "img", "data-role": role, width: 1, height: 1 });
    [this.picture, this.restored, this.heat] = [canvas("picture"), canvas("restored"), canvas("heat")];
    this.pointing = pointingAt(this.picture, this.view, { shown: () => this.pixels ?? null, mark: (sample) => this.#paint(sample) });
    this.title = h("h2", { "data-role": "card-title" }, "\u00a0");
    this.verdict = h("p", { class: "verdict", "data-role": "verdict" }, "\u00a0");
    this.top = h("span", {}, "1");
    this.away = h("p", { class: "fine", "data-role": "away", hidden: this.view.pixels }, "\u00a0");
    this.parts = h("div", { "data-role": "parts" });
    this.taken = h("p", { class: "fine", "data-role": "taken", hidden: !this.given }, "\u00a0");
    const { noun, nouns } = this.view.words;
    const framed = (picture, words, ...more) => h("figure", {}, h("div", { class: "tile" }, picture, ...more), h("figcaption", {}, words));
    const scale = h(
      "div",
      { class: "heat-scale", title: "Squared difference of each pixel, where black is 0 and white is 1" },
      h("span", {}, "0"),
      h("i", { style: `background: ${heatStops}` }),
      this.top,
    );
    /** @type {Record<string, any>} */
    this.rows = {};
    const rows = this.scores.map(({ name, title, unit }) => {
      const [value, bar, words] = [h("td", { class: "value" }, "–"), h("i"), h("span", {})];
      const row = h("tr", { "data-row": name }, h("th", { scope: "row", title: unit }, title), value, h("td", { class: "among" }, h("div", {}, words, bar)));
      this.rows[name] = { row, value, bar, words, share: undefined };
      return row;
    });
    const head = (words, title = null) => h("th", { scope: "col", title }, words);
    const heads = h("tr", {}, head("Score"), head("Value"), head("Above normal", `Above how many of 100 normal ${nouns} it lies`));
    const shown = [capital(noun), this.view.over?.judged].filter(Boolean).join(", ");
    this.element = h(
      "section",
      { class: "suspect", "aria-label": `The chosen ${noun}` },
      this.title,
      this.verdict,
      h(
        "div",
        { class: "pictures" },
        framed(this.picture, shown, this.pointing?.element),
        this.view.pixels && framed(this.restored, "Reconstruction"),
        this.view.pixels && framed(this.heat, h("span", { class: "heat-words" }, "Squared error", scale)),
      ),
      this.away,
      this.taken,
      this.parts,
      h("table", {}, h("thead", {}, heads), h("tbody", {}, ...rows)),
    );
  }
}
