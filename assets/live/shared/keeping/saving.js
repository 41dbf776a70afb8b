/**
 * What leaves the page: files for the browser to save, and the page's own address.
 * @module
 */

import { h } from "../page/dom.js";

const KEPT = 1000; // ms that a file is held for the browser to take it
const TOLD = 1500; // ms that a button says what came of it

/** Give a file to the browser to save. @param {Blob} blob */
export function give(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}

/** Give a file of text to the browser to save. */
export const giveText = (text, type, name) => give(new Blob([text], { type }), name);

/** Save a canvas as a PNG. @param {HTMLCanvasElement} canvas */
export function save(canvas, name) {
  canvas.toBlob((blob) => give(blob, name));
}

/**
 * Draw an SVG as pixels.
 * @param {string} svg
 * @param {number} [scale] pixels of the picture for each of the drawing
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function raster(svg, scale = 2) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const canvas = h("canvas", { width: image.naturalWidth * scale, height: image.naturalHeight * scale });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Copy the page's address, and say so in place of a button's words, "Copy link". @param {{textContent: string}} words */
export async function copyAddress(words) {
  try {
    await navigator.clipboard.writeText(location.href);
    words.textContent = "Copied";
  } catch {
    words.textContent = "It is in the address bar"; // no clipboard outside https and localhost
  }
  setTimeout(() => (words.textContent = "Copy link"), TOLD);
}
