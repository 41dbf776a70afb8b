/**
 * What was found in an upload, and what is to become of it: pictures, classes, sizes, what was left out, the choices.
 * @module
 */

import { fieldsOf, wordsOf } from "./kinds/kinds.js";
import { nameProblem, numberProblem } from "./problems.js";
import { saidWords } from "./said.js";
import { seenOf } from "./seen.js";
import { holdsWords, query, sumWords } from "./words.js";
import { h, icon, iconButton } from "../shared/page/dom.js";
import { choice, numberInput, option, sayProblem } from "../shared/page/fields.js";
import { short, sizeWords } from "../shared/wire/transfer.js";

const REST = 350; // ms after the last change until the pictures are asked for as they would be
const RANGES = {
  held_out: /** @type {[number, number]} */ ([1, 50]),
  seed: /** @type {[number, number]} */ ([0, 2 ** 31 - 1]),
};

const SAID = ["values", "label", "scale"]; // what a file may leave open: where it cannot be so, that is told

/** @typedef {import("./words.js").Preview} Preview */

export class PreviewPanel {
  #looks = 0; // only the newest is shown

  /**
   * @param {object} options
   * @param {string} options.filename
   * @param {number} options.bytes
   * @param {Preview} options.preview
   * @param {() => string[]} options.taken names of data sets
   * @param {() => {side?: [number, number]} | null} options.limits of the server, once it has said
   * @param {(choices: object) => Promise<Preview>} options.onLook the preview once more, made otherwise
   * @param {(choices: object) => void} options.onAdd
   * @param {() => void} options.onDrop
   */
  constructor({ filename, bytes, preview, taken, limits, onLook, onAdd, onDrop }) {
    Object.assign(this, { filename, bytes, preview, taken, limits, onLook, onAdd, onDrop });
    this.#build();
    this.#check();
  }

  /** Go to what is chosen first. */
  begin() {
    this.element.scrollIntoView({ block: "nearest" });
    // On a telephone the keyboard would come up and cover what was found.
    const first = matchMedia("(pointer: fine)").matches ? this.name : this.element;
    first.focus({ preventScroll: true });
    if (first === this.name) this.name.select();
  }

  /** @param {string} name of the set that is being made */
  choose(name) {
    this.name.value = name;
    this.#check();
  }

  destroy() {
    clearTimeout(this.timer);
    this.#looks += 1;
    this.element.remove();
  }

  /** Nothing can be changed while a set is being made. */
  busy(on) {
    this.fields.disabled = on;
    if (on) this.#say("");
  }

  /** Show how far the set is that is being made, or that none is. */
  making(progress, words, onCancel) {
    this.busy(Boolean(progress));
    this.way.hidden = !progress;
    if (!progress) return;
    this.wayWords.textContent = words;
    if (progress.total > 0) this.bar.value = progress.done / progress.total;
    else this.bar.removeAttribute("value");
    this.onCancel = onCancel;
  }

  /** Say why there is no set; all that was chosen stays. */
  refuse(sentence) {
    this.making(null);
    this.#say(sentence);
    this.addButton.focus();
  }

  #say(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  // The choices.

  /** @returns {import("./words.js").Choices} */
  get choices() {
    return {
      name: this.name.value.trim(),
      kind: this.kind?.value ?? this.preview.things ?? "",
      ...this.own.choices,
      held_out: this.share.valueAsNumber / 100,
      seed: this.seed.valueAsNumber,
      label: this.label?.value ?? "",
    };
  }

