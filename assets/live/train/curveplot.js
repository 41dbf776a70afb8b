/**
 * The curves of runs as a drawing: a panel for each part of the loss above one axis of steps. Pure: records in, SVG out.
 * @module
 */
import { marksOf, scale } from "../shared/draw/axes.js";
import { anyKl, decimate, isBare, noneEncoded, othersOf } from "./curvedata.js";
import { capital } from "../shared/words/names.js";
import { setting } from "../shared/words/numbers.js";
import { escape } from "../shared/draw/sheetsvg.js";

/**
 * @typedef {object} Scale
 * @property {number} low @property {number} high @property {boolean} log
 * @property {(value: number) => number} at where a value is, in pixels
 * @property {(place: number) => number} of the value at a place
 */

/**
 * @typedef {object} Shown a run to be drawn
 * @property {string} name
 * @property {import("./curvedata.js").Entry[]} steps of training
 * @property {import("./curvedata.js").Entry[]} heldOut
 * @property {string} training a colour @property {string} measured the colour of held-out values
 */

/**
 * @typedef {object} Panel
 * @property {string} title @property {string} spoken
 * @property {number} weight of its height among others
 * @property {boolean} [bare] whether it has no unit
 * @property {(entry: import("./curvedata.js").Entry) => number} of
 * @property {(entry: import("./curvedata.js").Entry) => boolean} has whether there is any such thing, number or not
 */

const isPriced = ({ kl }) => kl.length > 0;
const ELBO = { title: "−ELBO", spoken: "minus ELBO", weight: 1.45, of: (entry) => entry.negativeElbo, has: isPriced };
const RECONSTRUCTION = { title: "Reconstruction", spoken: "reconstruction", weight: 1, of: (entry) => entry.reconstruction, has: () => true };
const KL = { title: "KL", spoken: "KL", weight: 1, of: (entry) => entry.klTotal, has: isPriced };

/** What else is in a loss. @returns {Panel} */
function other(name) {
  const of = ({ others }) => others[name] ?? Number.NaN;
  return { title: capital(name), spoken: name, weight: 1, bare: isBare(name), of, has: ({ others }) => name in others };
}

const ALL = 3; // panels that fill the height
const FEWER = [0, 0.6, 0.85]; // of it, for so many

/**
 * What is drawn of some runs, each above the other, in nats an image: what there is of a −ELBO, a reconstruction and a KL, and
 * what else weighs in a loss.
 * @param {{steps: any[], heldOut: any[]}[]} runs @returns {Panel[]}
 */
export function panelsOf(runs) {
  const others = othersOf(runs).map(other);
  if (anyKl(runs)) return [ELBO, RECONSTRUCTION, KL, ...others];
  return noneEncoded(runs) ? others : [RECONSTRUCTION, ...others];
}

/** The share of the height that so many panels take. @param {Panel[]} panels */
export const tall = ({ length }) => (length < ALL ? FEWER[length] : length / ALL);

export const LEFT = 48; // pixels, for values
const RIGHT = 14;
const BOTTOM = 24; // for steps
const HEADING = 26; // above each panel
const MARK_ROW = 17; // of the names of changes
const MARK_ROWS = 2;
const LETTER = 6.3; // about what a letter of a mark is wide
const MARGIN = 0.06; // of a panel's height, above and below what is drawn
const EARLY = 0.1; // of a run: what its loss falls from in that time would leave no room for all the rest
const FOLD = 0.24; // of a panel's height, into which that is pressed
const WORTH = 0.6; // of the whole range; where the later part fills as much, nothing is pressed
const FROM_ZERO = 0.4; // of the highest: a range that starts below it starts at zero
const PRESSED = 22; // pixels of such a band that has room for a word
const PRESSED_WORDS = "the first steps, pressed together";
const DOTS = 60; // held-out points that are drawn as points; more of them are a line

/**
 * Lay values along pixels so that those above a knee are pressed into the end of it.
 * @param {number} knee @param {number} kneeAt where it is, in pixels
 * @returns {Scale & {fold: {value: number, at: number}}}
 */
