/**
 * All runs: how each stands, what was chosen for it, its curve; two or more laid over one another.
 * @module
 */

import { withTotals } from "../curvedata.js";
import { h } from "../../shared/page/dom.js";
import { isLive, kindOf, notComparable, ORDERS, differing, headsOf, renamed, sorted } from "./words.js";
import { sentenceOf } from "../../shared/wire/frame.js";
import { MOST_OVERLAID, overlayColour } from "../overlay.js";
import { Row } from "./row.js";
import { RunUpload } from "./upload.js";

const PAUSE = 2000; // ms between questions while a run lives
const REST = 10_000; // and while none does
const LOST = 2; // questions without an answer, after which it is said
const AT_FIRST = 20; // runs that are shown before the rest is asked for
const KEPT = "latentRuns"; // under this name the window remembers what is ticked and how runs stand
const EMPTY = "No runs yet. What you start is listed here with its settings and its curve, and stays until you delete it.";

export class RunList {
  #questions = 0; // only the newest goes on
  #failures = 0;
  #laid = "[]"; // the overlay that was told last, as text
  laid = []; // and itself
  #curves = new Map(); // name -> {step, state, steps, heldOut}

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {string | null} options.current the run that is open
   * @param {(name: string | null, renamed?: boolean) => void} options.onOpen null where the run that was open is gone;
   *   renamed: whether it is the same run under another name, so that nothing moves
   * @param {() => void} options.onChange a run was renamed, deleted or brought along
   * @param {(list: {name: string, index: number, config: object, steps: any[], heldOut: any[]}[]) => void} options.onOverlay
   * @param {typeof globalThis.fetch} [options.fetch]
   */
  constructor(element, { base, current, onOpen, onChange, onOverlay, fetch = (...args) => globalThis.fetch(...args) }) {
    Object.assign(this, { base, onOpen, onChange, onOverlay, fetch, open: current });
    /** @type {import("./words.js").Run[] | null} null until the server has said */
    this.runs = null;
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    const kept = recall();
    this.order = ORDERS[kept.order] ? kept.order : "newest";
    /** @type {(string | null)[]} names that are overlaid, at the places of their colours */
    this.ticked = Array.isArray(kept.ticked) ? kept.ticked.slice(0, MOST_OVERLAID) : [];
    this.#build(element);
    this.onvisible = () => !document.hidden && this.refresh();
    document.addEventListener("visibilitychange", this.onvisible);
    this.refresh();
  }

  destroy() {
    this.gone = true;
    this.#questions += 1;
    clearTimeout(this.timer);
    this.upload.destroy();
    this.chart?.destroy();
    document.removeEventListener("visibilitychange", this.onvisible);
    this.element.remove();
  }

  /** The run that is open. */
  get current() {
    return this.open;
  }

  set current(name) {
    this.open = name;
    this.#show();
    this.#drawAlone();
  }

