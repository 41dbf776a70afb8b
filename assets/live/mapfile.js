/**
 * What the server sends of a map: the codes of the test images, and where they lie.
 *
 * Both are frames: 4 bytes little-endian header length, a JSON header in UTF-8, then the raw payload.
 * @module
 */

const TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/**
 * @typedef {object} Codes
 * @property {number} n how many images
 * @property {number} dims of the latent space
 * @property {Float32Array} mean [n, dims] of the posteriors
 * @property {Float32Array} logVariance [n, dims]
 * @property {Float32Array} negativeElbo [n] nats
 * @property {Int32Array | null} labels [n] numbers of classes, or null where the images have none
 * @property {string[]} classes their names: text from a model's card, never markup
 * @property {boolean} originals whether the images themselves are on the server
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

/**
 * Take a frame apart without a copy.
 * @param {ArrayBuffer} buffer
 * @returns {{header: any, payload: Uint8Array}}
 */
export function readFrame(buffer) {
  const length = buffer.byteLength < 4 ? Infinity : new DataView(buffer).getUint32(0, true);
  if (4 + length > buffer.byteLength) throw new Error("The server's answer broke off; load the page again.");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { header, payload: new Uint8Array(buffer, 4 + length) };
}

/**
 * Read numbers out of a payload: a view of it where they are aligned, as the header's length lets them be or not, and
 * a copy elsewhere.
 * @param {Uint8Array} payload
 * @param {{dtype: string, shape: number[], offset?: number}} array offset in bytes from the payload's start
 * @returns {any}
 */
export function readArray(payload, { dtype, shape, offset = 0 }) {
  const Type = TYPES[dtype];
  if (!Type) throw new Error(`An array of an unknown dtype: ${dtype}.`);
  const length = shape.reduce((product, size) => product * size, 1);
  if (offset + length * Type.BYTES_PER_ELEMENT > payload.byteLength) throw new Error("The server's answer broke off; load the page again.");
  const start = payload.byteOffset + offset;
  if (start % Type.BYTES_PER_ELEMENT === 0) return new Type(payload.buffer, start, length);
  return new Type(payload.slice(offset, offset + length * Type.BYTES_PER_ELEMENT).buffer);
}

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
    mean: array("mean") ?? none,
    logVariance: array("log_variance") ?? none,
    negativeElbo: array("negative_elbo") ?? none,
    labels: array("labels"),
    classes: header.classes ?? [],
    originals: Boolean(header.originals),
    message: header.message ?? "",
  };
}

/** A point's class, or null where it has none: labels below 0 say so. @param {Codes} codes @returns {number | null} */
export const labelOf = ({ labels }, point) => (labels && labels[point] >= 0 ? labels[point] : null);

/** Read the answer of /api/map. @param {Response} response @returns {Promise<MapFrame>} */
export async function readMap(response) {
  const { header, payload } = await open(response);
  const { state, iteration = 0, total = 0, message = "", keeps = null, kl_divergence: kl = null, measuring = false } = header;
  const xy = payload.byteLength ? readArray(payload, { dtype: "float32", shape: header.shape }) : null;
  return { state, iteration, total, message, keeps, kl, measuring, xy };
}

/** A refusal of the server, with its sentence and its status. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.name = "Refused";
    this.status = status;
  }
}

/** The frame of an answer, or the sentence of a refusal as an error. @param {Response} response */
async function open(response) {
  if (!response.ok) throw new Refused(await sentenceOf(response), response.status);
  const frame = readFrame(await response.arrayBuffer());
  if (frame.header.error) throw new Refused(frame.header.error.message, response.status);
  return frame;
}

/** The sentence in {"error": {"message"}}, or one of our own where the answer is something else. */
export async function sentenceOf(response) {
  try {
    const { error } = JSON.parse(await response.text());
    return error.message || error.toString();
  } catch {
    return `The server answered with status ${response.status}; load the page again.`;
  }
}