export function folded(low, knee, high, from, kneeAt, to) {
  const [below, above] = [scale(low, knee, from, kneeAt), scale(knee, high, kneeAt, to)];
  const beyond = (place) => (to < from ? place < kneeAt : place > kneeAt);
  return {
    low,
    high,
    log: false,
    fold: { value: knee, at: kneeAt },
    at: (value) => (value > knee ? above : below).at(value),
    of: (place) => (beyond(place) ? above : below).of(place),
  };
}

/**
 * The range of values that a panel shows evenly. Unless the whole is asked for, what the first tenth of a run falls
 * from is above it where it would press the rest flat.
 * @param {{step: number}[][]} series records by step @param {(entry: any) => number} of
 * @returns {[number, number]}
 */
export function rangeOf(series, of, whole = false) {
  let [low, high, late] = [Infinity, -Infinity, -Infinity];
  for (const entries of series) {
    const early = EARLY * (entries.at(-1)?.step ?? 0);
    for (const entry of entries) {
      const value = of(entry);
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
      if (entry.step >= early) late = Math.max(late, value);
    }
  }
  if (!(low <= high)) return [0, 1];
  if (!whole && late - low < WORTH * (high - low) && late > low) high = late;
  return [low, high];
}

/** Widen a range by a margin, and down to zero where that is near. @returns {[number, number]} */
function widened([low, high], log) {
  if (log) {
    const margin = Math.max((high / low) ** MARGIN, 1.02);
    return [low / margin, high * margin];
  }
  const from = low > 0 && low < FROM_ZERO * high ? 0 : low;
  const margin = (high - from || Math.abs(high) || 1) * MARGIN;
  return [from === 0 ? 0 : from - margin, high + margin];
}

/**
 * Decide where everything goes.
 * @param {object} options
 * @param {Shown[]} options.runs the one that is looked at last, so that it lies on top
 * @param {{step: number, beta: number | null, learning_rate: number | null}[]} options.changes
 * @param {number} options.width @param {number} options.height pixels, of the whole drawing
 * @param {boolean} [options.logSteps] @param {boolean} [options.logLoss] @param {boolean} [options.whole]
 */
export function planned({ runs, changes, width, height, logSteps = false, logLoss = false, whole = false }) {
  const last = Math.max(1, ...runs.flatMap(({ steps, heldOut }) => [steps.at(-1)?.step ?? 1, heldOut.at(-1)?.step ?? 1]));
  const first = logSteps ? Math.max(1, Math.min(last / 2, ...runs.map(({ steps }) => steps[0]?.step ?? Infinity))) : 0;
  const x = scale(first, last, LEFT, width - RIGHT, logSteps);
  // Where steps are ratios there is no place for step 0, on which held-out images are measured before anything is learnt.
  const seen = (entries) => (logSteps ? entries.filter(({ step }) => step >= first) : entries);
  const shown = runs.map((run) => ({ run, steps: seen(run.steps), heldOut: seen(run.heldOut) }));
  const marks = markPlaces(changes, x, width);
  const top = MARK_ROW * (1 + Math.max(-1, ...marks.map(({ row }) => row)));
  const drawing = panelsOf(runs);
  const room = height - top - BOTTOM - drawing.length * HEADING;
  const weights = drawing.reduce((sum, { weight }) => sum + weight, 0);
  let y = top;
  const panels = drawing.map((panel) => {
    const from = y + HEADING;
    y = from + Math.round((panel.weight / weights) * room);
    return { ...panel, top: from, bottom: y, ...drawn(panel, shown, x, from, y, logLoss, whole || logSteps) };
  });
  return { width, height, x, top, panels, marks };
}

/** One panel's scale and lines. */
function drawn({ of }, runs, x, top, bottom, logLoss, whole) {
  const series = runs.flatMap(({ steps, heldOut }) => [steps, heldOut]);
  const range = rangeOf(series, of, true);
  const log = logLoss && range[0] > 0;
  const even = log ? range : rangeOf(series, of, whole);
  const [low, high] = widened(even, log);
  const most = widened([even[0], range[1]], log)[1];
  const y = even[1] < range[1] ? folded(low, high, most, bottom, top + Math.round(FOLD * (bottom - top)), top) : scale(low, high, bottom, top, log);
  const place = (entry) => [x.at(entry.step), y.at(of(entry))];
  const lines = runs.map(({ run, steps, heldOut }) => ({ run, training: decimate(steps.map(place)), measured: decimate(heldOut.map(place)) }));
  return { y, lines, refused: logLoss && !log };
}

