/**
 * What each latent dimension carries: its KL to the prior as a bar, in training and on held-out images.
 *
 * Few dimensions are rows with their values; many are columns, of which the one that is pointed at is told.
 * @module
 */

import { tickTexts, ticks } from "../shared/draw/axes.js";
import { threeParts } from "../shared/draw/threeparts.js";
import { Box } from "../shared/page/box.js";
import { h, setAttributes } from "../shared/page/dom.js";
import { nameOf } from "../shared/words/names.js";
import { count } from "../shared/words/numbers.js";
import { deadOf, faintOf, heldOutParts, nats } from "./words.js";

const MOST_ROWS = 16; // dimensions with a row each
const NAMED = 8; // dead dimensions that are named
const HEIGHT = 150; // pixels, of columns
const LEAST = 1.5; // pixels, so that a bar that is there is seen
const GUTTER = 26; // pixels left of columns, for values
const VALUES = 3; // about so many are written there
const HEADROOM = 8; // pixels above the longest, for half a letter

export class KLBars {
  constructor() {
    this.sorted = false;
    this.at = 0; // the column that is pointed at, by place
    this.#build();
  }

  destroy() {
    this.box.close();
  }

  /**
   * Show the dimensions as they were at a moment.
   * @typedef {{step: number, kl: number[], reconstruction: number, floor?: number | null}} Priced
   * @param {{training: Priced | null, heldOut: Priced | null, at: number | null, live: boolean, nouns?: string, dims?: number}} shown
   *   dims: how many there are; a KL of one part for several is not told by dimension, as a flow's
   *   at: the step that is looked at, whose nearest records these are; null is the newest
   *   live: whether the training goes on, so that what is dead may live yet
   */
  show({ training, heldOut, at, live, nouns = "images", dims }) {
    this.nouns = nouns;
    const entry = training ?? heldOut;
    const whole = entry?.kl.length === 1 && (dims ?? 1) > 1;
    this.element.hidden = !entry?.kl.length || whole; // without a prior no dimension costs anything
    if (this.element.hidden) return;
    const kl = (this.kl = entry.kl);
    this.measured = heldOut?.kl ?? null;
    this.order = orderOf(kl, this.sorted);
    this.when.textContent = at === null ? (live ? "newest" : "at the end") : `at step ${count(at)}`;
    this.when.title = `The nearest record is of step ${count(entry.step)}`;
    this.say.textContent = describeDims(kl, live);
    const parts = heldOutParts(heldOut);
    this.parts.replaceChildren(...(parts ? [h("p", { class: "fine" }, `−ELBO of held-out ${nouns} is`), threeParts(parts)] : []));
    const few = kl.length <= MOST_ROWS;
    this.rows.hidden = !few;
    this.columns.hidden = few;
    this.told.hidden = few;
    this.key.classList.toggle("level", !few); // the mark of what is held out lies across its bar
    this.key.lastChild.textContent = few ? "held out" : "held out, nats by dimension";
    if (few) this.#showRows();
    else this.#showColumns();
    this.again = { training, heldOut, at, live, nouns, dims };
  }

  #showRows() {
    const { kl, measured, order } = this;
    const most = Math.max(...kl, ...(measured ?? []), 0.1);
    while (this.rows.children.length > kl.length) this.rows.lastChild.remove();
    order.forEach((dim, place) => {
      const row = this.rows.children[place] ?? this.rows.appendChild(h("li", {}, h("span"), h("i", {}, h("b"), h("em")), h("output")));
      const [name, bar, value] = row.children;
      row.classList.toggle("dead", kl[dim] < 0.01);
      row.title = measured ? `${nameOf(dim)}: ${nats(kl[dim])} in training, ${nats(measured[dim])} held out` : "";
      name.textContent = nameOf(dim);
      bar.style.setProperty("--share", String(Math.max(0, kl[dim] / most) || 0));
      bar.lastChild.hidden = !measured;
      bar.style.setProperty("--held", String(Math.max(0, (measured?.[dim] ?? 0) / most) || 0));
      value.textContent = kl[dim] < 0.01 ? "dead" : nats(kl[dim]);
    });
  }

  #showColumns() {
    const width = this.box.now.width || 300;
    this.columns.innerHTML = columnsSvg({ kl: this.kl, measured: this.measured, order: this.order, width, at: this.pointed ? this.at : null });
    const dim = this.order[Math.min(this.at, this.order.length - 1)];
    const heldOut = this.measured ? `, ${nats(this.measured[dim])} on held-out ${this.nouns}` : "";
    const words = `${nameOf(dim)} carries ${nats(this.kl[dim])} nats${heldOut}${this.kl[dim] < 0.01 ? ": dead" : ""}`;
    this.told.textContent = this.pointed ? words : "Point at a bar, or use the arrow keys, to read it off.";
    setAttributes(this.columns, { "aria-valuemax": this.order.length, "aria-valuenow": this.at + 1, "aria-valuetext": words });
  }

  #point(place) {
    const at = place === null ? this.at : Math.min(this.order.length - 1, Math.max(0, place));
    if (this.pointed === (place !== null) && at === this.at) return;
    this.pointed = place !== null;
    this.at = at;
    this.#showColumns();
  }

  #key(event) {
    const { at, order } = this;
    const by = event.shiftKey ? 10 : 1;
    const next = { ArrowLeft: at - by, ArrowRight: at + by, ArrowDown: at - by, ArrowUp: at + by, Home: 0, End: order.length - 1, Escape: null }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.#point(next);
  }

  #build() {
    this.when = h("small");
    const toggle = h("button", { type: "button", class: "chip", "aria-pressed": "false", "data-role": "kl-order" }, "By size");
    toggle.addEventListener("click", () => {
      this.sorted = !this.sorted;
      toggle.setAttribute("aria-pressed", String(this.sorted));
      if (this.again) this.show(this.again);
    });
    this.say = h("p", { class: "fine", "data-role": "kl-words" });
    this.parts = h("div", { "data-role": "parts" });
    this.rows = h("ol", { class: "kl-rows", "data-role": "kl" });
    this.columns = h("div", {
      class: "kl-columns", tabindex: "0", role: "slider", "aria-label": "KL by latent dimension", "aria-valuemin": "1", "data-role": "kl-columns",
      onpointermove: (event) => {
        const { left, width } = this.box.now;
        this.#point(Math.floor(((event.clientX - left - GUTTER) / (width - GUTTER)) * this.order.length));
      },
      onpointerleave: () => this.#point(null),
      onfocus: () => this.columns.matches(":focus-visible") && this.#point(this.at),
      onblur: () => this.#point(null),
      onkeydown: (event) => this.#key(event),
    });
    this.box = new Box(this.columns);
    this.told = h("p", { class: "fine readout" });
    const heads = h("h2", {}, h("span", {}, "KL by dimension ", this.when), toggle);
    this.key = h("p", { class: "fine kl-key" }, h("i", { class: "kl-bar" }), "training", h("i", { class: "kl-tick" }), h("span", {}, "held out"));
    this.element = h(
      "section",
      { class: "kl-bars", "aria-label": "KL by latent dimension", hidden: true },
      heads,
      this.say,
      this.parts,
      this.rows,
      this.columns,
      this.told,
      this.key,
    );
  }
}

