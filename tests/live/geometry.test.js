import assert from "node:assert/strict";
import { test } from "node:test";
import { along, arrowsOf, codeAt, distance, fromTheMiddle, gridCodes, isOffGrid, placeOnGrid, quantiles, roundSteps, rulersOf, rowsAtOnce, settle, sliderRange, tick, traversal } from "../../assets/live/shared/space/geometry.js";
import { readNumber, round } from "../../assets/live/shared/words/numbers.js";
import { anyCode, cdf, draw, quantile } from "../../assets/live/shared/space/normal.js";

const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

test("quantiles are those of printed tables", () => {
  for (const [p, x] of [[0.5, 0], [0.975, 1.959963985], [0.025, -1.959963985], [0.001, -3.090232306], [0.8413447461, 1]]) {
    near(quantile(p), x, 1e-6);
  }
});

test("the distribution function is its integral, and the quantile undoes it", () => {
  let area = 0.5;
  const step = 1e-3;
  for (let x = 0; x < 4; x += step) {
    near(cdf(x), area, 1e-6);
    area += (step * (Math.exp(-(x * x) / 2) + Math.exp(-((x + step) ** 2) / 2))) / 2 / Math.sqrt(2 * Math.PI);
  }
  for (let x = -3; x <= 3; x += 0.25) near(quantile(cdf(x)), x, 1e-4);
});

test("a code at random is a draw of the prior: of N(0, I), one of those that came along, or any place where there is none", () => {
  const range = /** @type {[number, number][]} */ ([[2, 3], [-8, -7]]);
  const draws = [[1, 2], [3, 4]];
  const many = (latent) => Array.from({ length: 200 }, () => anyCode({ dims: 2, range, ...latent }));
  assert.ok(many({ prior: "normal", draws }).some((z) => z[0] < 0)); // where none of the draws and no code of the range is
  const drawn = many({ prior: "graph", draws });
  assert.deepEqual([...new Set(drawn.map(String))].sort(), ["1,2", "3,4"]);
  drawn[0][0] = 99; // its own copy
  assert.deepEqual(draws, [[1, 2], [3, 4]]);
  assert.ok(many({ prior: "none", draws: [] }).every((z) => z.every((value, dim) => value >= range[dim][0] && value <= range[dim][1])));
});

test("draws have mean 0 and variance 1", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const values = draw(20_000, random);
  const mean = values.reduce((a, b) => a + b) / values.length;
  near(mean, 0, 0.03);
  near(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length, 1, 0.04);
});

test("a slider reaches beyond the data on both sides and always has 0 inside", () => {
  for (const range of [[-3.1, 3.4], [0.5, 2], [-4, -3.2], [-0.01, 0.01], [0, 0], [-50, 50]]) {
    const [low, high] = sliderRange(range);
    assert.ok(low < 0 && high > 0);
    assert.ok(low >= -10 && high <= 10);
    assert.ok(low <= Math.max(-10, range[0]) && high >= Math.min(10, range[1]));
    near(low * 10, Math.round(low * 10), 1e-9);
  }
});

test("a strip's values are multiples of a round step, span the range, and have 0 among them", () => {
  assert.deepEqual(roundSteps([-4.4, 3.9], 11), [-4, -3.2, -2.4, -1.6, -0.8, 0, 0.8, 1.6, 2.4, 3.2, 4]);
  for (let low = -10; low <= -1; low += 0.3) {
    for (let high = 1; high <= 10; high += 0.3) {
      const values = roundSteps([low, high], 11);
      const step = values[1] - values[0];
      assert.equal(values.length, 11);
      assert.ok(values.includes(0));
      values.forEach((value, i) => near(value * 10, Math.round(value * 10), 1e-9) ?? (i && near(value - values[i - 1], step, 1e-9)));
      assert.ok(values[0] - low < step + 0.1 && high - values[10] < step + 0.1); // nothing of the range is left out
      assert.ok(low - values[0] < 2 * step && values[10] - high < 2 * step); // and little is added to it
    }
  }
});

