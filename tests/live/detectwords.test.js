import assert from "node:assert/strict";
import { test } from "node:test";
import { readDetect, withDetect } from "../../assets/live/detect/address.js";
import { imageOf, packFiles, partsOf, readTest, scoresOf, testAddress } from "../../assets/live/detect/file.js";
import { scoresCsv } from "../../assets/live/detect/saves.js";
import { areaText, ownProtocol, ownWords, sayAway, sayCounts, sayMisled, sayOwn, sayPercentile, sayRefused, scoreText, verdict, whyNoArea } from "../../assets/live/detect/words.js";
import image from "../../assets/live/shared/views/image.js";
import { viewOf } from "../../assets/live/shared/views/view.js";

const known = { classes: ["4", "Ankle boot"], sets: ["kmnist"], corruptions: ["gaussian", "blur"], scores: ["negative-elbo", "relative-error"], own: true };
const first = { against: { kind: "class", name: "4" }, score: "relative-error" };

test("a threshold is told as finds and their price", () => {
  assert.equal(sayCounts({ found: 830, missed: 170, alarms: 50, passed: 950 }, "images"), "Finds 83 of 100 unusual images at the price of 5 false alarms in 100 normal ones.");
  assert.equal(sayCounts({ found: 10, missed: 0, alarms: 0, passed: 9 }, "images"), "Finds all unusual images at the price of no false alarm.");
  assert.equal(sayCounts({ found: 0, missed: 10, alarms: 1, passed: 99 }, "images"), "Finds none of the unusual images at the price of 1 false alarm in 100 normal ones.");
  assert.equal(sayCounts({ found: 1, missed: 1, alarms: 0, passed: 500 }, "images"), "Finds 1 of 2 unusual images at the price of no false alarm.");
  assert.equal(sayCounts({ found: 999, missed: 1, alarms: 4, passed: 996 }, "images"), "Finds 999 of 1,000 unusual images at the price of 4 false alarms in 1,000 normal ones.");
  assert.equal(sayCounts({ found: 5, missed: 0, alarms: 7, passed: 0 }, "images"), "Finds all unusual images and calls all normal ones unusual too.");
  assert.equal(sayCounts({ found: 0, missed: 0, alarms: 1, passed: 9 }, "images"), "There are no unusual images to find. 1 of 10 normal ones is called unusual.");
  assert.equal(sayCounts({ found: 0, missed: 0, alarms: 0, passed: 9 }, "images"), "There are no unusual images to find.");
});

test("nothing found and no alarm has no price, and an alarm of few images is not told as one of more", () => {
  assert.equal(sayCounts({ found: 0, missed: 10, alarms: 0, passed: 99 }, "images"), "Finds nothing, and raises no false alarm.");
  assert.equal(sayCounts({ found: 10, missed: 0, alarms: 1, passed: 899 }, "images"), "Finds all unusual images at the price of 1 false alarm in 900 normal ones.");
});

test("of one's own pictures it is said what they are called, not whether that is right", () => {
  assert.equal(sayOwn({ found: 1, missed: 2, alarms: 50, passed: 950 }), "1 of your 3 pictures is called unusual. 5 of 100 normal ones are called unusual.");
  assert.equal(sayOwn({ found: 0, missed: 2, alarms: 0, passed: 950 }), "None of your 2 pictures is called unusual.");
  assert.equal(sayOwn({ found: 0, missed: 1, alarms: 0, passed: 9 }), "Your picture is not called unusual.");
  assert.match(sayOwn({ found: 0, missed: 0, alarms: 0, passed: 9 }), /no pictures of your own/);
});

test("series of one's own are called series", async () => {
  const series = await viewOf({ kind: "series", shape: [140, 1], meaning: { low: -1, high: 1 } });
  assert.deepEqual([ownWords(series), ownWords(image([28, 28, 1]))], [["series", "series"], ["picture", "pictures"]]);
  assert.equal(sayOwn({ found: 1, missed: 2, alarms: 0, passed: 9 }, ownWords(series)), "1 of your 3 series is called unusual.");
  assert.match(ownProtocol("S.", "series"), /Your own series count as unusual/);
  assert.match(whyNoArea(3, 0, "series", true, "series"), /add series of your own below/);
  const volts = await viewOf({ kind: "series", shape: [140, 1], meaning: { low: -1, high: 1, unit: "mV" } });
  assert.equal(sayAway(volts, 0.1072, 0.2914), "The reconstruction is 0.107 mV away, as a root mean square, and 0.291 at the most.");
});

test("files refused for the same reason share a sentence", () => {
  const refused = [["a.png", "No picture."], ["b.png", "Too large."], ["c.png", "No picture."]].map(([name, message]) => ({ name, message }));
  assert.deepEqual(sayRefused(refused), ["a.png, c.png: No picture.", "b.png: Too large."]);
});

