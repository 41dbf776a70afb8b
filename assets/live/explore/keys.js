/**
 * The keys of the Explore page: Ctrl+Z, r, and Escape while a search goes on.
 * @module
 */

import { house } from "../shared/wire/house.js";

const FIELD = "input:not([type=range]), textarea, select, [contenteditable]";
// A field's own undo is meant while something is typed into it, and no longer after Enter; a pad has one of its own.
const TYPED = `:is(${FIELD}):not([data-number]:not([data-typing])), .pad`;

/**
 * Say what a key asks for, or null.
 * @param {KeyboardEvent} event @param {boolean} searching @returns {"undo" | "draw" | "stop" | null}
 */
export function keyOf({ key, ctrlKey, metaKey, shiftKey, altKey }, searching) {
  const held = ctrlKey || metaKey;
  if (held && !shiftKey && key.toLowerCase() === "z") return "undo";
  if (!held && !altKey && key.toLowerCase() === "r") return "draw";
  return searching && key === "Escape" ? "stop" : null;
}

/**
 * Do what keys ask for, until the answer is called.
 * @param {HTMLElement} root of the page
 * @param {{isSearching: () => boolean, undo: () => void, draw: () => void, stop: () => void}} does
 * @returns {() => void}
 */
export function takeKeys(root, does) {
  const onkeydown = (event) => {
    if (house.alone && !event.composedPath().includes(root)) return; // other rooms of the page have keys of their own
    const asked = keyOf(event, does.isSearching());
    const elsewhere = { undo: TYPED, draw: FIELD }[asked];
    if (!asked || (elsewhere && event.composedPath().some((node) => node.matches?.(elsewhere)))) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // r alone is also Streamlit's key for running the page again
    does[asked]();
  };
  window.addEventListener("keydown", onkeydown, true);
  return () => window.removeEventListener("keydown", onkeydown, true);
}
