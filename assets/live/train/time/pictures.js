/**
 * Pictures of one moment: images over their reconstructions, and samples from the prior.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { samplesWords } from "./words.js";

const tile = () => h("canvas", { class: "pixels", width: 1, height: 1, "aria-hidden": "true" });

export class MomentPictures {
  constructor() {
    this.pairs = h("div", { class: "pairs", role: "img", "data-role": "reconstructions" });
    this.draws = h("div", { class: "draws", role: "img", "data-role": "samples" });
    this.about = h("small", {});
    this.drawsTitle = h("span", {});
    this.drawsAbout = h("small", {});
    this.returned = h("section", {}, h("h3", {}, "Reconstructions", this.about), this.pairs);
    this.element = h(
      "div",
      { class: "moment-pictures" },
      this.returned,
      h("section", {}, h("h3", {}, this.drawsTitle, this.drawsAbout), this.draws),
    );
  }

  /**
   * Make room for as many pictures as there are, and paint the images.
   * @param {import("./moments.js").Probe} probe
   * @param {import("../feed.js").Run} run
   */
  begin({ view, originals, samples }, run) {
    this.view = view;
    const { title, about, spoken } = samplesWords(run);
    this.spoken = spoken;
    this.drawsTitle.textContent = title;
    this.drawsAbout.textContent = about;
    this.about.textContent = `${view.words.nouns} of the test set, and below them what comes back`;
    const count = originals.length / view.size;
    this.returned.hidden = !count; // without an encoder nothing comes back
    const images = Array.from({ length: count }, tile);
    this.reconstructed = images.map(tile);
    this.sampled = Array.from({ length: samples }, tile);
    images.forEach((canvas, i) => view.paint(canvas, originals, i));
    this.pairs.replaceChildren(...images.map((canvas, i) => h("div", {}, canvas, this.reconstructed[i])));
    this.draws.replaceChildren(...this.sampled);
  }

  /** @param {import("./moments.js").Moment} moment @param {string} words when it was */
  show({ reconstructions, samples }, words) {
    this.reconstructed.forEach((canvas, i) => this.view.paint(canvas, reconstructions, i));
    this.sampled.forEach((canvas, i) => this.view.paint(canvas, samples, i));
    this.pairs.setAttribute("aria-label", `${this.reconstructed.length} test ${this.view.words.nouns} over their reconstructions at ${words}`);
    this.draws.setAttribute("aria-label", `${this.sampled.length} ${this.spoken}, decoded at ${words}`);
  }
}
