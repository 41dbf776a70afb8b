/**
 * What was found in an upload, and what is to become of it: pictures, classes, sizes, what was left out, the choices.
 * @module
 */

import { areSeries, holdsWords, lengthWords, modesWords, nameProblem, numberProblem, query } from "./words.js";
import { saidWords, scaleWords, sizesWords, sumWords, thingsWords } from "./words.js";
import { h, icon, iconButton } from "../shared/page/dom.js";
import { choice, option, sayProblem } from "../shared/page/fields.js";
import { count, several } from "../shared/words/numbers.js";
import { short, sizeWords } from "../shared/wire/transfer.js";

const CLASSES = 12; // that are shown before the rest is asked for
const REST = 350; // ms after the last change until the pictures are asked for as they would be
const SIDES = [28, 32, 64, 96]; // that are offered; others can be typed
const IMAGE = /^data:image\/png;base64,[\w+/=]+$/; // nothing else is let into a style
const RANGES = {
  side: /** @type {[number, number]} */ ([8, 256]),
  held_out: /** @type {[number, number]} */ ([1, 50]),
  seed: /** @type {[number, number]} */ ([0, 2 ** 31 - 1]),
};

const numberInput = (attributes) => h("input", { type: "number", step: "1", inputmode: "numeric", ...attributes });

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
    this.square = preview.suggested.height === preview.suggested.width;
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
      ...(areSeries(this.preview) ? { kind: "series", scale: this.scale?.value ?? "" } : this.#ofImages),
      held_out: this.share.valueAsNumber / 100,
      seed: this.seed.valueAsNumber,
      label: this.label?.value ?? "",
    };
  }

  /** What images are made like. */
  get #ofImages() {
    const height = this.height.valueAsNumber;
    return {
      kind: this.kind?.value ?? "",
      height,
      width: this.square ? height : this.width.valueAsNumber,
      colour: this.colour.value === "colour",
      fit: this.fit.value,
      invert: this.invert.value === "yes",
      values: this.values?.value ?? "",
    };
  }

  /** What is wrong with each choice. @returns {[HTMLInputElement, string][]} a sentence, or an empty string */
  #problems() {
    const { choices, preview } = this;
    const drawn = [[this.share, numberProblem(this.share.valueAsNumber, RANGES.held_out, false)], [this.seed, numberProblem(choices.seed, RANGES.seed)]];
    const size = areSeries(preview) ? [] : [[this.height, this.#sizeProblem()]];
    return /** @type {any} */ ([...size, [this.name, nameProblem(choices.name, this.taken())], ...(preview.parts ? [] : drawn)]);
  }

  /** What is wrong with the size of images. @returns {string} */
  #sizeProblem() {
    const { height, width } = this.choices;
    const side = this.limits()?.side ?? RANGES.side;
    return numberProblem(height, side) || (this.square ? "" : numberProblem(width, side));
  }

  /** Say beside each choice what is wrong with it. @returns {boolean} whether all can be had */
  #check() {
    const { choices, preview } = this;
    const problems = this.#problems();
    for (const [input, sentence] of problems) sayProblem(input, sentence);
    for (const button of this.sides?.children ?? []) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.side) === choices.height && choices.width === choices.height));
    }
    const wrong = problems.filter(([, sentence]) => sentence).map(([input]) => input);
    this.sum.textContent = wrong.every((input) => input === this.name) ? sumWords(preview, choices) : "";
    if (this.scaleTold) this.scaleTold.textContent = scaleWords(choices.scale);
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
      if (!anew && !areSeries(this.preview) && this.#sizeProblem()) return; // no such size
      const mine = ++this.#looks;
      const { name: _, ...choices } = query(this.choices, true);
      if (anew) for (const side of ["height", "width"]) delete choices[side];
      this.sheet.classList.add("old");
      try {
        const preview = await this.onLook(choices);
        if (mine === this.#looks) this.#found(preview, anew);
      } catch (error) {
        if (mine === this.#looks && (choices.values || choices.label || choices.scale)) this.#say(error.message);
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
    this.square = preview.suggested.height === preview.suggested.width;
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
    if (anew && this.sizeChoice) {
      this.square = preview.suggested.height === preview.suggested.width;
      const before = this.sizeChoice;
      this.sizeChoice = this.#sizeField(preview.suggested);
      before.replaceWith(this.sizeChoice);
    }
    this.holds.textContent = holdsWords(preview);
    const seen = this.#seen();
    this.seen.replaceWith(seen);
    this.seen = seen;
    this.#check();
  }

  #seen() {
    const { preview } = this;
    this.sheet = h("div", { class: "sheet", role: "img", "data-role": "sheet" });
    this.#pictures(preview.thumbnails);
    const size = areSeries(preview) ? `all of ${lengthWords(preview.sizes)}` : sizesWords(preview.sizes);
    const facts = [size, modesWords(preview.modes)].filter(Boolean).join("; ");
    return h(
      "div",
      { class: "seen" },
      this.sheet,
      facts && h("p", { class: "fine" }, `In the file: ${facts}.`),
      preview.checked < preview.images &&
        h("p", { class: "fine" }, `${count(preview.checked)} of them were opened so far; the others are when the set is made.`),
      ...preview.notes.map((sentence) => h("p", { class: "fine" }, sentence)),
      leftOut(preview.left_out),
      this.#classes(),
    );
  }

  /** @param {Preview["thumbnails"]} thumbnails */
  #pictures(thumbnails) {
    this.sheet.hidden = !thumbnails;
    if (!thumbnails || !IMAGE.test(thumbnails.src)) return;
    const { count: n, height, width, columns, labels, src } = thumbnails;
    const rows = Math.ceil(n / columns);
    const at = (place, of) => (of > 1 ? (100 * place) / (of - 1) : 0);
    const tile = (_, i) => {
      const element = h("i", { title: labels[i] ?? null });
      const place = `${at(i % columns, columns)}% ${at(Math.floor(i / columns), rows)}%`;
      element.style.backgroundPosition = place;
      element.style.setProperty("--place", place);
      return element;
    };
    const look = { "--sheet": `url("${src}")`, "--size": `${100 * columns}% ${100 * rows}%`, "--shape": `${width} / ${height}` };
    for (const [name, value] of Object.entries(look)) this.sheet.style.setProperty(name, value);
    const { things } = this.preview;
    this.sheet.classList.toggle("pixels", Math.max(width, height) < 64);
    this.sheet.classList.toggle("drawn", areSeries(this.preview));
    this.sheet.setAttribute("aria-label", `${thingsWords(n, things)} of the upload, as they would be kept`);
    this.sheet.replaceChildren(...Array.from({ length: n }, tile));
  }

  #classes() {
    const { classes } = this.preview;
    if (!classes.length) return null;
    const most = Math.max(...classes.map((each) => each.count));
    const bar = ({ name, count: n }, i) => {
      const line = h("i", {});
      line.style.width = `${(100 * n) / most}%`;
      return h("li", { hidden: i >= CLASSES }, h("span", { title: name }, name), h("span", { class: "bar" }, line), h("b", {}, count(n)));
    };
    const list = h("ul", { class: "classes", "data-role": "class-counts" }, ...classes.map(bar));
    const more = classes.length - CLASSES;
    const all = (event) => {
      for (const item of list.children) item.hidden = false;
      event.target.remove();
    };
    return h(
      "div",
      { class: "part" },
      h("h3", {}, "Classes"),
      list,
      more > 0 && h("button", { type: "button", class: "link", onclick: all }, `Show the other ${more}`),
    );
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
    for (const name of ["kind", "scale", "scaleTold", "values", "label", "sizeChoice", "sides"]) this[name] = null;
    const pictures = () => [(this.sizeChoice = this.#sizeField(suggested)), this.#lookFields(suggested)];
    this.fields = h(
      "fieldset",
      {},
      this.#nameField(suggested),
      ...(this.preview.choices?.kind ? [this.#kindField(this.preview.choices.kind)] : []),
      ...(areSeries(this.preview) ? this.#scaleField(suggested) : pictures()),
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
      ...kinds.map((value) => option(value, saidWords("kind", value), value === things)),
    );
    return choice("The rows are", this.kind);
  }

  /** How the values of series are changed, with a sentence of what comes of it. */
  #scaleField({ scale: suggested = "" }) {
    const { scale } = this.preview.choices ?? {};
    if (!scale) return [];
    this.scale = h(
      "select",
      { "data-role": "set-scale", onchange: () => this.#look() },
      ...scale.map((value) => option(value, saidWords("scale", value), value === suggested)),
    );
    this.scaleTold = h("span", { class: "told", "data-role": "scale-told" });
    const field = choice("Values", this.scale);
    field.append(this.scaleTold);
    return [field];
  }

  #sizeField({ height, width }) {
    const input = (value, label, role) =>
      numberInput({ value, min: "8", max: "256", "aria-label": label, "data-role": role, oninput: () => this.#look() });
    this.height = input(height, this.square ? "Side, in pixels" : "Height, in pixels", "set-side");
    this.width = input(width, "Width, in pixels", "set-width");
    const pick = (side) => () => {
      this.height.value = this.width.value = String(side);
      this.#look();
    };
    const offered = [...new Set(this.square ? [...SIDES, height] : SIDES)].sort((a, b) => a - b);
    this.sides = h(
      "span",
      { class: "sides" },
      ...offered.map((side) =>
        h("button", { type: "button", class: "quiet", "data-side": side, title: `${side} × ${side} pixels`, onclick: pick(side) }, String(side)),
      ),
    );
    const typed = this.square ? [this.height] : [this.width, h("span", {}, "×"), this.height];
    return choice(this.square ? "Side, in pixels" : "Width and height, in pixels", h("span", { class: "size" }, this.sides, ...typed));
  }

  #lookFields({ colour, fit }) {
    const look = () => this.#look();
    this.colour = h("select", { "data-role": "set-colour", onchange: look }, option("grey", "Grey", !colour), option("colour", "Colour", colour));
    this.fit = h(
      "select",
      { "data-role": "set-fit", onchange: look },
      option("crop", "Cut to its middle", fit !== "pad"),
      option("pad", "Whole, on black", fit === "pad"),
    );
    return h("div", { class: "pair" }, choice("Pictures are", this.colour), choice("Each is shown", this.fit));
  }

  /** Whether light and dark are exchanged, as of ink on paper. */
  #invertField({ invert }) {
    this.invert = h(
      "select",
      { "data-role": "set-invert", onchange: () => this.#look() },
      option("no", "As they are", !invert),
      option("yes", "Exchanged", Boolean(invert)),
    );
    return choice("Light and dark are", this.invert);
  }

  /** What the file does not say by itself. */
  #saidFields(suggested) {
    const { choices = {} } = this.preview;
    const select = (key) =>
      h(
        "select",
        { "data-role": `set-${key}`, onchange: () => this.#look(key === "label" && !areFiles(this.preview)) },
        ...choices[key].map((value) => option(value, saidWords(key, value), value === suggested[key])),
      );
    const fields = areSeries(this.preview) ? [] : [this.#invertField(suggested)];
    if (choices.values) fields.push(choice("Black and white are", (this.values = select("values"))));
    if (choices.label) fields.push(choice("The label is", (this.label = select("label"))));
    return fields.length ? [h("div", { class: "pair" }, ...fields)] : [];
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

/** What was left out by name, with the reason, to be unfolded; null where nothing was. @param {Preview["left_out"] | null} left */
export function leftOut(left) {
  if (!left?.count) return null;
  const rest = left.count - left.shown.length;
  const named = left.shown.map(({ name, reason }) => h("li", {}, h("code", {}, name), ` ${reason}`));
  return h(
    "details",
    { class: "left-out", "data-role": "left-out" },
    h("summary", {}, `${several(left.count, "file")} left out`),
    h("ul", {}, ...named, rest > 0 && h("li", {}, `and ${count(rest)} more`)),
  );
}

/** Whether the pictures are files of their own, whose size no label changes. @param {Preview} preview */
const areFiles = ({ kind }) => kind === "zip" || kind === "folder";
