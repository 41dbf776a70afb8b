/**
 * What a run's family of models can, as the server tells it, and what that makes of its losses.
 * @module
 */

import { setting } from "../shared/words/numbers.js";

/** Whether a code costs nats, so that there is a −ELBO and a weight on the KL. @param {{can: string[]}} run */
export const hasBound = ({ can }) => can.includes("bound");

/** Whether things have a place: without an encoder they have no loss either. @param {{can: string[]}} run */
export const encodes = ({ can }) => can.includes("encode");

/** Whether codes are drawn from a prior. @param {{can: string[]}} run */
export const hasPrior = ({ can }) => can.includes("draw");

/** Whether encoder and decoder are told the class. @param {{can: string[]}} run */
export const isTold = ({ can }) => can.includes("condition");

/** What a run is judged by: what a thing costs in all, where it costs anything. @param {{can: string[]}} run */
export function costName(run) {
  if (hasBound(run)) return "−ELBO";
  return encodes(run) ? "Reconstruction" : "Loss";
}

/** The same of several runs; of those that are judged by different figures what both are. @param {{can: string[]}[]} runs */
export function costNames(runs) {
  const names = new Set(runs.map(costName));
  return names.size > 1 ? "Loss" : (names.values().next().value ?? "−ELBO");
}

/** The name of a cost within a sentence: "reconstruction", and "−ELBO" as it is. */
export const lowered = (name) => (name.startsWith("−") ? name : name.toLowerCase());

/** Settings that a family has of its own, a few words each: "sparsity 0.5". @param {Record<string, number> | undefined} options */
export const optionWords = (options) => Object.entries(options ?? {}).map(([name, value]) => `${name.replaceAll("_", " ")} ${setting(value)}`);
