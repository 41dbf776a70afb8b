/**
 * The figures as a table: those of the cards at once, the others once they were asked for.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { house } from "../shared/wire/house.js";
import { Refused, sentenceOf } from "../shared/wire/frame.js";
import { bestOf, sayFigure } from "./words.js";

const POLL = 400; // ms between two questions how far it is

/**
 * @typedef {{name: string, title: string, unit: string, better: string, sentence: string, source: string, computed: boolean}} Figure
 * @typedef {Record<string, {values: Record<string, number | null>, why: Record<string, string>}>} Measured by a model's name
 */

/** The order of models by a figure: the best first, or the smallest where neither is better; those without it last. */
export function orderBy(values, better) {
  const sign = better === "higher" ? -1 : 1;
  const place = (value) => (value === null || value === undefined ? Infinity : sign * value);
  return values.map((_, i) => i).sort((a, b) => place(values[a]) - place(values[b]) || a - b);
}

/** What stands out, a sentence a line. @param {string[]} sentences */
export const findings = (sentences) => h("ul", { class: "findings", "aria-label": "What stands out" }, ...sentences.map((each) => h("li", {}, each)));

export class Figures {
  /** @param {any} data of the page @param {(told: any) => void} [onDone] what is done once all is measured, with what was found */
  constructor(data, onDone) {
    Object.assign(this, { data, onDone });
    this.names = data.models.map(({ model }) => model);
    /** @type {Measured} */
    this.measured = structuredClone(data.measured);
    this.sorted = null;
    this.table = h("table", {});
    this.button = iconButton("play", { "data-role": "measure", onclick: () => this.#ask("POST") }, "Measure the rest");
    this.bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "How far the measuring is" });
    this.said = h("p", { class: "fine", role: "status" });
    const about = "Draws, sharpness, prior and void take the models' graphs and their data: about half a minute, and a quarter more the first time.";
    this.said.textContent = about;
    const below = h("div", { class: "measure" }, this.button, this.bar, this.said);
    this.more = h("div", {}); // what stands out of what was measured, beside what the cards told
    this.element = h("section", { class: "figures" }, h("h2", {}, "Figures beside each other"), this.more, this.table, below);
    this.#show();
    this.#ask("GET");
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
  }

  /** Ask how far it is, or for it to begin. @param {"GET" | "POST"} method */
  async #ask(method) {
    if (method === "POST") this.button.disabled = true;
    const models = this.names.map(encodeURIComponent).join(",");
    try {
      const response = await house.fetch(`${this.data.base}api/compare?models=${models}`, { method, cache: "no-cache" });
      if (!response.ok) throw new Refused(await sentenceOf(response), response.status);
      const told = await response.json();
      if (!this.gone) this.#take(told);
    } catch (error) {
      if (this.gone) return;
      this.button.disabled = false;
      if (method === "POST") this.said.textContent = error.message;
    }
  }

  #take(told) {
    const { state, share, what, figures, why, conditions, message } = told;
    const runs = state === "measuring";
    this.bar.hidden = !runs;
    this.button.hidden = runs || state === "done";
    this.button.disabled = false;
    if (runs) {
      this.bar.value = share;
      this.said.textContent = what;
      this.timer = setTimeout(() => this.#ask("GET"), POLL);
    } else if (state === "failed") this.said.textContent = message;
    else if (state === "done") {
      for (const { model, ...values } of figures) this.measured[model] = { values, why: why[model] ?? {} };
      this.said.textContent = conditions;
      this.table.dataset.measured = "true";
      this.more.replaceChildren(findings(told.findings.filter((each) => !this.data.findings.includes(each))));
      this.#show();
      this.onDone?.(told);
    }
  }

  #show() {
    const { figures } = this.data;
    const order = this.sorted === null ? this.names.map((_, i) => i) : orderBy(this.#values(this.sorted), this.sorted.better);
    const head = h("tr", {}, h("th", { scope: "col" }, "A click sorts"), ...order.map((i) => h("th", { scope: "col" }, this.names[i])));
    // What is still to be measured has no row of dashes: the words below tell of it.
    const there = figures.filter((figure) => !figure.computed || this.table.dataset.measured || this.#values(figure).some((value) => value !== null));
    const rows = there.map((figure) => this.#row(figure, order));
    this.table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...rows));
  }

  #values = (figure) => this.names.map((name) => this.measured[name].values[figure.name] ?? null);

  #row(figure, order) {
    const values = this.#values(figure);
    const best = new Set(bestOf(values, figure.better));
    const hint = [figure.sentence, figure.source && `${figure.source}.`, figure.better && `${figure.better === "lower" ? "Lower" : "Higher"} is better.`];
    const sort = h(
      "button",
      { type: "button", title: hint.filter(Boolean).join(" "), "aria-pressed": String(this.sorted === figure), onclick: () => this.#sort(figure) },
      figure.title,
      figure.unit && h("small", {}, ` ${figure.unit}`),
    );
    const cells = order.map((i) => {
      const why = values[i] === null ? (this.measured[this.names[i]].why[figure.name] ?? "not measured yet") : null;
      return h("td", { class: best.has(i) ? "best" : null, title: why, "aria-label": why && `none: ${why}` }, sayFigure(figure.name, values[i]));
    });
    return h("tr", { "data-figure": figure.name, class: figure.computed ? "computed" : null }, h("th", { scope: "row" }, sort), ...cells);
  }

  #sort(figure) {
    this.sorted = this.sorted === figure ? null : figure;
    this.#show();
    this.table.querySelector(`[data-figure="${figure.name}"] button`)?.focus();
  }
}
