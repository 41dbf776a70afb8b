/**
 * Masks on canvases: uint8 [H, W, 1 + K], a grey image with the colours of its parts upon it.
 * @module
 */

import { OPACITY, coloured, labelsOf, outline } from "./colouring.js";
import { partsOf, sayMask } from "./saying.js";

/**
 * @typedef {object} Completed what only things have of which a part is given
 * @property {(array: Uint8Array, index?: number) => Uint8Array} part what is given of one: its image, [H, W]
 * @property {(array: Uint8Array, index?: number) => boolean} open whether nothing but that is known of one
 * @property {string[]} parts the names of what is marked
 * @property {{opacity: number}} style
 * @property {string} note what must be said of them; empty where that is nothing
 */

/**
 * Make the view of masks of one shape.
 * @param {import("./colouring.js").Shape} shape
 * @param {import("./saying.js").Meaning} meaning
 * @returns {import("../view.js").View & Completed}
 */
export default function masks(shape, meaning) {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const style = { opacity: OPACITY };

  function imageOf(array, index, { beneath = null } = {}) {
    const rgba = coloured(array, shape, index, style.opacity);
    if (beneath) outline(rgba, labelsOf(beneath, shape), shape);
    return new ImageData(/** @type {any} */ (rgba), width, height);
  }

  function tile(context, array, index, x, y, wide, high, layers) {
    const own = new OffscreenCanvas(width, height);
    own.getContext("2d").putImageData(imageOf(array, index, layers), 0, 0);
    context.imageSmoothingEnabled = wide < width;
    context.drawImage(own, x, y, wide, high);
  }

  return {
    kind: "masks",
    shape,
    size,
    dtype: "uint8",
    unit: "of 255",
    pixels: false,
    plane: true,
    words: { noun: "mask", nouns: "masks", element: "pixel", elements: "pixels" },
    phrases: {
      drawing: "mask",
      mean: "A pixel has as much of a part's colour as p(y|x, z) says that it belongs to it; the image is given.",
      file: "an image alone, or with its mask as NAME.png and NAME_mask.png in one .zip",
      away: (apart) => `The labels are ${apart} of 255 away from what was marked.`,
      spread: (figure) => `Where draws fill in the labels they differ by ${figure} on average.`,
    },
    accept: ".png,.jpg,.zip",
    over: {
      restored: "white: edges of what was marked",
      judged: "white: edges of what was marked",
      choice: ["Edges of what was marked", "White: where the mask that this one began with has its edges"],
    },
    width,
    height,
    style,
    parts: partsOf(channels, meaning),
    note: meaning.note ?? "",

    read: (buffer, offset = 0, length) => new Uint8Array(buffer, offset, length),
    open: (array, index = 0) => !array.subarray(index * size, (index + 1) * size).some((value, i) => i % channels && value),
    part: (array, index = 0) => Uint8Array.from({ length: height * width }, (_, i) => array[index * size + i * channels]),

    paint(canvas, array, index = 0, layers = {}) {
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      canvas.getContext("2d").putImageData(imageOf(array, index, layers), 0, 0);
    },
    tile,
    print: tile,
    say: (array, index = 0) => sayMask(array, shape, meaning, index),

    /** Root mean square of the differences between two masks, images and all. */
    apart(a, i, b, j) {
      let sum = 0;
      for (let k = 0; k < size; k += 1) sum += (a[i * size + k] - b[j * size + k]) ** 2;
      return Math.sqrt(sum / size);
    },
  };
}
