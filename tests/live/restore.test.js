import assert from "node:assert/strict";
import { test } from "node:test";
import { CASES, casePicture, casesOf, drawCase } from "../../assets/live/restore/amount/cases.js";
import { AMOUNTS, curveCsv, drawn, groundWords, linesOf, nearestAmount, nextOf, pathOf, scaleFor, scaleOf, spread } from "../../assets/live/restore/amount/curvedata.js";
import { decodeHole, encodeHole, lostOf, maskOf, shareHidden, snap, traceOf } from "../../assets/live/restore/hole/hole.js";
import { PATIENCE, Standing } from "../../assets/live/restore/standing.js";
import { firstAmount, isCarried, isNews, keptPicture, readSetting, readView, sameState, settleAmount, withSetting } from "../../assets/live/restore/state.js";
import { marksOf } from "../../assets/live/restore/hole/marks.js";
import { maskOfSpans, movedSpan, newSpan, spansOf, tidied } from "../../assets/live/restore/hole/spans.js";
import { blanked, layersOf } from "../../assets/live/restore/stage/layers.js";
import image from "../../assets/live/shared/views/image.js";
import { viewOf } from "../../assets/live/shared/views/view.js";
import { takenFor } from "../../assets/live/shared/words/names.js";
import { compared, titleOf, titled, whyNoCurve } from "../../assets/live/restore/methods/comparison.js";
import { leftOf } from "../../assets/live/restore/methods/methods.js";
import { sayWipe } from "../../assets/live/restore/stage/wipe.js";
import { barOf, bestOf, decibels, figureOf, figures, namePicture, pixelsLeft, rowVerdict, sayBars, similarity, spoken, valuesOf, verdict } from "../../assets/live/restore/words.js";

const PSNR = { name: "psnr", title: "PSNR", unit: "dB", better: "higher", exact: 58.9 };
const SSIM = { name: "ssim", title: "SSIM", unit: "", better: "higher", exact: null };
const RMSE = { name: "rmse", title: "RMSE", unit: "mV", better: "lower", exact: null };
const CORRUPTIONS = [
  { name: "gaussian", title: "Gaussian noise", meaning: "Standard deviation", sentence: "", hides: false, amount: 0.5 },
  { name: "block", title: "Missing block", meaning: "Side", sentence: "", hides: true, amount: 0.5 },
  { name: "brush", title: "Brush", meaning: "Lost", sentence: "", hides: true, amount: 1 },
];

// The address.

test("an address gives back the state that was written into it", () => {
  const setting = { corruption: "brush", amount: 0.23, seed: 4711, strokes: [[snap(0.1, 0.2), snap(0.9, 0.95)], [snap(0, 1)]] };
  const href = withSetting("http://here/restore?model=old&image=5&theme=x", { model: "m", picture: { index: 17 }, setting, view: { method: "", beside: "other", left: "beside" } });
  const url = new URL(href);
  assert.deepEqual(readSetting(url.search, CORRUPTIONS), { setting, asked: true, notes: [] });
  assert.deepEqual(["model", "image", "beside", "theme"].map((name) => url.searchParams.get(name)), ["m", "17", "other", "x"]);
});

test("an address without a picture of the data and without a second model has neither left over", () => {
  const setting = { corruption: "gaussian", amount: 0.5, seed: 0, strokes: [[snap(0.5, 0.5)]] };
  const { searchParams } = new URL(withSetting("http://here/restore?image=3&beside=b&second=b&method=median&case=hash&hole=zz", { model: "m", picture: { index: null }, setting, view: { method: "", beside: null, left: "corrupted" } }));
  assert.deepEqual(["image", "beside", "second", "method", "case", "hole"].map((name) => searchParams.get(name)), Array(6).fill(null));
});

const KNOWN = {
  methods: [{ name: "vae", title: "This model", holes: "also" }, { name: "impute", title: "Imputation", holes: "only" }, { name: "non-local-means", title: "Non-local means", holes: "never" }],
  models: ["one", "two"],
  hides: false,
};

