/**
 * The original and all methods under each other, each with how near it comes as a bar; the best one is marked. A press shows one large.
 * A row is there once it has something to show, and its place is kept until then.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { lookOf } from "../standing.js";
import { barOf, bestOf, figureOf, rowVerdict, sayBars, spoken } from "../words.js";

const SHORT = 5; // letters that a unit may have beside a bar; a longer one stands above them all

/** @typedef {import("./comparison.js").Method} Method */

export class Methods {
  /**
   * @param {import("../../shared/views/view.js").View} view
   * @param {import("../words.js").Measure[]} measures the first one counts
   * @param {(name: string) => void} onPick a method, or "original"
   */
  constructor(view, measures, onPick) {
    Object.assign(this, { view, measures, onPick });
    this.original = this.#original();
    this.row = h("div", { class: "tiles", role: "group", "aria-label": "Methods" });
    this.words = h("p", { class: "unseen", "data-role": "best", role: "status" }); // what the badge says to the eye
    this.scale = h("p", { class: "fine", "data-role": "scale" }, sayBars(measures[0]));
    this.table = h("tbody");
    this.details = measures.length > 1 && this.#details();
    /** @type {Map<string, any>} */
    this.tiles = new Map();
  }

  /** Show these methods, what is corrupted first. @param {Method[]} methods */
  show(methods) {
    const names = methods.map(({ name, title }) => `${name}:${title}`).join();
    if (names === this.names) return;
    this.names = names;
    this.methods = methods;
    const before = this.tiles;
    this.tiles = new Map(methods.map((method) => [method.name, before.get(method.name) ?? this.#tile(method)]));
    for (const [name, tile] of this.tiles) tile.title.textContent = methods.find((method) => method.name === name)?.title ?? "";
    this.row.replaceChildren(this.original.element, ...[...this.tiles.values()].map(({ element }) => element));
    this.mark(this.picked, this.left);
  }

  /** Mark what is shown large. @param {string} picked the method right of the line @param {string} left what stands left of it */
  mark(picked, left) {
    Object.assign(this, { picked, left });
    const tiles = [["original", this.original], ...this.tiles];
    for (const [name, { button }] of tiles) button.setAttribute("aria-pressed", String(name === picked || leftOf(name) === left));
  }

  /** Show the original. @param {any} pixels @param {string} name */
  showOriginal(pixels, name) {
    this.view.paint(this.original.canvas, pixels);
    this.original.words.data = name;
    this.original.element.dataset.standing = "now";
  }

  /**
   * Take what a method has made.
   * @param {string} name @param {any} array @param {number} index @param {(number | null)[]} values its figures
   * @param {object} state what it is of @param {any} layers what is drawn with it, where its view draws such
   * @param {boolean} [final] whether it is as good as the method makes it
   */
  fill(name, array, index, values, state, layers, final = true) {
    const tile = this.tiles.get(name);
    if (!tile || (!final && tile.final && tile.state === state)) return;
    const { view } = this;
    const { size } = view;
    Object.assign(tile, { values, state, final, layers, failed: null, pixels: array.slice(index * size, (index + 1) * size) });
    view.paint(tile.canvas, tile.pixels, 0, layers);
  }

  /** These have no answer for a state, and will have none. @param {string[]} names @param {object} state */
  fail(names, state) {
    for (const name of names) Object.assign(this.tiles.get(name) ?? {}, { failed: state });
  }

  /**
   * Say which rows are of what is set now, and which of them is best once all are there.
   * @param {import("../standing.js").Standing} standing
   * @param {boolean} lost whether nothing is left to restore from: then none is best
   */
  stand(standing, lost) {
    const [measure] = this.measures;
    const tiles = [...this.tiles.values()];
    const stands = tiles.map((tile) => (standing.of(tile.failed) === "now" ? "failed" : standing.of(tile.state)));
    const shown = tiles.map(({ values }, i) => (stands[i] === "now" || stands[i] === "following" ? values[0] : null));
    const most = Math.max(0, ...shown.filter(Number.isFinite));
    tiles.forEach((tile, i) => this.#say(tile, stands[i], most));
    const done = tiles.every(({ stand, final }) => stand === "failed" || (stand === "now" && final));
    const known = tiles.map(({ stand, values }) => (stand === "now" ? values[0] : undefined));
    const best = done && !lost ? bestOf(known, measure) : -1;
    tiles.forEach(({ element, badge }, i) => {
      element.classList.toggle("best", i === best);
      if (badge.hidden !== (i !== best)) badge.hidden = i !== best;
    });
    const rows = tiles.map(({ title }, i) => ({ title: title.textContent, value: known[i] }));
    const words = done ? rowVerdict(rows, lost, measure) : standing.state ? "Computing…" : "";
    if (this.words.textContent !== words) this.words.textContent = words;
    if (done !== this.done) this.row.setAttribute("aria-busy", String(!(this.done = done)));
    if (done && this.details) this.#tell(tiles);
  }

  /** @param {any} tile @param {import("../standing.js").Stand | "failed"} stand @param {number} most the largest figure of all */
  #say(tile, stand, most) {
    const { values, title, canvas, bar, words } = tile;
    const [measure] = this.measures;
    const shown = stand === "now" || stand === "following";
    const instead = stand === "failed" ? "no answer" : stand === "none" ? "" : "computing…";
    const short = measure.unit.length <= SHORT;
    const text = shown ? figureOf(short ? measure : { ...measure, unit: "" }, values[0]) : instead;
    if (words.data !== text) words.data = text;
    bar.style.transform = `scaleX(${shown ? barOf(measure, values[0], most).toFixed(3) : 0})`;
    tile.stand = stand;
    if (tile.element.dataset.standing !== lookOf(stand)) tile.element.dataset.standing = lookOf(stand);
    const label = `${title.textContent}: ${shown ? spoken(this.measures, values) : instead || "computing…"}`;
    if (label !== tile.label) canvas.setAttribute("aria-label", (tile.label = label));
  }

  /** All figures, as a table. */
  #tell(tiles) {
    const cell = (measure, value) => h("td", {}, figureOf(measure, value));
    const rows = tiles
      .filter(({ stand }) => stand === "now")
      .map(({ title, values }) => h("tr", {}, h("th", { scope: "row" }, title.textContent), ...this.measures.map((measure, i) => cell(measure, values[i]))));
    this.table.replaceChildren(...rows);
  }

  /** What the row shows, for a sheet. @returns {{title: string, pixels: any, layers: any, values: (number | null)[], best: boolean}[]} */
  get shown() {
    return [...this.tiles.values()]
      .filter(({ stand }) => stand === "now")
      .map(({ title, pixels, layers, values, element }) => ({
        title: title.textContent, pixels, layers, values, best: element.classList.contains("best"),
      }));
  }

  /** Forget a row's content: another one is to stand in its place. @param {string} name */
  forget(name) {
    Object.assign(this.tiles.get(name) ?? {}, { state: null, final: false });
  }

  #details() {
    const [, ...others] = this.measures;
    const names = others.map(({ title }) => title).join(", ");
    const head = h("tr", {}, h("th", { scope: "col" }, "Method"), ...this.measures.map(({ title }) => h("th", { scope: "col" }, title)));
    return h(
      "details",
      { class: "figures", "data-role": "more-figures" },
      h("summary", {}, `${names} of each`),
      h("table", {}, h("thead", {}, head), this.table),
    );
  }

  #original() {
    const canvas = h("canvas", { class: "pixels", "aria-hidden": "true", width: this.view.width, height: this.view.height });
    const title = "What nobody has spoiled. Press to see it left of the line.";
    const button = h("button", { type: "button", "aria-label": "Original", "aria-pressed": "false", title, onclick: () => this.onPick("original") }, canvas);
    const words = new Text();
    const caption = h("figcaption", {}, h("b", {}, "Original"), h("small", {}, words));
    return { element: h("figure", { class: "original", "data-standing": "none" }, button, caption), canvas, button, words };
  }

