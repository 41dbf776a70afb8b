/** Numbers in words: counts, durations, shares, and what a person types. */

/** Write a share in percent, never as all or nothing where it is not. */
export const percent = (share) => {
  if (share > 0 && share < 0.01) return "< 1 %";
  return share > 0.99 && share < 1 ? "> 99 %" : `${Math.round(100 * share)} %`;
};

const DECIMALS = 1000;

/** Round to what an address carries, so that a link gives the very same picture. */
export const round = (value) => Math.round(value * DECIMALS) / DECIMALS + 0;

/** Read a number as people type it, with a point or a comma, a hyphen or a minus; NaN where it is none. */
export function readNumber(text) {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}

/** Write a number with as many digits as its size deserves, and a true minus. */
export const figure = (value) => {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size < 0.0005 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
};

/** Write a number with two decimals and a true minus, the zero without a sign. */
export const signed = (value) => value.toFixed(2).replace(/^-(0\.00)$/, "$1").replace("-", "−");

/** Write a whole number with its thousands apart. */
export const count = (value) => Math.round(value).toLocaleString("en-GB");

/** Name several things of a kind: "1 step", "3 steps". */
export const several = (n, noun) => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** Write a setting such as a learning rate: short, and the same number when it is read again to three digits. */
export const setting = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "–");

/** Say a length of time as one does: "8 s", "1 min 20 s", "25 min", "2 h 5 min". */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** Round a time to come as coarsely as it is known, so that it does not flicker. */
export function coarse(seconds) {
  const unit = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 10 : 60;
  return Math.max(1, Math.ceil(seconds / unit)) * unit;
}