/** Where changes are marked and what is written there; what finds no room is a line alone. */
function markPlaces(changes, x, width) {
  const ends = new Array(MARK_ROWS).fill(-Infinity);
  return changes.map(({ step, beta, learning_rate: rate }) => {
    const words = [beta !== null && beta !== undefined && `β ${setting(beta)}`, rate !== null && rate !== undefined && `rate ${setting(rate)}`]
      .filter(Boolean)
      .join(", ");
    const place = x.at(Math.min(x.high, Math.max(x.low, step)));
    const long = words.length * LETTER + 10;
    const start = Math.min(place - 4, width - long);
    const row = ends.findIndex((end) => end <= start);
    if (row >= 0) ends[row] = start + long;
    return { step, x: place, start, words, row };
  });
}

const round = (value) => String(Math.round(value * 10) / 10);

/** A line through points; it is parted where there is no number. */
export function pathOf(points) {
  let [path, drawing] = ["", false];
  for (const [x, y] of points) {
    const is = Number.isFinite(y);
    if (is) path += `${drawing ? "L" : "M"}${round(x)} ${round(y)}`;
    drawing = is;
  }
  return path;
}

/**
 * Draw what was planned.
 * @param {ReturnType<typeof planned>} plan
 * @param {{ink: string, muted: string, line: string, paper: string, accent: string}} look colours
 * @param {{title: string, legend: {name: string, training: string, measured: string}[], unit?: string} | null} [sheet] for a
 *   drawing that stands alone: on paper, with headings in it, its unit beside them, and a legend above; without it the page has those around the drawing
 * @returns {string} a whole SVG document, or with no sheet the element for the page
 */
export function curvesSvg(plan, look, sheet = null) {
  const { width, height } = plan;
  const above = sheet ? 34 + 18 * sheet.legend.length : 0;
  const size = `width="${width}" height="${height + above}" viewBox="0 ${-above} ${width} ${height + above}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="11.5" fill="${look.ink}">`,
    sheet && `<title>${escape(sheet.title)}</title><rect y="${-above}" width="100%" height="100%" fill="${look.paper}"/>`,
    sheet && heading(sheet, look, above),
    ...plan.panels.map((panel, i) => panelSvg(panel, plan, look, i, sheet && (panel.bare ? "" : (sheet.unit ?? "nats an image")))),
    ...plan.marks.map((mark) => markSvg(mark, plan, look)),
    ...stepsSvg(plan, look),
    `</svg>`,
  ].filter(Boolean).join("\n");
}

/** Words at an axis. @param {"middle" | "end"} anchor what of them stands at x */
const label = (x, y, anchor, look, words) => `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${look.muted}">${escape(words)}</text>`;

function panelSvg({ title, top, bottom, y, lines }, { width }, look, i, unit) {
  const [left, right] = [LEFT, width - RIGHT];
  const values = marksOf(y, Math.max(2, Math.floor((bottom - (y.fold?.at ?? top)) / (y.fold ? 20 : 26))));
  return [
    `<clipPath id="panel-${i}"><rect x="${left - 4}" y="${top - 3}" width="${right - left + 8}" height="${bottom - top + 6}"/></clipPath>`,
    y.fold &&
      `<rect x="${left}" y="${top}" width="${right - left}" height="${y.fold.at - top}" fill="${look.muted}" fill-opacity="0.09"/>` +
        `<path d="M${left} ${y.fold.at}H${right}" stroke="${look.muted}" stroke-opacity="0.6" stroke-dasharray="5 3"/>`,
    unit !== null &&
      `<text x="${left}" y="${top - 9}" font-weight="600">${escape(title)}<tspan font-weight="400" fill="${look.muted}"> ${escape(unit)}</tspan></text>`,
    ...values.map(({ value, text }) => {
      const at = round(y.at(value));
      const line = `<path d="M${left} ${at}H${right}" stroke="${look.line}" stroke-opacity="0.45"/>`;
      return line + label(left - 7, round(y.at(value) + 4), "end", look, text);
    }),
    `<path d="M${left} ${bottom}H${right}" stroke="${look.line}"/>`,
    `<g clip-path="url(#panel-${i})" fill="none" stroke-linejoin="round">`,
    ...lines.map((line, n) => lineSvg(line, n === lines.length - 1, lines.length === 1)),
    `</g>`,
    y.fold &&
      y.fold.at - top > PRESSED &&
      `<text class="pressed" x="${right - 6}" y="${y.fold.at - 5}" text-anchor="end" font-size="10.5" fill="${look.muted}">${PRESSED_WORDS}</text>`,
  ]
    .filter(Boolean)
    .join("\n");
}

