/**
 * What is said about a model that is to come in: what it is, what was found out about it, how far it is.
 * @module
 */

import { count, several } from "../shared/words/numbers.js";
import { capital } from "../shared/words/names.js";

/**
 * What was found out, as the server says it (vae/parcels/inspection.py).
 * @typedef {object} Found
 * @property {Record<string, string>} roles what each file is, by its name
 * @property {boolean} ours a model or run of this explorer
 * @property {string} missing what has to come, too @property {string} beside what might
 * @property {string} name a free one that suits it @property {string} title of a model of ours, that of its data
 * @property {Item} [item]
 * @property {number} [dims] @property {boolean} [encodes]
 * @property {Finding[]} [findings] @property {string[]} [notes]
 * @property {string} [originals] @property {string} [pictures] base64 of things, as they are kept
 * @property {string} [dataset] @property {{name: string, title: string, own: boolean}[]} [datasets]
 * @property {Question[]} [questions]
 */

/**
 * What one of its things is, and what it is made of.
 * @typedef {object} Item
 * @property {string} kind @property {number[]} shape @property {any} meaning @property {string} nouns @property {string} sized
 * @property {boolean} pixels @property {boolean} shares whether its numbers are shares of one choice
 * @property {string} element @property {string} quantity what each of these has @property {string} fed what its numbers mean
 */

/** @typedef {{what: string, value: string, how: string, sure: boolean, figure: string, options: [string, number | null][]}} Finding */

/**
 * What a person may know better.
 * @typedef {object} Question
 * @property {string} key @property {string} title @property {string} chosen @property {boolean} open
 * @property {{value: string, words: string, pictures: string | null}[]} choices
 */

const ROLES = { encoder: "encoder", decoder: "decoder", weights: "weights", model: "model", "left alone": "not needed" };

/** Say what a file is. @param {string | undefined} role */
export const roleWords = (role) => ROLES[role] ?? "";

/** Order files as they are told: the encoder, the decoder, what goes with them. @param {{name: string}[]} files @param {Record<string, string>} roles */
export function byRole(files, roles) {
  const order = Object.keys(ROLES);
  const place = ({ name }) => (name in roles ? order.indexOf(roles[name]) : order.length);
  return [...files].sort((a, b) => place(a) - place(b));
}

/** Order files as they are sent: what says of which package the others are comes first. @template {{name: string}} File @param {File[]} files */
export const inOrder = (files) => [...files].sort((a, b) => Number(b.name.endsWith(".json")) - Number(a.name.endsWith(".json")));

/** Say what kind of model it is, in a line. @param {Found} found */
export function headWords({ ours, title, item, dims, encodes, findings = [] }) {
  if (ours) return title ? `A model of this explorer, of ${title}` : "A training run of this explorer";
  if (!item) return "Not whole yet";
  const spread = findings.find(({ what }) => what === "spread");
  const what = !encodes ? "A decoder" : spread && !spread.value.startsWith("none") ? "A VAE" : "An autoencoder";
  return `${what} of ${thingWords(item)}, ${several(dims, "number")} a code`;
}

/** Say what its things are: "images (28 × 28 in grey)". @param {{nouns: string, sized: string}} item */
export const thingWords = ({ nouns, sized }) => `${nouns} (${sized.replaceAll(" x ", " × ")})`;

const HOW = {
  said: "as you say",
  "by shape": "by its shape",
  "by name": "by its name",
  "by its operators": "by its operators",
  "by running": "by trying it out",
  "taken for granted": "not tried",
};

/** Say how something was settled. @param {string} how */
export const howWords = (how) => HOW[how] ?? how;

/** Say what was tried, each with its figure: "Root mean square error of 0 to 1: 0.077; −1 to 1: 0.4." @param {Finding} finding */
export function triedWords({ figure, options }) {
  const tried = options.filter(([, error]) => error !== null);
  if (tried.length < 2) return "";
  const each = tried.map(([value, error]) => `${value.replace(/^-/, "−")}: ${figureWords(error)}`);
  return `Tried, with its ${figure.replace(/,$/, "")}, less being better: ${each.join("; ")}.`;
}

const figureWords = (error) => (Math.abs(error) < 0.001 || Math.abs(error) >= 1000 ? error.toExponential(1) : error.toPrecision(3));

/** Say what the two rows of pictures are. @param {Found} found @param {string} nouns of its things */
export function rowWords({ originals, encodes }, nouns) {
  if (originals) return `Above, test ${nouns}. Below, what the model makes of them.`;
  return `What it draws from random codes.${encodes ? " With its data chosen, test things are tried." : ""}`;
}

