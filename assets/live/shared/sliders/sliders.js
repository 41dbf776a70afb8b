/**
 * One row for each latent dimension: its name, what it carries, a slider that lies on pictures of where it leads, a number,
 * a reset.
 * @module
 */

import { h, iconButton } from "../page/dom.js";
import { holdForTouch } from "../page/touch.js";
import { paintTiles } from "../views/tiles.js";
import { bytesOf, tileOf } from "../views/view.js";
import { LIMIT, arrowsOf, rowsAtOnce, settle, tick } from "../space/geometry.js";
import { capital } from "../words/names.js";
import { signed } from "../words/numbers.js";
import { carriedBar, folded, parted } from "./rowparts.js";
import { DimensionName } from "./slidername.js";
import { listenTyping } from "./slidernumber.js";
import { TILES, isSameStrip, listenRaw, reachOf, stripCodes } from "./sliderscale.js";

/** Rows that stand open; a single one more is not worth a fold. */
export const FEW = 5;
const TILE = 64; // pixels: pictures are drawn about so large
const AT_ONCE = 125; // pictures a request: 25 rows
const PAGE = 5; // arrows
const FINER = 0.1; // of an arrow, with Shift
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -PAGE, PageUp: PAGE }; // arrows

/**
 * @typedef {object} Latent
 * @property {number} dims
 * @property {(number | null)[]} nats what each carries; null where nothing measures it
 * @property {[number, number][]} range
 * @property {boolean[]} dead
 * @property {number[]} order
 * @property {string} [prior] "none" where there is none
 * @property {number[]} [home] where a reset puts each; left out, 0
 * @property {number} [limit] the largest value that may be asked for, either sign
 * @property {string[]} [names] what their owner calls them
 * @property {string[]} [groups] the heading that each stands under; none, where they stand under one another
 */

/** Where a slider lies now is asked for by those who have not measured it. */
export { valueAt } from "./sliderscale.js";

/** Which dimensions stand open, which fold out, and which carry nothing; those of a plane as its axes. @param {Latent} latent */
export function foldsOf({ order, dead }) {
  const alive = order.filter((dim) => !dead[dim]);
  if (order.length === 2) alive.sort((a, b) => a - b);
  const [first, more] = parted(alive, FEW);
  return { first, more, dead: order.filter((dim) => dead[dim]) };
}

/**
 * Where axes have headings: the dimensions under each, in the order of the headings in the code.
 * @param {Latent} latent
 * @returns {{name: string, dims: number[]}[]}
 */
export function headingsOf({ groups = [], order, dead }) {
  const names = [...new Set(groups)].filter(Boolean);
  return names.map((name) => ({ name, dims: order.filter((dim) => groups[dim] === name && !dead[dim]) }));
}

export class Sliders {
  /**
   * @param {Latent} latent
   * @param {import("../views/view.js").View} view of what the model draws
   * @param {object} on
   * @param {(dim: number) => void} on.grab before a movement, and when a row gets the focus
   * @param {(dim: number, value: number) => void} on.move while it moves
   * @param {(dim: number) => void} on.release after it
   * @param {(dim: number) => number} on.valueOf the present value
   * @param {(dim: number, name: string) => void} on.rename
   * @param {(dims: number[]) => void} on.fold when rows are folded away
   * @param {() => void} on.unfold when more rows are seen
   * @param {(dims: number[]) => void} [on.redraw] when the dimensions under a heading are to be drawn again
   * @param {{get: () => boolean, set: (is: boolean) => void}} [unfolded] whether all rows are shown that carry something, where it is kept
   */
  constructor(latent, view, on, unfolded = { get: () => false, set: () => {} }) {
    Object.assign(this, { on, view, latent });
    this.limit = latent.limit ?? LIMIT;
    this.settle = (value) => settle(value, this.limit);
    /** @type {Map<number, any>} */
    this.rows = new Map();
    this.home = latent.home ?? latent.range.map(() => 0);
    this.reach = reachOf({ range: latent.range, home: this.home, limit: this.limit });
    this.arrows = arrowsOf(latent);
    this.measured = latent.nats.some((nats) => nats !== null);
    this.#build(unfolded);
  }

