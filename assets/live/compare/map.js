/**
 * A model's map under the shared hand: points, the ring and cross where the hand is, a lasso.
 * @module
 */

import { Chart } from "../shared/draw/chart.js";
import { classColours } from "../shared/draw/colours.js";
import { aside, densest, membersOf, middles } from "../shared/draw/classnames.js";
import { drawLasso, drawNames, drawRings } from "../shared/draw/layers.js";
import { toScreen } from "../shared/draw/camera.js";
import { h, setAttributes } from "../shared/page/dom.js";
import { Lasso } from "../shared/space/groups.js";
import { Nearest } from "./hand.js";

const HIT = 9; // pixels within which a point is meant
const STEP = 12; // pixels that an arrow key moves the hand, and with Shift a quarter of it
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const NAME = 13;
const LETTERS = 16;

export class ComparedMap {
  /**
   * @param {string} name of the model
   * @param {object} on
   * @param {(place: {x: number, y: number}, point: number | null, asked: number) => void} on.hover
   * @param {(polygon: [number, number][] | null) => void} on.lasso
   */
  constructor(name, on) {
    this.on = on;
    this.lasso = new Lasso();
    /** @type {{x: number, y: number} | null} */
    this.place = null;
    /** @type {number | null} */
    this.point = null;
    this.chart = new Chart({
      drawUnder: () => {},
      drawOver: (context, camera) => this.#drawOver(context, camera),
      onView: () => this.place && this.mark(this.place, this.point),
      onKind: () => {},
    });
    this.chart.look = { size: 3.2, opacity: 0.65 };
    const label = `Map of ${name}. Arrow keys move the hand on all maps, Escape takes back what stands out.`;
    setAttributes(this.chart.element, { tabindex: "0", role: "application", "aria-roledescription": "map", "data-role": "map", "aria-label": label });
    // An element of its own: nothing is drawn again and nothing laid out while the hand moves.
    this.here = h("i", { class: "here", hidden: true });
    this.chart.element.append(this.here);
    this.what = h("figcaption", {});
    this.element = h("figure", { class: "map" }, this.chart.element, this.what);
    this.#listen();
  }

  /** @param {import("../shared/space/codes.js").Codes} codes @param {string} id @param {Float32Array} xy */
  begin(codes, id, xy, theme, rings) {
    Object.assign(this, { codes, id, xy, theme, rings });
    this.nearest = new Nearest(xy);
    this.count = Math.max(1, codes.classes.length, codes.labels ? codes.labels.reduce((most, label) => Math.max(most, label), 0) + 1 : 1);
    const members = codes.labels ? membersOf(codes.labels, codes.n) : new Map();
    const [own, amid] = [densest, middles].map((find) => find(xy, [...members.values()]));
    const named = (label, i) => (label >= 0 && amid[i] ? [{ words: codes.classes[label] ?? String(label), weight: 0, ...amid[i], ...own[i] }] : []);
    this.names = [...members.keys()].flatMap(named).sort((a, b) => b.weight - a.weight);
    this.chart.points.setColours(classColours(codes.labels, this.count, codes.n));
    this.chart.points.setLevels(new Uint8Array(codes.n).fill(2));
    this.chart.setPlaces(xy);
    if (this.chart.element.clientWidth) this.chart.jump(this.chart.whole());
    this.what.textContent = id === "identity" ? "The latent plane" : id === "tsne" ? "t-SNE of the codes" : "The codes, by PCA";
    this.chart.element.dataset.map = id;
  }

  get camera() {
    return this.chart.camera;
  }

  /** Mark where the hand is. @param {{x: number, y: number} | null} place @param {number | null} point */
  mark(place, point) {
    Object.assign(this, { place, point });
    const { camera, here, xy } = this;
    const hidden = !camera || !place;
    if (here.hidden !== hidden) here.hidden = hidden;
    if (hidden) return;
    const [x, y] = point === null ? toScreen(camera, place.x, place.y) : toScreen(camera, xy[2 * point], xy[2 * point + 1]);
    here.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    if (point === null !== here.classList.contains("cross")) here.classList.toggle("cross", point === null);
  }

  /** @param {Uint8Array} levels */
  light(levels) {
    this.chart.points.setLevels(levels);
    this.chart.refresh("points");
  }

  repaint(theme) {
    this.theme = theme;
    if (!this.codes) return;
    this.chart.points.setColours(classColours(this.codes.labels, this.count, this.codes.n));
    this.chart.refresh("points", "over");
  }

  destroy() {
    removeEventListener("scroll", this.onscroll, true);
    this.chart.destroy();
  }

  #drawOver(context, camera) {
    if (!this.xy) return;
    if (this.rings) drawRings(context, camera, [0, 0], this.theme);
    this.#drawNames(context, camera);
    drawLasso(context, this.lasso.path, this.theme);
  }

  #drawNames(context, camera) {
    context.font = `700 ${NAME}px ${this.theme.font}`;
    const named = this.names.map(({ words, x, y }) => {
      const [px, py] = toScreen(camera, x, y);
      const short = words.length > LETTERS ? `${words.slice(0, LETTERS - 1)}…` : words;
      return { words: short, x: px, y: py, width: context.measureText(short).width + 6, height: NAME + 6 };
    });
    drawNames(context, aside(named), this.theme, NAME);
  }

  /** Tell where the hand is: the point that it means, if it is near one. */
  #tell(x, y, asked) {
    this.on.hover({ x, y }, this.nearest.at(x, y, HIT / this.camera.scale), asked);
  }

  #listen() {
    const { element } = this.chart;
    let held = null;
    const at = (event) => {
      const { left, top } = this.box ?? element.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    element.addEventListener("pointerenter", () => (this.box = element.getBoundingClientRect())); // no layout is asked for under the hand
    element.addEventListener("pointerleave", () => (this.box = null));
    addEventListener("scroll", (this.onscroll = () => (this.box = null)), { capture: true, passive: true });
    element.addEventListener("pointerdown", (event) => {
      if (event.button || !this.xy || event.pointerType === "touch") return;
      this.box = element.getBoundingClientRect();
      held = event.pointerId;
      element.setPointerCapture(held);
      this.lasso.begin(...at(event));
    });
    element.addEventListener("pointermove", (event) => {
      if (!this.xy || !this.camera) return;
      const [px, py] = at(event);
      if (held === event.pointerId && this.lasso.move(px, py)) this.chart.refresh("over");
      if (held === null) this.#tell(...this.chart.toMap(px, py), event.timeStamp);
    });
    const end = (event) => {
      if (held !== event.pointerId) return;
      held = null;
      const path = this.lasso.end();
      this.chart.refresh("over");
      if (path) this.on.lasso(path.map(([x, y]) => /** @type {[number, number]} */ (this.chart.toMap(x, y))));
      else this.#tell(...this.chart.toMap(...at(event)), event.timeStamp);
    };
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
    element.addEventListener("click", (event) => this.xy && this.camera && this.#tell(...this.chart.toMap(...at(event)), event.timeStamp)); // a finger's
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.camera || !this.xy) return;
    if (event.key === "Escape") this.on.lasso(null);
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    const step = (event.shiftKey ? STEP / 4 : STEP) / this.camera.scale;
    const from = this.place ?? { x: this.camera.x, y: this.camera.y };
    const [wide, high] = [this.camera.width / this.camera.scale / 2, this.camera.height / this.camera.scale / 2];
    const within = (value, middle, far) => Math.min(middle + far, Math.max(middle - far, value));
    this.#tell(within(from.x + direction[0] * step, this.camera.x, wide), within(from.y + direction[1] * step, this.camera.y, high), event.timeStamp);
  }
}
