/**
 * The browser's end of /api/live: asks, reads answers, comes back after a loss.
 * @module
 */

import { pack, unpack } from "./frame.js";
import { house } from "./house.js";
import { Newest } from "./newest.js";

/** What a page asks for, the most urgent first; of each only the newest request waits. */
export const LANES = [
  "restored",
  "restored-beside",
  "encode",
  "place-own",
  "place",
  "redrawn",
  "picture",
  "weight",
  "pixels",
  "draws",
  "told",
  "classes",
  "search",
  "card",
  "directed",
  "path",
  "strip",
  "rows",
  "pins",
  "origin",
  "groups",
  "thumbnails",
  "survey",
  "grid",
  "methods",
  "imputed",
  "imputation",
  "probes",
  "readings",
];
const DECODES = new Set(["decode", "decode_point", "sample"]); // a thing's own class is for the server to say
const FIRST_WAIT = 250; // ms until the first try to come back; doubled each time up to LONGEST_WAIT
const LONGEST_WAIT = 5000;
const BUSY_WAIT = 80; // ms until a request that found the server busy is sent again
const STILL = 150; // ms without another request until the server is asked for what the page has decoded by itself
const PATIENCE = 15000; // ms without an answer after which the connection is taken for dead

/**
 * @typedef {object} Ask
 * @property {string} op what the server computes: a name in its registry (web/wire/ops/registry.py)
 * @property {string} model
 * @property {string} [map] the map that a place lies on
 * @property {number} [step] the moment of a run's training
 * @property {{name: string, amount: number, seed: number}} [corruption] how the picture is spoiled
 * @property {string[]} [methods] that restore it
 * @property {number} [sweeps] of the imputation
 * @property {number} [draws] of the imputation
 * @property {{kind: string, n: number}} [path] which path to walk, and in how many codes
 * @property {any} [search] how far a search is, as the last answer said, or {seed}
 * @property {number | number[]} [condition] the class that a conditional model is told, one for all rows or one each
 * @property {Uint8Array | Float32Array} [part] of a thing, that a model completes: as it is kept, for all rows
 * @property {number[]} shape
 * @property {Float32Array | Uint8Array | Int32Array} payload
 * @property {(answer: {array: any, header: any, milliseconds: number, asked: number}) => void} onAnswer
 * @property {(sentence: string) => void} [onError]
 * @property {number} [asked] when it was asked, by `performance.now()`
 * @property {number} [id] set when it is sent
 * @property {number} [sent] set when it is sent
 */

export class LiveSocket {
  /**
   * @param {string} url
   * @param {{Socket?: any, onState?: (open: boolean) => void, random?: () => number}} [options]
   */
  constructor(url, { Socket = house.Socket, onState = () => {}, random = Math.random } = {}) {
    this.url = url;
    this.Socket = Socket;
    this.onState = onState;
    this.random = random;
    this.newest = new Newest(LANES);
    this.failures = 0;
    this.ids = 0;
    this.closed = false;
    /** @type {{model: string, condition?: number, part?: any} | null} the class that a model's codes are decoded with, or the part of a thing */
    this.told = null;
    /** @type {{model: string, decode: (z: Float32Array, condition?: number) => any} | null} what the page itself decodes: see net/near.js */
    this.near = null;
    /** @type {Map<string, Ask>} what the page itself will decode with the next frame, by lane */
    this.soon = new Map();
    /** @type {Map<string, any>} clocks of lanes that the page decodes in */
    this.still = new Map();
    this.#connect();
  }

  /** Ask for something in a lane, in place of what waits there. @param {string} lane @param {Ask} ask */
  ask(lane, ask) {
    const told = DECODES.has(ask.op) && this.told?.model === ask.model ? this.told : null;
    const request = { asked: performance.now(), part: told?.part, ...ask, condition: ask.condition ?? told?.condition };
    clearTimeout(this.still.get(lane));
    if (this.#isNear(request)) {
      this.#decodeSoon(lane, request);
      return;
    }
    this.newest.put(lane, request);
    this.#send();
  }

