/**
 * What the server sends of a map: the codes of the test images, and where they lie.
 *
 * Both are frames: 4 bytes little-endian header length, a JSON header in UTF-8, then the raw payload.
 * @module
 */
import { Refused, readArray, readFrame, sentenceOf } from "../wire/frame.js";

/**
 * @typedef {object} Codes
 * @property {number} n how many images
 * @property {number} dims of the latent space
 * @property {Float32Array} centre [n, dims] where each lies: of a posterior, its mean
 * @property {Float32Array | null} spread [n, dims] standard deviations, or null where codes are points
 * @property {Float32Array | null} nats [n, dims] what each coordinate costs, or [n] their sums; null where there is no prior
 * @property {Float32Array} cost [n] nats: −ELBO, and without a prior the reconstruction alone
 * @property {boolean} [squared] whether the cost is a mean squared error, because no likelihood is known, and no nats
 * @property {Float32Array | null} [floor] [n] nats: the part of the cost that no model could save, where it is said
 * @property {Int32Array | null} labels [n] numbers of classes, or null where the images have none
 * @property {string[]} classes their names: text from a model's card, never markup
 * @property {boolean} originals whether all images themselves are on the server
 * @property {Set<number>} shipped the numbers of those that come with the program
 * @property {{named: {name: string, round: boolean}[], values: Float32Array | null}} [factors] [n, F] what the things were drawn
 *   from, where that is known
 * @property {string} message why there are none, where `n` is 0
 */

/**
 * @typedef {object} MapFrame
 * @property {"done" | "stopped" | "forming" | "waiting" | "absent" | "failed" | "asked"} state "asked" until the server has said
 * @property {number} iteration
 * @property {number} total iterations
 * @property {string} message a sentence, or an empty string
 * @property {object | null} keeps what the map keeps of latent space
 * @property {boolean} measuring whether those figures are still to come
 * @property {number | null} kl t-SNE's Kullback-Leibler divergence so far
 * @property {Float32Array | null} xy [2n] places, or null where none came with it
 */

/** Read the answer of /api/codes. @param {Response} response @returns {Promise<Codes>} */
export async function readCodes(response) {
  const { header, payload } = await open(response);
  const array = (name) => {
    const found = header.arrays.find((entry) => entry.name === name);
    return found ? readArray(payload, found) : null;
  };
  const none = new Float32Array(0);
  return {
    n: header.n,
    dims: header.dims,
    centre: array("centre") ?? spelt(array("chosen"), header) ?? none,
    spread: array("spread"),
    nats: array("nats"),
    cost: array("cost") ?? none,
    squared: Boolean(header.squared),
    floor: array("floor"),
    labels: array("labels"),
    classes: header.classes ?? [],
    originals: Boolean(header.originals),
    shipped: new Set(header.shipped ?? []),
    factors: { named: header.factors ?? [], values: array("factors") },
    message: header.message ?? "",
  };
}

/** The codes that are 1 at the coordinates that are chosen, and 0 elsewhere; null where none are. @param {Int32Array | null} chosen */
function spelt(chosen, { n, dims }) {
  if (!chosen) return null;
  const centre = new Float32Array(n * dims);
  const each = chosen.length / n;
  chosen.forEach((dim, i) => (centre[Math.floor(i / each) * dims + dim] = 1));
  return centre;
}

/** Whether the image itself of a point can be had. @param {Codes} codes @param {number} point */
export const hasOriginal = ({ originals, shipped }, point) => originals || shipped.has(point);

/** A point's class, or null where it has none: labels below 0 say so. @param {Codes} codes @returns {number | null} */
export const labelOf = ({ labels }, point) => (labels && labels[point] >= 0 ? labels[point] : null);

/** Read the answer of /api/map. @param {Response} response @returns {Promise<MapFrame>} */
export async function readMap(response) {
  const { header, payload } = await open(response);
  const { state, iteration = 0, total = 0, message = "", keeps = null, kl_divergence: kl = null, measuring = false } = header;
  const xy = payload.byteLength ? readArray(payload, { dtype: "float32", shape: header.shape }) : null;
  return { state, iteration, total, message, keeps, kl, measuring, xy };
}

/** The frame of an answer, or the sentence of a refusal as an error. @param {Response} response */
async function open(response) {
  if (!response.ok) throw new Refused(await sentenceOf(response), response.status);
  const frame = readFrame(await response.arrayBuffer());
  if (frame.header.error) throw new Refused(frame.header.error.message, response.status);
  return frame;
}
