/**
 * One question to a model on the server, and its answer.
 * @module
 */

import { LiveSocket, address } from "../../shared/wire/socket.js";

const PATIENCE = 10_000; // ms for an answer
const SHAPE = [28, 28, 1];

/**
 * Ask once, by a socket of its own.
 * @param {string} base of the server @param {{op: string, model: string, shape: number[], payload: any}} request
 * @returns {Promise<{array: any, header: any}>}
 */
export function askOnce(base, request) {
  const socket = new LiveSocket(address(base, location), { onState: () => {} });
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no answer")), PATIENCE);
    socket.ask("encode", { ...request, onAnswer: resolve, onError: reject });
  }).finally(() => socket.close());
}

/** Digits as a request has them. @param {Float32Array[]} pictures [n][784], 0 to 1 */
export const asDigits = (pictures) => ({ shape: [pictures.length, ...SHAPE],
  payload: Uint8Array.from(pictures.flatMap((each) => Array.from(each, (grey) => Math.round(255 * grey)))) });

/** Pictures of an answer. @param {Uint8Array} array @param {number} first the number of the first one @param {number} n */
export function picturesOf(array, first, n) {
  const size = SHAPE[0] * SHAPE[1];
  return Array.from({ length: n }, (_, i) => Float32Array.from(array.slice((first + i) * size, (first + i + 1) * size), (each) => each / 255));
}