for (const view of [
  { method: "non-local-means", beside: "two", left: "beside" },
  { method: "vae", beside: "one", left: "corrupted" },
  { method: "", beside: "one", left: "original" },
  { method: "", beside: "", left: "corrupted" }, // nobody beside it
  { method: "", beside: null, left: "corrupted" }, // nobody has chosen
]) {
  test(`an address gives back what is compared: ${JSON.stringify(view)}`, () => {
    const setting = { corruption: "gaussian", amount: 0.5, seed: 0, strokes: [] };
    const url = new URL(withSetting("http://here/restore?beside=old&second=old", { model: "m", picture: null, setting, view }));
    assert.deepEqual(readView(url.search, KNOWN), { ...view, notes: [] });
  });
}

test("a method or a second model that cannot be had gets a sentence and the usual one", () => {
  for (const [search, said, hides] of [
    ["?method=magic", /no method called “magic”/, false],
    ["?method=impute", /Imputation does not suit/, false],
    ["?method=non-local-means", /Non-local means does not suit/, true],
    ["?second=nobody", /no model called “nobody”/, false],
    ["?beside=nobody", /no model called “nobody”/, false],
  ]) {
    const { notes, ...view } = readView(search, { ...KNOWN, hides });
    assert.deepEqual(view, { method: "", beside: null, left: "corrupted" }, search);
    assert.equal(notes.length, 1);
    assert.match(notes[0], said);
  }
});

test("a picture drawn for a case comes back from its address, and one's own cannot", () => {
  const setting = { corruption: "gaussian", amount: 0.2, seed: 0, strokes: [] };
  const picture = casePicture("landscape", image([28, 28, 1]));
  const { searchParams } = new URL(withSetting("http://here/restore", { model: "m", picture, setting, view: { method: "", beside: null, left: "corrupted" } }));
  assert.deepEqual(casePicture(searchParams.get("case"), image([28, 28, 1])), picture);
  assert.deepEqual([null, undefined, "", "cat"].map((key) => casePicture(key, image([28, 28, 1]))), [null, null, null, null]);
  assert.deepEqual([picture, { index: 3 }, null, { index: null, how: "own" }, { index: null, how: "camera" }].map(isCarried), [true, true, true, false, false]);
});

test("another model goes on with the picture, with its number only where that means the same image", () => {
  const picture = { index: 3, how: "test", name: "Test image 3" };
  const before = { picture, shape: [28, 28, 1], images: "digits" };
  assert.equal(keptPicture(before, { shape: [28, 28, 1], images: "digits" }), picture);
  const kept = keptPicture(before, { shape: [28, 28, 1], images: "clothes" });
  assert.deepEqual([kept.index, isCarried(kept)], [null, false]);
  assert.equal(keptPicture(before, { shape: [32, 32, 3], images: "digits" }), null);
  assert.equal(keptPicture(undefined, { shape: [28, 28, 1], images: "digits" }), null);
  const own = { ...before, picture: { index: null, how: "own" } };
  assert.equal(keptPicture(own, { shape: [28, 28, 1], images: "clothes" }), own.picture);
});

test("an answer that was overtaken on another connection is none", () => {
  assert.ok(isNews({ moved: 5 }, undefined) && isNews({ moved: 5 }, { moved: 5 }) && isNews({ moved: 6 }, { moved: 5 }));
  assert.ok(!isNews({ moved: 4 }, { moved: 5 }));
});

test("an empty address shows the first corruption at its own amount", () => {
  const { setting, asked, notes } = readSetting("", CORRUPTIONS);
  assert.deepEqual(setting, { corruption: "gaussian", amount: 0.5, seed: 0, strokes: [] });
  assert.ok(!asked && !notes.length);
});

for (const [search, said] of [
  ["?corruption=rain", /no corruption called “rain”/],
  ["?amount=2", /not a number from 0 to 1/],
  ["?amount=-0.1", /not a number from 0 to 1/],
  ["?amount=", /not a number from 0 to 1/],
  ["?amount=NaN", /not a number from 0 to 1/],
  ["?seed=1.5", /not a whole number/],
  ["?seed=-3", /not a whole number/],
  ["?seed=99999999999", /not a whole number/],
]) {
  test(`${search} gets one sentence and the default`, () => {
    const { setting, notes } = readSetting(search, CORRUPTIONS);
    assert.equal(notes.length, 1);
    assert.match(notes[0], said);
    assert.deepEqual([setting.corruption, setting.amount, setting.seed], ["gaussian", 0.5, 0]);
  });
}

test("amounts at both ends are allowed", () => {
  for (const end of [0, 1]) assert.equal(readSetting(`?corruption=block&amount=${end}`, CORRUPTIONS).setting.amount, end);
});

