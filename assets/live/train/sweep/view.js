/**
 * The sweeps that there are, as a line; and of the one that is open its head, its table and its curves.
 * @module
 */

import { withTotals } from "../curvedata.js";
import { h } from "../../shared/page/dom.js";
import { sentenceOf } from "../../shared/wire/frame.js";
import { SweepHead } from "./head.js";
import { SweepTable } from "./table.js";
import { choiceColour, choiceWords, hasCurve } from "./words.js";

const PAUSE = 1500; // ms between questions while it is at work
const REST = 10_000; // and while it is not
const LOST = 3; // questions without an answer, after which it is said
const MOST_CURVES = 40; // runs whose curves are fetched and drawn

export class SweepView {
  #failures = 0;
  #questions = 0; // only the newest goes on
  #curves = new Map(); // name of a run -> {step, state, …}

  /**
   * @param {HTMLElement} root
   * @param {{base: string, sweep: string | null, labels: Record<string, string>}} data
   * @param {{chosen: (name: string | null) => void, opened: (run: string) => void}} page what only the server's page can do
   * @param {typeof globalThis.fetch} [fetch]
   */
  constructor(root, data, page, fetch = (...args) => globalThis.fetch(...args)) {
    Object.assign(this, { root, data, page, fetch, name: data.sweep, shown: null });
    this.#build();
    this.onvisible = () => !document.hidden && this.refresh();
    document.addEventListener("visibilitychange", this.onvisible);
    this.refresh();
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onvisible);
    this.chart?.destroy();
    this.element.remove();
  }

  /** Show another sweep, or none. @param {string | null} name */
  open(name) {
    if (name !== this.name) {
      this.name = name;
      this.sweep = null;
      this.shown = null;
      this.body.hidden = true;
    }
    this.refresh(); // it may be that one has just begun
  }

  /** Ask how all stand. */
  async refresh() {
    const mine = ++this.#questions;
    clearTimeout(this.timer);
    try {
      const { name } = this;
      const [{ sweeps }, sweep] = await Promise.all([this.#ask("api/sweeps"), name ? this.#ask(`api/sweep?${new URLSearchParams({ sweep: name })}`) : null]);
      if (this.gone || mine !== this.#questions) return;
      this.sweep = sweep;
      this.#failures = 0;
      this.#trouble("");
      this.#strip(sweeps);
      this.#show();
      this.#draw();
    } catch (error) {
      if (this.gone || mine !== this.#questions) return;
      this.#failures += 1;
      if (error.sentence || this.#failures >= LOST) this.#trouble(error.sentence ?? "The server does not answer; it is asked again until it does.");
    }
    if (!document.hidden) this.timer = setTimeout(() => this.refresh(), this.sweep?.live || this.#failures ? PAUSE : REST);
  }

  async #ask(path, options) {
    const response = await this.fetch(this.data.base + path, { cache: "no-store", ...options });
    if (!response.ok) throw Object.assign(new Error(), { sentence: await sentenceOf(response) });
    return response.json();
  }

  async #act(action) {
    try {
      await this.#ask(`api/sweep?${new URLSearchParams({ sweep: this.name, action })}`, { method: "POST" });
      if (action === "forget") {
        this.name = this.sweep = null; // it is asked for no more
        this.page.chosen(null);
      }
      await this.refresh();
    } catch (error) {
      this.#trouble(error.sentence ?? "The server did not answer, so nothing was changed; try again.");
    }
  }

  // What is shown.

  /** The sweeps that there are: one press opens one, and another puts it away. */
  #strip(sweeps) {
    const words = JSON.stringify([sweeps, this.name]);
    if (words === this.stripWords) return;
    const focused = this.element.getRootNode().activeElement?.dataset?.sweep;
    this.stripWords = words;
    this.strip.hidden = !sweeps.length;
    this.chips.replaceChildren(...sweeps.map((sweep) => this.#chip(sweep)));
    if (focused) this.chips.querySelector(`[data-sweep="${focused}"]`)?.focus();
  }

  #chip({ name, done, runs, live }) {
    const open = name === this.name;
    const attributes = { type: "button", class: "chip", "aria-pressed": String(open), "data-sweep": name, onclick: () => this.page.chosen(open ? null : name) };
    return h("button", attributes, h("bdi", {}, name), h("small", {}, `${done} of ${runs}${live ? ", training" : ""}`));
  }

  #show() {
    const { sweep } = this;
    this.body.hidden = !sweep;
    if (!sweep) return;
    this.head.show(sweep);
    this.table.show(sweep);
  }

  /** Fetch the curves that have grown, and lay them over one another. */
  async #draw() {
    const { sweep } = this;
    if (!sweep) return;
    const rows = sweep.choices.flatMap(({ rows, values }, index) => rows.map((row) => ({ ...row, index, values }))).filter(hasCurve);
    const drawn = rows.slice(0, MOST_CURVES);
    await Promise.all(drawn.map((row) => this.#curve(row)));
    if (this.gone || this.sweep !== sweep) return;
    const list = drawn.flatMap(({ name, index, values }) => {
      const label = choiceWords(values, sweep.settings, this.data.labels) || sweep.name;
      const curve = this.#curves.get(name);
      return curve ? [{ ...curve, name, index, label, colour: choiceColour(index, sweep.choices.length) }] : [];
    });
    this.few.hidden = rows.length <= MOST_CURVES;
    this.curvesBox.hidden = !list.length;
    if (!list.length) return;
    const { Curves } = await import("../curves.js");
    if (this.gone || this.sweep !== sweep) return;
    if (!this.chart) this.curvesBox.append((this.chart = new Curves()).element);
    this.list = list;
    this.chart.overlay(list);
    this.#look();
  }

  /** Have one of the curves lie above the others: the one whose row is pointed at. */
  #look(name = this.shown) {
    this.shown = name;
    const run = this.list?.find((each) => each.name === name) ?? this.list?.[0];
    if (run) this.chart.show({ ...run, steps: run.steps.map(withTotals), heldOut: run.heldOut.map(withTotals) });
  }

  async #curve({ name, step, state }) {
    const kept = this.#curves.get(name);
    if (kept?.step === step && kept.state === state) return;
    try {
      const told = await this.#ask(`api/run?${new URLSearchParams({ run: name, metrics: "0", held_out: "0" })}`);
      const { config, can, status, noun, nouns, changes = [], steps = [], held_out: heldOut = [] } = told;
      this.#curves.set(name, { step, state, config, can, status, noun, nouns, changes, steps, heldOut });
    } catch {
      // asked again with the next answer
    }
  }

  #trouble(sentence) {
    if (this.troubleNote.textContent === sentence) return;
    this.troubleNote.textContent = sentence;
    this.troubleNote.hidden = !sentence;
  }

  #build() {
    this.chips = h("span", { class: "chips" });
    this.strip = h("div", { class: "strip", hidden: true }, h("span", { class: "fine" }, "Sweeps"), this.chips);
    this.troubleNote = h("p", { class: "note", role: "status", hidden: true });
    const { labels } = this.data;
    this.table = new SweepTable({ labels, onOpen: (run) => this.page.opened(run), onLook: (run) => this.#look(run) });
    this.curvesBox = h("div", { "data-role": "sweep-curves", hidden: true });
    this.few = h("p", { class: "fine", hidden: true }, `The curves are those of the first ${MOST_CURVES} runs.`);
    this.head = new SweepHead({ base: this.data.base, onAct: (action) => this.#act(action) });
    const parts = [this.head.element, this.table.element, this.curvesBox, this.few];
    this.body = h("section", { class: "sweep-body", "aria-label": "Sweep", hidden: true }, ...parts);
    this.element = h("div", { class: "train sweep" }, this.strip, this.troubleNote, this.body);
    this.root.append(this.element);
  }
}
