/**
 * The histogram of a score and its ROC curve as drawings. Pure: numbers in, SVG out.
 * @module
 */

import { tickTexts, ticks } from "../../shared/draw/axes.js";
import { marksOf, scale } from "../../shared/draw/axes.js";
import { shareOf } from "./bins.js";
import { escape } from "../../shared/draw/sheetsvg.js";

/** Pixels around the histogram, for values and names. */
export const AROUND = { left: 46, right: 14, top: 12, bottom: 40 };
/** Pixels around the ROC curve. */
export const ROC_AROUND = { left: 58, right: 10, top: 12, bottom: 40 };

const HEADROOM = 1.06; // above the highest bin
const OVERFLOW = 10; // pixels that a mark of scores beyond the end is wide

/**
 * @typedef {object} Look colours, as CSS or as they go on paper
 * @property {string} ink @property {string} muted @property {string} line @property {string} paper
 * @property {string} normal @property {string} unusual
 */

export const PAPER = { ink: "#1d1f2b", muted: "#5c6070", line: "#c9cbd4", paper: "#fff", normal: "#0362db", unusual: "#c5230f" };
export const PAGE = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  line: "var(--line)",
  paper: "var(--paper)",
  normal: "var(--normal)",
  unusual: "var(--unusual)",
};

const round = (value) => String(Math.round(value * 10) / 10);

/**
 * Decide where the histogram's parts go.
 * @param {object} options
 * @param {import("./bins.js").Axis} options.axis
 * @param {{shares: Float64Array}} options.normal @param {{shares: Float64Array}} options.unusual in as many bins
 * @param {number} options.width @param {number} options.height pixels
 * @param {string} options.name of the score
 * @param {boolean} [options.logShares]
 */
export function plannedHistogram({ axis, normal, unusual, width, height, name, logShares = false }) {
  const { left, right, top, bottom } = AROUND;
  const x = scale(axis.low, axis.high, left, width - right, axis.log);
  const heights = [...normal.shares, ...unusual.shares];
  const most = Math.max(0.001, ...heights) * HEADROOM;
  const least = Math.min(...heights.filter((share) => share > 0), most / 10);
  const y = scale(logShares ? least / 1.6 : 0, most, height - bottom, top, logShares);
  return { axis, x, y, width, height, name, normal, unusual, bottom: height - bottom, top };
}

/** Where a score is in the drawing, in pixels from its left; not beyond the axis. */
export const placeOf = ({ width }, axis, score) => AROUND.left + shareOf(axis, score) * (width - AROUND.left - AROUND.right);

/** A group as a line of steps over its bins, from the axis and back to it. */
export function stepsPath(shares, { axis, x, y, bottom }) {
  const [from, to] = [x.at(axis.low), x.at(axis.high)];
  const wide = (to - from) / shares.length;
  const parts = [`M${round(from)} ${round(bottom)}`];
  shares.forEach((share, i) => parts.push(`V${round(share > 0 ? Math.min(bottom, y.at(share)) : bottom)}H${round(from + (i + 1) * wide)}`));
  return `${parts.join("")}V${round(bottom)}Z`;
}

/** Words in a drawing. @param {"start" | "middle" | "end"} anchor what of them stands at x @returns {string} */
const label = (x, y, anchor, look, words) => `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${look.muted}">${words}</text>`;