  /** Whether the page itself decodes this: one code, and not the class of each. */
  #isNear({ op, model, shape, condition }) {
    return op === "decode" && shape[0] === 1 && this.near?.model === model && !Array.isArray(condition);
  }

  /** Decode with the next frame, before what was asked for then is drawn: the newest of a lane, in place of all before it. */
  #decodeSoon(lane, request) {
    this.newest.overtake(lane);
    this.soon.set(lane, request);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const all = [...this.soon];
      this.soon.clear();
      for (const [lane, each] of all) this.#decodeNow(lane, each);
    });
  }

  /** Once the hand is still the server's picture takes the place of the page's: to the last bit the same in every window. */
  #decodeNow(lane, request) {
    const { payload, condition, onAnswer, asked } = request;
    if (this.closed) return;
    const settle = () => {
      this.newest.put(lane, request);
      this.#send();
    };
    this.still.set(lane, setTimeout(settle, STILL));
    const began = performance.now();
    const array = this.near.decode(payload, condition);
    const milliseconds = performance.now() - began;
    onAnswer({ array, header: { seconds: milliseconds / 1000 }, milliseconds, asked, inFrame: true });
  }

  /** Forget what waits and let go of the connection for good. */
  close() {
    this.closed = true;
    this.newest.forget();
    this.still.forEach(clearTimeout);
    clearTimeout(this.retry);
    clearTimeout(this.watch);
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
  }

  #connect() {
    const socket = new this.Socket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.failures = 0;
      this.onState(true);
      this.#send();
    };
    socket.onmessage = (event) => this.#read(event.data);
    socket.onclose = () => this.#comeBack();
    this.socket = socket;
  }

  #comeBack() {
    clearTimeout(this.watch);
    this.newest.lost();
    this.onState(false);
    if (this.closed) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures) * (0.75 + this.random() / 2);
    this.failures += 1;
    this.retry = setTimeout(() => this.#connect(), wait);
  }

  #send() {
    if (this.socket.readyState !== 1) return;
    const next = this.newest.take();
    if (!next) return;
    const { op, model, map, step, path, search, corruption, methods, sweeps, draws, condition, shape, payload, part } = next.request;
    next.request.id = ++this.ids;
    next.request.sent = performance.now();
    const header = { id: next.request.id, op, model, map, step, path, search, corruption, methods, sweeps, draws, condition, shape };
    this.socket.send(part ? pack({ ...header, part: part.byteLength }, payload, part) : pack(header, payload));
    this.watch = setTimeout(() => this.#giveUp(), PATIENCE);
  }

  #giveUp() {
    const socket = this.socket;
    socket.onclose = socket.onmessage = null;
    socket.close();
    this.#comeBack();
  }

  #read(data) {
    const { header, array } = unpack(data);
    const flying = this.newest.inFlight;
    // An id of null: the server could not read the request at all, and there is only one it can mean.
    if (!flying || (header.id !== null && header.id !== flying.request.id)) return;
    clearTimeout(this.watch);
    if (header.error?.code === "busy") {
      this.newest.lost();
      setTimeout(() => this.#send(), BUSY_WAIT);
      return;
    }
    const { request, overtaken } = this.newest.done();
    this.#send();
    if (overtaken) return;
    if (header.error) request.onError?.(header.error.message);
    else request.onAnswer({ array, header, milliseconds: performance.now() - request.sent, asked: request.asked });
  }
}

/** The class that a page's conditional model decodes codes with, as a socket's `told`. @param {{model: string, given: {chosen: number} | null}} data */
export const toldOf = ({ model, given }) => (given ? { model, condition: given.chosen } : null);

/**
 * The address of the live socket of the server that sent this page.
 * @param {string} base the server's base path, starting and ending with a slash
 * @param {{protocol: string, host: string}} location
 */
export function address(base, location) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${base}api/live`;
}
