/**
 * What pictures weigh: as a file that loses nothing, and as a rounded code, from which the decoder draws the rest.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { term } from "../../shared/page/term.js";
import { sentenceOf } from "../../shared/wire/frame.js";
import { labelled } from "../../shared/views/view.js";
import { barsOf } from "./bars.js";
import { RateChart } from "./chart.js";
import { STEPS, bitsOf, psnr, rounded, stepAt } from "./rates.js";

const FIRST = 22; // of the slider's places

/** @typedef {{z: ArrayLike<number>, original: Uint8Array}} Looked a code, and the picture that it stands for */

export class Weight {
  /**
   * @param {object} options
   * @param {any} options.data of the model
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {() => Looked | null} options.looked what is looked at now
   * @param {(z: number[], onAnswer: (array: Uint8Array) => void) => void} options.decode a code of it
   */
  constructor({ data, view, looked, decode }) {
    Object.assign(this, { data, view, looked, decode });
    this.body = h("div", { class: "weighed", "aria-live": "polite" });
  }

  /** Another picture is looked at. */
  follow() {
    if (this.chart) this.#round();
  }

  /** It can be seen. */
  async open() {
    if (this.chart || this.asking) return this.follow();
    this.asking = true;
    this.#say("Packing 100 pictures and unpacking them again …");
    const told = await this.#ask();
    this.asking = false;
    if (told) this.#show(told);
  }

  /** What they weigh; where it cannot be had, say why. */
  async #ask() {
    try {
      const response = await fetch(`${this.data.base}api/weight?model=${encodeURIComponent(this.data.model)}`);
      if (response.ok) return await response.json();
      this.#say(await sentenceOf(response));
    } catch {
      this.#say("The server does not answer. Close this and open it again.");
    }
    return null;
  }

  #say(sentence) {
    this.body.replaceChildren(h("p", { class: "fine" }, sentence));
  }

  #show(told) {
    const { bits, others, numbers, rates, lossy } = told;
    this.chart = new RateChart({ [this.data.model]: rates, ...lossy });
    this.body.replaceChildren(
      h("section", {}, h("h2", {}, "Nothing is lost"), this.#packed(told), barsOf(this.data.model, bits, others, told.ink ? numbers : 8 * numbers)),
      h("section", {}, h("h2", {}, "Only the code is sent"), this.#coarse(), this.chart.element),
    );
    this.#round();
  }

  /** What was packed, and whether it came out again. */
  #packed({ things, what, ink, equal, numbers, bits }) {
    const share = ((bits.thing + bits.code - bits.taken) / numbers).toFixed(3);
    const made = ink ? ", made black and white," : "";
    const came = equal ? "All came out again, bit for bit." : "They did not come out again as they were.";
    return h(
      "p",
      { "data-role": "packed", "data-equal": String(equal) },
      `${things} ${what}${made} were packed by the model, with `,
      term("bits-back coding"),
      `, and unpacked. `,
      h("b", {}, came),
      ` That is ${share} bits a pixel: the −ELBO as the size of a file. Below are bits a picture; of formats, all ${things} on one sheet.`,
    );
  }

  #coarse() {
    const range = { type: "range", min: "0", max: String(STEPS), value: String(FIRST) };
    this.dial = h("input", { ...range, "data-role": "coarse", "aria-label": "How finely the code is told" });
    this.dial.addEventListener("input", () => this.#round());
    [this.before, this.after] = ["original", "rounded"].map((role) => {
      const canvas = h("canvas", { "data-role": `weight-${role}`, role: "img", width: 1, height: 1, class: "pixels" });
      canvas.style.aspectRatio = `${this.view.width} / ${this.view.height}`;
      return canvas;
    });
    this.said = h("output", { "data-role": "coarse-said" });
    const about = "Its numbers are rounded to a grid and sent; the decoder draws the rest. The coarser the grid, the fewer the bits.";
    return h(
      "div",
      { class: "coarse" },
      h("p", {}, about),
      h("figure", {}, this.before, h("figcaption", {}, "what is sent")),
      h("figure", {}, this.after, h("figcaption", {}, "what arrives")),
      h("label", {}, h("span", {}, "coarse"), this.dial, h("span", {}, "fine")),
      this.said,
    );
  }

  /** Round the code that is looked at, and draw what comes of it. */
  #round() {
    const looked = this.looked();
    if (!looked) return;
    const step = stepAt(Number(this.dial.value));
    const bits = bitsOf(looked.z, step);
    this.decode(rounded(looked.z, step), (array) => {
      const near = psnr(looked.original, array);
      this.view.paint(this.before, looked.original);
      this.view.paint(this.after, array);
      this.after.setAttribute("aria-label", labelled(this.view, "What arrives", array));
      this.before.setAttribute("aria-label", labelled(this.view, "What is sent", looked.original));
      this.chart.mark({ bits, psnr: near });
      const db = Number.isFinite(near) ? `${near.toFixed(1)} dB` : "no pixel differs";
      this.said.textContent = `${Math.round(bits)} bits · ${db} · a grid of ${step.toFixed(2)} standard deviations`;
      this.dial.setAttribute("aria-valuetext", this.said.textContent);
    });
  }
}
