/**
 * What is said of anchors, places on a path and what paths cost.
 * @module
 */

import { merged } from "../shared/views/text/reading.js";
import { betweenAnchors } from "./path/path.js";
import { capital, withArticle } from "../shared/words/names.js";
import { figure } from "../shared/words/numbers.js";

/** @typedef {import("./anchors/anchors.js").Anchor} Anchor */

/** How one's own thing is called that came from a file. @param {string} noun what the model draws */
const yours = (noun) => `your ${noun === "image" ? "picture" : noun}`;

/**
 * Name an anchor in a word or two, for a sentence.
 * @param {Anchor} anchor
 * @param {string} noun what the model draws: "image"
 * @param {number} [most] letters of a class's name; longer ones are cut
 */
export function shortName({ kind, label }, noun, most = Infinity) {
  if (label) return label.length > most ? `${label.slice(0, most - 1).trimEnd()}…` : label;
  return {
    image: withArticle(noun),
    point: `a test ${noun}`,
    code: "a code",
    place: "a place on the map",
    draw: "a random draw",
    own: "your drawing",
    upload: yours(noun),
  }[kind];
}

/**
 * Name an anchor: what it is, and the rest.
 * @param {Anchor} anchor
 * @param {string} noun
 * @param {string} [ofPage] what one of those on the page is called: "Training image"
 * @returns {[string, string]}
 */
export function fullName({ kind, number, label, called }, noun, ofPage = capital(noun)) {
  const named = label && (/^\d+$/.test(label) ? `class ${label}` : label);
  if (kind === "image") return [`${called ?? ofPage} ${number}`, named];
  if (kind === "point") return [`Test ${noun} ${number}`, named];
  return [
    { code: "A code", place: "A place on the map", draw: "Random draw", own: "Your drawing", upload: capital(yours(noun)) }[kind],
    kind === "place" && label ? `near ${label}` : "",
  ];
}

/** A path in a line that fits above its strip: the model, the kind of path, and what it leads from and to. @param {Anchor[]} anchors */
export function pathTitle(model, kind, anchors, noun, most = 84) {
  const names = anchors.map((anchor) => shortName(anchor, noun).replace(/^an? /, ""));
  const titled = (stops) => `${model}, ${kind.toLowerCase()}: ${stops.join(" → ")}`;
  const whole = titled(names);
  return whole.length <= most ? whole : `${titled([names[0], "…", names.at(-1)])} (${names.length} anchors)`;
}

/** What the mix of the anchors themselves is called. @param {import("../shared/views/view.js").View} view */
export const fadeName = ({ pixels }) => (pixels ? "pixel cross-fade" : "pointwise mix");

/** Say a share in whole percent, but never as all or nothing where it is not. */
export function percent(share) {
  if (share > 0 && share < 0.01) return "1 %";
  return share < 1 && share > 0.99 ? "99 %" : `${Math.round(100 * share)} %`;
}

/**
 * Say a place on a path: what matters, and how far.
 * @param {number} at
 * @param {number[]} knots
 * @param {Anchor[]} anchors
 * @param {string} noun
 * @param {number} [most] letters of a class's name
 * @returns {[string, string]}
 */
export function speakPlace(at, knots, anchors, noun, most) {
  if (anchors.length < 2) return [anchors.length ? `At ${shortName(anchors[0], noun, most)}` : "No anchor", ""];
  const { from, to, share } = betweenAnchors(at, knots);
  if (share === 0 || from === to) return [`At ${shortName(anchors[from], noun, most)}`, `anchor ${from + 1}`];
  const [a, b] = [shortName(anchors[from], noun, most), shortName(anchors[to], noun, most)];
  const alike = a === b ? ` (anchors ${from + 1} and ${to + 1})` : "";
  return [`Between ${a} and ${b}${alike}`, `${percent(share)} of the way`];
}

/** Say the same in one sentence, for a screen reader. */
export function placeText(at, knots, anchors, noun) {
  const [where, far] = speakPlace(at, knots, anchors, noun);
  return far ? `${where}, ${far}` : where;
}

/** Say what a change of the picture is. @param {import("../shared/views/view.js").View} view */
export function changeWords({ pixels, unit, words: { nouns } }) {
  if (pixels) return "the distance of neighbouring pictures’ pixels, black being 0 and white 1";
  return `the root mean square between neighbouring ${nouns}, in ${unit}`;
}

/** The unit of that change. @param {import("../shared/views/view.js").View} view */
export const changeUnit = ({ pixels, unit }) => (pixels ? "of pixel distance" : unit);

/**
 * What a path costs, its length and its density: a dash where there is nothing to tell, dots before it is known.
 * @param {{length: number, density: number} | null} cost
 */
export const costCells = (cost) =>
  cost ? [cost.length, cost.density].map((value) => (Number.isFinite(value) ? figure(value) : "–")) : ["…", "…"];

/** Say which kinds of path keep nearest to the data; empty while one is not known. @param {[string, number | undefined][]} densities by their titles */
export function sayDensities(densities) {
  if (densities.length < 2 || densities.some(([, density]) => !Number.isFinite(density))) return "";
  const falling = [...densities].sort(([, a], [, b]) => b - a).map(([title]) => title.toLowerCase());
  return `Nearest to the data (highest log density): ${falling.join(", then ")}.`;
}

/** Say why there is no path, or null where there is one. @param {Anchor[]} anchors @param {boolean} same whether all are one place */
export function whyNone(anchors, same) {
  if (anchors.length < 2) return "One anchor makes no path: add another.";
  return same ? "These anchors are one and the same place, so nothing changes between them. Choose another." : null;
}

/** The words on the way, each once where the path stays at it. @param {string[]} words */
export const wayWords = (words) => merged(words).map(({ word }) => word || "–").join(" → ");
