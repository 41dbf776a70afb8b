/**
 * Molecules on canvases: uint8 [L, V], symbols of SELFIES; drawn as chemists do where the server says how, with their symbols beneath.
 * @module
 */

import { lookNow } from "../look.js";
import { finely } from "../sharp.js";
import { lettersOf, placesApart, spelt, symbolsOf } from "../text/reading.js";
import { sayAt, sayPlace, sayWord } from "../text/saying.js";
import { alikeToEnds, sketchOf, sketched, spelledBy } from "./asking.js";
import { drawMolecule, lowered } from "./drawing.js";
import { bare, drawBeneath, drawLines, drawStrip, planOf, runnerUp, wordsHigh } from "./strip.js";

const NATURAL = /** @type {[number, number]} */ ([160, 120]); // CSS pixels of a tile; shown larger or smaller it is drawn so
const WAITING = 0.3; // how dense a drawing is that another one follows
const ROOM = 80; // CSS pixels that a molecule is drawn in, at least, where words stand above it
const LINES = 4; // of symbols where there is no drawing
const ELEMENT = "symbol";

/** The molecule that is read off an array, as SELFIES; what is not known is left out. @param {import("../text/reading.js").Letter[]} letters */
export const selfiesOf = (letters) => letters.map(({ text, known }) => (known ? text : "")).join("");

/** What a molecule is, in short. @param {import("./asking.js").Sketch} sketch */
export const factsOf = ({ formula, logp, qed }) => `${lowered(formula)} · logP ${signed(logp)} · QED ${qed.toFixed(2)}`;

const signed = (value) => value.toFixed(1).replace(/^-/, "−");

/**
 * Make the view of molecules of one alphabet.
 * @param {[number, number]} shape places and symbols, the end among them
 * @param {import("../text/reading.js").Meaning} meaning
 * @returns {import("../view.js").View & any}
 */
export default function molecules([places, count], meaning) {
  const symbols = symbolsOf(meaning, count);
  const size = places * count;
  const one = (array, index) => array.subarray(index * size, (index + 1) * size);
  /** @type {WeakMap<Element, {length: number, selfies: string, sketch: import("./asking.js").Sketch | null}>} what each canvas shows */
  const held = new WeakMap();
  const planOn = (canvas) => {
    const width = canvas.clientWidth || NATURAL[0];
    const text = globalThis.document ? lookNow().text : 0;
    return planOf({ width, height: (width * NATURAL[1]) / NATURAL[0], text }, places, held.get(canvas)?.length ?? 0);
  };
  const told = (place, plan, array) => ({ index: place, left: plan.x.at(place), words: bareWords(sayAt(array, place, symbols, ELEMENT)) });

  /** What is drawn until a molecule's own drawing has come: the one before on that canvas. */
  function remember(canvas, thing) {
    const letters = lettersOf(thing, symbols);
    const [selfies, before] = [selfiesOf(letters), held.get(canvas)?.sketch ?? null];
    const shown = { length: letters.length, selfies, sketch: before };
    held.set(canvas, shown);
    canvas.dataset.letters = String(letters.length);
    sketched(selfies).then((sketch) => {
      if (held.get(canvas) !== shown) return;
      shown.sketch = sketch;
      canvas.dataset.smiles = sketch?.smiles ?? "";
      canvas.setAttribute("aria-description", sketch ? `${factsOf(sketch)}, SMILES ${sketch.smiles}` : "");
    });
    return before;
  }

  return {
    kind: "molecules",
    shape: [places, count],
    size,
    dtype: "uint8",
    unit: "symbols",
    pixels: false,
    words: { noun: "molecule", nouns: "molecules", element: ELEMENT, elements: "symbols" },
    phrases: {
      drawing: "molecule",
      mean: "The likeliest symbols, each as dense as p(x|z) says it is likely; the switch draws one molecule.",
      file: "one molecule, as SMILES",
      away: (apart) => `The reconstruction differs by ${apart} symbols, a doubt counting as a part of one.`,
      spread: () => "A symbol is as dense as the draws agree on it: how far they differ, and not how far the truth is away.",
    },
    over: {
      restored: "original's symbols in grey",
      judged: "in the colour of its error; the reconstruction's symbols in grey",
      choice: ["Original beneath", "The symbols of the molecule that it is the reconstruction of, in grey"],
    },
    hand: ["Type", "pen"],
    typed: "SMILES, as CCO",
    whole: true,
    file: { suffix: "smi", title: "SMILES" },
    accept: ".smi,.smiles,.txt",
    width: NATURAL[0],
    height: NATURAL[1],
    read: (buffer, offset = 0, length) => new Uint8Array(buffer, offset, length),

    ...finely({
      kind: "molecules",
      natural: NATURAL,
      one,
      draw: (context, thing, width, height, layers, look) => draw(context, thing, symbols, width, height, layers, look),
      layersOn: (canvas, thing, layers) => ({ ...layers, before: remember(canvas, thing) }),
    }),

    say(array, index = 0) {
      const thing = one(array, index);
      const letters = lettersOf(thing, symbols);
      const sketch = sketchOf(selfiesOf(letters));
      const spelled = bareWords(sayWord(thing, symbols, ELEMENT, " "));
      return sketch ? `${sketch.smiles}, ${sketch.formula}; ${spelled}` : spelled;
    },

    /** At how many places two molecules differ. */
    apart: (a, i, b, j) => placesApart(one(a, i), one(b, j)),

    hoverOf(canvas, x, array, index = 0) {
      const plan = planOn(canvas);
      return told(plan.x.of(x), plan, one(array, index));
    },

    hoverAt: (canvas, place, array, index = 0) => told(Math.min(places - 1, Math.max(0, place)), planOn(canvas), one(array, index)),

    planOn,
    placeText: (place) => sayPlace(place, ELEMENT),

    /** How it is written: as SMILES where the server has said it, or else as SELFIES. */
    text(array, index = 0) {
      const selfies = selfiesOf(lettersOf(one(array, index), symbols));
      return sketchOf(selfies)?.smiles ?? selfies;
    },

    /** The molecules on a way, each run of one and the same as one, and how alike they are to both ends. @param {number} n */
    async onTheWay(array, n) {
      const all = await Promise.all(Array.from({ length: n }, (_, i) => sketched(selfiesOf(lettersOf(one(array, i), symbols)))));
      const smiles = all.map((sketch) => sketch?.smiles ?? "–");
      const unlike = smiles.filter((each, i) => each !== smiles[i - 1]);
      const alike = await alikeToEnds(unlike.filter((each) => each !== "–"));
      if (!alike?.length) return unlike.join(" → ");
      const ends = unlike.map((each) => (each === "–" ? "–" : `${each} (${alike.shift().map((share) => share.toFixed(2)).join(" | ")})`));
      return `${ends.join(" → ")}. In brackets: Tanimoto similarity to the first and to the last.`;
    },

    /** @param {string} typed a SMILES, or symbols of SELFIES */
    async spell(typed) {
      const text = typed.trim();
      if (!text) return { problem: "Type a molecule as SMILES, such as CCO." };
      const own = /^(\[[^\][]+\])+$/.test(text) ? text.match(/\[[^\]]+\]/g) : null;
      if (own?.every((symbol) => symbols.includes(symbol))) return spellOut(own);
      const answer = await spelledBy(text);
      return "problem" in answer ? answer : spellOut(answer.symbols);
    },
  };

  /** @param {string[]} row */
  function spellOut(row) {
    if (row.length >= places) return { problem: `${row.length} symbols are too many: a molecule of this model has at most ${places - 1}.` };
    const strange = row.find((symbol) => symbols.indexOf(symbol) < 1);
    if (strange) return { problem: `“${strange}” is not among the symbols of this model: ${symbols.slice(1).map(bare).join(", ")}.` };
    return { thing: spelt(row, places, symbols) };
  }
}

