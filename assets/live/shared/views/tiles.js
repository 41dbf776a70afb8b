/**
 * Things side by side on one canvas: pictures in their own pixels, all others as finely as the canvas is shown.
 * @module
 */

import { keepSharp } from "./sharp.js";
import { FINE } from "./view.js";

/** @typedef {[number, number, number, number]} Place x, y, width, height */

/**
 * @typedef {object} Sheet
 * @property {[number, number]} tile width and height of each thing at the canvas's natural size
 * @property {number} columns
 * @property {number} [gap] between them
 */

/** How large a sheet of `n` things is at its natural size. @param {number} n @param {Sheet} sheet @returns {[number, number]} */
export const sheetSize = (n, { tile: [width, height], columns, gap = 0 }) => [
  columns * (width + gap) - gap,
  Math.ceil(n / columns) * (height + gap) - gap,
];

/**
 * Draw `n` things row by row. Those that are no pictures of pixels are drawn again where the canvas gets another size or the
 * page other colours, and keep its gaps clear.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./view.js").View} view
 * @param {any} array [n, ...]
 * @param {number} n
 * @param {Sheet} sheet
 */
export function paintTiles(canvas, view, array, n, sheet) {
  const natural = sheetSize(n, sheet);
  const [wide, high] = natural;
  if (view.pixels) {
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, wide, high); // the last row may hold fewer than it did
    eachTile(n, sheet, (i, ...place) => view.tile(context, array, i, ...place));
    return;
  }
  canvas.dataset.view = view.kind;
  const things = array.slice(0, n * view.size); // the rest of the array is not kept for it
  keepSharp(canvas, natural, (context, width, height) => {
    context.clearRect(0, 0, width, height);
    eachTile(n, sheet, (i, ...place) => view.tile(context, things, i, .../** @type {Place} */ (place.map((side) => (side * width) / wide))));
  });
}

/**
 * The sheet on a canvas of its own, to be saved.
 * @returns {HTMLCanvasElement}
 */
export function printedTiles(view, array, n, sheet) {
  const canvas = document.createElement("canvas");
  const fine = view.pixels ? 1 : FINE;
  const [width, height] = sheetSize(n, sheet);
  Object.assign(canvas, { width: fine * width, height: fine * height });
  const context = canvas.getContext("2d");
  if (!view.pixels) context.scale(fine, fine);
  eachTile(n, sheet, (i, ...place) => view.print(context, array, i, ...place));
  return canvas;
}

/** Call `draw` with each thing's number and its place: x, y, width, height. */
function eachTile(n, { tile: [width, height], columns, gap = 0 }, draw) {
  for (let i = 0; i < n; i += 1) draw(i, (i % columns) * (width + gap), Math.floor(i / columns) * (height + gap), width, height);
}
