/**
 * A molecule as chemists draw it: bonds as lines, and the atoms that are no carbon by their letters.
 * @module
 */

const INSET = 0.09; // of the height, all around
const LONGEST = 0.24; // of the height, that a bond is at most: small molecules are no larger than others
const LETTER = 0.46; // of a bond: the height of letters,
const LINE = 0.065; // how thick lines are,
const APART = 0.17; // how far a second one lies,
const SHORTER = 0.14; // and how much it is shorter
const LEAST = 6.5; // CSS pixels of letters
const THINNEST = 1.2; // CSS pixels of a line
const CLEAR = 2.4; // CSS pixels between two lines, at least: small ones would run into each other

/** @type {Record<string, [string, string]>} elements in light and in dark, as their models are coloured; others have the ink */
const COLOURS = {
  O: ["#c8322b", "#ff8f85"],
  N: ["#2f5bd0", "#8fb0ff"],
  S: ["#8a6d00", "#e6c24d"],
  P: ["#b25a00", "#ffb066"],
  F: ["#1d7a3a", "#7fd495"],
  Cl: ["#1d7a3a", "#7fd495"],
  Br: ["#1d7a3a", "#7fd495"],
  I: ["#1d7a3a", "#7fd495"],
};

/**
 * Where atoms lie in a drawing, and how long a bond is.
 * @param {import("./asking.js").Atom[]} atoms @param {number} width @param {number} height
 * @returns {{places: [number, number][], bond: number}}
 */
export function placed(atoms, width, height) {
  const [low, high] = [Math.min, Math.max].map((of) => [0, 1].map((axis) => of(...atoms.map((atom) => atom[axis]))));
  const inset = INSET * height;
  const rooms = [width, height].map((side, axis) => (side - 2 * inset) / Math.max(1e-6, high[axis] - low[axis] + LETTER));
  const bond = Math.min(LONGEST * height, ...rooms);
  const middle = [0, 1].map((axis) => (low[axis] + high[axis]) / 2);
  const at = ([x, y]) => /** @type {[number, number]} */ ([(x - middle[0]) * bond + width / 2, (y - middle[1]) * bond + height / 2]);
  return { places: atoms.map(at), bond };
}

/**
 * The lines of a bond: a second one beside the first, or two about the middle where it has no side.
 * @param {[number, number]} a @param {[number, number]} b
 * @returns {[[number, number], [number, number]][]}
 */
export function linesOf(a, b, order, side, bond) {
  const far = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const along = [(b[0] - a[0]) / far, (b[1] - a[1]) / far];
  const gap = Math.max(CLEAR, APART * bond);
  const across = [-along[1] * gap, along[0] * gap];
  const beside = (by, shorter = 0) => {
    const end = (at, way) => /** @type {[number, number]} */ ([0, 1].map((axis) => at[axis] + by * across[axis] + way * shorter * bond * along[axis]));
    return /** @type {[[number, number], [number, number]]} */ ([end(a, 1), end(b, -1)]);
  };
  if (order === 2) return side ? [beside(0), beside(side, SHORTER)] : [beside(0.5), beside(-0.5)];
  return order === 3 ? [beside(0), beside(1), beside(-1)] : [beside(0)];
}

/**
 * Draw a molecule from the origin of the context on.
 * @param {CanvasRenderingContext2D} context in CSS pixels @param {import("./asking.js").Sketch} sketch
 * @param {import("../look.js").Look} look
 */
export function drawMolecule(context, { atoms, bonds }, width, height, look) {
  const { places, bond } = placed(atoms, width, height);
  context.save();
  Object.assign(context, { strokeStyle: look.ink, lineWidth: Math.max(THINNEST, LINE * bond), lineCap: "round" });
  context.beginPath();
  for (const [first, second, order, side] of bonds) {
    for (const [a, b] of linesOf(places[first], places[second], order, side, bond)) {
      context.moveTo(...a);
      context.lineTo(...b);
    }
  }
  context.stroke();
  const size = Math.max(LEAST, LETTER * bond);
  Object.assign(context, { font: `600 ${size}px ${look.font}`, textAlign: "center", textBaseline: "middle" });
  atoms.forEach(([, , element, label], i) => {
    if (label) letter(context, label.replace(/H\d/, lowered), places[i], size, COLOURS[element]?.[look.dark ? 1 : 0] ?? look.ink, look.paper);
  });
  context.restore();
}

/** Digits as they stand in a formula. @param {string} text */
export const lowered = (text) => text.replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));

/** An atom's letters, on paper so that bonds end before them. */
function letter(context, label, [x, y], size, colour, paper) {
  const wide = context.measureText(label).width;
  context.fillStyle = paper;
  context.fillRect(x - wide / 2 - 1, y - 0.5 * size, wide + 2, size);
  context.fillStyle = colour;
  context.fillText(label, x, y + 0.06 * size);
}
