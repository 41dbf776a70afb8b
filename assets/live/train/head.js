/**
 * The head of a run: how it stands, how far it is, and what can be done with it.
 * @module
 */

import { h, icon, iconButton } from "../shared/page/dom.js";
import { Dial } from "./dials.js";
import { hasBound } from "./family.js";
import { timeText } from "./time/words.js";
import { LIVE } from "./feed.js";
import { actionsOf, describeRun, describeSettings, leftOutOfCommand, rateText, secondsLeft } from "./words.js";
import { coarse, count, duration } from "../shared/words/numbers.js";

/** What each button says; `sure` is asked once more, in place. */
export const ACTIONS = {
  pause: { words: "Pause", glyph: "pause", title: "Gives the processor back and waits" },
  resume: { words: "Resume", glyph: "play", title: "Goes on where it stands" },
  keep: { words: "Stop and keep", glyph: "save", title: "Ends the training now, and what it has learnt becomes a model" },
  stop: { words: "Stop for later", glyph: "stop", title: "Ends the process; the run can be resumed at any time" },
  discard: {
    words: "Stop and discard",
    glyph: "trash",
    title: "Ends the training and deletes all of it",
    sure: "Delete this run and all it has learnt?",
    yes: "Delete it",
    no: "No, go on",
  },
  delete: {
    words: "Delete",
    glyph: "trash",
    title: "Deletes the run and all it has learnt",
    sure: "Delete this run and all it has learnt?",
    yes: "Delete it",
    no: "No, keep it",
  },
};
const PRIMARY = ["resume", "keep"]; // the first of them that there is stands out
const WAITING = { discard: "Leave the queue" }; // words for a run that has not begun
const ENDED = { keep: "Keep as a model" }; // and for one whose process has ended
const LINKS = { explore: ["Open in Explore", "play", "explore"], map: ["Open on the Map", "pin", "map"] };

export class RunHead {
  /**
   * @param {object} options
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {(action: string, more?: object) => Promise<void>} options.onAct it is broken with the server's sentence
   */
  constructor({ base, onAct }) {
    Object.assign(this, { base, onAct });
    this.#build();
  }

  /** @param {import("./feed.js").Run} run */
  show(run) {
    const { status } = run;
    const { word, sentence, tone } = describeRun(run);
    this.run = run;
    this.name.textContent = run.name;
    this.state.textContent = word;
    this.element.dataset.tone = tone;
    this.element.dataset.state = status.state;
    this.settings.textContent = this.settings.title = describeSettings(run);
    this.sentence.textContent = sentence;
    this.sentence.hidden = !sentence;
    this.command.textContent = run.command;
    this.commandNote.textContent = leftOutOfCommand(run.changes);
    this.again.hidden = !run.command;
    this.#progress(run);
    this.#buttons(run);
    this.#dials(run);
    if (this.told !== undefined && this.told !== status.state) this.spoken.textContent = `${run.name}: ${word}. ${sentence}`;
    this.told = status.state;
  }

