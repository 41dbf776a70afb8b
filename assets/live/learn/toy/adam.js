/**
 * Adam: descent whose steps know how large slopes have been. Kingma & Ba 2014, arXiv 1412.6980.
 * @module
 */

const [DECAY, DECAY2, TINY] = [0.9, 0.999, 1e-8]; // its authors' own

export class Adam {
  /** @param {number} size how many weights @param {number} [decay] of the mean slope */
  constructor(size, decay = DECAY) {
    Object.assign(this, { decay, first: new Float64Array(size), second: new Float64Array(size), steps: 0 });
  }

  /** Move weights one step down. @param {Float64Array} weights which change @param {ArrayLike<number>} gradient @param {number} rate */
  move(weights, gradient, rate) {
    const { decay, first, second } = this;
    this.steps += 1;
    const [grown, grown2] = [1 - decay ** this.steps, 1 - DECAY2 ** this.steps];
    for (let i = 0; i < weights.length; i += 1) {
      first[i] = decay * first[i] + (1 - decay) * gradient[i];
      second[i] = DECAY2 * second[i] + (1 - DECAY2) * gradient[i] * gradient[i];
      weights[i] -= (rate * (first[i] / grown)) / (Math.sqrt(second[i] / grown2) + TINY);
    }
  }
}
