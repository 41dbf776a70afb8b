/**
 * The page of a run: its head, its moments, its curves and what can be said about them, and below all runs.
 * @module
 */

import { evened, nearest } from "./curvedata.js";
import { Curves } from "./curves.js";
import { h } from "../shared/page/dom.js";
import { Findings } from "./findings.js";
import { KLBars } from "./klbars.js";
import { LIVE, RunFeed } from "./feed.js";
import { RunHead } from "./head.js";

const FAREWELL = 8000; // ms that a sentence about a deleted run stays

export class TrainView {
  /**
   * @param {HTMLElement} root
   * @param {{base: string, run: string | null, forARoom: string | null}} data forARoom: what is opened on a projector where `run` is none
   * @param {{opened: (name: string | null) => void, changed: () => void}} page what only the server's page can do
   * @param {Promise<Response> | null} asked the answer to the first question about the run, asked already
   */
  constructor(root, data, page, asked) {
    Object.assign(this, { root, data, page, step: null, moment: null });
    this.#build();
    this.element.classList.toggle("opening", Boolean(data.run)); // the list waits below, or it would be pushed down
    this.#follow(data.run, asked);
    this.#others();
    this.mode = new MutationObserver(() => this.#fillARoom());
    this.mode.observe(document.documentElement, { attributeFilter: ["data-show"] });
    this.#fillARoom();
  }

  destroy() {
    this.gone = true;
    this.mode.disconnect();
    clearTimeout(this.timer);
    this.#leave();
    this.curves.destroy();
    this.bars.destroy();
    this.list?.destroy();
    this.element.remove();
  }

  /** Show what the page has come to. @param {{base: string, run: string | null, forARoom: string | null}} data */
  lead(data) {
    this.data = data;
    this.open(data.run);
    this.#fillARoom();
  }

  /** A list of runs says little to a room: where none is open, the page is to open one that has a map. */
  #fillARoom() {
    const { run, forARoom } = this.data;
    if (run || this.name || !forARoom || document.documentElement.dataset.show !== "projector") return;
    this.open(forARoom);
    this.page.opened(forARoom);
  }

  /**
   * Show another run, or none.
   * @param {string | null} name
   * @param {boolean} [renamed] whether it is the same under another name: then its place is kept until it is there again
   */
  open(name, renamed = false) {
    if ((name ?? null) === this.name) return;
    this.machineBox.style.minHeight = renamed ? `${this.machineBox.offsetHeight}px` : "";
    this.#leave();
    this.#follow(name, null, renamed);
    if (this.list) this.list.current = this.name;
  }

  // One run.

  #follow(name, asked, renamed = false) {
    this.name = name ?? null;
    this.element.dataset.run = this.name ?? "";
    this.body.hidden = !renamed;
    this.body.classList.toggle("renamed", renamed);
    this.#trouble("");
    this.#note(this.name && !renamed ? `Opening ${this.name} …` : "");
    this.note.classList.toggle("opening", Boolean(this.name));
    if (!this.name) return;
    const feed = (this.feed = new RunFeed({ base: this.data.base, run: this.name, asked }));
    feed.on("run", (run) => this.#show(run));
    feed.on("trouble", (sentence) => this.#trouble(sentence));
    feed.on("gone", (sentence) => this.#gone(sentence));
    this.#machine(feed);
  }

  #leave() {
    this.feed?.close();
    this.feed = null;
    this.machine?.destroy();
    this.machine = null;
    this.#at({ step: null, moment: null });
    this.run = this.state = null;
    this.head.told = undefined;
  }

  /** The time machine, which brings half of the page's code, is fetched beside the rest. */
  async #machine(feed) {
    const { TimeMachine } = await import("./time/machine.js");
    if (this.feed !== feed) return;
    this.machine = new TimeMachine(this.machineBox, {
      base: this.data.base,
      run: this.name,
      feed,
      beside: [this.head.dials],
      onMoment: (step) => this.#at({ moment: step }),
    });
  }

