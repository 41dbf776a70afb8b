/**
 * Attribute arithmetic: a − b + c, of classes' means or of anchors, with its strength in the hand.
 * @module
 */

import { speakStrength } from "../../shared/space/directionpanel.js";
import { h, iconButton } from "../../shared/page/dom.js";
import { applied, direction, summary } from "../../shared/space/groups.js";
import { LiveRange } from "../../shared/page/liverange.js";
import { exampleOf, neighbourhood, sayExample } from "./example.js";
import { PathStrip } from "../path/strip.js";
import { shortName } from "../words.js";
import { figure } from "../../shared/words/numbers.js";
import { named } from "../../shared/words/names.js";

const REACH = 2; // times the direction, either way
const STEPS = 9; // pictures of the strip
const TERMS = [["start", "a"], ["from", "b"], ["to", "c"]];
const QUIET = 250; // ms without a change until an example is looked for, and it is said what comes out

/** How much of the direction each picture of the strip has. */
export const amounts = Array.from({ length: STEPS }, (_, i) => REACH * ((2 * i) / (STEPS - 1) - 1));

/** Write how often a direction is taken, with its sign. */
export const times = (amount) => `${amount > 0 ? "+" : ""}${figure(amount)}`;

/** The points of each class that has any, by its number. @param {import("../../shared/space/codes.js").Codes | null} codes @returns {Map<number, number[]>} */
export function classesOf(codes) {
  const found = new Map();
  if (!codes?.labels) return found;
  for (let i = 0; i < codes.n; i += 1) {
    const label = codes.labels[i];
    if (label < 0) continue;
    if (!found.has(label)) found.set(label, []);
    found.get(label).push(i);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

export class Arithmetic {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(z: Float32Array, n: number, lane: string) => Promise<any>} options.decode null where it could not be done, which is told elsewhere
   * @param {(z: number[]) => void} options.onUse the result is wanted as an anchor
   * @param {() => void} options.onChange somebody has chosen something
   */
  constructor({ view, decode, onUse, onChange }) {
    Object.assign(this, { view, decode, onUse, onChange });
    /** @type {import("../anchors/anchors.js").Anchor[]} */
    this.anchors = [];
    this.codes = null;
    this.classes = new Map();
    this.means = new Map(); // by class
    this.amount = 1;
    this.of = "anchors"; // "classes" where there are some
    this.chosen = { start: 0, from: 0, to: 1 }; // of the anchors, or of the classes' numbers
    this.#build();
  }

  /** Take the test codes, or null where there are none. @param {import("../../shared/space/codes.js").Codes | null} codes */
  begin(codes) {
    this.codes = codes;
    this.classes = classesOf(codes);
    const can = this.classes.size > 1;
    this.kinds.hidden = !can;
    const stands = this.touched && (this.of === "anchors" || [this.chosen.from, this.chosen.to].every((label) => this.classes.has(label)));
    this.#take(stands ? this.of : can ? "classes" : "anchors", stands);
    if (this.touched) this.element.open = true;
    else this.#findExample();
  }

  /** Open on an example that works; where there is none it stays folded, and says nothing. */
  #findExample() {
    const { anchors, codes, classes } = this;
    if (this.touched || this.turned || this.of !== "classes" || !codes || !anchors.length || anchors.some(({ z }) => !z)) return;
    const means = new Map(Array.from(classes.keys(), (label) => [label, this.#meanOf(label)]));
    const example = exampleOf(anchors.map(({ z }) => z), codes, means);
    if (!example) return;
    this.chosen = example;
    this.element.open = true; // its toggle asks for the pictures
    this.#refresh();
  }

  /** What somebody has chosen, for an address; null where nobody has. @returns {import("../address.js").Sum | null} */
  get kept() {
    return this.touched || this.amount !== 1 ? { of: this.of, ...this.chosen, amount: this.amount } : null;
  }

  /** Begin with what an address asks for; classes are looked for when the codes have come. @param {import("../address.js").Sum} sum */
  keep({ of, start, from, to, amount }) {
    Object.assign(this, { of, chosen: { start, from, to }, amount, touched: true });
    this.element.open = true;
    if (this.codes) this.begin(this.codes);
  }

  /** Take the anchors as they are now. */
  show(anchors) {
    const same = anchors.length === this.anchors.length && anchors.every((anchor, i) => anchor.z === this.anchors[i].z);
    this.anchors = anchors;
    if (same) return;
    if (this.codes && this.of === "classes" && !this.touched) this.#suit();
    this.#refresh();
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.#findExample(), QUIET);
  }

  destroy() {
    clearTimeout(this.looking);
    clearTimeout(this.telling);
    this.strip.destroy();
  }

  /** Choose what is added and taken away. @param {"classes" | "anchors"} of @param {boolean} [kept] the terms are chosen already */
  #take(of, kept = false) {
    this.of = of;
    if (kept) this.told = null;
    else if (of === "classes") this.#suit();
    else this.chosen = this.anchors.length > 2 ? { start: 0, from: 1, to: 2 } : { start: 0, from: 0, to: 1 };
    for (const input of this.kinds.querySelectorAll("input")) input.checked = input.value === of;
    this.#refresh();
  }

  /** From the class of the first anchor to that of the last one, or to another. */
  #suit() {
    const labels = [...this.classes.keys()];
    const labelOf = (anchor) => labels.find((label) => this.#className(label) === anchor?.label);
    const from = labelOf(this.anchors[0]) ?? labels[0];
    const last = labelOf(this.anchors.at(-1));
    this.chosen = { start: 0, from, to: last !== undefined && last !== from ? last : labels.find((label) => label !== from) };
  }

  #className = (label) => this.codes.classes[label] ?? String(label);

  /** The mean code of a class. @returns {Float32Array} */
  #meanOf(label) {
    if (!this.means.has(label)) this.means.set(label, summary(this.classes.get(label), { ...this.codes, labels: null }).mean);
    return this.means.get(label);
  }

  /** The code and the name of a term. @returns {{z: ArrayLike<number>, name: string}} */
  #term(which) {
    if (which !== "start" && this.of === "classes") {
      const label = this.chosen[which];
      return { z: this.#meanOf(label), name: `the mean of ${named(this.codes.classes, label)}` };
    }
    const i = Math.min(this.chosen[which], this.anchors.length - 1);
    return { z: this.anchors[i].z, name: `anchor ${i + 1} (${shortName(this.anchors[i], this.view.words.noun)})` };
  }

  get #vector() {
    const [from, to] = [this.#term("from").z, this.#term("to").z];
    return Float32Array.from(to, (value, k) => value - from[k]);
  }

  /** The code that comes out. */
  get result() {
    return applied(this.#term("start").z, this.#vector, this.amount);
  }

  /** Ask for all pictures again. */
  async #refresh() {
    if (!this.anchors.length || this.anchors.some(({ z }) => !z)) return;
    if (this.of === "classes" && !this.codes) return; // an address asks for classes, and they are on their way
    if (!this.element.open) return; // nobody sees it
    this.#fillChoices();
    this.#say();
    this.#move(this.amount);
    const terms = TERMS.map(([which]) => this.#term(which).z);
    const vector = this.#vector;
    const all = [...terms, ...amounts.map((amount) => applied(terms[0], vector, amount))];
    const codes = Float32Array.from(all.flatMap((z) => Array.from(z)));
    const turn = (this.turn = {});
    const images = await this.decode(codes, all.length, "groups");
    if (!images || turn !== this.turn) return;
    TERMS.forEach(([which], i) => this.view.paint(this.pictures[which], images, i));
    this.strip.show(images.subarray(TERMS.length * this.view.size), STEPS);
  }

  /** Another strength, by hand. */
  #turn(amount) {
    this.#move(amount);
    this.onChange();
  }

  /** Classes or anchors, by hand. */
  #choose(of) {
    this.touched = true;
    this.#take(of);
    this.onChange();
  }

  async #move(amount) {
    this.amount = Math.round(100 * amount) / 100;
    const { name } = this.#term("start");
    const words = `${times(this.amount)} times the difference`;
    this.slider.show(this.amount, () => words);
    this.reading.textContent = `${times(this.amount)} ×`;
    this.strip.place((this.amount + REACH) / (2 * REACH));
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.#tell(`${name}, and ${words}`), QUIET);
    const image = await this.decode(this.result, 1, "directed");
    if (!image) return;
    this.arrived = image;
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.view.paint(this.picture, this.arrived);
      this.picture.dispatchEvent(new CustomEvent("painted"));
    });
  }

  /** Say what this is, and what comes of it. @param {string} label of the picture */
  #tell(label) {
    const { codes } = this;
    const names = TERMS.map(([which]) => this.#term(which).name);
    const found = codes?.labels ? neighbourhood(this.result, codes) : null;
    const known = found && found.label >= 0 ? found : null;
    this.what.textContent = sayExample(/** @type {[string, string, string]} */ (names), this.amount, known, known ? named(codes.classes, known.label) : "");
    this.picture.setAttribute("aria-label", label);
  }

  /** Say how strongly the direction parts its classes. */
  #say() {
    if (this.of === "anchors") {
      this.told = null;
      this.sentence.textContent = this.#vector.every((value) => value === 0) ? "b and c are one and the same code, so nothing is added." : "";
      return;
    }
    const { from, to } = this.chosen;
    const names = [from, to].map((label) => named(this.codes.classes, label));
    const key = `${from}:${to}`;
    if (this.told === key) return;
    this.told = key;
    const [strong, rest] = speakStrength(direction(this.classes.get(from), this.classes.get(to), this.codes), ...names);
    this.sentence.replaceChildren(...(strong ? ["The two classes are ", h("b", {}, strong), ` along it${rest}`] : [rest]));
  }

  #fillChoices() {
    const anchors = this.anchors.map((anchor, i) => [i, `${i + 1}: ${shortName(anchor, this.view.words.noun)}`]);
    const classes = [...this.classes.keys()].map((label) => [label, this.#className(label)]);
    for (const [which] of TERMS) {
      const ofClasses = which !== "start" && this.of === "classes";
      const listed = ofClasses ? classes : anchors;
      const select = this.selects[which];
      select.replaceChildren(...listed.map(([value, words]) => h("option", { value }, words)));
      if (!ofClasses) this.chosen[which] = Math.min(this.chosen[which], anchors.length - 1);
      select.value = String(this.chosen[which]);
      select.title = select.selectedOptions[0]?.textContent ?? ""; // a long name is cut
      select.previousSibling.textContent = ofClasses ? "mean of class" : "anchor";
    }
  }

  #build() {
    this.sentence = h("p", { class: "fine strength", role: "status", "data-role": "strength-words" });
    this.picture = h("canvas", { class: "pixels", "data-role": "sum", role: "img", width: 1, height: 1 });
    this.kinds = this.#kindChoice();
    this.what = h("p", { class: "what", role: "status", "data-role": "sum-words" }, "\u00a0");
    const about = h("small", {}, "a − b + c: take one class away, add another");
    this.element = h(
      "details",
      { class: "arithmetic latent-map", "data-role": "arithmetic", ontoggle: () => this.#refresh() },
      h("summary", { onclick: () => (this.turned = true) }, h("b", {}, "Arithmetic with codes"), " ", about),
      h("div", { class: "top" }, this.what, this.kinds),
      h("div", { class: "equation" }, this.#terms(), h("figure", { class: "sum" }, this.picture), this.#dial()),
    );
  }

  /** The three terms and the signs between them. */
  #terms() {
    const choose = (which) => (event) => {
      this.touched = true;
      this.chosen[which] = Number(event.target.value);
      this.#refresh();
      this.onChange();
    };
    this.pictures = {};
    this.selects = {};
    const term = ([which, letter]) => {
      this.pictures[which] = h("canvas", { class: "pixels", "data-role": `term-${which}`, "aria-hidden": "true", width: 1, height: 1 });
      this.selects[which] = h("select", { "data-role": `choose-${which}`, "aria-label": `${letter} in a − b + c`, onchange: choose(which) });
      return h("figure", { class: "term" }, this.pictures[which], h("label", {}, h("small", {}, ""), this.selects[which]));
    };
    const [a, b, c] = TERMS.map(term);
    const sign = (text) => h("span", { class: "sign", "aria-hidden": "true" }, text);
    return h("div", { class: "terms" }, a, sign("−"), b, sign("+"), c, sign("="));
  }

  #kindChoice() {
    const kind = (value, words) =>
      h("label", {}, h("input", { type: "radio", name: "arithmetic", value, onchange: () => this.#choose(value) }), h("span", {}, words));
    return h(
      "div",
      { class: "segments", role: "radiogroup", "aria-label": "What is added and taken away", hidden: true },
      kind("classes", "From class to class"),
      kind("anchors", "Of three anchors"),
    );
  }

  /** How much of the difference is added, and what comes of each amount. */
  #dial() {
    this.reading = h("output", { "aria-hidden": "true" });
    this.slider = new LiveRange({
      role: "strength",
      label: "How much of the difference is added",
      min: -REACH,
      max: REACH,
      step: 0.01,
      arrow: 0.05,
      onGrab: () => {},
      onMove: (amount) => this.#turn(amount),
    });
    this.slider.element.style.setProperty("--zero", "0.5");
    this.strip = new PathStrip({
      role: "sum-strip",
      label: "From twice the difference taken away to twice the difference added",
      view: this.view,
      least: 0,
      n: STEPS,
      onPick: (at) => this.#turn(REACH * (2 * at - 1)),
      onScrub: (standing) => this.#turn(REACH * (2 * standing - 1)),
    }); // in one row: its axis is below it
    const ends = [-2, -1, 0, 1, 2].map((value) => h("span", {}, `${times(value)}`.replace(".00", "")));
    return h(
      "div",
      { class: "dial" },
      h("div", { class: "amount" }, h("span", { class: "fine" }, "Strength"), this.slider.element, this.reading, ...this.#buttons()),
      this.strip.element,
      h("div", { class: "ends", "aria-hidden": "true" }, ...ends),
      this.sentence,
    );
  }

  #buttons() {
    const use = iconButton(
      "plus",
      { "data-role": "use-sum", title: "Add the result to the anchors", onclick: () => this.onUse(Array.from(this.result)) },
      h("span", {}, "Use as an anchor"),
    );
    const swap = iconButton("swap", {
      "data-role": "swap-terms",
      title: "The other way round",
      "aria-label": "Swap what is taken away and what is added",
      onclick: () => this.#swap(),
    });
    return [swap, use];
  }

  #swap() {
    const { from, to } = this.chosen;
    Object.assign(this.chosen, { from: to, to: from });
    this.touched = true;
    this.#refresh();
    this.onChange();
  }
}

