/**
 * Images: uint8 [H, W, C] with one channel or three, painted pixel by pixel.
 * @module
 */

/** @typedef {[number, number, number]} Shape height, width, channels */

/**
 * The view of images.
 * @param {Shape} shape
 * @returns {import("./view.js").View}
 */
export default function image(shape) {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  return {
    kind: "image",
    shape,
    size,
    dtype: "uint8",
    read: (buffer, offset = 0, length) => new Uint8Array(buffer, offset, length),
    width,
    height,
    paint: (canvas, array, index = 0) => paint(canvas, array, shape, index),
    tile: (context, array, index, x, y, wide, high) => paintTile(context, array, shape, index, x, y, wide, high),
    print: (context, array, index, x, y, wide, high) => paintTile(context, array, shape, index, x, y, wide, high),
    say: () => "", // its label says where it comes from; there are no words for pixels
    apart: (a, i, b, j) => apart(a.subarray(i * size, (i + 1) * size), b.subarray(j * size, (j + 1) * size)),
    unit: "grey levels of 255",
    pixels: true,
    words: { noun: "image", nouns: "images", element: "pixel", elements: "pixels" },
    accept: "image/png,image/jpeg,image/webp,image/gif,image/bmp,image/tiff",
  };
}

/**
 * Spread the `index`-th picture of an array into red, green, blue and opacity.
 * @param {Uint8Array} array [n, H, W, C]
 * @param {Shape} shape
 * @returns {Uint8ClampedArray} [H, W, 4]
 */
export function toRGBA(array, [height, width, channels], index = 0) {
  const pixels = height * width;
  const rgba = new Uint8ClampedArray(4 * pixels);
  const start = index * pixels * channels;
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  for (let i = 0; i < pixels; i += 1) {
    const from = start + i * channels;
    rgba[4 * i] = array[from];
    rgba[4 * i + 1] = array[from + green];
    rgba[4 * i + 2] = array[from + blue];
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/** Draw one picture at its own size. @param {HTMLCanvasElement} canvas */
function paint(canvas, array, shape, index) {
  const [height, width] = shape;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(new ImageData(toRGBA(array, shape, index), width, height), 0, 0);
}

/**
 * Draw one picture as a tile, at `x`, `y`, `width` x `height` of a larger canvas: enlarged with hard-edged pixels, as
 * the large picture is, or made smaller smoothly.
 */
function paintTile(context, array, shape, index, x, y, width, height) {
  const [h, w] = shape;
  const drawn = new ImageData(toRGBA(array, shape, index), w, h);
  if (w === width && h === height) {
    context.putImageData(drawn, x, y);
    return;
  }
  const own = new OffscreenCanvas(w, h);
  own.getContext("2d").putImageData(drawn, 0, 0);
  context.imageSmoothingEnabled = width < w;
  context.drawImage(own, x, y, width, height);
}

/** The root mean square of the differences of two pictures' pixels. */
function apart(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}
