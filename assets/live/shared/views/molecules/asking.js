/**
 * What the server says of molecules: how they are drawn, made up and written. Asked together, kept, and drawn when it has come.
 * @module
 */

import { house } from "../../wire/house.js";
import { renew } from "../look.js";

/**
 * @typedef {[x: number, y: number, element: string, label: string]} Atom in lengths of a bond, y down
 * @typedef {[first: number, second: number, order: number, side: number]} Bond
 * @typedef {{smiles: string, formula: string, logp: number, qed: number, rings: number, atoms: Atom[], bonds: Bond[]}} Sketch
 */

const TOGETHER = 24; // that are asked for at once, as the server answers them
const WAITING = 240; // that may wait; of more the oldest are forgotten, and asked for when they are drawn again
const KEPT = 3000;
const SOON = 12; // ms in which others may join
const AGAIN = 5000; // ms until a server that gave no answer is asked again

/** @type {Map<string, Sketch | null>} */
const kept = new Map();
/** @type {Map<string, ((sketch: Sketch | null) => void)[]>} */
const wanted = new Map();
let asking = false;
let quiet = 0; // until when nobody is asked

/** Where the server answers: under the base path that this module came from; a file that needs no server has none. */
const base = import.meta.url.slice(0, import.meta.url.lastIndexOf("/live/") + 1);
const address = (query) => `${base}api/molecules?${query}`;

/**
 * How a molecule is drawn; null where it is none, and undefined while that is not known: what was drawn is drawn again then.
 * @param {string} selfies @returns {Sketch | null | undefined}
 */
export function sketchOf(selfies) {
  if (!selfies) return null;
  if (!kept.has(selfies)) want(selfies);
  return kept.get(selfies);
}

/** The same, when it has come. @param {string} selfies @returns {Promise<Sketch | null>} */
export const sketched = async (selfies) => (selfies ? kept.get(selfies) ?? new Promise((told) => want(selfies, told)) : null);

function want(selfies, told) {
  if (!globalThis.document || performance.now() < quiet) {
    told?.(null);
    return;
  }
  const waiting = wanted.get(selfies) ?? [];
  if (told) waiting.push(told);
  wanted.delete(selfies); // to the end, where the newest are
  wanted.set(selfies, waiting);
  if (wanted.size > WAITING) tell(wanted.keys().next().value, null);
  if (asking) return;
  asking = true;
  setTimeout(ask, SOON);
}

function tell(selfies, sketch) {
  const waiting = wanted.get(selfies) ?? [];
  wanted.delete(selfies);
  for (const told of waiting) told(sketch);
}

async function ask() {
  const some = [...wanted.keys()].slice(-TOGETHER);
  const answer = await fetched(new URLSearchParams(some.map((each) => ["of", each])));
  if (!answer) {
    quiet = performance.now() + AGAIN;
    setTimeout(renew, AGAIN + SOON); // what is still shown asks again
  } else some.forEach((each, i) => keep(each, answer.molecules[i]));
  some.forEach((each) => tell(each, kept.get(each) ?? null));
  asking = wanted.size > 0;
  if (asking) setTimeout(ask, 0);
  if (answer) requestAnimationFrame(renew);
}

function keep(selfies, sketch) {
  kept.set(selfies, sketch);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

async function fetched(query) {
  try {
    const response = await house.fetch(address(query));
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * What a SMILES is in symbols of SELFIES.
 * @param {string} smiles @returns {Promise<{symbols: string[]} | {problem: string}>}
 */
export async function spelledBy(smiles) {
  const answer = await house.fetch(address(new URLSearchParams({ smiles }))).then((response) => response.json(), () => null);
  if (answer?.symbols) return answer;
  return { problem: answer?.problem ?? answer?.error?.message ?? "The server did not answer, so the SMILES was not read; try again." };
}

/**
 * How alike molecules are to the first and to the last of them, by their fingerprints; null where nobody says it.
 * @param {string[]} smiles @returns {Promise<[number, number][] | null>}
 */
export async function alikeToEnds(smiles) {
  const alike = [];
  for (let from = 0; from < smiles.length; from += TOGETHER - 2) {
    const some = [smiles[0], ...smiles.slice(from, from + TOGETHER - 2), smiles.at(-1)];
    const answer = await fetched(new URLSearchParams(some.map((each) => ["between", each])));
    if (!answer) return null;
    alike.push(...answer.alike.slice(1, -1));
  }
  return alike;
}
