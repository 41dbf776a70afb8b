/**
 * What was found out about a model: a few things and what it makes of them, each finding, what a person may know better.
 * @module
 */

import { dataWords, findingWords, howWords, lossWords, query, rowWords, triedWords } from "./words.js";
import { h, icon } from "../shared/page/dom.js";
import { choice, option, sayProblem } from "../shared/page/fields.js";
import { bytes } from "../shared/wire/base64.js";
import { nameProblem } from "../shared/words/names.js";

const SHOWN = 8;
const FEW = 4; // pictures beside each answer

/** @typedef {import("./words.js").Found} Found */

let panels = 0; // radio buttons of a page are told apart by it

export class FoundPanel {
  #looks = 0; // only the newest is shown

  /**
   * @param {object} options
   * @param {Found} options.found
   * @param {import("../shared/views/view.js").View | null} options.view of its things; null for a model of ours
   * @param {() => string[]} options.taken names of models
   * @param {(answers: object) => Promise<Found>} options.onLook the same once more, with answers
   * @param {(choices: object) => void} options.onTake
   */
  constructor({ found, view, taken, onLook, onTake }) {
    Object.assign(this, { found, view, taken, onLook, onTake });
    this.number = ++panels;
    /** @type {Record<string, string>} what a person has said, by the keys of the questions */
    this.answers = {};
    this.#build();
    this.#check();
  }

  destroy() {
    this.#looks += 1;
    this.element.remove();
  }

  /** Go to what is chosen first. */
  begin() {
    this.element.scrollIntoView({ block: "nearest" });
    this.element.focus({ preventScroll: true });
  }

  /** What the address of a request says. */
  get choices() {
    return query({ ...this.answers, data: this.found.dataset });
  }

  /** Nothing can be changed while it is taken in. */
  busy(on) {
    this.fields.disabled = on;
    if (on) this.say("");
  }

  say(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  /** Call it so, as before the page was loaded anew. @param {string} name */
  call(name) {
    this.name.value = name;
    this.named = true;
    this.#check();
  }

  #check() {
    const problem = nameProblem(this.name.value.trim(), this.taken(), "a model");
    sayProblem(this.name, problem);
    return !problem;
  }

  #submit(event) {
    event.preventDefault();
    if (!this.#check()) return this.name.focus();
    this.onTake({ ...this.choices, name: this.name.value.trim() });
  }

