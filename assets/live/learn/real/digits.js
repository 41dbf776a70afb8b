/**
 * Digits in a real model: their codes from the server, and a decoder that runs in the page.
 * @module
 */

import { Decoder } from "../../shared/net/decoder.js";
import { readCodes, readMap } from "../../shared/space/codes.js";
import { bytes } from "../../shared/wire/base64.js";
import { house } from "../../shared/wire/house.js";
import { readDigits } from "../lessons/water/digits.js";
import { asDigits, askOnce } from "./asked.js";

/**
 * @typedef {object} Digits
 * @property {Float32Array[]} originals [n][784], 0 to 1
 * @property {number[][]} means [n][d] what the encoder says of them
 * @property {number[][]} spreads [n][d]
 * @property {(z: number[]) => Float32Array} decode to grey levels, 0 to 1
 */

/**
 * Ask for the decoder, and what the encoder says of some of the ten digits.
 * @param {URL} root @param {any} data @param {string} model @param {number[]} which @returns {Promise<Digits>}
 */
export async function digitsIn(root, { base }, model, which) {
  const file = fetch(new URL("lessons/water/digits.json", root)).then((answer) => answer.json());
  const decode = await decoderOf({ base }, model);
  const { originals } = readDigits(await file);
  const shown = which.map((digit) => originals[digit]);
  return { originals: shown, ...(await encoded(base, model, shown)), decode };
}

/**
 * Ask for a model's decoder.
 * @param {{base: string}} data @param {string} model
 * @returns {Promise<(z: ArrayLike<number>, condition?: number) => Float32Array>} from a code to grey levels, 0 to 1
 */
export async function decoderOf({ base }, model) {
  const answer = await house.fetch(`${base}api/decoder?model=${model}`, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`no decoder of ${model}`);
  const decoder = Decoder.read(await answer.arrayBuffer());
  return (z, condition) => Float32Array.from(/** @type {Uint8Array} */ (decoder.decode(z, condition)), (each) => each / 255);
}

/**
 * Some test digits of a file, in a model that has them among its codes: nothing is encoded anew.
 * @param {{rows: number[], pixels: string}} file @param {import("../../shared/space/codes.js").Codes} codes
 * @param {Digits["decode"]} [decode] @returns {Digits}
 */
export function digitsAmong({ rows, pixels }, { centre, spread, dims }, decode) {
  const grey = Float32Array.from(bytes(pixels), (each) => each / 255);
  const size = grey.length / rows.length;
  const of = (values) => rows.map((i) => Array.from(values.slice(i * dims, (i + 1) * dims)));
  return { originals: rows.map((_, i) => grey.slice(i * size, (i + 1) * size)), means: of(centre), spreads: of(spread), decode };
}

/** Ask for the codes of a model's test digits. @param {{base: string}} data @param {string} model */
export const codesOf = ({ base }, model) => house.fetch(`${base}api/codes?model=${model}`, { cache: "no-cache" }).then(readCodes);

/** Ask for the t-SNE map that came with a model. @param {{base: string}} data @param {string} model */
export const mapOf = ({ base }, model) => house.fetch(`${base}api/map?model=${model}&map=tsne`, { cache: "no-cache" }).then(readMap);

/** Means and spreads of pictures; the answer holds all means, then all spreads, and more. */
async function encoded(base, model, originals) {
  const n = originals.length;
  const { array, header } = await askOnce(base, { op: "encode", model, ...asDigits(originals) });
  const dims = header.shape.at(-1);
  const rows = Array.from({ length: 2 * n }, (_, i) => Array.from(array.slice(i * dims, (i + 1) * dims)));
  return { means: rows.slice(0, n), spreads: rows.slice(n) };
}
