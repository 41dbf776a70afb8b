/**
 * The page's colours for what is drawn on canvases.
 * @module
 */

const INK = [29, 31, 43];

/** Read red, green, blue out of a CSS colour as `getComputedStyle` gives it. @returns {[number, number, number]} */
export function rgbOf(text) {
  const numbers = /^(?:rgba?\()([^)]*)/.exec(text)?.[1].split(/[ ,/]+/).map(Number);
  return numbers && numbers.length >= 3 ? [numbers[0], numbers[1], numbers[2]] : INK;
}

const DESK = 14; // pixels that letters have on a desk

/**
 * How many times larger letters are around an element than on a desk: what is drawn on canvases grows with them.
 * @param {Element} element
 */
export const growthOf = (element) => Math.max(1, (Number.parseFloat(getComputedStyle(element).fontSize) || DESK) / DESK);

const lightness = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b) / 255;
const mixed = (a, b, share) => `rgb(${a.map((value, i) => Math.round(value * share + b[i] * (1 - share))).join(" ")})`;

/** The colours around an element, resolved by the browser. @param {HTMLElement} element */
export function themeOf(element) {
  const probe = document.createElement("span");
  element.append(probe);
  const resolve = (value) => {
    probe.style.color = value;
    return rgbOf(getComputedStyle(probe).color);
  };
  const [ink, paper, accent] = ["var(--ink)", "var(--paper)", "var(--accent)"].map(resolve);
  const font = getComputedStyle(element).fontFamily;
  probe.remove();
  return {
    dark: lightness(paper) < 0.5,
    ink: mixed(ink, ink, 1),
    paper: mixed(paper, paper, 1),
    accent: mixed(accent, accent, 1),
    accentRgb: accent,
    onAccent: lightness(accent) > 0.55 ? "#111218" : "#fff",
    muted: mixed(ink, paper, 0.68),
    line: mixed(ink, paper, 0.3),
    font,
  };
}