/**
 * A run in a panel: the line of training, and over it the points on held-out images with theirs.
 * @param {boolean} first whether it is the one that is looked at @param {boolean} alone its two lines have two colours
 */
function lineSvg({ run, training, measured }, first, alone) {
  const dots = measured.length <= DOTS ? measured.filter(([, y]) => Number.isFinite(y)) : [];
  return [
    `<path d="${pathOf(training)}" stroke="${run.training}" stroke-width="${first ? 1.7 : 1.3}" stroke-opacity="${first ? 1 : 0.75}"/>`,
    `<path d="${pathOf(measured)}" stroke="${run.measured}" stroke-width="${first ? 1.7 : 1.3}"${alone ? "" : ` stroke-dasharray="4 3"`}/>`,
    ...dots.map(([x, y]) => `<circle cx="${round(x)}" cy="${round(y)}" r="${first ? 2.6 : 2}" fill="${run.measured}"/>`),
  ].join("");
}

/** A change: a line down through the panels, but not through their headings, and what was changed above. */
function markSvg({ x, start, words, row }, { top, panels }, look) {
  const name = row < 0 ? "" : `<text x="${round(start + 5)}" y="${MARK_ROW * (row + 1) - 5}" font-weight="600">${escape(words)}</text>`;
  const parts = panels.map((panel) => `M${round(x)} ${panel.top}V${panel.bottom}`);
  if (row >= 0 && MARK_ROW * (row + 1) < top) parts.push(`M${round(x)} ${MARK_ROW * (row + 1)}V${top}`);
  return `<path d="${parts.join("")}" stroke="${look.ink}" stroke-opacity="0.6" stroke-dasharray="2 3" fill="none"/>${name}`;
}

function stepsSvg({ width, x, panels }, look) {
  const { bottom } = panels.at(-1);
  const values = marksOf(x, Math.max(2, Math.floor(width / 90))).filter(({ value }) => Number.isInteger(value));
  return [
    ...values.map(({ value, text }) => {
      const at = x.at(value);
      const anchor = at > width - RIGHT - 14 ? "end" : "middle";
      const line = `<path d="M${round(at)} ${bottom}v4" stroke="${look.line}"/>`;
      return line + label(round(anchor === "end" ? width - 2 : at), bottom + 17, anchor, look, text);
    }),
    label(LEFT - 16, bottom + 17, "end", look, "step"),
  ];
}

function heading({ title, legend }, look, above) {
  const rows = legend.map(({ name, training, measured }, i) => {
    const y = 40 + 18 * i - above;
    const dashes = legend.length > 1 ? ` stroke-dasharray="4 3"` : "";
    return [
      `<path d="M${LEFT} ${y - 4}h18" stroke="${training}" stroke-width="2"/>`,
      `<text x="${LEFT + 24}" y="${y}">training</text>`,
      `<path d="M${LEFT + 92} ${y - 4}h18" stroke="${measured}" stroke-width="2"${dashes}/>`,
      `<circle cx="${LEFT + 101}" cy="${y - 4}" r="3" fill="${measured}"/>`,
      `<text x="${LEFT + 116}" y="${y}">held out</text>`,
      `<text x="${LEFT + 176}" y="${y}" font-weight="600">${escape(name)}</text>`,
    ].join("");
  });
  return `<text x="${LEFT}" y="${20 - above}" font-size="14" font-weight="600">${escape(title)}</text>${rows.join("")}`;
}