/** Draw the histogram. @param {ReturnType<typeof plannedHistogram>} plan @param {Look} look @returns {string} the inside of an SVG */
export function histogramParts(plan, look) {
  const { x, y, width, bottom, name, axis } = plan;
  const right = width - AROUND.right;
  const values = marksOf(y, 5).filter(({ value }) => value >= 0);
  const across = marksOf(x, Math.max(3, Math.floor(width / 90)));
  const group = (shares, colour, dashed) => {
    const path = stepsPath(shares, plan);
    const dashes = dashed ? ` stroke-dasharray="5 2"` : "";
    return `<path d="${path}" fill="${colour}" fill-opacity="0.36" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"${dashes}/>`;
  };
  return [
    ...values.map(({ value }) => {
      const at = round(y.at(value));
      const line = `<path d="M${AROUND.left} ${at}H${right}" stroke="${look.line}" stroke-opacity="0.6"/>`;
      return line + label(AROUND.left - 7, round(y.at(value) + 4), "end", look, percentText(value));
    }),
    group(plan.normal.shares, look.normal, false),
    group(plan.unusual.shares, look.unusual, true),
    `<path d="M${AROUND.left} ${bottom}H${right}" stroke="${look.muted}"/>`,
    ...across.map(({ value, text }) => {
      const at = round(x.at(value));
      return `<path d="M${at} ${bottom}v4" stroke="${look.muted}"/>${label(at, bottom + 17, "middle", look, escape(text))}`;
    }),
    axis.open && overflowFrame(plan, look),
    label(round((AROUND.left + right) / 2), bottom + 34, "middle", look, escape(name) + (axis.open ? "; the last bin holds all beyond" : "")),
  ].filter(Boolean).join("\n");
}

/** The dashed frame of the last bin, which holds all that lies beyond the axis. */
function overflowFrame({ width, top, bottom }, look) {
  const path = `M${width - AROUND.right - OVERFLOW} ${top}h${OVERFLOW}v${bottom - top}h${-OVERFLOW}`;
  return `<path d="${path}" fill="none" stroke="${look.muted}" stroke-opacity="0.6" stroke-dasharray="2 3"/>`;
}

/** A share on an axis: "12 %", "0.1 %". */
function percentText(share) {
  return `${tickTexts([Number((100 * share).toPrecision(2))])[0]} %`;
}

/**
 * Decide where the ROC curve's parts go.
 * @param {import("./counts.js").Roc} roc
 */
export function plannedRoc(roc, width, height) {
  const { left, right, top, bottom } = ROC_AROUND;
  return { roc, width, height, x: scale(0, 1, left, width - right), y: scale(0, 1, height - bottom, top) };
}

/** The curve as a path; points that do not bend it are left out. */
export function rocPath({ roc, x, y }) {
  const { alarms, found } = roc;
  let path = "";
  for (let i = 0; i < alarms.length; i += 1) {
    const straight =
      i > 0 &&
      i + 1 < alarms.length &&
      ((alarms[i - 1] === alarms[i] && alarms[i] === alarms[i + 1]) || (found[i - 1] === found[i] && found[i] === found[i + 1]));
    if (!straight) path += `${path ? "L" : "M"}${round(x.at(alarms[i]))} ${round(y.at(found[i]))}`;
  }
  return path;
}

/** Draw the ROC curve. @param {ReturnType<typeof plannedRoc>} plan @param {Look} look @param {boolean} drawn whether there is a curve */
export function rocParts(plan, look, drawn = true) {
  const { x, y } = plan;
  const [bottom, right] = [y.at(0), x.at(1)];
  const halves = ticks(0, 1, 3);
  const path = drawn ? rocPath(plan) : "";
  return [
    ...halves.map(
      (value) =>
        `<path d="M${x.at(0)} ${round(y.at(value))}H${right}M${round(x.at(value))} ${bottom}V${y.at(1)}" stroke="${look.line}" stroke-opacity="0.6"/>`,
    ),
    ...halves.flatMap((value) => [
      label(x.at(0) - 7, round(y.at(value) + 4), "end", look, percentText(value)),
      label(round(x.at(value)), bottom + 17, value === 1 ? "end" : value === 0 ? "start" : "middle", look, percentText(value)),
    ]),
    `<path d="M${x.at(0)} ${bottom}L${right} ${y.at(1)}" stroke="${look.muted}" stroke-dasharray="3 4"/>`,
    path && `<path d="${path}L${right} ${bottom}Z" fill="${look.ink}" fill-opacity="0.06"/>`,
    path && `<path d="${path}" fill="none" stroke="${look.ink}" stroke-width="2" stroke-linejoin="round"/>`,
    label(round((x.at(0) + right) / 2), bottom + 34, "middle", look, "false alarms among normal"),
    `<text transform="translate(14 ${round((bottom + y.at(1)) / 2)}) rotate(-90)" text-anchor="middle" fill="${look.muted}">found among unusual</text>`,
  ].filter(Boolean).join("\n");
}

