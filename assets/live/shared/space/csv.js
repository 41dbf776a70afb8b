/**
 * The codes and the map as a table that spreadsheets and scripts read.
 * @module
 */

import { kls } from "./figures.js";

const FORMULA = /^[=+\-@\t\r]/; // what a spreadsheet would compute instead of show
const DIGITS = 9; // of a 32-bit number, so that none is lost

/** A number as a cell; empty where it is none. */
const number = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : "");

/**
 * A text as a cell: quoted where RFC 4180 asks for it, and with an apostrophe before what a spreadsheet would take for a
 * formula (OWASP, "CSV injection"): class names come from a model's card, which anybody may have written.
 */
export function textCell(text) {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/**
 * Write all codes: number of the test image, class, place on the map, −ELBO and divergence in nats, then the posterior's
 * means and standard deviations. Without a prior there is the reconstruction's cost alone, and where codes are points,
 * no deviation.
 * @param {import("./codes.js").Codes} codes
 * @param {Float32Array} xy [2n] places on the map
 * @param {[string, string]} [names] of the map's axes
 * @returns {string} lines end with CR LF, as RFC 4180 has them
 */
export function codesCsv(codes, xy, names = ["x", "y"]) {
  const { n, dims, centre, spread, cost, labels, classes } = codes;
  const kl = codes.nats && kls(codes);
  const each = (name) => Array.from({ length: dims }, (_, dim) => `${name}${dim + 1}`);
  const costs = kl ? ["negative ELBO (nats)", "KL (nats)"] : ["reconstruction (nats)"];
  const header = ["number", "class", ...names.map((name) => `map ${name}`), ...costs, ...each("mean z"), ...(spread ? each("sd z") : [])];
  const lines = [header.map(textCell).join(",")];
  for (let i = 0; i < n; i += 1) {
    const cells = [String(i), labels ? textCell(classes[labels[i]] ?? String(labels[i])) : ""];
    cells.push(number(xy[2 * i]), number(xy[2 * i + 1]), number(cost[i]), ...(kl ? [number(kl[i])] : []));
    for (const array of spread ? [centre, spread] : [centre]) cells.push(...Array.from(array.subarray(i * dims, (i + 1) * dims), number));
    lines.push(cells.join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}
