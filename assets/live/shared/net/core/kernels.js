/**
 * What a network's layers spend their time in, as WebAssembly that reckons with four numbers at once; plain.js says the same in
 * JavaScript. Addresses and lengths are in bytes; all that is summed or bent lies in stretches of whole tiles.
 * @module
 */

/** Numbers of a tile: eight registers of four, as many sums as hide how long an addition takes. */
export const TILE = 32;

const BYTES = 4 * TILE;
const REGISTERS = Array.from({ length: TILE / 4 }, (_, i) => i);

/** Cephes' expf (Moshier 1984): the series of e^r for |r| <= ln 2 / 2, highest power first; its relative error is below 2e-7. */
const SERIES = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1, 1];
const [LOW, HIGH] = [-87, 88]; // beyond them e^x is next to nothing, or more than a float holds
const LN2 = [0.693359375, -2.12194440e-4]; // in two parts, the first of few digits, so that n · ln 2 loses none

const all = (number) => `(f32x4.splat (f32.const ${number}))`;
const get = (name) => `(local.get $${name})`;
const add = (name, more) => `(local.set $${name} (i32.add ${get(name)} ${more}))`;

/** to[i] = the sum over terms of scalars[k] · (vectors + offsets[k])[i], for the tiles up to `end`; `terms` is in bytes, too. */
const SUM = `
(func (export "sum") (param $to i32) (param $end i32) (param $vectors i32) (param $scalars i32) (param $offsets i32) (param $terms i32)
  (local $k i32) (local $from i32) (local $scalar v128)
  ${REGISTERS.map((i) => `(local $sum${i} v128)`).join(" ")}
  (loop $tiles
    ${REGISTERS.map((i) => `(local.set $sum${i} ${all(0)})`).join("\n")}
    (local.set $k (i32.const 0))
    (loop $each
      (local.set $scalar (v128.load32_splat (i32.add ${get("scalars")} ${get("k")})))
      (local.set $from (i32.add ${get("vectors")} (i32.load (i32.add ${get("offsets")} ${get("k")}))))
      ${REGISTERS.map(
        (i) => `(local.set $sum${i} (f32x4.add ${get(`sum${i}`)} (f32x4.mul ${get("scalar")} (v128.load offset=${16 * i} ${get("from")}))))`,
      ).join("\n")}
      ${add("k", "(i32.const 4)")}
      (br_if $each (i32.lt_u ${get("k")} ${get("terms")})))
    ${REGISTERS.map((i) => `(v128.store offset=${16 * i} ${get("to")} ${get(`sum${i}`)})`).join("\n")}
    ${add("vectors", `(i32.const ${BYTES})`)}
    ${add("to", `(i32.const ${BYTES})`)}
    (br_if $tiles (i32.lt_u ${get("to")} ${get("end")}))))`;

const power = SERIES.slice(1).reduce((sum, number) => `(f32x4.add (f32x4.mul ${sum} ${get("x")}) ${all(number)})`, all(SERIES[0]));

/** e^x = 2^n · e^r, with n the whole number nearest to x / ln 2, which is written into the exponent's bits. */
const EXP = `
(func $exp (param $x v128) (result v128) (local $n v128)
  (local.set $x (f32x4.min (f32x4.max ${get("x")} ${all(LOW)}) ${all(HIGH)}))
  (local.set $n (f32x4.nearest (f32x4.mul ${get("x")} ${all(Math.LOG2E)})))
  ${LN2.map((part) => `(local.set $x (f32x4.sub ${get("x")} (f32x4.mul ${get("n")} ${all(part)})))`).join("\n")}
  (f32x4.mul ${power}
    (i32x4.shl (i32x4.add (i32x4.trunc_sat_f32x4_s ${get("n")}) (i32x4.splat (i32.const 127))) (i32.const 23))))`;

/** Bend the numbers from `at` to `end`, in place. */
const bend = (name, bent) => `
(func (export "${name}") (param $at i32) (param $end i32) (local $x v128)
  (loop $fours
    (local.set $x (v128.load ${get("at")}))
    (v128.store ${get("at")} ${bent})
    ${add("at", "(i32.const 16)")}
    (br_if $fours (i32.lt_u ${get("at")} ${get("end")}))))`;

const grown = (x) => `(f32x4.add ${all(1)} (call $exp ${x}))`;
const BENDS = {
  relu: `(f32x4.max ${get("x")} ${all(0)})`,
  silu: `(f32x4.div ${get("x")} ${grown(`(f32x4.neg ${get("x")})`)})`,
  sigmoid: `(f32x4.div ${all(1)} ${grown(`(f32x4.neg ${get("x")})`)})`,
  tanh: `(f32x4.sub ${all(1)} (f32x4.div ${all(2)} ${grown(`(f32x4.add ${get("x")} ${get("x")})`)}))`,
};

/** The module's text. */
export const KERNELS = `(module (memory $memory 1) ${SUM} ${EXP} ${Object.entries(BENDS).map(([name, bent]) => bend(name, bent)).join("")})`;