  #build(unfolded) {
    const { latent } = this;
    const most = Math.max(...latent.nats.map((nats) => nats ?? 0), 1e-9);
    const rows = (dims) => h("div", { class: "rows" }, ...dims.map((dim) => this.#row(dim, most)));
    const { first, more, dead } = foldsOf(latent);
    const headings = headingsOf(latent);
    const ratio = `--ratio: ${this.view.height / this.view.width}`;
    const open = headings.length ? headings.map((each) => this.#heading(each, rows(each.dims))) : [rows(first)];
    this.element = h("div", { class: this.measured ? "sliders" : "sliders unmeasured", style: ratio }, this.#head(), ...open);
    if (more.length && !headings.length) {
      const fold = folded("more", `${more.length} more`, more, rows(more), this.on, unfolded.set);
      fold.open = unfolded.get();
      this.element.append(fold);
    }
    if (!dead.length) return;
    const count = dead.length === 1 ? "1 dimension carries" : `${dead.length} dimensions carry`;
    this.element.append(folded("dead", `${count} nothing: collapsed onto the prior`, dead, rows(dead), this.on));
  }

  #heading({ name, dims }, rows) {
    const title = `Draw ${name} again; the others stay`;
    const again = iconButton("dice", { "data-redraw": name, title, onclick: () => this.on.redraw(dims) }, h("span", {}, "Draw again"));
    return h("section", { class: "under", "aria-label": capital(name) }, h("h3", {}, h("span", {}, capital(name)), again), rows);
  }

  /** Show a code: only what has changed is written. */
  show(z, inHand) {
    if (inHand !== this.inHand) {
      this.rows.get(this.inHand)?.row.classList.remove("in-hand");
      this.rows.get(inHand)?.row.classList.add("in-hand");
      this.inHand = inHand;
    }
    for (const [dim, row] of this.rows) if (row.shown !== z[dim] || row.stale) this.#showOne(row, dim, z[dim]);
  }

  #showOne(row, dim, value) {
    row.shown = value;
    row.stale = false;
    if (Number(row.slider.value) !== value) row.slider.value = String(value);
    if (row.number.dataset.typing !== "true") row.number.value = signed(value);
    const moved = value !== this.home[dim];
    if (moved !== row.moved) row.row.classList.toggle("moved", moved);
    row.moved = moved;
  }

  /**
   * Draw the strips of the rows that are seen, as far as they are not those around this code.
   * @param {(request: any) => void} ask
   * @param {string} model
   * @param {number[]} z
   * @param {number | null} given the class that a conditional model is told
   */
  fill(ask, model, z, given) {
    const old = [...this.rows.keys()].filter((dim) => this.#isSeen(dim) && !this.#isFilled(dim, z, given));
    const dims = old.slice(0, Math.max(1, Math.floor(rowsAtOnce(bytesOf(this.view), AT_ONCE) / TILES)));
    if (!dims.length) return;
    const onAnswer = ({ array }) => {
      for (const dim of dims) this.rows.get(dim).around = { z, given };
      requestAnimationFrame(() => dims.forEach((dim, i) => this.#paint(dim, array, i)));
      if (dims.length < old.length) this.fill(ask, model, z, given);
    };
    ask({ op: "decode", model, shape: [dims.length * TILES, z.length], payload: stripCodes(z, dims, this.home, this.reach), onAnswer });
  }

  /**
   * Show where the encoder believes that a thing lies: mean and spread, as marks on the sliders.
   * @param {{mean: number[], spread: number[] | null} | null} belief
   */
  believe(belief) {
    for (const [dim, { mark }] of this.rows) {
      mark.hidden = !belief;
      if (!belief) continue;
      const [mean, spread] = [belief.mean[dim], belief.spread?.[dim] ?? 0];
      const share = (value) => `${50 + 50 * Math.max(-1, Math.min(1, (value - this.home[dim]) / this.reach))}%`;
      const places = { "--from": share(mean - spread), "--middle": share(mean), "--to": share(mean + spread) };
      for (const [name, place] of Object.entries(places)) mark.style.setProperty(name, place);
    }
  }

  /** Take what their owner calls the dimensions. @param {string[]} names */
  rename(names) {
    for (const [dim, { name, slider }] of this.rows) {
      name.show(names[dim]);
      slider.setAttribute("aria-label", this.#label(dim, names[dim]));
    }
  }

  #isSeen(dim) {
    const fold = this.rows.get(dim).row.closest("details");
    return !fold || fold.open;
  }

  #isFilled(dim, z, given) {
    const { around } = this.rows.get(dim);
    return Boolean(around) && around.given === given && isSameStrip(around.z, z, dim);
  }

  #paint(dim, array, i) {
    const { size } = this.view;
    const { tiles } = this.rows.get(dim);
    paintTiles(tiles, this.view, array.subarray(i * TILES * size, (i + 1) * TILES * size), TILES, { tile: tileOf(this.view, TILE), columns: TILES });
    tiles.dataset.filled = "true";
  }

  #head() {
    const why =
      "How far the encoder's distribution for one image is from the prior along this dimension (Kullback-Leibler " +
      "divergence), averaged over the test images.";
    const same = this.home.every((value) => value === 0);
    const end = (sign) => (same ? tick(sign * this.reach) : `${sign < 0 ? "−" : "+"}${tick(this.reach)}`);
    return h(
      "div",
      { class: "head", "aria-hidden": "true" },
      h("span", { class: "of-name", title: this.measured ? why : null }, this.measured ? "KL, nats" : ""),
      h("span", { class: "of-track" }, h("i", {}, end(-1)), h("i", {}, same ? "0" : "middle"), h("i", {}, end(1))),
      h("span", { class: "of-value" }, "value"),
    );
  }

  #label(dim, name) {
    const { dead, nats } = this.latent;
    const carries = nats[dim] === null ? "" : `, carries ${nats[dim].toFixed(2)} nats`;
    return `${name ? `${name}, ` : ""}z${dim + 1}${dead[dim] ? ", carries nothing" : carries}`;
  }