test("values along a wide range are round numbers, still with 0 among them and nothing left out", () => {
  assert.deepEqual(roundSteps([-47.2, 12.8], 11, 80), [-48, -42, -36, -30, -24, -18, -12, -6, 0, 6, 12]);
  for (const reach of [15, 33, 80, 412, 2500]) {
    for (const share of [0.1, 0.35, 0.9]) {
      const [low, high] = [-share * reach, (1 - share) * reach];
      const values = roundSteps([low, high], 11, 2 * reach);
      const step = values[1] - values[0];
      const fine = 10 ** Math.max(-1, Math.floor(Math.log10(2 * step)) - 1);
      assert.equal(values.length, 11);
      assert.ok(values.includes(0));
      values.forEach((value, i) => near(value / fine, Math.round(value / fine), 1e-6) ?? (i && near(value - values[i - 1], step, 1e-6)));
      assert.ok(values[0] - low < step + fine && high - values[10] < step + fine);
    }
  }
});

test("an arrow key goes a tenth where there is a prior, and a round hundredth of the range where there is none", () => {
  assert.deepEqual(arrowsOf({ prior: "normal", range: [[-4, 4], [-50, 50]] }), [0.1, 0.1]);
  assert.deepEqual(arrowsOf({ range: [[-40, 40]] }), [0.1]);
  assert.deepEqual(arrowsOf({ prior: "none", range: [[-47, 12.8], [0, 3], [0, 100], [0, 1600], [-3, 17], [5, 5]] }), [0.5, 0.1, 1, 20, 0.2, 0.1]);
  for (let long = 12; long < 1e5; long *= 1.13) {
    const [arrow] = arrowsOf({ prior: "none", range: [[0, long]] });
    assert.ok(long / arrow > 60 && long / arrow < 165, `${long}: ${arrow}`);
    assert.ok([1, 2, 5].some((digit) => Math.abs(Math.log10(arrow / digit) - Math.round(Math.log10(arrow / digit))) < 1e-9));
  }
});

test("ticks have a true minus, and the zero stands alone", () => {
  assert.deepEqual([-4, -0.8, 0, 0.8].map(tick), ["−4.0", "−0.8", "0", "0.8"]);
});

test("numbers are read as people type them, and nothing else is", () => {
  for (const [text, value] of [["1.5", 1.5], ["1,5", 1.5], [" -2 ", -2], ["−2,25", -2.25], [".5", 0.5], ["3.", 3], ["+1", 1]]) {
    assert.equal(readNumber(text), value);
  }
  for (const text of ["", "-", "1.5.2", "1,5,2", "1e3", "0x1", "one", "Infinity", "1 2"]) assert.ok(Number.isNaN(readNumber(text)), text);
});

test("a code is off the map where its edge is passed", () => {
  assert.ok(!isOffGrid(codeAt(-1, 2)));
  assert.ok(isOffGrid([0, 2.7]) && isOffGrid([-2.7, 0]));
});

test("a traversal changes one coordinate only", () => {
  const values = roundSteps([-3, 3], 11);
  const codes = traversal([1, 2, 3], 1, values);
  assert.equal(codes.length, 33);
  for (let i = 0; i < 11; i += 1) {
    assert.equal(codes[3 * i], 1);
    near(codes[3 * i + 1], values[i], 1e-6);
    assert.equal(codes[3 * i + 2], 3);
  }
});

test("a place along a range is 0 at its start, 1 at its end and never outside", () => {
  assert.equal(along([-2, 2], -2), 0);
  assert.equal(along([-2, 2], 0), 0.5);
  assert.equal(along([-2, 2], 9), 1);
});

test("the grid has equal shares of the prior between neighbours, highest row first", () => {
  const n = 20;
  const values = quantiles(n);
  values.slice(1).forEach((value, i) => near(cdf(value) - cdf(values[i]), 1 / n, 1e-6));
  const codes = gridCodes(n, [0, n - 1, n * (n - 1)]);
  const [topLeft, topRight, bottomLeft] = [codes.slice(0, 2), codes.slice(2, 4), codes.slice(4, 6)];
  assert.ok(topLeft[0] < 0 && topLeft[1] > 0);
  assert.ok(topRight[0] > 0 && topRight[1] > 0);
  assert.ok(bottomLeft[0] < 0 && bottomLeft[1] < 0);
});

