/**
 * What a picture weighs without loss: the model's bits, with what it takes and gives back, beside ordinary formats.
 * @module
 */

import { h } from "../../shared/page/dom.js";

/** @typedef {{taken: number, thing: number, code: number}} Bits */

/**
 * The parts of the model's bar, in bits: what the picture takes once the code is known, what the code adds in the end, and what
 * was laid on with the code and given back.
 * @param {Bits} bits
 */
export const partsOf = ({ taken, thing, code }) => ({ thing, code: code - taken, back: taken });

const whole = (bits) => String(Math.round(bits));

/**
 * Make the bars, all on one scale.
 * @param {string} model @param {Bits} bits @param {Record<string, number>} others by the format's name, in bits @param {number} plain one a number
 */
export function barsOf(model, bits, others, plain) {
  const parts = partsOf(bits);
  const net = parts.thing + parts.code;
  const rows = Object.entries(others).sort(([, a], [, b]) => a - b);
  const most = Math.max(net + parts.back, plain, ...Object.values(others));
  const bar = (part, value) => h("i", { class: part, "data-part": part, style: `width: ${(100 * value) / most}%` });
  const row = (name, value, ...pieces) =>
    h(
      "div",
      { class: "bar-row", "data-bits": value.toFixed(1) },
      h("span", {}, name),
      h("span", { class: "bar" }, ...pieces),
      h("b", {}, whole(value)),
    );
  const key = (part, words) => h("span", {}, h("i", { class: part }), words);
  return h(
    "div",
    { class: "bars" },
    row(model, net, bar("thing", parts.thing), bar("code", parts.code), bar("back", parts.back)),
    ...rows.map(([name, value]) => row(name, value, bar("format", value))),
    row("as it is", plain, bar("format", plain)),
    h(
      "p",
      { class: "bar-key" },
      key("thing", `the picture, once the code is known: ${whole(parts.thing)}`),
      key("code", `the code: ${whole(bits.code)}, less what is got back: ${whole(parts.code)}`),
      key("back", `got back: ${whole(parts.back)}`),
    ),
  );
}