  /** Ask for the list now. */
  async refresh() {
    const mine = ++this.#questions;
    clearTimeout(this.timer);
    try {
      const { runs } = await this.#ask("api/runs");
      if (mine !== this.#questions) return;
      this.runs = runs;
      this.#failures = 0;
      this.#trouble("");
      this.#show();
      this.#overlay();
    } catch (error) {
      if (mine !== this.#questions) return;
      this.#failures += 1;
      if (this.#failures >= LOST) this.#trouble(error.sentence ?? "The server does not answer. Trying again…");
    }
    // Out of sight nothing is asked; the page's return asks at once.
    if (!document.hidden) this.timer = setTimeout(() => this.refresh(), this.#failures || this.runs?.some(isLive) ? PAUSE : REST);
  }

  async #ask(path, options) {
    const response = await this.fetch(this.base + path, { cache: "no-store", ...options });
    if (!response.ok) throw Object.assign(new Error(), { sentence: await sentenceOf(response) });
    return response.json();
  }

  /** Have something done to a run; throws an error with a `sentence` where the server refuses. */
  act = async (name, action, more = {}) => {
    await this.#ask(`api/run?${new URLSearchParams({ run: name, action, ...more })}`, { method: "POST" }).catch((error) => {
      throw error.sentence ? error : Object.assign(error, { sentence: "The server did not answer, so nothing was changed; try again." });
    });
    if (this.gone) return;
    // At once, so that nothing is pressed that is no longer there; and all of it before anything is drawn anew, or a
    // name that the list does not know yet would lose its tick.
    this.runs = this.runs.flatMap((run) => (run.name !== name ? [run] : more.to ? [{ ...run, name: more.to }] : []));
    this.ticked = renamed(this.ticked, name, more.to);
    if (more.to && this.#curves.has(name)) this.#curves.set(more.to, this.#curves.get(name));
    this.#remember();
    if (name === this.open) this.onOpen((this.open = more.to ?? null), Boolean(more.to));
    const { children } = this.list;
    const at = [...children].indexOf(this.rows.get(name)?.element);
    this.#show();
    // The keyboard goes on where it was.
    const next = more.to ? this.rows.get(more.to)?.renameButton : children[Math.min(at, children.length - 1)]?.querySelector(".open");
    (next ?? this.upload.button).focus({ preventScroll: true });
    this.onChange();
    await this.refresh();
  };

  // Curves over one another.

  tick = (name, on) => {
    const free = this.ticked.indexOf(null);
    if (!on) this.ticked = this.ticked.map((each) => (each === name ? null : each));
    else if (free >= 0) this.ticked[free] = name;
    else if (this.ticked.length < MOST_OVERLAID) this.ticked.push(name);
    else this.#say(`No more than ${MOST_OVERLAID} curves are told apart; take one away first.`);
    // A colour stays with its run while others go, and is free again once all behind it are gone.
    while (this.ticked.length && this.ticked.at(-1) === null) this.ticked.pop();
    this.#remember();
    this.#show();
    this.#overlay();
  };

  /** Fetch the curves that are ticked, and tell them. */
  async #overlay() {
    const known = new Map(this.runs?.map((run) => [run.name, run]));
    const wanted = this.ticked.map((name) => known.get(name)).filter(Boolean);
    await Promise.all(wanted.map((run) => this.#curve(run)));
    if (this.gone) return;
    // Gaps are kept, so that places, and with them colours, are the same here and there.
    const list = this.ticked.map((name) => this.#curves.get(name) && { ...this.#curves.get(name), name });
    const told = JSON.stringify(list.map((each) => each && [each.name, each.step, each.state]));
    if (told === this.#laid) return;
    this.#laid = told;
    this.laid = list.flatMap((each, index) => (each ? [{ ...each, index }] : []));
    this.onOverlay(this.laid);
    this.#drawAlone();
  }

  /** Where no run is open there is no chart to lay curves into: they have one of their own, beside their names. */
  async #drawAlone() {
    const shown = !this.open && this.laid.length > 0;
    this.alone.hidden = !shown;
    if (!shown) return;
    const { Curves } = await import("../curves.js");
    if (this.gone || this.open || !this.laid.length) return;
    if (!this.chart) this.alone.append((this.chart = new Curves()).element);
    this.chart.overlay(this.laid);
    const [first] = this.laid;
    this.chart.show({ ...first, steps: first.steps.map(withTotals), heldOut: first.heldOut.map(withTotals) });
  }

  async #curve({ name, step, state }) {
    const kept = this.#curves.get(name);
    if (kept?.step === step && kept.state === state) return;
    try {
      const run = await this.#ask(`api/run?${new URLSearchParams({ run: name, metrics: "0", held_out: "0" })}`);
      const { config, can, status, changes = [], steps = [], held_out: heldOut = [] } = run;
      this.#curves.set(name, { step, state, config, can, status, changes, steps, heldOut });
    } catch {
      // asked again with the next list
    }
  }

  // What is shown.

  #show() {
    if (!this.runs || this.gone) return;
    const runs = sorted(this.runs, this.order);
    const settings = differing(runs);
    const shown = this.all ? runs : runs.filter((run, i) => i < AT_FIRST || run.name === this.open);
    const names = new Set(shown.map(({ name }) => name));
    for (const [name, row] of this.rows) {
      if (names.has(name)) continue;
      row.element.remove();
      this.rows.delete(name);
    }
    // Where runs stand by their −ELBO, those that cannot be compared are parted by a line.
    const parted = (run, i) => this.order === "elbo" && i > 0 && kindOf(run) !== kindOf(shown[i - 1]);
    shown.forEach((run, i) => this.#row(run, i, { settings, parted: parted(run, i) }));
    this.#frame(runs, shown);
    this.#legend();
  }

  #row(run, place, { settings, parted }) {
    const row = this.rows.get(run.name) ?? new Row(run.name, this);
    this.rows.set(run.name, row);
    const index = this.ticked.indexOf(run.name);
    row.show(run, { settings, current: run.name === this.open, colour: index >= 0 ? overlayColour(index) : null });
    row.element.toggleAttribute("data-parted", parted);
    // Moved only where it must be: a moved element loses the keyboard's focus.
    if (this.list.children[place] !== row.element) this.list.insertBefore(row.element, this.list.children[place] ?? null);
  }

  #frame(runs, shown) {
    const n = runs.length;
    this.count.textContent = n ? String(n) : "";
    this.list.hidden = this.heads.hidden = n === 0;
    this.empty.hidden = n > 0;
    this.orderBox.hidden = n < 2;
    this.hint.hidden = n < 2 || this.ticked.some(Boolean);
    this.rest.hidden = shown.length === n;
    this.rest.textContent = `Show the other ${n - shown.length}`;
    this.#name(runs);
    this.element.dataset.ready = "true";
  }

  /** Call what runs are judged by what it is for all of them; written only where it changed, for a hand may be at it. */
  #name(runs) {
    const heads = headsOf(runs);
    const words = JSON.stringify(heads);
    if (words === this.named) return;
    this.named = words;
    heads.forEach(([text, title], i) => Object.assign(this.heads.children[i], { textContent: text, title }));
    for (const option of this.orderBox.options) option.textContent = ORDERS[option.value][0](runs);
  }

