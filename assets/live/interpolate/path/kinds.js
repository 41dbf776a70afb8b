/**
 * The kinds of path side by side: what each does, and what it costs between the present anchors.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { changeWords, costCells, sayDensities } from "../words.js";

/** @param {import("../../shared/views/view.js").View} view @returns {[string, string][]} */
const columnsOf = (view) => [
  ["Length", "In latent space, along the path"],
  ["Change", `How much the picture changes on the way: ${changeWords(view, true)}, added up`],
  [
    "Density",
    "The logarithm of how densely the test codes lie there, averaged along the path, in nats. Higher is nearer to the data: one more is 2.7 times as dense",
  ],
];

export class Kinds {
  /**
   * @param {Record<string, {title: string, sentence: string, cost: string}>} paths as vae/explore/ways.py has them
   * @param {{view: import("../../shared/views/view.js").View, onChoose: (kind: string) => void}} options
   */
  constructor(paths, { view, onChoose }) {
    this.paths = paths;
    const columns = columnsOf(view);
    this.rows = new Map(
      Object.entries(paths).map(([kind, { title, sentence }]) => {
        const input = h("input", { type: "radio", name: "path-kind", value: kind, onchange: () => onChoose(kind) });
        const cells = columns.map(([name]) => h("td", { "data-cost": name.toLowerCase() }, "…"));
        const row = h(
          "tr",
          { "data-kind": kind, onclick: (event) => event.target.closest("label") || input.checked || input.click() },
          h("th", { scope: "row" }, h("label", {}, input, h("span", {}, h("b", {}, title), h("small", {}, sentence)))),
          ...cells,
        );
        return [kind, { input, cells, row }];
      }),
    );
    const head = h(
      "tr",
      {},
      h("th", { scope: "col" }, h("span", {}, "Path")),
      ...columns.map(([name, title]) => h("th", { scope: "col", title }, name)),
    );
    const table = h(
      "table",
      { "data-role": "kinds", "aria-label": "Kinds of path and what they cost" },
      h("thead", {}, head),
      h("tbody", {}, ...[...this.rows.values()].map(({ row }) => row)),
    );
    this.words = h("p", { class: "fine", "data-role": "kind-words" });
    this.compared = h("p", { class: "fine", "data-role": "densities", hidden: true });
    this.densities = {};
    this.element = h("div", { class: "kinds-of-path" }, table, this.words, this.compared);
  }

  /** Show which is chosen, and what is to be known of it between these anchors. @param {string} kind @param {string} [note] */
  choose(kind, note = "") {
    this.words.textContent = note || this.paths[kind].cost;
    for (const [name, { input, row }] of this.rows) {
      input.checked = name === kind;
      row.classList.toggle("chosen", name === kind);
    }
  }

  /** Show what a path costs, or that it is not known yet. @param {string} kind @param {any} cost */
  cost(kind, cost) {
    const { cells } = this.rows.get(kind);
    costCells(cost).forEach((text, i) => (cells[i].textContent = text));
    this.densities[kind] = cost?.density;
    this.compared.textContent = sayDensities(Object.entries(this.paths).map(([name, { title }]) => [title, this.densities[name]]));
    this.compared.hidden = !this.compared.textContent;
  }
}
