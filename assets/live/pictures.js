/**
 * Pictures on canvases: uint8 [H, W, C] with one channel or three.
 * @module
 */

/** @typedef {[number, number, number]} Shape height, width, channels */

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
export function paint(canvas, array, shape, index = 0) {
  const [height, width] = shape;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(new ImageData(toRGBA(array, shape, index), width, height), 0, 0);
}

/** Draw one picture as a tile, at `x`, `y`, `width` x `height` of a larger canvas. */
export function paintTile(context, array, shape, index, x, y, width, height) {
  const [h, w] = shape;
  const image = new ImageData(toRGBA(array, shape, index), w, h);
  if (w === width && h === height) {
    context.putImageData(image, x, y);
    return;
  }
  const own = new OffscreenCanvas(w, h);
  own.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(own, x, y, width, height);
}

/** Read bytes from base64. @returns {Uint8Array} */
export const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Save a canvas as a PNG, `scale` times as large with hard-edged pixels. */
export function save(canvas, name, scale) {
  const large = document.createElement("canvas");
  Object.assign(large, { width: canvas.width * scale, height: canvas.height * scale });
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  large.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
