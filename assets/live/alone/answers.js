/**
 * What the pages ask of a server by address, answered by the page itself: the test codes, maps, names.
 * @module
 */

/** Where the pages of this file take their server to be: nothing that begins with it is ever asked of anybody. */
export const BASE = "#/";

/**
 * Write a frame of several arrays, as web/wire/frames.py does.
 * @param {any} header
 * @param {Record<string, any>} arrays float32, int32 or uint8, as plain lists
 * @returns {ArrayBuffer}
 */
export function joined(header, arrays) {
  let offset = 0;
  const listed = Object.entries(arrays).map(([name, array]) => {
    const each = { name, dtype: TYPES.get(array.constructor), shape: [array.length], offset };
    offset += array.byteLength;
    return each;
  });
  const text = new TextEncoder().encode(JSON.stringify({ ...header, arrays: listed }));
  const frame = new Uint8Array(4 + text.length + offset);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, 4);
  Object.values(arrays).forEach((array, i) => {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 4 + text.length + listed[i].offset);
  });
  return frame.buffer;
}

const TYPES = new Map([[Float32Array, "float32"], [Int32Array, "int32"], [Uint8Array, "uint8"]]);

const refused = (message, status = 404) => new Response(JSON.stringify({ error: { message } }), { status });

/**
 * Make what answers.
 * @param {any} said of the model
 * @param {Map<string, any>} numbers
 * @param {(id: string) => import("./maps.js").PageMap | undefined} mapOf
 * @returns {(address: string) => Promise<Response>}
 */
export function answering(said, numbers, mapOf) {
  const names = [...said.latent.names];
  const routes = {
    "api/codes": () => new Response(codesOf(said, numbers)),
    "api/map": (asked) => mapFrame(said, asked.get("map"), mapOf(asked.get("map"))),
    "api/name": (asked) => {
      names[Number(asked.get("dim"))] = asked.get("to");
      return new Response(JSON.stringify({ names }));
    },
  };
  return async (address) => {
    const [path, query] = address.slice(BASE.length).split("?");
    return routes[path]?.(new URLSearchParams(query)) ?? refused("This file does without a server.");
  };
}

function codesOf(said, numbers) {
  const { n, labels, classes } = said.codes;
  const { dims } = said.latent;
  const shipped = said.images && !said.images.codes ? said.images.index : [];
  const header = { model: said.model, n, dims, classes, labels, originals: false, shipped, factors: [], squared: false, message: said.codes.message };
  const names = ["centre", "spread", "nats", "cost", "floor", "labels"].filter((name) => numbers.has(name));
  return joined(header, Object.fromEntries(names.map((name) => [name, numbers.get(name)])));
}

function mapFrame(said, id, map) {
  if (!map) return refused("This map is not in the file.");
  const { keeps = null } = said.maps.find(({ name }) => name === id);
  const header = { state: "done", iteration: 0, total: 0, message: "", keeps, measuring: false, shape: [map.points.length / 2, 2] };
  return new Response(joined(header, { points: map.points }));
}
