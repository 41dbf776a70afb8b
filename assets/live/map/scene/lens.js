/**
 * The picture beside the pointer, and the card of a point that it rests on.
 * @module
 */

import { h } from "../../shared/page/dom.js";

const GAP = 18; // pixels between the pointer and the lens, more than the radius within which a point is picked

export class Lens {
  /** @param {import("../../shared/views/view.js").View} view */
  constructor(view) {
    this.view = view;
    this.canvas = h("canvas", { "data-role": "lens", class: "pixels", width: 1, height: 1 });
    this.original = h("canvas", { "data-role": "lens-original", class: "pixels", width: 1, height: 1 });
    this.captions = [h("figcaption", {}, view.words.noun), h("figcaption", {}, "reconstruction")];
    this.originalFigure = h("figure", { hidden: true }, this.original, this.captions[0]);
    this.title = h("b");
    this.lines = h("span");
    this.element = h(
      "div",
      { class: "lens", hidden: true, "aria-hidden": "true" },
      h("div", { class: "lens-pictures" }, h("figure", {}, this.canvas, this.captions[1]), this.originalFigure),
      h("p", {}, this.title, this.lines),
    );
  }

  /** Say what is under the pointer. @param {{title: string, lines: string, far?: boolean, card?: boolean}} what */
  say({ title, lines, far = false, card = false }) {
    this.title.textContent = title;
    this.lines.textContent = lines;
    this.element.classList.toggle("far", far);
    this.element.classList.toggle("card", card);
    this.captions[1].hidden = !card;
    if (!card) this.originalFigure.hidden = true;
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
    this.element.hidden = false;
    const own = { width: this.element.offsetWidth, height: this.element.offsetHeight };
    const [left, top] = besides(x, y, own, { width, height }, GAP);
    this.element.style.transform = `translate(${left}px, ${top}px)`;
  }

  hide() {
    this.element.hidden = true;
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