test("all and none are said of all and none alone", () => {
  for (let found = 1; found < 5000; found += 7) {
    const words = sayCounts({ found, missed: 5000 - found, alarms: 0, passed: 1 }, "images");
    const [, part, whole] = /^Finds ([\d,]+) of ([\d,]+)/.exec(words);
    const share = Number(part) / Number(whole.replace(",", ""));
    assert.ok(share > 0 && share < 1 && Math.abs(share - found / 5000) <= 0.0051, words);
  }
});

test("a verdict says what an image is called and whether that is right", () => {
  assert.deepEqual([["unusual", 2], ["unusual", 0], ["normal", 2], ["normal", 0], ["own", 2], ["own", NaN]].map(([group, score]) => verdict(group, score, 1, "image").right), [true, false, false, true, null, null]);
  assert.match(verdict("normal", 1, 1, "image").words, /false alarm/);
});

test("figures are short, and what is missing is a dash", () => {
  assert.deepEqual([0.12345, -0.5, 118.46, 12.34, 0.00123, 0, NaN].map(scoreText), ["0.123", "−0.500", "118", "12.3", "0.00123", "0.000", "–"]);
  assert.deepEqual([0.98765, 1, null].map(areaText), ["0.988", "1.000", "–"]);
  assert.deepEqual([1, 0, 0.999, 0.001, 0.5, null].map((share) => sayPercentile(share)), ["all", "none", "99 of 100", "1 of 100", "50 of 100", ""]);
});

test("an area below one half is said to be worse than a coin, and no other", () => {
  assert.match(sayMisled(0.4, "images"), /worse than a coin/);
  assert.deepEqual([0.5, 0.9, null].map((area) => sayMisled(area, "images")), ["", "", ""]);
});

test("where there is no curve it is said why", () => {
  assert.equal(whyNoArea(10, 3, "images"), "");
  for (const groups of [[0, 0], [0, 3], [3, 0]]) assert.match(whyNoArea(...groups, "images"), /\.$/);
  assert.match(whyNoArea(10, 0, "images", true), /of your own/);
});

test("an address gives back what was put into it, and leaves the rest of it alone", () => {
  const states = [
    { against: { kind: "class", name: "Ankle boot" }, score: "negative-elbo", rule: "best", threshold: 3 },
    { against: { kind: "set", name: "kmnist" }, score: "relative-error", rule: null, threshold: 0.123456 },
    { against: { kind: "spoiled", name: "blur", amount: 0.25 }, score: "relative-error", rule: "alarms-10", threshold: -7 },
    { against: { kind: "own" }, score: "relative-error", rule: null, threshold: -118.25 },
  ];
  let href = "http://host/detect?embed=1";
  for (const state of states) {
    href = withDetect(href, { model: "mnist-16d", ...state });
    const url = new URL(href);
    assert.deepEqual([url.searchParams.get("embed"), url.searchParams.get("model")], ["1", "mnist-16d"]);
    const read = readDetect(url.search, first, known);
    assert.deepEqual([read.against, read.score, read.rule, read.notes], [state.against, state.score, state.rule, []]);
    if (state.rule === null) assert.equal(read.threshold, state.threshold);
  }
});

test("what an address asks for in vain is told, and the page shows its own choice", () => {
  for (const search of ["?against=class&class=9", "?against=set&set=../etc", "?score=none", "?threshold=high", "?threshold=toString", "?threshold=constructor", "?against=nothing", "?against=spoiled&corruption=rain"]) {
    const { against, score, rule, notes } = readDetect(search, first, known);
    assert.equal(notes.length, 1, search);
    assert.match(notes[0], /\.$/);
    assert.equal(rule, "alarms-5");
    assert.ok(known.scores.includes(score) && ["class", "spoiled"].includes(against.kind));
  }
  assert.deepEqual(readDetect("", first, known), { ...first, rule: "alarms-5", threshold: null, notes: [] });
  assert.deepEqual(readDetect("?against=spoiled&amount=7", first, known).against, { kind: "spoiled", name: "gaussian" });
  assert.deepEqual(readDetect("?against=class", first, { ...known, classes: [] }).against, first.against);
  const without = readDetect("?against=own", first, { ...known, own: false }); // nobody draws these by hand
  assert.deepEqual([without.against, without.notes.length], [first.against, 1]);
});

test("each way to compare has its address on the server", () => {
  assert.equal(testAddress("/base/", "m d", { kind: "set", name: "kmnist" }), "/base/api/unusual?model=m+d&against=kmnist");
  assert.equal(testAddress("/", "m", { kind: "class", name: "Ankle boot" }), "/api/unusual?model=m&held_out=Ankle+boot");
  assert.equal(testAddress("/", "m", { kind: "spoiled", name: "blur", amount: 0.5 }), "/api/unusual?model=m&corruption=blur&amount=0.5");
  assert.equal(testAddress("/", "m", { kind: "own" }), "/api/unusual?model=m");
});

