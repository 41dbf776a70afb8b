/**
 * The histogram of a score for normal and unusual images, with the threshold that one drags.
 * @module
 */

import { binOf, binned, scoreAt } from "./bins.js";
import { AROUND, PAGE, frameOf, histogramParts, placeOf, plannedHistogram, svgOf } from "./plot.js";
import { Box } from "../../shared/page/box.js";
import { h } from "../../shared/page/dom.js";

const SHOWN = 8; // pictures of each kind in a bin

/**
 * @typedef {object} Plotted
 * @property {import("./bins.js").Axis} axis
 * @property {ArrayLike<number>} normal scores @property {ArrayLike<number>} unusual
 * @property {number} bins @property {string} name of the score @property {boolean} logShares
 * @property {number} above a threshold above all scores
 */

export class Histogram {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(threshold: number, done: boolean) => void} options.onThreshold
   * @param {(group: "normal" | "unusual", index: number) => any} options.pictureOf
   * @param {(group: "normal" | "unusual") => string} options.nameOf
   */
  constructor({ view, onThreshold, pictureOf, nameOf }) {
    Object.assign(this, { view, onThreshold, pictureOf, nameOf });
    this.marks = [];
    this.#build();
    this.box = new Box(this.plot);
    this.watch = new ResizeObserver(() => this.plotted && this.#draw());
    this.watch.observe(this.plot);
  }

  destroy() {
    this.watch.disconnect();
    this.box.close();
  }

  /** @param {Plotted} plotted */
  show(plotted) {
    this.plotted = plotted;
    this.groups = { normal: binned(plotted.normal, plotted.axis, plotted.bins), unusual: binned(plotted.unusual, plotted.axis, plotted.bins) };
    this.#hideBin();
    this.#draw();
  }

  /** Put the threshold where it is. @param {number} threshold */
  place(threshold) {
    this.threshold = threshold;
    if (!this.plan) return;
    const at = placeOf(this.plan, this.plotted.axis, threshold);
    if (at === this.at) return;
    this.at = at;
    // Neither of them is laid out: they are moved and cut.
    this.line.style.transform = `translateX(${at * this.zoom}px)`;
    this.called.style.clipPath = `inset(0 0 0 ${at * this.zoom}px)`;
    this.line.classList.toggle("late", at > this.plan.width * 0.72);
  }

  /** Mark the scores of one's own pictures. @param {{score: number, name: string}[]} marks */
  mark(marks) {
    this.marks = marks;
    if (!this.plan) return;
    this.own.replaceChildren(
      ...marks
        .filter(({ score }) => Number.isFinite(score))
        .map(({ score, name }) =>
          h("i", { style: `left: ${placeOf(this.plan, this.plotted.axis, score) * this.zoom}px`, title: name, "data-role": "own-mark" }),
        ),
    );
  }

  /** What a sheet of it is made of. */
  get forSheet() {
    return { axis: this.plotted.axis, ...this.groups, name: this.plotted.name, logShares: this.plotted.logShares };
  }

  #draw() {
    const { width, height, zoom } = frameOf(this.plot);
    if (!width || !height) return;
    const { axis, name, logShares } = this.plotted;
    this.zoom = zoom;
    this.plan = plannedHistogram({ axis, ...this.groups, width, height, name, logShares });
    this.drawing.innerHTML = svgOf(histogramParts(this.plan, PAGE), this.plan, zoom);
    this.mark(this.marks);
    this.at = undefined;
    if (this.threshold !== undefined) this.place(this.threshold);
  }

  // The hand.

  /** The score at a place of the axis; at its end a threshold above all. */
  #thresholdAt(share) {
    return share >= 1 ? this.plotted.above : scoreAt(this.plotted.axis, Math.max(0, share));
  }

  #share(event) {
    const box = this.box.now;
    return (((event.clientX - box.left) / box.width) * this.plan.width - AROUND.left) / (this.plan.width - AROUND.left - AROUND.right);
  }

  #listen() {
    const { plot } = this;
    let held = null;
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || held !== null || !this.plan) return;
      held = event.pointerId;
      plot.setPointerCapture(held);
      plot.classList.add("held");
      this.#hideBin();
      this.#go(this.#thresholdAt(this.#share(event)));
    });
    plot.addEventListener("pointermove", (event) => {
      if (!this.plan) return;
      if (event.pointerId === held) this.#go(this.#thresholdAt(this.#share(event)));
      else if (held === null && event.pointerType === "mouse") this.#hover(event);
    });
    for (const name of ["pointerup", "pointercancel"]) {
      plot.addEventListener(name, (event) => {
        if (event.pointerId !== held) return;
        held = null;
        plot.classList.remove("held");
        this.onThreshold(this.wanted, true);
      });
    }
    plot.addEventListener("pointerleave", () => this.#hideBin());
  }

  #go(threshold) {
    this.wanted = threshold; // it is drawn with the next frame
    this.onThreshold(threshold, false);
  }

  // What is in a bin.

  #hover(event) {
    const share = this.#share(event);
    const { axis, bins } = this.plotted;
    const bin = share < 0 || share > 1 ? -1 : binOf(axis, bins, scoreAt(axis, share));
    if (bin === this.bin) return;
    this.bin = bin;
    const members = { unusual: this.groups.unusual.members[bin] ?? [], normal: this.groups.normal.members[bin] ?? [] };
    this.popover.hidden = !members.normal.length && !members.unusual.length;
    if (this.popover.hidden) return;
    this.popover.replaceChildren(...Object.entries(members).filter(([, all]) => all.length).map(([group, all]) => this.#row(/** @type {any} */ (group), all)));
    const middle = AROUND.left + ((bin + 0.5) / bins) * (this.plan.width - AROUND.left - AROUND.right);
    const late = middle > this.plan.width / 2;
    const place = (pixels) => `${pixels * this.zoom + 18}px`;
    Object.assign(this.popover.style, { left: late ? "" : place(middle), right: late ? place(this.plan.width - middle) : "" });
  }

  #row(group, all) {
    const every = Math.max(1, all.length / SHOWN);
    const shown = Array.from({ length: Math.min(SHOWN, all.length) }, (_, i) => all[Math.floor(i * every)]);
    const pictures = shown.map((index) => {
      const canvas = h("canvas", { class: "pixels", "aria-hidden": "true" });
      this.view.paint(canvas, this.pictureOf(group, index));
      return canvas;
    });
    return h("div", { class: `bin-row ${group}` }, h("span", {}, `${all.length} ${this.nameOf(group)}`), h("div", {}, ...pictures));
  }

  #hideBin() {
    this.bin = -1;
    this.popover.hidden = true;
  }

  #build() {
    this.drawing = h("div", { class: "drawing", "aria-hidden": "true" });
    this.called = h("div", { class: "called", "aria-hidden": "true" });
    this.line = h("div", { class: "line", "aria-hidden": "true" }, h("span", {}, "called unusual"), h("b", {}));
    this.own = h("div", { class: "own-marks" });
    this.popover = h("div", { class: "popover", "data-role": "bin", hidden: true });
    this.plot = h("div", { class: "plot", "data-role": "histogram" }, this.called, this.drawing, this.own, this.line, this.popover);
    this.element = h("div", { class: "histogram" }, this.plot);
    this.#listen();
  }
}
