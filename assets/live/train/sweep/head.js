/**
 * The head of a sweep: how it stands, how many of its runs are done, and what can be done with it.
 * @module
 */

import { h, icon, iconButton } from "../../shared/page/dom.js";
import { describeSweep } from "./words.js";

const ACTIONS = {
  stop: ["stop", "quiet", "Stop the rest", "Stops the run that trains and those that wait; what is done stays"],
  resume: ["play", "quiet first", "Resume", "Goes on with the runs that are left"],
  forget: ["close", "quiet apart", "Ungroup", "Takes the sweep from this page; its runs and models stay"],
};

export class SweepHead {
  /** @param {{base: string, onAct: (action: string) => Promise<void>}} options */
  constructor({ base, onAct }) {
    Object.assign(this, { base, onAct });
    this.title = h("h2", { class: "run-name", "data-role": "sweep-name" });
    this.state = h("span", { class: "run-state", "data-role": "sweep-state" });
    this.sentence = h("p", { class: "run-sentence", role: "status" });
    const about = { class: "run-bar", role: "progressbar", "aria-label": "Runs that are done", "aria-valuemin": "0" };
    this.bar = h("div", about, h("i"));
    this.#buildButtons();
    const title = h("div", { class: "run-title" }, this.title, this.state, h("span", { class: "spring" }), this.buttons);
    this.element = h("header", { class: "run-head" }, title, this.sentence, this.bar);
  }

  /** @param {import("./words.js").Sweep} sweep */
  show(sweep) {
    const { word, tone, sentence } = describeSweep(sweep);
    if (!sweep.live || sweep.name !== this.title.textContent) this.stopping = false;
    this.element.dataset.tone = tone;
    this.title.textContent = sweep.name;
    this.state.textContent = this.stopping ? "Stopping" : word;
    if (this.sentence.textContent !== sentence) this.sentence.textContent = sentence;
    this.#progress(sweep);
    this.#offer(sweep);
  }

  #progress({ done, runs }) {
    this.bar.hidden = done === runs;
    this.bar.style.setProperty("--share", String(done / runs));
    this.bar.setAttribute("aria-valuenow", String(done));
    this.bar.setAttribute("aria-valuemax", String(runs));
  }

  #offer({ name, live, done, runs, compare }) {
    this.stop.hidden = !live;
    this.stop.disabled = Boolean(this.stopping);
    this.resume.hidden = live || done === runs;
    this.forget.hidden = live;
    this.compare.hidden = compare.length < 2;
    this.compare.href = `${this.base}compare?models=${compare.join(",")}`;
    this.compareWords.textContent = compare.length < done ? `Compare ${compare.length} of them` : "Compare them";
    this.csv.hidden = !done;
    this.csv.href = `${this.base}api/sweep.csv?${new URLSearchParams({ sweep: name })}`;
  }

  async #act(action) {
    if (action === "stop") this.stopping = true;
    await this.onAct(action);
  }

  #buildButtons() {
    for (const [action, [glyph, look, words, title]] of Object.entries(ACTIONS)) {
      this[action] = iconButton(glyph, { class: look, "data-action": action, title, onclick: () => this.#act(action) }, words);
    }
    this.compareWords = h("span");
    const link = (action, look, title, ...inner) => h("a", { class: look, target: "_self", "data-action": action, title }, ...inner);
    const four = "Opens Compare on a model of each choice, four at most";
    this.compare = link("compare", "quiet first", four, icon("layers"), this.compareWords);
    this.csv = link("csv", "quiet", "The runs that are done as a table, a line each", icon("save"), "CSV");
    this.csv.setAttribute("download", "");
    this.buttons = h("div", { class: "run-buttons" }, this.stop, this.resume, this.compare, this.csv, this.forget);
  }
}
