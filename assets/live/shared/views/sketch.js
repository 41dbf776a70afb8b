/**
 * A pad to draw on, whose drawing is a model's picture while the pen still moves; it takes pictures from outside too.
 * @module
 */

import { h, icon, iconButton } from "../page/dom.js";
import { Drawing } from "./drawing.js";
import { house } from "../wire/house.js";
import { readOwn } from "../wire/own.js";

/**
 * How wide the pen is, in model pixels: the least, the widest, and what is offered first. With 2.4 drawn digits have
 * lines as MNIST's are: 2.2 pixels of ink across (MNIST 2.3), 56 % of it neither black nor white (56 %), 176 of 255 in
 * the mean (172).
 */
const PENS = { digit: { min: 1, max: 5, step: 0.1, value: 2.4 }, whole: { min: 1, max: 9, step: 0.1, value: 3.2 } };
const ERASER = 2.2; // pens: what is to go is hit without care
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const REST = 600; // ms after the last key until the pen's place is said
const INK = "#ffffff";

export class Sketch {
  /**
   * @param {object} options
   * @param {import("./view.js").View} options.view of images
   * @param {"digit" | "whole"} options.ground whether drawings are fitted as MNIST's digits are
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {string} options.model
   * @param {(pixels: Uint8Array | null, from: {final: boolean, how: "drawn" | "upload", note: string}) => void} options.onPicture
   *   [H, W, C], or null once the pad is blank; at most once a frame
   * @param {(sentence: string) => void} [options.onSay]
   * @param {string} [options.purpose] what one draws for, behind "Draw a digit "
   * @param {typeof globalThis.fetch} [options.fetch]
   */
  constructor({ view, ground, base, model, onPicture, onSay = () => {}, purpose = "", fetch = house.fetch }) {
    Object.assign(this, { view, ground, base, model, onPicture, onSay, purpose, fetch });
    this.size = [view.height, view.width];
    this.drawing = new Drawing(view, ground);
    /** @type {Uint8Array | null} the picture as the model gets it, or null where the pad is blank */
    this.pixels = null;
    this.pen = { ...PENS[ground], x: view.width / 2, y: view.height / 2, erases: false };
    this.#build();
    this.#listen();
    this.#refresh();
  }

  /** Blank the pad; it can be undone. */
  clear() {
    if (this.drawing.visible.length === 0) return;
    this.#lift();
    this.drawing.steps.push({ kind: "clear" });
    this.#now(true);
    this.onSay("The pad is blank.");
  }

  /** Take the last step back. */
  undo() {
    if (this.stroke || !this.drawing.steps.pop()) return;
    this.#now(true);
  }

  /** Put a picture on the pad, to be looked at or drawn over. @param {Uint8Array} pixels [H, W, C] */
  show(pixels, note = "") {
    this.#lift();
    this.drawing.cover(pixels, note);
    this.#now(true);
  }

  /** Show what the model makes of the drawing, or that there is nothing to show. @param {Uint8Array | null} pixels */
  showReconstruction(pixels) {
    this.#tile(this.made, pixels);
  }

  /** Have a picture file read by the server, and put it on the pad. @param {Blob} file */
  async upload(file) {
    this.reading?.abort();
    const reading = (this.reading = new AbortController());
    this.pad.setAttribute("aria-busy", "true");
    try {
      const { base, model, view, fetch } = this;
      const { thing, note } = await readOwn(file, { base, model, view, fetch, signal: reading.signal });
      this.show(thing, note);
      this.onSay(note || "The picture is on the pad.");
    } catch (error) {
      if (reading.signal.aborted) return; // another one came, or the page went
      this.onSay(error.message);
    }
    if (this.reading === reading) this.pad.removeAttribute("aria-busy");
  }

  /** Let go of the page. */
  destroy() {
    this.reading?.abort();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    document.removeEventListener("paste", this.onpaste);
    this.watch.disconnect();
    this.element.remove();
  }

  /** Draw the pad and tell of its picture with the next frame, however often this is asked before. */
  #soon() {
    this.frame ??= requestAnimationFrame(() => this.#now(false));
  }

