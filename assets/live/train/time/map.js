/**
 * The map of one moment: points in their classes' colours, the prior, the place that is decoded, and its picture.
 * @module
 */
import { growthOf } from "../../shared/page/theme.js";
import { Box } from "../../shared/page/box.js";
import { h } from "../../shared/page/dom.js";
import { apart, membersOf, middles } from "../../shared/draw/classnames.js";
import { tickTexts, ticks } from "../../shared/draw/axes.js";
import { RINGS, drawAxes, drawCursor, drawRings, prepared } from "../../shared/draw/layers.js";
import { bounds, toMap, toScreen } from "../../shared/draw/camera.js";

/** @typedef {import("../../shared/draw/camera.js").Camera} Camera */

/** @typedef {import("./moments.js").Box} Box */

/**
 * @typedef {object} Scene what is drawn
 * @property {Float32Array} points [2P]
 * @property {Box} box in view
 * @property {[number, number]} origin where the code 0 lies, the prior's mean
 * @property {boolean} prior whether there is one; without it values along the edges are the measure
 * @property {string[]} axes their names
 * @property {boolean} line whether the latent space is a line, and only the first coordinate counts
 * @property {{x: number, y: number}} place that is decoded
 * @property {{x: number, y: number} | null} kept where the cursor was put
 * @property {HTMLCanvasElement | null} picture of the place that is decoded @property {boolean} pixels whether its pixels are seen
 * @property {((context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number) => void) | null} [tile]
 *   draws it at any size, where it has no pixels of its own
 */

const STEP = 12; // pixels that an arrow key moves the cursor, and with Shift a quarter of it
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const GRIP = 36; // pixels around the cursor in which a finger takes hold of it; elsewhere it scrolls the page
const OPACITY = 0.8;
const FAINT = 0.1;
const NAME = 15; // pixels, of a class's name
const HALO = 5; // pixels around it
const TILE = { least: 48, most: 96, share: 0.13, away: 16 }; // pixels of the picture at the cursor

/**
 * The camera that shows a box as large as it gets.
 * @param {Box} box
 * @returns {Camera}
 */
export function cameraFor({ left, right, bottom, top }, width, height) {
  const scale = Math.min(width / (right - left), height / (top - bottom));
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: scale > 0 && Number.isFinite(scale) ? scale : 1, width, height };
}

/**
 * Where the picture of a place goes: below the place and to the right, or on the other side where there is no room.
 * @returns {[number, number]} its upper left corner, in pixels
 */
export function besideCursor(x, y, width, height, { width: w, height: h }) {
  const beside = (at, size, whole) => Math.max(4, at + TILE.away + size + 4 <= whole ? at + TILE.away : Math.min(at, whole) - TILE.away - size);
  return [beside(x, width, w), beside(y, height, h)];
}

export class MomentMap {
  /** @type {Camera | null} */
  camera = null;
  grow = 1; // what is drawn is so much larger than on a desk, with the letters around it
  /** @type {Scene | null} */
  #scene = null;
  #members = new Map();
  near = false; // whether somebody points at it: elsewhere the picture at the cursor would only lie in the way

  /**
   * @param {object} options
   * @param {(place: {x: number, y: number}) => void} options.onPut the cursor was put somewhere
   * @param {(place: {x: number, y: number} | null) => void} options.onHover the pointer hovers somewhere, or has left
   * @param {() => void} options.onResize it is to be drawn again
   */
  constructor({ onPut, onHover, onResize }) {
    Object.assign(this, { onPut, onHover, onResize });
    this.size = [0, 0]; // pixels, as soon as they are known
    /** @type {Set<number>} classes that are hidden */
    this.off = new Set();
    /** @type {number | null} the one that stands out */
    this.lit = null;
    this.ringed = 0; // of the points, the first so many are held out and marked as such; 0 where all are
    this.names = new Map();
    this.colours = new Map();
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.element = h("div", { class: "moment-map", tabindex: "0", role: "application", "aria-roledescription": "map", "data-role": "moment-map" }, this.canvas);
    this.box = new Box(this.element);
    this.#listen();
  }

