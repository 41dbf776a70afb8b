/**
 * The frame of a lesson: claim, living drawing, prediction that stands in the way, reveal by one's own hand; then formula and code
 * beside it, sources, and the way into the tool. What is drawn and moved is the lesson's own.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { house } from "../../shared/wire/house.js";
import { mark } from "../story/done.js";
import { addressOf, languageLinks } from "../story/story.js";
import { letterOf, readAnswers, readNumber, withState } from "./address.js";
import { Beat } from "./beat.js";
import { Code } from "./code.js";
import { Figure } from "./figure.js";
import { SIGNS, badge } from "./marks.js";
import { QuestionPanel } from "./question.js";
import { Stepper } from "./stepper.js";
import { Words } from "./words.js";

const isProjected = () => document.documentElement.dataset.show === "projector";

const REST = 300; // ms without a change, after which the address follows
const SPOKEN = 1000; // ms, after which what is shown is said

/**
 * @typedef {object} Acting what a lesson is, once made
 * @property {HTMLElement[]} controls
 * @property {{ draw: any, heightOf: any }} drawing
 * @property {(k: number, locked: boolean) => void} lock what decides question k
 * @property {(k: number) => void} reveal make it happen, for those whose hands are not free
 * @property {(k: number) => void} [enter] question k is the one at hand
 * @property {() => [string, Record<string, string>]} says the sentence of what is shown now, and its numbers
 * @property {(k: number) => Record<string, string>} seen the numbers of what was seen
 * @property {() => Record<string, number | string | null>} address
 * @property {() => object} state raw inputs, to compute everything again from
 * @property {number} [stages]
 * @property {(stage: number) => string} [stageKey] the name of a stage's sentence
 * @property {(stage: number) => Record<string, string>} [numbers] of a stage's sentence
 * @property {boolean} [behind] whether what is shown has still to follow the hand
 * @property {(key: string) => boolean} [key] whether a key was meant for it
 */

export class LessonFrame {
  /** @param {HTMLElement} root @param {any} data @param {any} lesson @param {any} brought files of the lesson */
  constructor(root, data, lesson, brought) {
    Object.assign(this, { data, lesson });
    this.words = new Words(data.text.words, data.language);
    this.questions = data.text.questions;
    this.answers = readAnswers(location.search, this.questions.map(({ options }) => options.length));
    this.at = Math.max(0, this.answers.said.length > this.answers.step ? this.answers.step : this.answers.step - 1);
    /** @type {Acting} */
    this.acting = lesson.make(this, brought);
    this.figure = new Figure(this.acting.drawing);
    this.code = new Code(data.code);
    const onChoose = (option) => this.choose(option);
    this.panel = new QuestionPanel({ questions: this.questions, words: data.words, onChoose, onNext: () => this.next() });
    this.beat = new Beat(() => this.#tell());
    this.page = this.#page();
    root.append(this.page);
    this.onKey = (event) => this.#key(event);
    document.addEventListener("keydown", this.onKey);
    this.#show();
    this.changed();
  }

  destroy() {
    document.removeEventListener("keydown", this.onKey);
    [this.waiting, this.speaking].forEach(clearTimeout);
    this.beat.stop();
    this.stepper?.stop();
    this.figure.destroy();
    this.acting.destroy?.();
    this.page.remove();
  }

  /** A number that the address asks for. */
  asked(name, low, high, otherwise) {
    return readNumber(location.search, name, low, high, otherwise);
  }

  /** Whether question k is revealed. */
  revealed(k) {
    return k < this.answers.step;
  }

  /** Whether the hand may decide question k. */
  answered(k) {
    return k < this.answers.said.length;
  }

  /** Take an answer, or none. @param {number | null} option */
  choose(option) {
    if (this.revealed(this.at) || (option !== null && option >= this.questions[this.at].options.length)) return;
    this.answers.said[this.at] = option;
    this.#show();
    this.changed();
  }

  /** The hand has made happen what question k asks of. */
  met(k) {
    if (k !== this.at || this.revealed(k) || !this.answered(k)) return;
    this.answers.step = k + 1;
    if (this.answers.step === this.questions.length) mark(this.data.lesson);
    this.#show();
  }

  next() {
    if (this.at + 1 < this.questions.length) this.#go(this.at + 1);
  }

  #go(at) {
    this.at = at;
    this.#show();
    this.changed();
    this.panel.element.querySelector(".option")?.focus({ preventScroll: true });
    if (this.bench.getBoundingClientRect().top < 0) this.bench.scrollIntoView({ block: "start" }); // on a telephone the button is far below
  }

