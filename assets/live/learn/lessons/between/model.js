/**
 * Two digits in a real model of 16 numbers: their codes from the server, and a decoder that runs in the page.
 * @module
 */

import { Decoder } from "../../../shared/net/decoder.js";
import { house } from "../../../shared/wire/house.js";
import { LiveSocket, address } from "../../../shared/wire/socket.js";
import { readDigits } from "../water/digits.js";

const MODEL = "mnist-16d";
const DIMS = 16;
const ENDS = [3, 8];
const SHAPE = [28, 28, 1];

/** @typedef {{codes: number[][], originals: Float32Array[], decode: (z: number[]) => Float32Array}} Ends */

/** Ask for both; null where the model or the server cannot be had. @param {URL} root @param {any} data @returns {Promise<Ends | null>} */
export async function ends(root, { base }) {
  try {
    const file = (await fetch(new URL("lessons/water/digits.json", root))).json();
    const answer = await house.fetch(`${base}api/decoder?model=${MODEL}`, { cache: "no-cache" });
    if (!answer.ok) return null;
    const decoder = Decoder.read(await answer.arrayBuffer());
    const digits = readDigits(await file);
    const originals = ENDS.map((digit) => digits.originals[digit]);
    const codes = await encoded(base, originals);
    const decode = (z) => Float32Array.from(/** @type {Uint8Array} */ (decoder.decode(z)), (each) => each / 255);
    return { codes, originals, decode };
  } catch {
    return null;
  }
}

/** What the encoder says of pictures, its means. @returns {Promise<number[][]>} */
function encoded(base, originals) {
  const socket = new LiveSocket(address(base, location), { onState: () => {} });
  const payload = Uint8Array.from(originals.flatMap((each) => Array.from(each, (grey) => Math.round(255 * grey))));
  return new Promise((resolve, reject) => {
    const cut = (array) => originals.map((_, i) => Array.from(array.slice(i * DIMS, (i + 1) * DIMS))); // the means come first
    const request = { op: "encode", model: MODEL, shape: [originals.length, ...SHAPE], payload };
    socket.ask("encode", { ...request, onAnswer: ({ array }) => resolve(cut(array)), onError: reject });
  }).finally(() => socket.close());
}
