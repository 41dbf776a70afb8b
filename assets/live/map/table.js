/**
 * The points nearest to the cursor, as a table: the map's facts for a screen reader, and for anybody who wants figures.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { nameOf } from "../shared/words/names.js";
import { className } from "../shared/words/names.js";
import { figure } from "../shared/words/numbers.js";

const ROWS = 20;
const COORDINATES = 4; // of the code; the rest is in the CSV
const REST = 250; // ms that the cursor stays before the table follows

/** @typedef {{index: number, distance: number}} Near */

/**
 * The cells of one row: number, class, distance, −ELBO and the code's first coordinates.
 * @param {Near} near
 * @param {import("../shared/space/codes.js").Codes} codes
 * @returns {string[]} without the class where points have none
 */
export function cells({ index, distance }, { centre, dims, labels, classes, cost }) {
  const code = Array.from(centre.subarray(index * dims, index * dims + Math.min(dims, COORDINATES)), figure);
  return [String(index), ...(labels ? [className(classes, labels[index])] : []), figure(distance), figure(cost[index]), ...code];
}

/** What the column of costs is called. @param {import("../shared/space/codes.js").Codes} codes */
const costOf = ({ nats, squared }) => (squared ? "Squared error" : nats ? "−ELBO" : "Reconstruction");

export class NearTable {
  /**
   * @param {object} options
   * @param {import("../shared/space/codes.js").Codes} options.codes
   * @param {string} options.noun what a point is of
   * @param {(index: number) => void} [options.onPoint] where a click on a point's number leads
   */
  constructor({ codes, noun, onPoint }) {
    Object.assign(this, { codes, noun, onPoint });
    /** @type {Near[]} */
    this.near = [];
    this.title = h("caption", {});
    this.body = h("tbody", {});
    const names = Array.from({ length: Math.min(codes.dims, COORDINATES) }, (_, dim) => nameOf(dim));
    this.heads = ["Number", ...(codes.labels ? ["Class"] : []), "Distance", costOf(codes), ...names];
    const number = `Of the test ${noun}, counted from 0`;
    const costs = { "−ELBO": "Nats", Reconstruction: "Nats", "Squared error": "The mean over all numbers of a thing" };
    const titles = { Distance: "On the map, from the cursor", Number: number, ...costs };
    const head = h("thead", {}, h("tr", {}, ...this.heads.map((name) => h("th", { scope: "col", title: titles[name] ?? null }, name))));
    this.empty = h(
      "p",
      { class: "invitation" },
      "Rest the pointer on the map, or move its cursor with the arrow keys: the points nearest to it are listed here.",
    );
    this.frame = h(
      "div",
      { class: "frame", tabindex: "0", role: "region", "aria-label": "Points nearest to the cursor" },
      h("table", {}, this.title, head, this.body),
    );
    this.element = h(
      "details",
      { class: "near", ontoggle: () => this.#draw() },
      h("summary", {}, "Points nearest to the cursor, as a table"),
      this.empty,
      this.frame,
    );
    this.#draw();
  }

  /**
   * List these points as soon as the cursor rests.
   * @param {Near[]} near the nearest first
   * @param {string} [where] the cursor's place, in words
   */
  show(near, where = "") {
    Object.assign(this, { near: near.slice(0, ROWS), where });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.#draw(), REST);
  }

  destroy() {
    clearTimeout(this.rest);
    this.element.remove();
  }

  #draw() {
    if (!this.element.open) return; // nobody reads it
    const { near, where } = this;
    this.empty.hidden = near.length > 0;
    this.frame.hidden = near.length === 0;
    const count = near.length === 1 ? "The point" : `The ${near.length} points`;
    this.title.textContent = `${count} nearest to ${where || "the cursor"}, the nearest first`;
    this.body.replaceChildren(...near.map((each) => this.#row(each)));
  }

  #row(near) {
    const [number, ...rest] = cells(near, this.codes);
    const head = this.onPoint
      ? h("button", { type: "button", class: "link", title: `Show test ${this.noun} ${number}`, onclick: () => this.onPoint(near.index) }, number)
      : number;
    return h("tr", {}, h("th", { scope: "row" }, head), ...rest.map((text, i) => h("td", { class: this.heads[i + 1] === "Class" ? "words" : null }, text)));
  }
}