/** Say what data would add, where none is chosen. @param {Found} found */
export function dataWords({ dataset, encodes }) {
  if (dataset) return "";
  if (!encodes) return "A decoder alone draws; data would give it a name for what it draws.";
  return "Without data it can be explored. Data would add its map, test things to begin with, and figures.";
}

/** Say how far the taking in is. @param {{stage: string, done: number, total: number}} progress done: steps before this one */
export function takingWords({ stage, done, total }, dataset) {
  const words = stage === "start" || !stage ? "Beginning" : `${capital(stage)}${stage === "measuring it" && dataset ? ` on ${dataset}` : ""}`;
  return total > 1 ? `${words}, step ${count(done + 1)} of ${count(total)}` : words;
}

/** Say what knowing the loss would add, where a question is about it. @param {string} key @param {string} chosen */
export function lossWords(key, chosen) {
  if (key !== "likelihood") return "";
  if (chosen) return "Its figures are told in nats.";
  return "Without it the error of what comes back is told. Knowing it adds −ELBO in nats, to compare models by, and the scores of Detect that need it.";
}

const TITLES = {
  encoder: "Encoder",
  decoder: "Decoder",
  thing: "What it draws",
  code: "Code",
  "layout of the input": "Numbers go in",
  "range of the input": "Black and white, going in",
  mean: "Code is read from",
  output: "Picture is read from",
  "layout of the output": "Numbers come out",
  "range of the output": "Black and white, coming out",
  reconstruction: "What comes back",
  spread: "How sure it is of a code",
};

const RANGES = { "as it is": "as they are in the data", standardised: "with mean 0 and standard deviation 1" };
const SPREADS = { "log-variance": "the logarithm of a variance", sigma: "a standard deviation", variance: "a variance" };
Object.assign(SPREADS, { "log-sigma": "the logarithm of a standard deviation", difference: "what its own noise changes" });

/** Say what a finding is about, and what it is, to somebody who did not write the model. @param {Finding} finding @param {Item} item */
export function findingWords({ what, value }, item) {
  const words = TITLES[what] ?? capital(what);
  const title = item.pixels ? words : words.replace("Black and white", "Values").replace("Picture", "What it draws");
  const first = value.split(" ")[0];
  const rest = value.slice(first.length);
  if (what.startsWith("range")) return [title, rangeWords(value, item)];
  if (what.startsWith("layout")) return [title, `${layoutWords(first, item)} (${value})`];
  if (what === "spread") return [title, value.startsWith("none") ? "it does not say: a code is a point" : `${SPREADS[first] ?? first}${rest}`];
  if (what === "encoder" || what === "decoder") return [title, value.replace(/, opset \d+$/, "")];
  if (what === "reconstruction") return [title, `is off by ${value.split(" ").at(-1)} as a root mean square (${item.fed})`];
  return [title, value];
}

/** @param {string} value @param {Item} item */
function rangeWords(value, { pixels, shares }) {
  const made = shares ? "of which a softmax makes shares that add up to 1" : "which a sigmoid brings between 0 and 1";
  if (value === "logits") return `any numbers (logits), ${made}`;
  const ends = value.replace(/^-/, "−");
  return RANGES[value] ?? (pixels ? ends.replace(" to ", " and ") : ends);
}

/** Say in which order numbers lie. @param {string} layout @param {Item} item */
function layoutWords(layout, { element, quantity, shares, shape }) {
  if (layout === "flat") return "in one row";
  if (layout === "NHW") return "row after row";
  const channels = shape.at(-1);
  const each = shares ? `, with a number for each ${quantity}` : ", with its channels";
  if (layout === "NHWC" || layout === "NLC") return `${element} after ${element}${channels > 1 ? each : ""}`;
  return shares && channels > 1 ? `${quantity} after ${quantity}, with a number for each ${element}` : "a whole channel after another";
}

/**
 * The answers as an address has them; what is left to be settled by looking is left out.
 * @param {{data?: string | null} & Record<string, string | null | undefined>} answers data: "" for none, left out where it is to be suggested
 */
export const query = ({ data, ...answers }) =>
  Object.fromEntries([...Object.entries(answers).filter(([, value]) => value), ...(data === null || data === undefined ? [] : [["data", data]])]);

/** Say why what was dropped cannot be taken, or an empty string. @param {boolean} folder one is among it @param {{name: string}[]} files */
export function dropProblem(folder, files) {
  if (folder) return "That is a folder: drop the files in it, or a zip of it.";
  if (files.length > MOST) return `Those are ${count(files.length)} files, and a model has at most ${MOST}: put them into one zip.`;
  return "";
}

const MOST = 16;
