/**
 * What is said of a sound: how long it is, and at which frequency it is loudest, at first, in the middle and at last.
 * @module
 */

/** @typedef {{rate?: number}} Meaning samples a second */

const HEARD = 0.4; // level above which a time is not silent
const RATE = 8000;

export const rateOf = ({ rate = RATE }) => rate;

/** Seconds from a time to the next. */
export const secondsOf = (meaning, frequencies) => frequencies / 2 / rateOf(meaning);

/** A row's frequency in Hz: the highest one is the first. */
export const hertzOf = (meaning, frequencies, row) => ((frequencies - row) * rateOf(meaning)) / (2 * frequencies);

/** The loudest row at each time, and its level. @returns {{row: number, level: number}[]} */
export function loudestOf(levels, frequencies, times) {
  return Array.from({ length: times }, (_, t) => {
    let row = 0;
    for (let i = 1; i < frequencies; i += 1) if (levels[i * times + t] > levels[row * times + t]) row = i;
    return { row, level: levels[row * times + t] / 255 };
  });
}

/** A frequency in words, to two digits: more are not to be read off. */
export const hertz = (value) => `${Number(value.toPrecision(2)).toLocaleString("en")} Hz`;

/** A sound in words. @param {Uint8Array} levels [F, T] @param {Meaning} meaning */
export function saySound(levels, frequencies, times, meaning) {
  const loudest = loudestOf(levels, frequencies, times);
  const heard = loudest.flatMap(({ level }, t) => (level > HEARD ? [t] : []));
  if (!heard.length) return "Silence.";
  const [first, last] = [heard[0], heard.at(-1)];
  const seconds = ((last - first + 1) * secondsOf(meaning, frequencies)).toFixed(2);
  const at = (share) => hertz(hertzOf(meaning, frequencies, loudest[Math.round(first + share * (last - first))].row));
  return `${seconds} seconds, loudest at ${at(0.1)} at first, ${at(0.5)} in the middle and ${at(0.9)} at last.`;
}
