/**
 * The map as a drawing on white paper, to be printed or put into a report: SVG, or a PNG of it.
 * @module
 */

import { bounds, toScreen } from "./camera.js";
import { tickTexts, ticks } from "./axes.js";
import { css, ringColour, scaleColour } from "./colours.js";
import { SHARES } from "./points.js";

const INK = "#1d1f2b"; // on white paper, in light and dark alike
const FINE = "#5c6070";
const LEFT = 58; // pixels around the map, for values and names
const TOP = 40;
const BOTTOM = 52;
const RIGHT = 24;
const ROW = 20; // of the legend
const LETTER = 6.6; // about what a letter of the legend is wide
const MOST_TICKS = 8;
const BAR = 160; // height of the scale's bar
const SHADES = 16;

/**
 * @typedef {object} Sheet
 * @property {import("./camera.js").Camera} camera what is in view is drawn
 * @property {Float32Array} xy [2N]
 * @property {Uint8Array} colours [3N]: those for light, on white paper
 * @property {Uint8Array} levels [N] 0 hidden, 1 faint, 2 full
 * @property {number} size diameter of a point, pixels
 * @property {number} opacity of a point
 * @property {string} title
 * @property {{name: string, colour: ArrayLike<number>}[]} [legend]
 * @property {{name: string, range: [number, number], round?: boolean} | null} [scale] what the points are coloured by, where it is a value
 * @property {[string, string] | null} [axes] their names; null where the axes of the map mean nothing, and have no values
 * @property {{x: number, y: number, rx: number, ry: number}[]} [ellipses] one standard deviation, in map
 *   units
 * @property {{x: number, y: number, name?: string}[]} [pins] numbered where they have no name
 * @property {string | null} [under] a picture of what lies under the points in this view, as a data URL
 * @property {string} [note] a line of small print below
 */

/** Words as XML has them: a class named "<b>" is written as it is, and what XML forbids is left out. */
export function escape(words) {
  const allowed = String(words).replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
  return allowed.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const short = (value) => String(Math.round(value * 100) / 100);

/** Draw the map. @param {Sheet} sheet @returns {string} a whole SVG document */
export function mapSvg(sheet) {
  const { camera, title, legend = [], scale = null, note = "" } = sheet;
  const names = [...legend.map(({ name }) => name), ...(scale ? [scale.name] : [])];
  const aside = names.length ? 40 + LETTER * Math.max(8, ...names.map((name) => Math.min(24, name.length))) : 0;
  const width = Math.ceil(LEFT + camera.width + RIGHT + aside);
  const beside = ROW * legend.length + (scale ? BAR + 3 * ROW : 0);
  const height = Math.ceil(TOP + Math.max(camera.height, beside) + BOTTOM + (note ? 18 : 0));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" `
      + `font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<defs><clipPath id="view"><rect width="${short(camera.width)}" height="${short(camera.height)}"/></clipPath></defs>`,
    text(LEFT, TOP - 16, title, `font-size="15" font-weight="600"`),
    `<g transform="translate(${LEFT} ${TOP})">`,
    `<g clip-path="url(#view)">`,
    under(sheet),
    ...points(sheet),
    ...ellipses(sheet),
    `</g>`,
    ...pins(sheet),
    `<rect width="${short(camera.width)}" height="${short(camera.height)}" fill="none" stroke="${FINE}" stroke-opacity="0.5"/>`,
    ...axes(sheet),
    `</g>`,
    ...key(legend, LEFT + camera.width + RIGHT, TOP),
    ...(scale ? bar(scale, LEFT + camera.width + RIGHT, TOP + ROW * legend.length) : []),
    note && text(LEFT, height - 12, note, `font-size="11" fill="${FINE}"`),
    `</svg>`,
  ].filter(Boolean).join("\n");
}

const text = (x, y, words, more = "") => `<text x="${short(x)}" y="${short(y)}" ${more}>${escape(words)}</text>`;

/** Only a picture in the document itself: a drawing must not ask another host for anything. */
function under({ camera, under: picture }) {
  if (!picture?.startsWith("data:image/")) return "";
  return `<image width="${short(camera.width)}" height="${short(camera.height)}" preserveAspectRatio="none" href="${escape(picture)}"/>`;
}

