/**
 * One of the models beside each other: its picture of what the hand is on, its walk, its draws, its map.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { walkOf, walkedAlong, walksOf } from "../shared/sliders/walk.js";
import { readCodes, readMap } from "../shared/space/codes.js";
import { errorOf } from "../shared/space/figures.js";
import { roundSteps, sliderRange, traversal } from "../shared/space/geometry.js";
import { anyCode, draw, seeded } from "../shared/space/normal.js";
import { paintTiles, sheetSize } from "../shared/views/tiles.js";
import { labelled, tileOf } from "../shared/views/view.js";
import { nearby } from "../shared/net/near.js";
import { house } from "../shared/wire/house.js";
import { LiveSocket, address, toldOf } from "../shared/wire/socket.js";
import { ComparedMap } from "./map.js";
import { LACKS, sayMade } from "./words.js";

const STEPS = 9; // pictures of a walk
const DRAWS = 12;
const COLUMNS = 6;
const TILE = 56; // pixels
const GAP = 3;
const REST = 120; // ms without a movement after which the walk follows the hand

export class Pane {
  /**
   * @param {any} data of the page
   * @param {number} number of the model, counted from 0
   * @param {import("../shared/views/view.js").View} view
   * @param {object} on
   * @param {(number: number, place: {x: number, y: number}, point: number | null, asked: number) => void} on.hover
   * @param {(number: number, polygon: [number, number][] | null) => void} on.lasso
   * @param {(number: number, dim: number) => void} on.dim
   * @param {(pane: Pane) => void} on.codes they are there, or it is known that there are none
   * @param {(pane: Pane) => void} on.rest the hand has come to rest at another code
   */
  constructor(data, number, view, on) {
    const model = data.models[number];
    Object.assign(this, { data, number, view, on, model });
    /** @type {import("../shared/space/codes.js").Codes | null} */
    this.codes = null;
    this.can = (ability) => model.can.includes(ability);
    this.#build();
    this.socket = new LiveSocket(address(data.base, location));
    this.socket.told = toldOf(model);
    nearby(this.socket, { base: data.base, ...model });
  }

  #build() {
    const { model, view } = this;
    const canvas = (role) => h("canvas", { "data-role": role, "data-view": view.kind, role: "img", class: view.pixels ? "pixels" : null });
    const aspect = `${view.width} / ${view.height}`;
    this.picture = canvas("picture");
    this.picture.style.aspectRatio = aspect;
    this.made = h("figcaption", { "data-role": "made" });
    this.walk = canvas("walk");
    this.draws = canvas("draws");
    const tiles = (columns) => ({ tile: tileOf(view, TILE), columns, gap: GAP });
    this.sheets = { walk: tiles(STEPS), draws: tiles(COLUMNS) };
    this.draws.style.aspectRatio = sheetSize(DRAWS, this.sheets.draws).join(" / ");
    const { latent } = model;
    const option = (dim) => h("option", { value: dim }, `${walkedAlong(dim, latent)}${latent.dead[dim] ? " (dead)" : ""}`);
    const onchange = () => this.on.dim(this.number, Number(this.dims.value));
    this.dims = h("select", { "data-role": "dim", "aria-label": `Dimension of ${model.model}`, onchange });
    this.dims.append(...walksOf(latent).map(option));
    this.ends = h("div", { class: "ends", "aria-hidden": "true" });
    this.map = new ComparedMap(model.model, {
      hover: (place, point, asked) => this.on.hover(this.number, place, point, asked),
      lasso: (polygon) => this.on.lasso(this.number, polygon),
    });
    this.note = h("p", { class: "fine lacks", hidden: true });
    const draws = this.#draws ? this.draws : h("p", { class: "fine lacks" }, LACKS.draw(model.model));
    const said = h("small", {}, model.said);
    this.element = h(
      "section",
      { class: "pane", "aria-label": model.model },
      h("h2", {}, h("a", { href: `${this.data.base}explore?${new URLSearchParams({ model: model.model })}`, target: "_self" }, model.model), said),
      h("div", { class: "under-hand" }, h("figure", { class: "seen" }, this.picture, this.made), this.map.element, this.note),
      h("figure", { class: "walked" }, h("figcaption", {}, "Along", this.dims), this.walk, this.ends),
      h("figure", { class: "drawn" }, h("figcaption", {}, this.#draws ? "Draws of the prior" : ""), draws),
    );
  }

  /** Whether the page can draw a code of the prior. */
  get #draws() {
    return this.can("draw") && (this.#normal || this.model.latent.draws.length > 0);
  }

  /** Whether the prior is N(0, I). */
  get #normal() {
    return this.model.latent.prior === "normal";
  }

  /** Fetch the codes and the map that they lie on. @param {() => any} theme */
  async load(theme) {
    const { base } = this.data;
    const name = encodeURIComponent(this.model.model);
    try {
      const codes = await readCodes(await house.fetch(`${base}api/codes?model=${name}`, { cache: "no-cache" }));
      if (codes.n) [this.codes, this.missed] = [codes, errorOf(codes)];
      else this.#lack(codes.message || LACKS.codes(this.model.model));
      if (this.codes && !this.gone) await this.#loadMap(name, theme);
    } catch (error) {
      this.codes = null;
      this.#lack(error.message);
    }
    if (!this.gone) this.on.codes(this);
  }

  async #loadMap(name, theme) {
    const plane = this.codes.dims === 2;
    const fetched = async (id) => {
      const frame = await readMap(await house.fetch(`${this.data.base}api/map?model=${name}&map=${id}`));
      return frame.xy?.length === 2 * this.codes.n && ["done", "stopped"].includes(frame.state) ? frame.xy : null;
    };
    const tsne = plane ? null : await fetched("tsne").catch(() => null);
    const id = plane ? "identity" : tsne ? "tsne" : "pca";
    const xy = plane ? this.codes.centre.slice() : (tsne ?? (await fetched("pca")));
    if (this.gone) return;
    if (!xy) throw new Error(`The map of ${this.model.model} cannot be had now; load the page again.`);
    this.map.begin(this.codes, id, xy, theme(), plane && this.#normal);
  }

  #lack(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = false;
    this.map.element.hidden = true;
  }

  /** The class that a conditional model is told of a point, and of all else. */
  #told(point) {
    if (!this.model.given) return undefined;
    const label = point === null ? -1 : (this.codes?.labels?.[point] ?? -1);
    return label >= 0 ? label : this.model.given.chosen;
  }

  /** Show what is made of a test thing whose code is known. @param {number} point @param {number} [asked] */
  showPoint(point, asked) {
    const { centre, dims } = this.codes;
    this.point = point;
    this.#decode(centre.subarray(point * dims, (point + 1) * dims), this.#told(point), asked);
  }

  /** Show what lies at a place of this model's own map. @param {{x: number, y: number}} place @param {number} [asked] */
  showPlace(place, asked) {
    this.point = null;
    if (this.map.id === "identity") {
      this.#decode(Float32Array.of(place.x, place.y), this.#told(null), asked);
      return;
    }
    const request = { model: this.model.model, map: this.map.id, shape: [1, 2], payload: Float32Array.of(place.x, place.y) };
    const condition = this.#told(null);
    const answers = { onAnswer: ({ array }) => this.#arrived(array), onError: () => this.#gone() };
    this.socket.ask("picture", { op: "decode_point", ...request, condition, ...(asked ? { asked } : {}), ...answers });
    this.#rest(() => this.socket.ask("place", { op: "code_at", ...request, onAnswer: ({ array }) => this.#askWalk(array, condition) }));
  }

  /** Show what is made of a thing whose code is not known here. @param {any} pixels */
  showThing(pixels) {
    this.point = null;
    if (!this.can("encode")) {
      this.made.textContent = LACKS.encode(this.model.model);
      return;
    }
    const onAnswer = ({ array, header }) =>
      this.#decode(array.slice(0, this.model.latent.dims), this.model.given ? (header.condition?.[0] ?? this.model.given.chosen) : undefined);
    this.socket.ask("encode", { op: "encode", model: this.model.model, shape: [1, ...this.view.shape], payload: pixels, onAnswer });
  }

  /** Hold the picture against the thing that it was made of. @param {any} thing its numbers, or null */
  against(thing) {
    this.thing = thing;
    this.#soon();
  }

  #decode(z, condition, asked) {
    const request = { op: "decode", model: this.model.model, shape: [1, z.length], payload: Float32Array.from(z), condition, ...(asked ? { asked } : {}) };
    this.socket.ask("picture", { ...request, onAnswer: ({ array }) => this.#arrived(array), onError: () => this.#gone() });
    this.#rest(() => this.#askWalk(z, condition));
  }

  #arrived(array) {
    this.array = array;
    this.view.paint(this.picture, array);
    this.picture.dispatchEvent(new CustomEvent("painted"));
    this.#soon();
  }

  #gone() {
    this.made.textContent = "There is nothing to decode here.";
  }

  /** Words change once the hand rests: nobody reads them on the way, and each change would lay out the page. */
  #soon() {
    this.saying ??= setTimeout(() => {
      this.saying = null;
      this.#caption();
    }, REST);
  }

  #caption() {
    if (!this.array) return;
    const error = this.thing ? this.view.apart(this.array, 0, this.thing, 0) : null;
    const said = sayMade({ error, unit: this.view.unit, ...this.#costs() });
    this.made.replaceChildren(...(said.length ? said : ["decoded at this place"]).map((line) => h("span", {}, line)));
    this.picture.setAttribute("aria-label", labelled(this.view, `What ${this.model.model} makes of it. ${said.join(", ")}`, this.array));
  }

  /** What the thing in hand costs this model, in nats; null where that is not known, or there are none. */
  #costs() {
    const { codes, point, missed } = this;
    if (!codes || codes.squared || point === null || point === undefined) return { reconstruction: null, elbo: null };
    if (!this.can("bound")) return { reconstruction: missed[point], elbo: this.data.models.some(({ can }) => can.includes("bound")) ? undefined : null };
    return { reconstruction: codes.nats ? missed[point] : null, elbo: codes.cost[point] }; // without its parts it is told alone
  }

  #rest(then) {
    clearTimeout(this.resting);
    this.resting = setTimeout(then, REST);
  }

  /** Walk along another dimension. @param {number} dim */
  setDim(dim) {
    const { latent } = this.model;
    const way = walkOf(dim, latent, latent.names, STEPS);
    Object.assign(this, { dim, way });
    this.dims.value = String(walksOf(latent).find(way.within));
    this.sheets.walk.columns = way.ticks.length;
    this.walk.style.aspectRatio = sheetSize(way.ticks.length, this.sheets.walk).join(" / ");
    this.ends.replaceChildren(...[way.ticks[0], way.ticks.at(-1)].map((words) => h("span", {}, words)));
    if (this.z) this.#askWalk(this.z, this.condition);
  }

  #askWalk(z, condition) {
    Object.assign(this, { z: Array.from(z), condition });
    this.on.rest(this);
    const { way } = this;
    if (!way) return;
    const [n, payload] = [way.ticks.length, way.codes(this.z)];
    const onAnswer = ({ array }) => {
      if (way !== this.way) return; // it has another number of pictures
      paintTiles(this.walk, this.view, array, n, this.sheets.walk);
      this.walk.setAttribute("aria-label", `${this.model.model} along ${way.name}, from ${way.ticks[0]} to ${way.ticks[n - 1]}`);
    };
    this.socket.ask("strip", { op: "decode", model: this.model.model, shape: [n, this.z.length], payload, condition, onAnswer });
  }

  /**
   * Walk along several dimensions from where the hand rests.
   * @param {number[]} dims @param {(array: any, number: number) => void} onWalk things of a walk, and which of `dims` it is along
   */
  along(dims, onWalk) {
    if (!this.z) return;
    const { range, limit } = this.model.latent;
    const walk = (dim) => Array.from(traversal(this.z, dim, roundSteps(sliderRange(range[dim], limit), STEPS, limit)));
    const payload = Float32Array.from(dims.flatMap(walk));
    const onAnswer = ({ array }) => {
      const size = array.length / dims.length;
      dims.forEach((_, number) => onWalk(array.slice(number * size, (number + 1) * size), number));
    };
    const request = { op: "decode", model: this.model.model, shape: [dims.length * STEPS, this.z.length], payload, condition: this.condition };
    this.socket.ask("rows", { ...request, onAnswer });
  }

  /** Draw codes from the prior. @param {number} seed the same for all models: the same codes where they have as many dimensions */
  drawFrom(seed) {
    if (!this.#draws) return;
    const { latent } = this.model;
    const { dims } = latent;
    const random = seeded(seed);
    const payload = Float32Array.from(this.#normal ? draw(DRAWS * dims, random) : Array.from({ length: DRAWS }, () => anyCode(latent, random)).flat());
    const condition = this.model.given ? Array.from({ length: DRAWS }, (_, i) => i % this.model.given.choices.length) : undefined;
    const onAnswer = ({ array }) => {
      paintTiles(this.draws, this.view, array, DRAWS, this.sheets.draws);
      this.draws.setAttribute("aria-label", `${DRAWS} draws of ${this.model.model}, seed ${seed}`);
      this.draws.dataset.seed = String(seed);
    };
    this.socket.ask("grid", { op: "decode", model: this.model.model, shape: [DRAWS, dims], payload, condition, onAnswer });
    // Without an encoder no thing says where to walk: the first draw does.
    if (!this.can("encode")) this.#askWalk(payload.slice(0, dims), condition?.[0]);
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.resting);
    clearTimeout(this.saying);
    this.map.destroy();
    this.socket.close();
  }
}
