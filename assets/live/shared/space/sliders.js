/**
 * One row for each latent dimension: its name, what it carries, a slider, a number, a reset.
 * @module
 */

import { h, iconButton } from "../page/dom.js";
import { nameOf } from "../words/names.js";
import { LIMIT, arrowsOf, settle, sliderRange, tick } from "./geometry.js";
import { readNumber } from "../words/numbers.js";
import { holdForTouch } from "../page/touch.js";

const PAGE = 5; // arrows
const FINER = 0.1; // of an arrow, with Shift
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -PAGE, PageUp: PAGE }; // arrows

/**
 * @typedef {object} Latent
 * @property {number} dims
 * @property {(number | null)[]} nats what each carries; null where nothing measures it
 * @property {[number, number][]} range
 * @property {boolean[]} dead
 * @property {number[]} order
 * @property {string} [prior] "none" where there is none
 * @property {number[]} [home] where a reset puts each; left out, 0
 * @property {number} [limit] the largest value that may be asked for, either sign
 */

/** Say which value the browser will give a slider whose thumb is drawn to `x`. @param {HTMLInputElement} slider */
export function valueAt(x, slider, thumb) {
  const { left, width } = slider.getBoundingClientRect();
  const [min, max, step] = [slider.min, slider.max, slider.step].map(Number);
  const share = Math.min(1, Math.max(0, (x - left - thumb / 2) / (width - thumb)));
  return min + Math.round((share * (max - min)) / step) * step;
}

/** Select what is in a field as it is entered, by a key or by a click. @param {HTMLInputElement} field */
function selectOnEntry(field) {
  let entered = false; // the click that enters comes after the focus, and would take the selection back
  field.addEventListener("focus", () => {
    field.select();
    entered = true;
  });
  field.addEventListener("click", () => {
    if (entered) field.select();
    entered = false;
  });
}

export class Sliders {
  /**
   * @param {Latent} latent
   * @param {object} on
   * @param {(dim: number) => void} on.grab before a movement, and when a row gets the focus
   * @param {(dim: number, value: number) => void} on.move while it moves
   * @param {(dim: number) => void} on.release after it
   * @param {(dim: number) => number} on.valueOf the present value
   * @param {() => void} on.fold when the dead dimensions are folded away
   */
  constructor(latent, on) {
    this.on = on;
    this.limit = latent.limit ?? LIMIT;
    this.settle = (value) => settle(value, this.limit);
    this.rows = new Map();
    this.home = latent.home ?? latent.range.map(() => 0);
    this.arrows = arrowsOf(latent);
    this.measured = latent.nats.some((nats) => nats !== null);
    const most = Math.max(...latent.nats.map((nats) => nats ?? 0), 1e-9);
    const row = (dim) => this.#row(dim, latent.range[dim], latent.nats[dim], most, latent.dead[dim]);
    const alive = latent.order.filter((dim) => !latent.dead[dim]);
    const dead = latent.order.filter((dim) => latent.dead[dim]);
    this.element = h("div", { class: this.measured ? "sliders" : "sliders unmeasured" }, this.#head(), h("div", { class: "rows" }, ...alive.map(row)));
    this.bubble = h("span", { class: "bubble", role: "status" });
    if (dead.length) {
      const count = dead.length === 1 ? "1 dimension carries" : `${dead.length} dimensions carry`;
      this.element.append(
        h(
          "details",
          { class: "dead", ontoggle: (event) => event.target.open || on.fold() },
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
        number.value = z[dim].toFixed(2).replace(/^-(0\.00)$/, "$1");
      }
      row.classList.toggle("moved", z[dim] !== this.home[dim]);
    }
  }

  #head() {
    const why =
      "How far the encoder's distribution for one image is from the prior along this dimension (Kullback-Leibler " +
      "divergence), averaged over the test images.";
    return h(
      "div",
      { class: "head", "aria-hidden": "true" },
      this.measured && h("span", { class: "of-kl", title: why }, "KL, nats"),
      h("span", { class: "of-value" }, "value"),
    );
  }

  #row(dim, range, nats, most, dead) {
    const [min, max] = sliderRange(range, this.limit);
    const name = nameOf(dim);
    const carries = nats === null ? "" : `, carries ${nats.toFixed(2)} nats`;
    const slider = h("input", {
      type: "range",
      "data-dim": dim,
      min,
      max,
      step: 0.01,
      "aria-label": `z${dim + 1}${dead ? ", carries nothing" : carries}`,
    });
    slider.style.setProperty("--zero", String((this.home[dim] - min) / (max - min)));
    const number = h("input", {
      type: "text", // a number field takes no decimal comma where the browser speaks English
      class: "number",
      "data-number": dim,
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": `Value of z${dim + 1}, from ${-this.limit} to ${this.limit}`,
    });
    const reset = iconButton(
      "reset",
      { class: "bare", "data-reset": dim, title: `Put ${name} back to ${tick(this.home[dim])}`, "aria-label": `Reset z${dim + 1}` },
    );
    const bar = nats !== null && h("span", { class: "kl", title: `${name}: KL ${nats.toFixed(3)} nats` }, h("i"), h("b", {}, nats.toFixed(2)));
    if (bar) bar.firstChild.style.width = `${Math.max(2, (100 * nats) / most)}%`;
    // By keys, the slider's focus does the same.
    const choose = h(
      "button",
      { type: "button", class: "name", tabindex: "-1", title: `Show the strip along ${name}`, onclick: () => slider.focus() },
      name,
    );
    const row = h("div", { class: "row" }, choose, bar, slider, number, reset);
    this.rows.set(dim, { row, slider, number });
    this.#listen(dim, slider, number, reset);
    return row;
  }

