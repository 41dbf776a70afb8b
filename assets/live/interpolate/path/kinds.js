/**
 * The kinds of path under each other: what each makes between the present anchors, how long it is and how near to the data.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { term } from "../../shared/page/term.js";
import { costCells, sayDensities } from "../words.js";
import { PathStrip } from "./strip.js";

export const COMPARED = 11; // pictures of each path

/** What a path costs: what stands before and after the figure, and what it is. */
const COSTS = {
  length: [() => "length", "", "In latent space, along the path"],
  density: [
    () => term("density"),
    " nats",
    "The logarithm of how densely the test codes lie there, averaged along the path. Higher is nearer to the data: one more is 2.7 times as dense",
  ],
};

/** @typedef {{length: number, density: number}} Cost */

export class Kinds {
  /**
   * @param {Record<string, {title: string, sentence: string, cost: string}>} paths as vae/explore/ways.py has them
   * @param {{view: import("../../shared/views/view.js").View, onChoose: (kind: string) => void}} options
   */
  constructor(paths, { view, onChoose }) {
    Object.assign(this, { paths, view, onChoose });
    this.rows = new Map(Object.entries(paths).map(([kind, path]) => [kind, this.#row(kind, path)]));
    this.words = h("p", { class: "fine", "data-role": "kind-words" });
    this.compared = h("p", { class: "fine", "data-role": "densities" });
    /** @type {Record<string, number | undefined>} */
    this.densities = {};
    const rows = [...this.rows.values()].map(({ row }) => row);
    this.element = h(
      "section",
      { class: "kinds-of-path", "aria-label": "Paths compared" },
      h("div", { role: "radiogroup", "data-role": "kinds", "aria-label": "Kind of path" }, ...rows),
      h("div", { class: "told" }, this.words, this.compared),
    );
  }

  /** Show which is chosen, and what is to be known of it between these anchors. @param {string} kind @param {string} [note] */
  choose(kind, note = "") {
    this.chosen = kind;
    this.words.textContent = `${this.paths[kind].sentence} ${note || this.paths[kind].cost}`;
    for (const [name, { input, row, strip }] of this.rows) {
      input.checked = name === kind;
      row.classList.toggle("chosen", name === kind);
      if (name !== kind) strip.place(null);
    }
  }

  /** Show what a path makes. @param {string} kind @param {any} images @param {number[]} places of the path that they show */
  show(kind, images, places) {
    this.rows.get(kind).strip.show(images, places.length, places);
  }

  /** Mark where one stands on the chosen path. @param {number} at */
  place(at) {
    this.rows.get(this.chosen)?.strip.place(at);
  }

  /** Show what a path costs, or that it is not known yet. @param {string} kind @param {Cost | null} cost */
  cost(kind, cost) {
    const { cells } = this.rows.get(kind);
    costCells(cost).forEach((text, i) => (cells[i].textContent = text));
    this.densities[kind] = cost?.density;
    this.compared.textContent = sayDensities(Object.entries(this.paths).map(([name, { title }]) => [title, this.densities[name]]));
  }

  destroy() {
    for (const { strip } of this.rows.values()) strip.destroy();
  }

  #row(kind, { title, sentence }) {
    const input = h("input", { type: "radio", name: "path-kind", value: kind, onchange: () => this.onChoose(kind) });
    const cells = Object.keys(COSTS).map((name) => h("span", { "data-cost": name }, "…"));
    const costs = Object.values(COSTS).map(([words, unit, about], i) => h("small", { title: about }, words(), " ", cells[i], unit));
    const choose = () => input.checked || input.click();
    const strip = new PathStrip({ role: `path-${kind}`, label: title, view: this.view, least: 0, n: COMPARED, onPick: choose });
    const name = h("label", { title: sentence }, input, h("span", {}, h("b", {}, title), ...costs));
    return { input, cells, strip, row: h("div", { class: "way", "data-kind": kind }, name, strip.element) };
  }
}
