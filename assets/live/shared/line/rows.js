/**
 * Some latent dimensions as rows: where the cloud lies along each and how wide it is, or how the noise was drawn.
 * @module
 */

import { h } from "../page/dom.js";
import { nameOf } from "../words/names.js";
import { round, signed } from "../words/numbers.js";
import { codeOf } from "./machine.js";

const SHOWN = 5; // dimensions: those that carry most
const REACH = 3.5; // to each side of 0, at least
const FAR = 3.2; // standard deviations that a hand may pull the noise
const NOISE = 3.4;

/** The dimensions that are shown, those that carry most first. @param {{order: number[], dead: boolean[]}} latent */
export const shownOf = ({ order, dead }) => order.filter((dim) => !dead[dim]).slice(0, SHOWN);

/**
 * One axis from −reach to reach: a real slider, with a bar and a mark that lie beside it.
 */
class Row {
  /**
   * @param {object} options
   * @param {number} options.dim
   * @param {string} options.symbol what the slider moves
   * @param {string} options.says what it is, for those who do not see it
   * @param {number} options.reach
   * @param {(value: number) => void} options.onMove
   * @param {() => void} options.onRelease
   */
  constructor({ dim, symbol, says, reach, onMove, onRelease }) {
    Object.assign(this, { dim, reach });
    const range = { type: "range", min: -reach, max: reach, step: 0.01, "data-symbol": symbol, "data-of": dim, "aria-label": says };
    this.slider = h("input", { ...range, oninput: () => onMove(round(Number(this.slider.value))), onchange: onRelease });
    this.bar = h("i", { class: "bar" });
    this.mark = h("i", { class: "mark" });
    const track = h("span", { class: `track of-${symbol}` }, h("i", { class: "zero" }), h("span", { class: "under" }, this.bar, this.mark), this.slider);
    this.output = h("output", { "data-name": symbol, "data-of": dim });
    this.element = h("div", { class: "dimension" }, h("b", {}, nameOf(dim)), track, this.output);
  }

  /** Only what has changed is written. @param {number} value @param {number | null} spread to each side @param {number | null} mark */
  show(value, spread, mark) {
    if (Number(this.slider.value) !== value) this.slider.value = String(value);
    const [from, to] = [value - spread, value + spread].map((each) => this.#share(each));
    lie(this.bar, spread === null ? null : `translateX(${100 * from}%) scaleX(${Math.max(0.004, to - from)})`);
    lie(this.mark, mark === null ? null : `translateX(${100 * this.#share(mark)}%)`);
  }

  /** Say it in numbers. @param {number} value @param {number | null} spread */
  tell(value, spread) {
    const words = spread === null ? signed(value) : `${signed(value)} ± ${spread.toFixed(2)}`;
    if (this.output.textContent !== words) this.output.textContent = words;
  }

  /** Where a value lies, from 0 to 1. */
  #share(value) {
    return Math.min(1, Math.max(0, (value + this.reach) / (2 * this.reach)));
  }
}

/** Put a mark somewhere, or nowhere. @param {HTMLElement} mark @param {string | null} transform */
function lie(mark, transform) {
  if (mark.hidden !== (transform === null)) mark.hidden = transform === null;
  if (transform !== null && mark.style.transform !== transform) mark.style.transform = transform;
}

/** The cloud along its dimensions: a cross for μ that a hand moves, a bar for σ to each side, a dot for the code. */
export class CloudRows {
  /**
   * @param {object} options
   * @param {any} options.latent
   * @param {boolean} [options.held] whether a hand moves it
   * @param {(machine: Partial<import("./machine.js").Machine>) => void} options.onMove
   * @param {() => void} options.onRelease
   */
  constructor({ latent, held = true, onMove, onRelease }) {
    const dims = shownOf(latent);
    const reach = Math.max(REACH, ...dims.map((dim) => Math.max(...latent.range[dim].map(Math.abs))));
    this.rows = dims.map((dim) => new Row({
      dim,
      symbol: "mean",
      says: `Mean of the cloud along z${dim + 1}`,
      reach,
      onMove: (value) => onMove({ mean: this.machine.mean.map((each, i) => (i === dim ? value : each)) }),
      onRelease,
    }));
    for (const { slider } of held ? [] : this.rows) slider.disabled = true;
    this.element = h("div", { class: "dimensions" }, ...this.rows.map((row) => row.element), rest(latent, dims));
  }

  /** @param {import("./machine.js").Machine} machine */
  show(machine) {
    this.machine = machine;
    const z = codeOf(machine);
    for (const row of this.rows) row.show(machine.mean[row.dim], machine.sigma?.[row.dim] ?? null, machine.sigma && z[row.dim]);
  }

  /** @param {import("./machine.js").Machine} machine */
  tell({ mean, sigma }) {
    for (const row of this.rows) row.tell(mean[row.dim], sigma?.[row.dim] ?? null);
  }

  destroy() {}
}

/** The noise along the same dimensions, each drawn from N(0, 1). */
export class NoiseRows {
  /**
   * @param {object} options
   * @param {any} options.latent
   * @param {(machine: Partial<import("./machine.js").Machine>) => void} options.onMove
   * @param {() => void} options.onRelease
   */
  constructor({ latent, onMove, onRelease }) {
    const within = (value) => Math.min(FAR, Math.max(-FAR, value));
    this.rows = shownOf(latent).map((dim) => new Row({
      dim,
      symbol: "noise",
      says: `Noise along z${dim + 1}, in standard deviations`,
      reach: NOISE,
      onMove: (value) => onMove({ noise: this.machine.noise.map((each, i) => (i === dim ? within(value) : each)), quiet: false }),
      onRelease,
    }));
    this.element = h("div", { class: "dimensions noise" }, ...this.rows.map((row) => row.element));
  }

  /** @param {import("./machine.js").Machine} machine */
  show(machine) {
    this.machine = machine;
    for (const row of this.rows) row.show(machine.quiet ? 0 : machine.noise[row.dim], null, null);
  }

  /** @param {import("./machine.js").Machine} machine */
  tell({ quiet, noise }) {
    for (const row of this.rows) row.tell(quiet ? 0 : noise[row.dim], null);
  }

  destroy() {}
}

/** That there are more dimensions than are shown. */
function rest({ dims }, shown) {
  const more = dims - shown.length;
  return more > 0 ? h("p", { class: "fine" }, `and ${more} more, which take part`) : null;
}
