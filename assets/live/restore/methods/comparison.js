/**
 * What is compared: the methods in the row, and the lines of the curve. Pure functions.
 * @module
 */

import { isBrush } from "../state.js";

/** @typedef {{name: string, title: string, sentence: string}} Method */

/** The method that fills what is lost, and needs to know where that is. */
export const FILLS = "impute";

/** What a model is called that fills what is lost, and one that only encodes and decodes. */
export const titleOf = (model, method) => (method === FILLS ? `${model}, imputed` : model);

/**
 * The methods as they are called beside a model: what the model itself does has its name.
 * @param {Method[]} methods @param {string} model
 */
export const titled = (methods, model) =>
  methods.map((method) => (["vae", FILLS].includes(method.name) ? { ...method, title: titleOf(model, method.name) } : method));

/**
 * Lay out what is compared.
 * @param {object} what
 * @param {string} what.model
 * @param {Method[]} what.fitting the methods that suit, the model's own first
 * @param {string} what.beside the second model, or empty
 * @param {string} what.besideMethod how it restores
 * @param {string} what.noun what is restored
 * @param {(name: string) => string} what.kindOf what a model is, in words
 * @returns {{rows: Method[], lines: import("../amount/curve.js").Asked[]}} what is spoiled comes first, then the two models beside each other
 */
export function compared({ model, fitting, beside, besideMethod, noun, kindOf }) {
  const [vae, ...others] = fitting;
  const own = { ...vae, sentence: `${vae.sentence} This is ${kindOf(model)}.` };
  const second = beside
    ? [{ name: `beside:${beside}`, title: titleOf(beside, besideMethod), sentence: `What ${beside} makes of the same ${noun}: ${kindOf(beside)}.` }]
    : [];
  const models = Number(besideMethod === FILLS); // the two models' pictures stand side by side
  const nothing = { name: "nothing", title: "Nothing done", sentence: `The corrupted ${noun} itself.` };
  const rows = [nothing, own, ...others.slice(0, models), ...second, ...others.slice(models)];
  const lines = [
    { name: "corrupted", title: nothing.title, model, method: "corrupted" },
    ...[own, ...others].map(({ name, title }) => ({ name, title, model, method: name })),
  ];
  if (beside) lines.splice(2, 0, { name: `beside:${beside}:${besideMethod}`, title: titleOf(beside, besideMethod), model: beside, method: besideMethod });
  return { rows, lines };
}

/**
 * Why a corruption has no curve; empty where it has one.
 * @param {string} corruption @param {{name: string, title: string, hides: boolean}[]} corruptions
 */
export function whyNoCurve(corruption, corruptions) {
  const other = corruptions.find(({ name, hides }) => hides && !isBrush(name))?.title;
  return isBrush(corruption) ? `A gap drawn by hand has no amount, and so no curve; choose ${other} for one.` : "";
}
