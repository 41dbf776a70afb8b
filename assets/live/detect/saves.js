/**
 * What can be saved of a test: all scores as a table, histogram and ROC curve as a drawing or a picture.
 * @module
 */

import { textCell } from "../shared/space/csv.js";
import { countsAt } from "./plots/counts.js";
import { detectSheet } from "./plots/plot.js";
import { scoreText } from "./words.js";
import { className } from "../shared/words/names.js";
import { giveText, raster, save } from "../shared/keeping/saving.js";

const DIGITS = 9; // of a 32-bit number, so that none is lost

/**
 * Write all scores, the normal images first: which side it is on, number, class, each score, and whether the chosen one
 * calls it unusual.
 * @param {import("./file.js").Side} normal @param {import("./file.js").Side} unusual
 * @param {{name: string, title: string, unit: string}[]} scores
 * @param {{score: string, threshold: number}} at
 * @returns {string} lines end with CR LF, as RFC 4180 has them
 */
export function scoresCsv(normal, unusual, scores, { score, threshold }) {
  const titles = scores.map(({ title, unit }) => (unit ? `${title} (${unit})` : title));
  const chosen = scores.find(({ name }) => name === score)?.title ?? score;
  const lines = [["group", "number", "class", ...titles, `called unusual by ${chosen} from ${Number(threshold.toPrecision(6))}`].map(textCell).join(",")];
  for (const [group, side] of Object.entries({ normal, unusual })) {
    for (let i = 0; i < side.n; i += 1) {
      const label = side.labels[i] >= 0 ? className(side.classes, side.labels[i]) : "";
      const values = scores.map(({ name }) => (Number.isFinite(side.scores[name][i]) ? String(Number(side.scores[name][i].toPrecision(DIGITS))) : ""));
      lines.push([group, String(i), textCell(label), ...values, side.scores[score][i] >= threshold ? "yes" : "no"].join(","));
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** Save a test as it stands on the page. @param {import("./view.js").DetectView} view @param {"csv" | "svg" | "png"} kind */
export function saveTest(view, kind) {
  const { data, state, sides } = view;
  const name = `${data.model}-unusual-${state.score}.${kind}`;
  if (kind === "csv") giveText(scoresCsv(sides.normal, sides.unusual, data.scores, state), "text/csv", name);
  else if (kind === "svg") giveText(sheetOf(view), "image/svg+xml", name);
  else raster(sheetOf(view)).then((canvas) => save(canvas, name));
}

function sheetOf(view) {
  const { data, state, sides, sorted, curve, histogram, roc, protocol, price } = view;
  const counts = countsAt(sorted.normal, sorted.unusual, state.threshold);
  const both = sides.normal.n > 0 && sides.unusual.n > 0;
  return detectSheet({
    histogram: histogram.forSheet,
    roc: both ? curve : null,
    threshold: state.threshold,
    point: both ? [price, counts.found / (counts.found + counts.missed)] : null,
    title: `${data.model}: ${data.scores.find(({ name }) => name === state.score).title}, AUROC ${roc.area.textContent}`,
    protocol: protocol.textContent,
    words: `Threshold ${scoreText(state.threshold)}. ${view.words(counts)}`,
    names: [view.sideWords("normal"), view.sideWords("unusual")],
  });
}
