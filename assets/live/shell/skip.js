/**
 * The first link of a page: past all others, to what one came for.
 * @module
 */

import { mainThing } from "./pages.js";

/** What Streamlit's main part is called, as the link names it. */
export const MAIN = "main";

const CONTROLS = 'input:not([disabled]), button:not([disabled]), select:not([disabled]), a[href], summary, [tabindex="0"]';

/** The first control that can be seen, of those that a page has named its first, or of all. @param {ParentNode} within */
export function firstControl(within) {
  const seen = (each) => each.getClientRects().length > 0 && each.tabIndex >= 0;
  const all = (query) => [...within.querySelectorAll(query)].find(seen);
  return all("[data-first]") ?? all(CONTROLS) ?? null;
}

/** Make the link. */
export function skipLink() {
  const link = document.createElement("a");
  link.className = "skip";
  link.href = `#${MAIN}`;
  link.textContent = "Skip to the page’s main thing";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const host = mainThing();
    const control = (host && firstControl(host.shadowRoot)) ?? document.getElementById(MAIN);
    control?.focus();
    control?.scrollIntoView({ block: "nearest" });
  });
  return link;
}
