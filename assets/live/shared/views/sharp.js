/**
 * Canvases that are drawn as finely as they are shown: again when they get another size, and in the page's new colours.
 * @module
 */

import { PRINTED, lookNow, onLook } from "./look.js";

/**
 * @typedef {object} Kept
 * @property {(context: CanvasRenderingContext2D, width: number, height: number) => void} draw in CSS pixels
 * @property {[number, number]} natural its size where it is not laid out, and its proportions everywhere
 * @property {number} width CSS pixels that it is shown in; 0 where it is not
 */

/** @type {WeakMap<Element, Kept>} */
const kept = new WeakMap();
/** @type {Set<WeakRef<HTMLCanvasElement>>} */
const all = new Set();
const gone = new FinalizationRegistry((reference) => all.delete(reference));
/** @type {ResizeObserver | null} */
let watcher = null;

/**
 * Draw on a canvas now, and whenever it has to be drawn again.
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number]} natural CSS pixels
 * @param {Kept["draw"]} draw
 */
export function keepSharp(canvas, natural, draw) {
  let one = kept.get(canvas);
  if (one) Object.assign(one, { natural, draw });
  else one = begin(canvas, { natural, draw, width: canvas.clientWidth });
  canvas.style.aspectRatio = natural.join(" / "); // whatever its pixels are rounded to
  paintAgain(canvas, one);
}

/**
 * The ways to draw things that have no pixels of their own: on a canvas, as finely as that is shown, again where its size or the
 * page's colours change; as a tile of a larger one, at any scale of it; and on white paper.
 * @param {object} of
 * @param {string} of.kind
 * @param {[number, number]} of.natural CSS pixels of one
 * @param {(array: any, index: number) => any} of.one a thing out of several
 * @param {(context: CanvasRenderingContext2D, thing: any, width: number, height: number, layers: any, look: import("./look.js").Look) => void} of.draw
 * @param {(canvas: HTMLCanvasElement, thing: any, layers: any) => any} [of.layersOn] what is drawn with it on a canvas
 */
export function finely({ kind, natural, one, draw, layersOn = (canvas, thing, layers) => layers }) {
  const tile = (context, array, index, x, y, width, height, layers = {}, look = lookNow()) => {
    context.save();
    context.translate(x, y);
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    draw(context, one(array, index), width, height, layers, look);
    context.restore();
  };
  return {
    paint(canvas, array, index = 0, layers = {}) {
      canvas.dataset.view = kind;
      const thing = one(array, index).slice(); // the rest of the array is not kept for it
      const drawn = layersOn(canvas, thing, layers);
      keepSharp(canvas, natural, (context, width, height) => draw(context, thing, width, height, drawn, lookNow()));
    },
    tile,
    print: (context, array, index, x, y, width, height, layers = {}) => tile(context, array, index, x, y, width, height, layers, PRINTED),
  };
}

function begin(canvas, one) {
  if (!watcher) {
    watcher = new ResizeObserver((entries) => entries.forEach(resized));
    onLook(() => all.forEach(recolour));
  }
  kept.set(canvas, one);
  const reference = new WeakRef(canvas);
  all.add(reference);
  gone.register(canvas, reference);
  // Device pixels change with the zoom too, where the browser tells them.
  const finest = "devicePixelContentBoxSize" in ResizeObserverEntry.prototype;
  watcher.observe(canvas, { box: finest ? "device-pixel-content-box" : "content-box" });
  return one;
}

/** @param {ResizeObserverEntry} entry */
function resized({ target, contentBoxSize: [{ inlineSize }] }) {
  const canvas = /** @type {HTMLCanvasElement} */ (target);
  const one = kept.get(canvas);
  one.width = inlineSize;
  if (inlineSize && pixelsOf(one).width !== canvas.width) paintAgain(canvas, one);
}

function recolour(reference) {
  const canvas = reference.deref();
  if (canvas) paintAgain(canvas, kept.get(canvas));
}

/** How many pixels a canvas gets. @param {Kept} one */
function pixelsOf({ natural: [wide, high], width }) {
  const pixels = Math.max(1, Math.round((width || wide) * devicePixelRatio));
  return { width: pixels, height: Math.max(1, Math.round((pixels * high) / wide)) };
}

function paintAgain(canvas, one) {
  const [wide, high] = one.natural;
  const pixels = pixelsOf(one);
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) Object.assign(canvas, pixels);
  const width = one.width || wide;
  const height = (width * high) / wide;
  const context = canvas.getContext("2d");
  context.setTransform(pixels.width / width, 0, 0, pixels.height / height, 0, 0);
  one.draw(context, width, height);
}
