/**
 * How a gap is filled: the sweeps of the imputation as a strip, what comes of them, and how far the draws differ.
 * @module
 */

import { scaleColour, scaleStops } from "../../shared/draw/colours.js";
import { h } from "../../shared/page/dom.js";
import image from "../../shared/views/image.js";
import { themeOf } from "../../shared/page/theme.js";
import { layersOf } from "../stage/layers.js";
import { called, figureOf } from "../words.js";

const SWEEPS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
export const LAST = /** @type {number} */ (SWEEPS.at(-1));
const START = { black: "The start: the gap is black", level: "The start: the gap is level" };
const SURE = "The draws do not differ: nothing is missing, or nothing is in doubt.";
const oneOf = (noun) => `The model has one code for each ${noun} and draws none, so it cannot say how sure it is.`;
const WAIT = "Computing…";
const WIDEST = 0.5; // the standard deviation that 255 stands for: of a pixel that is as often black as white

export class Sweeps {
  /**
   * @param {import("../../shared/views/view.js").View} view
   * @param {boolean} draws whether the model draws codes, and so knows how sure it is
   * @param {import("../words.js").Measure} measure what counts
   */
  constructor(view, draws, measure) {
    Object.assign(this, { view, draws, measure });
    const { width, height } = view;
    this.strip = h("div", { class: "sweeps" });
    this.tiles = SWEEPS.map((sweep) => {
      const canvas = h("canvas", { class: "pixels", role: "img", "data-sweep": sweep, width, height });
      const words = sweep ? `${sweep}` : "start";
      canvas.setAttribute("aria-label", sweep ? `After ${sweep} ${sweep === 1 ? "sweep" : "sweeps"}` : START[view.pixels ? "black" : "level"]);
      this.strip.append(h("figure", {}, canvas, h("figcaption", {}, words)));
      return canvas;
    });
    const outcome = draws ? "Mean of the draws" : "Filled in";
    this.mean = h("canvas", { class: "pixels", role: "img", "data-role": "imputed", "aria-label": outcome, width, height });
    this.spread = h("canvas", { class: "pixels", role: "img", "data-role": "spread", width, height });
    this.bar = h("i");
    this.words = h("p", { class: "fine" });
    const known = view.words.elements;
    const steps = `encode, ${draws ? "draw a code, " : ""}decode, put the known ${known} back`;
    this.element = h(
      "section",
      { class: "filling", hidden: true },
      h("h2", {}, h("span", {}, "How the gap is filled"), h("small", {}, `sweep by sweep: ${steps}`)),
      h(
        "div",
        { class: "filled" },
        this.strip,
        h("figure", { class: "outcome" }, this.mean, h("figcaption", {}, h("b", {}, outcome))),
        view.pixels && draws && this.#differ(),
      ),
      this.words,
    );
  }

  /** How far the draws differ, pixel by pixel. */
  #differ() {
    const legend = h("span", { class: "legend" }, "0", this.bar, "0.5");
    return h("figure", { class: "outcome" }, this.spread, h("figcaption", {}, h("b", {}, "How far they differ"), legend));
  }

  /** Say how what is shown stands to what is set. @param {import("../standing.js").Stand} stand */
  stand(stand) {
    const waits = stand === "waiting" || stand === "none";
    if (this.element.dataset.standing !== stand) this.element.dataset.standing = stand;
    if (waits && this.words.textContent !== WAIT) this.words.textContent = WAIT;
  }

  /**
   * Take the answer of `impute`: the mean after each sweep, from the start on, and last the spread.
   * @param {any} array
   * @param {number} count things in it
   * @param {import("../stage/layers.js").Layers} layers what is drawn with each of them
   */
  fill(array, count, layers) {
    const { view } = this;
    const { size } = view;
    const part = (i) => array.slice(i * size, (i + 1) * size);
    const [mean, spread] = [part(count - 2), part(count - 1)];
    SWEEPS.forEach((sweep, i) => view.paint(this.tiles[i], array, Math.min(sweep, count - 2), layers));
    view.paint(this.mean, mean, 0, view.pixels ? undefined : layersOf(layers.beneath, layers.gaps ?? null, { mean, spread }));
    if (view.pixels) this.#showSpread(spread);
    else this.words.textContent = this.#sayBand(spread);
    this.mean.dispatchEvent(new CustomEvent("painted"));
  }

  /** Say how far the draws of a curve differ. @param {Float32Array} spread [T, C] */
  #sayBand(spread) {
    if (!this.draws) return oneOf(called(this.view));
    const lost = spread.filter((value) => value > 0);
    if (!lost.length) return SURE;
    const mean = Math.sqrt(lost.reduce((sum, value) => sum + value * value, 0) / lost.length);
    const each = `one of them is ${figureOf(this.measure, mean)} in the gap, as a mean`;
    const what = "how far they differ, not how far the truth is away. It is rather too narrow.";
    return `The band is two standard deviations of the draws to either side, and ${each}: ${what}`;
  }

  /** Show how far the draws differ, over all channels. @param {Uint8Array} spread [H, W, C] */
  #showSpread(spread) {
    const [height, width, channels] = this.view.shape;
    const { dark } = themeOf(this.element);
    const heat = new Uint8Array(height * width * 3);
    let [most, sum, lost] = [0, 0, 0];
    for (let i = 0; i < height * width; i += 1) {
      const each = spread.subarray(i * channels, (i + 1) * channels);
      const value = Math.sqrt(each.reduce((squares, one) => squares + one * one, 0) / channels);
      most = Math.max(most, value);
      if (value > 0) [sum, lost] = [sum + value, lost + 1];
      heat.set(value > 0 ? scaleColour(value / 255, dark) : dark ? [24, 25, 32] : [236, 237, 243], 3 * i);
    }
    image([height, width, 3]).paint(this.spread, heat);
    this.bar.style.background = scaleStops(dark);
    const share = (value) => ((WIDEST * value) / 255).toFixed(2);
    const words = !this.draws ? oneOf(called(this.view)) : lost
      ? `In the gap the draws differ by ${share(sum / lost)} on average and by ${share(most)} at most, as a standard deviation ` +
        "from black (0) to white (1). Where it is large, the picture could be one thing or another."
      : SURE;
    this.words.textContent = words;
    this.spread.setAttribute("aria-label", words);
  }
}
