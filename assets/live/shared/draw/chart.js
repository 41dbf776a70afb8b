/**
 * The map as one sees it: three canvases, one camera, one drawing a frame.
 *
 * Under the points lie pictures and densities, over them all that is written and pointed at. What a movement of the
 * hand changes is drawn on the upper canvas alone: ten thousand points are not drawn again for it.
 * @module
 */

import { between, fit, limits, pan, resize, toMap, zoomAt } from "./camera.js";
import { h } from "../page/dom.js";
import { prepared } from "./layers.js";
import { createPoints } from "./points.js";

const FLIGHT = 320; // ms
const MORPH = 240; // ms: about as long as the next frame of a forming map takes to come
const MOST_MOVING = 40_000; // numbers of places that are moved one by one
const still = () => globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;

/** @typedef {import("./camera.js").Camera} Camera */

export class Chart {
  /**
   * @param {object} options
   * @param {(context: CanvasRenderingContext2D, camera: Camera) => void} options.drawUnder
   * @param {(context: CanvasRenderingContext2D, camera: Camera) => void} options.drawOver
   * @param {() => void} options.onView after the camera has moved
   * @param {(kind: "webgl" | "canvas") => void} options.onKind after the way of drawing had to change
   */
  constructor({ drawUnder, drawOver, onView, onKind }) {
    Object.assign(this, { drawUnder, drawOver, onView });
    this.look = { size: 5, opacity: 0.8 };
    this.points = createPoints({ onChange: onKind });
    this.under = h("canvas", { "data-role": "under", "aria-hidden": "true" });
    this.over = h("canvas", { "data-role": "over", "aria-hidden": "true" });
    this.element = h("div", { class: "chart" }, this.under, this.points.element, this.over);
    this.xy = new Float32Array(0);
    this.camera = null;
    this.stale = new Set();
    this.watcher = new ResizeObserver(() => this.#resized());
    this.watcher.observe(this.element);
  }

  /** Show other places. The camera stays where it is, unless there was none. */
  setPlaces(xy) {
    this.xy = xy;
    this.points.setPlaces(xy);
    if (!this.camera && this.element.clientWidth) this.camera = this.whole();
    this.refresh("under", "points", "over");
  }

  /** Go over to other places of the same points, all of which are in view before and after. */
  morph(xy) {
    cancelAnimationFrame(this.flight);
    const [from, to] = [this.camera, fit(xy, this.element.clientWidth, this.element.clientHeight)];
    if (!from || still() || xy.length > MOST_MOVING || xy.length !== this.xy.length) {
      this.setPlaces(xy);
      this.jump(this.whole());
      return;
    }
    // Where the points lie on the screen now, in the units of the camera to come.
    const shown = this.xy.map((value, i) => (i % 2 ? to.y : to.x) + ((value - (i % 2 ? from.y : from.x)) * from.scale) / to.scale);
    this.camera = to;
    const began = performance.now();
    const step = (now) => {
      const t = Math.min(1, Math.max(0, (now - began) / MORPH));
      this.xy = t === 1 ? xy : shown.map((value, i) => value + t * (xy[i] - value));
      this.points.setPlaces(this.xy);
      this.refresh("points", "over");
      if (t < 1) this.flight = requestAnimationFrame(step);
    };
    step(began);
  }

  /** The camera that shows all points. @returns {Camera} */
  whole() {
    return fit(this.xy, this.element.clientWidth, this.element.clientHeight);
  }

  /** Go to a camera at once. */
  jump(camera) {
    cancelAnimationFrame(this.flight);
    this.camera = camera;
    this.refresh("under", "points", "over");
    this.onView();
  }

  /** Go to a camera in a smooth flight. */
  fly(camera) {
    cancelAnimationFrame(this.flight);
    const from = this.camera;
    if (!from || still()) {
      this.jump(camera);
      return;
    }
    const began = performance.now();
    const step = (now) => {
      const t = Math.min(1, Math.max(0, (now - began) / FLIGHT));
      this.camera = t === 1 ? camera : between(from, camera, t * t * (3 - 2 * t));
      this.refresh("under", "points", "over");
      if (t < 1) this.flight = requestAnimationFrame(step);
      else this.onView();
    };
    this.flight = requestAnimationFrame(step);
  }

  pan(dx, dy) {
    if (this.camera) this.jump(pan(this.camera, dx, dy));
  }

  zoom(factor, x, y) {
    if (this.camera) this.jump(zoomAt(this.camera, factor, x, y, limits(this.whole())));
  }

  /** Where a place on the screen is on the map. @returns {[number, number]} */
  toMap(x, y) {
    return this.camera ? toMap(this.camera, x, y) : [0, 0];
  }

  /** Draw these again in the next frame: "under", "points", "over". */
  refresh(...layers) {
    for (const layer of layers) this.stale.add(layer);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.flight);
    this.watcher.disconnect();
    this.points.destroy();
  }

  #draw() {
    if (!this.camera) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const { stale, camera } = this;
    this.stale = new Set();
    if (stale.has("under")) this.drawUnder(prepared(this.under, camera, ratio), camera);
    if (stale.has("points")) this.points.draw(camera, { ...this.look, ratio });
    if (stale.has("over")) this.drawOver(prepared(this.over, camera, ratio), camera);
    if (stale.has("points") && this.xy.length) this.element.dataset.drawn = "true";
  }

  #resized() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    if (this.camera) this.camera = resize(this.camera, width, height);
    else if (this.xy.length) this.camera = this.whole();
    this.onView();
    this.refresh("under", "points", "over");
  }
}
