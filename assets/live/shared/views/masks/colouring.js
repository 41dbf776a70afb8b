/**
 * How masks are coloured: the grey image, and upon it the colour of each label, as opaque as it is likely. Colours and opacity are
 * those of vae/kinds/masks/drawing.py.
 * @module
 */

/** @typedef {[number, number, number]} Shape height, width, 1 + labels: the image, the background, the parts */

const LABELS = ["ba801b", "048fff", "ef4994", "22a864", "9490bd", "736800", "a63d4e", "157c70"];
const COLOURS = LABELS.map((text) => [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)));
const EDGE = [255, 255, 255]; // of what was marked, over image and colours
const LINE = 0.6; // how opaque that is

export const OPACITY = 0.5;

/** The colour of a part, as CSS has it. @param {number} part from 0 on, the background left out */
export const colourOf = (part) => `#${LABELS[part % LABELS.length]}`;

/**
 * The pixels of one mask.
 * @param {Uint8Array} array [n, H, W, 1 + K]
 * @param {Shape} shape
 * @param {number} index
 * @param {number} opacity of a label that is sure, in [0, 1]
 * @returns {Uint8ClampedArray} [H, W, 4]
 */
export function coloured(array, [height, width, channels], index, opacity) {
  const pixels = height * width;
  const rgba = new Uint8ClampedArray(4 * pixels);
  const start = index * pixels * channels;
  for (let i = 0; i < pixels; i += 1) {
    const from = start + i * channels;
    const colour = [0, 0, 0];
    let covered = 0;
    for (let label = 2; label < channels; label += 1) {
      const share = (opacity * array[from + label]) / 255;
      const own = COLOURS[(label - 2) % COLOURS.length];
      for (let c = 0; c < 3; c += 1) colour[c] += share * own[c];
      covered += share;
    }
    for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = array[from] * (1 - Math.min(1, covered)) + colour[c] + 0.5;
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/** The number of the likeliest label of a pixel, 0 the background. @param {number} from where the pixel's numbers begin */
function labelAt(array, from, channels) {
  let best = 1;
  for (let label = 2; label < channels; label += 1) if (array[from + label] > array[from + best]) best = label;
  return best - 1;
}

/**
 * The likeliest labels of one mask.
 * @param {Uint8Array} array @param {Shape} shape @param {number} [index]
 * @returns {Uint8Array} [H * W], 0 the background
 */
export function labelsOf(array, [height, width, channels], index = 0) {
  const start = index * height * width * channels;
  return Uint8Array.from({ length: height * width }, (_, i) => labelAt(array, start + i * channels, channels));
}

/** Draw the edges of what was marked over pixels. @param {Uint8ClampedArray} rgba @param {Uint8Array} labels @param {Shape} shape */
export function outline(rgba, labels, [height, width]) {
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const right = x + 1 < width && labels[at] !== labels[at + 1];
      const below = y + 1 < height && labels[at] !== labels[at + width];
      if (right || below) for (let c = 0; c < 3; c += 1) rgba[4 * at + c] = (1 - LINE) * rgba[4 * at + c] + LINE * EDGE[c];
    }
  }
}

/**
 * How much several masks of one image disagree, pixel by pixel: the chance that two of them have different labels there.
 * @param {Uint8Array} array [n, H, W, 1 + K]
 * @param {Shape} shape
 * @param {number} n
 * @returns {Float32Array} [H * W] in [0, 1]
 */
export function disagreement(array, shape, n) {
  const [height, width, channels] = shape;
  const pixels = height * width;
  const counts = new Uint16Array(pixels * (channels - 1));
  for (let one = 0; one < n; one += 1) labelsOf(array, shape, one).forEach((label, i) => (counts[i * (channels - 1) + label] += 1));
  return Float32Array.from({ length: pixels }, (_, i) => {
    let same = 0;
    for (let label = 0; label < channels - 1; label += 1) same += (counts[i * (channels - 1) + label] / n) ** 2;
    return 1 - same;
  });
}

/** The disagreement as pixels over the image: the more the lighter and the warmer. @returns {Uint8ClampedArray} [H, W, 4] */
export function heated(array, shape, shares) {
  const [, , channels] = shape;
  const rgba = new Uint8ClampedArray(4 * shares.length);
  const most = 1 - 1 / Math.max(2, channels - 1);
  shares.forEach((share, i) => {
    const hot = Math.min(1, share / most);
    const grey = array[i * channels] * 0.45 * (1 - hot);
    rgba.set([grey + 255 * hot, grey + 205 * hot * hot, grey + 40 * hot, 255], 4 * i);
  });
  return rgba;
}