  /** @param {import("./feed.js").Run} run */
  #show(run) {
    if (run.steps !== this.run?.steps) this.even = evened(run.steps);
    this.run = run;
    this.body.hidden = false;
    this.body.classList.remove("renamed");
    this.element.classList.remove("opening");
    this.machineBox.classList.toggle("expects", run.snapshots.length > 0 || LIVE.has(run.status.state));
    if (this.machine?.begun || !run.snapshots.length) this.machineBox.style.minHeight = "";
    this.#note("");
    this.head.show(run);
    this.curves.show(run);
    this.findings.show(run.findings, LIVE.has(run.status.state));
    this.#bars();
    this.learning.hidden = !run.steps.length && run.status.state !== "training";
    if (this.state && this.state !== run.status.state) this.list?.refresh();
    this.state = run.status.state;
  }

  /** Look at a step: one that is pointed at on the curves, or the time machine's moment; null is the newest. */
  #at(change) {
    const before = this.step ?? this.moment;
    Object.assign(this, change);
    this.curves.mark(this.moment);
    if (this.run && (this.step ?? this.moment) !== before) this.#bars();
  }

  #bars() {
    const { heldOut, status, nouns } = this.run;
    const steps = this.even;
    const at = this.step ?? this.moment;
    const of = (entries) => (at === null ? (entries.at(-1) ?? null) : nearest(entries, at));
    const entries = { training: of(steps), heldOut: of(heldOut) };
    this.bars.show({ ...entries, at, live: LIVE.has(status.state), nouns, dims: this.run.config?.latent_dims });
  }

  #gone(sentence) {
    if (this.discarded === this.name) {
      this.#farewell(`${this.discarded} is deleted.`);
      this.open(null);
      this.page.opened(null);
      this.list?.refresh();
      return;
    }
    this.body.hidden = true;
    this.element.classList.remove("opening");
    this.note.classList.remove("opening");
    this.#note(sentence);
  }

  async #act(action, more) {
    const { feed, name } = this;
    await feed.act(action, more);
    if (action === "discard" || action === "delete") this.discarded = name;
    if (action !== "change") this.list?.refresh();
  }

  // All runs.

  async #others() {
    const { RunList } = await import("./runs/list.js");
    if (this.gone) return;
    this.list = new RunList(this.listBox, {
      base: this.data.base,
      current: this.name,
      onOpen: (name, renamed) => {
        this.open(name, renamed);
        this.page.opened(name);
        if (name && !renamed) {
          this.element.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
        }
      },
      onChange: () => this.page.changed(),
      onOverlay: (list) => this.curves.overlay(list),
    });
  }

  /** A sentence about what is no longer there; it goes after a while, whatever is opened meanwhile. */
  #farewell(sentence) {
    this.farewell.textContent = sentence;
    this.farewell.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.farewell.hidden = true), FAREWELL);
  }

  #note(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  /** A sentence that goes away by itself once all is well. */
  #trouble(sentence) {
    this.troubleNote.textContent = sentence;
    this.troubleNote.hidden = !sentence;
  }

  #build() {
    this.head = new RunHead({ base: this.data.base, onAct: (action, more) => this.#act(action, more) });
    this.curves = new Curves({
      onStep: (step) => this.#at({ step }),
      onPick: (step) => this.machine?.seek(step),
    });
    this.bars = new KLBars();
    this.findings = new Findings();
    this.note = h("p", { class: "invitation", role: "status", "data-role": "note" });
    this.farewell = h("p", { class: "note", role: "status", "data-role": "farewell", hidden: true });
    this.troubleNote = h("p", { class: "note", role: "status", "data-role": "trouble", hidden: true });
    this.machineBox = h("div", { class: "machine-box" });
    this.learning = h("div", { class: "learning" }, this.curves.element, h("aside", {}, this.bars.element, this.findings.element));
    this.body = h("div", { class: "train-body", hidden: true }, this.head.element, this.machineBox, this.learning, this.head.about);
    this.listBox = h("div", { class: "list-box" });
    this.element = h("div", { class: "train" }, this.farewell, this.note, this.troubleNote, this.body, this.listBox);
    this.root.append(this.element);
  }
}
