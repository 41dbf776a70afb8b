/**
 * The test codes on a small map, with the paths between the anchors drawn on it. A click adds an anchor, an anchor can be
 * dragged, and the arrow keys and Enter do what a click does.
 * @module
 */

import { toScreen } from "../../shared/draw/camera.js";
import { Chart } from "../../shared/draw/chart.js";
import { classColours } from "../../shared/draw/colours.js";
import { h, setAttributes } from "../../shared/page/dom.js";
import { linkAt } from "./path.js";
import { shortName } from "../words.js";
import { drawCursor, drawPins } from "../../shared/draw/layers.js";
import { labelOf } from "../../shared/space/codes.js";
import { apart, membersOf, middles } from "../../shared/draw/classnames.js";

const HIT = 7; // pixels around a click within which a point is meant
const GRIP = 13; // and an anchor
const ON = 3; // pixels: one stands on an anchor
const FAR = 5; // pixels: a hand that moved less has clicked
const STEP = 12; // pixels that an arrow key moves the cursor, and with Shift a quarter of it
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const LEAP = 22; // pixels: samples of a path that lie farther apart on a t-SNE map have nothing between them
const HINT = "A click adds an anchor, a drag moves one.";
const TORN = `${HINT} Dotted: here the path jumps, for t-SNE keeps no straight lines.`;
const NAME = 13; // pixels, of a class's name
const LETTERS = 20; // of it

/**
 * @typedef {object} Drawn a path as it lies on the map
 * @property {Float32Array} shares [m]
 * @property {Float32Array} xy [2m]
 */

/** Where a place of a path lies on a map; on one without straight lines at the nearest sample. @param {Drawn} drawn */
export function placeOn({ shares, xy }, at, leaps) {
  const { low, high, share } = linkAt(shares, at);
  const s = leaps ? Math.round(share) : share;
  return { x: (1 - s) * xy[2 * low] + s * xy[2 * high], y: (1 - s) * xy[2 * low + 1] + s * xy[2 * high + 1] };
}

/** The nearest of points to a place, and how far it is; null where there are none. */
export function nearestOf(xy, x, y) {
  let found = null;
  for (let i = 0; 2 * i < xy.length; i += 1) {
    const distance = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
    if (!found || distance < found.distance) found = { index: i, distance };
  }
  return found;
}

