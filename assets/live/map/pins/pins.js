/**
 * Pinned places: a tray of pictures, each on its way to Explore.
 * @module
 */

import { h, icon, iconButton } from "../../shared/page/dom.js";
import { MOST_ANCHORS } from "../../shared/keeping/links.js";
import { MOST_PINS } from "../address.js";
import { drawnAs } from "../../shared/views/view.js";
import { house } from "../../shared/wire/house.js";

/** @typedef {import("../address.js").Pin & {z?: number[], images?: Uint8Array | Float32Array, name?: string}} Pin */

export class Pins {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(z: number[]) => string} options.link where a pin's picture leads
   * @param {(pins: Pin[]) => string} options.between where the path between pins is
   * @param {() => void} options.onChange
   * @param {(pin: Pin | null) => void} options.onPoint at a pin in the tray
   */
  constructor({ view, link, between, onChange, onPoint }) {
    Object.assign(this, { view, link, between, onChange, onPoint });
    /** @type {Pin[]} */
    this.pins = [];
    this.list = h("ol", { class: "tray" });
    const invitation = `Pin a place or a point: click it, press Enter, or use the button above. Here its ${drawnAs(view).noun} opens in Explore.`;
    this.empty = h("p", { class: "fine" }, invitation);
    this.clearButton = iconButton("reset", { "data-role": "clear-pins", onclick: () => this.set([]) }, "Remove all");
    // Streamlit would open a link in a new window unless it says otherwise.
    this.betweenLink = h(
      "a",
      { class: "quiet", "data-role": "interpolate", target: "_self", title: "Open the pins as the anchors of a path" },
      icon("swap"),
      "Interpolate between them",
    );
    this.element = h(
      "section",
      { class: "pins", "data-role": "pins" },
      this.empty,
      this.list,
      h("div", { class: "row-of-buttons" }, this.betweenLink, this.clearButton),
    );
    this.#show();
  }

  /** Pin a place, unless it was the last to be pinned; the oldest goes where there are too many. @param {Pin} pin */
  add(pin) {
    const last = this.pins.at(-1);
    if (last && last.x === pin.x && last.y === pin.y && last.point === pin.point) return;
    this.set([...this.pins, pin].slice(-MOST_PINS));
  }

  /** Show which pin is meant. @param {Pin} pin */
  mark(pin) {
    this.list.children[this.pins.indexOf(pin)].querySelector("a").focus();
  }

  set(pins) {
    this.pins = pins;
    this.#show();
    this.onChange();
  }

  /** Take what has become known of a pin: its code, its picture, its name. */
  know(pin, facts) {
    Object.assign(pin, facts);
    this.#show();
  }

  #show() {
    this.empty.hidden = this.pins.length > 0;
    this.clearButton.hidden = this.pins.length < 2;
    this.betweenLink.hidden = house.alone || this.pins.length < 2 || this.pins.length > MOST_ANCHORS || this.pins.some((pin) => !pin.z);
    if (!this.betweenLink.hidden) this.betweenLink.href = this.between(this.pins);
    this.list.replaceChildren(...this.pins.map((pin, i) => this.#item(pin, i)));
  }

  #item(pin, i) {
    const canvas = h("canvas", { class: "pixels", "aria-hidden": "true", width: 1, height: 1 });
    if (pin.images) this.view.paint(canvas, pin.images);
    const name = `Pin ${i + 1}${pin.name ? `, ${pin.name}` : ""}`;
    const over = (on) => () => this.onPoint(on ? pin : null);
    return h(
      "li",
      { "data-role": "pin", onpointerenter: over(true), onpointerleave: over(false) },
      h(
        "a",
        // Streamlit would open a link in a new window unless it says otherwise.
        {
          href: pin.z ? this.link(pin.z) : null,
          target: "_self",
          title: `Open ${name} in Explore`,
          "aria-label": `Open ${name} in Explore`,
          onfocus: over(true),
          onblur: over(false),
        },
        canvas,
      ),
      h("span", { class: "number", "aria-hidden": "true" }, String(i + 1)),
      h("span", { class: "name" }, pin.name ?? ""),
      h(
        "button",
        {
          type: "button",
          class: "bare",
          title: `Remove ${name}`,
          "aria-label": `Remove ${name}`,
          onclick: () => this.set(this.pins.filter((other) => other !== pin)),
        },
        "×",
      ),
    );
  }
}
