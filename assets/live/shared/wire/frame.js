/**
 * The live socket's binary frames: 4 bytes little-endian header length, a JSON header in UTF-8, then the raw payload.
 * @module
 */

const TYPES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

/**
 * Write one frame.
 * @param {object} header
 * @param {...(Float32Array | Uint8Array | Int32Array)} payload one array after the other
 * @returns {ArrayBuffer}
 */
export function pack(header, ...payload) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const frame = new Uint8Array(payload.reduce((sum, { byteLength }) => sum + byteLength, 4 + text.length));
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, 4);
  let at = 4 + text.length;
  for (const { buffer, byteOffset, byteLength } of payload) {
    frame.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return frame.buffer;
}

/**
 * Read one frame. The array is typed by the header's `dtype`, and null where the header tells of an error.
 * @param {ArrayBuffer} frame
 * @returns {{header: any, array: Float32Array | Uint8Array | Int32Array | null}}
 */
export function unpack(frame) {
  const { header, payload } = readFrame(frame);
  if (header.error) return { header, array: null };
  const Type = TYPES[header.dtype];
  if (!Type) throw new Error(`A frame of an unknown dtype: ${header.dtype}.`);
  // A copy: the header's length is any number of bytes, and a Float32Array must start at a multiple of four.
  return { header, array: new Type(payload.slice().buffer) };
}

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

/** A refusal of the server, with its sentence and its status. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.name = "Refused";
    this.status = status;
  }
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

/** The float32 numbers in a buffer: a view of them where they are aligned, and a copy elsewhere. @returns {Float32Array} */
export function readFloats(buffer, offset = 0, length = Math.floor((buffer.byteLength - offset) / 4)) {
  if (offset % 4 === 0) return new Float32Array(buffer, offset, length);
  return new Float32Array(buffer.slice(offset, offset + 4 * length));
}
