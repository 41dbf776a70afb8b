/**
 * The digits of the water level: a file of 5,000 digits' principal directions, read and painted.
 * @module
 */

import { bytes } from "../../../shared/wire/base64.js";

export const SIDE = 28;

/** Numbers kept in a byte each. @param {{most: number, bytes: string}} kept */
const readNumbers = ({ most, bytes: text }) => Float32Array.from(new Int8Array(bytes(text).buffer), (each) => each * most);

/** @param {any} file as benchmarks/water.py writes it */
export function readDigits({ variances, rest, mean, directions, digits, originals }) {
  const grey = bytes(originals);
  const of = (i) => Float32Array.from(grey.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), (each) => each / 255);
  return { variances, rest, mean: readNumbers(mean), directions: readNumbers(directions), digits, originals: digits.map((_, i) => of(i)) };
}

/** A picture as a data address. @param {Float32Array} grey [D], 0 to 1 */
export function address(grey) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  grey.forEach((each, i) => image.data.set([255 * each, 255 * each, 255 * each, 255], 4 * i));
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}
