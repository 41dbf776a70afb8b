/**
 * The map as one sees it: three canvases, one camera, one drawing a frame.
 *
 * Under the points lie pictures and densities, over them all that is written and pointed at. What a movement of the
 * hand changes is drawn on the upper canvas alone: ten thousand points are not drawn again for it. And what stands beside
 * the hand, elements of their own, follows it without any canvas.
 * @module
 */

import { between, carrier, extent, fitExtent, limits, pan, resize, toMap, zoomAt } from "./camera.js";
import { Glide } from "./glide.js";
import { h } from "../page/dom.js";
import { growthOf } from "../page/theme.js";
import { prepared } from "./layers.js";
import { createPoints } from "./points.js";

const FLIGHT = 320; // ms
const MOST_MOVING = 400_000; // numbers of places that are moved one by one
const still = () => globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;

/** @typedef {import("./camera.js").Camera} Camera */

/** The same view on a chart that is so many times smaller. @param {Camera} camera @param {number} times */
const shrunk = (camera, times) => ({ ...camera, scale: camera.scale / times, width: camera.width / times, height: camera.height / times });

export class Chart {
  /**
   * @param {object} options
   * @param {(context: CanvasRenderingContext2D, camera: Camera) => void} options.drawUnder
   * @param {(context: CanvasRenderingContext2D, camera: Camera) => void} options.drawOver
   * @param {(camera: Camera) => boolean} [options.follow] places what stands beside the hand, and says whether what is drawn over changes
   * @param {() => void} options.onView after the camera has moved
   * @param {(kind: "webgl" | "canvas") => void} options.onKind after the way of drawing had to change
   */
  constructor({ drawUnder, drawOver, follow = () => false, onView, onKind }) {
    Object.assign(this, { drawUnder, drawOver, follow, onView });
    this.look = { size: 5, opacity: 0.8 };
    this.points = createPoints({ onChange: onKind });
    this.under = h("canvas", { "data-role": "under", "aria-hidden": "true" });
    this.over = h("canvas", { "data-role": "over", "aria-hidden": "true" });
    this.element = h("div", { class: "chart" }, this.under, this.points.element, this.over);
    /** Where the points are on the map now; while they glide, on their way. */
    this.xy = new Float32Array(0);
    /** @type {Glide | null} under way */
    this.gliding = null;
    this.camera = null;
    this.stale = new Set();
    this.size = { width: 0, height: 0 };
    this.grow = 1; // how much larger than on a desk what is drawn is: with the letters around it
    this.watcher = new ResizeObserver(([{ contentRect }]) => this.#resized(contentRect));
    this.watcher.observe(this.element);
  }

  /** Show other places. The camera stays where it is, unless there was none. */
  setPlaces(xy) {
    this.gliding = null;
    this.#place(xy);
    this.extent = extent(xy);
    if (!this.camera && this.#measured()) this.camera = this.whole();
    this.refresh("under", "points", "over");
  }

  /**
   * Move the points over to other places: each goes from where it is now, also in the middle of another way, and all are in
   * view at the end. With reduced motion, or very many points, they are there at once.
   * @param {Float32Array} xy [2N]
   * @param {{milliseconds: number, ease?: (t: number) => number, onEnd?: () => void}} how `onEnd`: all have come by their way
   * @returns {Glide | null} the way, or null where there is none
   */
  glide(xy, { milliseconds, ease, onEnd = () => {} }) {
    cancelAnimationFrame(this.flight);
    this.#measured();
    const from = this.camera;
    const moves = from && !still() && xy.length <= MOST_MOVING && xy.length === this.xy.length;
    this.extent = extent(xy);
    const to = this.whole();
    if (!moves) {
      this.setPlaces(xy);
      this.jump(to);
      return null;
    }
    const glide = new Glide({ from: this.xy, to: xy, carry: carrier(from, to), milliseconds, ease });
    this.gliding = glide;
    this.camera = to;
    const step = (now) => {
      if (this.gliding !== glide) return; // another way began, or the map is gone
      const there = glide.at(now);
      if (there) this.gliding = null;
      this.#place(there ? xy : glide.xy);
      this.element.dataset.moving = there ? "" : glide.share.toFixed(4);
      if (there) {
        this.onView();
        onEnd();
      } else requestAnimationFrame(step);
      this.refresh("points", "over", ...(there ? ["under"] : []));
      this.#drawNow();
    };
    this.refresh("under");
    glide.at(performance.now());
    this.#place(glide.xy);
    requestAnimationFrame(step);
    return glide;
  }

  /** Where a mark is now that goes along with the points: on its way where it has one. @param {{x: number, y: number, way?: any}} mark */
  whereIs(mark) {
    return mark.way && mark.way.glide === this.gliding ? this.gliding.between(mark.way.from, mark) : mark;
  }

  /** The camera that shows all points. @returns {Camera} */
  whole() {
    this.#measured();
    return fitExtent(this.extent ?? extent(this.xy), this.size.width, this.size.height);
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

  /** Draw these again in the next frame: "under", "points", "over", and "beside", what follows the hand. */
  refresh(...layers) {
    for (const layer of layers) this.stale.add(layer);
    this.frame ??= requestAnimationFrame(() => this.#drawNow());
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.flight);
    this.gliding = null;
    this.watcher.disconnect();
    this.points.destroy();
  }

  #place(xy) {
    this.xy = xy;
    this.points.setPlaces(xy);
  }

  /** Whether the size is known: it is asked for until the watcher has told it. */
  #measured() {
    if (!this.size.width) this.size = { width: this.element.clientWidth, height: this.element.clientHeight };
    return this.size.width > 0;
  }

  #drawNow() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.#draw();
  }

  #draw() {
    if (!this.camera) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const { stale, camera } = this;
    this.stale = new Set();
    const { grow } = this;
    // Letters, lines and marks grow together: they are drawn as on a smaller chart, which is then shown larger.
    const seen = grow === 1 ? camera : shrunk(camera, grow);
    if (stale.has("under")) this.drawUnder(prepared(this.under, seen, ratio * grow), seen);
    if (stale.has("points")) this.points.draw(camera, { ...this.look, size: this.look.size * grow, ratio });
    if (stale.has("beside") && this.follow(seen)) stale.add("over");
    if (stale.has("over")) this.drawOver(prepared(this.over, seen, ratio * grow), seen);
    if (stale.has("points") && this.xy.length && !this.element.dataset.drawn) this.element.dataset.drawn = "true";
  }

  #resized({ width, height }) {
    if (!width || !height) return;
    this.size = { width, height };
    this.grow = growthOf(this.element);
    if (this.camera) this.camera = resize(this.camera, width, height);
    else if (this.xy.length) this.camera = this.whole();
    this.onView();
    this.refresh("under", "points", "over");
  }
}
