/**
 * What is restored, as an address has it: ?model=mnist-denoise-16d&image=17&corruption=gaussian&amount=0.5&seed=3
 * @module
 */

import { decodeHole, encodeHole } from "./restorehole.js";

/** Seeds that "New noise" draws from: four digits are easily read out in a class. */
export const SEEDS = 10_000;
const LARGEST_SEED = 2 ** 32 - 1;

/** How wide a brush begins, as a share of the image's side: four pixels of 28. */
const BRUSH = 0.15;

/**
 * @typedef {object} Corruption
 * @property {string} name
 * @property {string} title
 * @property {string} meaning what the amount is
 * @property {string} sentence what it is and where it occurs
 * @property {boolean} hides whether pixels are lost, and it is known which
 * @property {number} amount what it begins with, in [0, 1]
 */

/**
 * @typedef {object} Setting
 * @property {string} corruption a name
 * @property {number} amount in [0, 1]; of the brush: its width as a share of the image's side
 * @property {number} seed
 * @property {[number, number][][]} strokes the hole drawn with the brush: places in [0, 1], from the upper left corner
 */

/** Whether a hand says which pixels are lost. */
export const isBrush = (name) => name === "brush";

/** Those in which nothing is left to chance. */
export const SEEDLESS = ["blur", "low-resolution", "brush"];

/** What an amount begins with. @param {Corruption} corruption */
export const firstAmount = ({ name, amount }) => (isBrush(name) ? BRUSH : amount);

/** An amount to hundredths, within [0, 1]. */
export const settleAmount = (value) => Math.round(100 * Math.min(1, Math.max(0, value))) / 100;

/**
 * Read what an address asks for.
 * @param {string} search its part from the question mark on
 * @param {Corruption[]} corruptions
 * @returns {{setting: Setting, asked: boolean, notes: string[]}} asked: whether it says anything of a corruption; a
 *   sentence for each part that cannot be had
 */
export function readSetting(search, corruptions) {
  const asked = new URLSearchParams(search);
  const notes = [];
  const name = asked.get("corruption");
  const found = corruptions.find((each) => each.name === name);
  if (name !== null && !found) notes.push(`There is no corruption called “${name.slice(0, 40)}”, so this shows ${corruptions[0].title.toLowerCase()}.`);
  const corruption = found ?? corruptions[0];
  const amount = number(asked.get("amount"));
  const amountFits = amount >= 0 && amount <= 1;
  if (asked.has("amount") && !amountFits) notes.push(`The amount in the address is not a number from 0 to 1, so this starts at ${firstAmount(corruption)}.`);
  const seed = number(asked.get("seed"));
  const seedFits = Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED;
  if (asked.has("seed") && !seedFits) notes.push("The seed in the address is not a whole number, so this starts with seed 0.");
  const setting = {
    corruption: corruption.name,
    amount: amountFits ? settleAmount(amount) : firstAmount(corruption),
    seed: seedFits ? seed : 0,
    strokes: decodeHole(asked.get("hole") ?? ""),
  };
  return { setting, asked: asked.has("corruption"), notes };
}

/** A number as an address has it; NaN where it is none, or empty. */
const number = (text) => (text === null || text.trim() === "" ? NaN : Number(text));

/**
 * Put the state into an address, leaving what else it carries as it is.
 * @param {string} href
 * @param {{model: string, image: number | null, setting: Setting, beside: string}} state beside: another model, or empty
 */
export function withSetting(href, { model, image, setting, beside }) {
  const url = new URL(href);
  const hole = isBrush(setting.corruption) ? encodeHole(setting.strokes) : "";
  const parts = { model, image, corruption: setting.corruption, amount: setting.amount, seed: setting.seed, hole: hole || null, beside: beside || null };
  for (const [name, value] of Object.entries(parts)) {
    url.searchParams.delete(name);
    if (value !== null) url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** Whether two states show the same. @param {{setting: Setting, picture: any}} a @param {{setting: Setting, picture: any}} b */
export const sameState = (a, b) => a.picture === b.picture && JSON.stringify(a.setting) === JSON.stringify(b.setting);
