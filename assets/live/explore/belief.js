/**
 * From an original to its reconstruction: what the encoder believes, a mean and where there is one a spread for each
 * dimension, and what the decoder makes of the mean, or of a draw.
 * @module
 */

import { draw } from "../shared/space/normal.js";
import { h, iconButton } from "../shared/page/dom.js";
import { calledOf } from "../shared/space/slidername.js";
import { FEW } from "../shared/space/sliders.js";
import { figure, round } from "../shared/words/numbers.js";

/**
 * @typedef {{mean: number[], spread: number[] | null}} Told what the encoder says of a thing; points have no spread
 */

/** Read an answer of the op `encode`. @param {Float32Array} array [1 to 3, 1, d] @param {number} dims @returns {Told} */
export function readBelief(array, dims) {
  const part = (i) => Array.from(array.subarray(i * dims, (i + 1) * dims), round);
  return { mean: part(0), spread: array.length >= 2 * dims ? part(1) : null };
}

/** A code drawn from a belief, mean + σ · ε. @param {Told} belief @param {() => number} [random] @returns {number[]} */
export function drawCode({ mean, spread }, random = Math.random) {
  const noise = draw(mean.length, random);
  return mean.map((value, dim) => round(value + (spread ? spread[dim] * noise[dim] : 0)));
}

export class Belief {
  /**
   * @param {import("../shared/views/view.js").View} view
   * @param {{order: number[], dims: number}} latent
   * @param {{onDraw: () => void, onMean: () => void}} on
   */
  constructor(view, latent, { onDraw, onMean }) {
    Object.assign(this, { view, latent });
    this.dims = latent.order.slice(0, FEW);
    const canvas = (role) => h("canvas", { "data-role": role, class: "pixels", width: 1, height: 1, "aria-hidden": "true" });
    [this.from, this.to] = [canvas("begun"), canvas("redrawn")];
    this.table = h("table", {});
    this.draws = iconButton("dice", { "data-role": "draw-again", title: "Decode another code: mean + σ · ε, with a new ε", onclick: onDraw }, "Draw again");
    this.means = iconButton("reset", { "data-role": "mean", title: "Decode the mean itself", onclick: onMean }, "Mean");
    const figureOf = (made, words) => h("figure", {}, made, h("figcaption", {}, words));
    this.made = h("figcaption", {}, "Reconstruction");
    const arrow = (words) => h("span", { class: "arrow", "aria-hidden": "true", title: `through the ${words}` }, "→");
    const label = { class: "belief", hidden: true, "aria-label": "From the original to its reconstruction" };
    this.element = h(
      "section",
      label,
      figureOf(this.from, "Original"),
      arrow("encoder"),
      this.table,
      arrow("decoder"),
      h("figure", {}, this.to, this.made),
      h("div", { class: "ways" }, this.draws, this.means),
    );
  }

  /** Show what the encoder says of a thing, or nothing. @param {any} thing @param {Told | null} told @param {string[]} [names] of the dimensions */
  show(thing, told, names) {
    this.element.hidden = !told;
    if (!told) return;
    this.view.paint(this.from, thing);
    const row = (name, values) => h("tr", {}, h("th", { scope: "row" }, name), ...this.dims.map((dim) => h("td", {}, figure(values[dim]))));
    const heads = this.dims.map((dim) => h("th", { scope: "col", title: `z${dim + 1}` }, calledOf(names, dim)));
    const { dims } = this.latent;
    const most = dims > this.dims.length ? `${this.dims.length} of ${dims}` : "";
    this.table.replaceChildren(
      h("tr", {}, h("td", { class: "most" }, most), ...heads),
      row(told.spread ? "mean" : "code", told.mean),
      ...(told.spread ? [row("σ", told.spread)] : []),
    );
    this.draws.hidden = !told.spread;
    this.means.lastChild.textContent = told.spread ? "Mean" : "Its code";
  }

  /** Show what the decoder has made of the mean, or of a draw. @param {any} array @param {"image" | "sample"} how */
  redraw(array, how) {
    this.view.paint(this.to, array);
    this.made.textContent = how === "sample" ? "of a draw" : "Reconstruction";
  }
}