const bareWords = (words) => words.replace(/[[\]]/g, "");

/** Draw a molecule with all that goes with it, from the origin of the context on. */
function draw(context, array, symbols, width, height, layers, look) {
  const places = array.length / symbols.length;
  const letters = lettersOf(array, symbols);
  const plan = planOf({ width, height, text: look.text }, places, letters.length);
  context.fillStyle = look.paper;
  context.fillRect(0, 0, width, height);
  const sketch = sketchOf(selfiesOf(letters));
  const shown = sketch === undefined ? layers.before : sketch;
  // Where another one's symbols stand below the strip, the words stand above the drawing, if that leaves it room.
  const head = plan.roomy && layers.beneath && plan.above - wordsHigh(look) >= ROOM ? wordsHigh(look) : 0;
  context.save();
  context.translate(0, head);
  if (shown) {
    context.globalAlpha = sketch ? 1 : WAITING;
    drawMolecule(context, shown, width, plan.above - head, look);
  } else drawSymbols(context, letters, width, plan.above - head, look);
  context.restore();
  if (!plan.roomy) return;
  drawStrip(context, plan, letters, layers, (place) => errorAt(layers.error, place, places), look);
  if (layers.beneath) drawBeneath(context, plan, lettersOf(layers.beneath, symbols), letters, look);
  const lines = [sketch ? factsOf(sketch) : "", runnerUp(array, symbols, letters.length)];
  if (head) drawLines(context, { bottom: 0 }, lines, width, look);
  else if (!layers.beneath) drawLines(context, plan, lines, width, look);
}

/** The error at a place, the largest of its symbols', as a share of the most; null where none is shown. */
function errorAt(error, place, places) {
  if (!error) return null;
  const each = error.values.length / places;
  const largest = Math.max(...Array.from({ length: each }, (_, i) => Math.abs(error.values[place * each + i])));
  return error.most > 0 ? Math.min(1, largest / error.most) : 0;
}

/** The symbols of what is not drawn, in lines. @param {import("../text/reading.js").Letter[]} letters */
function drawSymbols(context, letters, width, height, look) {
  const each = Math.max(1, Math.ceil(letters.length / LINES));
  const size = Math.max(5, Math.min(look.text, height / (1.6 * LINES)));
  context.save();
  Object.assign(context, { font: `${size}px ${look.font}`, fillStyle: look.muted, textAlign: "center", textBaseline: "middle" });
  const rows = Math.ceil(letters.length / each);
  for (let row = 0; row < rows; row += 1) {
    const line = letters.slice(row * each, (row + 1) * each).map(({ text }) => bare(text)).join(" ");
    context.fillText(line, width / 2, height / 2 + (row - (rows - 1) / 2) * 1.5 * size, width - 4);
  }
  context.restore();
}
