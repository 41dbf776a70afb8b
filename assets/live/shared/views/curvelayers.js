/**
 * What a drawing of a series is made of, each layer in the same geometry: the curve, and what lies beneath and over it.
 *
 * Arrays are of one thing, [T, C]; places are those of a plan, in CSS pixels of the context.
 * @module
 */

import { parted, stretches, thinned, worstOf } from "./curve.js";

/** @typedef {import("./curve.js").Plan} Plan @typedef {import("./look.js").Look} Look */

const ALONG_EDGE = 0.6; // of the line, where it runs along the edge
const BENEATH = 0.85; // of the line
const COLOURED = 1.7; // of the line: a colour is told better on a thicker one
const BAND = 0.2; // how dense it is
const DRAWN = 0.45; // of the line, of each draw
const DRAWN_DENSE = 0.6;
const HATCH = 6; // CSS pixels between its lines
const WORDS = 28; // sizes of the text that a drawing is wide at least, to name its scale
const DOTS = 7; // CSS pixels between samples that are drawn as dots too

/** How lines meet: what no eye sees on a thin one takes time. @param {Plan} plan */
const joined = (plan) => /** @type {const} */ ({ lineCap: "round", lineJoin: plan.axes ? "round" : "bevel" });

/** How many pixels of the screen one of the context's is. @param {CanvasRenderingContext2D} context */
const finenessOf = (context) => context.getTransform().a || 1;

/** The middle of the row of pixels that a place lies in, so that a hairline there is sharp. */
function sharp(context, y) {
  const { d = 1, f = 0 } = context.getTransform();
  return (Math.floor(y * d + f) + 0.5 - f) / d;
}

/** A channel's line in its two parts, and the samples that it goes through. @param {Plan} plan */
function lineOf(context, array, channel, { x, y, left, right, top, bottom, channels }) {
  const kept = thinned(array, channel, channels, Math.ceil((right - left) * finenessOf(context)));
  const xs = kept.map((sample) => x.at(sample));
  const ys = kept.map((sample) => y.at(array[sample * channels + channel]));
  return { kept, xs, ys, ...parted(xs, ys, top, bottom) };
}

function trace(context, lines) {
  context.beginPath();
  for (const line of lines) {
    context.moveTo(line[0], line[1]);
    for (let i = 2; i < line.length; i += 2) context.lineTo(line[i], line[i + 1]);
  }
  context.stroke();
}

/** The curve itself, a line for each channel, the first on top; beyond the scale it runs along the edge, thinner. */
export function paintCurve(context, array, plan, look) {
  for (let channel = plan.channels - 1; channel >= 0; channel -= 1) {
    const { xs, ys, within, beyond } = lineOf(context, array, channel, plan);
    const colour = look.channel(channel, plan.channels);
    Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: plan.line, ...joined(plan) });
    trace(context, within);
    context.lineWidth = ALONG_EDGE * plan.line;
    trace(context, beyond);
    if (plan.axes && plan.x.at(1) - plan.x.at(0) >= DOTS) dots(context, xs, ys, plan);
  }
}

/** Samples that lie far apart are seen each. */
function dots(context, xs, ys, { top, bottom, line }) {
  context.beginPath();
  xs.forEach((x, i) => {
    if (!(ys[i] >= top && ys[i] <= bottom)) return;
    context.moveTo(x, ys[i]);
    context.arc(x, ys[i], 1.4 * line, 0, 2 * Math.PI);
  });
  context.fill();
}

/** A band between two curves, such as two standard deviations to each side. @param {ArrayLike<number>} low @param {ArrayLike<number>} high */
export function paintBand(context, low, high, plan, look) {
  const { x, y, left, right, top, bottom, channels } = plan;
  const columns = Math.ceil((right - left) * finenessOf(context));
  const inside = (value) => Math.min(bottom, Math.max(top, y.at(value)));
  context.save();
  context.globalAlpha = BAND;
  for (let channel = channels - 1; channel >= 0; channel -= 1) {
    const side = (array) => thinned(array, channel, channels, columns).map((i) => [x.at(i), inside(array[i * channels + channel])]);
    const around = [...side(high), ...side(low).reverse()].filter(([, at]) => Number.isFinite(at));
    context.fillStyle = look.channel(channel, channels);
    context.beginPath();
    around.forEach(([px, py]) => context.lineTo(px, py));
    context.fill();
  }
  context.restore();
}

