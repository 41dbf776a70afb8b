import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, closeUp, extent, fitDigit, resize, shrink } from "../../assets/live/shared/views/digit.js";

const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);
const total = (pixels) => pixels.reduce((a, b) => a + b, 0);

/** A picture that any language can make again. */
function pattern(height, width) {
  return Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const value = (7 * y * y + 13 * x + 3 * x * y) % 256;
    return value < 120 ? 0 : value;
  });
}

/** A filled rectangle of ink on black. */
function rectangle([height, width], { top, bottom, left, right }, value = 255) {
  return Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= top && y < bottom && x >= left && x < right ? value : 0;
  });
}

const centre = (pixels, width) => {
  const mass = total(pixels);
  const along = (place) => pixels.reduce((sum, value, i) => sum + value * place(i), 0) / mass;
  return [along((i) => Math.floor(i / width)), along((i) => i % width)];
};

test("making a picture smaller keeps the mean of its pixels, by any factor", () => {
  for (const [size, wanted] of [[[140, 140], [28, 28]], [[100, 61], [20, 12]], [[7, 9], [3, 4]], [[5, 5], [8, 11]]]) {
    const before = pattern(...size);
    const after = resize(before, size, wanted);
    near(total(after) / after.length, total(before) / before.length, 1e-9);
  }
});

test("a pixel made of four is their mean, channel by channel", () => {
  const pad = Uint8Array.of(0, 10, 4, 30, 8, 50, 13, 70, 1, 1, 1, 1, 3, 3, 3, 3); // [2, 4, 2]
  assert.deepEqual([...shrink(pad, [2, 4], [1, 2, 2])], [Math.round((0 + 4 + 1 + 1) / 4), 11, 7, 32]);
});

test("a picture enlarged in whole multiples becomes itself again", () => {
  const small = pattern(28, 28);
  const large = resize(small, [28, 28], [140, 140]);
  assert.deepEqual(shrink(Float32Array.from(large), [140, 140], [28, 28, 1]), small);
});

test("the extent of ink is the rows and columns that hold any, and a blank pad has none", () => {
  const box = { top: 3, bottom: 9, left: 2, right: 5 };
  assert.deepEqual(extent(rectangle([12, 10], box), [12, 10]), box);
  assert.equal(extent(new Uint8Array(120), [12, 10]), null);
  assert.deepEqual([...fitDigit(new Uint8Array(120), [12, 10])], Array(784).fill(0));
});

test("a digit is fitted as the server fits one", () => {
  // Sums, and sums weighted by the pixel's number, of fit_digit in vae/own/images/strokes.py on the same patterns.
  for (const [size, wanted, sum, weighted] of [
    [[9, 5], [28, 28], 34772, 13857516],
    [[100, 61], [28, 28], 23559, 9905308],
    [[37, 140], [28, 28], 9913, 4022036],
    [[55, 83], [64, 64], 136168, 279171967],
  ]) {
    const fitted = fitDigit(pattern(...size), size, wanted);
    assert.equal(total(fitted), sum);
    assert.equal(fitted.reduce((all, value, i) => all + value * i, 0), weighted);
  }
});

test("a digit fills a box of 20 pixels, its mass in the middle, wherever and however large it was", () => {
  for (const [size, box] of [[[200, 200], { top: 10, bottom: 60, left: 100, right: 120 }], [[56, 80], { top: 50, bottom: 56, left: 0, right: 75 }]]) {
    const fitted = fitDigit(rectangle(size, box), size);
    const { top, bottom, left, right } = extent(fitted, [28, 28]);
    assert.equal(Math.max(bottom - top, right - left), boxOf([28, 28]));
    for (const place of centre(fitted, 28)) near(place, 14, 0.5 + 1e-9);
  }
});

test("a digit that was fitted already stays as it is", () => {
  const fitted = fitDigit(pattern(90, 90), [90, 90]);
  assert.deepEqual(fitDigit(fitted, [28, 28]), fitted);
});

test("what is symmetric does not tremble between two places", () => {
  for (let height = 40; height < 60; height += 1) {
    const size = [140, 140];
    const { left, right } = extent(fitDigit(rectangle(size, { top: 20, bottom: 20 + height, left: 60, right: 70 }), size), [28, 28]);
    assert.equal(left + right, (right - left) % 2 ? 29 : 30);
  }
});

test("a dot stays a dot where enlarging is limited", () => {
  const size = [140, 140];
  const dot = rectangle(size, { top: 64, bottom: 76, left: 64, right: 76 });
  const width = (pixels) => extent(pixels, [28, 28]).right - extent(pixels, [28, 28]).left;
  assert.equal(width(fitDigit(dot, size)), 20);
  assert.ok(width(fitDigit(dot, size, [28, 28], 1 / 5)) <= 3);
});

test("strokes drawn again fill the box with lines of the pen's own width", () => {
  for (const side of [9, 14, 26]) {
    const pen = 2.4;
    const { scale, x, y } = closeUp({ top: 1, bottom: 1 + side, left: 3, right: 8 }, pen, [28, 28], 3);
    near((side - pen) * scale + pen, 20, 1e-9); // from line to line enlarged, and the pen as it was
    near(scale * 5.5 + x, 14, 1e-9); // its middle in the middle
    near(scale * (1 + side / 2) + y, 14, 1e-9);
  }
});

test("a mark just begun is not enlarged without end", () => {
  assert.equal(closeUp({ top: 5, bottom: 7.4, left: 5, right: 7.4 }, 2.4, [28, 28], 2.5).scale, 2.5);
  assert.equal(closeUp({ top: 5, bottom: 6, left: 5, right: 6 }, 2.4, [28, 28], 2.5).scale, 2.5); // half erased
});
