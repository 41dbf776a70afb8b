/**
 * Pins on the map: what is known of them, and where they lie on another map.
 * @module
 */

import { named } from "./mapwords.js";
import { Pins } from "./pins.js";
import { formatCode } from "./url.js";

export class Pinboard {
  /** @param {import("./mapview.js").MapView} view @param {() => void} onChange */
  constructor(view, onChange) {
    const { base, model } = view.data;
    this.view = view;
    this.pointed = null; // the pin whose picture in the tray is pointed at
    this.tray = new Pins({
      shape: view.shape,
      link: (z) => `${base}explore?model=${encodeURIComponent(model)}&z=${formatCode(z)}`,
      onChange: () => {
        this.learn();
        view.chart.refresh("over");
        onChange();
      },
      onPoint: (pin) => {
        this.pointed = pin && Number.isFinite(pin.x) ? pin : null;
        view.chart.refresh("over");
      },
    });
  }

  get pins() {
    return this.tray.pins;
  }

  /** The pins that have a place on this map. */
  get placed() {
    return this.pins.filter((pin) => Number.isFinite(pin.x));
  }

  /** Find out the codes, then the pictures and names, of pins that have none yet. */
  learn() {
    const { view } = this;
    if (!view.codes || !view.isReady()) return;
    for (const pin of this.pins.filter((each) => each.point !== null && !each.z)) {
      Object.assign(pin, { z: Array.from(view.codeOf(pin.point)), ...view.placeOf(pin.point) });
    }
    const places = this.pins.filter((pin) => !pin.z);
    if (places.length) this.#learnCodes(places);
    else this.#learnPictures(this.pins.filter((pin) => !pin.images));
  }

  /** Put the pins where they lie on a map that has come. */
  place() {
    const { view } = this;
    const { dims } = view.codes;
    for (const pin of this.pins.filter((each) => each.point !== null)) Object.assign(pin, view.placeOf(pin.point));
    const places = this.pins.filter((pin) => pin.point === null && pin.z);
    if (!places.length || !view.isReady()) return;
    view.ask("place", { op: "place", mapped: true, shape: [places.length, dims], payload: Float32Array.from(places.flatMap((pin) => pin.z)) }, ({ array }) => {
      places.forEach((pin, i) => Object.assign(pin, { x: array[2 * i], y: array[2 * i + 1] }));
      view.chart.refresh("over");
      view.later();
    });
  }

  #learnCodes(places) {
    const { view } = this;
    const { dims } = view.codes;
    view.ask("pins", { op: "code_at", mapped: true, shape: [places.length, 2], payload: Float32Array.from(places.flatMap(({ x, y }) => [x, y])) }, ({ array }) => {
      places.forEach((pin, i) => (pin.z = Array.from(array.subarray(i * dims, (i + 1) * dims))));
      this.learn();
    });
  }

  #learnPictures(pins) {
    const { view } = this;
    if (!pins.length) return;
    const size = view.shape[0] * view.shape[1] * view.shape[2];
    view.ask("pins", { op: "decode", shape: [pins.length, view.codes.dims], payload: Float32Array.from(pins.flatMap((pin) => pin.z)) }, ({ array }) => {
      pins.forEach((pin, i) => this.tray.know(pin, { images: array.slice(i * size, (i + 1) * size), name: this.#nameOf(pin) }));
    });
  }

  #nameOf({ x, y, point }) {
    const { codes, neighbours } = this.view;
    const near = point ?? neighbours?.nearest(x, y)?.index;
    const kind = codes.labels && near !== undefined ? named(codes.classes, codes.labels[near]) : "";
    if (point === null) return kind && `near ${kind}`;
    return `image ${point}${kind && `, ${kind}`}`;
  }
}