function points({ camera, xy, colours, levels, size, opacity }) {
  const groups = [];
  const radius = short(size / 2);
  for (const level of [1, 2]) {
    const discs = [];
    for (let i = 0; 2 * i + 1 < xy.length; i += 1) {
      if (levels[i] !== level) continue;
      const [x, y] = toScreen(camera, xy[2 * i], xy[2 * i + 1]);
      if (!(x > -size && y > -size && x < camera.width + size && y < camera.height + size)) continue; // also where it is no number
      discs.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${radius}" fill="${css(colours, 3 * i)}"/>`);
    }
    if (discs.length) groups.push(`<g fill-opacity="${short(opacity * SHARES[level])}">`, ...discs, `</g>`);
  }
  return groups;
}

function ellipses({ camera, ellipses: all = [] }) {
  return all.map(({ x, y, rx, ry }) => {
    const [px, py] = toScreen(camera, x, y);
    const place = `cx="${short(px)}" cy="${short(py)}" rx="${short(rx * camera.scale)}" ry="${short(ry * camera.scale)}"`;
    return `<ellipse ${place} fill="none" stroke="${INK}"/>`;
  });
}

function pins({ camera, pins: all = [] }) {
  return all.flatMap(({ x, y, name }, i) => {
    const [px, py] = toScreen(camera, x, y);
    if (px < 0 || py < 0 || px > camera.width || py > camera.height) return [];
    return [
      `<circle cx="${short(px)}" cy="${short(py)}" r="9" fill="#fff" stroke="${INK}" stroke-width="1.5"/>`,
      text(px, py + 4, name ?? i + 1, `text-anchor="middle" font-size="11" font-weight="700"`),
    ];
  });
}

function axes({ camera, axes: names = null }) {
  if (!names) return [];
  const { left, right, bottom, top } = bounds(camera);
  const [across, up] = [ticks(left, right, MOST_TICKS), ticks(bottom, top, MOST_TICKS)];
  const [wordsX, wordsY] = [tickTexts(across), tickTexts(up)];
  const below = camera.height;
  return [
    ...across.flatMap((value, i) => {
      const [x] = toScreen(camera, value, 0);
      return [line(x, below, x, below + 5), text(x, below + 19, wordsX[i], `text-anchor="middle"`)];
    }),
    ...up.flatMap((value, i) => {
      const [, y] = toScreen(camera, 0, value);
      return [line(-5, y, 0, y), text(-9, y + 4, wordsY[i], `text-anchor="end"`)];
    }),
    text(camera.width / 2, below + 38, names[0], `text-anchor="middle" font-weight="600"`),
    text(0, 0, names[1], `text-anchor="middle" font-weight="600" transform="translate(${14 - LEFT} ${short(camera.height / 2)}) rotate(-90)"`),
  ];
}

const line = (x1, y1, x2, y2) => `<path d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}" stroke="${FINE}"/>`;

function key(legend, left, top) {
  return legend.flatMap(({ name, colour }, i) => {
    const y = top + ROW * (i + 0.5);
    return [`<circle cx="${short(left + 6)}" cy="${short(y)}" r="5" fill="${css(colour)}"/>`, text(left + 18, y + 4, cutShort(name))];
  });
}

/** The scale of values as an upright bar, the highest at the top. */
function bar({ name, range: [low, high], round = false }, left, top) {
  const step = BAR / SHADES;
  const shades = Array.from({ length: SHADES }, (_, i) => {
    const fill = css((round ? ringColour : scaleColour)((SHADES - i - 0.5) / SHADES, false));
    const place = `x="${short(left)}" y="${short(top + ROW + i * step)}" width="14" height="${short(step)}"`;
    return `<rect ${place} fill="${fill}" stroke="${fill}" stroke-width="0.5"/>`;
  });
  const value = (number) => String(Number(number.toPrecision(3))).replace("-", "−");
  return [
    text(left, top + 10, cutShort(name), `font-weight="600"`),
    ...shades,
    text(left + 22, top + ROW + 9, value(high)),
    text(left + 22, top + ROW + BAR, value(low)),
  ];
}

const cutShort = (name) => ([...name].length > 24 ? `${[...name].slice(0, 23).join("")}…` : name);