/** A frame of several arrays, as web/wire/frames.py writes one. */
function frame(header, arrays) {
  const listed = [];
  const parts = [];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const gap = (4 - (offset % 4)) % 4;
    const dtype = { Float32Array: "float32", Int32Array: "int32", Uint8Array: "uint8" }[array.constructor.name];
    listed.push({ name, dtype, shape: [array.length], offset: offset + gap });
    parts.push(new Uint8Array(gap), new Uint8Array(array.buffer));
    offset += gap + array.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify({ ...header, arrays: listed }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return Buffer.concat([length, text, ...parts]);
}

const sides = (titles) => ({ normal: { title: titles[0], n: 2, classes: ["a", "=b"] }, unusual: { title: titles[1], n: 1, classes: [] } });
const answer = frame(
  { protocol: "set", sentence: "Said.", note: "", ...sides(["MNIST", "Other"]), scores: [{ name: "one", auroc: 0.75 }, { name: "two", auroc: null }] },
  {
    normal: Uint8Array.from([1, 2, 3, 4, 5, 6]), normal_labels: Int32Array.from([1, -1]), "normal/one": Float32Array.from([0.5, 2]), "normal/two": Float32Array.from([7, NaN]),
    unusual: Uint8Array.from([7, 8, 9]), unusual_labels: Int32Array.from([-1]), "unusual/one": Float32Array.from([1]), "unusual/two": Float32Array.from([3]),
  },
);

test("the server's answer is read into two sides with their images, classes and scores", async () => {
  const { normal, unusual, areas, sentence, files } = await readTest(new Response(answer));
  assert.deepEqual([...imageOf(normal, 1, 3)], [4, 5, 6]);
  assert.deepEqual([...imageOf(unusual, 0, 3)], [7, 8, 9]);
  assert.deepEqual(scoresOf(normal, 0), { one: 0.5, two: 7 });
  assert.deepEqual([[...normal.labels], areas, sentence, files], [[1, -1], { one: 0.75, two: null }, "Said.", []]);
});

test("the parts of −ELBO come with it, and what is neither floor nor KL is error", async () => {
  const header = { protocol: "set", sentence: "", ...sides(["", ""]), scores: [{ name: "negative-elbo", auroc: null }] };
  const arrays = Object.fromEntries(["normal", "unusual"].flatMap((kind) => [[kind, Uint8Array.of(0)], [`${kind}_labels`, Int32Array.of(-1)], [`${kind}/negative-elbo`, Float32Array.of(94)]]));
  const { normal, unusual } = await readTest(new Response(frame(header, { ...arrays, normal_floor: Float32Array.of(46), normal_kl: Float32Array.of(23) })));
  assert.deepEqual(partsOf(scoresOf(normal, 0)), { floor: 46, error: 25, kl: 23 });
  assert.equal(partsOf(scoresOf(unusual, 0)), null); // of a density
  assert.equal(partsOf(null), null);
});

test("a refusal is its sentence", async () => {
  const refused = new Response(JSON.stringify({ error: { code: "not-possible", message: "Choose another class." } }), { status: 409 });
  await assert.rejects(readTest(refused), { name: "Refused", message: "Choose another class." });
  await assert.rejects(readTest(new Response("<html>", { status: 502 })), /status 502/);
});

test("files are sent one after the other, each with its length", () => {
  const body = packFiles([{ name: "a.png", bytes: Uint8Array.from([1, 2]) }, { name: "ü".repeat(300), bytes: Uint8Array.from([3]) }]);
  const length = new DataView(body).getUint32(0, true);
  const { files } = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, length)));
  assert.deepEqual(files.map(({ bytes }) => bytes), [2, 1]);
  assert.ok(files[0].name === "a.png" && files[1].name.length === 255);
  assert.deepEqual([...new Uint8Array(body, 4 + length)], [1, 2, 3]);
});

test("the table has a line for each image, and a class that looks like a formula is a text", async () => {
  const { normal, unusual } = await readTest(new Response(answer));
  const csv = scoresCsv(normal, unusual, [{ name: "one", title: "One", unit: "nats" }, { name: "two", title: "Two, too", unit: "" }], { score: "one", threshold: 1 });
  assert.deepEqual(csv.split("\r\n"), [
    'group,number,class,One (nats),"Two, too",called unusual by One from 1',
    "normal,0,'=b,0.5,7,no",
    "normal,1,,2,,yes",
    "unusual,0,,1,3,yes",
    "",
  ]);
});
