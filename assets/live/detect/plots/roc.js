/**
 * The ROC curve, with the threshold's place on it: it can be dragged along the curve.
 * @module
 */

import { nearestOn } from "./counts.js";
import { PAGE, frameOf, plannedRoc, rocParts, svgOf } from "./plot.js";
import { Box } from "../../shared/page/box.js";
import { h } from "../../shared/page/dom.js";

export class RocPlot {
  /** @param {{onThreshold: (threshold: number, done: boolean) => void}} options */
  constructor({ onThreshold }) {
    this.onThreshold = onThreshold;
    this.drawing = h("div", { class: "drawing", "aria-hidden": "true" });
    this.point = h("i", { class: "point", "aria-hidden": "true", "data-role": "roc-point" });
    this.why = h("p", { class: "fine why", "data-role": "no-roc" });
    this.area = h("b", { "data-role": "auroc" }, "–");
    this.plot = h("div", { class: "plot", "data-role": "roc", role: "img" }, this.drawing, this.point, this.why);
    this.element = h(
      "section",
      { class: "roc", "aria-label": "ROC curve" },
      h("h2", {}, h("span", {}, "ROC curve"), h("small", {}, "AUROC ", this.area)),
      this.plot,
    );
    this.box = new Box(this.plot);
    this.#listen();
    this.watch = new ResizeObserver(() => this.roc && this.#draw());
    this.watch.observe(this.plot);
  }

  destroy() {
    this.watch.disconnect();
    this.box.close();
  }

  /** @param {import("./counts.js").Roc} roc @param {string} area as text @param {string} why there is no curve, or an empty string */
  show(roc, area, why) {
    this.roc = roc;
    this.whyNot = why;
    this.area.textContent = area;
    this.why.textContent = why;
    this.why.hidden = !why;
    this.plot.setAttribute("aria-label", why || `ROC curve, area ${area}`);
    this.#draw();
  }

  /** Put the point where the threshold is. @param {number} alarms share @param {number} found share */
  place(alarms, found) {
    this.at = [alarms, found];
    if (!this.plan) return;
    if (this.point.hidden !== Boolean(this.whyNot)) this.point.hidden = Boolean(this.whyNot);
    const place = `translate(${this.plan.x.at(alarms) * this.zoom}px, ${this.plan.y.at(found) * this.zoom}px)`;
    if (this.point.style.transform !== place) this.point.style.transform = place;
  }

  #draw() {
    const { width, height, zoom } = frameOf(this.plot);
    if (!width || !height) return;
    this.zoom = zoom;
    this.plan = plannedRoc(this.roc, width, height);
    this.drawing.innerHTML = svgOf(rocParts(this.plan, PAGE, !this.whyNot), this.plan, zoom);
    if (this.at) this.place(...this.at);
  }

  #listen() {
    let held = null;
    const go = (event, done = false) => {
      if (!this.plan || this.whyNot) return;
      const box = this.box.now;
      const [x, y] = [((event.clientX - box.left) / box.width) * this.plan.width, ((event.clientY - box.top) / box.height) * this.plan.height];
      const near = nearestOn(this.roc, this.plan.x.of(x), this.plan.y.of(y));
      this.onThreshold(this.roc.thresholds[near], done);
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || held !== null) return;
      held = event.pointerId;
      this.plot.setPointerCapture(held);
      go(event);
    });
    this.plot.addEventListener("pointermove", (event) => event.pointerId === held && go(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.plot.addEventListener(name, (event) => {
        if (event.pointerId !== held) return;
        held = null;
        if (name === "pointerup") go(event, true);
      });
    }
  }
}
