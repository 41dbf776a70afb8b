/**
 * What is drawn on a pad becomes a model's picture: made smaller by area, and fitted as MNIST's digits are. Pure functions.
 * @module
 */

/** MNIST's digits lie in a box of 20 x 20 pixels of 28 x 28. */
const BOX = 20 / 28;

/** The side in pixels of the box that holds a digit in a frame. */
export const boxOf = ([height, width]) => Math.floor(Math.min(height, width) * BOX + 0.5);

/**
 * Make a picture smaller or larger by area: a new pixel is the mean of the old ones, weighted by how much of each it covers.
 * @param {Uint8Array | Uint8ClampedArray | Float32Array | Float64Array} pixels [h, w, channels]
 * @param {[number, number]} size its height and width
 * @param {[number, number]} wanted the new ones
 * @returns {Float64Array} not rounded
 */
export function resize(pixels, [height, width], [high, wide], channels = 1) {
  const across = new Float64Array(height * wide * channels);
  cover(width, wide, (old, now, share) => {
    for (let y = 0; y < height; y += 1) {
      for (let c = 0; c < channels; c += 1) {
        across[(y * wide + now) * channels + c] += share * pixels[(y * width + old) * channels + c];
      }
    }
  });
  const down = new Float64Array(high * wide * channels);
  const row = wide * channels;
  cover(height, high, (old, now, share) => {
    for (let i = 0; i < row; i += 1) down[now * row + i] += share * across[old * row + i];
  });
  return down;
}

/** Name each old pixel that a new one covers, and its share of the new one. */
function cover(before, after, visit) {
  const step = before / after;
  for (let now = 0; now < after; now += 1) {
    const [start, end] = [now * step, (now + 1) * step];
    for (let old = Math.floor(start); old < Math.min(before, Math.ceil(end)); old += 1) {
      const share = (Math.min(end, old + 1) - Math.max(start, old)) / step;
      if (share > 0) visit(old, now, share);
    }
  }
}

/**
 * Make a pad as small as a model's pictures are.
 * @param {Uint8Array | Uint8ClampedArray | Float32Array} pad [h, w, C], values up to 255
 * @param {[number, number]} size the pad's height and width
 * @param {import("./image.js").Shape} shape
 * @returns {Uint8Array} [H, W, C]
 */
export function shrink(pad, size, [height, width, channels]) {
  return Uint8Array.from(resize(pad, size, [height, width], channels), halfUp);
}

const halfUp = (value) => Math.floor(value + 0.5);

/**
 * The rows and columns that hold any ink, the first inside and the last outside, or null where there is none.
 * @param {ArrayLike<number>} ink [h, w]
 * @param {[number, number]} size
 */
export function extent(ink, [height, width]) {
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!(ink[y * width + x] > 0)) continue;
      if (y < top) top = y;
      bottom = y + 1;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
    }
  }
  return bottom ? { top, bottom, left, right } : null;
}

/**
 * Fit light strokes on black as MNIST's digits are: scaled into a box of 20 x 20 and centred by their mass.
 *
 * The twin of `fit_digit` in vae/own/images/strokes.py, which states the rule step by step; both give the same pixels. LeCun, Bottou,
 * Bengio & Haffner 1998, Gradient-based learning applied to document recognition, section III.A.
 * @param {ArrayLike<number>} strokes [h, w], 0 where there is no ink
 * @param {[number, number]} size their height and width
 * @param {[number, number]} [wanted] the picture's
 * @param {number} [most] no larger than so many times, so that a dot stays one while a digit is begun
 * @returns {Uint8Array} [H, W], all 0 where there is no ink
 */
export function fitDigit(strokes, size, wanted = [28, 28], most = Infinity) {
  const [height, width] = wanted;
  const fitted = new Uint8Array(height * width);
  const box = extent(strokes, size);
  if (!box) return fitted;
  const ink = crop(strokes, size[1], box);
  const [h, w] = [box.bottom - box.top, box.right - box.left];
  const scale = Math.min(most, boxOf(wanted) / Math.max(h, w));
  const [high, wide] = [h, w].map((side) => Math.max(1, halfUp(side * scale)));
  const small = resize(ink, [h, w], [high, wide]);
  const [cy, cx] = centreOfMass(small, [high, wide]);
  // A symmetric drawing's centre is halfway between two pixels; the last digits of its sums must not move it to and fro.
  const within = (value, last) => Math.min(Math.max(halfUp(value + 1e-9), 0), last);
  const [top, left] = [within(height / 2 - cy, height - high), within(width / 2 - cx, width - wide)];
  small.forEach((value, i) => {
    fitted[(top + Math.floor(i / wide)) * width + left + (i % wide)] = halfUp(value);
  });
  return fitted;
}

function crop(pixels, width, { top, bottom, left, right }) {
  const wide = right - left;
  return Float64Array.from({ length: (bottom - top) * wide }, (_, i) => pixels[(top + Math.floor(i / wide)) * width + left + (i % wide)]);
}

function centreOfMass(pixels, [height, width]) {
  let [mass, y, x] = [0, 0, 0];
  for (let i = 0; i < height * width; i += 1) {
    mass += pixels[i];
    y += pixels[i] * Math.floor(i / width);
    x += pixels[i] * (i % width);
  }
  return [y / mass, x / mass];
}

/**
 * Where to draw strokes anew, so that they fill a digit's box with lines as wide as the pen says.
 *
 * A digit written small and then enlarged would have thick lines, which no model knows: so its lines are drawn again at
 * the size they get.
 * @param {{top: number, bottom: number, left: number, right: number}} ink the extent of what is drawn, in model pixels
 * @param {number} pen how wide its lines are, in model pixels
 * @param {[number, number]} size the model's height and width
 * @param {number} most how many times larger, at most
 * @returns {{scale: number, x: number, y: number}} a place p on the pad goes to scale * p + (x, y)
 */
export function closeUp({ top, bottom, left, right }, pen, size, most) {
  const line = Math.max(bottom - top, right - left) - pen; // from the middle of a line to the middle of another
  const room = boxOf(size) - pen;
  const scale = line > 0 ? Math.min(most, room / line) : most;
  return { scale, x: size[1] / 2 - (scale * (left + right)) / 2, y: size[0] / 2 - (scale * (top + bottom)) / 2 };
}
