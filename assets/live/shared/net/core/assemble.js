/**
 * WebAssembly from its own text: as much of WAT as kernels.js is written in, which is folded instructions, one memory, and
 * functions whose locals are named. An instruction that is not listed here is refused by its name.
 *
 * The numbers are those of the specification's binary format (webassembly.github.io/spec/core/binary).
 * @module
 */

const TYPES = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const [SECTION_TYPES, SECTION_FUNCTIONS, SECTION_MEMORY, SECTION_EXPORTS, SECTION_CODE] = [1, 3, 5, 7, 10];
const [FUNCTION, A_MEMORY, BLOCK, LOOP, NOTHING, END] = [0, 2, 0x02, 0x03, 0x40, 0x0b];

/** What stands for an instruction. */
const PLAIN = {
  "i32.add": [0x6a],
  "i32.lt_u": [0x49],
  "f32x4.splat": [0xfd, 0x13],
  "i32x4.splat": [0xfd, 0x11],
  "f32x4.nearest": [0xfd, 0x6a],
  "f32x4.neg": [0xfd, 0xe1, 0x01],
  "f32x4.add": [0xfd, 0xe4, 0x01],
  "f32x4.sub": [0xfd, 0xe5, 0x01],
  "f32x4.mul": [0xfd, 0xe6, 0x01],
  "f32x4.div": [0xfd, 0xe7, 0x01],
  "f32x4.min": [0xfd, 0xe8, 0x01],
  "f32x4.max": [0xfd, 0xe9, 0x01],
  "i32x4.trunc_sat_f32x4_s": [0xfd, 0xf8, 0x01],
  "i32x4.add": [0xfd, 0xae, 0x01],
  "i32x4.shl": [0xfd, 0xab, 0x01],
};

/** And for one that reads or writes memory: of these offset=… says where, beside its address. */
const MEMORY = {
  "i32.load": [0x28],
  "v128.load": [0xfd, 0x00],
  "v128.load32_splat": [0xfd, 0x09],
  "v128.store": [0xfd, 0x0b],
};
const ALIGNED = 2; // to 2 ** 2 bytes, as all of ours are

const NAMED = { "local.get": 0x20, "local.set": 0x21, "local.tee": 0x22, call: 0x10, br_if: 0x0d };

/** @typedef {string | Expression[]} Expression */

/** @param {string} text of a module @returns {Uint8Array<ArrayBuffer>} its bytes */
export function assemble(text) {
  const [, ...parts] = parse(text);
  const functions = parts.filter(([what]) => what === "func").map(functionOf);
  const numbers = new Map(functions.map(({ name }, i) => [name, i]));
  const [, , pages] = parts.find(([what]) => what === "memory");
  const exported = functions.flatMap(({ out }, i) => (out ? [[...word(out), FUNCTION, ...unsigned(i)]] : []));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(SECTION_TYPES, functions.map(({ takes, gives }) => [0x60, ...vector(takes), ...vector(gives)])),
    ...section(SECTION_FUNCTIONS, functions.map((_, i) => unsigned(i))),
    ...section(SECTION_MEMORY, [[0, ...unsigned(Number(pages))]]),
    ...section(SECTION_EXPORTS, [...exported, [...word("memory"), A_MEMORY, 0]]),
    ...section(SECTION_CODE, functions.map((each) => sized(codeOf(each, numbers)))),
  ]);
}

/** A text of nested brackets as nested lists. @param {string} text @returns {any} */
function parse(text) {
  const open = [[]];
  for (const [token] of text.replace(/;;.*/g, "").matchAll(/[()]|"[^"]*"|[^\s()]+/g)) {
    if (token === "(") open.push([]);
    else if (token === ")") open.at(-2).push(open.pop());
    else open.at(-1).push(token);
  }
  return open[0][0];
}

function functionOf(list) {
  const all = (what) => list.filter((each) => each[0] === what);
  const [params, locals] = [all("param"), all("local")];
  return {
    name: typeof list[1] === "string" ? list[1] : "",
    out: all("export")[0]?.[1].slice(1, -1),
    takes: params.map(([, , type]) => [TYPES[type]]),
    gives: all("result").map(([, type]) => [TYPES[type]]),
    locals: locals.map(([, , type]) => [1, TYPES[type]]),
    names: [...params, ...locals].map(([, name]) => name),
    body: list.filter((each) => Array.isArray(each) && !["export", "param", "result", "local"].includes(each[0])),
  };
}

function codeOf({ locals, names, body }, functions) {
  /** @param {any} expression @param {string[]} labels of the blocks around it, the innermost first @returns {number[]} */
  const emit = ([op, ...rest], labels) => {
    if (op === "loop" || op === "block") {
      const [label, ...inner] = rest;
      const around = [label, ...labels];
      return [op === "loop" ? LOOP : BLOCK, NOTHING, ...inner.flatMap((each) => emit(each, around)), END];
    }
    const operands = rest.filter(Array.isArray).flatMap((each) => emit(each, labels));
    const [first] = rest.filter((each) => !Array.isArray(each));
    return [...operands, ...instruction(op, first, { local: names, call: functions, labels })];
  };
  return [...vector(locals), ...body.flatMap((each) => emit(each, [])), END];
}

function instruction(op, said, { local, call, labels }) {
  if (op in PLAIN) return PLAIN[op];
  if (op in MEMORY) return [...MEMORY[op], ALIGNED, ...unsigned(Number((said ?? "offset=0").slice("offset=".length)))];
  if (op === "i32.const") return [0x41, ...signed(Number(said))];
  if (op === "f32.const") return [0x43, ...new Uint8Array(Float32Array.of(Number(said)).buffer)];
  const number = { call: () => call.get(said), br_if: () => labels.indexOf(said) }[op] ?? (() => local.indexOf(said));
  if (op in NAMED && number() >= 0) return [NAMED[op], ...unsigned(number())];
  throw new Error(`The assembler does not know “${op} ${said ?? ""}”: its tables name what it knows.`);
}

const section = (number, entries) => [number, ...sized(vector(entries))];
const vector = (entries) => [...unsigned(entries.length), ...entries.flat()];
const sized = (bytes) => [...unsigned(bytes.length), ...bytes];
const word = (text) => sized(Array.from(text, (each) => each.charCodeAt(0)));

/** LEB128, seven bits a byte. @param {number} n @returns {number[]} */
const unsigned = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);

/** @param {number} n @returns {number[]} */
const signed = (n) => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)]);