  #tile({ name, sentence }) {
    const canvas = h("canvas", { class: "pixels", "data-method": name, role: "img", width: this.view.width, height: this.view.height });
    const title = h("b");
    const words = new Text();
    const bar = h("i");
    const badge = h("em", { hidden: true }, "best");
    const side = leftOf(name) ? "left" : "right";
    const about = `${sentence} Press to see it ${side} of the line.`;
    const button = h("button", { type: "button", "aria-pressed": "false", title: about, onclick: () => this.onPick(name) }, canvas);
    const caption = h("figcaption", { title: sentence }, title, badge, h("i", { class: "bar", "aria-hidden": "true" }, bar), h("span", {}, words));
    return {
      element: h("figure", { "data-tile": name, "data-standing": "none" }, button, caption),
      canvas,
      title,
      words,
      bar,
      badge,
      button,
      values: undefined,
      pixels: null,
      layers: undefined,
      state: null,
      final: false,
      failed: null,
      stand: "none",
    };
  }
}

/**
 * What a row stands for left of the line; null for a method, which stands right of it.
 * @param {string} name
 * @returns {import("../stage/stage.js").Left | null}
 */
export const leftOf = (name) => (name === "original" ? "original" : name === "nothing" ? "corrupted" : name.startsWith("beside:") ? "beside" : null);
