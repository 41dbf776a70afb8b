/**
 * A model that lives in the page: what the live socket's server computes of it, computed here.
 *
 * Each op takes a request and its numbers and works in steps: a thing at a time, so that a hand is not kept waiting by what
 * nobody looks at. Its last word is an array, and what its header says.
 * @module
 */

import { Decoder } from "../shared/net/decoder.js";
import { Encoder } from "../shared/net/encoder.js";

const SURE = 1e-7; // how near to 0 and 1 a Bernoulli's probability counts: as in vae/explore/likelihood.py

/** @typedef {{array: any, header?: any}} Answer */

export class PageModel {
  /**
   * @param {any} said of the model
   * @param {import("../shared/views/view.js").View} view
   * @param {Map<string, any>} numbers
   * @param {(id: string) => import("./maps.js").PageMap} mapOf
   */
  constructor(said, view, numbers, mapOf) {
    Object.assign(this, { said, view, mapOf });
    const tensors = (part) => said[part].tensors.map((name) => numbers.get(name));
    this.decoder = new Decoder(said.decoder, tensors("decoder"));
    this.encoder = said.encoder && new Encoder(said.encoder, tensors("encoder"), numbers.get("pictures") ?? null);
    this.moved = -Infinity; // when a picture was last decoded for a hand
    this.things = { numbers: said.images?.index ?? [], pixels: null };
  }

  /** Decode one code at once, for a hand. @param {Float32Array} z @param {number} [condition] */
  near(z, condition) {
    this.moved = performance.now();
    return this.decoder.decode(z, condition);
  }

  /** Codes into things. @returns {Generator<void, Answer>} */
  *decode({ shape: [n, dims], condition }, z) {
    const array = this.#room(n);
    for (let i = 0; i < n; i += 1) {
      array.set(this.decoder.decode(z.subarray(i * dims, (i + 1) * dims), classOf(condition, i)), i * this.view.size);
      yield;
    }
    return { array };
  }

  /** One code under each class. @returns {Generator<void, Answer>} */
  *classes({ shape: [, dims] }, z) {
    const all = Array.from({ length: this.said.decoder.told }, (_, number) => number);
    const codes = new Float32Array(all.length * dims);
    for (const number of all) codes.set(z, number * dims);
    return yield* this.decode({ shape: [all.length, dims], condition: all }, codes);
  }

  /** Things into where they lie: means, and spreads and nats where there are any. @returns {Generator<void, Answer>} */
  *encode({ shape: [n], condition }, things) {
    const { size } = this.view;
    const told = condition === undefined && this.said.given ? [] : null;
    const beliefs = [];
    for (let i = 0; i < n; i += 1) {
      const thing = things.subarray(i * size, (i + 1) * size);
      const number = told ? yield* this.#guess(thing) : classOf(condition, i);
      told?.push(number);
      beliefs.push(this.encoder.encode(thing, number));
      yield;
    }
    const parts = ["mean", "spread", "nats"].filter((name) => beliefs[0][name]);
    const array = Float32Array.from(parts.flatMap((name) => beliefs.flatMap((belief) => Array.from(belief[name]))));
    return { array, header: told ? { condition: told } : {} };
  }

  /** Codes into places on a map. @returns {Generator<void, Answer>} */
  *place({ shape: [n, dims], map }, z) {
    const array = new Float32Array(2 * n);
    for (let i = 0; i < n; i += 1) {
      array.set(this.mapOf(map).place(z.subarray(i * dims, (i + 1) * dims)), 2 * i);
      yield;
    }
    return { array };
  }

  /** Places on a map into codes. @returns {Generator<void, Answer>} */
  *code_at({ shape: [n], map }, xy) {
    const array = new Float32Array(n * this.said.latent.dims);
    for (let i = 0; i < n; i += 1) {
      array.set(this.mapOf(map).codeAt(xy[2 * i], xy[2 * i + 1]), i * this.said.latent.dims);
      yield;
    }
    return { array };
  }

  /** Places on a map into the things there. @returns {Generator<void, Answer>} */
  *decode_point({ shape: [n], map, condition }, xy) {
    const { array } = yield* this.code_at({ shape: [n], map }, xy);
    return yield* this.decode({ shape: [n, this.said.latent.dims], condition }, array);
  }

  /** Numbers of test things into these, of which the file has a few. @returns {Generator<void, Answer>} */
  *originals({ shape: [n] }, numbers) {
    const array = this.#room(n);
    const { size } = this.view;
    for (let i = 0; i < n; i += 1) {
      const at = this.things.numbers.indexOf(numbers[i]);
      if (at < 0) throw new Error(`Test ${this.view.words.noun} ${numbers[i]} is not in this file.`);
      array.set(this.things.pixels.subarray(at * size, (at + 1) * size), i * size);
    }
    return { array };
  }

  /**
   * The class under which a thing costs least: Bayes' rule with classes as likely as each other, and the −ELBO at the mean in
   * place of −log p(x|y); as vae/explore/explorer.py has it. @returns {Generator<void, number>}
   */
  *#guess(thing) {
    let [best, least] = [0, Infinity];
    for (let number = 0; number < this.said.decoder.told; number += 1) {
      const { mean, nats } = this.encoder.encode(thing, number);
      const cost = this.#costOf(thing, this.decoder.decode(mean, number)) + (nats?.reduce((sum, each) => sum + each, 0) ?? 0);
      if (cost < least) [best, least] = [number, cost];
      yield;
    }
    return best;
  }

  /** What a thing costs where another is expected, in nats, but for what is the same for all. */
  #costOf(thing, expected) {
    const { levels } = this.said.decoder;
    const { scale } = this.said;
    let sum = 0;
    for (let i = 0; i < thing.length; i += 1) {
      const [x, mean] = [thing[i] / levels, expected[i] / levels];
      const p = Math.min(1 - SURE, Math.max(SURE, mean));
      sum += scale ? 0.5 * ((x - mean) / scale) ** 2 : -(x * Math.log(p) + (1 - x) * Math.log1p(-p));
    }
    return sum;
  }

  #room(n) {
    const bytes = this.said.decoder.dtype === "uint8" ? 1 : 4;
    return this.view.read(new ArrayBuffer(n * this.view.size * bytes));
  }
}

const classOf = (condition, i) => (Array.isArray(condition) ? condition[i] : condition);
