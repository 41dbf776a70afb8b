/**
 * The table of a sweep: its choices with mean and deviation over the seeds, and the runs of each.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { choiceColour, figureText, labelOf, rowWords, spreadText, valueWords } from "./words.js";

export class SweepTable {
  /**
   * @param {object} options
   * @param {Record<string, string>} options.labels what settings are called
   * @param {(run: string) => void} options.onOpen a run is to be seen by itself
   * @param {(run: string) => void} options.onLook a run is pointed at
   */
  constructor({ labels, onOpen, onLook }) {
    Object.assign(this, { labels, onOpen, onLook });
    this.head = h("thead");
    this.body = h("tbody");
    this.table = h("table", { "data-role": "sweep-table" }, this.head, this.body);
    this.element = h("div", { class: "sweep-frame", tabindex: "0", role: "region", "aria-label": "The runs of the sweep" }, this.table);
  }

  /** @param {import("./words.js").Sweep} sweep */
  show(sweep) {
    const words = JSON.stringify([sweep.choices, sweep.figures, sweep.live]);
    if (words === this.words) return; // a hand may be at it
    this.words = words;
    const focused = this.element.getRootNode().activeElement?.dataset?.run;
    const seeds = sweep.choices.some(({ rows }) => rows.length > 1);
    this.head.replaceChildren(h("tr", {}, ...this.#titles(sweep)));
    this.body.replaceChildren(...sweep.choices.flatMap((choice, index) => this.#choice(sweep, choice, index, seeds)));
    if (focused) this.body.querySelector(`button[data-run="${focused}"]`)?.focus();
  }

  #titles({ settings, figures }) {
    const title = ({ title: words, unit, sentence }) => [words.split(",")[0], [sentence, unit && `In ${unit}.`].filter(Boolean).join(" ")];
    return [
      ...settings.map((name) => h("th", { scope: "col", class: "set" }, labelOf(name, this.labels))),
      h("th", { scope: "col", class: "seed" }, "Seed"),
      ...figures.map(title).map(([words, why]) => h("th", { scope: "col", title: why }, words)),
      h("th", { scope: "col", class: "stands" }, "Run"),
    ];
  }

  /** The rows of a choice: one of all its seeds, and one of each; of a single seed that alone. */
  #choice(sweep, { values, spread, rows }, index, seeds) {
    const colour = choiceColour(index, sweep.choices.length);
    const set = (shown) => values.map((value, i) => h("td", { class: "set" }, shown ? h("span", {}, i === 0 && dot(colour), valueWords(value)) : ""));
    const columns = values.length + sweep.figures.length + 2;
    const alone = rows.flatMap((row) => {
      const seed = h("td", { class: "seed" }, !values.length && dot(colour), String(row.seed));
      const figures = sweep.figures.map(({ name, whole }) => h("td", {}, figureText(row.values?.[name], whole)));
      const attributes = { class: seeds ? "one" : "lone", "data-state": row.state, onpointerenter: () => this.onLook(row.name) };
      const why = row.state === "failed" && row.message && h("tr", { class: "why" }, h("td", { colspan: columns }, row.message));
      return [h("tr", attributes, ...set(!seeds), seed, ...figures, this.#stands(row, sweep.live)), ...(why ? [why] : [])];
    });
    if (!seeds) return alone;
    const done = rows.filter((row) => row.values).length;
    const all = h("td", { class: "seed" }, !values.length && dot(colour), `${done} of ${rows.length}`);
    const means = sweep.figures.map(({ name, whole }) => h("td", {}, spreadText(spread[name], whole)));
    return [h("tr", { class: "whole" }, ...set(true), all, ...means, h("td", { class: "stands" }, "mean ± spread")), ...alone];
  }

  #stands(row, live) {
    const words = rowWords(row, live);
    if (row.state === "absent") return h("td", { class: "stands" }, words);
    const acts = { onclick: () => this.onOpen(row.name), onfocus: () => this.onLook(row.name) };
    const button = h("button", { type: "button", class: "link", "data-run": row.name, title: `Open ${row.name}`, ...acts }, words);
    return h("td", { class: "stands" }, button);
  }
}

const dot = (colour) => h("i", { class: "dot", style: `background: ${colour}` });