export class PathMap {
  /**
   * @param {object} options
   * @param {(x: number, y: number, point: number | null) => void} options.onAdd
   * @param {(i: number, x: number, y: number, begins: boolean) => void} options.onDrag an anchor
   * @param {(i: number) => void} options.onGo to an anchor
   * @param {(map: string) => void} options.onMap another map is chosen
   */
  constructor({ onAdd, onDrag, onGo, onMap }) {
    Object.assign(this, { onAdd, onDrag, onGo });
    /** @type {Record<string, Drawn>} */
    this.paths = {};
    this.cursor = null;
    this.chart = new Chart({ drawUnder: () => {}, drawOver: (context, camera) => this.#drawOver(context, camera), onView: () => {}, onKind: () => {} });
    this.chart.look = { size: 3, opacity: 0.55 };
    const { element } = this.chart;
    const label = "Map of the test codes with the path on it. Arrow keys move the cursor, Enter adds an anchor there.";
    setAttributes(element, {
      tabindex: "0",
      role: "application",
      "aria-roledescription": "map",
      "data-role": "path-map",
      "aria-label": label,
    });
    this.choice = h("select", { "data-role": "map-choice", "aria-label": "Map", onchange: () => onMap(this.choice.value) });
    this.choice.hidden = true;
    this.hint = h("p", { class: "map-hint", "aria-hidden": "true" });
    this.here = h("i", { class: "stands", hidden: true });
    element.append(this.here);
    this.element = h("div", { class: "path-map" }, element, this.choice, this.hint);
    this.#listen();
  }

  /** Take the codes and the maps that there are. @param {import("../../shared/space/codes.js").Codes} codes @param {[string, string][]} maps id and name */
  begin(codes, maps, theme) {
    Object.assign(this, { codes, theme });
    this.choice.replaceChildren(...maps.map(([id, name]) => h("option", { value: id }, name)));
    this.choice.hidden = maps.length < 2;
    this.members = codes.labels ? membersOf(codes.labels, codes.n) : new Map();
    this.#colour();
    this.chart.points.setLevels(new Uint8Array(codes.n).fill(2));
  }

  /** Show the points of a map. @param {string} id @param {Float32Array} xy */
  setPlaces(id, xy) {
    this.id = id;
    this.xy = xy;
    this.choice.value = id;
    this.paths = {};
    this.cursor = null;
    this.chart.element.dataset.map = id;
    this.hint.textContent = this.leaps ? TORN : HINT;
    this.middles = middles(xy, [...this.members.values()]);
    this.chart.setPlaces(xy);
    if (this.chart.element.clientWidth) this.chart.jump(this.chart.whole());
  }

  /** Whether what lies between two places of this map is not what lies between their codes. */
  get leaps() {
    return Boolean(this.id?.startsWith("tsne"));
  }

  /** Show a path. @param {string} kind @param {Drawn | null} drawn */
  setPath(kind, drawn) {
    if (drawn) this.paths[kind] = drawn;
    else delete this.paths[kind];
    this.refresh();
  }

  /** @param {string} kind the path that is chosen @param {number[]} knots @param {number | null} at where one stands on it */
  show(kind, knots, at) {
    const same = kind === this.kind && knots === this.knots;
    Object.assign(this, { kind, knots, at });
    if (same) this.#stand(this.chart.camera);
    else this.refresh();
  }

  /** Mark where one stands: a disc; at an anchor a ring, which leaves its number to be read. Nothing else is drawn again for it. */
  #stand(camera) {
    const drawn = this.paths[this.kind];
    const hidden = !camera || !drawn || this.at === null || this.at === undefined;
    if (this.here.hidden !== hidden) this.here.hidden = hidden;
    if (hidden) return;
    const { x, y } = placeOn(drawn, this.at, this.leaps);
    const [px, py] = toScreen(camera, x, y);
    this.here.style.transform = `translate(${px.toFixed(1)}px, ${py.toFixed(1)}px)`;
    this.here.classList.toggle("ring", this.#anchorAt(px, py, ON) >= 0);
  }

  refresh() {
    this.chart.refresh("over");
  }

  repaint(theme) {
    this.theme = theme;
    if (!this.codes) return;
    this.#colour();
    this.chart.refresh("points", "over");
  }

  destroy() {
    this.chart.destroy();
  }

  /** Where the anchors lie. @returns {{x: number, y: number}[]} */
  get anchors() {
    const drawn = this.paths[this.kind];
    return drawn ? this.knots.map((knot) => placeOn(drawn, knot, this.leaps)) : [];
  }

  #colour() {
    const { labels, n } = this.codes;
    this.chart.points.setColours(classColours(labels, classCount(this.codes), n));
  }

  #drawOver(context, camera) {
    if (!this.xy) return;
    this.#drawNames(context, camera);
    for (const [kind, drawn] of Object.entries(this.paths)) if (kind !== this.kind) this.#drawPath(context, camera, drawn, false);
    const drawn = this.paths[this.kind];
    if (drawn) {
      this.#drawPath(context, camera, drawn, true);
      drawPins(context, camera, this.anchors, this.theme);
    }
    this.#stand(this.chart.camera);
    if (this.cursor && this.keyed) drawCursor(context, camera, this.cursor, this.theme);
    this.#mark("camera", [camera.x, camera.y, camera.width / camera.scale].join(","));
    this.#mark("anchors", this.anchors.map(({ x, y }) => `${x.toFixed(4)}:${y.toFixed(4)}`).join(","));
  }

