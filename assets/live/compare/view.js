/**
 * The models in view: one hand over all of them, one image, one seed, one lasso.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { themeOf } from "../shared/page/theme.js";
import { hasOriginal } from "../shared/space/codes.js";
import { select } from "../shared/space/groups.js";
import { Keeper } from "../shared/keeping/kept.js";
import { Starts } from "../shared/views/starts.js";
import { drawnAs, labelled } from "../shared/views/view.js";
import { OWN, readShown, withShown } from "./address.js";
import { Factors } from "./factors.js";
import { carried, composition, levels, sameThings } from "./hand.js";
import { Pane } from "./pane.js";
import { Figures, findings } from "./table.js";
import { lead, sayChosen } from "./words.js";

const QUIET = 400; // ms without a movement until the address is brought up to date
const SAID = 120; // ms after which words follow the hand
const REPAINT = 150; // ms that Streamlit takes to change its colours

export class CompareView {
  /** @param {HTMLElement} root @param {any} data @param {import("../shared/views/view.js").View} view */
  constructor(root, data, view) {
    Object.assign(this, { root, data, view });
    this.names = data.models.map(({ model }) => model);
    this.keeper = new Keeper("compare", data, OWN);
    this.keeper.resume();
    const first = (latent) => latent.order[0] ?? 0;
    this.shown = readShown(location.search, data.models.map(({ latent }) => ({ dims: latent.dims, first: first(latent) })));
    const on = {
      hover: (number, place, point, asked) => this.#hover(number, place, point, asked),
      lasso: (number, polygon) => this.#choose(polygon && { model: number, polygon }, null),
      dim: (number, dim) => this.#setDim(number, dim),
      codes: (pane) => this.#mapped(pane),
      rest: (pane) => this.factors.follow(pane),
    };
    this.panes = data.models.map((_, number) => new Pane(data, number, view, on));
    this.#build();
    this.theme = themeOf(this.page);
    this.panes.forEach((pane, i) => {
      pane.setDim(this.shown.dims[i]);
      pane.drawFrom(this.shown.seed);
      pane.load(() => this.theme);
    });
    this.#begin();
    this.onscheme = () => setTimeout(() => this.#repaint(), REPAINT);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.onscheme);
  }

  destroy() {
    clearTimeout(this.timer);
    clearTimeout(this.clock);
    this.scheme.removeEventListener("change", this.onscheme);
    this.panes.forEach((pane) => pane.destroy());
    this.figures.destroy();
    this.keeper.leave((href) => withShown(href, this.names, this.shown));
    this.page.remove();
  }

  #build() {
    const { view, data } = this;
    this.original = h("canvas", { "data-role": "original", "data-view": view.kind, role: "img", class: view.pixels ? "pixels" : null });
    this.original.style.aspectRatio = `${view.width} / ${view.height}`;
    this.what = h("figcaption", { "data-role": "what" });
    this.starts = data.images && new Starts(data.images, view, (start) => this.#start(start), () => {});
    this.seed = h("output", { "data-role": "seed" });
    this.lit = h("select", { "data-role": "lit", "aria-label": "Class that stands out", onchange: () => this.#light() });
    this.clear = iconButton("close", { hidden: true, "data-role": "clear", onclick: () => this.#choose(null, null) }, "Show all");
    this.chosen = h("p", { class: "fine", role: "status", "data-role": "chosen" });
    this.factors = new Factors(this.panes, view);
    this.figures = new Figures(data, ({ factors, why }) => this.factors.show(factors, why));
    const withIt = h("div", { class: "with-it" }, this.starts?.element, this.#tools(), findings(data.findings));
    this.page = h(
      "div",
      { class: `compare of-${this.names.length}` },
      h("p", {}, lead(view.words, drawnAs(view))),
      h("div", { class: "given" }, h("figure", {}, this.original, this.what), withIt),
      h("div", { class: "panes" }, ...this.panes.map(({ element }) => element)),
      this.figures.element,
      this.factors.element,
    );
    this.lit.hidden = true;
    this.seed.textContent = String(this.shown.seed);
    this.root.append(this.page);
  }

  #tools() {
    const again = iconButton("dice", { "data-role": "draw", onclick: () => this.#draw(this.shown.seed + 1) }, "Draw again");
    return h("div", { class: "tools" }, again, h("span", { class: "fine" }, "seed ", this.seed), this.lit, this.clear, this.chosen);
  }

  /** Go to what the address says, or to the first image. */
  #begin() {
    const { image, at } = this.shown;
    if (at) return; // once its map is there
    const starts = this.starts?.starts ?? [];
    const start = starts.find(({ index }) => index === image) ?? (image === null ? starts[0] : undefined);
    if (start) this.#start(start, false);
  }

  /** Take an image in hand. */
  #start(start, write = true) {
    Object.assign(this.shown, { image: start.index, at: null });
    this.thing = start.pixels;
    this.starts?.mark(start);
    this.#showOriginal(start.pixels, start.label ? `The image: ${start.label}` : "The image");
    for (const pane of this.panes) {
      if (this.#knows(pane, start.index)) this.#point(pane, start.index);
      else pane.showThing(start.pixels);
      pane.against(start.pixels);
    }
    if (write) this.#write();
  }

  /** Whether a number of an image is one of a pane's points. */
  #knows(pane, index) {
    return Boolean(pane.codes && pane.map.xy && index < pane.codes.n && this.linked(pane, this.data.leader));
  }

  /** Whether points of one model are the same things as those of another. */
  linked(pane, number) {
    const other = this.panes[number];
    return pane === other || (this.data.models[pane.number].source === this.data.models[number].source && sameThings(pane.codes, other.codes));
  }

  #point(pane, point, asked) {
    pane.showPoint(point, asked);
    pane.map.mark({ x: pane.map.xy[2 * point], y: pane.map.xy[2 * point + 1] }, point);
  }

  /** A model's codes and map are there. */
  #mapped(pane) {
    const { image, at, lasso } = this.shown;
    if (at && this.panes[at.model].map.xy) this.#hover(at.model, at, null, performance.now());
    else if (!at && image !== null) {
      for (const each of this.panes) if (this.#knows(each, image)) this.#point(each, image);
      if (!this.thing && this.#knows(pane, image)) this.#ask(pane, image);
    }
    if (this.panes.every(({ codes, map, note }) => (codes && map.xy) || !note.hidden)) {
      this.#offerClasses();
      if (lasso || this.shown.lit !== null) this.#choose(lasso, this.shown.lit);
    }
  }

  /** The hand is over a model's map: all follow. */
  #hover(number, place, point, asked) {
    const from = this.panes[number];
    this.inHand = { number, place, point };
    Object.assign(this.shown, point === null ? { at: { model: number, ...place }, image: null } : { at: null, image: point });
    if (point === null) this.thing = null;
    for (const pane of this.panes) {
      if (!pane.map.xy || !pane.map.camera) continue;
      if (point !== null && this.linked(pane, number)) pane.showPoint(point, asked);
      else if (pane === from) pane.showPlace(place, asked);
      else pane.showPlace(carried(from.map.camera, pane.map.camera, place), asked);
      const there = pane === from ? place : carried(from.map.camera, pane.map.camera, place);
      pane.map.mark(there, point !== null && this.linked(pane, number) ? point : null);
    }
    if (point !== this.asked) this.#ask(from, point);
    this.#wait();
  }

  /** Fetch the image itself that the hand is on, where it can be had. */
  #ask(pane, point) {
    this.asked = point;
    this.thing = null;
    this.panes.forEach((each) => each.against(null));
    const label = point === null || !pane.codes.labels ? -1 : pane.codes.labels[point];
    const said = label >= 0 ? `: ${pane.codes.classes[label] ?? label}` : "";
    if (point === null || !hasOriginal(pane.codes, point)) {
      this.#showOriginal(null, point === null ? "A place, no image" : `Image ${point}${said}. Itself it is not on this computer.`);
      return;
    }
    const onAnswer = ({ array }) => {
      if (this.asked !== point) return;
      this.thing = array;
      this.#showOriginal(array, `Image ${point}${said}`);
      this.panes.forEach((each) => each.against(array));
    };
    pane.socket.ask("origin", { op: "originals", model: pane.model.model, shape: [1], payload: Int32Array.of(point), onAnswer });
  }

  #showOriginal(thing, said) {
    if (thing) this.view.paint(this.original, thing);
    else if (!this.original.classList.contains("none")) this.original.getContext("2d").clearRect(0, 0, this.original.width, this.original.height);
    this.original.classList.toggle("none", !thing);
    this.saying = [thing, said];
    this.clock ??= setTimeout(() => this.#say(), SAID);
  }

  /** Words follow the hand a little later: each change lays out the page. */
  #say() {
    this.clock = null;
    const [thing, said] = this.saying;
    this.what.textContent = said;
    this.original.setAttribute("aria-label", thing ? labelled(this.view, said, thing) : said);
  }

  #draw(seed) {
    this.shown.seed = seed;
    this.seed.textContent = String(seed);
    this.panes.forEach((pane) => pane.drawFrom(seed));
    this.#write();
  }

  #setDim(number, dim) {
    this.shown.dims[number] = dim;
    this.panes[number].setDim(dim);
    this.#write();
  }

  #offerClasses() {
    const { codes } = this.panes.find((pane) => pane.codes?.labels) ?? {};
    if (!codes || this.lit.options.length) return;
    const option = (value, words) => h("option", { value }, words);
    this.lit.append(option("", "All classes"), ...codes.classes.map((name, i) => option(i, /^\d+$/.test(name) ? `class ${name}` : name)));
    this.lit.hidden = !codes.classes.length;
  }

  #light() {
    this.#choose(null, this.lit.value === "" ? null : Number(this.lit.value));
  }

  /** Let points stand out on every map: those within a lasso on one, or those of a class. */
  #choose(lasso, lit) {
    Object.assign(this.shown, { lasso, lit });
    this.lit.value = lit === null ? "" : String(lit);
    const source = lasso && this.panes[lasso.model];
    const within = source?.map.xy ? select(source.map.xy, lasso.polygon) : null;
    let told = null;
    for (const pane of this.panes) {
      if (!pane.map.xy) continue;
      const of = (label) => Array.from(pane.codes.labels ?? []).flatMap((each, i) => (each === label ? [i] : []));
      const members = within && this.linked(pane, lasso.model) ? within : lit === null ? null : of(lit);
      pane.map.light(levels(pane.codes.n, members));
      if (members) told ??= sayChosen(members.length, this.view.words.nouns, composition(members, pane.codes.labels, pane.codes.classes));
    }
    this.chosen.textContent = told ?? "";
    this.clear.hidden = !told;
    this.#write();
  }

  #wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { image } = this.shown;
      this.starts?.mark(image === null ? null : { index: image });
      this.#write();
    }, QUIET);
  }

  #write() {
    this.keeper.write(withShown(location.href, this.names, this.shown));
  }

  #repaint() {
    this.theme = themeOf(this.page);
    this.panes.forEach(({ map }) => map.repaint(this.theme));
  }
}