const LETTERS = 14; // pixels that letters in a drawing are high

/** Wrap parts as an SVG for the page, enlarged. */
export const svgOf = (parts, { width, height }, zoom) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width * zoom}" height="${height * zoom}" viewBox="0 0 ${width} ${height}"` +
  ` font-family="inherit" font-size="${LETTERS}" aria-hidden="true">${parts}</svg>`;

/**
 * How large a drawing in an element is: its pixels, and how many of the screen's each of them has, so that its letters
 * are as large as the page's.
 * @param {HTMLElement} element
 */
export function frameOf(element) {
  const zoom = parseFloat(getComputedStyle(element).fontSize) / LETTERS || 1;
  element.parentElement.style.setProperty("--zoom", String(zoom));
  return { width: element.clientWidth / zoom, height: element.clientHeight / zoom, zoom };
}

/** The threshold on the curve. @param {[number, number]} point */
const dotAt = ({ x, y }, [alarms, found]) => `<circle cx="${round(x.at(alarms))}" cy="${round(y.at(found))}" r="5" fill="${PAPER.ink}"/>`;

const SHEET = { width: 640, height: 320, roc: 320, head: 84, foot: 30 };

/**
 * Draw histogram and ROC curve on one white sheet, with the threshold, to be printed.
 * @param {object} options
 * @param {any} options.histogram what `plannedHistogram` takes, but for the size
 * @param {import("./counts.js").Roc | null} options.roc null where a group is empty
 * @param {number} options.threshold @param {[number, number] | null} options.point its place on the curve
 * @param {string} options.title @param {string} options.protocol @param {string} options.words what the threshold does
 * @param {[string, string]} options.names of the groups, normal first
 * @returns {string} a whole SVG document
 */
export function detectSheet({ histogram, roc, threshold, point, title, protocol, words, names }) {
  const plan = plannedHistogram({ ...histogram, width: SHEET.width, height: SHEET.height });
  const [width, height] = [SHEET.width + SHEET.roc + 24, SHEET.head + SHEET.height + SHEET.foot];
  const at = round(placeOf(plan, plan.axis, threshold));
  const rocPlan = roc && plannedRoc(roc, SHEET.roc, SHEET.height);
  const key = (x, colour, name) =>
    `<rect x="${x}" y="58" width="14" height="11" fill="${colour}" fill-opacity="0.36" stroke="${colour}"/><text x="${x + 20}" y="68">${escape(name)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
      ` font-family="system-ui, sans-serif" font-size="${LETTERS}" fill="${PAPER.ink}">`,
    `<title>${escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="16" y="24" font-size="15" font-weight="600">${escape(title)}</text><text x="16" y="44" fill="${PAPER.muted}">${escape(protocol)}</text>`,
    key(AROUND.left, PAPER.normal, names[0]),
    key(AROUND.left + 280, PAPER.unusual, names[1]),
    `<g transform="translate(0 ${SHEET.head})">${histogramParts(plan, PAPER)}`,
    `<path d="M${at} ${plan.top}V${plan.bottom}" stroke="${PAPER.ink}" stroke-width="2"/></g>`,
    rocPlan && `<g transform="translate(${SHEET.width + 24} ${SHEET.head})">${rocParts(rocPlan, PAPER)}${point ? dotAt(rocPlan, point) : ""}</g>`,
    `<text x="16" y="${height - 12}" fill="${PAPER.muted}">${escape(words)}</text>`,
    `</svg>`,
  ].filter(Boolean).join("\n");
}