  /**
   * Take which point is of which class.
   * @param {ArrayLike<number> | null} labels
   * @param {number} count points
   * @param {(label: number) => string} nameOf empty where a class has none
   * @param {(label: number) => string} colourOf as CSS
   */
  setClasses(labels, count, nameOf, colourOf) {
    this.#members = membersOf(labels, count);
    const labelled = [...this.#members.keys()];
    this.names = new Map(labelled.map((label) => [label, nameOf(label)]));
    this.colours = new Map(labelled.map((label) => [label, colourOf(label)]));
  }

  /** @param {Scene} scene @param {ReturnType<typeof import("../../shared/page/theme.js").themeOf>} theme */
  draw(scene, theme) {
    this.#scene = scene;
    const [width, height] = this.size;
    if (!width || !height) return;
    this.camera = cameraFor(scene.box, width, height);
    const context = prepared(this.canvas, this.camera, (globalThis.devicePixelRatio || 1) * this.grow);
    this.#drawPoints(context, scene.points, theme);
    if (scene.line) drawLines(context, this.camera, scene.prior ? sigmasFrom(scene.origin[0]) : valuesOf(this.camera), theme);
    else if (scene.prior) drawRings(context, this.camera, scene.origin, theme);
    else drawAxes(context, this.camera, scene.axes, theme);
    if (scene.kept && scene.kept !== scene.place) drawKept(context, this.camera, scene.kept, theme);
    drawCursor(context, this.camera, scene.place, theme);
    this.#drawNames(context, scene.points, theme);
    if (this.near) this.#drawPicture(context, scene, theme);
    this.element.dataset.drawn = "true";
  }

  destroy() {
    this.box.close();
    this.watcher.disconnect();
  }

  /** Class by class, each in one stroke of the brush. */
  #drawPoints(context, points, theme) {
    const { camera } = this;
    const radius = Math.min(4.5, Math.max(2.2, Math.min(camera.width, camera.height) / 170));
    for (const [label, list] of this.#members) {
      if (this.off.has(label)) continue;
      context.globalAlpha = this.lit === null || this.lit === label ? OPACITY : FAINT;
      context.fillStyle = this.colours.get(label);
      context.beginPath();
      traceCircles(context, camera, points, list, radius);
      context.fill();
    }
    context.globalAlpha = 1;
    if (this.ringed) this.#drawRinged(context, points, theme, radius + 2.5);
  }

