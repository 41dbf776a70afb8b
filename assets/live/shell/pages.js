/**
 * The app's pages, as their addresses name them.
 * @module
 */

/** The page of a path: "" is Home. @param {string} path below a base path or not */
export const pageOf = (path) => path.split("/").at(-1) ?? "";

/** The main thing of the page that is shown: the element whose shadow root holds it, or null until it is there. */
export function mainThing() {
  const [first] = [...document.querySelectorAll('[class*="st-key-"][class*="-live"]')].filter((each) => each.getClientRects().length);
  return [...(first?.querySelectorAll("*") ?? [])].find((each) => each.shadowRoot) ?? null;
}
