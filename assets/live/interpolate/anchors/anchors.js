/**
 * The anchors in a row: pictures that a hand or the keys put in order, remove and go to.
 * @module
 */

import { h, iconButton } from "../../shared/page/dom.js";
import { MOST_ANCHORS } from "../../shared/keeping/links.js";
import { fullName } from "../words.js";

const BRIEF = 1; // letters of a name that has room beside its picture, however many there are
const FAR = 6; // pixels: a hand that moved less has clicked

/**
 * @typedef {object} Anchor
 * @property {"image" | "point" | "code" | "place" | "draw" | "own" | "upload"} kind an image as Explore numbers them, a
 *   test code as the map does, a code, a place of the map, a draw from the prior, one's own drawing or picture
 * @property {number | null} number
 * @property {string} label its class, or an empty string
 * @property {number[] | null} z its code, null until it is known
 * @property {any} pixels the image itself, where it is at hand
 * @property {any} decoded what the decoder makes of its code
 */

/** The list with the item at `from` moved to `to`. */
export function moved(list, from, to) {
  const rest = list.filter((_, i) => i !== from);
  rest.splice(to, 0, list[from]);
  return rest;
}

/** The list in another order; of two, the other one. */
export function shuffled(list, random = Math.random) {
  if (list.length < 2) return list;
  for (;;) {
    const order = list.map((item) => [random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
    if (order.some((item, i) => item !== list[i])) return order;
  }
}

/** Which place in a row a pointer is over. @param {number} x @param {number[]} middles of the items, rising */
export const placeAmong = (x, middles) => middles.reduce((best, middle, i) => (Math.abs(middle - x) < Math.abs(middles[best] - x) ? i : best), 0);

export class Anchors {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {string | undefined} options.ofPage what one of those on the page is called: "Training image"
   * @param {(anchors: Anchor[]) => void} options.onChange
   * @param {(i: number) => void} options.onGo to an anchor
   * @param {(sentence: string) => void} options.onSay
   */
  constructor({ view, ofPage, onChange, onGo, onSay }) {
    Object.assign(this, { view, ofPage, onChange, onGo, onSay });
    /** @type {Anchor[]} */
    this.anchors = [];
    this.list = h("ol", { class: "anchors", "data-role": "anchors", "aria-label": "Anchors of the path" });
    const button = (words, glyph, role, title, act) => iconButton(glyph, { "data-role": role, title, onclick: act }, h("span", {}, words));
    this.swap = button("Swap ends", "swap", "swap", "The first anchor and the last one change places", () => this.#swap());
    this.mix = button("Shuffle", "more", "shuffle", "Put the anchors into another order", () => this.onChange(shuffled(this.anchors)));
    this.buttons = [this.swap, this.mix];
  }

  /** @param {Anchor[]} anchors @param {number | null} here the one where the path stands, or null between two */
  show(anchors, here) {
    const other = this.stale || anchors.length !== this.anchors.length || anchors.some((anchor, i) => anchor !== this.anchors[i]);
    this.anchors = anchors;
    this.stale = false;
    if (other) this.#fill();
    if (!other && here === this.here) return; // the hand moves between two of them
    this.here = here;
    [...this.list.children].forEach((item, i) => item.firstChild.setAttribute("aria-current", String(i === here)));
    this.swap.disabled = this.mix.disabled = anchors.length < 2;
  }

  /** The anchors are the same, and have other pictures: show them anew the next time. */
  forget() {
    this.stale = true;
  }

  get isFull() {
    return this.anchors.length >= MOST_ANCHORS;
  }

  #fill() {
    // What had the focus keeps it, wherever it has gone to.
    const focused = this.list.getRootNode().activeElement?.closest?.("li");
    const anchor = focused && this.filled?.[[...this.list.children].indexOf(focused)];
    this.filled = this.anchors;
    this.list.replaceChildren(...this.anchors.map((each, i) => this.#item(each, i)));
    this.list.classList.toggle("named", this.anchors.some((each) => this.#nameOf(each)[0].length > BRIEF));
    const at = this.next ?? this.anchors.indexOf(anchor);
    this.next = null;
    if (focused) this.list.children[Math.min(at < 0 ? 0 : at, this.anchors.length - 1)]?.firstChild.focus();
  }

  #item(anchor, i) {
    const canvas = h("canvas", { class: "pixels", "aria-hidden": "true", width: 1, height: 1 });
    const picture = anchor.pixels ?? anchor.decoded;
    if (picture) this.view.paint(canvas, picture);
    const [name, rest] = fullName(anchor, this.view.words.noun, this.ofPage);
    const [called, more] = this.#nameOf(anchor);
    const whole = `Anchor ${i + 1} of ${this.anchors.length}: ${[name, rest].filter(Boolean).join(", ")}`;
    const alone = this.anchors.length < 2;
    const go = h(
      "button",
      {
        type: "button",
        class: "anchor",
        "aria-label": `${whole}. Enter goes there, left and right arrow move it, Delete removes it.`,
        title: `${whole}. Drag it to another place; a click goes there.`,
        onkeydown: (event) => this.#key(event, i),
      },
      canvas,
    );
    const remove = iconButton("close", {
      class: "bare",
      title: "Remove",
      "aria-label": `Remove anchor ${i + 1}`,
      disabled: alone,
      onclick: () => this.#remove(i),
    });
    const item = h(
      "li",
      { "data-role": "anchor" },
      go,
      h("span", { class: "name" }, h("b", {}, called), h("small", {}, more)),
      remove,
    );
    this.#drags(item, go, i);
    return item;
  }

  /** What stands beside an anchor: its class, and what it is. */
  #nameOf(anchor) {
    const [name] = fullName(anchor, this.view.words.noun, this.ofPage);
    return anchor.label ? [anchor.label, name] : [name, ""];
  }

  #remove(i) {
    if (this.anchors.length < 2) return;
    this.next = Math.min(i, this.anchors.length - 2);
    this.onChange(this.anchors.filter((_, j) => j !== i));
    this.onSay(`Anchor ${i + 1} is removed.`);
  }

  #swap() {
    const [first, last] = [this.anchors[0], this.anchors.at(-1)];
    this.onChange([last, ...this.anchors.slice(1, -1), first]);
  }

  #move(from, to) {
    if (to < 0 || to >= this.anchors.length || to === from) return;
    this.next = to;
    this.onChange(moved(this.anchors, from, to));
    this.onSay(`Anchor ${from + 1} is anchor ${to + 1} now.`);
  }

  #key(event, i) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by && event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    if (by) this.#move(i, i + by);
    else this.#remove(i);
  }

  #drags(item, go, i) {
    let [start, far] = [null, false];
    const end = () => {
      start = null;
      item.classList.remove("dragged");
      for (const each of this.list.children) each.style.translate = "";
    };
    go.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      [start, far] = [{ x: event.clientX, middles: this.#middles(), pointer: event.pointerId }, false];
      go.setPointerCapture(event.pointerId); // a fast hand is elsewhere with its first movement
    });
    go.addEventListener("pointermove", (event) => {
      if (!start || event.pointerId !== start.pointer) return;
      const by = event.clientX - start.x;
      if (!far && Math.abs(by) < FAR) return;
      far = true;
      item.classList.add("dragged");
      this.#shift(i, placeAmong(start.middles[i] + by, start.middles), by, start.middles);
    });
    go.addEventListener("pointerup", (event) => {
      if (!start || !far) return end();
      const to = placeAmong(start.middles[i] + event.clientX - start.x, start.middles);
      end();
      return this.#move(i, to);
    });
    go.addEventListener("pointercancel", end);
    go.addEventListener("click", () => far || this.onGo(i));
  }

  #middles() {
    return [...this.list.children].map((each) => {
      const { left, width } = each.getBoundingClientRect();
      return left + width / 2;
    });
  }

  /** Let the others make room for the one that is dragged. */
  #shift(from, to, by, middles) {
    [...this.list.children].forEach((each, j) => {
      const step = j > from && j <= to ? -1 : j < from && j >= to ? 1 : 0;
      each.style.translate = `${j === from ? by : step ? middles[j + step] - middles[j] : 0}px`;
    });
  }
}