  /** Ring the points that are held out, above all others. */
  #drawRinged(context, points, theme, radius) {
    Object.assign(context, { strokeStyle: theme.ink, lineWidth: 1.5 });
    for (const [label, list] of this.#members) {
      if (this.off.has(label) || (this.lit !== null && this.lit !== label)) continue;
      context.beginPath();
      traceCircles(context, this.camera, points, list.filter((i) => i < this.ringed), radius);
      context.stroke();
    }
  }

  #drawNames(context, points, theme) {
    const shown = [...this.#members.keys()].filter((label) => label >= 0 && !this.off.has(label) && (this.lit === null || this.lit === label));
    context.save();
    Object.assign(context, {
      font: `700 ${NAME}px ${theme.font}`,
      textAlign: "center",
      textBaseline: "middle",
      lineWidth: HALO,
      lineJoin: "round",
      strokeStyle: theme.paper,
      fillStyle: theme.ink,
    });
    const at = middles(
      points,
      shown.map((label) => this.#members.get(label)),
    );
    const names = shown.flatMap((label, i) => {
      if (!at[i]) return [];
      const [x, y] = toScreen(this.camera, at[i].x, at[i].y);
      const words = this.names.get(label);
      return [{ words, x, y, width: context.measureText(words).width + 8, height: NAME + 8 }];
    });
    apart(names).forEach((opacity, i) => {
      const { words, x, y } = names[i];
      context.globalAlpha = opacity;
      context.strokeText(words, x, y);
      context.fillText(words, x, y);
    });
    context.restore();
  }

  #drawPicture(context, { place, picture, pixels, tile }, theme) {
    const { camera } = this;
    if (!picture) return;
    const longest = Math.min(TILE.most, Math.max(TILE.least, TILE.share * Math.min(camera.width, camera.height)));
    const scale = longest / Math.max(picture.width, picture.height);
    const [w, h] = [picture.width * scale, picture.height * scale].map(Math.round);
    const [x, y] = besideCursor(...toScreen(camera, place.x, place.y), w, h, camera).map(Math.round);
    context.save();
    Object.assign(context, { shadowColor: "rgb(0 0 0 / 0.35)", shadowBlur: 12, shadowOffsetY: 3, fillStyle: theme.paper });
    context.fillRect(x - 3, y - 3, w + 6, h + 6);
    context.restore();
    context.imageSmoothingEnabled = !pixels;
    if (tile) tile(context, x, y, w, h);
    else context.drawImage(picture, x, y, w, h);
    Object.assign(context, { strokeStyle: theme.accent, lineWidth: 1.5 });
    context.strokeRect(x - 2.25, y - 2.25, w + 4.5, h + 4.5);
  }

  #at(event) {
    const { left, top } = this.box.now;
    const [x, y] = toMap(this.camera, (event.clientX - left) / this.grow, (event.clientY - top) / this.grow);
    return { x, y };
  }

  #listen() {
    const { element } = this;
    element.addEventListener("pointermove", (event) => {
      if (!this.camera) return;
      if (event.pointerType !== "touch") this.near = true;
      if (event.pointerType === "touch" ? this.gripped : event.buttons & 1) this.onPut(this.#at(event));
      else if (event.pointerType !== "touch") this.onHover(this.#at(event));
    });
    element.addEventListener("pointerdown", (event) => {
      if (!this.camera || event.button) return;
      this.gripped = event.pointerType !== "touch" || this.#isGrip(event);
      if (!this.gripped) return; // a tap puts it when the finger is lifted, unless the page was scrolled
      element.setPointerCapture(event.pointerId);
      this.near = true;
      this.onPut(this.#at(event));
    });
    element.addEventListener("click", (event) => {
      if (!this.camera || !event.detail || this.gripped) return;
      this.near = true;
      this.onPut(this.#at(event));
    });
    // A finger is nowhere once it is lifted; the picture stays at the place that it has put.
    element.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") this.near = false;
      this.onHover(null);
    });
    element.addEventListener("blur", () => {
      if (!this.keyed) return;
      this.near = this.keyed = false;
      this.onResize();
    });
    // The page scrolls under a finger everywhere but on the cursor, which it drags.
    element.addEventListener("touchstart", (event) => this.#isGrip(event.touches[0]) && event.preventDefault(), { passive: false });
    element.addEventListener("keydown", (event) => this.#key(event));
    this.watcher = new ResizeObserver(([{ contentRect }]) => {
      this.grow = growthOf(element);
      this.size = [contentRect.width / this.grow, contentRect.height / this.grow];
      this.onResize();
    });
    this.watcher.observe(element);
  }

  #isGrip({ clientX, clientY }) {
    if (!this.camera || !this.#scene) return false;
    const { left, top } = this.box.now;
    const [x, y] = toScreen(this.camera, this.#scene.place.x, this.#scene.place.y);
    return Math.hypot(clientX - left - this.grow * x, clientY - top - this.grow * y) < GRIP;
  }

  #key(event) {
    const direction = KEYS[event.key];
    if (!direction || !this.camera || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { place } = this.#scene;
    const { scale, width, height } = this.camera;
    const pixels = (event.shiftKey ? STEP / 4 : STEP) / scale;
    const [left, top] = toMap(this.camera, 0, 0);
    const [right, bottom] = toMap(this.camera, width, height);
    const within = (value, low, high) => Math.min(high, Math.max(low, value));
    const put = { x: within(place.x + direction[0] * pixels, left, right), y: within(place.y + direction[1] * pixels, bottom, top) };
    this.near = this.keyed = true;
    this.#scene = { ...this.#scene, place: put }; // the next key may come before the next frame
    this.onPut(put);
  }
}

/** Trace a circle around each of some points that is in view. */
function traceCircles(context, camera, points, list, radius) {
  for (const i of list) {
    const [x, y] = toScreen(camera, points[2 * i], points[2 * i + 1]);
    if (!(x > -radius && y > -radius && x < camera.width + radius && y < camera.height + radius)) continue; // also where it is no number
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

/** Draw where the cursor was put, while the pointer is elsewhere. */
function drawKept(context, camera, { x, y }, theme) {
  const [px, py] = toScreen(camera, x, y);
  context.save();
  for (const [width, colour] of [[4.5, theme.paper], [2, theme.accent]]) {
    Object.assign(context, { lineWidth: width, strokeStyle: colour });
    context.beginPath();
    context.arc(px, py, 6, 0, 2 * Math.PI);
    context.stroke();
  }
  context.restore();
}

const VALUES = 7; // along a line, about so many

/** Where the prior's mean and standard deviations lie on a line. @returns {{at: number, text: string}[]} */
const sigmasFrom = (origin) => {
  const all = [0, ...RINGS.flatMap((ring) => [-ring, ring])];
  return all.map((sigmas) => ({ at: origin + sigmas, text: `${sigmas}σ`.replace("-", "−") }));
};

/** Round values on the part of a line that is in view. @returns {{at: number, text: string}[]} */
function valuesOf(camera) {
  const { left, right } = bounds(camera);
  const values = ticks(left, right, VALUES);
  return tickTexts(values).map((text, i) => ({ at: values[i], text }));
}

/** Draw marks across where the latent space is a line. @param {{at: number, text: string}[]} marks */
function drawLines(context, camera, marks, theme) {
  context.save();
  Object.assign(context, {
    strokeStyle: theme.accent,
    fillStyle: theme.accent,
    lineWidth: 1.25,
    font: `600 11px ${theme.font}`,
    textAlign: "center",
    textBaseline: "top",
  });
  context.setLineDash([5, 4]);
  for (const { at, text } of marks) {
    const [x] = toScreen(camera, at, 0);
    context.beginPath();
    context.moveTo(x, 22);
    context.lineTo(x, camera.height);
    context.stroke();
    context.fillText(text, x, 7);
  }
  context.restore();
}
