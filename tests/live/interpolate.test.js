import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_ANCHORS, formatAnchor, linkTo } from "../../assets/live/shared/keeping/links.js";
import { readAddress, readAnchor, withPath } from "../../assets/live/interpolate/address.js";
import { moved, placeAmong, shuffled } from "../../assets/live/interpolate/anchors/anchors.js";
import { amounts, classesOf, times } from "../../assets/live/interpolate/sum/arithmetic.js";
import { exampleOf, neighbourhood, sayExample } from "../../assets/live/interpolate/sum/example.js";
import { valueOn } from "../../assets/live/shared/page/liverange.js";
import { curve, rangeOf, speakAlong } from "../../assets/live/interpolate/path/chart.js";
import { classCount, nearestOf, placeOn } from "../../assets/live/interpolate/path/map.js";
import { pathCsv, ticksOf } from "../../assets/live/interpolate/saves.js";
import { costCells, fullName, pathTitle, percent, placeText, sayDensities, shortName, speakPlace, whyNone } from "../../assets/live/interpolate/words.js";

const model = { model: "m", dims: 2, limit: 10, points: 100, kinds: ["straight", "density"] };
const anchor = (kind, label = "", number = null) => ({ kind, number, label, z: [0, 0], pixels: null, decoded: null });

test("an address carries anchors, path, number of pictures and place, and reads well", () => {
  const anchors = [{ kind: "image", number: 17, z: [1, 2] }, { kind: "point", number: 83, z: [0, 0] }, { kind: "draw", number: null, z: [0.5, -1.2] }];
  const href = withPath("http://here/interpolate?model=old&theme=x&anchors=i:1", { model: "m", anchors, kind: "density", n: 21, at: 0.123456 });
  assert.equal(href, "http://here/interpolate?model=m&theme=x&anchors=i:17;p:83;z:0.5,-1.2&path=density&n=21&at=0.1235");
});

test("what is written into an address is read from it", () => {
  const anchors = [{ kind: "image", number: 17, z: null }, { kind: "code", number: null, z: [0.123, -9.5] }];
  const { search } = new URL(withPath("http://here/x", { model: "m", anchors, kind: "density", n: 64, at: 0.25 }));
  assert.deepEqual(readAddress(search, model), { anchors, kind: "density", n: 64, at: 0.25, map: null, sum: null, notes: [] });
});

test("map and arithmetic are written once they are chosen, and read again", () => {
  const state = { model: "m", anchors: [], kind: "density", n: 11, at: 0 };
  for (const sum of [{ of: "classes", start: 0, from: 3, to: 8, amount: -1.25 }, { of: "anchors", start: 2, from: 0, to: 1, amount: 2 }]) {
    const href = withPath("http://here/x?map=tsne&sum=c:9,9,9,1", { ...state, map: "pca", sum });
    const read = readAddress(new URL(href).search, model);
    assert.deepEqual([read.map, read.sum, read.notes], ["pca", sum, []]);
  }
  assert.ok(withPath("http://here/x", { ...state, sum: { of: "classes", start: 0, from: 3, to: 8, amount: 1.5 } }).endsWith("&sum=c:0,3,8,1.5"));
  assert.doesNotMatch(withPath("http://here/x?map=tsne&sum=c:9,9,9,1", state), /map|sum/);
});

test("a map or arithmetic that an address asks for in vain gets a sentence", () => {
  for (const search of ["?map=globe", "?sum=c:1,2", "?sum=c:1,2,3,7", "?sum=x:1,2,3,1", "?map=toString"]) {
    const { map, sum, notes } = readAddress(search, model);
    assert.deepEqual([map, sum, notes.length], [null, null, 1], search);
    assert.match(notes[0], /^[A-Z].*\.$/);
  }
});

test("a link from elsewhere names its anchors in the same words", () => {
  assert.equal(linkTo("/", "a b", [{ kind: "point", number: 4, z: null }, { kind: "code", number: null, z: [1, 2.0004] }]), "/interpolate?model=a%20b&anchors=p:4;z:1,2");
  assert.equal(formatAnchor({ kind: "own", number: null, z: [0, -0.5] }), "z:0,-0.5");
});