  /** Something of the drawing has changed. */
  changed() {
    this.figure.refresh();
    this.beat.ask();
  }

  #tell() {
    const [key, values] = this.acting.says();
    const { words } = this;
    this.page.dataset.behind = String(Boolean(this.acting.behind));
    this.says.replaceChildren(...words.outputs(words.texts[key], values));
    this.stepper?.again();
    if (this.revealed(this.at)) this.#tellSeen();
    this.kept.textContent = JSON.stringify({ ...this.acting.state(), said: this.answers.said.map(letterOf), step: this.answers.step, at: this.at });
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const said = words.text(key, values);
      this.figure.say(said);
      this.spoken.textContent = said;
    }, SPOKEN);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      const href = withState(location.href, this.answers, this.acting.address());
      if (href !== location.href) history.replaceState(history.state, "", href);
    }, REST);
  }

  #tellSeen() {
    this.panel.element.querySelector("[data-role=seen]")?.replaceChildren(...this.#seen());
  }

  #seen() {
    return this.words.outputs(this.questions[this.at].seen, this.acting.seen(this.at));
  }

  #show() {
    const { at, answers, questions } = this;
    this.acting.enter?.(at);
    questions.forEach((_, k) => this.acting.lock(k, !this.answered(k)));
    this.panel.show(at, answers.said[at], this.revealed(at), this.revealed(at) ? this.#seen() : []);
    const [some, all] = [answers.step > 0, answers.step === questions.length];
    this.views.hidden = !some;
    if (this.stepper) this.stepper.element.hidden = !some || at > 0;
    this.after.hidden = !all;
    this.page.dataset.step = String(answers.step);
    this.bench.dataset.asked = String(!this.answered(at));
    this.bench.dataset.ready = String(this.answered(at) && !this.revealed(at));
  }

  #page() {
    const { data, acting, lesson } = this;
    this.says = h("p", { class: "says", "data-role": "says" });
    this.spoken = h("p", { class: "unseen", role: "status" });
    this.kept = h("script", { type: "application/json", "data-role": "state" });
    if (acting.stages) {
      const say = (stage) => this.words.outputs(this.words.texts[acting.stageKey(stage)], acting.numbers(stage));
      this.stepper = new Stepper({ stages: acting.stages, words: data.words, say, onStage: (stage) => this.#stage(stage) });
    }
    const stage = h("div", { class: "stage" }, this.figure.element, this.says, h("div", { class: "controls" }, ...acting.controls), this.stepper?.element);
    this.bench = h("div", { class: "bench" }, stage, this.panel.element);
    const formula = h("section", { class: "formula-side" }, h("h2", {}, data.words.formula), ...lesson.formula(), this.#legend());
    this.views = h("div", { class: "views" }, formula, h("div", {}, h("h2", {}, data.words.code), this.code.element));
    this.after = this.#after();
    this.trail = this.#trail();
    const head = [this.trail, h("p", { class: "lead" }, data.text.claim)];
    const how = { class: "learn lesson latent-map", lang: data.language, "data-lesson": data.lesson };
    const page = h("div", how, ...head, this.bench, this.views, this.after, this.spoken, this.kept);
    this.#lights(page);
    return page;
  }

  #stage(stage) {
    this.code.light(stage || null);
    this.acting.onStage?.(stage);
    this.changed();
  }

  /** The symbols with their marks: pointing at one lights it wherever it is. */
  #legend() {
    const entry = ([symbol, meaning]) =>
      h("button", { type: "button", class: "symbol", "data-symbol": symbol }, badge(symbol), h("b", {}, SIGNS[symbol]), h("span", {}, meaning));
    return h("div", { class: "legend" }, ...Object.entries(this.data.text.symbols).map(entry));
  }

  #lights(page) {
    const light = (event) => {
      const symbol = event.target.closest?.("[data-symbol]")?.dataset.symbol;
      if (symbol) page.dataset.lit = symbol;
      else delete page.dataset.lit;
    };
    for (const name of ["pointerover", "focusin"]) this.views.addEventListener(name, light);
    for (const name of ["pointerleave", "focusout"]) this.views.addEventListener(name, () => delete page.dataset.lit);
  }

  #trail() {
    const { data } = this;
    const number = data.lessons.findIndex(({ name }) => name === data.lesson) + 1;
    const all = h("a", { target: "_self", "data-role": "all", href: addressOf(data) }, data.words.all);
    const minutes = data.words.minutes.replace("{n}", String(data.text.minutes));
    return h("p", { class: "trail fine" }, all, h("span", {}, `${number} / ${data.lessons.length}`),
      h("span", {}, minutes), ...languageLinks(data, data.lesson));
  }

  #after() {
    const { data, lesson } = this;
    const following = data.lessons[data.lessons.findIndex(({ name }) => name === data.lesson) + 1];
    const tool = house.alone ? null : h("a", { class: "go", target: "_self", "data-role": "tool", href: data.base + lesson.tool }, data.text.tool);
    const next = following && h("a", { class: "quiet", target: "_self", "data-role": "next-lesson", href: addressOf(data, following.name) },
      `${data.words.next}: ${following.title}`);
    const sources = h("p", { class: "fine sources" }, `${data.words.sources}: ${lesson.sources.join("; ")}.`);
    return h("section", { class: "after" }, h("p", { class: "learnt" }, data.text.learnt), h("div", { class: "ways" }, tool, next), sources);
  }

  #key(event) {
    const { key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const root = /** @type {ShadowRoot} */ (this.page.getRootNode());
    const within = event.composedPath().includes(this.page) || target.contains(root.host); // who let go of all is on the page itself
    if (!within) return;
    const widget = ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);
    const pressed = widget || ["BUTTON", "A", "SUMMARY"].includes(target.tagName);
    if (this.#act(key, widget, pressed)) event.preventDefault();
  }

  #act(key, widget, pressed) {
    if (/^[1-4]$/.test(key)) return void this.choose(Number(key) - 1);
    if (key === "Enter" && !pressed) return this.#enter();
    if (this.acting.key?.(key.toLowerCase())) return true;
    if (widget) return false;
    const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[key];
    if (by && isProjected()) return this.#present(by);
    const stepper = this.stepper && !this.stepper.element.hidden ? this.stepper : null;
    if (!stepper) return false;
    if (by) stepper.step(by);
    else if (key === " " && !pressed) stepper.play();
    else return false;
    return true;
  }

  /** Before a class one key goes through all of it: reveal, steps, next question, next lesson; and back. @param {number} by */
  #present(by) {
    const { stepper } = this;
    const steps = stepper && !stepper.element.hidden ? stepper : null;
    if (by < 0) {
      if (steps?.at) steps.step(-1);
      else if (this.at > 0) this.#go(this.at - 1);
      else return false;
    } else if (!this.answered(this.at)) this.choose(null);
    else if (!this.revealed(this.at)) this.acting.reveal(this.at);
    else if (steps && steps.at < steps.stages) steps.step(1);
    else if (this.at + 1 < this.questions.length) this.next();
    else this.after.querySelector("[data-role=next-lesson]")?.click();
    return true;
  }

  #enter() {
    if (this.revealed(this.at)) this.next();
    else if (this.answered(this.at)) this.acting.reveal(this.at);
    else return false;
    return true;
  }
}
