/**
 * Pins on the map: what is known of them, and where they lie on another map.
 * @module
 */

import { rowsAtOnce } from "../../shared/space/geometry.js";
import { linkTo } from "../../shared/keeping/links.js";
import { MOST_PINS } from "../address.js";
import { labelOf } from "../../shared/space/codes.js";
import { named } from "../../shared/words/names.js";
import { Pins } from "./pins.js";
import { bytesOf } from "../../shared/views/view.js";
import { formatCode } from "../../shared/keeping/links.js";

const HIT = 7; // pixels around a click within which a point or a pin is meant

export class Pinboard {
  /**
   * @param {object} options
   * @param {any} options.data
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {import("../places.js").Places} options.places
   * @param {import("../../shared/draw/chart.js").Chart} options.chart
   * @param {import("../view.js").Ask} options.ask
   * @param {() => void} options.onChange pins came or went
   * @param {() => void} options.onPlaced they lie elsewhere now
   */
  constructor({ data, view, places, chart, ask, onChange, onPlaced }) {
    const { base, model } = data;
    Object.assign(this, { view, places, chart, ask, onPlaced });
    this.pointed = null; // the pin whose picture in the tray is pointed at
    this.tray = new Pins({
      view,
      link: (z) => `${base}explore?model=${encodeURIComponent(model)}&z=${formatCode(z)}`,
      between: (pins) => linkTo(base, model, pins.map(({ point, z }) => ({ kind: point === null ? "code" : "point", number: point, z }))),
      onChange: () => {
        this.learn();
        chart.refresh("over");
        onChange();
      },
      onPoint: (pin) => {
        this.pointed = pin?.on === places.xy ? pin : null;
        chart.refresh("over");
      },
    });
  }

  get pins() {
    return this.tray.pins;
  }

  /** The pins that have a place among the points that are shown, or are carried along until they have. */
  get placed() {
    return this.pins.filter((pin) => pin.on === this.places.xy || pin.carried);
  }

  /** Those that are on their own, and no point's. */
  get loose() {
    return this.placed.filter((pin) => pin.point === null && pin.z);
  }

  /** The pins as an address has them: points on any map, places on the chosen one. */
  get forAddress() {
    const { places } = this;
    return this.pins.filter((pin) => pin.point !== null || (pin.on === places.xy && places.isReady()) || !pin.on);
  }

  /** Pin what is pointed at. While a map forms its places do not last: the nearest point is meant then. */
  add({ x, y, point, near }, clicked) {
    const { places } = this;
    const { camera } = this.chart;
    const away = (pin) => {
      const at = places.whereIs(pin);
      return Math.hypot(at.x - x, at.y - y) * camera.scale;
    };
    const hit = this.placed.find((pin) => away(pin) <= HIT);
    this.before = this.pins;
    if (hit && clicked) {
      this.tray.mark(hit);
      return;
    }
    const under = near && (!places.isStill() || (clicked && near.distance * camera.scale <= HIT)) ? near.index : null;
    const meant = point ?? under;
    this.tray.add({ x, y, on: places.xy, point: meant, ...(meant === null ? {} : places.placeOf(meant)) });
  }

  /** Take the last click back: it was the first of two, which zoom. */
  takeBack() {
    if (this.before) this.tray.set(this.before);
    this.before = null;
  }

  /** Find out the codes, then the pictures and names, of pins that have none yet. */
  learn() {
    const { places } = this;
    if (!places.codes || !places.isStill() || !places.neighbours) return; // they name the places
    for (const pin of this.pins.filter((each) => each.point !== null && !each.z)) {
      Object.assign(pin, { z: Array.from(places.codeOf(pin.point)), on: places.xy, ...places.placeOf(pin.point) });
    }
    const unknown = this.pins.filter((pin) => !pin.z);
    for (const pin of unknown) pin.on ??= places.xy; // those of the address, which lie on this map
    if (unknown.length) this.#learnCodes(unknown);
    else this.#learnPictures(this.pins.filter((pin) => !pin.images).slice(0, rowsAtOnce(bytesOf(this.view), MOST_PINS)));
  }

  /** Put the pins where they lie on a map that has come. */
  place() {
    const { places } = this;
    const { xy } = places;
    for (const pin of this.pins.filter((each) => each.point !== null)) Object.assign(pin, { on: xy, ...places.placeOf(pin.point) });
    const pins = this.pins.filter((pin) => pin.point === null && pin.z);
    if (!pins.length || !places.isReady()) return;
    const payload = Float32Array.from(pins.flatMap((pin) => pin.z));
    this.ask("place", { op: "place", mapped: true, shape: [pins.length, places.codes.dims], payload }, ({ array }) => {
      if (places.xy !== xy) return; // another map has come meanwhile
      pins.forEach((pin, i) => places.send(Object.assign(pin, { on: xy }), { x: array[2 * i], y: array[2 * i + 1] }));
      this.chart.refresh("over");
      this.onPlaced();
    });
  }

  #learnCodes(pins) {
    const { dims } = this.places.codes;
    const payload = Float32Array.from(pins.flatMap(({ x, y }) => [x, y]));
    this.ask("pins", { op: "code_at", mapped: true, shape: [pins.length, 2], payload }, ({ array }) => {
      pins.forEach((pin, i) => (pin.z = Array.from(array.subarray(i * dims, (i + 1) * dims))));
      this.learn();
    });
  }

  #learnPictures(pins) {
    if (!pins.length) return;
    const { size } = this.view;
    const payload = Float32Array.from(pins.flatMap((pin) => pin.z));
    const points = pins.map(({ point }) => point);
    const condition = points.includes(null) ? undefined : this.places.classesOf(points);
    this.ask("pins", { op: "decode", shape: [pins.length, this.places.codes.dims], payload, condition }, ({ array }) => {
      pins.forEach((pin, i) => this.tray.know(pin, { images: array.slice(i * size, (i + 1) * size), name: this.#nameOf(pin) }));
      this.learn(); // large pictures come a few at a time
    });
  }

  #nameOf({ x, y, point }) {
    const { codes, neighbours } = this.places;
    const near = point ?? neighbours?.nearest(x, y)?.index;
    if (point === null && this.places.isFar(x, y)) return "no data here";
    const label = near === undefined ? null : labelOf(codes, near);
    const kind = label === null ? "" : named(codes.classes, label);
    if (point === null) return kind && `near ${kind}`;
    return `${this.view.words.noun} ${point}${kind && `, ${kind}`}`;
  }
}