test("each anchor that cannot be had gets a sentence, and the others stay", () => {
  const { anchors, notes } = readAddress("?anchors=z:1,2,3;i:x;p:100;z:99,0;q:1;z:1,2", model);
  assert.deepEqual(anchors, [{ kind: "code", number: null, z: [1, 2] }]);
  assert.equal(notes.length, 5);
  assert.match(notes[0], /code of 3 numbers, and this model takes 2/);
  for (const note of notes) assert.match(note, /^[A-Z].*\.$/);
});

test("more anchors than a path takes are left out with a sentence", () => {
  const { anchors, notes } = readAddress(`?anchors=${Array(9).fill("p:1").join(";")}`, model);
  assert.equal(anchors.length, MOST_ANCHORS);
  assert.match(notes.join(), /at most 6/);
});

test("an address of another model asks nothing of this one", () => {
  const { anchors, kind, notes } = readAddress("?model=other&anchors=z:1,2,3&path=density", model);
  assert.deepEqual([anchors, kind, notes], [[], null, []]);
});

test("an unknown path, a count out of bounds and a place beyond the end are put right", () => {
  const { kind, n, at, notes } = readAddress("?path=scenic&n=1000&at=7", model);
  assert.deepEqual([kind, n, at], [null, 64, 1]);
  assert.match(notes[0], /none of: straight, density/);
  assert.equal(readAddress("?n=1", model).n, 5);
  assert.equal(readAddress("?n=many", model).n, 11);
});

test("a test image of a model without codes is refused in words", () => {
  assert.match(readAnchor("p:3", { ...model, points: 0 }), /keeps no codes/);
  assert.equal(readAnchor("p:3", { ...model, points: null }).number, 3); // not known yet
});

test("moving an anchor keeps all the others in their order", () => {
  assert.deepEqual(moved(["a", "b", "c", "d"], 0, 2), ["b", "c", "a", "d"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], 3, 0), ["d", "a", "b", "c"]);
  assert.equal(placeAmong(31, [10, 20, 40]), 2);
});

test("shuffling gives the same anchors in another order, always", () => {
  for (let i = 0; i < 50; i += 1) {
    const order = shuffled([1, 2, 3]);
    assert.notDeepEqual(order, [1, 2, 3]);
    assert.deepEqual([...order].sort(), [1, 2, 3]);
  }
  assert.deepEqual(shuffled([1, 2]), [2, 1]);
  assert.deepEqual(shuffled([1]), [1]);
});

test("a place is said by the two anchors it lies between and how far", () => {
  const anchors = [anchor("image", "3", 17), anchor("point", "8", 4), anchor("draw")];
  assert.deepEqual(speakPlace(0.2, [0, 0.5, 1], anchors, "image"), ["Between 3 and 8", "40 % of the way"]);
  assert.equal(placeText(0.75, [0, 0.5, 1], anchors, "image"), "Between 8 and a random draw, 50 % of the way");
  assert.equal(placeText(0.5, [0, 0.5, 1], anchors, "image"), "At 8, anchor 2");
  assert.equal(placeText(1, [0, 0.5, 1], anchors, "image"), "At a random draw, anchor 3");
  assert.equal(placeText(0.5, [0, 1], [anchor("image", "3"), anchor("image", "3")], "image"), "Between 3 and 3 (anchors 1 and 2), 50 % of the way");
});

test("a share is never told as all or nothing where it is not", () => {
  assert.deepEqual([0, 0.001, 0.4, 0.999, 1].map(percent), ["0 %", "1 %", "40 %", "99 %", "100 %"]);
});

