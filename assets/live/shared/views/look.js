/**
 * The page's colours for drawings that may lie on any canvas, in the page or not: read once, and again when they change.
 * @module
 */

import { classColour, css, scaleColour } from "../draw/colours.js";
import { themeOf } from "../page/theme.js";

const SETTLED = 300; // ms until Streamlit's colours have followed the system's choice of light or dark
const TEXT = 11.5;
const SHADES = 64;

/**
 * @typedef {object} Look
 * @property {boolean} dark
 * @property {string} ink @property {string} paper @property {string} accent @property {string} muted @property {string} line
 * @property {string} font the family @property {number} text how large small words are, in CSS pixels
 * @property {(channel: number, channels: number) => string} channel the colour of one of several; the accent where it is alone
 * @property {(share: number) => string} scale the colour of a share in [0, 1] of what is to be seen as much
 */

/** @returns {Look} */
function lookOf(theme) {
  const shades = Array.from({ length: SHADES }, (_, i) => css(scaleColour(i / (SHADES - 1), theme.dark)));
  const none = css(scaleColour(NaN, theme.dark));
  return {
    ...theme,
    channel: (channel, channels) => (channels > 1 ? css(classColour(channel, channels)) : theme.accent),
    scale: (share) => shades[Math.round(Math.min(1, Math.max(0, share)) * (SHADES - 1))] ?? none,
  };
}

/** Dark on white: for sheets that are printed, and where no page is there to be asked. */
export const PRINTED = lookOf({
  dark: false, ink: "#1d1f2b", paper: "#fff", accent: "#5b5bd6", muted: "#61626b", line: "#bbbcbf", font: "sans-serif", text: TEXT,
});

/** An element with the colours of tokens.css: one in any of the page's components, which have them behind their shadow roots. */
function placeInPage() {
  for (const { shadowRoot } of document.querySelectorAll("*")) {
    const within = shadowRoot?.querySelector("div");
    if (within && getComputedStyle(within).getPropertyValue("--ink")) return within;
  }
  return null;
}

function textOf(element) {
  const probe = document.createElement("span");
  probe.style.fontSize = "var(--tiny)";
  element.append(probe);
  const text = Number.parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  return text || TEXT;
}

/** @type {Look | null} */
let held = null;
let changing = null; // a timer, while the colours are on their way to others
const watchers = new Set();

function forget() {
  held = null;
}

function changed() {
  forget();
  clearTimeout(changing);
  changing = setTimeout(() => {
    changing = null;
    forget();
    for (const watcher of watchers) watcher();
  }, SETTLED);
}

let listening = false;
function listen() {
  if (listening) return;
  listening = true;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  addEventListener("resize", forget); // words are larger in a wide window
}

/** The colours that the page has now. @returns {Look} */
export function lookNow() {
  if (held && !changing) return held;
  if (!globalThis.document) return PRINTED;
  listen();
  const place = placeInPage();
  if (!place) return PRINTED;
  held = lookOf({ ...themeOf(place), text: textOf(place) });
  return held;
}

/** Have all that watches the colours drawn again, in the same ones: what is drawn has come from elsewhere. */
export function renew() {
  if (held) held = { ...held }; // what was drawn with the one before is old
  for (const watcher of watchers) watcher();
}

/**
 * Call `watcher` whenever the page has got other colours, so that what was drawn can be drawn again.
 * @param {() => void} watcher
 * @returns {() => void} which ends it
 */
export function onLook(watcher) {
  listen();
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
