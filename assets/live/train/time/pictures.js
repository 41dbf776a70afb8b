/**
 * Pictures of one moment: images over their reconstructions, and samples from the prior.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { paint } from "../../shared/views/image.js";

const tile = () => h("canvas", { class: "pixels", width: 1, height: 1, "aria-hidden": "true" });

export class MomentPictures {
  constructor() {
    this.pairs = h("div", { class: "pairs", role: "img", "data-role": "reconstructions" });
    this.draws = h("div", { class: "draws", role: "img", "data-role": "samples" });
    this.element = h(
      "div",
      { class: "moment-pictures" },
      h("section", {}, h("h3", {}, "Reconstructions", h("small", {}, "images of the test set, and below them what comes back")), this.pairs),
      h("section", {}, h("h3", {}, "Samples", h("small", {}, "the same draws from the prior at every moment")), this.draws),
    );
  }

  /**
   * Make room for as many pictures as there are, and paint the images.
   * @param {import("./moments.js").Probe} probe
   * @param {import("../../shared/views/image.js").Shape} shape
   */
  begin({ originals, samples }, shape) {
    this.shape = shape;
    const count = originals.length / (shape[0] * shape[1] * shape[2]);
    const images = Array.from({ length: count }, tile);
    this.reconstructed = images.map(tile);
    this.sampled = Array.from({ length: samples }, tile);
    images.forEach((canvas, i) => paint(canvas, originals, shape, i));
    this.pairs.replaceChildren(...images.map((canvas, i) => h("div", {}, canvas, this.reconstructed[i])));
    this.draws.replaceChildren(...this.sampled);
  }

  /** @param {import("./moments.js").Moment} moment @param {string} words when it was */
  show({ reconstructions, samples }, words) {
    this.reconstructed.forEach((canvas, i) => paint(canvas, reconstructions, this.shape, i));
    this.sampled.forEach((canvas, i) => paint(canvas, samples, this.shape, i));
    this.pairs.setAttribute("aria-label", `${this.reconstructed.length} test images over their reconstructions at ${words}`);
    this.draws.setAttribute("aria-label", `${this.sampled.length} samples from the prior, decoded at ${words}`);
  }
}
