/**
 * A decoder of words: a code that is a plain number, and for each place a probability of each letter. Nothing is softened.
 *
 * A categorical likelihood, as in Bowman et al. 2015, arXiv 1511.06349.
 * @module
 */

/** Words on a line of codes: their middles are even. */
export const SPELT = ["HAND", "BAND", "WAND", "WIND", "KIND"];
export const THING = "WIND"; // x
export const REACH = 2.5; // codes from −REACH to it

const MIDDLES = [-2, -1, 0, 1, 2];
const WIDTH = 0.45;

/** How much of each word there is at a code; the shares add up to 1. */
function blend(z) {
  const logs = MIDDLES.map((middle) => -((z - middle) ** 2) / (2 * WIDTH * WIDTH));
  const most = Math.max(...logs);
  const powers = logs.map((each) => Math.exp(each - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((each) => each / sum);
}

/** The letters of each place with their probabilities. @returns {Map<string, number>[]} [4] */
export function lettersAt(z) {
  const shares = blend(z);
  return Array.from(THING, (_, place) => {
    const letters = new Map();
    SPELT.forEach((word, i) => letters.set(word[place], (letters.get(word[place]) ?? 0) + shares[i]));
    return letters;
  });
}

/** −log p(word|z), nats. */
export const costOf = (z, word = THING) => -lettersAt(z).reduce((sum, letters, place) => sum + Math.log(letters.get(word[place]) ?? 0), 0);

/** How the cost changes with the code, exactly. */
export function slopeAt(z, word = THING) {
  const shares = blend(z);
  const mean = shares.reduce((sum, share, i) => sum + share * MIDDLES[i], 0);
  const turns = shares.map((share, i) => (share * (MIDDLES[i] - mean)) / (WIDTH * WIDTH)); // how each share changes
  const letters = lettersAt(z);
  const place = (at) => turns.reduce((sum, turn, i) => sum + (SPELT[i][at] === word[at] ? turn : 0), 0) / letters[at].get(word[at]);
  return -Array.from(word).reduce((sum, _, at) => sum + place(at), 0);
}

/** The likeliest word at a code. */
export const spelt = (z) => lettersAt(z).map((letters) => [...letters].reduce((a, b) => (b[1] > a[1] ? b : a))[0]).join("");
