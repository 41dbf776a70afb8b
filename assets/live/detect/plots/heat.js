/**
 * Where a reconstruction is wrong: the squared error of each pixel, as a picture with a scale. Pure functions.
 * @module
 */

/**
 * matplotlib's inferno (Smith & van der Walt 2015, CC0): lightness only rises, in even steps, for the colour-blind too. It
 * begins at black, as the pictures do, in the light scheme and in the dark one.
 */
const STOPS = "000004 140b34 390963 5f136e 85216b a92e5e cb4149 e65d2f f78410 fcae12 f5db4c fcffa4"
  .split(" ")
  .map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));

const TOPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]; // of the scale

/**
 * The squared error of each pixel, the mean over its channels, where pictures go from 0 to 1.
 * @param {ArrayLike<number>} picture [H, W, C], 0 to 255 @param {ArrayLike<number>} restored the same
 * @param {import("../../shared/views/image.js").Shape} shape
 * @returns {Float32Array} [H * W] in [0, 1]
 */
export function errorsOf(picture, restored, [height, width, channels]) {
  return Float32Array.from({ length: height * width }, (_, i) => {
    let sum = 0;
    for (let c = i * channels; c < (i + 1) * channels; c += 1) sum += ((picture[c] - restored[c]) / 255) ** 2;
    return sum / channels;
  });
}

/** The end of a scale that holds all errors: a round number, so that pictures alike have one scale. @param {Float32Array} errors */
export function topOf(errors) {
  const most = errors.reduce((a, b) => Math.max(a, b), 0);
  return TOPS.find((top) => most <= top) ?? 1;
}

/** How far each number of a reconstruction is from the thing's own. @param {ArrayLike<number>} thing @param {ArrayLike<number>} restored */
export const awayOf = (thing, restored) => Float32Array.from(thing, (value, i) => Math.abs(value - restored[i]));

/** The end of a scale in any unit: 1, 2 or 5 times a power of ten that is no less than what it has to hold. @param {number} most */
export function roundTop(most) {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return Number(([1, 2, 5, 10].find((digit) => digit * power >= most * (1 - 1e-9)) * power).toPrecision(3));
}

/** The colour at a place of the scale. @param {number} share in [0, 1] @returns {number[]} red, green, blue */
export function heatColour(share) {
  const at = Math.min(1, Math.max(0, share || 0)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(at));
  return STOPS[low].map((value, channel) => Math.round(value + (STOPS[low + 1][channel] - value) * (at - low)));
}

/** Errors as a picture, uint8 [H, W, 3]. @param {Float32Array} errors @param {number} top the scale's end */
export function heatPicture(errors, top) {
  const pixels = new Uint8Array(3 * errors.length);
  errors.forEach((error, i) => pixels.set(heatColour(error / top), 3 * i));
  return pixels;
}

/** The scale as the background of a legend's bar, low on the left. */
export const heatStops = `linear-gradient(to right, ${STOPS.map((stop) => `rgb(${stop.join(" ")})`).join(", ")})`;