test("anchors have names with and without a class", () => {
  assert.equal(shortName(anchor("own"), "image"), "your drawing");
  assert.deepEqual(["own", "upload", "draw", "place"].map((kind) => fullName(anchor(kind), "image")[0]), ["Your drawing", "Your picture", "Random draw", "A place on the map"]);
  assert.deepEqual(fullName(anchor("image", "3", 17), "image", "Training image"), ["Training image 17", "class 3"]);
  assert.deepEqual(fullName(anchor("point", "Bag", 9), "image"), ["Test image 9", "Bag"]);
  assert.deepEqual([shortName(anchor("image"), "series"), fullName(anchor("point", "", 9), "series")[0]], ["a series", "Test series 9"]);
  assert.deepEqual(fullName(anchor("code", "8"), "image"), ["A code", ""]);
  assert.deepEqual(fullName(anchor("place", "8"), "image"), ["A place on the map", "near 8"]);
});

test("the title of a saved strip fits above it, whatever the anchors are called", () => {
  assert.equal(pathTitle("mnist-16d", "Straight line", ["3", "8", "0"].map((label) => anchor("image", label, 100)), "image"), "mnist-16d, straight line: 3 → 8 → 0");
  const long = pathTitle("fashion-16d", "Great circle", Array(6).fill(anchor("image", "Ankle boot", 7)), "image");
  assert.equal(long, "fashion-16d, great circle: Ankle boot → … → Ankle boot (6 anchors)");
});

test("the kinds of path are ordered by their densities, once all are known", () => {
  assert.match(sayDensities([["Straight line", -19.8], ["Great circle", -21.4], ["Along the data", -17.3]]), /\): along the data, then straight line, then great circle\.$/);
  assert.match(sayDensities([["Straight line", -17], ["Great circle", -21]]), /straight line, then great circle\.$/);
  for (const unknown of [NaN, undefined]) assert.equal(sayDensities([["Straight line", 1], ["Great circle", unknown]]), "");
});

test("one anchor and equal anchors are told of, two different ones are not", () => {
  const two = [anchor("draw"), anchor("draw")];
  assert.match(whyNone(two.slice(1), true), /add another/);
  assert.match(whyNone(two, true), /one and the same place/);
  assert.equal(whyNone(two, false), null);
});

test("a curve goes from its range's bottom to its top, and leaves out what is no number", () => {
  const points = curve([0, NaN, 1], [0, 1]).map((point) => point.split(",").map(Number));
  assert.equal(points.length, 2);
  assert.ok(points[0][1] > points[1][1]); // down on the screen
  assert.deepEqual(rangeOf([3, NaN, 1]), [1, 3]);
  assert.equal(rangeOf([NaN]), null);
});

test("what the curves show is said in a sentence", () => {
  const told = speakAlong({ speed: [1, 1, 4, 1, 1], bands: [{ value: 3 }, { value: 8 }], nameOf: String });
  assert.match(told, /in turn: 3, 8\./);
  assert.match(told, /fastest at 50 % of the way, 2\.50 times/);
  assert.match(speakAlong({ speed: [0, 0], bands: [], nameOf: String }), /does not change/);
});

test("a place on a map lies between two samples, and on a map that leaps at the nearer one", () => {
  const drawn = { shares: Float32Array.of(0, 0.5, 1), xy: Float32Array.of(0, 0, 10, 0, 10, 10) };
  assert.deepEqual(placeOn(drawn, 0.125, false), { x: 2.5, y: 0 });
  assert.deepEqual(placeOn(drawn, 0.125, true), { x: 0, y: 0 });
  assert.deepEqual(placeOn(drawn, 1, false), { x: 10, y: 10 });
  assert.deepEqual(nearestOf(drawn.xy, 9, 1), { index: 1, distance: Math.SQRT2 });
  assert.equal(nearestOf(new Float32Array(0), 0, 0), null);
});

test("the codes of a strip are a table that gives back the numbers", () => {
  const lines = pathCsv(Float32Array.of(0.5, -1, 0.25, 2), [0, 1]).split("\r\n");
  assert.deepEqual(lines, ["share,z1,z2", "0,0.5,-1", "1,0.25,2", ""]);
});

test("a long strip has no more values on its axis than there is room for", () => {
  assert.deepEqual(ticksOf([0, 0.5, 1]).map(({ text }) => text), ["0 %", "50 %", "100 %"]);
  const many = ticksOf(Array.from({ length: 64 }, (_, i) => i / 63));
  assert.ok(many.length <= 16 && many[0].text === "0 %");
});

