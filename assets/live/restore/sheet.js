/**
 * The comparison on a white sheet, to be saved as PNG; and files of text.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { drawLost } from "./hole/lost.js";
import { figures } from "./words.js";

const LARGE = 280; // pixels at least
const WIDE = 500; // of a curve: it tells more where it is wide
const SMALL = 140;
const GAP = 24;
const INK = "#1d1f2b"; // on white paper, in light and dark alike
const FAINT = "#5f6270";

/**
 * @typedef {object} Tile
 * @property {string} title @property {string} words @property {any} pixels
 * @property {Uint8Array | null} [lost] its lost pixels, [H, W], to be outlined
 * @property {any} [layers] what is drawn with it, where its view draws such
 */

/**
 * Lay things out: the large ones above, all methods below, each with its title and figures.
 * @param {object} what
 * @param {string} what.title
 * @param {string} what.note
 * @param {import("../shared/views/view.js").View} what.view
 * @param {Tile[]} what.large
 * @param {{title: string, pixels: any, layers: any, values: (number | null)[], best: boolean}[]} what.methods
 * @param {import("./words.js").Measure[]} what.measures
 * @returns {HTMLCanvasElement}
 */
export function comparisonSheet({ title, note, view, large, methods, measures }) {
  const scale = (least) => Math.max(1, Math.ceil(least / Math.max(view.width, view.height)));
  const enlarged = scale(view.pixels ? LARGE : WIDE);
  const [big, small] = [enlarged, scale(SMALL)].map((times) => ({ width: times * view.width, height: times * view.height }));
  const across = (count, tile) => count * tile.width + (count - 1) * GAP;
  const width = 2 * GAP + Math.max(across(large.length, big), across(methods.length, small));
  const top = 76;
  const second = top + big.height + 64;
  const page = h("canvas", { width, height: second + (methods.length ? small.height + 66 : 0) });
  const context = page.getContext("2d");
  const write = (words, x, y, font, colour = INK, most = width) => {
    Object.assign(context, { fillStyle: colour, font: `${font} sans-serif`, textBaseline: "alphabetic" });
    context.fillText(words, x, y, most);
  };
  context.fillStyle = "#fff";
  context.fillRect(0, 0, page.width, page.height);
  write(title, GAP, 34, "bold 20px");
  write(note, GAP, 58, "14px", FAINT, width - 2 * GAP);
  large.forEach((tile, i) => {
    const x = GAP + i * (big.width + GAP);
    view.print(context, tile.pixels, 0, x, top, big.width, big.height, tile.layers);
    if (tile.lost) drawLost(context, tile.lost, [view.height, view.width], { x, y: top, scale: enlarged });
    write(tile.title, x, top + big.height + 20, "bold 15px", INK, big.width);
    write(tile.words, x, top + big.height + 40, "14px", FAINT, big.width);
  });
  methods.forEach((tile, i) => {
    const x = GAP + i * (small.width + GAP);
    view.print(context, tile.pixels, 0, x, second, small.width, small.height, tile.layers);
    write(tile.best ? `${tile.title} (best)` : tile.title, x, second + small.height + 18, "bold 13px", INK, small.width);
    write(figures(measures, tile.values), x, second + small.height + 36, "12px", FAINT, small.width);
  });
  return page;
}
