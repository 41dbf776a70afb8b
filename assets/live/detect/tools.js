/**
 * Rules for the threshold, which stand below the wall; how the scores are laid out, and what can be saved.
 * @module
 */

import { RULES } from "./address.js";
import { h, icon } from "../shared/page/dom.js";

const BINS = { min: 10, max: 100, step: 5 };
const LOG_SCORES = "Equal ratios of the score are equally long";

const chip = (attributes, words) => h("button", { type: "button", class: "chip", ...attributes }, words);

export class Tools {
  /**
   * @param {object} options
   * @param {string} options.nouns what is scored: "images"
   * @param {(rule: string) => void} options.onRule
   * @param {(change: {logScores?: boolean, logShares?: boolean, bins?: number}) => void} options.onView
   * @param {(kind: "csv" | "svg" | "png") => void} options.onSave
   */
  constructor({ nouns, onRule, onView, onSave }) {
    Object.assign(this, { nouns, onRule, onView, onSave });
    /** @type {Record<string, any>} */
    this.chips = {};
    /** @type {Record<string, any>} */
    this.views = {};
    this.bins = h("input", { type: "range", class: "range", ...BINS, "data-role": "bins", "aria-label": "Bins" });
    this.bins.addEventListener("input", () => onView({ bins: Number(this.bins.value) }));
    const views = [
      this.#view("logScores", "Log scores", LOG_SCORES),
      this.#view("logShares", "Log shares", `So that bins with few ${nouns} are seen beside those with many`),
    ];
    const saves = ["csv", "png", "svg"].map((kind) => this.#saveButton(kind));
    this.rules = this.#ruleChoice();
    this.element = h(
      "div",
      { class: "tools" },
      h("span", { class: "group" }, ...views, h("label", { class: "bins" }, h("span", { class: "fine" }, "Bins"), this.bins)),
      h("span", { class: "group" }, icon("save"), ...saves),
    );
  }

  #ruleChoice() {
    const rule = (name, words, title) => {
      const choose = () => this.onRule(name);
      this.chips[name] = chip({ "data-rule": name, "aria-pressed": "false", title, onclick: choose }, words);
      return this.chips[name];
    };
    const prices = Object.entries(RULES)
      .filter(([, share]) => share !== null)
      .map(([name, share]) =>
        rule(name, `${100 * share} %`, `The threshold that finds most while it calls at most ${100 * share} of 100 normal ${this.nouns} unusual`),
      );
    return h(
      "span",
      { class: "group rules", role: "group", "aria-label": "Set the threshold" },
      h("span", { class: "fine" }, "Let through"),
      ...prices,
      h("span", { class: "fine" }, "false alarms, or"),
      rule("best", "best balance", "Where finds less false alarms are most, each as a share: Youden’s J"),
    );
  }

  /** The button that turns a view on and off. */
  #view(name, words, title) {
    const turn = () => this.onView({ [name]: this.views[name].getAttribute("aria-pressed") !== "true" });
    this.views[name] = chip({ "data-view": name, "aria-pressed": "false", title, onclick: turn }, words);
    return this.views[name];
  }

  #saveButton(kind) {
    const words = kind.toUpperCase();
    const title = kind === "csv" ? "All scores with their classes" : "Histogram and ROC curve";
    return chip({ "data-save": kind, "aria-label": `Save as ${words}`, title, onclick: () => this.onSave(kind) }, words);
  }

  /**
   * Show the state.
   * @param {{rule: string | null, logScores: boolean, logShares: boolean, bins: number}} state
   * @param {boolean} refused whether scores cannot be laid out by their logarithms
   */
  show({ rule, logScores, logShares, bins }, refused) {
    const key = [rule, logScores, logShares, bins, refused].join();
    if (key === this.shown) return; // under the hand nothing of it changes
    this.shown = key;
    for (const [name, button] of Object.entries(this.chips)) button.setAttribute("aria-pressed", String(name === rule));
    this.views.logScores.setAttribute("aria-pressed", String(logScores && !refused));
    this.views.logScores.disabled = refused;
    this.views.logScores.title = refused ? "Some scores are 0 or below, and have no logarithm" : LOG_SCORES;
    this.views.logShares.setAttribute("aria-pressed", String(logShares));
    this.bins.value = String(bins);
    this.bins.style.setProperty("--at", String((bins - BINS.min) / (BINS.max - BINS.min)));
  }
}
