/**
 * Words as arrays: uint8 [L, V], at each place a probability for each symbol, the first of which ends the word. Pure functions.
 * @module
 */

export const CERTAIN = 255;
export const UNKNOWN = "?";

/** @typedef {{symbols?: string | string[]}} Meaning the alphabet, in the order of the channels, without the end */

/**
 * The alphabet of a set, the end first, as an empty word; where none of this size is named, letters from a on.
 * @param {Meaning} meaning @param {number} count with the end @returns {string[]}
 */
export function symbolsOf({ symbols }, count) {
  const named = [...(symbols ?? "")];
  const letters = named.length === count - 1 ? named : Array.from({ length: count - 1 }, (_, i) => String.fromCodePoint(97 + i));
  return ["", ...letters];
}

/** The number of the likeliest symbol at a place; of equal ones the first, and -1 where none is known. @param {ArrayLike<number>} at [V] */
function likeliest(at) {
  let best = -1;
  for (let i = 0; i < at.length; i += 1) if (at[i] > (best < 0 ? 0 : at[best])) best = i;
  return best;
}

/**
 * @typedef {object} Letter what stands at a place of a word
 * @property {string} text its symbol; "?" where none is known
 * @property {number} share how likely it is
 * @property {boolean} known
 */

/**
 * Read a word: its letters up to the first place where the end is likeliest.
 * @param {Uint8Array} array [L, V] @param {string[]} symbols @returns {Letter[]}
 */
export function lettersOf(array, symbols) {
  const count = symbols.length;
  const letters = [];
  for (let from = 0; from < array.length; from += count) {
    const best = likeliest(array.subarray(from, from + count));
    if (best === 0) break;
    letters.push({ text: best < 0 ? UNKNOWN : symbols[best], share: best < 0 ? 0 : array[from + best] / CERTAIN, known: best > 0 });
  }
  return letters;
}

/** A word as it is read. @param {Uint8Array} array [L, V] @param {string[]} symbols */
export const wordOf = (array, symbols) => lettersOf(array, symbols).map(({ text }) => text).join("");

/**
 * The symbols that may stand at a place, the likeliest first, down to a share.
 * @param {Uint8Array} array [L, V] @param {number} place @param {string[]} symbols @param {number} least @param {number} most
 * @returns {{text: string, share: number}[]} an empty text is the end
 */
export function likelyAt(array, place, symbols, least = 0.01, most = 4) {
  const count = symbols.length;
  const at = Array.from({ length: count }, (_, i) => ({ text: symbols[i], share: array[place * count + i] / CERTAIN }));
  return at.filter(({ share }) => share >= least).sort((a, b) => b.share - a.share).slice(0, most);
}

/**
 * Spell a word of the alphabet, sure of each letter.
 * @param {string | string[]} word @param {number} places @param {string[]} symbols
 * @returns {Uint8Array | null} [L, V]; null where a symbol is none of them, or it leaves no place for the end
 */
export function spelt(word, places, symbols) {
  const letters = [...word];
  const numbers = letters.map((letter) => symbols.indexOf(letter));
  if (letters.length >= places || numbers.some((number) => number < 1)) return null;
  const array = new Uint8Array(places * symbols.length);
  for (let place = 0; place < places; place += 1) array[place * symbols.length + (numbers[place] ?? 0)] = CERTAIN;
  return array;
}

/**
 * At how many places two words differ: half of the sum of the differences of their probabilities.
 * @param {Uint8Array} a [L, V] @param {Uint8Array} b
 */
export function placesApart(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += Math.abs(a[i] - b[i]);
  return sum / (2 * CERTAIN);
}

/** Words with each run of one and the same as one, and how often it came. @param {string[]} words @returns {{word: string, times: number}[]} */
export function merged(words) {
  const kept = [];
  for (const word of words) {
    if (kept.at(-1)?.word === word) kept.at(-1).times += 1;
    else kept.push({ word, times: 1 });
  }
  return kept;
}
