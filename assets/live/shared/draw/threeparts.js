/**
 * What −ELBO is made of, as a small stacked bar with its numbers: floor · error · KL.
 *
 * The floor is what the grey levels cost by themselves, sum H(x_i): no model gets under it. The error is what the
 * reconstruction costs above it, and the KL what the code costs.
 * @module
 */

import { h } from "../page/dom.js";

/** @typedef {{floor?: number | null, error: number, kl?: number | null}} Parts nats; what is not there is left out */

/** How each part looks: by hue and by its pattern, so that colour is never alone. */
const LOOKS = {
  floor: ["floor", "repeating-linear-gradient(135deg, var(--muted) 0 2px, transparent 2px 5px)"],
  error: ["error", "color-mix(in srgb, var(--ink) 78%, var(--paper))"],
  kl: ["KL", "var(--accent)"],
};

const ABOUT = {
  floor: "What the grey levels cost by themselves, however exactly they are drawn: no model gets under it",
  error: "What the reconstruction costs above the floor",
  kl: "What the code costs",
};

const nats = (value) => value.toFixed(1).replace("-", "−");

/**
 * The parts in their order: name, nats, text and share of the whole bar; a part below 0 by rounding has no width.
 * @param {Parts} parts @returns {{part: "floor" | "error" | "kl", value: number, text: string, share: number}[]}
 */
export function shares(parts) {
  const given = /** @type {("floor" | "error" | "kl")[]} */ (Object.keys(LOOKS)).filter((part) => Number.isFinite(parts[part]));
  const whole = given.reduce((sum, part) => sum + Math.max(0, parts[part]), 0);
  return given.map((part) => {
    const value = /** @type {number} */ (parts[part]);
    return { part, value, text: `${LOOKS[part][0]} ${nats(value)}`, share: whole > 0 ? Math.max(0, value) / whole : 0 };
  });
}

/** Say the parts in a sentence: "floor 46.3 + error 24.2 + KL 23.2 = 93.7 nats". @param {Parts} parts */
export function sayParts(parts) {
  const all = shares(parts);
  return `${all.map(({ text }) => text).join(" + ")} = ${nats(all.reduce((sum, { value }) => sum + value, 0))} nats`;
}

/**
 * Make the bar. It wants the variables of tokens.css around it.
 * @param {Parts} parts @returns {HTMLElement}
 */
export function threeParts(parts) {
  const all = shares(parts);
  const bar = all.map(({ part, share }) => h("i", { "data-part": part, style: `flex: ${share} 0 0; background: ${LOOKS[part][1]}` }));
  const key = all.map(({ part, text }) =>
    h(
      "span",
      { "data-part": part, title: ABOUT[part], style: "display: inline-flex; align-items: center; gap: 5px; white-space: nowrap" },
      h("i", { style: `width: 11px; height: 11px; border-radius: 2px; background: ${LOOKS[part][1]}; box-shadow: inset 0 0 0 1px var(--line)` }),
      text,
    ),
  );
  return h(
    "div",
    { class: "three-parts", role: "img", "aria-label": sayParts(parts), style: "display: grid; gap: 5px" },
    h("div", { style: "display: flex; gap: 2px; height: 12px; border-radius: 4px; overflow: hidden; box-shadow: inset 0 0 0 1px var(--line)" }, ...bar),
    h("div", { style: "display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: var(--small); font-variant-numeric: tabular-nums" }, ...key),
  );
}
