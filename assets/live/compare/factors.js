/**
 * What each dimension of a model tells of what its data was drawn from, and for each of these factors a walk along the
 * dimension that tells most of it.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { calledInFull, calledOf } from "../shared/sliders/slidername.js";
import { paintTiles, sheetSize } from "../shared/views/tiles.js";
import { tileOf } from "../shared/views/view.js";
import { columnsOf, mostOf, sayShare } from "./shares.js";

const STEPS = 9; // pictures of a walk
const TILE = 44; // pixels
const GAP = 3;
const ABOUT =
  "In percent of what there is to know of the factor: 100 says that this dimension alone tells it. In a row with one strong field the " +
  "factor has a dimension to itself. Below it is a walk along the dimension that tells most, from where the hand is.";

const NONE = "No dimension alone tells of it.";

/** @typedef {{names: string[], told: number[][]}} Shares told: [F][d], from 0 for nothing to 1 for all of a factor */

export class Factors {
  /** @param {import("./pane.js").Pane[]} panes @param {import("../shared/views/view.js").View} view */
  constructor(panes, view) {
    Object.assign(this, { panes, view, walks: panes.map(() => []) });
    this.sheet = { tile: tileOf(view, TILE), columns: STEPS, gap: GAP };
    this.models = h("div", { class: "told" });
    const head = h("h2", {}, "What dimensions tell of the known factors");
    this.element = h("section", { class: "factors", hidden: true }, head, h("p", { class: "fine" }, ABOUT), this.models);
  }

  /** @param {Record<string, Shares>} factors by a model's name @param {Record<string, Record<string, string>>} why there are none */
  show(factors, why) {
    const known = this.panes.map(({ model }) => factors?.[model.model]);
    this.element.hidden = !known.some((shares) => shares?.names.length);
    if (this.element.hidden) return;
    const lacking = ({ model }) => h("p", { class: "fine lacks" }, `${model.model}: ${why[model.model]?.mig ?? "nothing is known of it"}.`);
    this.models.replaceChildren(...this.panes.map((pane, i) => (known[i]?.names.length ? this.#table(pane, known[i]) : lacking(pane))));
    this.panes.forEach((pane) => this.follow(pane));
  }

  #table(pane, { names, told }) {
    const { order, names: called } = pane.model.latent;
    const columns = columnsOf(told, order);
    const head = h("tr", {}, h("td"), ...columns.map((dim) => h("th", { scope: "col", title: calledInFull(called, dim) }, calledOf(called, dim))));
    this.walks[pane.number] = [];
    const rows = names.flatMap((name, row) => {
      const most = mostOf(told[row]);
      const said = (dim) => `${calledInFull(called, dim)} tells ${sayShare(told[row][dim])} % of ${name}`;
      const cells = columns.map((dim) => this.#cell(told[row][dim], dim === most, said(dim)));
      const line = h("tr", { "data-factor": name }, h("th", { scope: "row" }, name), ...cells);
      if (most === null) return [line, h("tr", { class: "walk" }, h("td"), h("td", { colspan: columns.length }, h("small", {}, NONE)))];
      const canvas = h("canvas", { role: "img", "data-role": "factor-walk", "data-view": this.view.kind, class: this.view.pixels ? "pixels" : null });
      canvas.style.aspectRatio = sheetSize(STEPS, this.sheet).join(" / ");
      this.walks[pane.number].push({ dim: most, name, canvas });
      const along = h("td", {}, h("small", {}, `along ${calledOf(called, most)}`));
      return [line, h("tr", { class: "walk" }, along, h("td", { colspan: columns.length }, canvas))];
    });
    const left = told[0].length - columns.length;
    const more = left > 0 ? `${left} more dimensions tell less.` : "";
    const table = h("table", {}, h("caption", {}, pane.model.model), h("thead", {}, head), h("tbody", {}, ...rows));
    return h("div", { class: "of" }, table, more && h("p", { class: "fine" }, more));
  }

  #cell(share, most, said) {
    const cell = h("td", { class: most ? "most" : null, title: said }, sayShare(share));
    cell.style.setProperty("--share", `${Math.round(100 * Math.min(1, share))}%`);
    return cell;
  }

  /** Walk from where the hand of a model rests. @param {import("./pane.js").Pane} pane */
  follow(pane) {
    const walks = this.walks[pane.number];
    if (!walks.length) return;
    pane.along(walks.map(({ dim }) => dim), (array, number) => {
      const { dim, name, canvas } = walks[number];
      paintTiles(canvas, this.view, array, STEPS, this.sheet);
      const called = calledInFull(pane.model.latent.names, dim);
      canvas.setAttribute("aria-label", `${pane.model.model} along ${called}, which tells most of ${name}`);
      canvas.dataset.drawn = "true";
    });
  }
}
