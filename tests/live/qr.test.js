import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { modules } from "../../assets/live/shared/keeping/qr.js";

// As ISO/IEC 18004 has them for level M: centres of alignment (table E.1), blocks as [number, codewords, of them data] (table 9).
const CENTRES = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const BLOCKS = [
  [[1, 26, 16]], [[1, 44, 28]], [[1, 70, 44]], [[2, 50, 32]], [[2, 67, 43]], [[4, 43, 27]], [[4, 49, 31]],
  [[2, 60, 38], [2, 61, 39]], [[3, 58, 36], [2, 59, 37]], [[4, 69, 43], [1, 70, 44]],
];
const MASKS = [
  (i, j) => (i + j) % 2, (i) => i % 2, (_, j) => j % 3, (i, j) => (i + j) % 3, (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2,
  (i, j) => ((i * j) % 2) + ((i * j) % 3), (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2, (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2,
]; // row, column: 0 turns the module

/** Whether a module is the text's: none of finder, timing, format, alignment, version. */
function isFree(row, column, size, version) {
  const corner = (row < 9 && column < 9) || (row < 9 && column >= size - 8) || (row >= size - 8 && column < 9);
  const told = version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11));
  const centres = CENTRES[version - 1];
  const last = centres.at(-1);
  const inCorner = (y, x) => (y === 6 && x === 6) || (y === 6 && x === last) || (y === last && x === 6);
  const aligns = centres.some((y) => centres.some((x) => !inCorner(y, x) && Math.abs(row - y) <= 2 && Math.abs(column - x) <= 2));
  return !(corner || told || aligns || row === 6 || column === 6);
}

/** The product in GF(256) with 285, by shifting and adding. */
function product(a, b) {
  let sum = 0;
  for (let i = 0; i < 8; i += 1) {
    if ((b >> i) & 1) sum ^= a;
    a = (a << 1) ^ (a & 128 ? 285 : 0);
  }
  return sum;
}

/** Whether a block is a word of the code: it vanishes at each root 2^i. */
function isWhole(block, checks) {
  for (let i = 0, root = 1; i < checks; i += 1, root = product(root, 2)) if (block.reduce((sum, byte) => product(sum, root) ^ byte, 0)) return false;
  return true;
}

/** Read a code, as a camera's program does that has found its modules. @param {number[][]} grid */
function read(grid) {
  const size = grid.length;
  const version = (size - 17) / 4;
  const format = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => grid[8][x]).concat([7, 5, 4, 3, 2, 1, 0].map((y) => grid[y][8]));
  const again = [1, 2, 3, 4, 5, 6, 7].map((y) => grid[size - y][8]).concat([8, 7, 6, 5, 4, 3, 2, 1].map((x) => grid[8][size - x]));
  assert.deepEqual(format, again, "what is written twice is the same");
  const bits = parseInt(format.join(""), 2) ^ 0b101010000010010;
  assert.equal(bits >> 13, 0, "level M");
  const mask = MASKS[(bits >> 10) & 7];
  const stream = [];
  let up = true;
  for (let right = size - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right -= 1;
    for (let k = 0; k < size; k += 1) {
      const row = up ? size - 1 - k : k;
      for (const column of [right, right - 1]) if (isFree(row, column, size, version)) stream.push(grid[row][column] ^ (mask(row, column) === 0 ? 1 : 0));
    }
  }
  const laid = BLOCKS[version - 1].flatMap(([n, all, data]) => Array.from({ length: n }, () => ({ all, data, bytes: /** @type {number[]} */ ([]) })));
  let at = 0;
  const take = () => parseInt(stream.slice(8 * at, 8 * ++at).join(""), 2);
  for (let i = 0; i < Math.max(...laid.map(({ data }) => data)); i += 1) for (const block of laid) if (i < block.data) block.bytes.push(take());
  for (let i = 0; i < laid[0].all - laid[0].data; i += 1) for (const block of laid) block.bytes.push(take());
  for (const { all, data, bytes } of laid) assert.ok(isWhole(bytes, all - data), "nothing is missing");
  const data = laid.flatMap((block) => block.bytes.slice(0, block.data)).map((byte) => byte.toString(2).padStart(8, "0")).join("");
  assert.equal(data.slice(0, 4), "0100", "bytes");
  const wide = version > 9 ? 16 : 8;
  const length = parseInt(data.slice(4, 4 + wide), 2);
  return new TextDecoder().decode(Uint8Array.from({ length }, (_, i) => parseInt(data.slice(4 + wide + 8 * i, 12 + wide + 8 * i), 2)));
}

const ADDRESS = "http://192.168.178.20:8501/learn?room=BKRT";

test("an address comes out of its code as it went in, in each version and by each mask", () => {
  for (const length of [1, 14, 15, 26, 42, 62, 84, 106, 122, 152, 153, 180, 181, 213]) {
    const text = (ADDRESS + "&lang=de".repeat(30)).slice(0, length);
    assert.equal(read(modules(text)), text);
    for (let mask = 0; mask < 8; mask += 1) assert.equal(read(modules(text, mask)), text);
  }
  assert.equal(read(modules("http://schule.example/über")), "http://schule.example/über");
});

test("codes are to the last module those of another program", () => {
  // python -c "import segno, …": segno 1.6.6, level M, mask 3, texts that leave no room, SHA-256 of the rows.
  const theirs = { 14: "40e3043532d146b8", 42: "193e9526fe082796", 84: "31a4bc15faea815e", 180: "ff9f7e7b393f1833", 213: "de1a141cd561946f" };
  for (const [length, hash] of Object.entries(theirs)) {
    const rows = modules((ADDRESS + "&lang=de".repeat(30)).slice(0, Number(length)), 3).map((row) => row.join("")).join("\n");
    assert.equal(createHash("sha256").update(rows).digest("hex").slice(0, 16), hash);
  }
});

test("a text that is too long has no code", () => assert.equal(modules("x".repeat(214)), null));