/** The dimensions as they are, or those that carry most first. @param {number[]} kl @returns {number[]} counted from 0 */
export function orderOf(kl, bySize) {
  const dims = kl.map((_, dim) => dim);
  const size = (dim) => (Number.isFinite(kl[dim]) ? kl[dim] : -1);
  return bySize ? dims.sort((a, b) => size(b) - size(a) || a - b) : dims;
}

/** Say how many dimensions carry something, and which are faint or dead. @param {number[]} kl nats @param {boolean} live */
export function describeDims(kl, live) {
  const [faint, dead] = [faintOf(kl), deadOf(kl)];
  const n = kl.length;
  const carrying = n - faint.length - dead.length;
  const parts = [sayCarrying(carrying, n)];
  if (faint.length) parts.push(`Faint, below 0.1 nats: ${namesOf(faint)}.`);
  if (dead.length) parts.push(`Dead${live ? " so far" : ""}, below 0.01 nats: ${namesOf(dead)}.`);
  return parts.join(" ");
}

function sayCarrying(some, n) {
  if (some === n) return n === 1 ? "The one dimension carries something." : `${n === 2 ? "Both" : `All ${n}`} dimensions carry something.`;
  if (!some) return `None of ${n} ${n === 1 ? "dimension" : "dimensions"} carries anything.`;
  return `${some} of ${n} dimensions ${some === 1 ? "carries" : "carry"} something.`;
}

const namesOf = (dims) => dims.slice(0, NAMED).map(nameOf).join(", ") + (dims.length > NAMED ? ` and ${dims.length - NAMED} more` : "");

const short = (value) => String(Math.round(value * 100) / 100);

const rect = (kind, x, y, width, height) =>
  `<rect class="${kind}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/>`;

/**
 * Draw many dimensions as columns; the dead ones have a mark under the line.
 * @param {{kl: number[], measured: number[] | null, order: number[], width: number, at: number | null}} options
 * @returns {string} SVG, coloured by its classes
 */
export function columnsSvg({ kl, measured, order, width, at }) {
  const most = Math.max(...kl.filter(Number.isFinite), ...(measured ?? []).filter(Number.isFinite), 0.1);
  const step = (width - GUTTER) / order.length;
  const tall = HEIGHT - HEADROOM;
  const bar = Math.max(0.6, step * (step > 4 ? 0.76 : 0.9));
  const parts = order.map((dim, place) => {
    const left = GUTTER + place * step + (step - bar) / 2;
    const high = (value) => Math.max(LEAST, (value / most) * tall);
    const here = place === at ? rect("here", GUTTER + place * step, 0, Math.max(2, step), HEIGHT + 10) : "";
    if (!(kl[dim] >= 0.01)) return here + rect("dead", left, HEIGHT + 3, bar, 5);
    const column = rect("bar", left, HEIGHT - high(kl[dim]), bar, high(kl[dim]));
    return here + column + (measured ? rect("held", left - 0.1 * bar, HEIGHT - high(measured[dim]) - 0.75, 1.2 * bar, 1.5) : "");
  });
  const values = ticks(0, most, VALUES);
  const texts = tickTexts(values);
  const axis = values.map((value, i) => {
    const at = short(HEIGHT - (value / most) * tall);
    return `<path class="grid" d="M${GUTTER} ${at}H${short(width)}"/><text x="${GUTTER - 5}" y="${at}" dy="0.35em" text-anchor="end">${texts[i]}</text>`;
  });
  const size = `viewBox="0 0 ${short(width)} ${HEIGHT + 10}" width="${short(width)}" height="${HEIGHT + 10}"`;
  const base = `<path d="M${GUTTER} ${HEIGHT}H${short(width)}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} aria-hidden="true">${axis.join("")}${parts.join("")}${base}</svg>`;
}
