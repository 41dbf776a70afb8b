/**
 * A line that parts one picture in two: what is left of it, and what is right of it. It is taken by hand on the picture, or with the
 * slider beneath. Where a hand marks what is lost on the picture, the line is taken by its grip alone.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { LiveRange } from "../../shared/page/liverange.js";

export const MIDDLE = 0.5;

/** How much of the picture each side has, in words. @param {number} at @param {[string, string]} sides what stands left and right */
export const sayWipe = (at, [left, right]) => `${Math.round(100 * at)} % ${left}, ${100 - Math.round(100 * at)} % ${right}`;

export class Wipe {
  /**
   * @param {object} options
   * @param {HTMLElement} options.frame around the picture
   * @param {HTMLElement} options.over what is right of the line; it lies over all that is left of it
   */
  constructor({ frame, over }) {
    Object.assign(this, { frame, over });
    /** @type {(HTMLElement | SVGElement)[]} what else is to be seen left of the line alone */
    this.under = [];
    this.marking = this.blank = false;
    this.frame.classList.add("parts");
    /** @type {[string, string]} */
    this.sides = ["corrupted", "restored"];
    this.grip = h("i", { class: "grip", "aria-hidden": "true" });
    this.line = h("div", { class: "divider" }, this.grip);
    frame.append(this.line);
    this.slider = new LiveRange({
      role: "wipe",
      label: "The line on the picture",
      min: 0,
      max: 1,
      step: 0.001,
      arrow: 0.02,
      onGrab: () => {},
      onMove: (at) => this.go(at),
    });
    this.slider.element.title = "Drag the line on the picture, or this. Arrow keys move it";
    this.at = MIDDLE;
    this.#draw();
    this.#listen();
  }

  /** Put the line elsewhere, with the next frame. @param {number} at share of the picture that is left of it */
  go(at) {
    if (at === this.at) return;
    this.at = at;
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.#draw();
    });
  }

  /** Something else is to be seen left of the line alone. @param {HTMLElement | SVGElement} element */
  belongsLeft(element) {
    this.under.push(element);
    this.#draw();
  }

  /** What stands at either side. @param {[string, string]} sides */
  name(sides) {
    this.sides = sides;
    this.slider.show(this.at, () => sayWipe(this.at, this.sides));
  }

  /** Take the hand for marking what is lost. @param {boolean} marking @param {boolean} blank whether nothing is marked yet: then all is left of the line */
  mark(marking, blank) {
    if (marking === this.marking && blank === this.blank) return;
    this.blank = blank;
    this.marking = marking;
    this.frame.classList.toggle("parts", !marking);
    this.frame.classList.toggle("blank", marking && blank);
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
  }

  #draw() {
    const percent = 100 * this.at;
    this.over.style.clipPath = `inset(0 0 0 ${percent.toFixed(2)}%)`;
    for (const each of this.under) each.style.clipPath = `inset(0 ${(100 - percent).toFixed(2)}% 0 0)`;
    this.line.style.transform = `translateX(${percent.toFixed(2)}%)`; // of its own width, which is the picture's
    this.name(this.sides);
  }

  #listen() {
    const { frame, grip } = this;
    let held = null;
    const begin = (event, target) => {
      const { left, width } = frame.getBoundingClientRect();
      held = { pointer: event.pointerId, left, width };
      target.setPointerCapture(event.pointerId);
    };
    const follow = ({ pointerId, clientX }) => {
      if (pointerId === held?.pointer) this.go(Math.min(1, Math.max(0, (clientX - held.left) / held.width)));
    };
    grip.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.stopPropagation(); // nothing is marked by it
      event.preventDefault();
      begin(event, grip);
    });
    frame.addEventListener("pointerdown", (event) => {
      if (event.button || held) return;
      if (this.marking) {
        frame.classList.add("whole"); // one sees what one marks
        return;
      }
      begin(event, frame);
      if (event.pointerType === "mouse") follow(event); // a finger may only scroll the page
    });
    frame.addEventListener("click", (event) => this.marking || event.target === grip || this.#press(event));
    frame.addEventListener("pointermove", follow);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      frame.addEventListener(name, ({ pointerId }) => {
        frame.classList.remove("whole");
        if (pointerId === held?.pointer) held = null;
      });
    }
  }

  /** A tap puts the line there. */
  #press({ clientX }) {
    const { left, width } = this.frame.getBoundingClientRect();
    this.go(Math.min(1, Math.max(0, (clientX - left) / width)));
  }
}
