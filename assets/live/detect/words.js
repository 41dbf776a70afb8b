/**
 * What is said about a threshold, a score and an image. Pure functions.
 * @module
 */

import { capital } from "../shared/words/names.js";
import { figure } from "../shared/words/numbers.js";

/** Write a score with three or four digits that count, and a true minus. */
export function scoreText(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01) return String(Number(value.toPrecision(3))).replace("-", "−");
  return size < 1 ? value.toFixed(3).replace("-", "−") : figure(value);
}

/** Write an area under the curve. @param {number | null} area */
export const areaText = (area) => (area === null || !Number.isFinite(area) ? "–" : area.toFixed(3));

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** What folds out the other scores. @param {number} n */
export const otherScores = (n) => `${capital(SMALL[n] ?? String(n))} other ${n === 1 ? "score" : "scores"}`;

/**
 * A share as so many of 100, or of 1,000 where it is within one of 100 of none or all; of fewer it is so many of these.
 * @returns {[string, string]} how many, of how many
 */
function outOf(part, whole) {
  if (whole <= 100) return [String(part), String(whole)];
  const share = part / whole;
  if (share >= 0.0095 && share <= 0.9905) return [String(Math.round(100 * share)), "100"];
  if (whole < 1000) return [String(part), String(whole)];
  return [String(Math.min(999, Math.max(1, Math.round(1000 * share)))), "1,000"];
}

/** Say what a threshold finds and what it costs. @param {import("./plots/counts.js").Counts} counts @param {string} nouns "images" */
export function sayCounts({ found, missed, alarms, passed }, nouns) {
  if (found + missed === 0) return `There are no unusual ${nouns} to find. ${sayCalled(alarms, alarms + passed)}`.trim();
  if (!found && !alarms && passed) return "Finds nothing, and raises no false alarm.";
  return `${sayFound(found, found + missed, nouns)} ${sayAlarms(alarms, alarms + passed, nouns)}.`;
}

/**
 * What one brings of one's own, one and several: pictures are called that, and not images.
 * @param {import("../shared/views/view.js").View} view @returns {[string, string]}
 */
export const ownWords = ({ pixels, words }) => (pixels ? ["picture", "pictures"] : [words.noun, words.nouns]);

/** Say the same of one's own, which need not be unusual. @param {import("./plots/counts.js").Counts} counts @param {[string, string]} [of] one and several */
export function sayOwn({ found, missed, alarms, passed }, [one, several] = ["picture", "pictures"]) {
  const own = found + missed;
  if (!own) return `There are no ${several} of your own to judge. ${sayCalled(alarms, alarms + passed)}`.trim();
  const yours =
    own === 1
      ? `Your ${one} is ${found ? "" : "not "}called unusual.`
      : `${found || "None"} of your ${own} ${several} ${found === 1 || !found ? "is" : "are"} called unusual.`;
  return `${yours} ${sayCalled(alarms, alarms + passed)}`.trim();
}

function sayFound(found, all, nouns) {
  if (!found) return `Finds none of the unusual ${nouns}`;
  if (found === all) return `Finds all unusual ${nouns}`;
  const [part, whole] = outOf(found, all);
  return `Finds ${part} of ${whole} unusual ${nouns}`;
}

function sayAlarms(alarms, all, nouns) {
  if (!all) return `and no normal ${nouns} to compare with`;
  if (!alarms) return "at the price of no false alarm";
  if (alarms === all) return "and calls all normal ones unusual too";
  const [part, whole] = outOf(alarms, all);
  return `at the price of ${part} false ${part === "1" ? "alarm" : "alarms"} in ${whole} normal ones`;
}

function sayCalled(alarms, all) {
  if (!all || !alarms) return "";
  if (alarms === all) return "All normal ones are called unusual.";
  const [part, whole] = outOf(alarms, all);
  return `${part} of ${whole} normal ones ${part === "1" ? "is" : "are"} called unusual.`;
}

/** What an image is called at a threshold, and whether that is right. @returns {{words: string, right: boolean | null}} */
export function verdict(group, score, threshold, noun) {
  const called = score >= threshold;
  if (!Number.isFinite(score)) return { words: `This score is no number for this ${noun}.`, right: null };
  if (group === "own") return { words: called ? "Called unusual at this threshold." : "Passes as normal at this threshold.", right: null };
  if (group === "unusual") return called ? { words: "Unusual, and found.", right: true } : { words: "Unusual, and missed: it passes as normal.", right: false };
  return called ? { words: "Normal, and called unusual: a false alarm.", right: false } : { words: "Normal, and rightly passed.", right: true };
}

/** Say why files were refused, a sentence for each reason. @param {{name: string, message: string}[]} refused @returns {string[]} */
export function sayRefused(refused) {
  const names = new Map();
  for (const { name, message } of refused) names.set(message, [...(names.get(message) ?? []), name]);
  return [...names].map(([message, all]) => `${all.join(", ")}: ${message}`);
}

/** Say above how many of the normal things a score lies. @param {number | null} share of them that is lower */
export function sayPercentile(share) {
  if (share === null) return "";
  if (share >= 1) return "all";
  if (share <= 0) return "none";
  const hundredths = Math.min(99, Math.max(1, Math.round(100 * share)));
  return `${hundredths} of 100`;
}

/** What is tested against what, where one's own are one of the two. @param {string} sentence as the server says it @param {string} [several] */
export const ownProtocol = (sentence, several = "pictures") =>
  `${sentence.replace(/ Choose what to test against\.$/, "")} Your own ${several} count as unusual: ` +
  "the ROC curve and its area hold if all of them are meant to be.";

/** Why there is no area under a curve, or an empty string where there is one. */
export function whyNoArea(normal, unusual, nouns, own = false, several = "pictures") {
  if (normal && unusual) return "";
  if (!normal && !unusual) return `There are no ${nouns} to compare, so there is no ROC curve.`;
  if (!normal) return `A ROC curve compares two kinds, and there are no normal ${nouns} here.`;
  return own
    ? `A ROC curve compares two kinds: add ${several} of your own below, and they count as unusual.`
    : `A ROC curve compares two kinds, and there are no unusual ${nouns} here; choose others.`;
}

/**
 * Say how far a reconstruction is from what is no picture.
 * @param {{unit: string, phrases?: {scale: string}}} view @param {number} apart @param {number} most
 */
export const sayAway = ({ unit, phrases }, apart, most) =>
  `The reconstruction is ${scoreText(apart)} ${unit} away, ${phrases.scale}, and ${scoreText(most)} at the most.`;

/** Say what an area below one half means, or an empty string. @param {number | null} area @param {string} nouns */
export const sayMisled = (area, nouns) =>
  area !== null && area < 0.495
    ? `An AUROC below 0.5 is worse than a coin: this score calls the unusual ${nouns} more normal than the normal ones.`
    : "";

/** Say that a score cannot tell things apart, where all have the same one. @param {string} nouns */
export const sayEqual = (nouns) => `All ${nouns} have the same score, so it cannot tell them apart.`;
