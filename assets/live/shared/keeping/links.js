/**
 * The page's state as an address: ?model=mnist-16d&z=0.5,-1.2&image=17, and &class=3 of a conditional model.
 * @module
 */

import { round } from "../words/numbers.js";

/** A code as an address has it: short, exact to the third decimal. */
export const formatCode = (z) => z.map((value) => String(round(value))).join(",");

/**
 * Put the state into an address, leaving what else it carries as it is.
 * @param {string} href
 * @param {{model: string, z: number[], image: number | null, given?: number | null}} state
 */
export function withState(href, { model, z, image, given = null }) {
  const url = new URL(href);
  for (const name of ["z", "image", "class"]) url.searchParams.delete(name);
  url.searchParams.set("model", model);
  if (image !== null) url.searchParams.set("image", String(image));
  if (given !== null) url.searchParams.set("class", String(given));
  const rest = url.searchParams.toString();
  url.search = `${rest}&z=${formatCode(z)}`; // by hand: URLSearchParams would write each comma as %2C
  return url.href;
}

/**
 * Read the code of an address that this page has written; null where it has none for a model like this.
 * @param {string} search
 * @param {{dims: number, limit: number}} latent
 */
export function readCode(search, { dims, limit }) {
  const z = (new URLSearchParams(search).get("z") ?? "").split(",").map((text) => (text.trim() ? Number(text) : NaN));
  return z.length === dims && z.every((value) => Math.abs(value) <= limit) ? z : null;
}

export const MOST_ANCHORS = 6;
/** Write an anchor. @param {{kind: string, number: number | null, z: number[] | null}} anchor */
export const formatAnchor = ({ kind, number, z }) => (kind === "image" ? `i:${number}` : kind === "point" ? `p:${number}` : `z:${formatCode(z)}`);

/** Where anchors are opened on this page. @param {string} base @param {string} model @param {any[]} anchors */
export const linkTo = (base, model, anchors) => `${base}interpolate?model=${encodeURIComponent(model)}&anchors=${anchors.map(formatAnchor).join(";")}`;
