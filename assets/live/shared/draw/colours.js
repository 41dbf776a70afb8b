/**
 * Colours of points: one for each class, and a scale for values. They are data, so they are not the theme's.
 * @module
 */

/**
 * Ten colours for classes, the same in light, in dark and over pictures. Found by a search that makes the least CIEDE2000 of
 * any two as large as it gets, for full colour vision and for simulated protanopia, deuteranopia and tritanopia (Machado et
 * al. 2009): 19.7 and 11.8, where Petroff's ten (2021, arXiv 2107.02270) have 17.3 and 11.9, but only 2:1 on white paper.
 * Each of these has 3:1 and more on both papers, and on black and white. In this order the first few are the farthest apart.
 */
const CLASSES = ["405ae3", "ba801b", "a63d4e", "9490bd", "157c70", "736800", "8f458e", "048fff", "22a864", "ef4994"];

/**
 * A scale from the value nearest the paper's lightness, at 3.1:1, to the one farthest: even steps in OKLab, and lightness
 * only falls (light) or rises (dark), so that it is read in black and white too.
 */
const SCALE = {
  light: "c98212 d4730c dc6116 de4e30 d93e46 cf2f55 c22060 b4116a a40674 92037d 800584 6d0787 5a0887 470882 340b77 230e68 141056",
  dark: "634cd4 7f43d6 983ed0 af3ac4 c439b5 d53da2 e4468f f0527d fa616a fe735f fe865b fe995c ffad5f fec169 ffd371 ffe376 fcf47e",
};

const NONE = [128, 128, 136]; // no class, or a value that is no number
const SHIFT = 0.27; // towards grey for each further ten of classes
const ROUNDS = 3; // shades of each of the ten; no eye tells more apart

/** @typedef {[number, number, number]} Colour red, green and blue, 0 to 255 */

/** @returns {Colour} */
const fromHex = (text) => /** @type {any} */ ([0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)));

const theme = (dark) => (dark ? "dark" : "light");
const PALETTE = CLASSES.map(fromHex);
const STOPS = { light: SCALE.light.split(" ").map(fromHex), dark: SCALE.dark.split(" ").map(fromHex) };

/**
 * The colour of class `i` of `n`. More than ten classes repeat the ten in other shades, nearer to grey.
 * @param {number} i counted from 0; below 0 it is no class
 * @param {number} n
 * @returns {Colour}
 */
export function classColour(i, n) {
  if (!(i >= 0)) return /** @type {Colour} */ ([...NONE]);
  const share = n > PALETTE.length ? SHIFT * (Math.floor(i / PALETTE.length) % ROUNDS) : 0;
  return /** @type {Colour} */ (PALETTE[i % PALETTE.length].map((value, channel) => Math.round(value + (NONE[channel] - value) * share)));
}

/**
 * The colours of points by their classes.
 * @param {ArrayLike<number> | null} labels [N], or null where there are none
 * @param {number} n classes
 * @param {number} [count] N, where there are no labels to tell it
 * @returns {Uint8Array} [3N]
 */
export function classColours(labels, n, count = labels?.length ?? 0) {
  const palette = Array.from({ length: n }, (_, i) => classColour(i, n));
  const colours = new Uint8Array(3 * count);
  for (let i = 0; i < count; i += 1) colours.set((labels && palette[labels[i]]) || NONE, 3 * i);
  return colours;
}

/** The colour at a place of the scale. @param {number} share in [0, 1] @param {boolean} dark @returns {Colour} */
export function scaleColour(share, dark) {
  if (Number.isNaN(share)) return /** @type {Colour} */ ([...NONE]);
  const stops = STOPS[theme(dark)];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return /** @type {Colour} */ (stops[low].map((value, channel) => Math.round(value + (stops[low + 1][channel] - value) * (at - low))));
}

const RING = { light: [0.6, 0.15], dark: [0.77, 0.13] }; // lightness and chroma, of a scale whose end is its beginning

/**
 * The colour at a place of a scale that ends where it begins: a circle of Oklab (Ottosson 2020, "A perceptual color space").
 * @param {number} share in [0, 1] @param {boolean} dark @returns {Colour}
 */
export function ringColour(share, dark) {
  if (!Number.isFinite(share)) return /** @type {Colour} */ ([...NONE]);
  const [lightness, chroma] = RING[theme(dark)];
  const [a, b] = [chroma * Math.cos(2 * Math.PI * share), chroma * Math.sin(2 * Math.PI * share)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const level = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
  return /** @type {Colour} */ (linear.map((value) => Math.round(255 * Math.min(1, Math.max(0, level(value))))));
}

const SHADES = 256;

/**
 * The colours of points by a value.
 * @param {ArrayLike<number>} values [N]; one that is no number is grey
 * @param {[number, number]} range the values at the scale's ends; beyond them the ends' colours go on
 * @param {boolean} dark
 * @param {(share: number, dark: boolean) => Colour} [colour] of the scale
 * @returns {Uint8Array} [3N]
 */
export function scaleColours(values, [low, high], dark, colour = scaleColour) {
  const table = Array.from({ length: SHADES }, (_, i) => colour(i / (SHADES - 1), dark));
  const none = scaleColour(NaN, dark);
  const colours = new Uint8Array(3 * values.length);
  for (let i = 0; i < values.length; i += 1) {
    const share = high > low ? Math.min(1, Math.max(0, (values[i] - low) / (high - low))) : 0.5;
    colours.set(Number.isNaN(values[i]) ? none : table[Math.round(share * (SHADES - 1))], 3 * i);
  }
  return colours;
}

/** The scale as the background of a legend's bar, low on the left. @param {boolean} dark */
export const scaleStops = (dark) => `linear-gradient(to right, ${STOPS[theme(dark)].map((stop) => css(stop)).join(", ")})`;

const RING_STOPS = 24;

/** The same of a scale that ends where it begins. @param {boolean} dark */
export const ringStops = (dark) =>
  `linear-gradient(to right, ${Array.from({ length: RING_STOPS + 1 }, (_, i) => css(ringColour(i / RING_STOPS, dark))).join(", ")})`;

/** A colour as CSS and SVG write it. @param {ArrayLike<number>} colour @param {number} [at] where in an array it starts */
export const css = (colour, at = 0) => `#${[0, 1, 2].map((i) => colour[at + i].toString(16).padStart(2, "0")).join("")}`;

const OUTSIDE = 0.01; // the share of values beyond each end of a scale: one odd picture must not grey out all others

/**
 * The range of the middle 98 % of values.
 * @param {ArrayLike<number>} values those that are not finite are left out
 * @returns {[number, number]} [0, 1] where there are none
 */
export function robustRange(values) {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (!sorted.length) return [0, 1];
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (sorted[Math.min(sorted.length - 1, low + 1)] - sorted[low]) * (place - low);
  };
  return [at(OUTSIDE), at(1 - OUTSIDE)];
}
