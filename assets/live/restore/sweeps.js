/**
 * How a hole is filled: the sweeps of the imputation as a strip, what comes of them, and how far the draws differ.
 * @module
 */

import { scaleColour, scaleStops } from "../shared/draw/colours.js";
import { h } from "../shared/page/dom.js";
import image from "../shared/views/image.js";
import { themeOf } from "../shared/page/theme.js";

const SWEEPS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
export const LAST = /** @type {number} */ (SWEEPS.at(-1));
const WIDEST = 0.5; // the standard deviation that 255 stands for: of a pixel that is as often black as white

export class Sweeps {
  /** @param {import("../shared/views/view.js").View} view */
  constructor(view) {
    this.view = view;
    const { width, height } = view;
    this.strip = h("div", { class: "sweeps" });
    this.tiles = SWEEPS.map((sweep) => {
      const canvas = h("canvas", { class: "pixels", role: "img", "data-sweep": sweep, width, height });
      const words = sweep ? `${sweep}` : "start";
      canvas.setAttribute("aria-label", sweep ? `After ${sweep} ${sweep === 1 ? "sweep" : "sweeps"}` : "The start: the hole is black");
      this.strip.append(h("figure", {}, canvas, h("figcaption", {}, words)));
      return canvas;
    });
    this.mean = h("canvas", { class: "pixels", role: "img", "data-role": "imputed", "aria-label": "The mean of the draws", width, height });
    this.spread = h("canvas", { class: "pixels", role: "img", "data-role": "spread", width, height });
    this.bar = h("i");
    this.words = h("p", { class: "fine" });
    this.element = h(
      "section",
      { class: "filling", hidden: true },
      h("h2", {}, h("span", {}, "How the hole is filled"), h("small", {}, "sweep by sweep: encode, draw a code, decode, put the known pixels back")),
      h(
        "div",
        { class: "filled" },
        this.strip,
        h("figure", { class: "outcome" }, this.mean, h("figcaption", {}, h("b", {}, "Mean of the draws"))),
        view.pixels && this.#differ(),
      ),
      this.words,
    );
  }

  /** How far the draws differ, pixel by pixel. */
  #differ() {
    const legend = h("span", { class: "legend" }, "0", this.bar, "0.5");
    return h("figure", { class: "outcome" }, this.spread, h("figcaption", {}, h("b", {}, "How far they differ"), legend));
  }

  /** Say how what is shown stands to what is set. @param {import("./standing.js").Stand} stand */
  stand(stand) {
    this.element.dataset.standing = stand;
    if (stand === "waiting" || stand === "none") this.words.textContent = "Computing…";
  }

  /**
   * Take the answer of `impute`: the mean after each sweep, from the start on, and last the spread.
   * @param {any} array
   * @param {number} count pictures in it
   */
  fill(array, count) {
    const { view } = this;
    SWEEPS.forEach((sweep, i) => view.paint(this.tiles[i], array, Math.min(sweep, count - 2)));
    view.paint(this.mean, array, count - 2);
    if (view.pixels) this.#showSpread(array.subarray((count - 1) * view.size, count * view.size));
    else this.words.textContent = "";
    this.mean.dispatchEvent(new CustomEvent("painted"));
  }

  /** Show how far the draws differ. @param {Uint8Array} spread [H, W, C] */
  #showSpread(spread) {
    const [height, width, channels] = this.view.shape;
    const { dark } = themeOf(this.element);
    const heat = new Uint8Array(height * width * 3);
    let [most, sum, lost] = [0, 0, 0];
    for (let i = 0; i < height * width; i += 1) {
      const value = spread[i * channels];
      most = Math.max(most, value);
      if (value > 0) [sum, lost] = [sum + value, lost + 1];
      heat.set(value > 0 ? scaleColour(value / 255, dark) : dark ? [24, 25, 32] : [236, 237, 243], 3 * i);
    }
    image([height, width, 3]).paint(this.spread, heat);
    this.bar.style.background = scaleStops(dark);
    const share = (value) => ((WIDEST * value) / 255).toFixed(2);
    const words = lost
      ? `In the hole the draws differ by ${share(sum / lost)} on average and by ${share(most)} at most, as a standard deviation ` +
        "from black (0) to white (1). Where it is large, the picture could be one thing or another."
      : "The draws do not differ: nothing is missing, or nothing is in doubt.";
    this.words.textContent = words;
    this.spread.setAttribute("aria-label", words);
  }
}
