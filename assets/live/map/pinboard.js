/**
 * Pins on the map: what is known of them, and where they lie on another map.
 * @module
 */

import { rowsAtOnce } from "../shared/space/geometry.js";
import { linkTo } from "../shared/page/links.js";
import { MOST_PINS } from "./address.js";
import { labelOf } from "../shared/space/codes.js";
import { named } from "../shared/words/names.js";
import { Pins } from "./pins.js";
import { formatCode } from "../shared/page/links.js";

const HIT = 7; // pixels around a click within which a point or a pin is meant

/** How many bytes a picture has. */
const size = ([height, width, channels]) => height * width * channels;

export class Pinboard {
  /** @param {import("./view.js").MapView} view @param {() => void} onChange */
  constructor(view, onChange) {
    const { base, model } = view.data;
    this.view = view;
    this.pointed = null; // the pin whose picture in the tray is pointed at
    this.tray = new Pins({
      shape: view.shape,
      link: (z) => `${base}explore?model=${encodeURIComponent(model)}&z=${formatCode(z)}`,
      between: (pins) => linkTo(base, model, pins.map(({ point, z }) => ({ kind: point === null ? "code" : "point", number: point, z }))),
      onChange: () => {
        this.learn();
        view.chart.refresh("over");
        onChange();
      },
      onPoint: (pin) => {
        this.pointed = pin?.on === view.xy ? pin : null;
        view.chart.refresh("over");
      },
    });
  }

  get pins() {
    return this.tray.pins;
  }

  /** The pins that have a place among the points that are shown. */
  get placed() {
    return this.pins.filter((pin) => pin.on === this.view.xy);
  }

  /** The pins as an address has them: points on any map, places on the chosen one. */
  get forAddress() {
    const { view } = this;
    return this.pins.filter((pin) => pin.point !== null || (pin.on === view.xy && view.isReady()) || !pin.on);
  }

  /** Pin what is pointed at. While a map forms its places do not last: the nearest point is meant then. */
  add({ x, y, point, near }, clicked) {
    const { camera } = this.view.chart;
    const hit = this.placed.find((pin) => Math.hypot(pin.x - x, pin.y - y) * camera.scale <= HIT);
    if (hit && clicked) {
      this.tray.mark(hit);
      return;
    }
    const under = near && (!this.view.isReady() || (clicked && near.distance * camera.scale <= HIT)) ? near.index : null;
    const meant = point ?? under;
    this.tray.add({ x, y, on: this.view.xy, point: meant, ...(meant === null ? {} : this.view.placeOf(meant)) });
  }

  /** Find out the codes, then the pictures and names, of pins that have none yet. */
  learn() {
    const { view } = this;
    if (!view.codes || !view.isReady() || !view.neighbours) return; // they name the places
    for (const pin of this.pins.filter((each) => each.point !== null && !each.z)) {
      Object.assign(pin, { z: Array.from(view.codeOf(pin.point)), on: view.xy, ...view.placeOf(pin.point) });
    }
    const places = this.pins.filter((pin) => !pin.z);
    for (const pin of places) pin.on ??= view.xy; // those of the address, which lie on this map
    if (places.length) this.#learnCodes(places);
    else this.#learnPictures(this.pins.filter((pin) => !pin.images).slice(0, rowsAtOnce(size(view.shape), MOST_PINS)));
  }

  /** Put the pins where they lie on a map that has come. */
  place() {
    const { view } = this;
    const { dims } = view.codes;
    for (const pin of this.pins.filter((each) => each.point !== null)) Object.assign(pin, { on: view.xy, ...view.placeOf(pin.point) });
    const places = this.pins.filter((pin) => pin.point === null && pin.z);
    if (!places.length || !view.isReady()) return;
    const { xy } = view;
    view.ask("place", { op: "place", mapped: true, shape: [places.length, dims], payload: Float32Array.from(places.flatMap((pin) => pin.z)) }, ({ array }) => {
      places.forEach((pin, i) => Object.assign(pin, { on: xy, x: array[2 * i], y: array[2 * i + 1] }));
      view.chart.refresh("over");
      view.later();
    });
  }

  #learnCodes(places) {
    const { view } = this;
    const { dims } = view.codes;
    view.ask(
      "pins",
      { op: "code_at", mapped: true, shape: [places.length, 2], payload: Float32Array.from(places.flatMap(({ x, y }) => [x, y])) },
      ({ array }) => {
        places.forEach((pin, i) => (pin.z = Array.from(array.subarray(i * dims, (i + 1) * dims))));
        this.learn();
      },
    );
  }

  #learnPictures(pins) {
    const { view } = this;
    if (!pins.length) return;
    const bytes = size(view.shape);
    view.ask("pins", { op: "decode", shape: [pins.length, view.codes.dims], payload: Float32Array.from(pins.flatMap((pin) => pin.z)) }, ({ array }) => {
      pins.forEach((pin, i) => this.tray.know(pin, { images: array.slice(i * bytes, (i + 1) * bytes), name: this.#nameOf(pin) }));
      this.learn(); // large pictures come a few at a time
    });
  }

  #nameOf({ x, y, point }) {
    const { codes, neighbours } = this.view;
    const near = point ?? neighbours?.nearest(x, y)?.index;
    if (point === null && this.view.aim.isFar(x, y)) return "no data here";
    const label = near === undefined ? null : labelOf(codes, near);
    const kind = label === null ? "" : named(codes.classes, label);
    if (point === null) return kind && `near ${kind}`;
    return `image ${point}${kind && `, ${kind}`}`;
  }
}
