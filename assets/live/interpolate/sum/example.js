/**
 * An example of arithmetic with codes that works: one anchor, less the mean of its class, plus the mean of another. Pure functions.
 * @module
 */

const ASKED = 15; // nearest test codes that are asked for their class
const WORKS = 0.8; // share of them that must be of the class that was meant
const STARTS = 3; // anchors that are tried, the first ones

/** @typedef {{n: number, dims: number, centre: Float32Array, labels: Int32Array | null}} Codes */

/**
 * What the nearest test codes of a code are.
 * @param {ArrayLike<number>} z [d]
 * @param {Codes} codes
 * @returns {{label: number, share: number, asked: number, distance: number}} the class that most of them have, its share, how many were
 *   asked, and how far the farthest of them lies; a label of -1 where they have none
 */
export function neighbourhood(z, { n, dims, centre, labels }, k = ASKED) {
  const asked = Math.min(k, n);
  const [near, which] = [new Float64Array(asked).fill(Infinity), new Int32Array(asked)];
  for (let i = 0; i < n; i += 1) {
    let sum = 0;
    for (let d = 0; d < dims && sum < near[asked - 1]; d += 1) sum += (z[d] - centre[i * dims + d]) ** 2;
    if (sum >= near[asked - 1]) continue;
    let place = asked - 1;
    for (; place > 0 && near[place - 1] > sum; place -= 1) [near[place], which[place]] = [near[place - 1], which[place - 1]];
    [near[place], which[place]] = [sum, i];
  }
  const counts = new Map();
  for (const i of which) counts.set(labels?.[i] ?? -1, (counts.get(labels?.[i] ?? -1) ?? 0) + 1);
  const [label, count] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
  return { label, share: count / asked, asked, distance: Math.sqrt(near[asked - 1]) };
}

/**
 * The terms of an example that works: the start is of the class that is taken away, and what comes out lies among the test codes of
 * the class that is added. Of several the one that lies most surely among them, and most closely for that class; null where none works.
 * @param {ArrayLike<number>[]} starts codes of the anchors
 * @param {Codes} codes
 * @param {Map<number, ArrayLike<number>>} means mean code of each class
 * @returns {{start: number, from: number, to: number} | null}
 */
export function exampleOf(starts, codes, means) {
  let best = null;
  const middles = new Map(Array.from(means, ([label, mean]) => [label, neighbourhood(mean, codes).distance]));
  starts.slice(0, STARTS).forEach((z, start) => {
    const at = neighbourhood(z, codes);
    const from = at.label;
    if (at.share < WORKS || !means.has(from)) return;
    for (const [to, mean] of means) {
      if (to === from) continue;
      const result = Float32Array.from(z, (value, k) => value - means.get(from)[k] + mean[k]);
      const { label, share, distance } = neighbourhood(result, codes);
      if (label !== to || share < WORKS) continue;
      const far = distance / middles.get(to); // a class may be denser than others
      if (!best || share > best.share || (share === best.share && far < best.far)) best = { start, from, to, share, far };
    }
  });
  return best && { start: best.start, from: best.from, to: best.to };
}

/**
 * Say what is added and taken away, and what comes of it.
 * @param {[string, string, string]} names of a, b and c in a − b + c
 * @param {number} amount of the difference
 * @param {{share: number, asked: number} | null} found what the nearest test codes are, or null where they have no classes
 * @param {string} called the class that most of them have
 */
export function sayExample([a, b, c], amount, found, called) {
  const times = amount === 1 ? "" : ` (${amount} times)`;
  const what = `The code of ${a}, less ${b}, plus ${c}${times}`;
  if (!found) return `${what}.`;
  const count = Math.round(found.share * found.asked);
  return `${what}: ${count === found.asked ? `all ${count}` : `${count} of ${found.asked}`} nearest test codes are ${called}.`;
}
