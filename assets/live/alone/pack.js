/**
 * The numbers that a file carries: arrays in one text of base64, small where they can be.
 * @module
 */

const WHOLE = { uint8: Uint8Array, int16: Int16Array, int32: Int32Array, float32: Float32Array };

/**
 * Read all arrays.
 * @param {{name: string, dtype: string, shape: number[], offset: number, step?: number, ways?: number}[]} listed offset in bytes;
 *   step: what whole numbers are to be multiplied by; ways: each number says which of so many is 1, and the others are 0
 * @param {string} text base64
 * @returns {Map<string, any>} by their names; float16 and stepped ones as float32
 */
export function unpacked(listed, text) {
  const { buffer } = decoded(text);
  return new Map(listed.map((each) => [each.name, numbersOf(buffer, each)]));
}

function numbersOf(buffer, { dtype, shape, offset, step, ways }) {
  let n = 1;
  for (const side of shape) n *= side;
  if (dtype === "float16") return singles(new Uint16Array(buffer, offset, n));
  const whole = new WHOLE[dtype](buffer, offset, n);
  if (ways) return oneOf(whole, ways);
  return step === undefined ? whole : Float32Array.from(whole, (value) => value * step);
}

/** Write choices out: 1 for the one that is chosen, of so many ways, and 0 for the others. */
function oneOf(chosen, ways) {
  const all = new Float32Array(chosen.length * ways);
  chosen.forEach((way, i) => (all[i * ways + way] = 1));
  return all;
}

/** Bytes of base64: in a loop, because there are millions. @returns {Uint8Array} */
function decoded(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/**
 * Half precision as single: a sign, five bits of exponent, ten of fraction. IEEE 754-2019, 3.4. All 65,536 are made once.
 * @param {Uint16Array} halves @returns {Float32Array}
 */
export function singles(halves) {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => single(bits));
  const found = new Float32Array(halves.length);
  for (let i = 0; i < found.length; i += 1) found[i] = table[halves[i]];
  return found;
}

/** @type {Float32Array | undefined} */
let table;

function single(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 31 ? (fraction ? NaN : Infinity) : exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return bits >> 15 ? -size : size;
}
