/**
 * What the page shows, as its address has it: ?models=a,b&image=17&seed=3&dims=0,4&lit=3, or &at=1:0.5,-2 or &lasso=0:…
 * @module
 */

import { round } from "../shared/words/numbers.js";

/** The parameters that are this page's own, besides the models. */
export const OWN = ["image", "at", "seed", "dims", "lit", "lasso"];

const MOST_SEED = 2 ** 31 - 1;
const CORNERS = 48; // of a lasso

/**
 * @typedef {object} Shown
 * @property {number | null} image the number of a test image
 * @property {{model: number, x: number, y: number} | null} at a place on the map of a model, counted from 0
 * @property {number} seed of the draws
 * @property {number[]} dims the dimension of each model that its strip walks along, counted from 0
 * @property {number | null} lit the class that stands out
 * @property {{model: number, polygon: [number, number][]} | null} lasso in the units of a model's map
 */

const whole = (text, most) => (/^\d{1,10}$/.test(text ?? "") && Number(text) <= most ? Number(text) : null);
const numbers = (text) => text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));

/** A model's number and what follows the colon. @returns {{model: number, values: number[]} | null} */
function onModel(text, models) {
  const [, number, rest] = /^(\d):([-\d.,e]+)$/.exec(text ?? "") ?? [];
  const values = rest ? numbers(rest) : [];
  return rest && Number(number) < models && values.every(Number.isFinite) ? { model: Number(number), values } : null;
}

/** Read an address; what cannot be had is as if it were not there. @param {string} search @param {{dims: number, first: number}[]} models @returns {Shown} */
export function readShown(search, models) {
  const asked = new URLSearchParams(search);
  const at = onModel(asked.get("at"), models.length);
  const lasso = onModel(asked.get("lasso"), models.length);
  const dims = numbers(asked.get("dims") ?? "");
  return {
    image: whole(asked.get("image"), 1e9),
    at: at && at.values.length === 2 ? { model: at.model, x: at.values[0], y: at.values[1] } : null,
    seed: whole(asked.get("seed"), MOST_SEED) ?? 1,
    dims: models.map(({ dims: most, first }, i) => (Number.isInteger(dims[i]) && dims[i] >= 0 && dims[i] < most ? dims[i] : first)),
    lit: whole(asked.get("lit"), 1e4),
    lasso: lasso && lasso.values.length >= 6 && lasso.values.length % 2 === 0 ? { model: lasso.model, polygon: pairs(lasso.values) } : null,
  };
}

const pairs = (values) => Array.from({ length: values.length / 2 }, (_, i) => /** @type {[number, number]} */ ([values[2 * i], values[2 * i + 1]]));

/** Fewer corners of a lasso, evenly taken, so that an address can hold them. */
export const fewer = (polygon) =>
  polygon.length <= CORNERS ? polygon : Array.from({ length: CORNERS }, (_, i) => polygon[Math.floor((i * polygon.length) / CORNERS)]);

/** Put what is shown into an address, leaving what else it carries. @param {string} href @param {string[]} names @param {Shown} shown */
export function withShown(href, names, { image, at, seed, dims, lit, lasso }) {
  const url = new URL(href);
  for (const name of [...OWN, "models", "model"]) url.searchParams.delete(name);
  const own = [`models=${names.map(encodeURIComponent).join(",")}`];
  if (at) own.push(`at=${at.model}:${round(at.x)},${round(at.y)}`);
  else if (image !== null) own.push(`image=${image}`);
  if (seed !== 1) own.push(`seed=${seed}`);
  own.push(`dims=${dims.join(",")}`);
  if (lit !== null) own.push(`lit=${lit}`);
  if (lasso) own.push(`lasso=${lasso.model}:${fewer(lasso.polygon).flat().map(round).join(",")}`);
  const rest = url.searchParams.toString();
  url.search = [rest, ...own].filter(Boolean).join("&"); // by hand: URLSearchParams would write each comma as %2C
  return url.href;
}
