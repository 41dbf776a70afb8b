/**
 * What rows of a code have alike, whether each is a slider or a choice.
 * @module
 */

import { h } from "../page/dom.js";

const LEAST = 0.02; // of a bar that is to be seen at all

/**
 * What something carries: a bar, as long as its share of the most, and its nats.
 * @param {string} name
 * @param {number} nats
 * @param {number} most
 */
export function carriedBar(name, nats, most) {
  const bar = h("i");
  bar.style.setProperty("--share", String(Math.max(LEAST, nats / most)));
  return h("span", { class: "kl", title: `${name}: KL ${nats.toFixed(3)} nats` }, bar, h("b", {}, nats.toFixed(2)));
}

/**
 * Rows that fold out.
 * @param {string} kind
 * @param {string} words on the fold
 * @param {number[]} dims the dimensions in it
 * @param {HTMLElement} rows
 * @param {{fold: (dims: number[]) => void, unfold: () => void}} on
 * @param {(open: boolean) => void} [told]
 */
export function folded(kind, words, dims, rows, on, told = (_) => {}) {
  const ontoggle = ({ target }) => {
    told(target.open);
    if (target.open) on.unfold();
    else on.fold(dims);
  };
  return h("details", { class: kind, ontoggle }, h("summary", {}, words), rows);
}

/**
 * How those that carry something are parted: a few stand open, the rest folds out; a single one more is not worth a fold.
 * @template T
 * @param {T[]} alive
 * @param {number} few
 * @returns {[T[], T[]]}
 */
export function parted(alive, few) {
  const open = alive.length > few + 1 ? few : alive.length;
  return [alive.slice(0, open), alive.slice(open)];
}