  #row(dim, most) {
    const nats = this.latent.nats[dim];
    const slider = h("input", {
      type: "range",
      "data-dim": dim,
      min: this.home[dim] - this.reach,
      max: this.home[dim] + this.reach,
      step: 0.01,
      "aria-label": this.#label(dim, this.latent.names?.[dim]),
    });
    const number = h("input", {
      type: "text", // a number field takes no decimal comma where the browser speaks English
      class: "number",
      "data-number": dim,
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": `Value of z${dim + 1}, from −${this.limit} to ${this.limit}`,
    });
    const name = new DimensionName(dim, this.latent.names?.[dim] ?? "", {
      grab: () => this.on.grab(dim),
      rename: (text) => this.on.rename(dim, text),
    });
    const back = `Put z${dim + 1} back to ${tick(this.home[dim])}`;
    const reset = iconButton("reset", { class: "bare", "data-reset": dim, title: back, "aria-label": `Reset z${dim + 1}` });
    const bar = nats !== null && carriedBar(`z${dim + 1}`, nats, most);
    const tiles = h("canvas", { class: "tiles", "data-tiles": dim, width: 1, height: 1, "aria-hidden": "true" });
    const mark = h("span", { class: "belief-mark", hidden: true }, h("b"), h("i"));
    const track = h("div", { class: "track" }, tiles, mark, slider);
    const row = h("div", { class: "row" }, h("div", { class: "who" }, name.element, bar), track, h("span", { class: "value" }, number), reset);
    this.rows.set(dim, { row, slider, number, name, tiles, mark });
    this.#listen(dim, slider, number, reset);
    return row;
  }

  #listen(dim, slider, number, reset) {
    const { grab, move, release } = this.on;
    const set = (value, held = false) => {
      if (!held) grab(dim); // a key held down is one movement
      move(dim, this.settle(value));
      release(dim);
    };
    slider.addEventListener("pointerdown", ({ pointerType }) => pointerType === "touch" || grab(dim));
    slider.addEventListener("focus", () => grab(dim));
    const isHeld = holdForTouch(slider, { grab: () => grab(dim), tap: (value) => move(dim, this.settle(value)) });
    slider.addEventListener("input", () => {
      if (isHeld()) return;
      const value = this.settle(Number(slider.value));
      if (Math.abs(value) === this.limit) slider.value = String(value); // the slider may reach beyond it
      move(dim, value);
    });
    slider.addEventListener("change", () => release(dim));
    listenRaw(slider, (value) => move(dim, this.settle(value)));
    slider.addEventListener("keydown", (event) => {
      const arrows = KEYS[event.key];
      if (arrows === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = Number(slider.value) + arrows * this.arrows[dim] * (event.shiftKey ? FINER : 1);
      slider.value = String(next);
      set(Number(slider.value), event.repeat);
    });
    const steps = (arrows, fine) => this.on.valueOf(dim) + arrows * this.arrows[dim] * (fine ? FINER : 1);
    listenTyping(number, { ...this.on, dim, limit: this.limit, set, steps, shown: () => (this.rows.get(dim).stale = true) });
    reset.addEventListener("click", () => set(this.home[dim]));
  }

}