/** Several curves that the one shown might have been, thin, in its own colours. @param {ArrayLike<number>[]} arrays */
export function paintDraws(context, arrays, plan, look) {
  context.save();
  Object.assign(context, { lineWidth: DRAWN * plan.line, globalAlpha: DRAWN_DENSE, ...joined(plan) });
  for (let channel = plan.channels - 1; channel >= 0; channel -= 1) {
    context.strokeStyle = look.channel(channel, plan.channels);
    for (const array of arrays) {
      const { within, beyond } = lineOf(context, array, channel, plan);
      trace(context, within);
      trace(context, beyond);
    }
  }
  context.restore();
}

/** Another curve in grey, for one that is compared to it. */
export function paintBeneath(context, array, plan, look) {
  Object.assign(context, { strokeStyle: look.muted, ...joined(plan) });
  context.save();
  context.globalAlpha = 0.75;
  for (let channel = plan.channels - 1; channel >= 0; channel -= 1) {
    const { within, beyond } = lineOf(context, array, channel, plan);
    context.lineWidth = BENEATH * plan.line;
    trace(context, within);
    context.lineWidth = ALONG_EDGE * BENEATH * plan.line;
    trace(context, beyond);
  }
  context.restore();
}

/**
 * The curve, coloured along itself by an error at each sample, in place of `paintCurve`.
 * @param {ArrayLike<number>} errors [T, C], or [T] for all channels alike @param {number} most the error at the scale's end
 */
export function paintError(context, array, errors, most, plan, look) {
  const each = errors.length === array.length ? plan.channels : 1;
  for (let channel = plan.channels - 1; channel >= 0; channel -= 1) {
    const { kept, xs, ys } = lineOf(context, array, channel, plan);
    const worst = worstOf(errors, each > 1 ? channel : 0, each, kept);
    const colours = worst.map((error) => look.scale(most > 0 ? error / most : 0));
    Object.assign(context, joined(plan));
    // A stretch has the colour of the worse of its two ends; equal ones are one line.
    const colourAt = (i) => (worst[i] > worst[i + 1] ? colours[i] : colours[i + 1]);
    for (let from = 0; from + 1 < kept.length; ) {
      let to = from + 1;
      while (to + 1 < kept.length && colourAt(to) === colourAt(from)) to += 1;
      const { within, beyond } = parted(xs.slice(from, to + 1), ys.slice(from, to + 1), plan.top, plan.bottom);
      context.strokeStyle = colourAt(from);
      context.lineWidth = COLOURED * plan.line;
      trace(context, within);
      context.lineWidth = ALONG_EDGE * COLOURED * plan.line;
      trace(context, beyond);
      from = to;
    }
  }
}

/** Samples that were lost, as hatched stretches. @param {ArrayLike<number | boolean>} lost [T] */
export function paintGaps(context, lost, plan, look) {
  const { x, left, right, top, bottom } = plan;
  const half = (x.at(1) - x.at(0)) / 2;
  for (const [first, last] of stretches(lost)) {
    const [from, to] = [Math.max(left, x.at(first) - half), Math.min(right, x.at(last) + half)];
    context.save();
    context.beginPath();
    context.rect(from, top, to - from, bottom - top);
    context.clip();
    context.globalAlpha = 0.06;
    context.fillStyle = look.ink;
    context.fillRect(from, top, to - from, bottom - top);
    context.globalAlpha = 0.4;
    Object.assign(context, { strokeStyle: look.muted, lineWidth: 1, lineCap: "butt" });
    context.beginPath();
    // Through all of the drawing, so that neighbouring stretches have one hatch.
    for (let at = Math.floor((from - bottom) / HATCH) * HATCH; at < to - top; at += HATCH) {
      context.moveTo(at + top, bottom);
      context.lineTo(at + bottom, top);
    }
    context.stroke();
    context.restore();
  }
}

