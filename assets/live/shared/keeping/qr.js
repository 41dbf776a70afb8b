/**
 * A QR code of a short text, as a drawing: bytes, error correction M (15 in 100 may be lost), versions 1 to 10. ISO/IEC 18004.
 * @module
 */

const CODEWORDS = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346]; // of versions 1 to 10
const CHECKS = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26]; // codewords of error correction in each block
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
const LEVEL = 0; // M, as the format's bits have it
const QUIET = 4; // modules of margin

const EXP = new Uint8Array(255);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1, x = (x << 1) ^ (x & 128 ? 0x11d : 0)) {
  EXP[i] = x;
  LOG[x] = i;
}
const times = (a, b) => (a && b ? EXP[(LOG[a] + LOG[b]) % 255] : 0);

/** The remainder of data times x^n by the generator of Reed and Solomon with n roots. @param {number[]} data */
function checksOf(data, n) {
  let generator = [1];
  for (let i = 0; i < n; i += 1) {
    const next = [...generator, 0];
    generator.forEach((each, k) => (next[k + 1] ^= times(each, EXP[i])));
    generator = next;
  }
  const rest = [...data, ...new Array(n).fill(0)];
  for (let i = 0; i < data.length; i += 1) if (rest[i]) for (let k = 1, by = rest[i]; k <= n; k += 1) rest[i + k] ^= times(generator[k], by);
  return rest.slice(data.length);
}

/** Bits behind `value` so that the generator divides them all: BCH. */
function withRemainder(value, generator, bits) {
  let rest = value << bits;
  const top = 31 - Math.clz32(generator);
  while (rest && 31 - Math.clz32(rest) >= top) rest ^= generator << (31 - Math.clz32(rest) - top);
  return (value << bits) | rest;
}

const capacity = (version) => CODEWORDS[version - 1] - CHECKS[version - 1] * BLOCKS[version - 1];

/** @param {Uint8Array} bytes @returns {number} the smallest version that holds them, 0 where none of ours does */
function versionOf(bytes) {
  for (let version = 1; version <= CODEWORDS.length; version += 1) if (bytes.length + (version > 9 ? 3 : 2) <= capacity(version)) return version;
  return 0;
}

/** The data codewords: mode, length, bytes, padding. */
function dataOf(bytes, version) {
  const bits = [];
  const put = (value, n) => {
    for (let i = n - 1; i >= 0; i -= 1) bits.push((value >> i) & 1);
  };
  put(4, 4);
  put(bytes.length, version > 9 ? 16 : 8);
  for (const byte of bytes) put(byte, 8);
  put(0, 4);
  while (bits.length % 8) bits.push(0);
  const data = Array.from({ length: bits.length / 8 }, (_, i) => bits.slice(8 * i, 8 * i + 8).reduce((sum, bit) => 2 * sum + bit, 0));
  for (let i = 0; data.length < capacity(version); i += 1) data.push(i % 2 ? 0x11 : 0xec);
  return data;
}

/** All codewords as they are laid: column by column of the blocks, the shorter of which come first. */
function interleaved(data, version) {
  const [blocks, checks] = [BLOCKS[version - 1], CHECKS[version - 1]];
  const short = Math.floor(data.length / blocks);
  const longer = blocks - (data.length % blocks); // the first of those that have one more
  let at = 0;
  const parts = Array.from({ length: blocks }, (_, i) => data.slice(at, (at += short + (i >= longer ? 1 : 0))));
  const behind = parts.map((part) => checksOf(part, checks));
  const column = (lists, i) => lists.flatMap((each) => (i < each.length ? [each[i]] : []));
  return [...Array.from({ length: short + 1 }, (_, i) => column(parts, i)), ...Array.from({ length: checks }, (_, i) => column(behind, i))].flat();
}