test("an amount is settled to hundredths within 0 and 1", () => {
  assert.deepEqual([-1, 0.123, 0.999, 7].map(settleAmount), [0, 0.12, 1, 1]);
});

test("a brush begins narrow, whatever its amount says", () => {
  assert.ok(firstAmount(CORRUPTIONS[2]) < 0.3);
  assert.equal(firstAmount(CORRUPTIONS[1]), 0.5);
});

test("two states are the same where picture and setting are", () => {
  const picture = {};
  const setting = { corruption: "block", amount: 0.5, seed: 1, strokes: [] };
  assert.ok(sameState({ picture, setting }, { picture, setting: { ...setting } }));
  assert.ok(!sameState({ picture, setting }, { picture: {}, setting }));
  assert.ok(!sameState({ picture, setting }, { picture, setting: { ...setting, seed: 2 } }));
});

// The hole.

test("no stroke and no width hide nothing", () => {
  assert.equal(shareHidden(maskOf([], 0.5, [28, 28])), 0);
  assert.equal(shareHidden(maskOf([[[0.5, 0.5]]], 0, [28, 28])), 0);
});

test("a dot hides a disc of the brush's width", () => {
  const mask = maskOf([[[0.5, 0.5]]], 0.5, [28, 28]);
  const area = shareHidden(mask) * 28 * 28;
  assert.ok(Math.abs(area - Math.PI * 49) < 8, `${area}`);
  assert.ok(mask[14 * 28 + 14] && mask[14 * 28 + 8] && !mask[14 * 28 + 5]);
});

test("a fast stroke has no gaps", () => {
  const mask = maskOf([[[0, 0.5], [1, 0.5]]], 0.1, [28, 28]);
  for (let x = 0; x < 28; x += 1) assert.ok(mask[14 * 28 + x], `column ${x}`);
});

test("a wider brush hides all that a narrow one does", () => {
  const strokes = [[[0.2, 0.3], [0.7, 0.4], [0.6, 0.9]]];
  const [narrow, wide] = [0.1, 0.3].map((width) => maskOf(strokes, width, [20, 30]));
  assert.ok(narrow.every((value, i) => !value || wide[i]));
  assert.ok(shareHidden(wide) > shareHidden(narrow));
});

test("a brush may hide everything", () => {
  assert.equal(shareHidden(maskOf([[[0, 0.5], [1, 0.5]]], 1, [28, 28])), 1);
});

test("a hole in an address is read letter by letter, and nonsense is no hole", () => {
  const strokes = [[snap(0, 0), snap(1, 1)], [snap(0.3, 0.6)]];
  assert.deepEqual(decodeHole(encodeHole(strokes)), strokes);
  for (const text of ["", "a", "!!", "abc", "é1", "..", "<b>"]) assert.deepEqual(decodeHole(text), [], text);
});

test("a hole too long for an address is left out of it", () => {
  assert.equal(encodeHole([Array.from({ length: 2000 }, () => [0, 0])]), "");
});

test("lost pixels are read from their bits, row after row", () => {
  assert.deepEqual([...lostOf(btoa(String.fromCharCode(0b10010000, 0b10000000)), [3, 3])], [255, 0, 0, 255, 0, 0, 0, 0, 255]);
});

