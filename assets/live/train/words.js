/**
 * How a run stands, in words.
 * @module
 */
import { count, figure, setting, several } from "../shared/words/numbers.js";
import { hasBound, optionWords } from "./family.js";
import { LIVE } from "./feed.js";

const SPEEDS = 20; // records, of which the mean speed is taken
const NOTHING = 1e-3; // of the learning rate at the start: at the end of its cosine wave it is not worth its digits
const DEAD_KL = 0.01; // nats: the thresholds of the model cards (vae/library/cards.py)
const FAINT_KL = 0.1;

/** Write a learning rate on its way down. @param {number} rate @param {number} start what it fell from */
export const rateText = (rate, start) => (rate > 0 && rate < NOTHING * start ? "almost 0" : setting(rate));

/** Write a loss: to a tenth of a nat where it is large, so that two runs can be told apart. */
export function nats(value) {
  if (!Number.isFinite(value)) return "no number";
  return Math.abs(value) >= 10 && Math.abs(value) < 10_000 ? value.toFixed(1).replace("-", "−") : figure(value);
}

/** The unit of a loss: nats for one of the things that are learnt from. @param {{noun?: string}} run */
export const unitOf = ({ noun = "image" }) => `nats ${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;

/**
 * Images a second over the newest records: a speed that does not leap when the machine has something else to do.
 * @param {{step: number, images_per_second?: number}[]} records by step
 * @returns {number | null} null where none tells
 */
export function meanSpeed(records) {
  let [steps, time] = [0, 0]; // the time in steps by images a second
  const newest = records.slice(-SPEEDS);
  newest.forEach(({ step, images_per_second: speed }, i) => {
    const done = step - (newest[i - 1] ?? records.at(-SPEEDS - 1) ?? { step: 0 }).step;
    if (!(speed > 0) || !(done > 0)) return;
    steps += done;
    time += done / speed;
  });
  return time > 0 ? steps / time : null;
}

/** How long the training still takes at its mean speed of late, in seconds, or null where nothing tells. @param {import("./feed.js").Run} run */
export function secondsLeft({ config, status, steps }) {
  const speed = meanSpeed(steps) ?? status.images_per_second;
  if (status.state !== "training" || !(speed > 0) || !(status.steps > 0)) return null;
  return ((status.steps - status.step) * config.batch_size) / speed;
}

/**
 * Say how a run stands.
 * @param {import("./feed.js").Run} run
 * @returns {{word: string, sentence: string, tone: "wait" | "live" | "rest" | "good" | "bad"}}
 */
export function describeRun(run) {
  const { state, step = 0, steps = 0, message = "" } = run.status;
  const { nouns = "images" } = run;
  const said = (word, tone, sentence) => ({ word, tone, sentence: message || sentence });
  const at = `step ${count(step)}${steps ? ` of ${count(steps)}` : ""}`;
  if (state === "queued") {
    return said(
      "Queued",
      "wait",
      run.place ? `Waits in the queue behind ${several(run.place, "other run")}.` : "First in the queue: it starts as soon as a place is free.",
    );
  }
  if (state === "starting") return said("Starting", "wait", `Loads PyTorch and the ${nouns}, a few seconds.`);
  if (state === "training") return said("Training", "live", "");
  if (state === "paused") return said("Paused", "rest", `Waits at ${at}. After ten minutes it saves itself and ends, and can be resumed then.`);
  if (state === "measuring") return said("Measuring", "wait", `Trained. It measures the held-out ${nouns}, some seconds; then it is in the library.`);
  if (state === "done") return said("Done", "good", `It is in the library${step < steps ? `, kept at ${at}` : ""}.`);
  if (state === "stopped") return said("Stopped", "rest", `Stopped at ${at}; Resume goes on from there.`);
  if (state === "interrupted") return said("Interrupted", "bad", `Ended from outside at ${at}; Resume goes on from the last checkpoint.`);
  if (state === "failed") return said("Failed", "bad", `It ended by itself at ${at}.`);
  return said(String(state), "rest", "");
}

/** Say the settings of a run in one line, and what became of them on the way. @param {import("./feed.js").Run} run */
export function describeSettings(run) {
  const { dataset, network, latent_dims: dims, likelihood, beta, epochs, learning_rate: rate, seed, objective, options } = run.config;
  const way = (value, name) => [value, ...run.changes.map((change) => change[name]).filter(Number.isFinite)].map(setting).join(" → ");
  const weight = hasBound(run) ? [`β ${way(beta, "beta")}`] : [];
  const space = `${dims} latent ${dims === 1 ? "dimension" : "dimensions"}`;
  const parts = [dataset, run.family, ...(objective ? [objective] : []), network, space, likelihood, ...optionWords(options), ...weight];
  return [...parts, several(epochs, "epoch"), `rate ${way(rate, "learning_rate")}`, `seed ${seed}`].join(" · ");
}

/** Say what the command that trains a run again leaves out; nothing where that is nothing. */
export function leftOutOfCommand(changes) {
  if (!changes.length) return "";
  const said = changes.flatMap(({ step, beta, learning_rate: rate }) => [
    ...(Number.isFinite(beta) ? [`β ${setting(beta)} after step ${count(step)}`] : []),
    ...(Number.isFinite(rate) ? [`rate ${setting(rate)} after step ${count(step)}`] : []),
  ]);
  return `It leaves out what was changed on the way: ${said.join(", ")}.`;
}

/** Which dimensions carry nothing. @param {number[]} kl nats by dimension @returns {number[]} counted from 0 */
export const deadOf = (kl) => kl.flatMap((value, dim) => (value < DEAD_KL ? [dim] : []));

/** Which dimensions carry next to nothing: not dead, and not worth a slider. @param {number[]} kl nats by dimension @returns {number[]} counted from 0 */
export const faintOf = (kl) => kl.flatMap((value, dim) => (value >= DEAD_KL && value < FAINT_KL ? [dim] : []));

/**
 * What −ELBO is made of on held-out things, or null where no floor is said of them: of a density, and by earlier versions.
 * @param {{reconstruction: number, kl: number[], floor?: number | null} | null} record
 * @returns {import("../shared/draw/threeparts.js").Parts | null}
 */
export function heldOutParts(record) {
  const { floor, reconstruction = NaN, kl = [] } = record ?? {};
  if (typeof floor !== "number" || !Number.isFinite(reconstruction)) return null;
  return { floor, error: reconstruction - floor, kl: kl.length ? kl.reduce((sum, nats) => sum + nats, 0) : null };
}

/** What can be done with a run in its state, the most likely first. @param {import("./feed.js").Run} run */
export function actionsOf({ status: { state, reason }, model, weights = true }) {
  if (state === "queued" || state === "starting") return ["stop", "discard"];
  if (state === "training") return ["pause", "keep", "stop", "discard"];
  if (state === "paused") return ["resume", "keep", "stop", "discard"];
  if (model) return ["explore", "map"];
  if (LIVE.has(state)) return [];
  if (!weights) return reason === "diverged" ? ["delete"] : ["resume", "delete"];
  return reason === "diverged" ? ["keep", "delete"] : ["resume", "keep", "delete"]; // it would diverge at that step again
}
