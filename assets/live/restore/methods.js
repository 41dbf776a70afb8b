/**
 * All methods as a row of pictures with their figures; the best one is marked. A press shows one large.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { bestOf, decibels, rowVerdict, similarity, spoken } from "./words.js";

/** @typedef {{name: string, title: string, sentence: string}} Method */

export class Methods {
  /**
   * @param {import("../shared/views/view.js").View} view
   * @param {(name: string) => void} onPick
   */
  constructor(view, onPick) {
    Object.assign(this, { view, onPick });
    this.row = h("div", { class: "tiles", role: "group", "aria-label": "Methods" });
    this.words = h("p", { class: "fine", "data-role": "best", role: "status" });
    /** @type {Map<string, any>} */
    this.tiles = new Map();
  }

  /** Show these methods, the corrupted picture first. @param {Method[]} methods */
  show(methods) {
    const names = methods.map(({ name, title }) => `${name}:${title}`).join();
    if (names === this.names) return;
    this.names = names;
    this.methods = methods;
    const before = this.tiles;
    this.tiles = new Map(methods.map((method) => [method.name, before.get(method.name) ?? this.#tile(method)]));
    for (const [name, tile] of this.tiles) tile.title.textContent = methods.find((method) => method.name === name)?.title ?? "";
    this.row.replaceChildren(...[...this.tiles.values()].map(({ element }) => element));
    this.mark(this.picked);
  }

  /** Mark the method that is shown large. */
  mark(name) {
    this.picked = name;
    for (const [other, { button }] of this.tiles) if (button) button.setAttribute("aria-pressed", String(other === name));
  }

  /**
   * Take a method's picture.
   * @param {string} name @param {any} array @param {number} index @param {number | null} psnr @param {number | null} ssim
   * @param {object} state what it is a picture of @param {boolean} [final] whether it is as good as the method makes it
   */
  fill(name, array, index, psnr, ssim, state, final = true) {
    const tile = this.tiles.get(name);
    if (!tile || (!final && tile.final && tile.state === state)) return;
    const { view } = this;
    const { size } = view;
    Object.assign(tile, { psnr, ssim, state, final, failed: null, pixels: array.slice(index * size, (index + 1) * size) });
    view.paint(tile.canvas, tile.pixels);
  }

  /** These have no answer for a state, and will have none. @param {string[]} names @param {object} state */
  fail(names, state) {
    for (const name of names) Object.assign(this.tiles.get(name) ?? {}, { failed: state });
  }

  /**
   * Say which pictures are of what is set now, and which of them is best once all are there.
   * @param {import("./standing.js").Standing} standing
   * @param {boolean} lost whether nothing of the picture is left: then none is best
   */
  stand(standing, lost) {
    const tiles = [...this.tiles.values()];
    for (const tile of tiles) this.#say(tile, standing.of(tile.failed) === "now" ? "failed" : standing.of(tile.state));
    const done = tiles.every(({ stand, final }) => stand === "failed" || (stand === "now" && final));
    const known = tiles.map(({ stand, psnr }) => (stand === "now" ? psnr : undefined));
    const best = done && !lost ? bestOf(known) : -1;
    tiles.forEach(({ element, badge }, i) => {
      element.classList.toggle("best", i === best);
      badge.hidden = i !== best;
    });
    const rows = tiles.map(({ title }, i) => ({ title: title.textContent, psnr: known[i] }));
    this.words.textContent = done ? rowVerdict(rows, lost) : standing.state ? "Computing…" : "";
    this.row.setAttribute("aria-busy", String(!done));
  }

  /** @param {any} tile @param {import("./standing.js").Stand | "failed"} stand */
  #say(tile, stand) {
    const { psnr, ssim, title } = tile;
    const shown = stand === "now" || stand === "following";
    const instead = stand === "failed" ? "no answer" : "computing…";
    tile.stand = stand;
    tile.element.dataset.standing = stand;
    tile.psnrWords.textContent = shown ? decibels(psnr) : instead;
    tile.ssimWords.textContent = shown ? `SSIM ${similarity(ssim)}` : "\u00a0";
    tile.canvas.setAttribute("aria-label", `${title.textContent}: ${shown ? spoken(psnr, ssim) : instead}`);
  }

  /** What the row shows, for a sheet. @returns {{title: string, pixels: any, psnr: number | null, ssim: number | null, best: boolean}[]} */
  get shown() {
    return [...this.tiles.values()]
      .filter(({ stand }) => stand === "now")
      .map(({ title, pixels, psnr, ssim, element }) => ({ title: title.textContent, pixels, psnr, ssim, best: element.classList.contains("best") }));
  }

  /** Forget a picture: another one is to stand in its place. @param {string} name */
  forget(name) {
    Object.assign(this.tiles.get(name) ?? {}, { state: null, final: false });
  }

  #tile({ name, sentence }) {
    const canvas = h("canvas", { class: "pixels", "data-method": name, role: "img", width: this.view.width, height: this.view.height });
    const [title, psnrWords, ssimWords] = ["b", "span", "small"].map((tag) => h(tag));
    const badge = h("em", { hidden: true }, "best");
    const pickable = name !== "nothing" && !name.startsWith("beside:");
    const frame = pickable
      ? h("button", { type: "button", "aria-pressed": "false", title: `${sentence} Press to show it large.`, onclick: () => this.onPick(name) }, canvas, badge)
      : h("div", { title: sentence }, canvas, badge);
    const element = h("figure", { "data-tile": name }, frame, h("figcaption", { title: sentence }, title, psnrWords, ssimWords));
    return {
      element,
      canvas,
      title,
      psnrWords,
      ssimWords,
      badge,
      button: pickable ? frame : null,
      psnr: undefined,
      ssim: null,
      pixels: null,
      state: null,
      final: false,
      failed: null,
      stand: "none",
    };
  }
}
