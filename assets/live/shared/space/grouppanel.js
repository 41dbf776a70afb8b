/**
 * The groups drawn by lasso: what each is made of, and the direction from one to another, applied to a picture.
 * @module
 */

import { DirectionPanel } from "./directionpanel.js";
import { percent } from "../words/numbers.js";
import { h, iconButton } from "../page/dom.js";
import { summary } from "./groups.js";
import { className } from "../words/names.js";
import { drawnAs } from "../views/view.js";
import { figure } from "../words/numbers.js";

/** Colours of groups, at least 3:1 against both papers; each has its letter too. */
const COLOURS = ["#c2566e", "#3a86b8", "#8a7a1f", "#8b6fd6", "#2f8f6b", "#c0662b"];
const NAMED = 3; // classes told in words

/**
 * @typedef {object} Group
 * @property {number} id never used again
 * @property {string} letter
 * @property {string} name as typed: text, never markup
 * @property {string} colour CSS
 * @property {Int32Array} indices
 * @property {import("./groups.js").Summary} summary
 */

export class Groups {
  /**
   * @param {object} options
   * @param {import("./codes.js").Codes} options.codes
   * @param {import("../views/view.js").View} options.view
   * @param {(z: Float32Array, n: number, onImages: (images: any) => void, lane: "directed" | "strip" | "groups") => void} options.decode
   *   codes [n, d] to pictures, one after the other; a newer call may take the place of an older one of its lane
   * @param {() => {z: ArrayLike<number>, name: string} | null} options.original the picture at hand, if any
   * @param {(groups: Group[]) => void} [options.onChange]
   * @param {(indices: Int32Array | null) => void} [options.onHighlight]
   * @param {(sentence: string) => void} [options.onSay]
   * @param {(label: number) => string} [options.colourOf] a class's colour on the map, as CSS
   */
  constructor({ codes, view, decode, original, onChange = () => {}, onHighlight = () => {}, onSay = () => {}, colourOf }) {
    Object.assign(this, { codes, view, decode, original, onChange, onHighlight, onSay });
    const classes = Math.max(1, codes.classes.length);
    this.colourOf = colourOf ?? ((label) => `hsl(${(360 * label) / classes} 55% 52%)`);
    /** @type {Group[]} */
    this.groups = [];
    this.made = 0;
    /** @type {Map<number, any>} pictures of the mean codes, by the group's id */
    this.means = new Map();
    this.direction = new DirectionPanel({ codes, view, decode, original });
    this.list = h("ul", { class: "group-list" });
    this.invitation = h("p", { class: "invitation" });
    this.element = h("section", { class: "groups", tabindex: "-1", "aria-label": "Groups" }, this.list, this.invitation, this.direction.element);
    this.#show();
  }

  /** Make a group of points. @param {ArrayLike<number>} indices @returns {Group | null} null where there are none */
  add(indices) {
    if (indices.length === 0) {
      this.onSay("There are no points inside; draw the lasso around some.");
      return null;
    }
    const letter = letterOf(this.made);
    const group = {
      id: this.made,
      letter,
      name: `Group ${letter}`,
      colour: COLOURS[this.made % COLOURS.length],
      indices: Int32Array.from(indices),
      summary: summary(indices, this.codes),
    };
    this.made += 1;
    this.groups.push(group);
    this.list.append(this.#card(group));
    this.#changed();
    this.onSay(`${group.name}: ${countOf(group)}${group.summary.mix.length ? `, ${this.#mixWords(group)}` : ""}.`);
    return group;
  }

  /** Let a group go. */
  remove(id) {
    const at = this.groups.findIndex((group) => group.id === id);
    if (at < 0) return;
    const [gone] = this.groups.splice(at, 1);
    this.means.delete(id);
    const card = this.#cardOf(id);
    const focused = card.matches(":focus-within");
    const next = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    if (focused) (next?.querySelector("[data-role=delete-group]") ?? this.element).focus();
    this.onHighlight(null);
    this.onSay(`${gone.name} is gone.`);
    this.#changed();
  }

  /** Say that the picture at hand is another one, or that classes have other colours. */
  refresh() {
    for (const group of this.groups) this.#paintMix(group);
    this.direction.refresh();
  }

  #changed() {
    this.#show();
    this.#askMeans();
    this.onChange([...this.groups]);
  }

  #cardOf = (id) => this.list.querySelector(`[data-group="${id}"]`);
  #group = (id) => this.groups.find((group) => group.id === id);

  #show() {
    const n = this.groups.length;
    this.invitation.hidden = n >= 2;
    this.invitation.textContent =
      n === 0
        ? "Draw a lasso around points to make them a group: choose the lasso, or hold Shift and drag."
        : `Draw a second lasso: the way from one group to another is a direction that can be given to any ${drawnAs(this.view).noun}.`;
    this.direction.show(this.groups);
  }

  /** The field with its name. */
  #nameField(group) {
    const name = h("input", {
      class: "group-name",
      type: "text",
      maxlength: 40,
      value: group.name,
      "aria-label": `Name of group ${group.letter}`,
      spellcheck: "false",
      autocomplete: "off",
    });
    name.addEventListener("input", () => this.#rename(group, name.value));
    name.addEventListener("change", () => (name.value = group.name));
    name.addEventListener("keydown", (event) => event.key === "Enter" && name.blur());
    return name;
  }

  /** How many points it has, of which classes, and how far apart they lie. */
  #facts(group) {
    const { mix, radius, spread } = group.summary;
    const title = `Root mean square distance of the codes to their mean, in latent space. 95 % of them lie within ${figure(radius)}.`;
    return h(
      "div",
      { class: "facts" },
      h("p", {}, h("b", {}, countOf(group)), mix.length > 0 && ` · ${this.#mixWords(group)}`),
      mix.length > 0 && h("div", { class: "mix", "aria-hidden": "true" }),
      h("p", { class: "fine", title }, `Spread ${figure(spread)} about the mean code`),
    );
  }

