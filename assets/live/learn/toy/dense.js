/**
 * Small fully connected networks over one flat array of weights, forward and backward. Pure functions in float64.
 * @module
 */

/**
 * @typedef {object} Layer
 * @property {number} at where its weights begin, [outs, ins] and behind them its biases, [outs]
 * @property {number} ins
 * @property {number} outs
 * @property {boolean} bent whether tanh follows
 */

/** Lay out a stack of layers from `at` on. @param {number[]} widths @returns {{layers: Layer[], end: number}} */
export function stacked(widths, at) {
  const layers = [];
  for (let i = 1; i < widths.length; i += 1) {
    layers.push({ at, ins: widths[i - 1], outs: widths[i], bent: i < widths.length - 1 });
    at += widths[i] * (widths[i - 1] + 1);
  }
  return { layers, end: at };
}

/**
 * Run a stack.
 * @param {Layer[]} layers @param {Float64Array} weights @param {ArrayLike<number>} input
 * @returns {ArrayLike<number>[]} the input and what each layer makes of it
 */
export function forward(layers, weights, input) {
  const trail = [input];
  for (const { at, ins, outs, bent } of layers) {
    const from = trail[trail.length - 1];
    const to = new Float64Array(outs);
    for (let o = 0; o < outs; o += 1) {
      let sum = weights[at + outs * ins + o];
      for (let i = 0; i < ins; i += 1) sum += weights[at + o * ins + i] * from[i];
      to[o] = bent ? Math.tanh(sum) : sum;
    }
    trail.push(to);
  }
  return trail;
}

/**
 * Carry a gradient from a stack's output back to its input, and add what falls to each weight on the way.
 * @param {Layer[]} layers @param {Float64Array} weights @param {ArrayLike<number>[]} trail of the run forward
 * @param {ArrayLike<number>} asked the gradient at the output @param {Float64Array} gradient of the weights, added to
 * @returns {ArrayLike<number>} the gradient at the input
 */
export function backward(layers, weights, trail, asked, gradient) {
  for (let l = layers.length - 1; l >= 0; l -= 1) {
    const { at, ins, outs, bent } = layers[l];
    const [from, to] = [trail[l], trail[l + 1]];
    const before = new Float64Array(ins);
    for (let o = 0; o < outs; o += 1) {
      const each = bent ? asked[o] * (1 - to[o] * to[o]) : asked[o];
      gradient[at + outs * ins + o] += each;
      for (let i = 0; i < ins; i += 1) {
        gradient[at + o * ins + i] += each * from[i];
        before[i] += each * weights[at + o * ins + i];
      }
    }
    asked = before;
  }
  return asked;
}