  #progress(run) {
    const { state, step, steps, epoch, images_per_second: speed, seconds } = run.status;
    const share = steps ? Math.min(1, step / steps) : 0;
    const known = steps > 0 && state !== "queued" && state !== "starting";
    this.bar.hidden = state === "done" && share >= 1;
    this.bar.classList.toggle("unknown", state === "starting" || state === "measuring");
    this.bar.style.setProperty("--share", String(share));
    this.bar.setAttribute("aria-valuenow", String(Math.floor(100 * share)));
    this.bar.setAttribute("aria-valuetext", known ? `step ${count(step)} of ${count(steps)}` : "not begun");
    const left = secondsLeft(run);
    const facts = {
      step: known && [count(step), `of ${count(steps)} steps`],
      epoch: known && [count(epoch), `of ${count(run.config.epochs)} epochs`],
      speed: state === "training" && speed > 0 && [count(speed), `${run.nouns ?? "images"} a second`],
      left: left !== null && [`about ${duration(coarse(left))}`, "left"],
      seconds: left === null && seconds > 0 && [timeText(seconds), "trained"],
    };
    for (const [name, fact] of Object.entries(facts)) {
      this.facts[name].hidden = !fact;
      if (fact) [this.facts[name].firstChild.textContent, this.facts[name].lastChild.textContent] = [fact[0], ` ${fact[1]}`];
    }
  }

  /** The buttons stay the same elements while the state does, so that none loses the focus at an answer. */
  #buttons(run) {
    const names = actionsOf(run);
    const { state, step } = run.status;
    const others = state === "queued" && !step ? WAITING : LIVE.has(state) ? {} : ENDED;
    const words = `${names} ${Object.keys(others)} ${run.name}`;
    if (words === this.offered) return;
    const focused = this.buttons.contains(this.element.getRootNode().activeElement);
    this.offered = words;
    const primary = PRIMARY.find((name) => names.includes(name));
    this.buttons.replaceChildren(...names.map((name, i) => (LINKS[name] ? this.#link(name, i) : this.#button(name, primary, others[name]))));
    this.#ask(null);
    if (focused) this.buttons.querySelector("button, a")?.focus(); // the one that was pressed is gone
  }

  #link(name, place) {
    const [words, glyph, page] = LINKS[name];
    return h(
      "a",
      {
        class: place ? "quiet" : "quiet first",
        href: `${this.base}${page}?model=${encodeURIComponent(this.run.name)}`,
        "data-action": name,
        target: "_self",
      },
      icon(glyph),
      words,
    );
  }

  #button(name, primary, otherwise) {
    const { words, glyph, title, sure } = ACTIONS[name];
    const act = () => (sure ? this.#ask(name) : this.#act(name));
    return iconButton(
      glyph,
      { class: name === primary ? "quiet first" : sure ? "quiet apart" : "quiet", title, "data-action": name, onclick: act },
      h("span", {}, otherwise ?? words),
    );
  }

  /** Ask once more, in the place of the buttons. @param {string | null} name null: ask nothing */
  #ask(name) {
    this.buttons.hidden = name !== null;
    this.question.hidden = name === null;
    if (name === null) return;
    const { sure, yes, no } = ACTIONS[name];
    const back = () => {
      this.#ask(null);
      this.buttons.querySelector(`[data-action="${name}"]`)?.focus();
    };
    const keep = h("button", { type: "button", class: "quiet", "data-action": "no", onclick: back }, no);
    const go = iconButton("trash", { class: "quiet danger", "data-action": "yes", onclick: () => (this.#ask(null), this.#act(name)) }, yes);
    this.question.replaceChildren(h("span", {}, sure), go, keep);
    this.question.onkeydown = (event) => event.key === "Escape" && back();
    keep.focus();
  }

  async #act(name) {
    if (this.buttons.getAttribute("aria-busy") === "true") return;
    this.refusal.hidden = true;
    this.#busy(true);
    try {
      await this.onAct(name);
    } catch (error) {
      this.refusal.textContent = error.message;
      this.refusal.hidden = false;
    } finally {
      this.#busy(false);
    }
  }

  #busy(on) {
    this.buttons.setAttribute("aria-busy", String(on));
    for (const button of this.buttons.querySelectorAll("button")) button.setAttribute("aria-disabled", String(on));
  }

  #dials(run) {
    const { status, changes, steps } = run;
    this.dials.dataset.state = status.state; // they stand beside the map, and not in the head
    this.dials.hidden = !LIVE.has(status.state) || status.state === "measuring";
    const of = (name) => changes.filter((change) => change[name] !== null && change[name] !== undefined);
    const newest = steps.at(-1);
    this.beta.element.hidden = !hasBound(run); // without a KL there is nothing to weigh
    const warming = newest && status.state === "training" && newest.weight < status.beta * 0.999;
    this.beta.show(status.beta, of("beta"), warming ? `warming up, now ${Number(newest.weight.toPrecision(2))}` : "");
    this.rate.show(
      status.learning_rate,
      of("learning_rate"),
      newest ? `now ${rateText(Number(newest.learning_rate.toPrecision(2)), status.learning_rate)}, falling to zero by the end` : "",
    );
  }

  #build() {
    const fact = () => h("span", { hidden: true }, h("b"), h("span"));
    this.facts = { step: fact(), epoch: fact(), speed: fact(), left: fact(), seconds: fact() };
    this.name = h("h2", { class: "run-name", "data-role": "run-name" });
    this.state = h("span", { class: "run-state", "data-role": "run-state" });
    this.settings = h("p", { class: "run-settings fine" });
    this.sentence = h("p", { class: "run-sentence", "data-role": "run-sentence" });
    this.bar = h("div", { class: "run-bar", role: "progressbar", "aria-label": "Training", "aria-valuemin": "0", "aria-valuemax": "100" }, h("i"));
    this.buttons = h("div", { class: "run-buttons", role: "group", "aria-label": "What to do with it" });
    this.question = h("div", { class: "run-question", role: "group", "aria-label": "Once more", hidden: true });
    this.refusal = h("p", { class: "note", role: "status", "data-role": "refusal", hidden: true });
    this.spoken = h("p", { class: "unseen", "aria-live": "polite", "data-role": "spoken" });
    const change = (name) => (value) => this.onAct("change", { [name]: value });
    this.beta = new Dial("beta", change("beta"));
    this.rate = new Dial("learning_rate", change("learning_rate"));
    this.dials = h("div", { class: "run-dials", role: "group", "aria-label": "Settings, changed while it trains" }, this.beta.element, this.rate.element);
    this.command = h("code");
    this.commandNote = h("p", { class: "fine" });
    this.again = h("details", { class: "run-again" }, h("summary", {}, "The command that trains it again"), this.command, this.commandNote);
    this.element = h(
      "section",
      { class: "run-head", "aria-label": "The run" },
      h("div", { class: "run-title" }, this.name, this.state, h("span", { class: "spring" }), this.buttons, this.question),
      this.sentence,
      this.refusal,
      this.bar,
      h("p", { class: "run-facts", "data-role": "run-facts" }, ...Object.values(this.facts)),
      this.spoken,
    );
    // What it was started with stands below what it shows.
    this.about = h("section", { class: "run-line", "aria-label": "How it was started" }, this.settings, this.again);
  }
}