  /** Say of the map what a script may want to know, where it has changed. */
  #mark(name, value) {
    const { dataset } = this.chart.element;
    if (dataset[name] !== value) dataset[name] = value;
  }

  #drawPath(context, camera, { xy }, strong) {
    const { theme } = this;
    const points = Array.from({ length: xy.length / 2 }, (_, i) => toScreen(camera, xy[2 * i], xy[2 * i + 1]));
    context.save();
    Object.assign(context, { lineJoin: "round", lineCap: "round", globalAlpha: !strong ? 0.45 : this.leaps ? 0.7 : 1 });
    if (strong && this.leaps) this.#drawLeaps(context, points);
    const bolder = this.leaps ? 1.5 : 0;
    const strokes = strong ? [[5.5 + bolder, theme.paper], [2.5 + bolder, theme.ink]] : [[1.25, theme.ink]];
    for (const [width, colour] of strokes) {
      context.beginPath();
      points.forEach(([x, y], i) => {
        const leap = i > 0 && this.leaps && Math.hypot(x - points[i - 1][0], y - points[i - 1][1]) > LEAP;
        if (i === 0 || leap) context.moveTo(x, y);
        else context.lineTo(x, y);
        if (this.leaps && strong) context.lineTo(x, y); // a bead, also where nothing leads on
      });
      Object.assign(context, { lineWidth: width, strokeStyle: colour });
      context.stroke();
    }
    context.restore();
  }

  /** Where a path leaps there is nothing of it on the map; a faint line only says where it goes on. */
  #drawLeaps(context, points) {
    context.setLineDash([2, 4]);
    Object.assign(context, { lineWidth: 1.5, strokeStyle: this.theme.ink });
    context.beginPath();
    points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  #drawNames(context, camera) {
    const { theme, codes } = this;
    context.save();
    Object.assign(context, {
      font: `700 ${NAME}px ${theme.font}`,
      textAlign: "center",
      textBaseline: "middle",
      lineWidth: 4,
      lineJoin: "round",
      strokeStyle: theme.paper,
      fillStyle: theme.ink,
    });
    const named = [...this.members.keys()].flatMap((label, i) => {
      if (label < 0 || !this.middles[i]) return [];
      const words = shortName({ label: codes.classes[label] ?? String(label) }, "", LETTERS);
      const [x, y] = toScreen(camera, this.middles[i].x, this.middles[i].y);
      return [{ words, x, y, width: context.measureText(words).width + 6, height: NAME + 6 }];
    });
    apart(named).forEach((opacity, i) => {
      context.globalAlpha = 0.85 * opacity;
      context.strokeText(named[i].words, named[i].x, named[i].y);
      context.fillText(named[i].words, named[i].x, named[i].y);
    });
    context.restore();
  }

  // The hand and the keys.

  #at(event) {
    const { left, top } = this.chart.element.getBoundingClientRect();
    const [px, py] = [event.clientX - left, event.clientY - top];
    const [x, y] = this.chart.toMap(px, py);
    return { px, py, x, y };
  }

  /** The anchor under the pointer, or -1. */
  #anchorAt(px, py, within = GRIP) {
    if (!this.chart.camera) return -1;
    const far = this.anchors.map(({ x, y }) => {
      const [ax, ay] = toScreen(this.chart.camera, x, y);
      return Math.hypot(ax - px, ay - py);
    });
    const nearest = far.indexOf(Math.min(...far));
    return nearest >= 0 && far[nearest] <= within ? nearest : -1;
  }

  /** Add an anchor at a place, or the point that is meant by it. */
  #add(x, y) {
    if (!this.xy) return;
    const near = nearestOf(this.xy, x, y);
    this.onAdd(x, y, near && near.distance * this.chart.camera.scale <= HIT ? near.index : null);
  }

  #listen() {
    const { element } = this.chart;
    let held = null;
    element.addEventListener("pointerdown", (event) => {
      if (event.button || held || !this.chart.camera) return;
      const at = this.#at(event);
      held = { ...at, pointer: event.pointerId, anchor: this.#anchorAt(at.px, at.py), far: false };
      if (held.anchor >= 0) element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      const at = this.#at(event);
      if (!held) element.classList.toggle("grips", this.#anchorAt(at.px, at.py) >= 0);
      if (!held || event.pointerId !== held.pointer) return;
      const begins = !held.far && Math.hypot(at.px - held.px, at.py - held.py) >= FAR;
      held.far ||= begins;
      if (held.far && held.anchor >= 0) this.onDrag(held.anchor, at.x, at.y, begins);
    });
    element.addEventListener("pointerup", (event) => {
      if (!held || event.pointerId !== held.pointer) return;
      const { anchor, far, x, y } = held;
      held = null;
      if (far) return;
      if (anchor >= 0) this.onGo(anchor);
      else this.#add(x, y);
    });
    element.addEventListener("pointercancel", () => (held = null));
    // The page scrolls under a finger everywhere but on an anchor.
    element.addEventListener("touchstart", (event) => {
      const at = this.#at(event.touches[0]);
      if (this.#anchorAt(at.px, at.py) >= 0) event.preventDefault();
    }, { passive: false });
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("blur", () => {
      this.keyed = false;
      this.refresh();
    });
  }

  #key(event) {
    const { camera } = this.chart;
    const direction = KEYS[event.key];
    if (!camera || event.altKey || event.ctrlKey || event.metaKey || (!direction && event.key !== "Enter")) return;
    event.preventDefault();
    this.cursor ??= this.anchors[0] ?? { x: camera.x, y: camera.y };
    this.keyed = true;
    if (direction) {
      const step = (event.shiftKey ? STEP / 4 : STEP) / camera.scale;
      const within = (value, middle, size) => Math.min(middle + size / camera.scale / 2, Math.max(middle - size / camera.scale / 2, value));
      this.cursor = {
        x: within(this.cursor.x + direction[0] * step, camera.x, camera.width),
        y: within(this.cursor.y + direction[1] * step, camera.y, camera.height),
      };
    } else this.#add(this.cursor.x, this.cursor.y);
    this.refresh();
  }
}

/** How many classes there are: those with a name, or those that have points. @param {import("../../shared/space/codes.js").Codes} codes */
export const classCount = ({ classes, labels }) =>
  Math.max(1, classes.length, ...(labels && !classes.length ? [labels.reduce((most, label) => Math.max(most, label), 0) + 1] : []));

/** The class of a test code, as its name, or an empty string. @param {import("../../shared/space/codes.js").Codes} codes */
export function classOf(codes, point) {
  const label = labelOf(codes, point);
  return label === null ? "" : (codes.classes[label] ?? String(label));
}