  #now(final) {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.#refresh();
    const last = this.drawing.visible.at(-1);
    const upload = last?.kind === "picture";
    this.onPicture(this.pixels, { final, how: upload ? "upload" : "drawn", note: upload ? last.note : "" });
  }

  #refresh() {
    const { drawing } = this;
    drawing.draw(this.canvas);
    this.pixels = drawing.pixels();
    this.#tile(this.seen, this.pixels);
    if (!this.pixels) this.showReconstruction(null);
    const blank = drawing.visible.length === 0;
    this.invitation.hidden = !blank;
    this.undoButton.disabled = drawing.steps.length === 0;
    this.clearButton.disabled = blank;
  }

  #tile(canvas, pixels) {
    canvas.parentElement.classList.toggle("blank", !pixels);
    if (pixels) this.view.paint(canvas, pixels);
    else if (canvas.width !== this.size[1]) Object.assign(canvas, { width: this.size[1], height: this.size[0] });
  }

  // The hand.

  #begin(x, y) {
    const { erases, value } = this.pen;
    if (this.drawing.visible.length === 0) this.onSay(""); // what was said of a blank pad is over
    this.stroke = { kind: "stroke", erase: erases, pen: erases ? ERASER * value : value, ink: this.colour?.value ?? INK, points: [[x, y]] };
    this.drawing.steps.push(this.stroke);
    this.#soon();
  }

  #go(x, y) {
    const [lastX, lastY] = this.stroke.points.at(-1);
    if (x === lastX && y === lastY) return;
    this.stroke.points.push([x, y]);
    this.#soon();
  }

  /** End a stroke. */
  #lift() {
    if (!this.stroke) return;
    this.stroke = null;
    this.ring.classList.remove("down");
    this.#now(true);
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.size[1], ((event.clientY - box.top) / box.height) * this.size[0]];
  }

  /** Show where the pen is and how wide. */
  #point(x, y) {
    Object.assign(this.pen, { x, y });
    const share = (100 * this.pen.value * (this.pen.erases ? ERASER : 1)) / this.size[1];
    Object.assign(this.ring.style, { left: `${(100 * x) / this.size[1]}%`, top: `${(100 * y) / this.size[0]}%`, width: `${share}%` });
  }

  #listen() {
    const { pad } = this;
    let held = null; // the pointer that draws
    pad.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || held !== null) return;
      event.preventDefault(); // no text is selected by a stroke
      pad.focus({ preventScroll: true });
      pad.classList.remove("by-keys");
      pad.classList.add("by-hand");
      this.#lift(); // of the keys' pen
      held = event.pointerId;
      pad.setPointerCapture(held);
      this.#point(...this.#place(event));
      this.#begin(this.pen.x, this.pen.y);
    });
    pad.addEventListener("pointermove", (event) => {
      if (held !== null && event.pointerId !== held) return;
      if (held === null && this.stroke) return; // the keys' pen is down: a mouse that is pushed leaves it alone
      this.#point(...this.#place(event));
      if (held === null) return;
      const between = event.getCoalescedEvents?.() ?? [];
      for (const each of between.length ? between : [event]) this.#go(...this.#place(each));
    });
    for (const name of ["pointerup", "pointercancel"]) {
      pad.addEventListener(name, (event) => {
        if (event.pointerId !== held) return;
        held = null;
        this.#lift();
      });
    }
    pad.addEventListener("keydown", (event) => this.#key(event));
    pad.addEventListener("blur", () => {
      if (held === null) this.#lift();
      pad.classList.remove("by-keys", "by-hand");
    });
    if (!house.alone) this.#takeFiles();
    this.#watchSize();
  }

  /** Draw as sharp as the screen, whatever the panel's width. */
  #watchSize() {
    this.watch = new ResizeObserver(([{ contentRect }]) => {
      const width = Math.round(contentRect.width * devicePixelRatio);
      if (width === 0 || width === this.canvas.width) return;
      Object.assign(this.canvas, { width, height: Math.round((width * this.size[0]) / this.size[1]) });
      this.#refresh();
    });
    this.watch.observe(this.canvas);
  }

  #takeFiles() {
    const picture = (transfer) => [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/"));
    this.onpaste = (event) => {
      const file = picture(event.clipboardData);
      if (!file || event.composedPath()[0]?.matches?.("input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, [contenteditable]")) return;
      event.preventDefault();
      this.upload(file);
    };
    document.addEventListener("paste", this.onpaste);
    const over = (is) => (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.pad.classList.toggle("over", is);
    };
    this.pad.addEventListener("dragenter", over(true));
    this.pad.addEventListener("dragover", over(true));
    this.pad.addEventListener("dragleave", over(false));
    this.pad.addEventListener("drop", (event) => {
      over(false)(event);
      const [file] = event.dataTransfer?.files ?? [];
      if (file) this.upload(file); // whatever it is: the server says what is wrong with it
    });
  }

  #key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      event.stopPropagation(); // the page has an undo of its own
      this.undo();
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = KEYS[event.key];
    if (!step && event.key !== " " && event.key !== "Escape") return;
    if (event.key === "Escape" && !this.stroke) return;
    event.preventDefault();
    event.stopPropagation();
    this.pad.classList.remove("by-hand");
    this.pad.classList.add("by-keys");
    if (step) this.#walk(step, event.shiftKey);
    else if (event.key === "Escape" || this.stroke) {
      this.#lift();
      this.onSay("Pen up.");
    } else if (!event.repeat) {
      this.#begin(this.pen.x, this.pen.y);
      this.ring.classList.add("down");
      this.onSay(`${this.pen.erases ? "Eraser" : "Pen"} down.`);
    }
  }

  #walk([dx, dy], fine) {
    const far = Math.max(...this.size) / (fine ? 112 : 28);
    const within = (value, most) => Math.min(most, Math.max(0, value));
    this.#point(within(this.pen.x + far * dx, this.size[1]), within(this.pen.y + far * dy, this.size[0]));
    if (this.stroke) this.#go(this.pen.x, this.pen.y);
    clearTimeout(this.rest);
    const percent = (value, most) => Math.round((100 * value) / most);
    const say = () => this.onSay(`Pen ${percent(this.pen.x, this.size[1])} % from the left, ${percent(this.pen.y, this.size[0])} % from the top.`);
    this.rest = setTimeout(say, REST);
  }

  // The page.

  #build() {
    const what = this.ground === "digit" ? "digit" : "picture";
    this.canvas = h("canvas", { "data-role": "pad", "aria-hidden": "true", width: 1, height: 1, style: `aspect-ratio: ${this.size[1]} / ${this.size[0]}` });
    this.ring = h("i", { class: "ring" });
    this.invitation = h("span", { class: "invitation", "aria-hidden": "true" }, `Draw a ${what} here`);
    this.pad = h(
      "div",
      {
        class: "pad",
        tabindex: "0",
        role: "application",
        "aria-roledescription": "drawing pad",
        "aria-label": `Draw a ${what}. Arrow keys move the pen, with Shift in small steps; Space puts it down or lifts it; Ctrl+Z undoes.`,
      },
      this.canvas,
      this.invitation,
      this.ring,
    );
    this.seen = h("canvas", { class: "pixels", "data-role": "seen", "aria-hidden": "true" });
    this.made = h("canvas", { class: "pixels", "data-role": "redrawn", "aria-hidden": "true" });
    const sheet = h("div", { class: "sheet" }, this.pad, this.#tiles());
    this.element = h("section", { class: "sketch", "aria-label": `Draw a ${what} ${this.purpose}`.trim() }, sheet, this.#tools(), this.#sources());
  }

  #tiles() {
    const tile = (canvas, words, title) => h("figure", { title }, h("div", { class: "tile" }, canvas), h("figcaption", {}, words));
    const fitted = this.ground === "digit" ? ", fitted as MNIST’s digits are: in a box of 20 × 20 pixels, centred by its mass" : "";
    return h(
      "div",
      { class: "tiles" },
      tile(this.seen, "As the model gets it", `${this.size[1]} × ${this.size[0]} pixels${fitted}`),
      tile(this.made, "Reconstruction", "What the model makes of it"),
    );
  }

  #tools() {
    const choose = (erases) => () => {
      this.pen.erases = erases;
      this.#point(this.pen.x, this.pen.y);
    };
    const kind = (words, glyph, erases) => {
      const input = h("input", { type: "radio", name: `sketch-pen-${this.model}`, value: erases ? "eraser" : "pen", onchange: choose(erases) });
      input.checked = !erases;
      return h("label", {}, input, h("span", {}, icon(glyph), words));
    };
    const button = (words, glyph, role, title, onclick) => iconButton(glyph, { "data-role": role, title, onclick }, words);
    this.undoButton = button("Undo", "undo", "undo-stroke", "Take the last stroke back. Keys: Ctrl+Z on the pad", () => this.undo());
    this.clearButton = button("Clear", "close", "clear-pad", "Blank the pad", () => this.clear());
    return h(
      "div",
      { class: "tools" },
      h("div", { class: "kinds", role: "radiogroup", "aria-label": "Tool" }, kind("Pen", "pen", false), kind("Eraser", "eraser", true)),
      h("div", { class: "steps" }, this.undoButton, this.clearButton),
    );
  }

  #sources() {
    const { min, max, step, value } = this.pen;
    const size = h("input", { type: "range", class: "range", "data-role": "brush", min, max, step, value });
    const show = () => {
      size.style.setProperty("--at", String((size.value - min) / (max - min)));
      size.setAttribute("aria-valuetext", `${Number(size.value).toFixed(1)} pixels of the model`);
    };
    size.addEventListener("input", () => {
      this.pen.value = Number(size.value);
      this.#point(this.pen.x, this.pen.y);
      show();
    });
    show();
    if (this.view.shape[2] === 3) this.colour = h("input", { type: "color", value: "#f2c14e", "aria-label": "Ink", title: "Ink" });
    return h(
      "div",
      { class: "sources" },
      h("label", { class: "brush" }, h("span", {}, "Brush"), size),
      this.colour,
      ...(house.alone ? [] : this.#files()),
    );
  }
  #files() {
    const file = h("input", { type: "file", accept: this.view.accept, hidden: true, "data-role": "file", tabindex: "-1", "aria-hidden": "true" });
    file.addEventListener("change", () => {
      const [chosen] = file.files;
      file.value = ""; // the same file may be chosen again
      if (chosen) this.upload(chosen);
    });
    return [
      iconButton("upload", { "data-role": "upload", onclick: () => file.click() }, "Upload image…"),
      file,
      h("p", { class: "fine" }, "Or paste an image with Ctrl+V, or drop one on the pad."),
    ];
  }
}
