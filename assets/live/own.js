/**
 * A picture of one's own on the map: drawn or uploaded, encoded while it is drawn, with its way over the map.
 * @module
 */

import { h } from "./dom.js";
import { figure, named } from "./mapwords.js";
import { Sketch } from "./sketch.js";

const TRAIL = 120; // places that its way is remembered for
const AROUND = 10; // neighbours whose classes are told

export class Own {
  /** @param {import("./mapview.js").MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {[number, number][]} places on the map, the newest last */
    this.trail = [];
    /** @type {Float32Array | null} */
    this.code = null;
    this.words = h("p", { class: "fine", "data-role": "drawing-place" });
  }

  /** Make the pad. @returns {HTMLElement[]} */
  begin(say) {
    const { shape, data } = this.view;
    this.sketch = new Sketch({ shape, ground: data.ground, base: data.base, model: data.model, onPicture: (pixels) => this.#drawn(pixels), onSay: say });
    return [this.sketch.element, this.words];
  }

  destroy() {
    this.sketch?.destroy();
  }

  /** Put it where it lies on the map that is shown now. */
  place() {
    const { view } = this;
    const { map } = view.state;
    if (!this.code || !view.isReady()) return;
    view.ask("place-own", { op: "place", mapped: true, shape: [1, view.codes.dims], payload: this.code }, ({ array }) => {
      if (!this.code || view.state.map !== map) return;
      this.trail = [...(this.trailMap === map ? this.trail : []), /** @type {[number, number]} */ ([array[0], array[1]])].slice(-TRAIL);
      this.trailMap = map;
      view.chart.element.dataset.drawing = `${array[0].toFixed(3)},${array[1].toFixed(3)}`;
      this.words.textContent = this.#neighbours(array[0], array[1]);
      view.chart.refresh("over");
    });
  }

  #drawn(pixels) {
    const { view, sketch } = this;
    const { dims } = view.codes;
    if (!pixels) {
      this.trail = [];
      this.code = null;
      this.words.textContent = "";
      delete view.chart.element.dataset.drawing;
      sketch.showReconstruction(null);
      view.chart.refresh("over");
      return;
    }
    view.ask("encode", { op: "encode", shape: [1, ...view.shape], payload: pixels }, ({ array }) => {
      if (!sketch.pixels) return; // cleared meanwhile
      this.code = array.slice(0, dims);
      this.place();
      view.ask("redrawn", { op: "decode", shape: [1, dims], payload: this.code }, (answer) => sketch.pixels && sketch.showReconstruction(answer.array));
    });
  }

  #neighbours(x, y) {
    const { neighbours, codes } = this.view;
    const near = neighbours?.of(x, y, AROUND) ?? [];
    if (!near.length) return "";
    if (!codes.labels) return `Its nearest point on the map is ${figure(near[0].distance)} away.`;
    const label = codes.labels[near[0].index];
    const same = near.filter(({ index }) => codes.labels[index] === label).length;
    return `It lies beside ${named(codes.classes, label)}, as ${same} of its ${near.length} nearest points are.`;
  }
}
