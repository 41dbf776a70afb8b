/**
 * What the server sends of a test for unusual images, and the files that are sent to it.
 * @module
 */

import { pack } from "../shared/wire/frame.js";
import { Refused, readArray, readFrame, sentenceOf } from "../shared/wire/frame.js";

/**
 * @typedef {object} Side images on one side of the test
 * @property {string} title @property {number} n
 * @property {any} images one after the other: [n, H, W, C] where they are images
 * @property {Int32Array} labels [n] numbers of classes, -1 where there is none
 * @property {string[]} classes their names: text from a card, never markup
 * @property {Record<string, Float32Array>} scores [n] by their names
 * @property {Record<string, Float32Array>} [parts] [n] nats: the floor and the KL that −ELBO is made of, where it is
 */

/**
 * @typedef {object} Test
 * @property {string} protocol @property {string} sentence what is measured @property {string} note on the normal images
 * @property {Side} normal without arrays where they were not asked for @property {Side} unusual
 * @property {Record<string, number | null>} areas AUROC of each score, null where one side is empty
 * @property {{name: string, note: string}[]} files of one's own that were read, in the order of the unusual images
 * @property {{name: string, message: string}[]} refused the others
 */

/** The address of a test. @param {string} base @param {string} model @param {import("./address.js").Against} against */
export function testAddress(base, model, { kind, name = "", amount }) {
  const query = new URLSearchParams({ model });
  if (kind === "set") query.set("against", name);
  if (kind === "class") query.set("held_out", name);
  if (kind === "spoiled") {
    query.set("corruption", name);
    if (amount !== undefined) query.set("amount", String(amount));
  }
  return `${base}api/unusual?${query}`;
}

/** Read the server's answer; a refusal's sentence is thrown. @param {Response} response @returns {Promise<Test>} */
export async function readTest(response) {
  if (!response.ok) throw new Refused(await sentenceOf(response), response.status);
  const { header, payload } = readFrame(await response.arrayBuffer());
  const arrays = new Map(header.arrays.map((entry) => [entry.name, entry]));
  const array = (name) => (arrays.has(name) ? readArray(payload, arrays.get(name)) : null);
  const side = (kind) => ({
    title: header[kind].title,
    n: header[kind].n,
    images: array(kind),
    labels: array(`${kind}_labels`),
    classes: header[kind].classes,
    scores: Object.fromEntries(header.scores.map(({ name }) => [name, array(`${kind}/${name}`)])),
    parts: Object.fromEntries(["floor", "kl"].flatMap((name) => (arrays.has(`${kind}_${name}`) ? [[name, array(`${kind}_${name}`)]] : []))),
  });
  return {
    protocol: header.protocol,
    sentence: header.sentence,
    note: header.note ?? "",
    normal: side("normal"),
    unusual: side("unusual"),
    areas: Object.fromEntries(header.scores.map(({ name, auroc }) => [name, auroc])),
    files: header.files ?? [],
    refused: header.refused ?? [],
  };
}

/** One image of a side. @param {Side} side @param {number} size numbers of an image */
export const imageOf = ({ images }, index, size) => images.subarray(index * size, (index + 1) * size);

/** The scores of one image, and the parts of its −ELBO. @param {Side} side @returns {Record<string, number>} */
export const scoresOf = ({ scores, parts }, index) =>
  Object.fromEntries(Object.entries({ ...parts, ...scores }).map(([name, values]) => [name, values[index]]));

/** What the −ELBO of one image is made of, or null where that is not said. @param {Record<string, number> | null} values as `scoresOf` gives them */
export const partsOf = (values) => {
  const { floor, kl, "negative-elbo": whole } = values ?? {};
  return [floor, kl, whole].every(Number.isFinite) ? { floor, error: whole - floor - kl, kl } : null;
};

/** Picture files as the body of a request. @param {{name: string, bytes: Uint8Array}[]} files @returns {ArrayBuffer} */
export function packFiles(files) {
  const body = new Uint8Array(files.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of files) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return pack({ files: files.map(({ name, bytes }) => ({ name: name.slice(-255), bytes: bytes.length })) }, body);
}
