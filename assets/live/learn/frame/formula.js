/**
 * Formulas in MathML, each symbol in its colour.
 * @module
 */

import { SIGNS } from "./marks.js";

const SPACE = "http://www.w3.org/1998/Math/MathML";

function m(tag, attributes, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** What a part of a formula may be: a node, or text that is taken for a number, a letter or a sign. */
const node = (part) => {
  if (typeof part !== "string") return part;
  if (/^[\d.,½]+$/.test(part)) return m("mn", {}, part);
  if (/^[\p{L}]+$/u.test(part)) return m("mi", part.length > 1 ? { mathvariant: "normal" } : {}, part);
  return m("mo", /^[|(),‖∼~]+$/.test(part) ? { stretchy: "false" } : {}, part);
};

/** A symbol that has a colour and a mark. @param {string} symbol */
export const sym = (symbol, sign = SIGNS[symbol]) => m("mi", { "data-symbol": symbol }, sign);
export const row = (...parts) => m("mrow", {}, ...parts.map(node));
export const over = (top, bottom) => m("mfrac", {}, node(top), node(bottom));
export const sup = (base, top) => m("msup", {}, node(base), node(top));
export const sub = (base, below) => m("msub", {}, node(base), node(below));

/** Between brackets as tall as what they hold. */
export const held = (...parts) => row(m("mo", {}, "("), ...parts, m("mo", {}, ")"));
export const gap = () => m("mspace", { width: "1.2em" });

/** A formula in a line of its own, which arrow keys scroll where it is wider than the window. @param {...(string | Element)} parts */
export const formula = (...parts) => m("math", { display: "block", tabindex: "0" }, row(...parts));
