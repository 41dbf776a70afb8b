/**
 * One large picture in two parts: what was done to it left of a line, or the original, or what a second model restores; and what is
 * restored right of it. Each with its figures.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { pointingAt } from "../../shared/page/pointing.js";
import { labelled } from "../../shared/views/view.js";
import { lookOf } from "../standing.js";
import { blanked } from "./layers.js";
import { Wipe } from "./wipe.js";

const LAYERS = /** @type {const} */ ([["original", "original"], ["corrupted", "corrupted"], ["beside", "beside"], ["restored", "picture"]]);
const HEARD = /** @type {const} */ ([["original", "Original"], ["corrupted", "Corrupted"], ["restored", "Restored"]]);
const SIDES = { original: "original", corrupted: "corrupted", beside: "second model" };

/** @typedef {"original" | "corrupted" | "restored" | "beside"} Which */
/** @typedef {"original" | "corrupted" | "beside"} Left what stands left of the line */

export class Stage {
  /**
   * @param {import("../../shared/views/view.js").View} view
   * @param {(left: Left) => void} onLeft something else is to stand left of the line
   */
  constructor(view, onLeft) {
    Object.assign(this, { view, onLeft });
    this.frame = h("div", { class: "frame" });
    /** @type {Record<string, any>} */
    this.layers = Object.fromEntries(LAYERS.map(([name, role]) => [name, this.#layer(name, role)]));
    const layers = Object.values(this.layers);
    this.frame.append(...layers.map(({ canvas }) => canvas));
    for (const layer of layers) this.#letPoint(layer);
    this.wipe = new Wipe({ frame: this.frame, over: this.layers.restored.canvas });
    this.choice = this.#leftChoice();
    this.element = h(
      "figure",
      { class: "frames", style: `--aspect: ${view.width / view.height}` },
      this.frame,
      h("div", { class: "wipe latent-map" }, this.wipe.slider.element),
      h("figcaption", {}, ...layers.map(({ caption }) => caption)),
      this.#heard(),
      this.choice,
    );
    /** @type {number | undefined} the sample that is pointed at, on one of them */
    this.sample = undefined;
    this.show("corrupted", "");
  }

  /** Say what stands left of the line. @param {Left} left @param {string} beside the second model, or empty where there is none */
  show(left, beside) {
    this.frame.dataset.left = this.element.dataset.left = left;
    for (const input of this.choice.querySelectorAll("input")) input.checked = input.value === left;
    const [name] = this.besideLabel.getElementsByTagName("span");
    if (name.textContent !== beside) name.textContent = beside;
    this.besideLabel.hidden = !beside;
    this.wipe.name([SIDES[left], "restored"]);
  }

  /** Show a thing in its place. @param {Which} which @param {any} array @param {number} index @param {any} [layers] */
  paint(which, array, index, layers) {
    const layer = this.layers[which];
    const { size } = this.view;
    layer.shown = { array: array.slice(index * size, (index + 1) * size), layers };
    this.#draw(layer);
    layer.listening?.show(layer.shown.array);
    layer.pointing?.again();
  }

  /** Show what is corrupted, with what is lost left out where its view can do that. @param {Uint8Array | null} lost */
  paintCorrupted(array, lost) {
    const known = blanked(this.view, array.slice(0, this.view.size), lost);
    this.paint("corrupted", known, 0, lost ? { gaps: lost } : undefined);
  }

  /** Say what stands there. @param {Which} which @param {string} title @param {string} words */
  caption(which, title, words) {
    const layer = this.layers[which];
    if (layer.title.data !== title) layer.title.data = title;
    if (layer.words.data !== words) layer.words.data = words;
  }

  /** Say it for a screen reader. @param {Which} which @param {string} words */
  label(which, words) {
    const { canvas, shown } = this.layers[which];
    canvas.setAttribute("aria-label", labelled(this.view, words, shown?.array));
  }

  /**
   * Dim what is of something else, or leave its place empty.
   * @param {Which} which @param {import("../standing.js").Stand} stand @param {string} title @param {string} words
   */
  wait(which, stand, title, words) {
    const { canvas } = this.layers[which];
    if (canvas.dataset.standing !== lookOf(stand)) canvas.dataset.standing = lookOf(stand);
    if (stand === "now" || stand === "following") return;
    this.caption(which, title, words);
    canvas.setAttribute("aria-label", `${title}: ${words || "no picture yet"}`);
  }

  destroy() {
    this.wipe.destroy();
    for (const { listening } of Object.values(this.layers)) listening?.destroy();
  }

  #draw({ canvas, shown }) {
    if (shown) this.view.paint(canvas, shown.array, 0, this.sample === undefined ? shown.layers : { ...shown.layers, mark: this.sample });
  }

  /** What one drawing is pointed at is marked on all, and said on each. */
  #letPoint(layer) {
    const { view } = this;
    const mark = (sample) => {
      this.sample = sample;
      for (const each of Object.values(this.layers)) {
        this.#draw(each);
        if (each !== layer && each.shown) each.pointing.join(sample);
      }
    };
    // Both parts are read at once: each says which it is.
    const named = (hover) => ({ ...hover, words: `${layer.name === "restored" ? "restored" : SIDES[layer.name]} ${hover.words}` });
    const reads = /** @type {any} */ (view).hoverOf && {
      words: view.words,
      hoverOf: (...of) => named(/** @type {any} */ (view).hoverOf(...of)),
      hoverAt: (...of) => named(/** @type {any} */ (view).hoverAt(...of)),
    };
    layer.pointing = pointingAt(layer.canvas, reads || view, { shown: () => layer.shown?.array ?? null, mark });
    if (!layer.pointing) return;
    layer.pointing.element.dataset.of = layer.name;
    this.frame.append(layer.pointing.element);
  }

  #layer(name, role) {
    const canvas = h("canvas", { "data-role": role, "data-layer": name, role: "img", class: "pixels", width: this.view.width, height: this.view.height });
    const [title, words] = [new Text(), new Text()];
    const caption = h("span", { class: "caption", "data-of": name }, h("b", {}, title), h("span", { "data-role": `${role}-figures` }, words));
    return { name, canvas, title, words, caption, shown: null, pointing: null };
  }

  /** Keys that play what is here, where it can be heard. */
  #heard() {
    const { view } = this;
    if (!view.listening) return null;
    const keys = HEARD.map(([which, words]) => {
      this.layers[which].listening = view.listening({ noun: `${words.toLowerCase()} ${view.words.noun}`, words });
      return this.layers[which].listening.key;
    });
    return h("div", { class: "heard", "data-role": "heard" }, ...keys);
  }

  /** What stands left of the line. */
  #leftChoice() {
    const choose = (value, words) =>
      h("label", {}, h("input", { type: "radio", name: "left-of-line", value, onchange: () => this.onLeft(value) }), h("span", {}, words));
    this.besideLabel = choose("beside", "");
    const choices = h(
      "div",
      { class: "segments", role: "radiogroup", "aria-label": "Left of the line" },
      choose("corrupted", "Corrupted"),
      choose("original", "Original"),
      this.besideLabel,
    );
    return h("div", { class: "left-of-line" }, h("span", { class: "fine", "aria-hidden": "true" }, "Left of the line"), choices);
  }
}
