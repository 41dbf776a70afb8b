/**
 * Decode in the page itself what a hand moves, where a model's decoder is small and plain: the picture is painted in the very
 * frame that shows the movement. It is believed only after it has drawn what the server draws, and fast enough.
 * @module
 */

import { draw } from "../space/normal.js";
import { house } from "../wire/house.js";
import { Decoder } from "./decoder.js";

const PROBES = 4; // codes that both decode
const APART = 1.01; // grey levels of 255, or a share of 1/255 of the largest number of others
const MOST = 3; // ms that a picture may take; slower pages leave it to the server
const TIMED = 9; // pictures

/**
 * Let a socket's requests for one picture be answered by the page, once it can.
 * @param {import("../wire/socket.js").LiveSocket} socket
 * @param {any} data of the model
 */
export async function nearby(socket, { base, model, latent, given, plain }) {
  if (house.near) socket.near = house.near;
  if (house.near || !plain) return;
  try {
    const response = await house.fetch(`${base}api/decoder?model=${encodeURIComponent(model)}`, { cache: "no-cache" });
    if (!response.ok) return; // it only looked so: the socket goes on
    const decoder = Decoder.read(await response.arrayBuffer());
    if (!(await agrees(socket, decoder, model, latent.dims, given)) || slow(decoder, latent.dims)) return;
    socket.near = { model, decode: (z, condition) => decoder.decode(z, condition) };
  } catch {
    // Whatever is wrong with it, the socket does the same.
  }
}

/** Whether both decode a few codes alike. */
async function agrees(socket, decoder, model, dims, given) {
  const codes = Array.from({ length: PROBES }, () => Float32Array.from(draw(dims)));
  const condition = given ? 0 : undefined;
  const payload = Float32Array.from(codes.flatMap((z) => Array.from(z)));
  const theirs = await new Promise((resolve, reject) => {
    const request = { op: "decode", model, shape: [PROBES, dims], payload, condition };
    socket.ask("probes", { ...request, onAnswer: ({ array }) => resolve(array), onError: reject });
  });
  return codes.every((z, i) => alike(decoder.decode(z, condition), theirs, i));
}

/** Whether a thing is the `i`-th of others, but for rounding. */
export function alike(ours, theirs, i) {
  const bytes = ours instanceof Uint8Array;
  const most = bytes ? APART : (APART / 255) * theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.every((value, k) => Math.abs(value - theirs[i * ours.length + k]) <= most);
}

/** Whether a picture takes too long here. */
function slow(decoder, dims) {
  const z = new Float32Array(dims);
  const times = Array.from({ length: TIMED }, () => {
    const began = performance.now();
    decoder.decode(z, 0);
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[TIMED >> 1] > MOST;
}
