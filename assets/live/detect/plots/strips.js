/**
 * The worst mistakes at a threshold, of both kinds; each opens large.
 * @module
 */

import { picked } from "./counts.js";
import { h } from "../../shared/page/dom.js";

const MOST = 12; // in a strip

const STRIPS = {
  alarms: ["Worst false alarms", "normal, and called unusual"],
  missed: ["Worst misses", "unusual, and passed"],
};
const NONE = {
  alarms: ({ noun }) => `None: no normal ${noun} is called unusual.`,
  missed: ({ noun }) => `None: every unusual ${noun} is found.`,
};
const OWN_MISSED = ["Yours that pass", "as normal", "None of your pictures passes."];
const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -MOST, End: MOST };

/** @typedef {{group: "normal" | "unusual" | "own", index: number}} Chosen */

export class Strips {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(group: string, index: number) => any} options.pictureOf
   * @param {(group: string, index: number) => string} options.nameOf
   * @param {(chosen: Chosen) => void} options.onChoose
   */
  constructor({ view, pictureOf, nameOf, onChoose }) {
    Object.assign(this, { view, pictureOf, nameOf, onChoose });
    /** @type {Record<string, {film: any, tiles: any[], none: any, head: any, small: any}>} */
    this.strips = {};
    const sections = Object.entries(STRIPS).map(([name, [title, rest]]) => {
      const tiles = Array.from({ length: MOST }, () => this.#tile());
      const film = h(
        "div",
        { class: "film-row", role: "group", "aria-label": title, "data-strip": name, onkeydown: (event) => this.#key(event, name) },
        ...tiles,
      );
      const none = h("p", { class: "fine", hidden: true }, NONE[name](view.words));
      const [head, small] = [h("span", {}, title), h("small", {}, rest)];
      this.strips[name] = { film, tiles, none, head, small };
      return h("section", { class: "ranked" }, h("h2", {}, head, small), film, none);
    });
    this.element = h("div", { class: "strips" }, ...sections);
  }

  /** Nobody has said that one's own pictures are unusual: those that pass are not called misses. @param {boolean} own whether they are what is tested */
  name(own) {
    const { head, small, none, film } = this.strips.missed;
    [head.textContent, small.textContent, none.textContent] = own ? OWN_MISSED : [...STRIPS.missed, NONE.missed(this.view.words)];
    film.setAttribute("aria-label", head.textContent);
  }

  /** Take other images or another score. @param {import("./counts.js").Ranked[]} order */
  show(order) {
    this.order = order;
    for (const { tiles } of Object.values(this.strips)) for (const tile of tiles) delete tile.dataset.key;
  }

  /** Show what belongs to a threshold. @param {number} threshold */
  place(threshold) {
    const all = picked(this.order, threshold, MOST);
    for (const [name, { tiles, film, none }] of Object.entries(this.strips)) {
      tiles.forEach((tile, i) => this.#fill(tile, all[name][i], i === 0));
      film.hidden = !all[name].length;
      none.hidden = Boolean(all[name].length);
    }
  }

  /** Mark the one that is shown large. @param {Chosen | null} chosen */
  mark(chosen) {
    this.chosen = chosen ? `${chosen.group} ${chosen.index}` : "";
    for (const tile of this.element.querySelectorAll("[data-key]")) tile.setAttribute("aria-pressed", String(tile.dataset.key === this.chosen));
  }

  #fill(tile, entry, first) {
    tile.hidden = !entry;
    if (!entry) {
      delete tile.dataset.key;
      return;
    }
    const { group, index } = entry;
    const key = `${group} ${index}`;
    if (tile.dataset.key === key) return;
    const name = this.nameOf(group, index);
    this.view.paint(tile.firstChild, this.pictureOf(group, index));
    Object.assign(tile.dataset, { key, group, index: String(index) });
    tile.setAttribute("aria-label", name);
    tile.title = name;
    tile.tabIndex = first ? 0 : -1;
    tile.setAttribute("aria-pressed", String(key === this.chosen));
  }

  #tile() {
    const choose = (event) => {
      const { group, index } = event.currentTarget.dataset;
      this.onChoose({ group, index: Number(index) });
    };
    return h("button", { type: "button", onclick: choose, hidden: true }, h("canvas", { class: "pixels", "aria-hidden": "true" }));
  }

  /** Arrow keys go along a strip; Tab goes from one strip to the next. */
  #key(event, name) {
    const step = KEYS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const there = this.strips[name].tiles.filter(({ hidden, offsetWidth }) => !hidden && offsetWidth);
    const at = there.indexOf(event.target);
    const next = there[Math.min(there.length - 1, Math.max(0, at + step))];
    for (const tile of there) tile.tabIndex = tile === next ? 0 : -1;
    next?.focus();
  }
}
