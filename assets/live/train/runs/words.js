/**
 * What is said about a run in the list: its state, its settings, when it was; and in which order runs stand.
 * @module
 */

import { costName, costNames, hasBound, lowered, optionWords } from "../family.js";
import { LIVE } from "../feed.js";
import { setting, several } from "../../shared/words/numbers.js";

/**
 * A run as GET /api/runs tells it.
 * @typedef {object} Run
 * @property {string} name
 * @property {Record<string, any>} config its settings
 * @property {string} family its title
 * @property {string[]} can what the family can
 * @property {string} state
 * @property {number} step
 * @property {number} steps
 * @property {number} [place] runs before it in the queue
 * @property {string} [message]
 * @property {boolean} [model] whether the library has it
 * @property {number | null} [started_at] seconds since 1970
 * @property {number} [seconds] spent training
 * @property {number | null} [held_out] what the test images of its map cost last, nats: the −ELBO, or without a bound the reconstruction
 * @property {number | null} [measured] of a finished model: the same of all test images, as every page shows it
 * @property {[number, number][]} [curve] step and cost, a few dozen
 */

/** Say whether a run's process lives, so that what is shown of it changes. @param {Run} run */
export const isLive = ({ state }) => LIVE.has(state);

/** How far a run is, in [0, 1]. @param {Run} run */
export const shareOf = ({ step, steps }) => (steps > 0 ? Math.min(1, Math.max(0, step / steps)) : 0);

/** Say how a run stands, in a few words. @param {Run} run */
export function stateWords(run) {
  // Rounded down: 100 % is said when it is.
  const percent = `${Math.floor(100 * shareOf(run) + 1e-9)} %`;
  const words = {
    queued: run.place > 0 ? `Queued, ${several(run.place, "run")} before it` : "Queued, next in turn",
    starting: "Starting",
    training: `Training, ${percent}`,
    paused: `Paused at ${percent}`,
    measuring: "Measuring",
    done: run.steps > 0 && run.step < run.steps ? `Kept at ${percent}` : "Done",
    stopped: `Stopped at ${percent}`,
    interrupted: `Interrupted at ${percent}`,
    failed: run.step > 0 ? `Failed at ${percent}` : "Failed",
  };
  return words[run.state] ?? run.state;
}

/**
 * When something was, as short as it can be told.
 * @param {number | null | undefined} at seconds since 1970
 * @param {number} now seconds since 1970
 * @param {string} [language]
 */
export function whenWords(at, now, language = "en-GB") {
  if (!at) return "";
  const ago = now - at;
  if (ago < 60) return "just now";
  if (ago < 3600) return `${Math.floor(ago / 60)} min ago`;
  const [then, today] = [new Date(1000 * at), new Date(1000 * now)];
  if (then.toDateString() === today.toDateString()) return then.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  const year = then.getFullYear() === today.getFullYear() ? {} : { year: /** @type {const} */ ("numeric") };
  return then.toLocaleDateString(language, { day: "numeric", month: "short", ...year });
}

const sentenceCase = (value) => `${value.slice(0, 1).toUpperCase()}${value.slice(1).replaceAll("-", " ")}`;

/**
 * How each setting is said beside a run, in the order in which they stand: words, or a list of them. Others are not told in the
 * list.
 * @type {Record<string, (value: any, run: Run) => string | string[]>}
 */
const SETTINGS = {
  family: (value, run) => run.family ?? String(value),
  objective: (value) => value ?? "its usual objective",
  options: (value) => optionWords(value),
  network: (value) => String(value),
  width: (value) => `width ${setting(value)}`,
  depth: (value) => `depth ${setting(value)}`,
  latent_dims: (value) => several(value, "dimension"),
  likelihood: (value) => sentenceCase(value),
  beta: (value) => `β ${setting(value)}`,
  warmup_epochs: (value) => `warm-up ${setting(value)}`,
  epochs: (value) => several(value, "epoch"),
  batch_size: (value) => `batch ${setting(value)}`,
  learning_rate: (value) => `rate ${setting(value)}`,
  optimizer: (value) => ({ adam: "Adam", adamw: "AdamW", sgd: "SGD" })[value] ?? String(value),
  schedule: (value) => ({ cosine: "falling rate", constant: "constant rate", warmup: "rate warmed up" })[value] ?? String(value),
  targets: (value) => (value === "binarized" ? "binarised anew" : "as kept"),
  seed: (value) => `seed ${value}`,
  corruption: (value) => `spoiled by ${value}`,
  without: (value) => `without class ${value}`,
};
const ALWAYS = ["network", "latent_dims"]; // where runs differ in nothing
const WITHIN = { width: "network", depth: "network", options: "family", objective: "family" }; // each of these has its own, which says nothing beside its name
const WEIGHTS = ["beta", "warmup_epochs"]; // on a KL

/**
 * The settings in which runs differ from one another, in the order in which they are told.
 * @param {Run[]} runs
 * @returns {string[]}
 */
export function differing(runs) {
  const differ = (name, some) => new Set(some.map(({ config }) => JSON.stringify(config?.[name] ?? null))).size > 1;
  const alike = (name) => [...new Set(runs.map(({ config }) => config?.[name]))].map((value) => runs.filter(({ config }) => config?.[name] === value));
  const found = Object.keys(SETTINGS).filter((name) => (WITHIN[name] ? alike(WITHIN[name]) : [runs]).some((some) => differ(name, some)));
  return found.length ? found : ALWAYS;
}

/** Say these settings of a run, a few words each. @param {Run} run @param {string[]} names @returns {string[]} */
export function settingWords(run, names) {
  const { config } = run;
  const told = names.filter((name) => config?.[name] !== null && config?.[name] !== undefined && (hasBound(run) || !WEIGHTS.includes(name)));
  return told.flatMap((name) => SETTINGS[name](config[name], run));
}

