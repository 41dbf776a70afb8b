import assert from "node:assert/strict";
import { test } from "node:test";
import { codesCsv, textCell } from "../../assets/live/shared/space/csv.js";

/** Read CSV letter by letter, as RFC 4180 says. */
function parse(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (quoted && letter === '"' && text[i + 1] === '"') cell += text[++i];
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === "," || letter === "\r")) {
      rows.at(-1).push(cell);
      cell = "";
      if (letter === "\r") {
        assert.equal(text[++i], "\n");
        rows.push([]);
      }
    } else cell += letter;
  }
  assert.equal(quoted, false);
  assert.deepEqual([cell, rows.pop()], ["", []]);
  return rows;
}

const codes = {
  n: 3, dims: 2, centre: Float32Array.of(0.1, -2, 0, 0, 1e-7, 12345.678), spread: new Float32Array(6).fill(1),
  nats: Float32Array.of(0.005, 2, NaN, 0, 0, 0), cost: Float32Array.of(100.5, NaN, -3),
  labels: Int32Array.of(0, 1, -1), classes: ['a "b", c\nd', "=1+1"], originals: true,
};
const xy = Float32Array.of(1.5, -2.25, NaN, NaN, 3, 4);

test("every row has a cell for each name, also where names hold commas, quotes and new lines", () => {
  const [header, ...rows] = parse(codesCsv(codes, xy, ["first, second", "y"]));
  assert.deepEqual(header, ["number", "class", "map first, second", "map y", "negative ELBO (nats)", "KL (nats)", "mean z1", "mean z2", "sd z1", "sd z2"]);
  assert.equal(rows.length, 3);
  rows.forEach((row) => assert.equal(row.length, header.length));
  assert.equal(rows[0][1], codes.classes[0]);
});

test("32-bit numbers come back as they were, and what is no number is an empty cell", () => {
  const [, ...rows] = parse(codesCsv(codes, xy));
  rows.forEach((row, i) => {
    assert.equal(row[0], String(i));
    [0, 1].forEach((dim) => assert.equal(Math.fround(row[6 + dim]), codes.centre[2 * i + dim]));
    assert.deepEqual(row.slice(8), ["1", "1"]);
  });
  assert.deepEqual(rows[1].slice(2, 5), ["", "", ""]);
  assert.deepEqual(rows[0].slice(2, 6), ["1.5", "-2.25", "100.5", String(Number(Math.fround(2.005).toPrecision(9)))]);
});

test("no text is a formula to a spreadsheet, and a negative number stays a number", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]) assert.ok(/^"?'/.test(textCell(text)), text);
  for (const text of ["7", "cat", "a=b", ""]) assert.equal(textCell(text), text);
  assert.ok(codesCsv(codes, xy).includes(",'=1+1,"));
  assert.ok(codesCsv(codes, xy).includes(",-2.25,"));
});

test("images without classes have an empty cell for it", () => {
  assert.equal(parse(codesCsv({ ...codes, labels: null }, xy))[1][1], "");
});

test("codes that are points without a prior have neither deviations nor a KL", () => {
  const [header, row] = parse(codesCsv({ ...codes, spread: null, nats: null }, xy));
  assert.deepEqual(header, ["number", "class", "map x", "map y", "reconstruction (nats)", "mean z1", "mean z2"]);
  assert.deepEqual([row.length, row[4]], [7, "100.5"]);
});

test("a model without codes gives a header alone", () => {
  const none = new Float32Array(0);
  assert.equal(parse(codesCsv({ n: 0, dims: 1, centre: none, spread: none, nats: none, cost: none, labels: null, classes: [], originals: false }, none)).length, 1);
});
