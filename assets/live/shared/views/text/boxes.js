/**
 * Words drawn as letters in boxes: each place has its own, the fuller the surer, and beneath it what else may stand there.
 * @module
 */

import { lettersOf, likelyAt } from "./reading.js";

/** @typedef {import("../look.js").Look} Look */

const COLUMN = 12; // CSS pixels of a place in a drawing of natural size
const ROWS = 3.5; // columns that a drawing is high
const ROOMY = 15; // CSS pixels of a place from where on each stands at its own, with others beneath it
const BOX = 0.92; // of a column
const SHADE = 0.34; // of the accent behind a letter that is sure
const FAINT = 0.35; // how dense a letter is at least
const OTHERS = 2; // symbols beneath a letter
const LEAST = 0.04; // share of a symbol that is shown beneath
const HATCH = 5; // CSS pixels between its lines
const TALL = 0.74; // of a small drawing's height: what a box is at most

/** CSS pixels of a drawing of words of `places`. @param {number} places @returns {[number, number]} */
export const naturalOf = (places) => [COLUMN * places, Math.round(COLUMN * ROWS)];

/**
 * Where the places of a word lie in a drawing.
 * @typedef {object} Plan
 * @property {boolean} roomy whether each place has a column of its own, and others beneath
 * @property {number} column @property {number} left of the first @property {number} top @property {number} bottom of the boxes
 * @property {{at: (place: number) => number, of: (x: number) => number}} x the middle of a place, and the place there
 */

/**
 * @param {{width: number, height: number}} size in CSS pixels
 * @param {number} places that words have @param {number} length letters of this one
 * @returns {Plan}
 */
export function planOf({ width, height }, places, length) {
  const roomy = width / places >= ROOMY;
  const shown = Math.max(1, length);
  const column = roomy ? width / places : Math.min(TALL * height, width / shown);
  const left = roomy ? 0 : (width - column * shown) / 2;
  const top = roomy ? 0.3 * column : (height - column) / 2;
  const last = places - 1;
  return {
    roomy, column, left, top,
    bottom: top + column,
    x: {
      at: (place) => left + (place + 0.5) * column,
      of: (x) => Math.min(last, Math.max(0, Math.floor((x - left) / column))),
    },
  };
}

/**
 * @typedef {object} Layers what may be drawn with a word
 * @property {Uint8Array} [beneath] [L, V], another word, in grey beneath it
 * @property {{values: ArrayLike<number>, most: number}} [error] [L] or [L, V]: boxes are coloured by it, up to `most`
 * @property {ArrayLike<number | boolean>} [gaps] [L], true where a letter was lost
 * @property {number} [mark] a place that is pointed at
 */

/**
 * Draw a word with all that goes with it, from the origin of the context on.
 * @param {CanvasRenderingContext2D} context in CSS pixels @param {Uint8Array} array [L, V] @param {string[]} symbols
 * @param {Layers} layers @param {Look} look
 */
export function drawWord(context, array, symbols, width, height, layers, look) {
  const places = array.length / symbols.length;
  const letters = lettersOf(array, symbols);
  const plan = planOf({ width, height }, places, letters.length);
  context.fillStyle = look.paper;
  context.fillRect(0, 0, width, height);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", lineWidth: 1 });
  if (plan.roomy) for (let place = letters.length; place < places; place += 1) emptyBox(context, place, plan, look);
  letters.forEach((letter, place) => box(context, letter, place, plan, look, errorAt(layers.error, place, places)));
  if (layers.gaps) for (let place = 0; place < places; place += 1) if (layers.gaps[place]) hatch(context, place, plan, look);
  if (layers.mark !== undefined) mark(context, layers.mark, plan, look);
  if (!plan.roomy) return;
  if (layers.beneath) beneath(context, lettersOf(layers.beneath, symbols), letters, plan, look);
  else for (let place = 0; place <= letters.length && place < places; place += 1) others(context, array, place, letters[place], symbols, plan, look);
}