  #listen(dim, slider, number, reset) {
    const { grab, move, release } = this.on;
    const set = (value, held = false) => {
      if (!held) grab(dim); // a key held down is one movement
      move(dim, this.settle(value));
      release(dim);
    };
    slider.addEventListener("pointerdown", ({ pointerType }) => pointerType === "touch" || grab(dim));
    slider.addEventListener("focus", () => grab(dim));
    const isHeld = holdForTouch(slider, { grab: () => grab(dim), tap: (value) => move(dim, this.settle(value)) });
    slider.addEventListener("input", () => isHeld() || move(dim, this.settle(Number(slider.value))));
    slider.addEventListener("change", () => release(dim));
    this.#listenRaw(dim, slider);
    slider.addEventListener("keydown", (event) => {
      const arrows = KEYS[event.key];
      if (arrows === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = Number(slider.value) + arrows * this.arrows[dim] * (event.shiftKey ? FINER : 1);
      slider.value = String(next);
      set(Number(slider.value), event.repeat);
    });
    this.#listenTyping(dim, number, set);
    reset.addEventListener("click", () => set(this.home[dim]));
  }

  /** A typed value is shown while it is typed; Enter or leaving the field ends that, Escape takes it back. */
  #listenTyping(dim, number, set) {
    const { grab, move, release, valueOf } = this.on;
    let before = 0;
    const typed = () => {
      const beyond = Math.abs(readNumber(number.value)) > this.limit;
      if (number.dataset.typing && beyond) this.#tell(number, `limited to ±${this.limit}`);
      delete number.dataset.typing;
      release(dim);
    };
    number.addEventListener("focus", () => grab(dim));
    selectOnEntry(number);
    number.addEventListener("input", () => {
      if (!number.dataset.typing) {
        grab(dim);
        before = valueOf(dim);
        number.dataset.typing = "true";
      }
      const value = readNumber(number.value);
      if (Number.isFinite(value)) move(dim, this.settle(value));
    });
    number.addEventListener("change", typed);
    number.addEventListener("blur", typed);
    number.addEventListener("keydown", (event) => {
      const arrows = { ArrowUp: 1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE }[event.key];
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Enter") typed();
      else if (event.key === "Escape" && number.dataset.typing) {
        move(dim, before);
        typed();
      } else if (arrows !== undefined) {
        event.preventDefault();
        delete number.dataset.typing;
        set(valueOf(dim) + arrows * this.arrows[dim] * (event.shiftKey ? FINER : 1), event.repeat);
      } else return;
      requestAnimationFrame(() => requestAnimationFrame(() => number.select())); // once the value is shown
    });
  }

  /** Say something beside a field for a moment. */
  #tell(number, sentence) {
    this.bubble.textContent = sentence;
    number.parentElement.append(this.bubble);
    clearTimeout(this.told);
    this.told = setTimeout(() => this.bubble.remove(), 2500);
  }

  /**
   * Ask for the picture as soon as the mouse moves. `input` waits for the next frame, so its picture is painted in the
   * frame after that; asked for now, it is there when the frame moves the thumb: 16 ms after the hand instead of 29.
   * Where the browser does not send these events (Firefox, Safari, plain http), `input` alone does it.
   */
  #listenRaw(dim, slider) {
    let dragged = false;
    let thumb = 0; // pixels
    slider.addEventListener("pointerdown", (event) => {
      dragged = event.button === 0 && event.pointerType === "mouse";
      thumb = Number.parseFloat(getComputedStyle(slider).getPropertyValue("--thumb"));
    });
    slider.addEventListener("pointerrawupdate", (event) => {
      dragged &&= (event.buttons & 1) === 1;
      if (dragged) this.on.move(dim, this.settle(valueAt(event.clientX, slider, thumb)));
    });
  }
}
