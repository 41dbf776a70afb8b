/**
 * What is restored, as an address has it: ?model=mnist-denoise-16d&image=17&corruption=gaussian&amount=0.5&seed=3
 * and what is compared, where it is not the usual: &method=median, &beside=<a model left of the line>, &second=<one in
 * the row> or &left=original; a picture drawn by this program is &case=landscape.
 * @module
 */

import { STROKES } from "./hole/marks.js";

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
 * @property {"noise" | "place" | "none"} chance what another seed changes
 */

/**
 * @typedef {object} Setting
 * @property {string} corruption a name
 * @property {number} amount in [0, 1]; of the brush: its width as a share of the image's side
 * @property {number} seed
 * @property {any[]} strokes what a hand has marked as lost: of pictures the strokes of a brush, [number, number][][], places
 *   in [0, 1] from the upper left corner; of series stretches, [number, number][]
 */

/** Whether a hand says which pixels are lost. */
export const isBrush = (name) => name === "brush";

/** What an amount begins with. @param {Corruption} corruption */
export const firstAmount = ({ name, amount }) => (isBrush(name) ? BRUSH : amount);

/** An amount to hundredths, within [0, 1]. */
export const settleAmount = (value) => Math.round(100 * Math.min(1, Math.max(0, value))) / 100;

/**
 * Read what an address asks for.
 * @param {string} search its part from the question mark on
 * @param {Corruption[]} corruptions
 * @param {{decode: (text: string) => any[]}} [marks] how what a hand has marked is read
 * @returns {{setting: Setting, asked: boolean, notes: string[]}} asked: whether it says anything of a corruption; a
 *   sentence for each part that cannot be had
 */
export function readSetting(search, corruptions, marks = STROKES) {
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
    strokes: marks.decode(asked.get("hole") ?? ""),
  };
  return { setting, asked: asked.has("corruption"), notes };
}

/** A number as an address has it; NaN where it is none, or empty. */
const number = (text) => (text === null || text.trim() === "" ? NaN : Number(text));

/** No second model at all, as an address has it: a model may have any other name. */
const NONE = "-";

/**
 * @typedef {object} View what is compared
 * @property {string} method the one chosen to be shown large, or empty for the usual one
 * @property {string | null} beside the second model, empty for none; null: nobody has chosen, so it is the usual one
 * @property {import("./stage/stage.js").Left} left what stands left of the line
 */

/**
 * Read what an address sets beside one another.
 * @param {string} search its part from the question mark on
 * @param {{methods: {name: string, title: string, holes: string}[], models: string[], hides: boolean}} known all methods, the
 *   models that can be compared, and whether pixels are lost
 * @returns {View & {notes: string[]}}
 */
export function readView(search, { methods, models, hides }) {
  const asked = new URLSearchParams(search);
  const notes = [];
  const quoted = (text) => `“${text.slice(0, 40)}”`;
  const wanted = asked.get("method") ?? "";
  const method = methods.find(({ name }) => name === wanted);
  if (wanted && !method) notes.push(`There is no method called ${quoted(wanted)}; press one below.`);
  else if (method && !suits(method, hides)) notes.push(`${method.title} does not suit this corruption; press another method below.`);
  const [shown, second] = ["beside", "second"].map((name) => asked.get(name) ?? "");
  const missing = [shown, second].find((name) => name && name !== NONE && !models.includes(name));
  if (missing) notes.push(`There is no model called ${quoted(missing)} to compare with; choose one below.`);
  const large = models.includes(shown);
  const beside = large ? shown : second === NONE ? "" : models.includes(second) ? second : null;
  const left = large ? "beside" : asked.get("left") === "original" ? "original" : "corrupted";
  return { method: method && suits(method, hides) ? wanted : "", beside, left, notes };
}

/** Whether a method is for this: gaps, or things without. */
export const suits = ({ holes }, hides) => (hides ? holes !== "never" : holes !== "only");

/**
 * Put the state into an address, leaving what else it carries as it is.
 * @param {string} href
 * @param {object} state
 * @param {string} state.model
 * @param {import("./source.js").Picture | null} state.picture
 * @param {Setting} state.setting
 * @param {View} state.view
 * @param {{encode: (marks: any[]) => string}} [state.marks] how what a hand has marked is written
 */
export function withSetting(href, { model, picture, setting, view, marks = STROKES }) {
  const url = new URL(href);
  const parts = {
    model,
    image: picture?.index,
    case: picture?.case,
    corruption: setting.corruption,
    amount: setting.amount,
    seed: setting.seed,
    hole: isBrush(setting.corruption) ? marks.encode(setting.strokes) : "",
    method: view.method,
    beside: view.left === "beside" ? view.beside : "",
    second: view.left === "beside" ? "" : view.beside === "" ? NONE : view.beside,
    left: view.left === "original" ? view.left : "",
  };
  for (const [name, value] of Object.entries(parts)) {
    url.searchParams.delete(name);
    if (value !== "" && value !== null && value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

/**
 * What another model goes on with of the picture shown: nothing where its shape is another. The number of an image means
 * another one in other data, so there the picture stays without it.
 * @param {{picture: any, shape: number[], images: string} | undefined} before images: those to choose from
 * @param {{shape: number[], images: string}} now
 */
export function keptPicture(before, { shape, images }) {
  if (!before?.picture || before.shape.join() !== shape.join()) return null;
  const { picture } = before;
  return picture.index === null || before.images === images ? picture : { ...picture, index: null, how: "kept" };
}

/** Whether an address can carry a picture. @param {import("./source.js").Picture | null} picture */
export const isCarried = (picture) => !picture || picture.index !== null || Boolean(picture.case);

/**
 * Whether an answer is as new as the one that is shown: two connections may overtake each other.
 * @param {{moved: number}} answer
 * @param {{moved: number} | undefined} shown
 */
export const isNews = (answer, shown) => answer.moved >= (shown?.moved ?? -Infinity);

/** Whether two states show the same. @param {{setting: Setting, picture: any}} a @param {{setting: Setting, picture: any}} b */
export const sameState = (a, b) => a.picture === b.picture && JSON.stringify(a.setting) === JSON.stringify(b.setting);
