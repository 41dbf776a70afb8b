/**
 * Files on their way to the server: how far they are, and what it says to them. Sizes in words.
 * @module
 */

import { Refused } from "./frame.js";

const AWAY = "The server did not answer, so nothing was taken; try again.";

/**
 * Send a file as a request's body. `fetch` cannot tell how much of a body is on its way, so it is not used here.
 * @param {string} address
 * @param {Blob} file
 * @param {object} [options]
 * @param {(share: number) => void} [options.onProgress] in [0, 1]; 1 is when all is sent and the answer not yet there
 * @param {AbortSignal} [options.signal]
 * @param {new () => XMLHttpRequest} [options.Request]
 * @returns {Promise<any>} the answer's JSON; rejects with a `Refused`, or with an AbortError where it was given up
 */
export function send(address, file, { onProgress = () => {}, signal, Request = globalThis.XMLHttpRequest } = {}) {
  return new Promise((resolve, reject) => {
    const request = new Request();
    const cancel = () => request.abort();
    request.open("POST", address);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.upload.onload = () => onProgress(1);
    request.onload = () => {
      const { answer, sentence } = read(request);
      if (sentence) reject(new Refused(sentence, request.status));
      else resolve(answer);
    };
    request.onerror = () => reject(new Refused(AWAY, 0));
    request.onabort = () => reject(new DOMException("Given up.", "AbortError"));
    request.onloadend = () => signal?.removeEventListener("abort", cancel);
    signal?.addEventListener("abort", cancel);
    if (signal?.aborted) reject(new DOMException("Given up.", "AbortError"));
    else request.send(file);
  });
}

/** The answer, or the sentence of a refusal. */
function read({ status, responseText }) {
  let answer = null;
  try {
    answer = JSON.parse(responseText);
  } catch {
    // a proxy's page, or nothing: told below
  }
  if (status >= 200 && status < 300 && answer !== null && !answer.error) return { answer, sentence: "" };
  return { answer, sentence: answer?.error?.message || `The server answered with status ${status}; try again.` };
}

/** A size as people say it: 340 B, 12 kB, 3.4 MB. @param {number} bytes */
export function sizeWords(bytes) {
  if (!(bytes >= 0)) return "";
  if (bytes < 1000) return `${bytes} B`;
  let [size, unit] = [bytes / 1000, "kB"];
  for (const next of ["MB", "GB", "TB"]) {
    if (size < 999.5) break;
    [size, unit] = [size / 1000, next];
  }
  return `${size < 9.95 && unit !== "kB" ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/**
 * Say why a file is not even sent, or an empty string where it may be.
 * @param {{name: string, size: number}} file
 * @param {{ends: string[], megabytes?: number, wanted: string}} rule its name's ends, and how large it may be
 */
export function whyNot({ name, size }, { ends, megabytes, wanted }) {
  if (ends.length && !ends.some((end) => name.toLowerCase().endsWith(end))) return `${short(name)} is not ${wanted}; choose another file.`;
  if (size === 0) return `${short(name)} is empty; choose another file.`;
  // As the server counts its limit: 2^20 bytes a megabyte.
  if (megabytes && size > megabytes * 2 ** 20) {
    return `${short(name)} has ${Math.ceil(size / 2 ** 20)} MB, and this server takes up to ${megabytes} MB; send fewer or smaller pictures.`;
  }
  return "";
}

/** A file's name, cut where it would fill a page. */
export const short = (name) => (name.length > 60 ? `${name.slice(0, 40)}…${name.slice(-16)}` : name);