/**
 * Runs whose losses can be compared have the same one: nats of other data, or of a density, are other nats, and so is what
 * another family counts. @param {Run} run
 */
export const kindOf = ({ config }) => [config?.dataset ?? "", config?.likelihood ?? "bernoulli", levelsOf(config), config?.family ?? "gaussian"].join(", ");

/** How many levels a categorical likelihood tells apart: probabilities of more levels are others. */
const levelsOf = (config) => (config?.likelihood === "categorical" ? (config.options?.levels ?? "") : "");

/** What makes the losses of two runs nats of another kind. */
const KINDS = { dataset: "other data", likelihood: "another likelihood", family: "another family" };

/**
 * Say that the losses of some runs cannot be compared, and why; nothing where they can.
 * @param {(Record<string, any> | null | undefined)[]} configs of the runs; where none is known nothing is said
 */
export function notComparable(configs) {
  const known = configs.filter(Boolean);
  const differ = (name) => new Set(known.map((config) => config[name])).size > 1;
  const why = Object.keys(KINDS).filter(differ).map((name) => KINDS[name]);
  if (new Set(known.map(levelsOf)).size > 1 && !differ("likelihood")) why.push("other grey levels");
  return why.length ? `Not comparable in nats: ${why.join(", ")}.` : "";
}

const byName = (a, b) => a.name.localeCompare(b.name, "en", { numeric: true });
const newest = (a, b) => (b.started_at ?? Infinity) - (a.started_at ?? Infinity) || 0;
const heldOut = (run) => heldOutOf(run).value ?? Infinity;

/**
 * What images cost that a run never learnt from, and on which: a finished model has one figure, the one that Home,
 * Explore and Map show; before that there is what was measured last on the images of its map.
 * @param {Run} run @returns {{value: number | null, name: string, title: string}}
 */
export function heldOutOf(run) {
  const { measured, held_out: last } = run;
  if (Number.isFinite(measured)) {
    return {
      value: measured ?? null,
      name: costName(run),
      title: "On all test images, with the weights that were kept: the figure that every page shows for this model",
    };
  }
  return {
    value: Number.isFinite(last) ? (last ?? null) : null,
    name: `${costName(run)} so far`,
    title: "Measured last on the test images of its map; the finished model is measured on all of them",
  };
}

/**
 * In which order runs can stand: the words for it, and how two are compared.
 * @type {Record<string, [(runs: Run[]) => string, (a: Run, b: Run) => number]>}
 */
export const ORDERS = {
  newest: [() => "Newest first", (a, b) => (newest(a, b) || byName(a, b))],
  // Nats of different data, likelihoods or families cannot be compared, so that each kind stands for itself.
  elbo: [
    (runs) => `Lowest ${lowered(costNames(runs))} first`,
    (a, b) => kindOf(a).localeCompare(kindOf(b)) || Math.sign(heldOut(a) - heldOut(b)) || newest(a, b) || byName(a, b),
  ],
  name: [() => "By name", byName],
};

/**
 * The titles of the list's columns, and what each says of itself when it is pointed at.
 * @param {Run[]} runs @returns {[string, string][]}
 */
export function headsOf(runs) {
  const name = costNames(runs);
  return [
    ["", ""],
    ["Run", ""],
    ["Data and settings", ""],
    [`${name}, training`, "Nats an image, from the first step to the last"],
    [
      "Held out",
      `${name} on test images, which are never learnt from, in nats; lower is better. ` +
        "Of a finished model on all of them, as on every page; of others so far, on those of the map",
    ],
    ["Started", ""],
    ["", ""],
  ];
}

/** Write nats so that two runs can be told apart. */
export const nats = (value) => value.toLocaleString("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 }).replace("-", "−");

/** Put runs in order. @param {Run[]} runs @param {keyof typeof ORDERS} order @returns {Run[]} */
export const sorted = (runs, order) => [...runs].sort(ORDERS[order][1]);

/**
 * The way of a small curve in a box, as SVG writes it. A run that is not at its end does not reach the right side.
 * @param {[number, number][]} curve step and value; what is not finite is left out
 * @param {{steps: number, width: number, height: number, margin?: number}} box
 * @returns {{path: string, end: [number, number] | null}}
 */
export function sparkline(curve, { steps, width, height, margin = 2 }) {
  const points = curve.filter(([step, value]) => Number.isFinite(step) && Number.isFinite(value));
  if (points.length < 2) return { path: "", end: null };
  const values = points.map(([, value]) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const last = Math.max(steps || 0, ...points.map(([step]) => step), 1);
  const place = ([step, value]) => [
    margin + ((width - 2 * margin) * step) / last,
    margin + (height - 2 * margin) * (high > low ? (high - value) / (high - low) : 0.5),
  ];
  const places = points.map((point) => place(point).map((at) => Math.round(10 * at) / 10));
  return { path: `M${places.map((at) => at.join(" ")).join("L")}`, end: /** @type {[number, number]} */ (places.at(-1)) };
}

/**
 * Say a curve in a sentence, for those who do not see it.
 * @param {[number, number][]} curve @param {(value: number) => string} say @param {string} name what its values are: "−ELBO"
 */
export function curveWords(curve, say, name) {
  const values = curve.map(([, value]) => value).filter(Number.isFinite);
  if (values.length < 2) return "No curve yet";
  return `${name} from ${say(values[0])} to ${say(values.at(-1))} nats`;
}

/**
 * What is ticked after a run was renamed or has gone: its place, and with it its colour, stays its own.
 * @param {(string | null)[]} ticked @param {string} name @param {string} [to] left out: it is gone
 */
export const renamed = (ticked, name, to) => ticked.map((each) => (each === name ? (to ?? null) : each));
