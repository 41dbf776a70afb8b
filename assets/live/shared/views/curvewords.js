/**
 * A curve in words: how far it reaches, where it is highest, what it is at a place.
 * @module
 */

/** @typedef {import("./curve.js").Meaning} Meaning @typedef {import("./curve.js").Series} Series */

const DIGITS = 3; // of the whole range: a curve is read no finer

/** Units of time: how many seconds each is, and up to how many it is used. */
const TIMES = [
  ["µs", 1e-6, 1e-3], ["ms", 1e-3, 1], ["s", 1, 600], ["min", 60, 36_000], ["h", 3600, 360_000], ["days", 86_400, Infinity],
];

/** The power of ten that is the last of `digits` digits of a number. */
const lastDigit = (value, digits) => 10 ** (Math.floor(Math.log10(value)) - digits + 1);

/** Write a number in multiples of `step`, a power of ten, with no zeros at its end and a true minus. */
function rounded(value, step) {
  return String(Number((Math.round(value / step) * step).toPrecision(12)) + 0).replaceAll("-", "−");
}

const bare = (value, { low, high }) => rounded(value, lastDigit(high > low ? high - low : Math.abs(value) || 1, DIGITS));

/** Write a value as finely as the set's range deserves, with its unit. @param {Meaning} meaning */
export function sayValue(value, meaning) {
  return Number.isFinite(value) ? [bare(value, meaning), meaning.unit].filter(Boolean).join(" ") : "no number";
}

/** The name of a channel: its own, or its number, counted from one. @param {Meaning} meaning */
export const channelName = ({ channels }, channel) => channels?.[channel] || `channel ${channel + 1}`;

/**
 * How places along a series are told: as times where the rate is known, otherwise as numbers of samples, from 0 on.
 * @param {Meaning} meaning @param {number} samples
 * @returns {{name: string, unit: string, texts: (sample: number) => string, end: string}} texts tell neighbours apart,
 *   `end` is the last one's in brief
 */
export function timesOf({ x, rate }, samples) {
  if (!(rate > 0)) return { name: x || "sample", unit: "", texts: String, end: String(samples - 1) };
  const long = Math.max(1, samples - 1) / rate;
  const [unit, size] = TIMES.find(([, , below]) => long < below);
  const text = (sample, step) => `${rounded(sample / rate / size, step)} ${unit}`;
  const [fine, brief] = [lastDigit(1 / rate / size, 1), lastDigit(long / size, DIGITS)];
  return { name: x || "time", unit, texts: (sample) => text(sample, fine), end: text(samples - 1, Math.max(fine, brief)) };
}

/** Where in an array its lowest and its highest number are; -1 where there is none. @returns {[number, number]} */
function extremes(array) {
  let [low, high] = [-1, -1];
  for (let i = 0; i < array.length; i += 1) {
    if (!Number.isFinite(array[i])) continue;
    if (low < 0 || array[i] < array[low]) low = i;
    if (high < 0 || array[i] > array[high]) high = i;
  }
  return [low, high];
}

/**
 * Say a curve in one sentence, for those who do not see it: "curve of 128 samples from −1.2 to 3.4, highest at sample 47".
 * @param {ArrayLike<number>} array [T, C] @param {Series} series
 */
export function sayCurve(array, { samples, channels, meaning }) {
  const { unit, texts } = timesOf(meaning, samples);
  const what = `${channels > 1 ? `${channels} curves` : "curve"} of ${samples} samples${unit ? ` in ${texts(samples)}` : ""}`;
  const [low, high] = extremes(array);
  if (low < 0) return `${what}, without numbers`;
  if (array[low] === array[high]) return `${what}, all at ${sayValue(array[high], meaning)}`;
  const sample = Math.floor(high / channels);
  const where = unit ? texts(sample) : `sample ${sample}`;
  const which = channels > 1 ? `, in ${channelName(meaning, high % channels)}` : "";
  return `${what} from ${bare(array[low], meaning)} to ${sayValue(array[high], meaning)}, highest at ${where}${which}`;
}

/** Name a sample by its number, with what the axis is called: "sample 3 of the beat", "hour, sample 3". @param {string} [x] */
function placeOf(index, x = "") {
  if (/\bsample\b/.test(x)) return x.replace(/\bsample\b/, `sample ${index}`);
  return [x, `sample ${index}`].filter(Boolean).join(", ");
}

/** Say where a sample lies: "0.42 s", or its number where the rate is not known. @param {number} sample @param {Series} series */
export function sayPlace(sample, { samples, meaning }) {
  const { unit, texts } = timesOf(meaning, samples);
  return unit ? texts(sample) : placeOf(sample, meaning.x);
}

/**
 * Say what lies under the pointer: "at 0.42 s: 1.3 mV".
 * @param {{index: number, values: number[]}} hover @param {Series} series
 */
export function sayHover({ index, values }, { samples, meaning }) {
  const { unit, texts } = timesOf(meaning, samples);
  const where = unit ? texts(index) : placeOf(index, meaning.x);
  const each = values.map((value, channel) => (values.length > 1 ? `${channelName(meaning, channel)} ` : "") + sayValue(value, meaning));
  return `at ${where}: ${each.join(", ")}`;
}
