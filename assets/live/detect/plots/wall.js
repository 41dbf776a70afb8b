/**
 * All that is tested as one wall of small pictures, in the order of their scores, and the threshold as a line between them.
 *
 * The pictures are painted once; under the hand only the line and the marks are, on a canvas of their own.
 * @module
 */

import { cornerOf, countBelow, cutAt, evenly, isWrong, lineBefore, plannedWall, shownBelow, thingAt, thresholdAfter } from "./wallplan.js";
import { Box, put } from "../../shared/page/box.js";
import { h } from "../../shared/page/dom.js";

const STEPS = 500; // of the slider, or one for each thing where they are fewer
const MOVED = 5; // pixels from where on a press is a drag
const GRIP = 14; // pixels around the line in which it is taken hold of at once
const SIZES = { pixels: { least: 28, most: 64, fine: 44 }, curve: { least: 62, most: 112 } }; // pixels that a thing is wide
const MARK = 5; // pixels, of the mark on what is wrongly judged: half of it lies beside the thing, which is not hidden by it
const ROOMY = 36; // pixels that a thing is wide from where on the mark grows with it, as far as letters do
const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Home: "home", End: "end" };

export class Wall {
  #plan = null;
  #cut = -1;
  #at = 0; // the thing that keys have come to

  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(group: string, index: number) => any} options.pictureOf
   * @param {(group: string, index: number) => string} options.nameOf
   * @param {(threshold: number, done: boolean) => void} options.onThreshold
   * @param {(chosen: import("./strips.js").Chosen) => void} options.onChoose
   */
  constructor({ view, pictureOf, nameOf, onThreshold, onChoose }) {
    Object.assign(this, { view, pictureOf, nameOf, onThreshold, onChoose });
    /** @type {import("./counts.js").Ranked[]} */
    this.order = [];
    this.#build();
    this.box = new Box(this.plate);
    this.watch = new ResizeObserver(() => this.order.length && this.#hang());
    this.watch.observe(this.plate);
  }

  destroy() {
    this.watch.disconnect();
    this.box.close();
  }

  /**
   * Take what is tested.
   * @param {import("./counts.js").Ranked[]} order the least unusual first
   * @param {{low: number, high: number}} ends thresholds below all scores and above them
   * @param {boolean} own whether the unusual side is one's own
   */
  show(order, ends, own) {
    Object.assign(this, { order, ends, own, places: null });
    this.#plan = null;
    this.#at = 0;
    this.range.max = String(Math.min(STEPS, order.length));
    this.#hang();
  }

  /** Put the threshold where it is. @param {number} threshold @param {string} words what it does */
  place(threshold, words) {
    const below = countBelow(this.order, threshold);
    this.below = below;
    const share = this.order.length ? below / this.order.length : 0;
    const value = String(Math.round(share * Number(this.range.max)));
    if (this.range.value !== value) this.range.value = value;
    if (this.share !== share) this.range.style.setProperty("--at", String((this.share = share)));
    if (this.words !== words) this.range.setAttribute("aria-valuetext", (this.words = words));
    this.#draw();
  }

  /** Mark the one that is shown large. @param {{group: string, index: number} | null} chosen */
  mark(chosen) {
    this.chosen = chosen;
    this.#cut = -1;
    this.#draw();
  }

  /** Say in words what hangs there, once the hand rests. */
  describe() {
    const { noun, nouns } = this.view.words;
    const { passed, called } = this.#tally();
    const said = `${this.shownWords} Press an arrow key to go from ${noun} to ${noun}.`;
    this.plate.setAttribute("aria-label", `Wall of ${nouns} by score: ${passed} pass as normal, ${called} are called unusual. ${said}`);
  }

  /** In other colours. */
  repaint() {
    if (this.order.length) this.#hang();
  }

  // What hangs there.

  /** What hangs there, the least unusual first; not all, where there are too many. */
  get hanging() {
    return Array.from(this.places ?? [], (place) => this.order[place]);
  }

  get shownWords() {
    const [n, shown] = [this.order.length, this.#plan?.shown ?? 0];
    const { nouns } = this.view.words;
    const all = shown === n ? `All ${n.toLocaleString("en")} ${nouns}` : `${shown.toLocaleString("en")} of ${n.toLocaleString("en")} ${nouns}, evenly by rank`;
    return `${all}, down each column.`;
  }

  #tally() {
    return { passed: this.below ?? 0, called: this.order.length - (this.below ?? 0) };
  }

  /** Paint every picture in its place. */
  #hang() {
    const { clientWidth: width, clientHeight: height } = this.plate;
    if (!width || !height) return;
    this.size = [width, height];
    const { view } = this;
    const zoom = (this.zoom = Number.parseFloat(getComputedStyle(this.plate).fontSize) / 14 || 1);
    const { least, most } = view.pixels ? { ...SIZES.pixels, least: Math.max(SIZES.pixels.least, Math.min(view.width, SIZES.pixels.fine)) } : SIZES.curve;
    const sizes = { least: Math.round(least * zoom), most: Math.round(most * zoom) };
    this.#plan = plannedWall({ n: this.order.length, width, height, aspect: view.height / view.width, ...sizes });
    this.places = evenly(this.order.length, this.#plan.shown);
    this.colours = Object.fromEntries(["normal", "unusual", "ink", "paper", "accent"].map((name) => [name, colourOf(this.plate, name)]));
    const context = prepared(this.pictures, width, height);
    this.places.forEach((place, i) => this.#picture(context, this.order[place], cornerOf(this.#plan, i)));
    prepared(this.over, width, height);
    put(this.caption, this.shownWords);
    this.#cut = -1;
    this.#draw();
  }

  /** One picture: a frame around what is unusual, a line below what is normal. */
  #picture(context, { group, index }, [x, y]) {
    const { wide, high } = this.#plan;
    const [left, top] = [Math.round(x), Math.round(y)];
    const scale = context.getTransform().a;
    context.save();
    if (this.view.pixels) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      this.view.tile(context, this.pictureOf(group, index), 0, ...[left, top, wide, high].map((side) => Math.round(side * scale)));
    } else this.view.tile(context, this.pictureOf(group, index), 0, left, top, wide, high);
    context.restore();
    Object.assign(context, { strokeStyle: this.colours[group], fillStyle: this.colours[group], lineWidth: 2 });
    if (group === "unusual") context.strokeRect(left - 1, top - 1, wide + 2, high + 2);
    else context.fillRect(left, top + high, wide, 1.5);
  }

  /** The line, and the marks on both sides of it. */
  #draw() {
    const plan = this.#plan;
    if (!plan || this.below === undefined) return;
    const cut = shownBelow(this.places, this.below);
    if (cut === this.#cut) return;
    this.#cut = cut;
    const { over, colours } = this;
    const context = over.getContext("2d");
    context.clearRect(0, 0, ...this.size);
    this.#drawChosen(context);
    this.#drawMarks(context, cut);
    drawLine(context, lineBefore(plan, cut), this.size[0], plan.rows * plan.down, colours, this.held);
  }

  #drawMarks(context, cut) {
    const plan = this.#plan;
    const [discs, crosses, mark] = [new Path2D(), new Path2D(), MARK * Math.max(1, Math.min(this.zoom, plan.wide / ROOMY))];
    let wrong = 0;
    this.places.forEach((place, i) => {
      if (!isWrong(this.order[place].group, i >= cut, this.own)) return;
      wrong += 1;
      const [x, y] = cornerOf(plan, i);
      const [cx, cy, arm] = [this.#besideTheLine(x, i < cut, mark), Math.max(y, mark + 1.5), mark * 0.45];
      discs.moveTo(cx + mark, cy);
      discs.arc(cx, cy, mark, 0, 2 * Math.PI);
      crosses.moveTo(cx - arm, cy - arm);
      crosses.lineTo(cx + arm, cy + arm);
      crosses.moveTo(cx + arm, cy - arm);
      crosses.lineTo(cx - arm, cy + arm);
    });
    Object.assign(context, { fillStyle: this.colours.ink, strokeStyle: this.colours.paper, lineWidth: 2.5, lineCap: "round" });
    context.stroke(discs);
    context.fill(discs);
    context.lineWidth = 1.6 * this.zoom;
    context.stroke(crosses);
    this.element.dataset.wrong = String(wrong);
  }

  /** Where a mark is on a thing's upper edge: at the corner that is away from the line. */
  #besideTheLine(x, passed, mark) {
    const room = mark + 1.5;
    return passed ? Math.max(room, x) : Math.min(this.size[0] - room, x + this.#plan.wide);
  }

  #drawChosen(context) {
    const plan = this.#plan;
    const i = this.chosen ? this.places.findIndex((place) => isSame(this.order[place], this.chosen)) : -1;
    if (i < 0) return;
    const [x, y] = cornerOf(plan, i);
    Object.assign(context, { strokeStyle: this.colours.accent, lineWidth: 3 });
    context.strokeRect(x - 1.5, y - 1.5, plan.wide + 3, plan.high + 3);
  }

  // The hand.

  #go(below, done = false) {
    this.wanted = thresholdAfter(this.order, below, this.ends);
    this.onThreshold(this.wanted, done);
  }

  /** Put the line where the pointer is. */
  #drag(event) {
    const { left, top } = this.box.now;
    const cut = cutAt(this.#plan, event.clientX - left, event.clientY - top);
    this.#go(cut < this.places.length ? (cut ? this.places[cut] : 0) : this.order.length);
  }

  #choose(i) {
    if (i < 0 || i >= this.places.length) return;
    this.#at = i;
    const { group, index } = this.order[this.places[i]];
    this.onChoose({ group, index });
    put(this.spoken, this.nameOf(group, index));
  }

  #nearLine(event) {
    const { left, top } = this.box.now;
    const [x, y] = [event.clientX - left, event.clientY - top];
    const line = lineBefore(this.#plan, this.#cut);
    const [[first]] = line;
    const last = line.at(-1)[0];
    const here = line.length > 2 && y < line[1][1] ? first : last;
    return Math.abs(x - here) < GRIP;
  }

  #listen() {
    const { plate } = this;
    let press = null;
    plate.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || press || !this.#plan) return;
      press = { id: event.pointerId, x: event.clientX, drags: event.pointerType !== "touch" && this.#nearLine(event) };
      plate.setPointerCapture(press.id);
    });
    plate.addEventListener("pointermove", (event) => {
      if (!this.#plan) return;
      if (event.pointerId !== press?.id) return this.#point(event);
      press.drags ||= Math.abs(event.clientX - press.x) > MOVED;
      if (!press.drags) return undefined;
      this.held = true;
      return this.#drag(event);
    });
    plate.addEventListener("pointerup", (event) => {
      if (event.pointerId !== press?.id) return;
      const { left, top } = this.box.now;
      const { drags } = press;
      press = null;
      if (drags && this.held) this.#letGo();
      else this.#choose(thingAt(this.#plan, event.clientX - left, event.clientY - top));
      this.held = false;
    });
    plate.addEventListener("pointercancel", (event) => {
      if (event.pointerId !== press?.id) return;
      press = null;
      if (this.held) this.#letGo();
      this.held = false;
    });
    plate.addEventListener("keydown", (event) => this.#key(event));
    const { range } = this;
    range.addEventListener("input", () => this.order.length && this.#go(Math.round((Number(range.value) / Number(range.max)) * this.order.length)));
    range.addEventListener("change", () => this.wanted !== undefined && this.onThreshold(this.wanted, true));
  }

  #letGo() {
    this.range.focus({ preventScroll: true }); // so that the arrow keys go on from here
    this.onThreshold(this.wanted, true);
  }

  /** The pointer says what a press would do: take the line, or show a picture. */
  #point(event) {
    const near = event.pointerType === "mouse" && this.#nearLine(event);
    if (near !== this.near) this.plate.classList.toggle("near", (this.near = near));
  }

  #key(event) {
    const way = KEYS[event.key];
    if ((!way && event.key !== "Enter" && event.key !== " ") || !this.#plan || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { rows, shown } = this.#plan;
    const by = { left: -rows, right: rows, up: -1, down: 1, home: -shown, end: shown }[way] ?? 0;
    this.#choose(Math.min(shown - 1, Math.max(0, this.#at + by)));
  }

  #build() {
    this.pictures = h("canvas", { "aria-hidden": "true" });
    this.over = h("canvas", { "aria-hidden": "true", "data-role": "wall-line" });
    this.plate = h(
      "div",
      {
        class: "plate", tabindex: "0", role: "application", "aria-roledescription": "wall of pictures", "aria-label": "Wall of pictures by score",
        "data-role": "wall",
      },
      this.pictures,
      this.over,
    );
    this.range = h("input", { type: "range", class: "range", min: 0, max: STEPS, step: 1, "data-role": "threshold", "aria-label": "Threshold" });
    this.caption = h("span", { "data-role": "wall-words" });
    this.spoken = h("span", { class: "unseen", role: "status" });
    const end = (words) => h("span", { class: "fine" }, words);
    this.element = h(
      "div",
      { class: "wall" },
      this.plate,
      h("div", { class: "line-slider" }, this.range, end("← most normal"), end("most unusual →")),
      h("p", { class: "fine hung" }, this.caption, h("span", { class: "wrong-key" }, h("i", {}, "×"), "wrongly judged"), this.spoken),
    );
    this.#listen();
  }
}