test("the middle of each cell is the code that is drawn there", () => {
  const n = 20;
  for (let cell = 0; cell < n * n; cell += 7) {
    const [x, y] = [((cell % n) + 0.5) / n, (Math.floor(cell / n) + 0.5) / n];
    const code = codeAt(x, y);
    gridCodes(n, [cell]).forEach((value, i) => near(code[i], value, 1e-3));
    const [u, v] = placeOnGrid(code);
    near(u, x, 1e-3);
    near(v, y, 1e-3);
  }
});

test("a pointer outside the grid gives a code at its edge, not an infinite one", () => {
  for (const value of codeAt(-5, 7)) assert.ok(Number.isFinite(value) && Math.abs(value) < 3);
});

test("cells are drawn each once, the middle first", () => {
  const cells = fromTheMiddle(20);
  assert.equal(new Set(cells).size, 400);
  assert.ok([189, 190, 209, 210].includes(cells[0]));
  assert.ok([0, 19, 380, 399].includes(cells.at(-1)));
});

test("large pictures are asked for in small numbers and at least one at a time", () => {
  assert.equal(rowsAtOnce(784, 80), 80);
  assert.equal(rowsAtOnce(2 ** 20, 80), 4);
  assert.equal(rowsAtOnce(2 ** 24, 80), 1);
});

test("a settled value has three decimals, no minus zero, and stays within ten", () => {
  assert.equal(settle(0.12345), 0.123);
  assert.ok(Object.is(settle(-0.0001), 0));
  assert.equal(settle(99), 10);
  assert.equal(settle(settle(1.2345)), settle(1.2345));
});

test("a model whose codes lie far out is not cut at ten", () => {
  assert.equal(settle(17.12345, 25), 17.123);
  assert.equal(settle(-99, 25), -25);
  const [low, high] = sliderRange([-20, 17], 25);
  assert.ok(low <= -20 && low >= -25 && high >= 17 && high <= 25);
  assert.deepEqual(sliderRange([-50, 50], 25), [-25, 25]);
  const values = roundSteps([low, high], 11, 25);
  assert.equal(values.length, 11);
  assert.ok(values.includes(0) && values[0] < -15 && values[10] > 12);
  values.forEach((value) => assert.ok(Math.abs(value) <= 25));
});

test("an encoder's own code is rounded and never cut, also where it is mapped over", () => {
  assert.deepEqual([123.45678, -17.00049, -0.0001].map(round), [123.457, -17, 0]);
  assert.deepEqual(Array.from(Float32Array.of(-20.5, 17.25), round), [-20.5, 17.25]);
});

test("a distance is Euclid's", () => {
  assert.equal(distance([0, 0], [3, 4]), 5);
});

test("without a prior the plane is straight: from one end of where the data lies to the other, and back", () => {
  const rulers = rulersOf({ prior: "none", range: [[-40, 10], [2, 4]] });
  for (const [x, y] of [[0.5, 0.5], [0.25, 0.9]]) {
    const code = codeAt(x, y, rulers);
    near(code[0], -40 + 50 * x, 2e-3);
    near(code[1], 4 - 2 * y, 2e-3);
    placeOnGrid(code, rulers).forEach((value, i) => near(value, [x, y][i], 1e-3));
  }
  assert.ok(isOffGrid([-41, 3], rulers) && isOffGrid([0, 4.1], rulers) && !isOffGrid([-39, 3], rulers));
  assert.ok(rulers[0].ticks.every((value) => value >= -40 && value <= 10) && rulers[0].ticks.length > 2);
  assert.deepEqual([...gridCodes(2, [0, 3], rulers)].map((value) => Math.round(10 * value)), [-275, 35, -25, 25]);
});
