/**
 * One row for each latent dimension: its name, what it carries, a slider, a number, a reset.
 * @module
 */

import { h, icon, nameOf } from "./dom.js";
import { LIMIT, settle, sliderRange } from "./geometry.js";

const ARROW = 0.1;
const PAGE = 0.5;
const KEYS = { ArrowLeft: -ARROW, ArrowDown: -ARROW, ArrowRight: ARROW, ArrowUp: ARROW, PageDown: -PAGE, PageUp: PAGE };

/**
 * @typedef {object} Latent
 * @property {number} dims
 * @property {number[]} kl nats
 * @property {[number, number][]} range
 * @property {boolean[]} dead
 * @property {number[]} order
 */

const THUMB = 16; // pixels, --thumb in explore.css

/** Say which value the browser will give a slider whose thumb is drawn to `x`. @param {HTMLInputElement} slider */
function valueAt(x, slider) {
  const { left, width } = slider.getBoundingClientRect();
  const [min, max, step] = [slider.min, slider.max, slider.step].map(Number);
  const share = Math.min(1, Math.max(0, (x - left - THUMB / 2) / (width - THUMB)));
  return min + Math.round((share * (max - min)) / step) * step;
}

export class Sliders {
  /**
   * @param {Latent} latent
   * @param {object} on
   * @param {(dim: number) => void} on.grab before a movement, and when a row gets the focus
   * @param {(dim: number, value: number) => void} on.move while it moves
   * @param {(dim: number) => void} on.release after it
   */
  constructor(latent, on) {
    this.on = on;
    this.rows = new Map();
    const most = Math.max(...latent.kl, 1e-9);
    const row = (dim) => this.#row(dim, latent.range[dim], latent.kl[dim], latent.kl[dim] / most, latent.dead[dim]);
    const alive = latent.order.filter((dim) => !latent.dead[dim]);
    const dead = latent.order.filter((dim) => latent.dead[dim]);
    this.element = h("div", { class: "sliders" }, this.#head(), h("div", { class: "rows" }, ...alive.map(row)));
    if (dead.length) {
      const count = dead.length === 1 ? "1 dimension carries" : `${dead.length} dimensions carry`;
      this.element.append(
        h(
          "details",
          { class: "dead" },
          h("summary", {}, `${count} nothing: collapsed onto the prior`),
          h("div", { class: "rows" }, ...dead.map(row)),
        ),
      );
    }
  }

  /** Show a code; the dimension in hand keeps its own. */
  show(z, inHand) {
    for (const [dim, { row, slider, number }] of this.rows) {
      row.classList.toggle("in-hand", dim === inHand);
      if (Number(slider.value) !== z[dim]) slider.value = String(z[dim]);
      slider.style.setProperty("--at", String((Number(slider.value) - slider.min) / (slider.max - slider.min)));
      if (document.activeElement?.shadowRoot?.activeElement !== number || number.dataset.typing !== "true") {
        number.value = z[dim].toFixed(2);
      }
      row.classList.toggle("moved", z[dim] !== 0);
    }
  }

  #head() {
    const why = "How far the codes of the data lie from the prior along this dimension, averaged over the test images.";
    return h(
      "div",
      { class: "head", "aria-hidden": "true" },
      h("span", {}, ""),
      h("span", { title: why }, "KL, nats"),
      h("span", {}, "value"),
    );
  }

  #row(dim, range, kl, share, dead) {
    const [min, max] = sliderRange(range);
    const name = nameOf(dim);
    const slider = h("input", {
      type: "range",
      "data-dim": dim,
      min,
      max,
      step: 0.01,
      "aria-label": `z${dim + 1}, ${dead ? "carries nothing" : `carries ${kl.toFixed(2)} nats`}`,
    });
    slider.style.setProperty("--zero", String(-min / (max - min)));
    const number = h("input", {
      type: "number",
      "data-number": dim,
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
      "aria-label": `Value of z${dim + 1}, from ${-LIMIT} to ${LIMIT}`,
    });
    const reset = h(
      "button",
      { type: "button", class: "bare", "data-reset": dim, title: `Put ${name} back to 0`, "aria-label": `Reset z${dim + 1}` },
      icon("reset"),
    );
    const bar = h("span", { class: "kl", title: `${name}: KL ${kl.toFixed(3)} nats` }, h("i"), h("b", {}, kl.toFixed(2)));
    bar.firstChild.style.width = `${Math.max(2, 100 * share)}%`;
    const row = h("div", { class: "row" }, h("span", { class: "name" }, name), bar, slider, number, reset);
    this.rows.set(dim, { row, slider, number });
    this.#listen(dim, slider, number, reset);
    return row;
  }

  #listen(dim, slider, number, reset) {
    const { grab, move, release } = this.on;
    const set = (value, held = false) => {
      if (!held) grab(dim); // a key held down is one movement
      move(dim, settle(value));
      release(dim);
    };
    slider.addEventListener("pointerdown", () => grab(dim));
    slider.addEventListener("focus", () => grab(dim));
    slider.addEventListener("input", () => move(dim, settle(Number(slider.value))));
    slider.addEventListener("change", () => release(dim));
    this.#listenRaw(dim, slider);
    slider.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = Number(slider.value) + (event.shiftKey ? step / 10 : step);
      slider.value = String(next);
      set(Number(slider.value), event.repeat);
    });
    number.addEventListener("focus", () => {
      grab(dim);
      number.select();
    });
    number.addEventListener("input", () => {
      number.dataset.typing = "true";
      if (number.value !== "" && Number.isFinite(number.valueAsNumber)) move(dim, settle(number.valueAsNumber));
    });
    const typed = () => {
      delete number.dataset.typing;
      release(dim);
    };
    number.addEventListener("change", typed);
    number.addEventListener("blur", typed);
    reset.addEventListener("click", () => set(0));
  }

  /**
   * Ask for the picture as soon as the mouse moves. `input` waits for the next frame, so its picture is painted in the
   * frame after that; asked for now, it is there when the frame moves the thumb: 16 ms after the hand instead of 29.
   * Where the browser does not send these events (Firefox, Safari, plain http), `input` alone does it.
   */
  #listenRaw(dim, slider) {
    let dragged = false;
    slider.addEventListener("pointerdown", (event) => (dragged = event.button === 0 && event.pointerType === "mouse"));
    slider.addEventListener("pointerrawupdate", (event) => {
      dragged &&= (event.buttons & 1) === 1;
      if (dragged) this.on.move(dim, settle(valueAt(event.clientX, slider)));
    });
  }
}
