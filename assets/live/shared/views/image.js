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

/**
 * Draw one picture as a tile, at `x`, `y`, `width` x `height` of a larger canvas: enlarged with hard-edged pixels, as
 * the large picture is, or made smaller smoothly.
 */
export function paintTile(context, array, shape, index, x, y, width, height) {
  const [h, w] = shape;
  const image = new ImageData(toRGBA(array, shape, index), w, h);
  if (w === width && h === height) {
    context.putImageData(image, x, y);
    return;
  }
  const own = new OffscreenCanvas(w, h);
  own.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingEnabled = width < w;
  context.drawImage(own, x, y, width, height);
}

/** Read bytes from base64. @returns {Uint8Array} */
export const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/**
 * Enlarge a canvas to at least `least` pixels along its longer side, in whole multiples with hard-edged pixels.
 * @returns {HTMLCanvasElement}
 */
export function enlarge(canvas, least) {
  const scale = Math.max(1, Math.ceil(least / Math.max(canvas.width, canvas.height)));
  const large = document.createElement("canvas");
  Object.assign(large, { width: canvas.width * scale, height: canvas.height * scale });
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return large;
}

const INK = "#1d1f2b"; // on white paper, in light and dark alike: it goes on a sheet

/**
 * Put a picture on a white sheet with names and values in its margins, to be printed.
 * @param {HTMLCanvasElement} canvas
 * @param {object} axes places are shares of the picture's width from the left, or of its height from the top
 * @param {string} axes.title above the picture
 * @param {{name: string, ticks: {at: number, text: string}[]}} axes.x
 * @param {{name: string, ticks: {at: number, text: string}[]}} [axes.y]
 * @returns {HTMLCanvasElement}
 */
export function sheet(canvas, { title, x, y }) {
  const text = Math.round(Math.max(canvas.width, canvas.height) / 50);
  const [left, top] = [y ? 4 * text : text, 2.4 * text];
  const page = document.createElement("canvas");
  Object.assign(page, { width: left + canvas.width + text, height: top + canvas.height + 3.8 * text });
  const context = page.getContext("2d");
  const write = (words, at, align, font = "") => {
    Object.assign(context, { textAlign: align, textBaseline: "middle", font: `${font} ${text}px sans-serif` });
    context.fillText(words, ...at);
  };
  context.fillStyle = "#fff";
  context.fillRect(0, 0, page.width, page.height);
  context.drawImage(canvas, left, top);
  context.fillStyle = INK;
  write(title, [left, top / 2], "left", "bold");
  const below = top + canvas.height;
  for (const { at, text: value } of x.ticks) write(value, [left + at * canvas.width, below + text], "center");
  write(x.name, [left + canvas.width / 2, below + 2.5 * text], "center", "bold");
  for (const { at, text: value } of y?.ticks ?? []) write(value, [left - 0.6 * text, top + at * canvas.height], "right");
  if (y) write(y.name, [0.5 * text, top + canvas.height / 2], "left", "bold");
  return page;
}
