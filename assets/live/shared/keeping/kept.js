/**
 * What a visitor has made on a page, for when they come back to it in this window: whole while the window stays open,
 * as an address after it was loaded anew. Each model has its own. An address that asks for something goes first.
 * @module
 */

import { house } from "../wire/house.js";

/** @type {Map<string, any>} what each page has left */
const left = new Map();

/**
 * The address to go on with: the kept one, and what else the present one carries; null where it asks for something itself.
 * @param {string} search the present one, from the question mark on
 * @param {string | null} kept
 * @param {string[]} own the parameters that are the page's; the model is none of them
 */
export function resumed(search, kept, own) {
  const asked = new URLSearchParams(search);
  if (!kept || own.some((name) => asked.has(name))) return null;
  const known = new URLSearchParams(kept);
  for (const name of known.keys()) asked.delete(name);
  const rest = asked.toString();
  return kept + (rest && `&${rest}`); // by hand: URLSearchParams would write each comma as %2C
}

const modelIn = (search) => new URLSearchParams(search).get("model");

export class Keeper {
  /** @param {string} page its name @param {{model: string, checksum: string}} data @param {string[]} own as for `resumed` */
  constructor(page, { model, checksum }, own) {
    Object.assign(this, { key: `latent.${page}.${model}.${checksum}`, own, path: location.pathname });
    this.models = [model, modelIn(location.search)]; // an address may have come with another, which cannot be had
  }

  /** Put the address back that was left here; return what was kept with it, or null where there is nothing to go on with. */
  resume() {
    if (house.alone) return null;
    const search = resumed(location.search, stored(this.key), this.own);
    if (search === null) return null;
    history.replaceState(history.state, "", `${location.pathname}${search}${location.hash}`);
    return left.get(this.key) ?? {};
  }

  /** Write an address, unless the window is on its way to another page or model by now. @param {string} href */
  write(href) {
    if (house.alone || location.pathname !== this.path || !this.models.includes(modelIn(location.search))) return;
    if (href !== location.href) history.replaceState(history.state, "", href);
    store(this.key, new URL(href).search);
  }

  /**
   * Keep what is left behind.
   * @param {(href: string) => string} address puts the page's state into an address
   * @param {any} [what] what no address has room for
   */
  leave(address, what = {}) {
    if (house.alone) return;
    store(this.key, new URL(address(`${location.origin}${this.path}`)).search);
    left.set(this.key, what);
  }
}

/** What a window has stored under a key; null where there is none. */
export function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // no storage for this page
  }
}

/** Store a text in this window. */
export function store(key, search) {
  try {
    sessionStorage.setItem(key, search);
  } catch {
    // No storage, or it is full: then only the address has it.
  }
}
