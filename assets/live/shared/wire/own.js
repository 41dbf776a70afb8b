/**
 * A file of a person's own, read by the server into what a model takes.
 * @module
 */

import { readFrame, sentenceOf } from "./frame.js";
import { house } from "./house.js";

const MEGABYTES = 20; // as the server takes them

/** What each kind of thing is called where it comes from outside, and how it is made smaller. */
const SAID = {
  image: { noun: "picture", smaller: "Save it smaller, or as JPEG." },
  series: { noun: "series", smaller: "Cut out the part that matters." },
  text: { noun: "word", smaller: "Bring a file of one word." },
  molecules: { noun: "molecule", smaller: "Bring a file of one molecule." },
  masks: { noun: "picture", smaller: "Save it smaller." },
  sounds: { noun: "recording", smaller: "Cut out one sound." },
  tastes: { noun: "list", smaller: "One person's likes are enough." },
};

/**
 * Have a file read. An error says in a sentence why that could not be.
 * @param {Blob} file
 * @param {object} how
 * @param {string} how.base the server's base path, starting and ending with a slash
 * @param {string} how.model
 * @param {{kind: string, size: number, read: (buffer: ArrayBuffer, offset: number, length: number) => any}} how.view of what it takes
 * @param {AbortSignal} how.signal
 * @param {typeof globalThis.fetch} [how.fetch]
 * @returns {Promise<{thing: any, note: string}>} the thing, and what was done to it
 */
export async function readOwn(file, { base, model, view, signal, fetch = house.fetch }) {
  const { noun, smaller } = SAID[view.kind];
  const size = (file.size / 2 ** 20).toFixed(1);
  if (file.size > MEGABYTES * 2 ** 20) throw new Error(`A ${noun} has at most ${MEGABYTES} MB; this one has ${size} MB. ${smaller}`);
  const response = await fetch(`${base}api/picture?model=${encodeURIComponent(model)}`, { method: "POST", body: file, signal }).catch(() => null);
  if (!response) throw new Error(`The server did not answer, so the ${noun} was not read; try again.`);
  if (!response.ok) throw new Error(await sentenceOf(response));
  const { header, payload } = readFrame(await response.arrayBuffer());
  return { thing: view.read(payload.slice().buffer, 0, view.size), note: header.note ?? "" };
}