test("arithmetic goes as far one way as the other, and knows the classes that have points", () => {
  assert.deepEqual([amounts[0], amounts[4], amounts.at(-1)], [-2, 0, 2]);
  assert.equal(times(1), "+1.00");
  assert.equal(times(-0.5), "−0.50");
  const found = classesOf({ n: 5, labels: Int32Array.of(2, 0, 2, -1, 0) });
  assert.deepEqual([...found], [[0, [1, 4]], [2, [0, 2]]]);
  assert.equal(classesOf(null).size, 0);
});

// Two clouds side by side, and a third one that codes of the first never reach by the difference of the others.
const clouds = (apart) => {
  const middles = [[0, 0], [apart, 0], [0, apart]];
  const centre = Float32Array.from({ length: 3 * 20 * 2 }, (_, i) => middles[Math.floor(i / 40)][i % 2] + 0.1 * Math.sin(12.9898 * i));
  return { n: 60, dims: 2, centre, labels: Int32Array.from({ length: 60 }, (_, i) => Math.floor(i / 20)) };
};
const meansOf = ({ centre }) =>
  new Map([0, 1, 2].map((label) => [label, [0, 1].map((k) => Array.from({ length: 20 }, (_, i) => centre[(20 * label + i) * 2 + k]).reduce((a, b) => a + b) / 20)]));

test("an example of arithmetic takes the start's own class away, and ends among the codes of the one that is added", () => {
  const codes = clouds(5);
  const { start, from, to } = exampleOf([codes.centre.slice(40, 42), codes.centre.slice(0, 2)], codes, meansOf(codes));
  const z = start ? [codes.centre[0], codes.centre[1]] : [codes.centre[40], codes.centre[41]];
  assert.equal(neighbourhood(z, codes).label, from);
  const means = meansOf(codes);
  const result = z.map((value, k) => value - means.get(from)[k] + means.get(to)[k]);
  const { label, share } = neighbourhood(result, codes);
  assert.ok(label === to && to !== from && share === 1);
});

test("where classes lie over one another, or there are none, no example works", () => {
  const mixed = { ...clouds(0), labels: Int32Array.from({ length: 60 }, (_, i) => i % 3) };
  assert.equal(exampleOf([[0, 0]], mixed, meansOf(mixed)), null);
  const unnamed = { ...clouds(5), labels: null };
  assert.equal(exampleOf([[0, 0]], unnamed, new Map()), null);
});

test("arithmetic is said in one sentence, with what the nearest test codes are", () => {
  const names = ["anchor 1 (3)", "the mean of class 3", "the mean of class 8"];
  const whole = "The code of anchor 1 (3), less the mean of class 3, plus the mean of class 8";
  assert.equal(sayExample(names, 1, { share: 1, asked: 15 }, "class 8"), `${whole}: all 15 nearest test codes are class 8.`);
  assert.equal(sayExample(names, 0.5, { share: 0.8, asked: 15 }, "class 8"), `${whole} (0.5 times): 12 of 15 nearest test codes are class 8.`);
  assert.equal(sayExample(names, 1, null, ""), `${whole}.`);
});

test("a slider's value is where its thumb is drawn, in its steps and never beyond its ends", () => {
  const track = { left: 100, width: 220, thumb: 20 };
  const range = { min: -2, max: 2, step: 0.5 };
  assert.deepEqual([110, 210, 310, 0, 999, 235].map((x) => valueOn(x, track, range)), [-2, 0, 2, -2, 2, 0.5]);
});

test("a cost that is not known yet has dots, and one that there is not a dash", () => {
  assert.deepEqual(costCells(null), ["…", "…"]);
  assert.deepEqual(costCells({ length: 9.482, density: NaN }), ["9.48", "–"]);
});

test("classes are counted by their names, or by their points where they have none", () => {
  assert.equal(classCount({ classes: ["a", "b"], labels: Int32Array.of(0) }), 2);
  assert.equal(classCount({ classes: [], labels: Int32Array.of(0, 6, 2) }), 7);
  assert.equal(classCount({ classes: [], labels: null }), 1);
});
