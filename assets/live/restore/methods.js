/**
 * All methods as a row of tiles with their figures; the best one is marked. A press shows one large.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { bestOf, called, figureOf, rowVerdict, spoken } from "./words.js";

const SHORT = 5; // letters that a unit may have beneath a tile; a longer one stands beneath the large ones

/** @typedef {{name: string, title: string, sentence: string}} Method */

export class Methods {
  /**
   * @param {import("../shared/views/view.js").View} view
   * @param {import("./words.js").Measure[]} measures the first one counts
   * @param {(name: string) => void} onPick
   */
  constructor(view, measures, onPick) {
    Object.assign(this, { view, measures, onPick });
    this.row = h("div", { class: "tiles", role: "group", "aria-label": "Methods" });
    this.words = h("p", { class: "fine", "data-role": "best", role: "status" });
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
    this.row.replaceChildren(...[...this.tiles.values()].map(({ element }) => element));
    this.row.style.setProperty("--tiles", String(methods.length));
    this.mark(this.picked);
  }

  /** Mark the method that is shown large. */
  mark(name) {
    this.picked = name;
    for (const [other, { button }] of this.tiles) if (button) button.setAttribute("aria-pressed", String(other === name));
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
   * Say which tiles are of what is set now, and which of them is best once all are there.
   * @param {import("./standing.js").Standing} standing
   * @param {boolean} lost whether nothing is left to restore from: then none is best
   */
  stand(standing, lost) {
    const [measure] = this.measures;
    const tiles = [...this.tiles.values()];
    for (const tile of tiles) this.#say(tile, standing.of(tile.failed) === "now" ? "failed" : standing.of(tile.state));
    const done = tiles.every(({ stand, final }) => stand === "failed" || (stand === "now" && final));
    const known = tiles.map(({ stand, values }) => (stand === "now" ? values[0] : undefined));
    const best = done && !lost ? bestOf(known, measure) : -1;
    tiles.forEach(({ element, badge }, i) => {
      element.classList.toggle("best", i === best);
      badge.hidden = i !== best;
    });
    const rows = tiles.map(({ title }, i) => ({ title: title.textContent, value: known[i] }));
    this.words.textContent = done ? rowVerdict(rows, lost, measure) : standing.state ? "Computing…" : "";
    this.row.setAttribute("aria-busy", String(!done));
  }

  /** @param {any} tile @param {import("./standing.js").Stand | "failed"} stand */
  #say(tile, stand) {
    const { values, title } = tile;
    const shown = stand === "now" || stand === "following";
    const instead = stand === "failed" ? "no answer" : "computing…";
    const [first, second] = this.#lines(shown ? values : null);
    tile.stand = stand;
    tile.element.dataset.standing = stand;
    tile.firstWords.textContent = shown ? first : instead;
    tile.secondWords.textContent = second;
    tile.canvas.setAttribute("aria-label", `${title.textContent}: ${shown ? spoken(this.measures, values) : instead}`);
  }

  /** Two lines under a tile: two figures, or one and its unit. @param {(number | null)[] | null} values */
  #lines(values) {
    const [measure, other] = this.measures;
    if (!values) return ["", "\u00a0"];
    if (other) return [figureOf(measure, values[0]), `${other.title} ${figureOf(other, values[1])}`];
    const short = measure.unit.length <= SHORT;
    return [figureOf(short ? measure : { ...measure, unit: "" }, values[0]), measure.title];
  }

  /** What the row shows, for a sheet. @returns {{title: string, pixels: any, layers: any, values: (number | null)[], best: boolean}[]} */
  get shown() {
    return [...this.tiles.values()]
      .filter(({ stand }) => stand === "now")
      .map(({ title, pixels, layers, values, element }) => ({
        title: title.textContent, pixels, layers, values, best: element.classList.contains("best"),
      }));
  }

  /** Forget a tile's content: another one is to stand in its place. @param {string} name */
  forget(name) {
    Object.assign(this.tiles.get(name) ?? {}, { state: null, final: false });
  }

  #tile({ name, sentence }) {
    const canvas = h("canvas", { class: "pixels", "data-method": name, role: "img", width: this.view.width, height: this.view.height });
    const [title, firstWords, secondWords] = ["b", "span", "small"].map((tag) => h(tag));
    const badge = h("em", { hidden: true }, "best");
    const pickable = name !== "nothing" && !name.startsWith("beside:");
    const frame = pickable
      ? h("button", { type: "button", "aria-pressed": "false", title: `${sentence} Press to show it large.`, onclick: () => this.onPick(name) }, canvas, badge)
      : h("div", { title: sentence }, canvas, badge);
    const element = h("figure", { "data-tile": name }, frame, h("figcaption", { title: sentence }, title, firstWords, secondWords));
    return {
      element,
      canvas,
      title,
      firstWords,
      secondWords,
      badge,
      button: pickable ? frame : null,
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

/** What stands above the row. @param {import("../shared/views/view.js").View} view */
export const rowWords = (view) => `on this very ${called(view)}; press one to see it large`;
