/** Scales, ticks and the texts beside them. */
import { multiples } from "./camera.js";

/**
 * Round values along an axis: all multiples of a step of 1, 2 or 5 times a power of ten that lie within.
 * @param {number} low
 * @param {number} high
 * @param {number} most how many there may be; as many as fit below it
 * @returns {number[]}
 */
export function ticks(low, high, most) {
  if (!(high > low && most >= 1)) return [];
  for (let power = Math.floor(Math.log10((high - low) / (most + 1))); ; power += 1) {
    for (const digit of [1, 2, 5]) {
      const values = multiples(low, high, digit, power, most);
      if (values) return values;
    }
  }
}

/** Write an axis's values, all with as many decimals as one of them needs, and a true minus. @returns {string[]} */
export function tickTexts(values) {
  const decimals = Math.max(0, ...values.map((value) => (String(Number(value.toPrecision(10))).split(".")[1] ?? "").length));
  return values.map((value) => value.toFixed(Math.min(20, decimals)).replace("-", "−"));
}

const FOLDED = 0.4; // of it: lower its value would lie on that of the knee
/** Lay values from `low` to `high` along pixels. @returns {Scale} */
export function scale(low, high, from, to, log = false) {
  const [into, back] = log ? [Math.log, Math.exp] : [(value) => value, (value) => value];
  const [start, end] = [into(low), into(high)];
  const span = end - start || 1;
  return {
    low,
    high,
    log,
    at: (value) => from + ((into(value) - start) / span) * (to - from),
    of: (place) => back(start + ((place - from) / (to - from)) * span),
  };
}

/** Round values along a scale, with their texts. @returns {{value: number, text: string}[]} */
export function marksOf({ low, high, log, fold }, most) {
  // Of what is pressed together, the one round value that stands for how far up it goes.
  if (fold) {
    const top = ticks(fold.value, high, 2).filter((value) => value > fold.value + FOLDED * (high - fold.value)).at(-1);
    return [...marksOf({ low, high: fold.value, log }, most), ...(top === undefined ? [] : [{ value: top, text: tickTexts([top])[0] }])];
  }
  const exact = (values) => tickTexts(values).map((text, i) => ({ value: values[i], text: Math.abs(values[i]) >= 1000 ? short(values[i]) : text }));
  if (!log || high / low < 5) return exact(ticks(low, high, most));
  for (const digits of [[1, 2, 5], [1]]) {
    const values = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1) {
      for (const digit of digits) if (digit * 10 ** power >= low && digit * 10 ** power <= high) values.push(Number((digit * 10 ** power).toPrecision(3)));
    }
    if (values.length <= most + 1 || digits.length === 1) return values.map((value) => ({ value, text: short(value) }));
  }
  return [];
}

/** A value on an axis: "250", "1.5k", "2M". */
function short(value) {
  const size = Math.abs(value);
  const text = size >= 1e6 ? `${Number((value / 1e6).toPrecision(3))}M` : size >= 1000 ? `${Number((value / 1000).toPrecision(3))}k` : String(value);
  return text.replace("-", "−");
}