test("the area of a trace is what is hidden, and its outline parts it from the rest", () => {
  const size = /** @type {[number, number]} */ ([3, 4]);
  const square = Uint8Array.of(0, 0, 0, 0, 0, 9, 9, 0, 0, 9, 9, 0);
  assert.deepEqual(traceOf(square, size), { area: "M1 1h2v1h-2zM1 2h2v1h-2z", outline: "M1 1h2M1 3h2M1 1v2M3 1v2" });
  assert.deepEqual(traceOf(new Uint8Array(12), size), { area: "", outline: "" });
  const lengths = (path) => [...path.matchAll(/[hv](\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  const random = Uint8Array.from({ length: 12 }, (_, i) => ((i * 7) % 5 < 2 ? 255 : 0));
  const at = (y, x) => (y >= 0 && y < 3 && x >= 0 && x < 4 ? random[4 * y + x] : 0);
  let edges = 0;
  for (let y = -1; y < 3; y += 1) for (let x = -1; x < 4; x += 1) edges += Number(at(y, x) !== at(y, x + 1)) + Number(at(y, x) !== at(y + 1, x));
  assert.equal(lengths(traceOf(random, size).outline), edges);
});

// The hole of a series.

const waves = await viewOf({ kind: "series", shape: [140, 2], meaning: { low: -1, high: 1, rate: 100 } });

test("stretches become a mask and come back, those that touch as one", () => {
  const spans = [[30, 40], [5, 9], [10, 12]];
  assert.deepEqual(spansOf(maskOfSpans(spans, 140)), [[5, 12], [30, 40]]);
  assert.deepEqual(tidied(spans, 140), [[5, 12], [30, 40]]);
  assert.deepEqual([...maskOfSpans([[1, 2]], 4)], [0, 255, 255, 0]);
  assert.deepEqual([maskOfSpans([], 4), maskOfSpans([[-3, 99]], 4)].map((mask) => shareHidden(mask)), [0, 1]);
});

test("an address gives back the stretches that were written into it, whatever lies beyond is left out", () => {
  const marks = marksOf(waves);
  for (const spans of [[], [[0, 139]], [[0, 0], [2, 2], [139, 139]], [[17, 63], [64, 64], [66, 127]]]) assert.deepEqual(marks.decode(marks.encode(spans)), tidied(spans, 140));
  for (const text of ["", "0", "000", "00zz", "zz00", "!!!!", "0a05", ".."]) assert.deepEqual(marks.decode(text), [], text);
  const setting = { corruption: "brush", amount: 0.15, seed: 0, strokes: [[3, 70]] };
  const url = new URL(withSetting("http://here/restore", { model: "m", picture: null, setting, view: { method: "", beside: null, left: "corrupted" }, marks }));
  assert.deepEqual(readSetting(url.search, CORRUPTIONS, marks).setting, setting);
});

test("an edge stops at the ends of the series, turns over at the other edge, and a whole stretch keeps its length", () => {
  assert.deepEqual(movedSpan([10, 20], "first", -50, 140), [0, 20]);
  assert.deepEqual(movedSpan([10, 20], "last", 500, 140), [10, 139]);
  assert.deepEqual(movedSpan([10, 20], "first", 15, 140), [20, 25]);
  assert.deepEqual(movedSpan([10, 20], "last", -15, 140), [5, 10]);
  assert.deepEqual(movedSpan([10, 20], "both", 300, 140), [129, 139]);
  assert.deepEqual(movedSpan([10, 20], "both", -300, 140), [0, 10]);
});

test("a new stretch lies in the longest part that is known, and nowhere where none is", () => {
  for (const spans of [[], [[0, 99]], [[0, 60], [62, 139]]]) {
    const [first, last] = newSpan(spans, 140);
    const lost = maskOfSpans(spans, 140);
    for (let i = first; i <= last; i += 1) assert.equal(lost[i], 0);
  }
  assert.deepEqual(newSpan([[0, 99]], 140), [113, 126]);
  assert.equal(newSpan([[0, 139]], 140), null);
});

test("a hole is marked in rows and columns on pictures, and in samples on series", () => {
  assert.deepEqual([marksOf(image([20, 30, 3])).size, marksOf(waves).size], [[20, 30], [1, 140]]);
  assert.equal(marksOf(image([20, 30, 3])).maskOf([[[0.5, 0.5]]], 0.5).length, 600);
  assert.equal(shareHidden(marksOf(waves).maskOf([[0, 69]])), 0.5);
});

test("what is lost of a series is not drawn, and of a picture it stays as it is sent", () => {
  const lost = Uint8Array.from({ length: 140 }, (_, i) => (i < 3 ? 255 : 0));
  const drawnOf = blanked(waves, new Float32Array(280).fill(2), lost);
  assert.ok(drawnOf.subarray(0, 6).every(Number.isNaN) && drawnOf.subarray(6).every((value) => value === 2));
  const pixels = new Uint8Array(600);
  assert.equal(blanked(image([20, 30, 1]), pixels, lost), pixels);
  assert.equal(blanked(waves, drawnOf, null), drawnOf);
});

test("a band reaches equally far to both sides of the mean, and lies on it where nothing was lost", () => {
  const [mean, spread] = [Float32Array.of(1, 2, 3), Float32Array.of(0, 0.5, 1)];
  const { band, beneath, gaps } = layersOf("original", null, { mean, spread });
  assert.deepEqual([[...band.low], [...band.high]], [[1, 1, 1], [1, 3, 5]]);
  assert.deepEqual([beneath, gaps], ["original", undefined]);
  assert.equal(layersOf("original", mean).band, undefined);
});

// What is said.

test("figures are short, and an infinite PSNR is told as one", () => {
  assert.deepEqual([decibels(19.94), decibels(-0.5), decibels(null), similarity(0.876), similarity(null)], ["19.9 dB", "−0.5 dB", "∞ dB", "0.88", "–"]);
});

test("the best is the highest, infinity before all, the first of equals, and what is unknown never", () => {
  assert.equal(bestOf([10, 20, 20, 15]), 1);
  assert.equal(bestOf([10, null, 50]), 1);
  assert.equal(bestOf([undefined, 3, undefined]), 1);
  assert.equal(bestOf([undefined]), -1);
});

test("the verdict says when doing nothing is better", () => {
  const say = (corrupted, restored, hidden = null) => verdict({ corrupted, restored, by: "mnist-16d", hidden });
  assert.deepEqual(say(10, 18.5), { sentence: "mnist-16d: 8.5 dB closer to the original than the corrupted picture.", helped: true });
  assert.equal(say(26, 20).helped, false);
  assert.match(say(26, 20).sentence, /^mnist-16d: 6\.0 dB further from .* Doing nothing is better than that\.$/);
  assert.equal(say(20, 20.01).helped, null);
  assert.match(say(null, 20).sentence, /not spoiled at all/);
  assert.match(say(8, 9, 1).sentence, /Nothing of the picture is left/);
  assert.match(say(null, 20, 0).sentence, /^Nothing is hidden: move the slider/);
  const brushed = verdict({ corrupted: null, restored: 20, by: "", hidden: 0, brush: true }).sentence;
  assert.match(brushed, /^Nothing is hidden yet: draw on the corrupted picture\. .*width/);
});

test("figures are told as their measure has them, with a unit where there is one", () => {
  assert.equal(figures([PSNR, SSIM], [19.94, 0.826]), "19.9 dB · SSIM 0.83");
  assert.equal(spoken([PSNR, SSIM], [null, 1]), "PSNR infinite, SSIM 1.00");
  assert.equal(figures([RMSE], [0.0234]), "RMSE 0.023\u00a0mV");
  assert.equal(spoken([RMSE], [0]), "RMSE 0\u00a0mV");
  const errors = [0, 0.02345, 1.2345, 45.67, 1234.5, 0.0004321].map((value) => figureOf({ ...RMSE, unit: "" }, value));
  assert.deepEqual(errors, ["0", "0.023", "1.23", "45.7", "1,235", "0.000432"]);
  assert.deepEqual(valuesOf([PSNR, SSIM], { psnr: [1, 2], ssim: [3, 4] }, 1), [2, 4]);
});

test("the best error is the smallest, and what is unknown never", () => {
  assert.equal(bestOf([0.3, 0.1, 0.2], RMSE), 1);
  assert.equal(bestOf([undefined, 0.3, 0], RMSE), 2);
  assert.equal(bestOf([0.1, 0.1], RMSE), 0);
  assert.equal(rowVerdict([{ title: "Nothing done", value: 0.2 }, { title: "Straight lines", value: 0.05 }], false, RMSE), "Best here: Straight lines, 0.050\u00a0mV.");
});

test("a verdict on errors says how many times as near, and when doing nothing is better", () => {
  const say = (corrupted, restored, hidden = null) => verdict({ corrupted, restored, by: "beats-8d", hidden, measure: RMSE, noun: "series" });
  assert.deepEqual(say(0.4, 0.1), { sentence: "beats-8d: 4.0 times closer to the original than the corrupted series.", helped: true });
  assert.match(say(0.4, 0.3).sentence, /^beats-8d: 25 % closer to/);
  assert.match(say(0.1, 0.12).sentence, /^beats-8d: 20 % further from .* Doing nothing is better than that\.$/);
  assert.match(say(0.1, 1.5).sentence, /^beats-8d: 15 times further from/);
  assert.match(say(0.1, 0).sentence, /all the way closer/);
  assert.equal(say(0.1, 0.1002).helped, null);
  assert.deepEqual([say(0, 0.2).helped, say(0, 0).helped], [false, null]);
  assert.match(say(0, 0).sentence, /^The series is not spoiled at all\. beats-8d leaves it as it is\.$/);
  assert.match(say(0.3, 0.2, 1).sentence, /Nothing of the series is left\. .* the same for every series/);
  const marked = verdict({ corrupted: 0, restored: 0, by: "", hidden: 0, brush: true, measure: RMSE, noun: "series", invitation: "drag along it." });
  assert.equal(marked.sentence, "Nothing is hidden yet: drag along it.");
});

test("the row names its best", () => {
  assert.equal(rowVerdict([{ title: "Nothing done", value: 30 }, { title: "Median filter", value: 20 }]), "Best here: doing nothing.");
  assert.equal(rowVerdict([{ title: "Nothing done", value: 10 }, { title: "Median filter", value: 20 }]), "Best here: Median filter, 20.0 dB.");
  assert.equal(rowVerdict([]), "");
  assert.match(rowVerdict([{ title: "Median filter", value: 20 }], true), /none of them is best/);
});

test("the pixels that a low resolution leaves are counted along each side, and two stay", () => {
  assert.deepEqual([0, 0.5, 0.7, 1].map((amount) => pixelsLeft([28, 28], amount)), ["28 → 28 a side", "28 → 14 a side", "28 → 8 a side", "28 → 2 a side"]);
  assert.equal(pixelsLeft([20, 30], 0.5), "20 × 30 → 10 × 15");
});

test("a picture is named with its class", () => {
  assert.equal(namePicture({ name: "Test image 4", label: "7" }), "Test image 4, class 7");
  assert.equal(namePicture({ name: "Your drawing", label: "" }), "Your drawing");
});

test("what a conditional model takes a thing for is said as one says it, and of others nothing", () => {
  const told = (choices, number) => takenFor({ choices }, number);
  assert.deepEqual([told(["0", "7", "8"], 1), told(["0", "7", "8"], 2), told(["wide"], 0)], ["taken for a 7", "taken for an 8", "taken for “wide”"]);
  assert.deepEqual([takenFor(null, 3), told(["0"], undefined), told(["0"], 9)], ["", "", ""]);
});

// The curve.

const METHODS = [{ name: "corrupted", title: "Nothing done" }, { name: "vae", title: "m" }, { name: "median", title: "Median filter" }];

test("amounts come sorted, and a method that nothing is known of has no line", () => {
  const measured = new Map([[0.5, { corrupted: 9, vae: 18 }], [0, { corrupted: null, vae: 20 }]]);
  const { amounts, lines } = linesOf(METHODS, measured);
  assert.deepEqual(amounts, [0, 0.5]);
  assert.deepEqual(lines.map(({ name, values }) => [name, values]), [["corrupted", [null, 9]], ["vae", [20, 18]]]);
});

test("the amounts asked for are all different, with both ends", () => {
  assert.equal(new Set(AMOUNTS).size, AMOUNTS.length);
  assert.ok(AMOUNTS.includes(0) && AMOUNTS.includes(1));
});

test("the scale holds every finite value and no more than 45 dB", () => {
  const { low, high, ticks } = scaleOf([{ name: "", title: "", values: [58, 7.2, null, 23] }], [0, 0.1, 0.2, 0.3]);
  assert.deepEqual([low, high, ticks], [5, 25, [5, 10, 15, 20, 25]]);
  assert.equal(scaleOf([{ name: "", title: "", values: [20, 80] }], [0.1, 0.2]).high, 45);
  assert.ok(scaleOf([], []).ticks.length > 1);
});

test("errors begin at zero, and their scale holds all of them", () => {
  const { low, high, ticks } = scaleFor([{ name: "", title: "", values: [0, 0.37, 0.12] }], [0, 0.5, 1], RMSE);
  assert.equal(low, 0);
  assert.ok(high > 0.37 && ticks[0] === 0 && ticks.at(-1) <= high && ticks.length >= 3);
  assert.deepEqual(scaleFor([{ name: "", title: "", values: [58, 7.2] }], [0, 0.1], PSNR), scaleOf([{ name: "", title: "", values: [58, 7.2] }], [0, 0.1]));
  assert.ok(scaleFor([], [], RMSE).high > 0);
});

test("a mean of pictures that are all as good as exact is drawn as infinite, and an error never is", () => {
  assert.deepEqual([drawn(PSNR, 58.9), drawn(PSNR, 58.3), drawn(PSNR, 40), drawn(RMSE, 0), drawn(RMSE, 99)], [null, null, 40, 0, 99]);
});

test("a line is broken where a value is infinite", () => {
  const same = (value) => value;
  assert.equal(pathOf([0, 1, 2, 3], [null, 5, 6, null], same, same), "M1.0 5.0L2.0 6.0");
  assert.equal(pathOf([0, 1, 2], [1, null, 2], same, same), "M0.0 1.0M2.0 2.0");
});

test("labels are moved apart and stay within", () => {
  const spaced = spread([10, 11, 12, 95], 15, [0, 100]);
  const sorted = [...spaced].sort((a, b) => a - b);
  for (let i = 1; i < sorted.length; i += 1) assert.ok(sorted[i] - sorted[i - 1] >= 15 - 1e-9);
  assert.ok(sorted[0] >= 0 && sorted.at(-1) <= 100);
  assert.ok(spaced[0] < spaced[1] && spaced[1] < spaced[2]);
});

test("a line goes on over an amount that is not measured yet", () => {
  const same = (value) => value;
  assert.equal(pathOf([0, 1, 2], [1, undefined, 2], same, same), "M0.0 1.0L2.0 2.0");
});

test("the nearest measured amount is read", () => {
  assert.equal(nearestAmount([0, 0.5, 1], 0.7), 0.5);
  assert.equal(nearestAmount([], 0.7), null);
});

test("the table for spreadsheets has a row for each amount, and no formula", () => {
  const lines = [{ name: "a", title: "=evil", values: [1.23456, null] }];
  assert.equal(curveCsv([0.1, 0.2], lines, PSNR), "amount,\"'=evil, mean PSNR (dB)\"\r\n0.1,1.235\r\n0.2,inf\r\n");
});

test("errors are written with six digits, under their own name and unit", () => {
  const lines = [{ name: "a", title: "Straight lines", values: [0.0123456789, 0] }];
  assert.equal(curveCsv([0.1, 0.2], lines, RMSE), "amount,\"Straight lines, mean RMSE (mV)\"\r\n0.1,0.0123457\r\n0.2,0\r\n");
});

test("each model’s images are told of as its own", () => {
  const grounds = new Map([["a", { clean: "training images", images: 200 }], ["b", { clean: "reconstructions", images: 180 }]]);
  assert.equal(groundWords(grounds, ["a"]), "200 training images");
  assert.match(groundWords(grounds, ["a", "b"]), /^200 training images \(a\) or 180 reconstructions of .* \(b\)$/);
  assert.equal(groundWords(new Map([...grounds, ["b", grounds.get("a")]]), ["a", "b"]), "200 training images");
  assert.equal(groundWords(new Map(), ["a"]), "");
});

// The honest cases.

test("each case's picture fills a model's shape, grey or in colour, with light and dark in it", () => {
  for (const { title, picture } of CASES) {
    if (!picture) continue;
    for (const shape of [[28, 28, 1], [64, 48, 3]]) {
      const pixels = drawCase(picture.draw, image(shape));
      assert.equal(pixels.length, shape[0] * shape[1] * shape[2]);
      assert.ok(Math.max(...pixels) - Math.min(...pixels) > 100, title);
    }
  }
});

test("where no pictures are restored no case needs one, and no case needs a corruption that there is not", () => {
  const series = waves;
  const all = CASES.map(({ corruption }) => ({ name: corruption }));
  assert.deepEqual(casesOf(all, image([28, 28, 1])), CASES);
  assert.deepEqual(casesOf(all, series), CASES.filter(({ picture }) => !picture));
  assert.deepEqual(casesOf([{ name: "blur" }], image([28, 28, 1])).map(({ corruption }) => corruption), ["blur"]);
  assert.equal(casePicture("landscape", series), null);
});

test("each case has a title of its own and an amount within 0 and 1", () => {
  assert.equal(new Set(CASES.map(({ title }) => title)).size, CASES.length);
  assert.ok(CASES.every(({ amount }) => amount >= 0 && amount <= 1));
});

// What is a result.

test("an answer is a result of exactly the state it was asked for", () => {
  let now = 0;
  const standing = new Standing(() => now);
  const [first, moved, other] = [{}, {}, {}];
  assert.equal(standing.of(null), "none");
  standing.set(first, true);
  assert.equal(standing.of(first), "now");
  standing.set(moved, false);
  assert.equal(standing.of(first), "following");
  now += PATIENCE;
  assert.equal(standing.of(first), "waiting", "it lags behind the hand for too long");
  standing.set(other, true);
  assert.equal(standing.of(moved), "waiting", "another corruption has nothing to do with it");
  standing.set(first, true);
  assert.equal(standing.of(first), "now", "back again, and it is of this very state");
});

// What is compared.

const RESTORERS = [
  { name: "vae", title: "This model", sentence: "Encodes and decodes." },
  { name: "impute", title: "Imputation", sentence: "Fills." },
  { name: "median", title: "Median filter", sentence: "A median." },
];

test("what fills a gap has one name, the model's, wherever it stands", () => {
  const methods = titled(RESTORERS, "m");
  assert.deepEqual(methods.map(({ title }) => title), ["m", "m, imputed", "Median filter"]);
  assert.equal(titleOf("m", "impute"), methods[1].title);
  const { rows, lines } = compared({ model: "m", fitting: methods, beside: "other", besideMethod: "impute", noun: "picture", kindOf: () => "a model" });
  for (const { title } of [...rows, ...lines]) assert.doesNotMatch(title, /Imputation/);
});

test("the two models stand beside each other in the row, and as lines of the curve", () => {
  const how = { model: "m", fitting: titled(RESTORERS, "m"), beside: "other", noun: "picture", kindOf: (name) => `kind of ${name}` };
  const names = (list) => list.map(({ name }) => name);
  assert.deepEqual(names(compared({ ...how, besideMethod: "vae" }).rows), ["nothing", "vae", "beside:other", "impute", "median"]);
  assert.deepEqual(names(compared({ ...how, besideMethod: "impute" }).rows), ["nothing", "vae", "impute", "beside:other", "median"]);
  assert.deepEqual(names(compared({ ...how, besideMethod: "vae" }).lines), ["corrupted", "vae", "beside:other:vae", "impute", "median"]);
  assert.deepEqual(names(compared({ ...how, beside: "", besideMethod: "vae" }).rows), ["nothing", "vae", "impute", "median"]);
  assert.deepEqual(["original", "nothing", "beside:other", "median"].map(leftOf), ["original", "corrupted", "beside", null]);
});

test("what is marked by hand has no curve, and is told where there is one", () => {
  assert.match(whyNoCurve("brush", CORRUPTIONS), /A gap drawn by hand has no amount.*choose Missing block/);
  assert.equal(whyNoCurve("gaussian", CORRUPTIONS), "");
});

test("the curve measures both models at an amount before the next one, and last what takes seconds", () => {
  const line = (name, model, method) => ({ name, model, method });
  const lines = [line("corrupted", "m", "corrupted"), line("vae", "m", "vae"), line("beside", "other", "vae"), line("slow", "m", "impute")];
  const measured = new Map();
  const order = [];
  for (let next = nextOf(lines, measured); next; next = nextOf(lines, measured)) {
    order.push([next.amount, next.lines.map(({ name }) => name).join("+")]);
    measured.set(next.amount, { ...measured.get(next.amount), ...Object.fromEntries(next.lines.map(({ name }) => [name, 1])) });
  }
  assert.deepEqual(order.slice(0, 3), [[AMOUNTS[0], "corrupted+vae"], [AMOUNTS[0], "beside"], [AMOUNTS[1], "corrupted+vae"]]);
  assert.equal(order.length, 3 * AMOUNTS.length);
  assert.ok(order.slice(0, 2 * AMOUNTS.length).every(([, names]) => names !== "slow"));
});

test("a bar of decibels stands for the same everywhere, one of errors for its share of the largest", () => {
  assert.deepEqual([10, 20, 400, -3, null].map((value) => barOf(PSNR, value, 20)), [0.25, 0.5, 1, 0, 1]);
  assert.deepEqual([0, 0.5, 2, null].map((value) => barOf(RMSE, value, 2)), [0, 0.25, 1, 0]);
  assert.equal(barOf(RMSE, 0, 0), 0);
  assert.deepEqual([PSNR, RMSE].map(sayBars), ["PSNR in dB: higher is nearer to the original.", "RMSE in mV: lower is nearer to the original."]);
});

test("a line on the picture is said by what it leaves at either side", () => {
  assert.equal(sayWipe(0.4, ["corrupted", "restored"]), "40 % corrupted, 60 % restored");
});