  /** Have it looked at with another answer; the others stay. */
  async #look(key, value) {
    const mine = ++this.#looks;
    this.say("");
    const answers = { ...this.answers, ...(key === "data" ? {} : { [key]: value }) };
    const data = key === "data" ? value : this.found.dataset;
    this.seen.classList.add("old");
    try {
      const found = await this.onLook(query({ ...answers, data }));
      if (mine !== this.#looks) return;
      this.answers = answers;
      this.#otherwise(found, key);
    } catch (error) {
      if (mine !== this.#looks) return;
      this.say(error.message);
      this.#otherwise(this.found, key); // what was chosen goes back
    }
  }

  /** Show what was found now; the name that was typed stays, and the keyboard where it was. @param {Found} found */
  #otherwise(found, key) {
    const { element, name, named, notice } = this;
    const said = notice.textContent;
    const opened = this.more?.open;
    this.found = found;
    this.#build();
    if (named) Object.assign(this.name, { value: name.value });
    this.named = named;
    if (this.more) this.more.open = opened ?? false;
    element.replaceWith(this.element);
    /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-key="${key}"]:is(select, :checked)`))?.focus({ preventScroll: true });
    this.say(said);
    this.#check();
  }

  // What is shown.

  #build() {
    const { found } = this;
    this.seen = found.item ? this.#seen() : h("div", { class: "seen" });
    this.element = h("div", { class: "inside", tabindex: "-1", "data-role": "found" }, this.seen, this.#form());
  }

  #seen() {
    const { found, view } = this;
    const row = (text, words) => (text ? h("div", { class: "row", role: "img", "aria-label": words }, ...this.#tiles(text, SHOWN)) : null);
    const { nouns } = view.words;
    const question = found.originals ? "Is this right? " : "";
    const made = found.originals ? "What the model makes of them" : "What it draws";
    const details = h(
      "details",
      { class: "told", "data-role": "findings" },
      h("summary", {}, "What was found, and how"),
      h("dl", {}, ...found.findings.map((finding) => this.#finding(finding))),
    );
    return h(
      "div",
      { class: "seen" },
      h("div", { class: "rows", "data-role": "rows" }, row(found.originals, `Test ${nouns}`), row(found.pictures, made)),
      h("p", { class: "fine" }, question && h("b", {}, question), rowWords(found, nouns)),
      ...found.notes.map((sentence) => h("p", { class: "fine" }, sentence)),
      details,
    );
  }

  #tiles(text, most) {
    const { view } = this;
    const raw = bytes(text);
    const things = view.read(raw.buffer, raw.byteOffset);
    const n = Math.min(most, Math.floor(things.length / view.size));
    return Array.from({ length: n }, (_, i) => {
      const canvas = h("canvas", { class: view.pixels ? "pixels" : null, "data-view": view.kind, "aria-hidden": "true" });
      view.paint(canvas, things, i);
      return canvas;
    });
  }

  /** @param {import("./words.js").Finding} finding */
  #finding(finding) {
    const tried = triedWords(finding);
    const [title, value] = findingWords(finding, this.found.item);
    const how = h("span", { class: "how" }, howWords(finding.how), finding.sure ? "" : ", not sure");
    return h("div", {}, h("dt", {}, title), h("dd", {}, h("span", {}, value), " ", how, tried && h("span", { class: "tried" }, tried)));
  }

  // What is chosen.

  #form() {
    const { found } = this;
    const questions = found.questions ?? [];
    this.name = h("input", {
      type: "text",
      value: found.name,
      maxlength: "64",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      "data-role": "model-name",
      oninput: () => {
        this.named = true;
        this.#check();
      },
    });
    const folded = questions.filter(({ open }) => !open);
    const others = folded.map((one) => this.#question(one));
    const summary = h("summary", {}, "Not right? Say it otherwise");
    this.more = others.length > 0 ? h("details", { class: "more", "data-role": "more" }, summary, ...others) : null;
    this.fields = h(
      "fieldset",
      {},
      ...(found.item ? [this.#data()] : []),
      ...questions.filter(({ open }) => open).map((one) => this.#question(one)),
      this.more ?? "",
      choice("Name", this.name),
      h("div", { class: "deed" }, h("button", { type: "submit", class: "quiet first", "data-role": "take-in" }, icon("check"), "Take it in")),
    );
    this.notice = h("p", { class: "refused", role: "status", "data-role": "take-refused", hidden: true });
    return h("form", { class: "choices", novalidate: true, onsubmit: (event) => this.#submit(event) }, this.fields, this.notice);
  }

  #data() {
    const { datasets, dataset } = this.found;
    const select = h(
      "select",
      { "data-role": "model-data", "data-key": "data", onchange: () => this.#look("data", select.value) },
      ...datasets.map(({ name, title }) => option(name, title === name ? name : `${title} (${name})`, name === dataset)),
      option("", datasets.length ? "Something else, or without data" : "Nothing at hand fits: without data", !dataset),
    );
    const field = choice("Trained on", select);
    const why = dataWords(this.found);
    if (why) field.append(h("span", { class: "why" }, why));
    return field;
  }

  /** @param {import("./words.js").Question} question */
  #question(question) {
    return question.choices.some(({ pictures }) => pictures) && question.open ? this.#shown(question) : this.#listed(question);
  }

  #listed({ key, title, chosen, choices }) {
    const select = h(
      "select",
      { "data-role": `ask-${key}`, "data-key": key, onchange: () => this.#look(key, select.value) },
      ...choices.map(({ value, words }) => option(value, words, value === chosen)),
    );
    const field = choice(title, select);
    const why = lossWords(key, chosen);
    if (why) field.append(h("span", { class: "why" }, why));
    return field;
  }

  /** Answers with pictures of what the model makes of the things under each. */
  #shown({ key, title, chosen, choices }) {
    const answer = ({ value, words, pictures }) =>
      h(
        "label",
        { class: "answer" },
        h("input", {
          type: "radio",
          name: `${key}-${this.number}`,
          value,
          checked: value === chosen,
          "data-key": key,
          onchange: () => this.#look(key, value),
        }),
        h("span", { class: "words" }, words),
        h("span", { class: "row", "aria-hidden": "true" }, ...(pictures ? this.#tiles(pictures, FEW) : [])),
      );
    return h("div", { class: "choice", role: "radiogroup", "aria-label": title, "data-role": `ask-${key}` }, h("span", {}, title), ...choices.map(answer));
  }
}
