/**
 * The page's state as an address: ?model=mnist-16d&z=0.5,-1.2&image=17
 * @module
 */

import { round } from "./geometry.js";

/** A code as an address has it: short, exact to the third decimal. */
export const formatCode = (z) => z.map((value) => String(round(value))).join(",");

/**
 * Put the state into an address, leaving what else it carries as it is.
 * @param {string} href
 * @param {{model: string, z: number[], image: number | null}} state
 */
export function withState(href, { model, z, image }) {
  const url = new URL(href);
  url.searchParams.delete("z");
  url.searchParams.delete("image");
  url.searchParams.set("model", model);
  if (image !== null) url.searchParams.set("image", String(image));
  const rest = url.searchParams.toString();
  url.search = `${rest}&z=${formatCode(z)}`; // by hand: URLSearchParams would write each comma as %2C
  return url.href;
}
