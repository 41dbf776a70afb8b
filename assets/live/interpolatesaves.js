/**
 * What of a path can be saved: the strip, a film, the codes, a link.
 * @module
 */

import { h, icon } from "./dom.js";
import { pack } from "./frame.js";
import { sentenceOf } from "./mapfile.js";
import { save, sheet } from "./pictures.js";

const FILMS = { gif: "GIF", mp4: "MP4" };
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
 * @property {() => {codes: Float32Array, places: number[], kind: string, title: string, seconds: number} | null} path as it is now, its film's seconds one way; null where there is none
 * @property {() => HTMLCanvasElement} strip in one row
 * @property {() => void} settle bring the address up to date
 * @property {(sentence: string) => void} onSay
 * @property {typeof fetch} [fetch]
 */

export class Saves {
  /** @param {Saved} options */
  constructor({ base, model, path, strip, settle, onSay, fetch = globalThis.fetch.bind(globalThis) }) {
    Object.assign(this, { base, model, path, strip, settle, onSay, fetch });
    this.stop = new AbortController();
    const button = (words, glyph, role, title, act) => {
      const made = h("button", { type: "button", class: "quiet", "data-role": role, title, onclick: () => act(made) }, icon(glyph), h("span", {}, words));
      return made;
    };
    this.buttons = [
      button("PNG", "save", "save-strip", "Save the strip as a picture, with its axis", () => this.#png()),
      ...Object.entries(FILMS).map(([kind, name]) => button(name, "save", `save-${kind}`, `Save the pictures of the strip as a film, there and back (${name})`, (made) => this.#film(kind, name, made))),
      button("Codes", "save", "save-codes", "Save the codes of the strip’s pictures as CSV", () => this.#csv()),
    ];
    this.link = button("Copy link", "link", "copy-link", "Copy the address of this page as it is now", (made) => this.#copy(made));
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
    if (path) give(new Blob([pathCsv(path.codes, path.places)], { type: "text/csv" }), `${this.model}-${path.kind}-path.csv`);
  }

  async #film(kind, name, button) {
    const path = this.path();
    if (!path) return;
    const words = button.querySelector("span");
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    words.textContent = `Making the ${name}…`;
    this.onSay("");
    try {
      const { fetch } = this;
      const query = new URLSearchParams({ model: this.model, kind, seconds: String(2 * path.seconds) }); // there and back
      const body = pack({ shape: [path.places.length, path.codes.length / path.places.length], dtype: "float32" }, path.codes);
      const response = await fetch(`${this.base}api/strip?${query}`, { method: "POST", body, signal: this.stop.signal });
      if (!response.ok) throw new Error(await sentenceOf(response));
      give(await response.blob(), `${this.model}-${path.kind}-path.${kind}`);
    } catch (error) {
      if (this.stop.signal.aborted) return;
      this.onSay(error instanceof TypeError ? "The server does not answer, so the film was not made. Try again." : error.message);
    }
    button.removeAttribute("aria-busy");
    button.disabled = !this.can;
    words.textContent = name;
  }

  async #copy(button) {
    this.settle();
    const words = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(location.href);
      words.textContent = "Copied";
    } catch {
      words.textContent = "It is in the address bar"; // no clipboard outside https and localhost
    }
    setTimeout(() => (words.textContent = "Copy link"), 1500);
  }
}

/** Give a file to the browser to save. */
function give(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