/** A sample that is pointed at: a line down through it, and a dot on each channel. @param {number} sample */
export function paintMark(context, array, sample, plan, look) {
  const { x, y, top, bottom, channels, line } = plan;
  Object.assign(context, { strokeStyle: look.line, lineWidth: 1, lineCap: "butt" });
  trace(context, [[x.at(sample), top, x.at(sample), bottom]]);
  for (let channel = channels - 1; channel >= 0; channel -= 1) {
    const at = y.at(array[sample * channels + channel]);
    if (!Number.isFinite(at)) continue;
    Object.assign(context, { fillStyle: look.channel(channel, channels), strokeStyle: look.paper, lineWidth: line });
    context.beginPath();
    context.arc(x.at(sample), Math.min(bottom, Math.max(top, at)), 2.4 * line, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** A faint line at zero, where it is within. */
export function paintZero(context, { y, left, right }, look) {
  if (!(y.low < 0 && y.high > 0)) return;
  const at = sharp(context, y.at(0));
  Object.assign(context, { strokeStyle: look.line, lineWidth: 1 / finenessOf(context), lineCap: "butt" });
  trace(context, [[left, at, right, at]]);
}

/**
 * Words around the plot, and faint lines across it.
 * @param {Plan} plan with axes @param {{most: string} | null} coloured the error at its scale's end, where the curve is coloured by it
 */
export function paintAxes(context, plan, look, coloured = null) {
  const { axes, y, left, right, bottom, text } = plan;
  context.save();
  Object.assign(context, { fillStyle: look.muted, strokeStyle: look.line, lineWidth: 1 / finenessOf(context), lineCap: "butt" });
  Object.assign(context, { font: `${text}px ${look.font}`, textBaseline: "middle", textAlign: "right" });
  for (const { value, text: words } of axes.values) context.fillText(words, left - 0.6 * text, y.at(value));
  context.globalAlpha = 0.4;
  trace(context, axes.values.map(({ value }) => sharp(context, y.at(value))).map((at) => [left, at, right, at]));
  context.globalAlpha = 1;
  const below = bottom + 1.15 * text;
  const write = (words, x, align) => {
    context.textAlign = align;
    context.fillText(words, x, below);
  };
  write(axes.along.start, left, "left");
  write(axes.along.end, right, "right");
  write(axes.along.name, (left + right) / 2, "center");
  context.textAlign = "left";
  context.fillText(axes.heading, 0.6 * text, text * 1.08);
  if (coloured) paintScale(context, coloured, plan, look);
  else paintLegend(context, plan, look);
  context.restore();
}

function paintLegend(context, { axes, channels, text }, look) {
  Object.assign(context, { lineWidth: 2, lineCap: "round", textAlign: "left" });
  for (const { text: words, channel, x, y } of axes.legend) {
    context.strokeStyle = look.channel(channel, channels);
    trace(context, [[x, y, x + text, y]]);
    context.fillText(words, x + 1.5 * text, y);
  }
}

/** The colours of errors, from none to most. @param {{most: string}} words */
function paintScale(context, { most }, { width, text }, look) {
  const [right, middle, long] = [width - 1.1 * text, 1.08 * text, 6 * text];
  context.textAlign = "right";
  context.fillText(most, right, middle);
  const end = right - context.measureText(most).width - 0.5 * text;
  const colours = context.createLinearGradient(end - long, 0, end, 0);
  for (let stop = 0; stop <= 8; stop += 1) colours.addColorStop(stop / 8, look.scale(stop / 8));
  context.fillText(width > WORDS * text ? "error 0" : "0", end - long - 0.5 * text, middle);
  context.fillStyle = colours;
  context.fillRect(end - long, middle - 0.3 * text, long, 0.6 * text);
}