  /** What is wrong with each choice. @returns {[HTMLInputElement, string][]} a sentence, or an empty string */
  #problems() {
    const { choices, preview } = this;
    const drawn = [[this.share, numberProblem(this.share.valueAsNumber, RANGES.held_out, false)], [this.seed, numberProblem(choices.seed, RANGES.seed)]];
    return /** @type {any} */ ([...this.own.problems(), [this.name, nameProblem(choices.name, this.taken())], ...(preview.parts ? [] : drawn)]);
  }

  /** Say beside each choice what is wrong with it. @returns {boolean} whether all can be had */
  #check() {
    const { choices, preview } = this;
    const problems = this.#problems();
    for (const [input, sentence] of problems) sayProblem(input, sentence);
    this.own.check();
    const wrong = problems.filter(([, sentence]) => sentence).map(([input]) => input);
    this.sum.textContent = wrong.every((input) => input === this.name) ? sumWords(preview, choices) : "";
    return wrong.length === 0;
  }

  #changed() {
    this.#say("");
    this.#check();
  }

  /** Have the pictures made as they would be. @param {boolean} [anew] in the size that suits them */
  #look(anew = false) {
    this.#changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      if (!anew && this.own.problems().some(([, sentence]) => sentence)) return; // no such size
      const mine = ++this.#looks;
      const { name: _, ...choices } = query(this.choices, true);
      if (anew) for (const side of ["height", "width"]) delete choices[side];
      this.sheet.classList.add("old");
      try {
        const preview = await this.onLook(choices);
        if (mine === this.#looks) this.#found(preview, anew);
      } catch (error) {
        if (mine === this.#looks && SAID.some((key) => choices[key])) this.#say(error.message);
        // otherwise those at hand stay: adding tells what is wrong
      }
      if (mine === this.#looks) this.sheet.classList.remove("old");
    }, REST);
  }

  /** Have the file read as another kind of things; the select goes back where it holds none. */
  async #lookAs() {
    this.#say("");
    clearTimeout(this.timer);
    const mine = ++this.#looks;
    this.sheet.classList.add("old");
    try {
      const preview = await this.onLook({ kind: this.kind.value });
      if (mine === this.#looks) this.#otherwise(preview);
    } catch (error) {
      if (mine !== this.#looks) return;
      this.#say(error.message);
      this.kind.value = this.preview.things ?? "image";
      this.sheet.classList.remove("old");
    }
  }

  /** Show the file as another kind of things; what suits any kind stays chosen. @param {Preview} preview */
  #otherwise(preview) {
    const { element, name, share, seed } = this;
    this.preview = preview;
    this.#build();
    for (const [now, before] of [[this.name, name], [this.share, share], [this.seed, seed]]) now.value = before.value;
    element.replaceWith(this.element);
    this.kind?.focus();
    this.#check();
  }

  #add(event) {
    event.preventDefault();
    if (!this.#check()) {
      this.element.querySelector("[aria-invalid=true]").focus();
      return;
    }
    this.onAdd(query(this.choices, Boolean(this.preview.parts)));
  }

  // What was found.

  /** Show what was found once more, as it is with other choices. @param {Preview} preview @param {boolean} anew in another size */
  #found(preview, anew) {
    this.preview = preview;
    this.own.found(preview, anew);
    this.holds.textContent = holdsWords(preview);
    const seen = this.#seen();
    this.seen.replaceWith(seen);
    this.seen = seen;
    this.#check();
  }

  #seen() {
    const { element, sheet } = seenOf(this.preview);
    this.sheet = sheet;
    return element;
  }

  // What it is made of.

  #build() {
    this.holds = h("b", { "data-role": "holds" }, holdsWords(this.preview));
    const head = h(
      "div",
      { class: "head" },
      h("div", {}, this.holds, h("span", { class: "fine" }, `${short(this.filename)}, ${sizeWords(this.bytes)}`)),
      iconButton("close", { "data-role": "drop-upload", onclick: () => this.onDrop() }, "Another file"),
    );
    this.seen = this.#seen();
    this.element = h("div", { class: "preview", tabindex: "-1", "data-role": "preview" }, head, this.seen, this.#form());
  }

  #form() {
    const { suggested, parts } = this.preview;
    this.kind = this.label = null;
    this.own = new (fieldsOf(this.preview.things))(this.preview, { look: () => this.#look(), limits: this.limits });
    this.fields = h(
      "fieldset",
      {},
      this.#nameField(suggested),
      ...(this.preview.choices?.kind ? [this.#kindField(this.preview.choices.kind)] : []),
      ...this.own.elements,
      ...this.#saidFields(suggested),
      ...this.#splitFields(suggested, parts),
    );
    this.sum = h("p", { class: "fine", "data-role": "sum" });
    this.notice = h("p", { class: "refused", role: "status", "data-role": "add-refused", hidden: true });
    this.addButton = h("button", { type: "submit", class: "quiet first", "data-role": "add-set" }, icon("plus"), "Add");
    this.wayWords = h("span", {});
    this.bar = h("progress", { max: "1", value: "0", "aria-label": "Made" });
    this.way = h(
      "div",
      { class: "way", hidden: true },
      this.wayWords,
      this.bar,
      h("button", { type: "button", class: "quiet", "data-role": "cancel-adding", onclick: () => this.onCancel() }, "Cancel"),
    );
    this.fields.append(h("div", { class: "deed" }, this.addButton, this.sum));
    return h("form", { class: "choices", novalidate: true, onsubmit: (event) => this.#add(event) }, this.fields, this.way, this.notice);
  }

  #nameField({ name }) {
    this.name = h("input", {
      type: "text",
      value: name,
      maxlength: "64",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      "data-role": "set-name",
      oninput: () => this.#changed(),
    });
    return choice("Name", this.name);
  }

  /** What the numbers of a file are, where it does not say. @param {string[]} kinds */
  #kindField(kinds) {
    const { things = "image" } = this.preview;
    this.kind = h(
      "select",
      { "data-role": "set-kind", onchange: () => this.#lookAs() },
      ...kinds.map((value) => option(value, wordsOf(value).title, value === things)),
    );
    return choice("The rows are", this.kind);
  }

  /** What the file does not say by itself. */
  #saidFields({ label: suggested }) {
    const labels = this.preview.choices?.label;
    const fields = [...this.own.said, ...(labels ? [this.#labelField(labels, suggested)] : [])];
    return fields.length ? [h("div", { class: "pair" }, ...fields)] : [];
  }

  #labelField(labels, suggested) {
    this.label = h(
      "select",
      { "data-role": "set-label", onchange: () => this.#look(!areFiles(this.preview)) },
      ...labels.map((value) => option(value, saidWords("label", value), value === suggested)),
    );
    return choice("The label is", this.label);
  }

  #splitFields({ held_out: share, seed }, parts) {
    const percent = String(Math.round(1000 * share) / 10);
    const oninput = () => this.#changed();
    this.share = numberInput({ value: percent, min: "1", max: "50", inputmode: "decimal", "data-role": "set-held-out", oninput });
    this.seed = numberInput({ value: String(seed), min: "0", max: String(RANGES.seed[1]), "data-role": "set-seed", oninput });
    if (parts) return [h("p", { class: "fine" }, "The data say themselves what is held out.")];
    return [h("div", { class: "pair" }, choice("Held out, in percent", this.share), choice("Seed of the draw", this.seed))];
  }
}

/** Whether the pictures are files of their own, whose size no label changes. @param {Preview} preview */
const areFiles = ({ kind }) => kind === "zip" || kind === "folder";
