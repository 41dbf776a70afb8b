/**
 * What of a path can be saved: the strip, a film, the codes, a link.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { KINDS, makeFilm } from "../shared/keeping/film.js";
import { pack } from "../shared/wire/frame.js";
import { sheet } from "../shared/keeping/sheet.js";
import { copyAddress, giveText, save } from "../shared/keeping/saving.js";

const PICTURES = { nouns: "pictures" };
const TICKS = 16; // shares that are written below a strip, at most

/**
 * Codes along a path as a table: the share of the path, then the coordinates.
 * @param {Float32Array} codes [n, d]
 * @param {number[]} places [n]
 * @returns {string} lines end with CR LF, as RFC 4180 has them
 */
export function pathCsv(codes, places) {
  const n = places.length;
  const dims = codes.length / n;
  const header = ["share", ...Array.from({ length: dims }, (_, k) => `z${k + 1}`)];
  const number = (value) => String(Number(value.toPrecision(9)));
  const rows = Array.from({ length: n }, (_, i) => [places[i], ...codes.subarray(i * dims, (i + 1) * dims)].map(number));
  return [header, ...rows].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** The shares to write below a strip of pictures: {at, text}, not more than there is room for. @param {number[]} places */
export function ticksOf(places) {
  const n = places.length;
  const every = Math.ceil(n / TICKS);
  const all = places.map((share, i) => ({ at: (i + 0.5) / n, text: `${Math.round(100 * share)} %` }));
  return all.filter((_, i) => i % every === 0);
}

/**
 * @typedef {object} Saved
 * @property {string} base
 * @property {string} model
 * @property {{nouns: string}} [drawn] what the model draws, in words
 * @property {() => "light" | "dark" | null} [theme] the page's, of a film that takes its colours from it
 * @property {() => {codes: Float32Array, places: number[], kind: string, title: string, seconds: number} | null} path as
 *   it is now, its film's seconds one way; null where there is none
 * @property {() => HTMLCanvasElement} strip in one row
 * @property {() => void} settle bring the address up to date
 * @property {(sentence: string) => void} onSay
 * @property {typeof fetch} [fetch]
 */

export class Saves {
  /** @param {Saved} options */
  constructor({ base, model, drawn = PICTURES, theme = () => null, path, strip, settle, onSay, fetch = globalThis.fetch.bind(globalThis) }) {
    Object.assign(this, { base, model, theme, path, strip, settle, onSay, fetch });
    this.stop = new AbortController();
    const button = (words, glyph, role, title, act) => {
      const made = iconButton(glyph, { "data-role": role, title, onclick: () => act(made) }, h("span", {}, words));
      return made;
    };
    const film = ([kind, name]) => {
      const title = `Save the ${drawn.nouns} of the strip as a film, there and back (${name})`;
      return button(name, "save", `save-${kind}`, title, (made) => this.#film(kind, name, made));
    };
    this.buttons = [
      button("PNG", "save", "save-strip", "Save the strip as a picture, with its axis", () => this.#png()),
      ...Object.entries(KINDS).map(film),
      button("Codes", "save", "save-codes", `Save the codes of the strip’s ${drawn.nouns} as CSV`, () => this.#csv()),
    ];
    this.link = button("Copy link", "link", "copy-link", "Copy the address of this page as it is now", (made) => {
      this.settle();
      copyAddress(made.querySelector("span"));
    });
    this.element = h("div", { class: "saves" }, h("span", { class: "fine" }, "Save the strip as"), ...this.buttons, this.link);
  }

  /** @param {boolean} can whether there is a path */
  allow(can) {
    for (const button of this.buttons) button.disabled = !can || button.hasAttribute("aria-busy");
    this.can = can;
  }

  destroy() {
    this.stop.abort();
  }

  #png() {
    const path = this.path();
    if (!path) return;
    save(sheet(this.strip(), { title: path.title, x: { name: "share of the path", ticks: ticksOf(path.places) } }), `${this.model}-${path.kind}-path.png`);
  }

  #csv() {
    const path = this.path();
    if (path) giveText(pathCsv(path.codes, path.places), "text/csv", `${this.model}-${path.kind}-path.csv`);
  }

  async #film(kind, name, button) {
    const path = this.path();
    if (!path) return;
    const { fetch, stop, onSay } = this;
    const query = new URLSearchParams({ model: this.model, kind, seconds: String(2 * path.seconds) }); // there and back
    const theme = this.theme();
    if (theme) query.set("theme", theme);
    const body = pack({ shape: [path.places.length, path.codes.length / path.places.length], dtype: "float32" }, path.codes);
    const ask = () => fetch(`${this.base}api/strip?${query}`, { method: "POST", body, signal: stop.signal });
    const file = `${this.model}-${path.kind}-path.${kind}`;
    await makeFilm(button, name, { ask, file, signal: stop.signal, onSay, can: () => this.can });
  }
}
