/**
 * The maps that a model's test codes lie on: which there are, which one is shown, and what lies at a place of it.
 * @module
 */

import { round } from "../shared/words/numbers.js";
import { readCodes, readMap } from "../shared/space/codes.js";
import { classOf, nearestOf } from "./path/map.js";

/** @typedef {import("./anchors/anchors.js").Anchor} Anchor */

export class Atlas {
  /**
   * @param {object} options
   * @param {any} options.data of the page
   * @param {import("./path/map.js").PathMap} options.map
   * @param {(lane: string, request: any) => Promise<{array: any, header: any}>} options.ask
   * @param {() => any} options.theme
   * @param {(codes: import("../shared/space/codes.js").Codes | null, why: string) => void} options.onCodes they are there, or why they are not
   * @param {(id: string) => void} options.onShown another map is shown
   * @param {(sentence: string) => void} options.onSay
   */
  constructor({ data, map, ask, theme, onCodes, onShown, onSay }) {
    Object.assign(this, { data, map, ask, theme, onCodes, onShown, onSay });
    /** @type {import("../shared/space/codes.js").Codes | null} */
    this.codes = null;
    /** @type {string | null} the map that an address or a hand has asked for */
    this.asked = null;
    /** @type {Record<string, Float32Array | null>} */
    this.places = {};
  }

  /** Take the test codes; their map comes after them. @param {Promise<Response>} asked */
  async load(asked) {
    try {
      const codes = await readCodes(await asked);
      if (!codes.n) throw new Error(codes.message);
      this.codes = codes;
    } catch (error) {
      if (!this.gone) this.onCodes(null, error.message);
      return;
    }
    if (this.gone) return;
    this.onCodes(this.codes, "");
    this.#loadMap();
  }

  /** Show a map, by hand. @param {string} id */
  choose(id) {
    this.asked = id;
    return this.#show(id);
  }

  /** The anchor at a place of the map. @returns {Promise<Anchor>} */
  async anchorAt(x, y) {
    const { map } = this;
    const z =
      map.id === "identity"
        ? [x, y]
        : (await this.ask("place-own", { op: "code_at", map: map.id, shape: [1, 2], payload: Float32Array.of(x, y) })).array;
    const near = nearestOf(map.xy, x, y);
    return { kind: "place", number: null, label: near ? classOf(this.codes, near.index) : "", z: Array.from(z, round), pixels: null, decoded: null };
  }

  destroy() {
    this.gone = true;
  }

  async #loadMap() {
    const plane = this.data.latent.dims === 2;
    const tsne = await this.#fetch("tsne").catch(() => null);
    const maps = [...(plane ? [["identity", "Latent plane"]] : []), ...(tsne ? [["tsne", "t-SNE"]] : []), ["pca", "PCA"]];
    if (this.gone) return;
    this.map.begin(this.codes, maps, this.theme());
    this.places = { tsne };
    const has = maps.some(([id]) => id === this.asked);
    if (this.asked && !has) this.onSay("The map in the address is not made here, so another stands in its place.");
    if (!has) this.asked = null;
    await this.#show(this.asked ?? maps[0][0]);
  }

  /** The places of a map that is made, or null. */
  async #fetch(id) {
    const { base, model } = this.data;
    const frame = await readMap(await fetch(`${base}api/map?${new URLSearchParams({ model, map: id })}`));
    return frame.xy && (frame.state === "done" || frame.state === "stopped") && frame.xy.length === 2 * this.codes.n ? frame.xy : null;
  }

  async #show(id) {
    try {
      this.places[id] ??= id === "identity" ? this.codes.centre.slice() : await this.#fetch(id);
    } catch {
      this.places[id] = null;
    }
    if (this.gone) return;
    if (!this.places[id]) {
      this.onSay("This map cannot be had now; choose another.");
      return;
    }
    this.map.setPlaces(id, this.places[id]);
    this.onShown(id);
  }
}