/** The error at a place, the largest of its symbols', as a share of the most; null where none is shown. @param {Layers["error"]} error */
function errorAt(error, place, places) {
  if (!error) return null;
  const each = error.values.length / places;
  let largest = 0;
  for (let i = 0; i < each; i += 1) largest = Math.max(largest, Math.abs(error.values[place * each + i]));
  return error.most > 0 ? Math.min(1, largest / error.most) : 0;
}

/** @param {Plan} plan */
function outline(context, place, { x, top, column }) {
  const side = BOX * column;
  context.beginPath();
  const corner = [x.at(place) - side / 2, top + (column - side) / 2];
  if (context.roundRect) context.roundRect(corner[0], corner[1], side, side, 0.14 * side);
  else context.rect(corner[0], corner[1], side, side);
}

function emptyBox(context, place, plan, look) {
  context.save();
  Object.assign(context, { globalAlpha: 0.45, strokeStyle: look.line });
  outline(context, place, plan);
  context.setLineDash([2, 3]);
  context.stroke();
  context.restore();
}

/** @param {import("./reading.js").Letter} letter */
function box(context, { text, share, known }, place, plan, look, error) {
  context.save();
  outline(context, place, plan);
  context.fillStyle = error === null ? look.accent : look.scale(error);
  context.globalAlpha = error === null ? SHADE * share : 0.75;
  context.fill();
  Object.assign(context, { globalAlpha: 1, strokeStyle: look.line });
  context.stroke();
  context.globalAlpha = known ? FAINT + (1 - FAINT) * share : 0.7;
  Object.assign(context, { fillStyle: known ? look.ink : look.muted, font: `600 ${0.62 * plan.column}px ${look.font}` });
  context.fillText(text, plan.x.at(place), (plan.top + plan.bottom) / 2 + 0.03 * plan.column);
  context.restore();
}

/** A letter that was lost, as hatched. */
function hatch(context, place, plan, look) {
  context.save();
  outline(context, place, plan);
  context.clip();
  const [from, to] = [plan.x.at(place) - plan.column / 2, plan.x.at(place) + plan.column / 2];
  Object.assign(context, { globalAlpha: 0.5, strokeStyle: look.muted });
  context.beginPath();
  for (let at = Math.floor((from - plan.column) / HATCH) * HATCH; at < to; at += HATCH) {
    context.moveTo(at, plan.bottom);
    context.lineTo(at + plan.column, plan.top);
  }
  context.stroke();
  context.restore();
}

function mark(context, place, plan, look) {
  context.save();
  Object.assign(context, { strokeStyle: look.accent, lineWidth: 2 });
  outline(context, place, plan);
  context.stroke();
  context.restore();
}

/** The symbols that come after the likeliest, each as dense as it is likely; the end is a bar. */
function others(context, array, place, letter, symbols, { x, bottom, column }, look) {
  const rest = likelyAt(array, place, symbols, LEAST, 1 + OTHERS).filter(({ text }) => text !== (letter?.text ?? ""));
  context.save();
  Object.assign(context, { fillStyle: look.ink, font: `${0.48 * column}px ${look.font}` });
  rest.slice(0, OTHERS).forEach(({ text, share }, row) => {
    context.globalAlpha = Math.min(1, 0.25 + share);
    context.fillText(text || "▏", x.at(place), bottom + (0.42 + 0.62 * row) * column);
  });
  context.restore();
}

/** Another word in grey; where it says another letter, in ink. */
function beneath(context, word, letters, { x, bottom, column }, look) {
  context.save();
  word.forEach(({ text }, place) => {
    const same = letters[place]?.text === text;
    Object.assign(context, { fillStyle: same ? look.muted : look.ink, font: `${same ? "" : "600 "}${0.52 * column}px ${look.font}` });
    context.globalAlpha = same ? 0.75 : 1;
    context.fillText(text, x.at(place), bottom + 0.5 * column);
  });
  context.restore();
}
