/**
 * The picture beside the pointer, and the card of a point that it rests on.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { write } from "../write.js";

const GAP = 18; // pixels between the pointer and the lens, more than the radius within which a point is picked

export class Lens {
  /** @param {import("../../shared/views/view.js").View} view */
  constructor(view) {
    this.view = view;
    this.canvas = h("canvas", { "data-role": "lens", class: "pixels", width: 1, height: 1 });
    this.original = h("canvas", { "data-role": "lens-original", class: "pixels", width: 1, height: 1 });
    this.captions = [h("figcaption", {}, "original"), h("figcaption", {}, "reconstruction")];
    this.originalFigure = h("figure", { hidden: true }, this.original, this.captions[0]);
    this.title = h("b");
    this.lines = h("span");
    this.element = h(
      "div",
      { class: "lens", hidden: true, "aria-hidden": "true" },
      h("div", { class: "lens-pictures" }, this.originalFigure, h("figure", {}, this.canvas, this.captions[1])),
      h("p", {}, this.title, this.lines),
    );
    this.own = { width: 0, height: 0 };
    // Told after the layout that is due anyway: asked for in a frame, it would force one.
    this.watcher = new ResizeObserver(([{ borderBoxSize: [{ inlineSize: width, blockSize: height }] }]) => {
      if (!width) return; // hidden
      this.own = { width, height };
      if (this.place) this.moveTo(...this.place);
    });
    this.watcher.observe(this.element);
  }

  destroy() {
    this.watcher.disconnect();
  }

  /** Say what is under the pointer. @param {{title: string, lines: string, far?: boolean, card?: boolean}} what */
  say({ title, lines, far = false, card = false }) {
    write(this.title, title);
    write(this.lines, lines);
    this.element.classList.toggle("far", far);
    this.element.classList.toggle("card", card);
    if (this.captions[1].hidden === card) this.captions[1].hidden = !card;
    if (!card && !this.originalFigure.hidden) this.originalFigure.hidden = true;
  }

  paint(images) {
    this.view.paint(this.canvas, images);
  }

  paintOriginal(images) {
    this.originalFigure.hidden = !images;
    if (images) this.view.paint(this.original, images);
  }

  /** Stand beside a place, within a box of this size, and never over the place itself. */
  moveTo(x, y, width, height) {
    this.place = [x, y, width, height];
    if (this.element.hidden) this.element.hidden = false;
    const [left, top] = besides(x, y, this.own, { width, height }, GAP);
    const moved = `translate(${left}px, ${top}px)`;
    if (moved !== this.moved) this.element.style.transform = this.moved = moved;
  }

  hide() {
    this.place = null;
    if (!this.element.hidden) this.element.hidden = true;
  }
}

/**
 * Find the upper left corner of a box beside a place: to its upper right where there is room, otherwise on another side.
 * @returns {[number, number]}
 */
export function besides(x, y, own, room, gap) {
  const right = x + gap + own.width <= room.width;
  const above = y - gap - own.height >= 0;
  const left = x - gap - own.width >= 0;
  const clampX = (value) => Math.max(0, Math.min(room.width - own.width, value));
  const clampY = (value) => Math.max(0, Math.min(room.height - own.height, value));
  if (right) return [x + gap, clampY(above ? y - gap - own.height : y + gap)];
  if (left) return [x - gap - own.width, clampY(above ? y - gap - own.height : y + gap)];
  return [clampX(x - own.width / 2), above ? y - gap - own.height : y + gap];
}
