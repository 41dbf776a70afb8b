/**
 * The line at the head of the page: the whole machine with what is looked at in it, small.
 * @module
 */

import { Line } from "../shared/line/line.js";
import { atRest, beliefIn, codeOf, drawnAgain, noiseFor } from "../shared/line/machine.js";
import { round } from "../shared/words/numbers.js";

/**
 * @typedef {{mean: number[], spread: number[] | null}} Told what the encoder says of a thing; points have no spread
 */

/** Read an answer of the op `encode`. @param {Float32Array} array [1 to 3, 1, d] @param {number} dims @returns {Told} */
export function readBelief(array, dims) {
  const [mean, spread] = beliefIn(array, dims);
  return { mean: mean.map(round), spread: spread && spread.map(round) };
}

/**
 * A code drawn from a belief, mean + σ · ε, or one way of each choice.
 * @param {Told} belief @param {any} [choices] @param {() => number} [random] @returns {number[]}
 */
export function drawCode({ mean, spread }, choices = [], random = Math.random) {
  return codeOf(drawnAgain({ ...atRest(mean.length, choices), mean, sigma: spread }, random)).map(round);
}

/**
 * The machine in which a code is what it draws: its cloud is what the encoder says of the thing that the code began with, or
 * without one the prior; where codes are points it is the code itself.
 * @param {{z: number[], image: any}} state
 * @param {boolean} clouded
 * @param {import("../shared/space/chosen.js").Choice[]} [choices]
 * @returns {import("../shared/line/machine.js").Machine}
 */
export function machineOf({ z, image }, clouded, choices = []) {
  const rest = atRest(z.length, choices);
  if (!clouded) return { ...rest, mean: z };
  const known = image && image.mean && image.spread;
  if (choices.length) {
    const { mean, spread } = known ? image : { ...rest, spread: rest.mean };
    return { ...rest, mean, sigma: spread, code: z, quiet: z.every((each, i) => each === mean[i]) };
  }
  const cloud = known ? { mean: image.mean, sigma: image.spread } : { mean: rest.mean, sigma: z.map(() => 1) };
  const noise = noiseFor({ ...rest, ...cloud }, z);
  return { ...rest, ...cloud, noise, quiet: noise.every((each) => each === 0) };
}

export class Head {
  /**
   * @param {object} options
   * @param {any} options.data
   * @param {import("../shared/views/view.js").View} options.view
   * @param {(z: number[]) => void} options.onMove a hand moves the code within the cloud
   * @param {() => void} options.onRelease
   * @param {() => void} options.onDraw
   * @param {() => void} options.onMean
   */
  constructor({ data, view, onMove, onRelease, onDraw, onMean }) {
    this.line = new Line({
      data,
      view,
      small: true,
      hands: {
        move: (change) => {
          if (change.quiet === true) onMean();
          else if (change.quiet === false && !change.noise && !change.code) onDraw();
          else onMove(codeOf({ ...this.machine, ...change, quiet: false }).map(round));
        },
        release: onRelease,
        again: onDraw,
        tell: () => {},
      },
    });
    this.element = this.line.element;
    this.element.setAttribute("aria-label", "The whole machine in one line");
  }

  /** Show a state, without words. @param {{z: number[], image: any}} state */
  show(state) {
    this.machine = machineOf(state, this.line.clouded, this.line.data.latent.choices);
    this.line.place(this.machine);
  }

  /** At rest: all of it, the numbers too. @param {{z: number[], image: any}} state @param {any} array what came out, if anything has */
  rest(state, array) {
    this.show(state);
    this.line.tellNumbers(this.machine);
    if (array) this.draw(array);
  }

  /** Show what went in, or that nothing did. @param {any} image */
  begin(image) {
    const known = Boolean(image && image.z === null);
    this.element.classList.toggle("empty", !image && this.line.encodes);
    this.element.classList.toggle("unseen", Boolean(image && !known)); // its cloud is kept, and itself is not here
    if (known) this.line.showInput(image.pixels);
  }

  /** Show what came out. @param {any} array */
  draw(array) {
    this.line.showOutput(array);
  }

  destroy() {
    this.line.destroy();
  }
}