/** What does not depend on the text: finders, timing, alignment, version. @returns {(0 | 1 | null)[][]} null: free */
function patterns(version) {
  const size = 17 + 4 * version;
  const grid = Array.from({ length: size }, () => new Array(size).fill(null));
  const square = (cx, cy, reach, dark) => {
    for (let y = -reach; y <= reach; y += 1) {
      for (let x = -reach; x <= reach; x += 1) {
        if (grid[cy + y]?.[cx + x] !== undefined) grid[cy + y][cx + x] = dark(Math.max(Math.abs(x), Math.abs(y))) ? 1 : 0;
      }
    }
  };
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const centres = version === 1 ? [] : version < 7 ? [6, size - 7] : [6, (size - 1) / 2, size - 7];
  for (const y of centres) for (const x of centres) if (grid[y][x] === null) square(x, y, 2, (ring) => ring !== 1);
  for (let i = 8; i < size - 8; i += 1) {
    grid[6][i] ??= i % 2 ? 0 : 1;
    grid[i][6] ??= i % 2 ? 0 : 1;
  }
  if (version >= 7) {
    const bits = withRemainder(version, 0x1f25, 12);
    for (let i = 0; i < 18; i += 1) grid[Math.floor(i / 3)][size - 11 + (i % 3)] = grid[size - 11 + (i % 3)][Math.floor(i / 3)] = (bits >> i) & 1;
  }
  writeFormat(grid, 0);
  return grid;
}

/** Level and mask, twice, and the dark module. */
function writeFormat(grid, mask) {
  const size = grid.length;
  const bits = withRemainder((LEVEL << 3) | mask, 0x537, 10) ^ 0x5412;
  for (let i = 0; i < 15; i += 1) {
    const bit = (bits >> i) & 1;
    if (i < 8) grid[8][size - 1 - i] = bit;
    else grid[size - 15 + i][8] = bit;
    if (i < 6) grid[i][8] = bit;
    else if (i < 8) grid[i + 1][8] = bit;
    else if (i === 8) grid[8][7] = bit;
    else grid[8][14 - i] = bit;
  }
  grid[size - 8][8] = 1;
}

const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Lay the codewords into what is free: two columns at a time, from the right, up and down. */
function filled(version, codewords, mask) {
  const grid = patterns(version);
  const size = grid.length;
  let at = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i += 1) {
      const y = up ? size - 1 - i : i;
      for (const x of [right, right - 1]) {
        if (grid[y][x] !== null) continue;
        const bit = (codewords[at >> 3] >> (7 - (at & 7))) & 1;
        grid[y][x] = (at < 8 * codewords.length ? bit : 0) ^ (MASKS[mask](x, y) ? 1 : 0);
        at += 1;
      }
    }
  }
  writeFormat(grid, mask);
  return grid;
}

/** How hard a grid is to read: long runs, blocks, what looks like a finder, and an uneven share of dark. @param {number[][]} grid */
function badness(grid) {
  const size = grid.length;
  const lines = [...grid.map((row) => row.join("")), ...grid.map((_, x) => grid.map((row) => row[x]).join(""))];
  let bad = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) bad += run.length - 2;
    bad += 40 * ([...line.matchAll(/(?=10111010000)/g)].length + [...line.matchAll(/(?=00001011101)/g)].length);
  }
  const isBlock = (x, y) => new Set([grid[y][x], grid[y - 1][x], grid[y][x - 1], grid[y - 1][x - 1]]).size === 1;
  for (let y = 1; y < size; y += 1) for (let x = 1; x < size; x += 1) if (isBlock(x, y)) bad += 3;
  const dark = grid.flat().reduce((sum, each) => sum + each, 0) / size ** 2;
  return bad + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
}

/**
 * The modules of a text's code, without the margin: 1 is dark.
 * @param {string} text up to 213 bytes @param {number} [mask] which one, 0 to 7; left out: the one that is read best
 * @returns {number[][] | null} null: it is too long
 */
export function modules(text, mask) {
  const bytes = new TextEncoder().encode(text);
  const version = versionOf(bytes);
  if (!version) return null;
  const codewords = interleaved(dataOf(bytes, version), version);
  const grids = (mask === undefined ? MASKS.map((_, i) => i) : [mask]).map((each) => filled(version, codewords, each));
  return grids.reduce((best, grid) => (badness(grid) < badness(best) ? grid : best));
}

/**
 * A code as a drawing, dark on white in any scheme, as cameras want it.
 * @param {string} text @param {string} label what it is, in words @returns {SVGElement | null} null: the text is too long
 */
export function qrCode(text, label) {
  const grid = modules(text);
  if (!grid) return null;
  const side = grid.length + 2 * QUIET;
  const make = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    return element;
  };
  const d = grid.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : []))).join("");
  const svg = make("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, class: "qr", "shape-rendering": "crispEdges" });
  svg.append(make("rect", { width: side, height: side, fill: "#fff" }), make("path", { d, fill: "#000" }));
  return svg;
}
