/**
 * What people use such models for: a tile for each kind of data, which lives. A slider moves one number of a code, and the
 * bundled model of that kind draws what it stands for. Nothing is asked of the server before a tile is seen.
 * @module
 */

import { h, icon } from "../../shared/page/dom.js";
import { LiveRange } from "../../shared/page/liverange.js";
import { numbersOf } from "../../shared/views/starts.js";
import { labelled, viewOf } from "../../shared/views/view.js";
import { LiveSocket, address } from "../../shared/wire/socket.js";

const STEP = 0.01;
const ARROW = 0.1;

/**
 * @typedef {object} Use
 * @property {string} name @property {string} title @property {string} text @property {string} href
 * @property {string} model
 * @property {any} item what one thing is
 * @property {number[]} home the code to begin at
 * @property {number} dim the number of it that the slider moves
 * @property {number} reach how far to both sides
 * @property {string | null} thing one that the model is told a part of, as base64
 */

class Tile {
  /** @param {Use} use @param {{base: string, words: Record<string, string>}} data @param {(tile: Tile) => void} onMove */
  constructor(use, data, onMove) {
    Object.assign(this, { use, onMove, z: Float32Array.from(use.home) });
    const { reach, title, text, href, name } = use;
    this.canvas = h("canvas", { role: "img", width: 1, height: 1, "data-role": "use" });
    this.range = new LiveRange({ role: `use-${name}`, label: `${title}: ${data.words.usesMove}`, min: -reach, max: reach, step: STEP, arrow: ARROW,
      onGrab: () => {}, onMove: (value) => this.move(value) });
    this.range.show(0, () => "0");
    const go = h("a", { target: "_self", href: data.base + href }, data.words.seeIt, icon("forward"));
    this.element = h("li", { class: "use", "data-use": name }, h("div", { class: "seen" }, this.canvas), this.range.element,
      h("b", {}, title), h("p", {}, text), go);
    this.canvas.addEventListener("pointermove", ({ offsetX }) => this.move((2 * offsetX / this.canvas.clientWidth - 1) * reach));
  }

  move(value) {
    this.z[this.use.dim] = value;
    this.range.show(value, () => value.toFixed(1).replace("-", "−"));
    this.onMove(this);
  }

  /** What is asked of the server, once the view of its kind is there. */
  async request() {
    const { use } = this;
    this.view ??= await viewOf(use.item);
    const part = use.thing ? this.view.part(numbersOf(use.thing, this.view)) : undefined;
    return { op: "decode", model: use.model, shape: [1, this.z.length], payload: this.z.slice(), part };
  }

  /** @param {any} array what it was decoded to @param {Float32Array} z */
  show(array, z) {
    this.canvas.classList.toggle("pixels", this.view.plane ?? this.view.pixels);
    this.view.paint(this.canvas, array);
    this.canvas.setAttribute("aria-label", labelled(this.view, this.use.title, array));
    this.element.dataset.drawn = z[this.use.dim].toFixed(2);
  }
}

export class Uses {
  /** @param {{base: string, words: Record<string, string>, uses: Use[]}} data */
  constructor(data) {
    this.data = data;
    this.tiles = data.uses.map((use) => new Tile(use, data, (tile) => this.#ask(tile)));
    this.element = h("section", { class: "chapter uses", "data-role": "uses", hidden: !this.tiles.length }, h("h2", {}, data.words.uses),
      h("p", { class: "fine" }, data.words.usesLead), h("ul", {}, ...this.tiles.map(({ element }) => element)));
    this.watch = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#begin());
    this.watch.observe(this.element);
  }

  destroy() {
    this.watch.disconnect();
    this.socket?.close();
  }

  /** Draw them one after the other, in a lane of their own: of what is asked for in one, the newest alone is answered. */
  async #begin() {
    this.watch.disconnect();
    this.socket = new LiveSocket(address(this.data.base, location));
    for (const tile of this.tiles) if (!tile.element.dataset.drawn) await this.#drawn(tile);
  }

  #drawn(tile) {
    return new Promise((done) => {
      this.#ask(tile, "thumbnails", done);
    });
  }

  async #ask(tile, lane = "picture", done = () => {}) {
    if (!this.socket) return;
    const request = await tile.request();
    const onAnswer = ({ array }) => {
      tile.show(array, request.payload);
      done();
    };
    this.socket.ask(lane, { ...request, onAnswer, onError: done });
  }
}
