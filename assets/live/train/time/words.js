/**
 * What is said of a moment of a run.
 * @module
 */

import { nameOf } from "../../shared/words/names.js";
import { figure } from "../../shared/words/numbers.js";
import { hasPrior, isTold } from "../family.js";
import { LIVE } from "../feed.js";
import { count, duration, setting } from "../../shared/words/numbers.js";

export const HINT = "Point at the map; a click keeps the place while time moves.";
export const NO_DECODER = "The picture under the cursor comes with the first checkpoint of the decoder.";

/** Say what was changed. @param {{step: number, beta: number | null, learning_rate: number | null}} change */
export function describeChange({ step, beta, learning_rate: rate }) {
  const parts = [beta !== null && beta !== undefined && `β ${setting(beta)}`, rate !== null && rate !== undefined && `learning rate ${setting(rate)}`];
  return `step ${count(step)}: ${parts.filter(Boolean).join(", ")}`;
}

/** The same in a word or two, as it stands beside its mark. */
export function changeLabel({ beta, learning_rate: rate }) {
  const parts = [beta !== null && beta !== undefined && `β ${setting(beta)}`, rate !== null && rate !== undefined && `rate ${setting(rate)}`];
  return parts.filter(Boolean).join(", ");
}

/** Write an epoch as it goes by: to a tenth, and whole where it is. */
export const epochText = (epoch) => (Math.abs(epoch - Math.round(epoch)) < 0.05 ? String(Math.round(epoch)) : epoch.toFixed(1));

/** Write a time of training: to a tenth of a second in the first minute. */
export const timeText = (seconds) => (seconds < 59.95 ? `${seconds.toFixed(1)} s` : duration(seconds));

/** Say a moment to those who do not see it. */
export const momentText = ({ step, epoch }) => `step ${count(step)}${epoch === null ? "" : `, epoch ${epochText(epoch)}`}`;

/**
 * Say where a place of the map is.
 * @param {{x: number, y: number}} place @param {number} dims of the latent space
 * @param {boolean} encoded whether things have a place there
 */
export function placeText({ x, y }, dims, encoded = true) {
  if (dims === 1) return `${nameOf(0)} ${figure(x)}`;
  if (dims === 2 || !encoded) return `${nameOf(0)} ${figure(x)}, ${nameOf(1)} ${figure(y)}`;
  return `${figure(x)}, ${figure(y)} on the plane in which the codes spread most`;
}

/**
 * The names of the map's axes; on a plane through more dimensions they have none, but where nothing has a place: that is
 * the plane of the first two. @param {number} dims of the latent space
 */
export const axisNames = (dims, encoded = true) => (dims === 2 || (dims > 2 && !encoded) ? [nameOf(0), nameOf(1)] : ["", ""]);

/**
 * Say what the codes are that are decoded at every moment: a title, what is said beside it, and to those who do not see them.
 * @param {{can: string[]}} run
 */
export function samplesWords(run) {
  const turns = isTold(run) ? ", each class in its turn" : "";
  if (!hasPrior(run)) {
    return { title: "Random places", about: `the same ones near 0 at every moment${turns}; there is no prior to draw from`, spoken: `random places${turns}` };
  }
  const about = `what is expected at the same draws from the prior at every moment${turns}`;
  return { title: "Random draws", about, spoken: `random draws from the prior${turns}` };
}

/** Say what the map is of. @param {number} dims of the latent space @param {boolean} encoded whether things have a place there */
export function mapWords(dims, encoded = true) {
  if (!encoded) {
    const where = dims > 2 ? `the first two of ${dims} latent dimensions, through the first of the random draws` : "the latent space";
    return `${where}; the points are the draws, as without an encoder no image has a place`;
  }
  if (dims === 1) return "the one latent dimension at every moment of the training, each class at a height of its own";
  if (dims === 2) return "the latent space at every moment of the training";
  return `all ${dims} latent dimensions at every moment of the training, projected onto the plane in which the codes spread most`;
}

/** Say which points have a ring, where few things are held out. @param {number} ringed how many @param {number} trained how many have none */
export const ringedWords = (ringed, trained) => `ringed: ${count(ringed)} held out; the other ${count(trained)} are trained on`;

/**
 * Say what the picture beside the map is of: its title, and what is said of a place that is kept.
 * @param {{x: number, y: number} | null} kept where a visitor has put the cursor
 * @param {{x: number, y: number} | null} hovered where the pointer is; it goes before the other
 * @param {number} dims of the latent space @param {boolean} encoded whether things have a place there
 */
export function cursorWords(kept, hovered, dims, encoded = true) {
  if (!kept) return { title: "Under the cursor", hint: HINT };
  if (!hovered) return { title: "At the kept place", hint: "It stays while time moves · " };
  return { title: "Under the cursor", hint: `Kept: ${placeText(kept, dims, encoded)} · ` };
}

/** Say at which step the held-out loss of a moment was measured, where that was another one. */
export const measuredText = (step, measured) => (measured === null || measured === step ? "" : `, measured at step ${count(measured)}`);

/** Say why there is nothing to see yet. @param {import("../feed.js").Run | null} run null before it was heard of */
export function whyNothing(run) {
  if (!run) return "…";
  const { state } = run.status;
  if (run.snapshots.length) return "Fetching the moments of this run…";
  if (state === "queued" || state === "starting") return "The first moment comes when the training begins.";
  if (LIVE.has(state)) return "The first moment comes in a second or two.";
  return "This run has kept no moments, so there is nothing to rewind.";
}