  #card(group) {
    const { id } = group;
    const remove = iconButton("close", { class: "bare", "data-role": "delete-group", title: "Let the group go", onclick: () => this.remove(id) });
    const picture = h("canvas", { class: "pixels", "data-role": "group-mean", role: "img" });
    const card = h(
      "li",
      { class: "group", "data-group": id, style: `--group: ${group.colour}` },
      h(
        "div",
        { class: "tile blank", title: "Decoded from the mean of the group’s codes" },
        picture,
        h("span", { class: "swatch", "aria-hidden": "true" }, group.letter),
      ),
      this.#nameField(group),
      remove,
      this.#facts(group),
    );
    const enter = () => this.onHighlight(group.indices);
    const leave = () => this.onHighlight(null);
    for (const [event, does] of [["pointerenter", enter], ["pointerleave", leave], ["focusin", enter], ["focusout", leave]]) card.addEventListener(event, does);
    this.#label(group, card);
    this.#paintMix(group, card);
    return card;
  }

  #label({ name }, card) {
    card.querySelector("[data-role=delete-group]").setAttribute("aria-label", `Let ${name} go`);
    card.querySelector("[data-role=group-mean]").setAttribute("aria-label", `Mean ${drawnAs(this.view).noun} of ${name}`);
  }

  #rename(group, typed) {
    group.name = typed.trim() || `Group ${group.letter}`;
    this.#label(group, this.#cardOf(group.id));
    this.direction.rename();
    this.onChange([...this.groups]);
  }

  #mixWords({ summary: { mix, count } }) {
    const nameOf = ({ label }) => className(this.codes.classes, label);
    if (mix.length === 1) return `all ${/^\d+$/.test(nameOf(mix[0])) ? `class ${nameOf(mix[0])}` : nameOf(mix[0])}`;
    const named = mix.slice(0, NAMED).map((part) => `${nameOf(part)} (${percent(part.count / count)})`);
    const more = mix.length - named.length;
    return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
  }

  #paintMix(group, card = this.#cardOf(group.id)) {
    const { mix, count } = group.summary;
    card.querySelector(".mix")?.replaceChildren(
      ...mix.map((part) => {
        const name = className(this.codes.classes, part.label);
        return h("i", { style: `flex-grow: ${part.count}; background: ${this.colourOf(part.label)}`, title: `${name}: ${part.count} of ${count}` });
      }),
    );
  }

  /** Ask for the pictures of the groups that have none yet, all at once. */
  #askMeans() {
    const wanted = this.groups.filter(({ id }) => !this.means.has(id));
    if (!wanted.length) return;
    const { dims } = this.codes;
    const z = new Float32Array(wanted.length * dims);
    wanted.forEach((group, i) => z.set(group.summary.mean, i * dims));
    const draw = (images) => {
      const { size } = this.view;
      wanted.forEach(({ id }, i) => {
        if (!this.#group(id)) return;
        this.means.set(id, images.slice(i * size, (i + 1) * size));
        const canvas = this.#cardOf(id).querySelector("[data-role=group-mean]");
        canvas.parentElement.classList.remove("blank");
        this.view.paint(canvas, images, i);
      });
    };
    this.decode(z, wanted.length, draw, "groups");
  }
}

const countOf = ({ summary: { count } }) => `${count.toLocaleString("en")} ${count === 1 ? "point" : "points"}`;

/** A, B, … Z, AA, AB, … */
export const letterOf = (i) => (i >= 26 ? letterOf(Math.floor(i / 26) - 1) : "") + String.fromCharCode(65 + (i % 26));
