/**
 * The symbols of a molecule beneath its drawing: a column for each place, the fuller the surer, and in words what is nearly as likely.
 * @module
 */

import { likelyAt } from "../text/reading.js";

const FEWEST = 9; // columns: so that they stay while a molecule grows by some symbols
const ROOMY = { width: 170, column: 8 }; // CSS pixels from where on there is a strip
const HIGH = 0.2; // of the height, that it takes at most
const TALL = 64; // CSS pixels, that it takes at most
const LINES = 2; // of words below it
const INSET = 5; // CSS pixels beside them
const STEP = 1.45; // of the letters, from one line to the next
const SHADE = 0.34; // of the accent behind a symbol that is sure
const FAINT = 0.35; // how dense a symbol is at least
const HATCH = 5; // CSS pixels between its lines
const SURE = 0.95; // from here on a symbol is taken for granted

/** A symbol without its brackets. @param {string} text */
export const bare = (text) => text.replace(/^\[|\]$/g, "");

/**
 * @typedef {object} Plan where the parts of a drawing lie
 * @property {boolean} roomy whether there is a strip
 * @property {number} columns @property {number} column how wide one is
 * @property {number} above how high the molecule is drawn
 * @property {number} top @property {number} bottom of the strip
 * @property {{at: (place: number) => number, of: (x: number) => number}} x the middle of a place, and the place there
 */

/**
 * @param {{width: number, height: number, text: number}} size in CSS pixels, with that of words
 * @param {number} places that molecules have @param {number} length symbols of this one
 * @returns {Plan}
 */
export function planOf({ width, height, text }, places, length) {
  const columns = Math.min(places, Math.max(FEWEST, length + 1));
  const column = width / columns;
  const roomy = width >= ROOMY.width && column >= ROOMY.column;
  const words = LINES * STEP * text;
  const strip = Math.min(TALL, HIGH * height);
  const top = roomy ? height - words - strip - 4 : 0;
  return {
    roomy, columns, column, top,
    above: roomy ? top - 4 : height,
    bottom: roomy ? top + strip : height,
    x: { at: (place) => (place + 0.5) * column, of: (x) => Math.min(places - 1, Math.max(0, Math.floor(x / column))) },
  };
}

/**
 * Draw the strip. @param {CanvasRenderingContext2D} context in CSS pixels @param {Plan} plan
 * @param {import("../text/reading.js").Letter[]} letters @param {import("../text/boxes.js").Layers} layers
 * @param {(place: number) => number | null} errorOf @param {import("../look.js").Look} look
 */
export function drawStrip(context, plan, letters, layers, errorOf, look) {
  for (let place = letters.length; place < plan.columns; place += 1) column(context, plan, place, look.line, 0.12);
  letters.forEach((letter, place) => {
    const error = errorOf(place);
    column(context, plan, place, error === null ? look.accent : look.scale(error), error === null ? Math.max(0.04, SHADE * letter.share) : 0.75);
    write(context, plan, place, letter, look);
  });
  if (layers.gaps) for (let place = 0; place < plan.columns; place += 1) if (layers.gaps[place]) hatch(context, plan, place, look);
  if (layers.mark !== undefined) frame(context, plan, layers.mark, look);
}

/** The symbols of another molecule below the strip, in grey; where it says another one, in ink. @param {Plan} plan */
export function drawBeneath(context, plan, others, letters, look) {
  const below = { ...plan, top: plan.bottom + 3, bottom: plan.bottom + LINES * STEP * look.text };
  others.slice(0, plan.columns).forEach(({ text }, place) => {
    const same = letters[place]?.text === text;
    write(context, below, place, { text, share: same ? 0.4 : 1, known: !same }, look);
  });
}

function column(context, { x, column: wide, top, bottom }, place, colour, dense) {
  context.save();
  Object.assign(context, { fillStyle: colour, globalAlpha: dense });
  context.fillRect(x.at(place) - 0.47 * wide, top, 0.94 * wide, bottom - top);
  context.restore();
}

/** A symbol upright where it fits into its column, and upwards where not. */
function write(context, { x, column: wide, top, bottom }, place, { text, share, known }, look) {
  const symbol = bare(text);
  context.save();
  const size = Math.min(1.15 * look.text, 0.8 * wide + 2);
  Object.assign(context, { font: `600 ${size}px ${look.font}`, fillStyle: known ? look.ink : look.muted, textAlign: "center", textBaseline: "middle" });
  context.globalAlpha = known ? FAINT + (1 - FAINT) * share : 0.7;
  context.translate(x.at(place), (top + bottom) / 2);
  const long = context.measureText(symbol).width;
  if (long > 0.94 * wide) {
    context.rotate(-Math.PI / 2);
    const fits = Math.min(1, (0.92 * (bottom - top)) / long);
    context.scale(fits, fits);
  }
  context.fillText(symbol, 0, 0.04 * size);
  context.restore();
}

function hatch(context, { x, column: wide, top, bottom }, place, look) {
  context.save();
  context.beginPath();
  context.rect(x.at(place) - 0.47 * wide, top, 0.94 * wide, bottom - top);
  context.clip();
  Object.assign(context, { globalAlpha: 0.5, strokeStyle: look.muted });
  context.beginPath();
  const high = bottom - top;
  for (let from = Math.floor((x.at(place) - wide - high) / HATCH) * HATCH; from < x.at(place) + wide; from += HATCH) {
    context.moveTo(from, bottom);
    context.lineTo(from + high, top);
  }
  context.stroke();
  context.restore();
}

function frame(context, { x, column: wide, top, bottom }, place, look) {
  context.save();
  Object.assign(context, { strokeStyle: look.accent, lineWidth: 2 });
  context.strokeRect(x.at(place) - 0.47 * wide, top, 0.94 * wide, bottom - top);
  context.restore();
}

/** How high the lines of words are. @param {import("../look.js").Look} look */
export const wordsHigh = (look) => LINES * STEP * look.text;

/** Lines of words below the strip, from the left. @param {string[]} lines */
export function drawLines(context, { bottom }, lines, width, look) {
  context.save();
  Object.assign(context, { font: `${look.text}px ${look.font}`, textAlign: "left", textBaseline: "middle" });
  lines.forEach((line, row) => {
    context.fillStyle = row ? look.muted : look.ink;
    context.fillText(line, INSET, bottom + 4 + (row + 0.5) * STEP * look.text, width - 2 * INSET);
  });
  context.restore();
}

const percent = (share) => `${Math.round(100 * share)} %`;

/**
 * The place where another symbol is most nearly as likely, and by how much: an argument of the two that come first there.
 * @param {Uint8Array} array [L, V] @param {string[]} symbols @param {number} length
 * @returns {{place: number, first: {text: string, share: number}, second: {text: string, share: number}} | null} null where all are sure
 */
export function closest(array, symbols, length) {
  let best = null;
  for (let place = 0; place <= length && place * symbols.length < array.length; place += 1) {
    const [first, second] = likelyAt(array, place, symbols, 0.004, 2);
    if (!first || !second || first.share >= SURE) continue;
    if (!best || first.share - second.share < best.first.share - best.second.share) best = { place, first, second };
  }
  return best;
}

const called = ({ text, share }) => `${bare(text) || "the end"} ${percent(share)}`;

/** The runner-up in words: "Closest: symbol 5, O 54 % before N 31 %"; nothing moves while that margin lasts. */
export function runnerUp(array, symbols, length) {
  const found = closest(array, symbols, length);
  return found ? `Closest: symbol ${found.place + 1}, ${called(found.first)} before ${called(found.second)}` : "Sure of each symbol";
}