  #legend() {
    const known = new Set(this.runs.map(({ name }) => name));
    const lost = this.ticked.some((name) => name && !known.has(name));
    if (lost) this.ticked = this.ticked.map((name) => (known.has(name) ? name : null));
    const chips = this.ticked.flatMap((name, index) =>
      name ? [h("span", { class: "key" }, h("i", { style: `background: ${overlayColour(index)}` }), h("bdi", {}, name))] : [],
    );
    this.legend.hidden = chips.length === 0;
    const among = this.runs.filter(({ name }) => name === this.open || this.ticked.includes(name));
    this.differ.textContent = chips.length && this.open ? notComparable(among.map(({ config }) => config)) : ""; // or beside the chart below
    // Drawn anew only where it changed: "Clear" may have the focus.
    const words = chips.map((chip) => chip.outerHTML).join("");
    if (words === this.legendWords) return;
    this.legendWords = words;
    this.keys.replaceChildren(...chips);
  }

  #trouble(sentence) {
    if (this.troubleNote.textContent === sentence) return;
    this.troubleNote.textContent = sentence;
    this.troubleNote.hidden = !sentence;
  }

  #say(sentence) {
    this.status.textContent = sentence;
  }

  #remember() {
    try {
      sessionStorage[KEPT] = JSON.stringify({ order: this.order, ticked: this.ticked });
    } catch {
      // no storage for this page: the window forgets
    }
  }

  /** The box that orders the list. */
  #orderChoice() {
    const chooseOrder = (event) => {
      this.order = event.target.value;
      this.#remember();
      this.#show();
    };
    const options = Object.keys(ORDERS).map((name) => h("option", { value: name, selected: name === this.order }));
    return h("select", { "aria-label": "Order of the runs", "data-role": "run-order", onchange: chooseOrder }, ...options);
  }

  #build(element) {
    this.orderBox = this.#orderChoice();
    this.upload = new RunUpload({
      base: this.base,
      onAdded: async (name) => {
        this.onChange();
        await this.refresh();
        this.rows.get(name)?.greet();
      },
    });
    this.count = h("small", {});
    this.list = h("ul", { class: "runs", "data-role": "runs" });
    this.heads = h("div", { class: "heads", "aria-hidden": "true", hidden: true }, ...headsOf([]).map(() => h("span")));
    this.empty = h("p", { class: "invitation", hidden: true }, EMPTY);
    this.hint = h("p", { class: "fine", hidden: true }, "Tick two or more to lay their curves over one another.");
    this.#buildLegend();
    this.alone = h("div", { class: "alone", "data-role": "alone", hidden: true });
    const showAll = () => {
      this.all = true;
      this.#show();
    };
    this.rest = h("button", { type: "button", class: "quiet", "data-role": "all-runs", hidden: true, onclick: showAll });
    this.troubleNote = h("p", { class: "note", role: "status", hidden: true });
    this.status = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.#layOut();
    this.upload.catches(this.element);
    element.append(this.element);
  }

  /** What is said of the curves that are laid over one another. */
  #buildLegend() {
    this.keys = h("span", { class: "keys" });
    this.differ = h("span", { class: "fine", role: "status" });
    const clear = () => {
      this.ticked = [];
      this.tick("", false);
    };
    this.legend = h(
      "div",
      { class: "overlaid", "data-role": "overlaid", hidden: true },
      h("span", { class: "fine" }, "Curves laid over:"),
      this.keys,
      h("button", { type: "button", class: "link", onclick: clear }, "Clear"),
      this.differ,
    );
  }

  #layOut() {
    const head = h("div", { class: "list-head" }, h("h2", {}, "Runs", this.count), this.orderBox, this.upload.button);
    const foot = h("div", { class: "list-foot" }, this.hint, this.rest);
    this.element = h(
      "section",
      { class: "run-list", "aria-label": "Runs" },
      head,
      this.troubleNote,
      this.upload.element,
      this.legend,
      this.alone,
      this.heads,
      this.list,
      this.empty,
      foot,
      this.status,
    );
  }
}

/** What this window remembers. */
function recall() {
  try {
    return JSON.parse(sessionStorage[KEPT]) ?? {};
  } catch {
    return {};
  }
}
