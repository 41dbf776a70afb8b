/**
 * The live socket's binary frames: 4 bytes little-endian header length, a JSON header in UTF-8, then the raw payload.
 * @module
 */

const TYPES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

/**
 * Write one frame.
 * @param {object} header
 * @param {Float32Array | Uint8Array | Int32Array} payload
 * @returns {ArrayBuffer}
 */
export function pack(header, payload) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const frame = new Uint8Array(4 + text.length + payload.byteLength);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, 4);
  frame.set(new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength), 4 + text.length);
  return frame.buffer;
}

/**
 * Read one frame. The array is typed by the header's `dtype`, and null where the header tells of an error.
 * @param {ArrayBuffer} frame
 * @returns {{header: any, array: Float32Array | Uint8Array | Int32Array | null}}
 */
export function unpack(frame) {
  const length = new DataView(frame).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length)));
  if (header.error) return { header, array: null };
  const Type = TYPES[header.dtype];
  if (!Type) throw new Error(`A frame of an unknown dtype: ${header.dtype}.`);
  // A copy: the header's length is any number of bytes, and a Float32Array must start at a multiple of four.
  return { header, array: new Type(frame.slice(4 + length)) };
}
