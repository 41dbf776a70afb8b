/**
 * Two latent dimensions as a plane at true scale, and a lens on the cloud in it.
 * @module
 */

import { h } from "../page/dom.js";
import { round } from "../words/numbers.js";
import { straight } from "../space/geometry.js";
import { Manifold } from "../space/manifold.js";
import { codeOf, noiseFor } from "./machine.js";
import { bars, cloud, cross, dot, rings, way } from "./paint.js";
import { Square } from "./square.js";

const CELLS = 13; // of what lies beneath, along each side
const STEP = 1 / 60; // of the plane's width, a key
const NOISE_STEP = 0.1; // standard deviations, a key
const LENS = 3.2; // standard deviations to each side
const FAR = 3.1; // and how far a hand may pull the noise in it
const LEAST = 3; // pixels: a cloud that is smaller is seen as this by a ring around it

/** How far to each side of 0 a plane reaches: as far as the codes do, and where there is a prior no less than three of its σ. */
export const reachOf = ({ range, prior }) => Math.max(prior === "normal" ? 3 : 0.1, ...range.slice(0, 2).flat().map(Math.abs));

/**
 * The whole plane, with what the decoder draws at its places beneath: the cloud lies in it as large as it is.
 */
export class Plane {
  /**
   * @param {object} options
   * @param {any} options.latent
   * @param {boolean} options.held whether a hand moves the cloud, or the code in it
   * @param {boolean} [options.grounded] whether what the decoder draws lies beneath; otherwise the prior's rings do
   * @param {(machine: Partial<import("./machine.js").Machine>) => void} options.onMove
   * @param {() => void} options.onRelease
   */
  constructor({ latent, held, grounded = true, onMove, onRelease }) {
    this.reach = reachOf(latent);
    this.rings = !grounded && latent.prior === "normal";
    const ruler = straight([-this.reach, this.reach]);
    if (grounded) this.manifold = new Manifold({ onMove: () => {}, rulers: [ruler, ruler], cells: CELLS });
    const go = (to) => onMove(held ? { mean: to.map(round) } : { noise: noiseFor(this.machine, to.map(round)) });
    const within = (value) => Math.min(this.reach, Math.max(-this.reach, value));
    this.square = new Square({
      role: "cloud",
      label: held
        ? "The plane of codes. Arrow keys move the cloud, and with it what is decoded; with Shift finely."
        : "The plane of codes. Arrow keys move the code; with Shift finely.",
      ground: this.manifold?.canvas ?? null,
      onPoint: (x, y) => go([x, y].map((share) => within((2 * share - 1) * this.reach))),
      onStep: (steps) => {
        const from = held ? this.machine.mean : codeOf(this.machine);
        go(steps.map((step, i) => within(from[i] + 2 * this.reach * STEP * step)));
      },
      onRelease,
    });
    this.square.canvas.dataset.reach = String(this.reach);
    this.square.draws((context, side) => this.machine && this.#draw(context, side));
    this.element = this.square.element;
  }

  /** Draw what lies beneath. @param {import("../wire/socket.js").LiveSocket} socket */
  load(socket, model, view) {
    this.manifold?.load(socket, model, view);
    if (this.manifold && view.pixels) this.element.classList.add("on-black");
  }

  /** Draw it again: codes are decoded with another class now. */
  again() {
    this.manifold?.again?.();
  }

  /** @param {import("./machine.js").Machine} machine */
  show(machine) {
    this.machine = machine;
    this.square.paint();
  }

  destroy() {
    this.square.destroy();
  }

  #draw(context, side) {
    const hues = this.square.colours;
    const { mean, sigma } = this.machine;
    const scale = side / (2 * this.reach);
    const place = ([a, b]) => /** @type {[number, number]} */ ([side / 2 + a * scale, side / 2 - b * scale]);
    const [x, y] = place(mean);
    if (this.rings) rings(context, side / 2, scale, hues.truth);
    if (sigma) {
      const spread = /** @type {[number, number]} */ (sigma.slice(0, 2).map((each) => each * scale));
      cloud(context, x, y, spread, hues.sigma);
      if (Math.max(...spread) < LEAST * 3) this.#point(context, x, y, hues.sigma);
      cross(context, x, y, 7, hues.mean);
      dot(context, ...place(codeOf(this.machine)), 3.6, hues.code);
    } else dot(context, x, y, 7, hues.code);
  }

  /** A cloud too small to be seen: a ring says where it is, and what the lens enlarges. */
  #point(context, x, y, hue) {
    context.strokeStyle = hue;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 15, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** The place nearest to one within a circle. */
function within([x, y], most) {
  const far = Math.hypot(x, y);
  return far <= most ? [x, y] : [(x / far) * most, (y / far) * most];
}

/** The cloud under a lens: σ in each direction, the noise in it, and the code that they make. */
export class Lens {
  /**
   * @param {object} options
   * @param {(machine: Partial<import("./machine.js").Machine>) => void} options.onMove
   * @param {() => void} options.onRelease
   */
  constructor({ onMove, onRelease }) {
    const within = (value) => round(Math.min(FAR, Math.max(-FAR, value)));
    const go = (noise) => onMove({ noise: noise.map(within), quiet: false });
    this.square = new Square({
      role: "lens",
      label: "The cloud, enlarged. Arrow keys move the draw in it by tenths of a standard deviation; with Shift finely.",
      onPoint: (x, y) => go([x, y].map((share, i) => ((2 * share - 1) * this.#half()) / this.machine.sigma[i])),
      onStep: (steps) => go(this.machine.noise.map((each, i) => each + NOISE_STEP * steps[i])),
      onRelease,
    });
    this.square.draws((context, side) => this.machine?.sigma && this.#draw(context, side));
    this.element = h("div", { class: "lens" }, this.square.element);
  }

  /** How many times it enlarges a plane that reaches so far. @param {number} reach */
  times(reach) {
    return reach / this.#half();
  }

  /** @param {import("./machine.js").Machine} machine */
  show(machine) {
    this.machine = machine;
    this.square.paint();
  }

  destroy() {
    this.square.destroy();
  }

  #half() {
    return LENS * Math.max(...this.machine.sigma.slice(0, 2));
  }

  #draw(context, side) {
    const hues = this.square.colours;
    const { mean, sigma } = this.machine;
    const scale = side / (2 * this.#half());
    const middle = side / 2;
    const spread = /** @type {[number, number]} */ (sigma.slice(0, 2).map((each) => each * scale));
    cloud(context, middle, middle, spread, hues.belief);
    bars(context, middle, middle, spread, hues.sigma);
    const [a, b] = within(codeOf(this.machine).map((each, i) => (each - mean[i]) * scale), 0.47 * side);
    if (!this.machine.quiet) way(context, middle, middle, middle + a, middle - b, hues.noise);
    cross(context, middle, middle, 8, hues.mean);
    dot(context, middle + a, middle - b, 6, hues.code);
  }
}
