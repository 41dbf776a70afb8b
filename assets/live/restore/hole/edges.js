/**
 * Stretches that a hand marks on a curve: drawn over it, moved, and taken by their edges, with pointer, finger or keys.
 * @module
 */

import { h, setAttributes } from "../../shared/page/dom.js";
import { movedSpan, newSpan, tidied } from "./spans.js";

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
const NEAR = 9; // pixels from an edge in which it is taken
const NEAR_FINGER = 18;
const FEW = 4; // stretches that are shown with their edges: of more, each is a few pixels wide
const SIDES = /** @type {const} */ (["first", "last"]);

/** @typedef {import("./spans.js").Span} Span */

export class Edges {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View & any} options.view of series
   * @param {HTMLElement} options.pad the frame around the curve
   * @param {HTMLCanvasElement} options.canvas
   * @param {(spans: Span[], begins: boolean) => void} options.onMark begins: a movement, to which one may want to go back
   * @param {(sentence: string) => void} options.onSay for screen readers
   */
  constructor({ view, pad, canvas, onMark, onSay }) {
    Object.assign(this, { view, pad, canvas, onMark, onSay });
    [this.samples] = view.shape;
    /** @type {Span[]} */
    this.spans = [];
    this.active = false;
    this.free = false;
    this.held = null;
    /** @type {any[]} two for each stretch */
    this.handles = [];
    this.layer = h("div", { class: "edges", hidden: true });
    pad.append(this.layer);
    this.watch = new ResizeObserver(() => this.#place());
    this.watch.observe(canvas);
    this.#listen();
  }

  /**
   * Take the hand to the curve, or away from it.
   * @param {{active: boolean, free: boolean, spans: Span[]}} what free: new stretches may be marked, and not only those that are there moved
   */
  show({ active, free, spans }) {
    const few = active && (free || spans.length <= FEW);
    if (few !== this.active || free !== this.free) {
      Object.assign(this, { active: few, free });
      this.layer.hidden = !few;
      this.pad.classList.toggle("marks", few);
      const { drawing } = this.view.phrases;
      const words = { tabindex: "0", role: "application", "aria-roledescription": `${drawing} to mark`, "aria-label": wordsOf(drawing) };
      for (const [name, value] of Object.entries(words)) {
        if (few && free) this.pad.setAttribute(name, value);
        else this.pad.removeAttribute(name);
      }
    }
    if (this.held) return; // they are as the hand moves them
    this.spans = spans;
    this.#place();
  }

  destroy() {
    this.watch.disconnect();
  }

  /** Put a handle at each edge. */
  #place() {
    if (!this.active || !this.canvas.clientWidth) return;
    const shown = this.free || this.spans.length <= FEW ? this.spans : [];
    while (this.handles.length < 2 * shown.length) {
      const handle = this.#handle(this.handles.length);
      this.handles.push(handle);
      this.layer.append(handle);
    }
    for (const handle of this.handles.splice(2 * shown.length)) handle.remove();
    const { x, top, bottom } = this.view.planOn(this.canvas);
    const half = (x.at(1) - x.at(0)) / 2;
    Object.assign(this.layer.style, { top: `${top}px`, height: `${bottom - top}px` });
    shown.forEach((span, i) =>
      SIDES.forEach((side, k) => {
        const handle = this.handles[2 * i + k];
        handle.style.left = `${x.at(span[k]) + (k ? half : -half)}px`;
        setAttributes(handle, { "aria-valuenow": span[k], "aria-valuetext": this.view.placeText(span[k]) });
        handle.setAttribute("aria-label", `${k ? "End" : "Start"} of the gap${shown.length > 1 ? `, ${i + 1} of ${shown.length}` : ""}`);
        handle.dataset.side = side;
      }),
    );
  }

  #handle(number) {
    const handle = h("span", { class: "edge", role: "slider", tabindex: "0", "data-edge": number }, h("i"));
    setAttributes(handle, { "aria-valuemin": 0, "aria-valuemax": this.samples - 1 });
    handle.addEventListener("keydown", (event) => this.#key(event, this.handles.indexOf(handle)));
    return handle;
  }

  /** Say what the spans are now. */
  #mark(spans, begins) {
    this.spans = spans;
    this.onMark(this.held ? spans : tidied(spans, this.samples), begins);
    this.#place();
  }

  // Pointer and finger.

  #sampleAt({ clientX }) {
    const x = this.view.planOn(this.canvas).x.of(clientX - this.canvas.getBoundingClientRect().left);
    return Math.min(this.samples - 1, Math.max(0, Math.round(x)));
  }

  /** What lies under the pointer: an edge, a stretch, or nothing. @returns {{span: number, which: "first" | "last" | "both"} | null} */
  #under(event) {
    const { left } = this.canvas.getBoundingClientRect();
    const near = event.pointerType === "touch" ? NEAR_FINGER : NEAR;
    const away = this.handles.map((handle) => Math.abs(Number.parseFloat(handle.style.left) + left - event.clientX));
    const nearest = away.indexOf(Math.min(...away));
    if (away[nearest] <= near) return { span: nearest >> 1, which: SIDES[nearest & 1] };
    const sample = this.#sampleAt(event);
    const span = this.spans.findIndex(([first, last]) => first <= sample && sample <= last);
    return span < 0 ? null : { span, which: "both" };
  }

  #listen() {
    const { pad } = this;
    pad.addEventListener("pointerdown", (event) => {
      if (!this.active || event.button !== 0 || this.held) return;
      const under = this.#under(event);
      if (!under && !this.free) return;
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      const sample = this.#sampleAt(event);
      const spans = under ? this.spans : [...this.spans, /** @type {Span} */ ([sample, sample])];
      const { span, which } = under ?? { span: spans.length - 1, which: /** @type {const} */ ("last") };
      this.held = { pointer: event.pointerId, from: sample, span, which, start: spans[span] };
      pad.classList.add("held");
      this.#mark(spans, true);
    });
    pad.addEventListener("pointermove", (event) => {
      if (!this.active) return;
      if (this.held?.pointer === event.pointerId) this.#drag(event);
      else if (!this.held) pad.dataset.over = this.#under(event)?.which ?? "";
    });
    for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, (event) => event.pointerId === this.held?.pointer && this.#let());
    pad.addEventListener("keydown", (event) => event.target === pad && this.#begin(event));
  }

  #drag(event) {
    const { from, span, which, start } = this.held;
    const moved = movedSpan(start, which, this.#sampleAt(event) - from, this.samples);
    const [first, last] = this.spans[span];
    if (moved[0] === first && moved[1] === last) return;
    this.#mark(this.spans.map((each, i) => (i === span ? moved : each)), false);
  }

  #let() {
    this.held = null;
    this.pad.classList.remove("held");
    this.#mark(tidied(this.spans, this.samples), false);
  }

  // Keys.

  /** On the curve itself Space marks a new stretch, and leads to its end. */
  #begin(event) {
    if (!this.active || !this.free || event.key !== " " || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const span = newSpan(this.spans, this.samples);
    if (!span) return;
    this.#mark(tidied([...this.spans, span], this.samples), true);
    const at = this.spans.findIndex(([first, last]) => first <= span[0] && span[1] <= last);
    this.handles[2 * at + 1]?.focus();
    this.onSay(`A gap from ${this.view.placeText(span[0])} to ${this.view.placeText(span[1])}.`);
  }

  /** On an edge, arrows move it by a sample, Page keys by ten; Delete takes the stretch away. */
  #key(event, number) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [span, which] = [number >> 1, SIDES[number & 1]];
    const ends = { Home: -this.samples, End: this.samples };
    const by = STEPS[event.key] ?? ends[event.key];
    const gone = event.key === "Delete" || event.key === "Backspace";
    if (by === undefined && !gone) return;
    event.preventDefault();
    event.stopPropagation();
    if (gone) {
      this.#mark(this.spans.filter((_, i) => i !== span), true);
      (this.handles[Math.max(0, 2 * span - 1)] ?? this.pad).focus();
      this.onSay("The gap is gone.");
      return;
    }
    const moved = movedSpan(this.spans[span], which, by, this.samples);
    const sample = this.spans[span][number & 1] + by;
    this.#mark(tidied(this.spans.map((each, i) => (i === span ? moved : each)), this.samples), !event.repeat);
    this.#follow(Math.min(this.samples - 1, Math.max(0, sample)));
  }

  /** Keep the focus on the edge that was moved, whichever it is now. */
  #follow(sample) {
    const { spans } = this;
    const at = spans.flat().findIndex((end) => end === sample);
    const within = spans.findIndex(([first, last]) => first <= sample && sample <= last);
    this.handles[at >= 0 ? at : 2 * Math.max(0, within)]?.focus();
  }
}

const wordsOf = (drawing) =>
  `Mark what is lost on the ${drawing}. Space marks a gap; Tab leads to its edges, which arrow keys move, and Delete takes it away; Ctrl+Z undoes.`;