const isSame = (entry, { group, index }) => entry.group === group && entry.index === index;

/** The colour of a name of the page's, as canvases take it. */
function colourOf(element, name) {
  const probe = h("span", { style: `color: var(--${name})` });
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** A canvas of a size, empty, in CSS pixels. @returns {CanvasRenderingContext2D} */
function prepared(canvas, width, height) {
  const fine = globalThis.devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * fine), height: Math.round(height * fine) });
  const context = canvas.getContext("2d");
  context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
  return context;
}

/** The line with a handle in its middle, on a ground of its own so that it is seen over any picture. */
function drawLine(context, corners, width, foot, { ink, paper, accent }, held) {
  const path = new Path2D();
  corners.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  Object.assign(context, { strokeStyle: paper, lineWidth: 7, lineJoin: "round", lineCap: "butt" });
  context.stroke(path);
  Object.assign(context, { strokeStyle: held ? accent : ink, lineWidth: 3 });
  context.stroke(path);
  const y = foot / 2;
  const across = corners.length > 2 && y < corners[1][1] ? corners[0][0] : corners.at(-1)[0];
  const x = Math.min(width - 9, Math.max(9, across));
  Object.assign(context, { fillStyle: held ? accent : ink, strokeStyle: paper, lineWidth: 2 });
  context.beginPath();
  context.roundRect(x - 8, y - 15, 16, 30, 6);
  context.fill();
  context.stroke();
  context.beginPath();
  for (const dx of [-2.5, 2.5]) {
    context.moveTo(x + dx, y - 6);
    context.lineTo(x + dx, y + 6);
  }
  context.lineWidth = 1.5;
  context.stroke();
}
