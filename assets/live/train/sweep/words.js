/**
 * What is said of a sweep: how it stands, its settings and figures, the colours of its choices.
 * @module
 */

import { stateWords } from "../runs/words.js";
import { classColour, css } from "../../shared/draw/colours.js";
import { setting, several } from "../../shared/words/numbers.js";

/**
 * A sweep as GET /api/sweep tells it.
 * @typedef {object} Sweep
 * @property {string} name @property {string} state @property {boolean} live @property {string} message
 * @property {number} done of its runs @property {number} runs
 * @property {string[]} settings the names of those that have several values
 * @property {{name: string, title: string, unit: string, better: string, sentence: string, whole: boolean}[]} figures
 * @property {{values: any[], spread: Record<string, [number, number | null] | null>, rows: Row[]}[]} choices
 * @property {string[]} compare
 *
 * @typedef {object} Row a run of it
 * @property {string} name @property {number} seed
 * @property {string} state that of the run, or "absent"
 * @property {number} [step] @property {number} [steps] @property {number} [place] @property {string} [message]
 * @property {Record<string, number | null> | null} values its figures, once it is a model
 */

/** Say how a sweep stands, in a word and a sentence. @param {Sweep} sweep */
export function describeSweep({ state, live, message, done, runs }) {
  const sentence = message || `${done} of ${several(runs, "run")} done.`;
  if (live) return { word: "Training", tone: "live", sentence };
  if (done === runs) return { word: "Done", tone: "good", sentence: `All ${several(runs, "run")} are in the library.` };
  return state === "failed" || state === "interrupted"
    ? { word: state === "failed" ? "Failed" : "Interrupted", tone: "bad", sentence }
    : { word: "Stopped", tone: "rest", sentence };
}

/** What a setting is called. @param {string} name @param {Record<string, string>} labels */
export const labelOf = (name, labels) => labels[name] ?? (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");

/** The value of a setting, as it is read. */
export const valueWords = (value) => (typeof value === "number" ? setting(value) : String(value ?? "–"));

/** Say a choice in a few words: "β 4 · Latent size 2". @param {any[]} values @param {string[]} settings @param {Record<string, string>} labels */
export const choiceWords = (values, settings, labels) => settings.map((name, i) => `${labelOf(name, labels)} ${valueWords(values[i])}`).join(" · ");

const NONE = "–";
const SMALL = 10; // below it a third decimal tells something

const decimals = (value) => (Math.abs(value) < SMALL ? 2 : 1);

/**
 * Write a figure: as many decimals as tell two runs apart.
 * @param {number | null | undefined} value @param {boolean} [whole] whether it is a count
 */
export function figureText(value, whole = false) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return (whole && Number.isInteger(value) ? String(value) : value.toFixed(decimals(value))).replace("-", "−");
}

/**
 * Write a mean and its standard deviation.
 * @param {[number, number | null] | null | undefined} found @param {boolean} [whole] whether it is of counts
 */
export function spreadText(found, whole = false) {
  if (!found) return NONE;
  const [mean, deviation] = found;
  if (deviation === null) return figureText(mean, whole);
  return `${figureText(mean, whole)} ± ${whole && deviation === 0 ? "0" : deviation.toFixed(decimals(mean))}`;
}

/** Say how a run of a sweep stands. @param {Row} row @param {boolean} live whether the sweep is at work */
export function rowWords(row, live) {
  if (row.state === "absent") return live ? "Waits" : "Not begun";
  return stateWords(/** @type {any} */ ({ place: 0, step: 0, steps: 0, ...row }));
}

/** The colour of a choice among so many, in the table and on the curves. @param {number} index counted from 0 @param {number} count */
export const choiceColour = (index, count) => css(classColour(index, count));

/** Whether a run has records to draw. @param {Row} row */
export const hasCurve = ({ state, step = 0 }) => state !== "absent" && step > 0;
