/**
 * A thing of one's own on the map: a picture drawn or uploaded, encoded while it is drawn, with its way over the map; or a file.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { labelOf } from "../shared/space/codes.js";
import { figure } from "../shared/words/numbers.js";
import { named } from "../shared/words/names.js";
import { OwnSheet } from "../shared/page/upload.js";
import { Sketch } from "../shared/views/sketch.js";
import { drawnAs } from "../shared/views/view.js";

const FADES = 2500; // ms in which its trail fades
const AROUND = 10; // neighbours whose classes are told

export class Own {
  /**
   * @param {object} options
   * @param {any} options.data
   * @param {import("../shared/views/view.js").View} options.view
   * @param {import("./places.js").Places} options.places
   * @param {import("../shared/draw/chart.js").Chart} options.chart
   * @param {import("./view.js").Ask} options.ask
   * @param {() => void} options.onChange it is there, elsewhere, or gone
   */
  constructor({ data, view, places, chart, ask, onChange }) {
    Object.assign(this, { data, view, places, chart, ask, onChange });
    /** @type {{x: number, y: number, at: number}[]} where it was, the newest last */
    this.trail = [];
    /** @type {import("./places.js").Mark | null} where it is */
    this.mark = null;
    /** @type {Float32Array | null} */
    this.code = null;
    this.words = h("p", { class: "fine", "data-role": "drawing-place" });
    this.notice = h("p", { class: "fine notice", "data-role": "drawing-note", hidden: true });
  }

  /** Make the pad, or where nothing can be drawn by hand what takes files. @returns {HTMLElement[]} */
  begin(say) {
    this.sketch = this.view.pixels ? this.#pad(say) : this.#sheet(say);
    return [h("h2", {}, "Where does yours land?"), this.sketch.element, this.notice, this.words];
  }

  #pad(say) {
    const { view, data: { ground, base, model } } = this;
    const onPicture = (pixels) => this.#drawn(pixels?.some((value) => value > 0) ? pixels : null, Boolean(pixels));
    return new Sketch({ view, ground, base, model, onPicture, onSay: (sentence) => this.#say(sentence, say) });
  }

  #sheet(say) {
    const { view, data } = this;
    return new OwnSheet({ view, data, onThing: (thing) => this.#drawn(thing, !thing), onSay: say });
  }

  destroy() {
    this.sketch?.destroy();
  }

  /** Where it is, and its way there with how much of each place has not faded yet; null where it is nowhere. */
  get shown() {
    const { places, mark } = this;
    if (!mark || (this.map !== places.map && !mark.carried)) return null;
    const now = performance.now();
    this.trail = this.trail.filter(({ at }) => now - at < FADES);
    const trail = this.trail.map(({ x, y, at }) => ({ x, y, left: 1 - (now - at) / FADES }));
    // t-SNE has no way between its groups: what lies between two places there is none.
    return { ...places.whereIs(mark), trail: places.isStill() ? trail : [], torn: places.map.startsWith("tsne") };
  }

  /** What of it stands on the map. */
  get loose() {
    return this.mark ? [this.mark] : [];
  }

  /** Put it where it lies on the map that is shown now. */
  place() {
    const { places, chart } = this;
    const map = places.chosenMap();
    if (!this.code || !places.isReady()) return;
    this.ask("place-own", { op: "place", mapped: true, shape: [1, places.codes.dims], payload: this.code }, ({ array: [x, y] }) => {
      if (!this.code || places.chosenMap() !== map) return;
      if (this.map !== map) this.trail = [];
      this.mark ??= { x, y };
      places.send(this.mark, { x, y });
      this.trail.push({ x, y, at: performance.now() });
      this.map = map;
      chart.element.dataset.drawing = `${x.toFixed(3)},${y.toFixed(3)}`;
      this.words.textContent = this.#neighbours(x, y);
      chart.refresh("over");
      this.onChange();
    });
  }

  /** Say what the pad says, to be seen too. */
  #say(sentence, say) {
    say(sentence);
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  /** @param {any} thing null where there is none @param {boolean} [blank] whether that is because nothing is on it */
  #drawn(thing, blank = false) {
    const { ask, chart, sketch } = this;
    const { dims } = this.places.codes;
    if (!thing) {
      this.trail = [];
      this.mark = null;
      this.code = null;
      this.words.textContent = blank && this.view.pixels ? `The ${drawnAs(this.view).noun} is blank.` : "";
      delete chart.element.dataset.drawing;
      sketch.showReconstruction(null);
      chart.refresh("over");
      this.onChange();
      return;
    }
    ask("encode", { op: "encode", shape: [1, ...this.view.shape], payload: thing }, ({ array, header }) => {
      if (!sketch.pixels) return; // cleared meanwhile
      this.code = array.slice(0, dims);
      this.place();
      const { condition } = header; // the class that a conditional model takes it for
      const request = { op: "decode", shape: [1, dims], payload: this.code, condition };
      ask("redrawn", request, (answer) => sketch.pixels && sketch.showReconstruction(answer.array));
    });
  }

  #neighbours(x, y) {
    const { neighbours, codes } = this.places;
    const near = neighbours?.of(x, y, AROUND) ?? [];
    if (!near.length) return "";
    if (!codes.labels) return `Its nearest point on the map is ${figure(near[0].distance)} away.`;
    const label = labelOf(codes, near[0].index);
    if (label === null) return `Its nearest point on the map is ${figure(near[0].distance)} away, and has no class.`;
    const same = near.filter(({ index }) => codes.labels[index] === label).length;
    if (same * 2 <= near.length) return `Its ${near.length} nearest points disagree: the nearest is ${named(codes.classes, label)}, as ${same - 1} others are.`;
    return `It lies beside ${named(codes.classes, label)}, as ${same} of its ${near.length} nearest points are.`;
  }
}
