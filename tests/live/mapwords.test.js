import assert from "node:assert/strict";
import test from "node:test";

import { axesOf, classesUnder, describeKeeps, describePlace, dimensionsOf, isFar, sayTerms, speakPlace, speakPoint } from "../../assets/live/map/words.js";
import { figure } from "../../assets/live/shared/words/numbers.js";

const facts = { distance: 0.4, label: 7, mix: [{ label: 7, count: 8 }, { label: 9, count: 1 }], spacing: 0.1, classes: [..."0123456789"] };

test("a place near the data is told by its nearest class and those around it", () => {
  assert.equal(speakPlace(1.5, -2, facts), "At 1.50, −2.00: decoded here, nearest class 7, distance 0.40; of the ten nearest, 8 are “7”, 1 is “9”.");
});

test("where dots lie under the pointer all their classes are told, whichever was drawn last, and no distance of nothing", () => {
  const around = [{ index: 0, distance: 0 }, { index: 1, distance: 0.01 }, { index: 2, distance: 0.02 }, { index: 3, distance: 0.5 }];
  const labels = [5, 5, 3, 7];
  const under = classesUnder(around, 0.03, (point) => labels[point]);
  assert.deepEqual(under, [5, 3]);
  assert.equal(describePlace({ ...facts, distance: 0, label: 5, under }).nearest, "on points of class 5, class 3");
  assert.equal(describePlace({ ...facts, distance: 0, label: 5, under: [5] }).nearest, "on a point of class 5");
  assert.equal(describePlace({ ...facts, distance: 0, label: null, under: [null] }).nearest, "on a point");
  assert.equal(describePlace({ ...facts, under: [0, 1, 2, 3] }).nearest, "on points of class 0, class 1, class 2 and others");
  assert.deepEqual(classesUnder(around, -1, () => 0), []);
});

test("votes that are not told one by one are counted together, so that they sum to ten", () => {
  const mix = [4, 2, 2, 1, 1].map((count, label) => ({ label, count }));
  assert.equal(describePlace({ ...facts, mix }).around, "4 are “0”, 2 are “1”, 2 are “2”, 2 others");
});

test("a place is told by the coordinates of its map", () => {
  assert.equal(describePlace(facts, { x: 1, y: -2 }, "dimensions-0-3").where, "at z₁ 1.00, z₄ −2.00");
  assert.equal(describePlace(facts, { x: 1, y: -2 }, "tsne").where, "at x 1.00, y −2.00");
});

test("a place farther than ten typical spacings has no data, and no classes around it", () => {
  assert.deepEqual([isFar(1, 0.1), isFar(1.01, 0.1)], [false, true]);
  const { title, around, far } = describePlace({ ...facts, distance: 1.5 });
  assert.deepEqual([title, around, far], ["No data here", "", true]);
});

test("where all points are one there is no spacing, and nothing is called far", () => {
  assert.equal(isFar(100, 0), false);
});

test("classes with names of their own are not called a class", () => {
  assert.equal(speakPoint(3, { label: 0, elbo: 231.4, classes: ["T-shirt"] }, { noun: "image" }), "Test image 3, T-shirt, −ELBO 231 nats.");
  assert.equal(speakPoint(3, { label: null, elbo: 95.12, classes: [] }, { noun: "image" }), "Test image 3, −ELBO 95.1 nats.");
});

test("figures have the digits that their size deserves, and a true minus", () => {
  assert.deepEqual([123.4, -12.34, 1.234, 0.0123, 0].map(figure), ["123", "−12.3", "1.23", "0.012", "0.00"]);
});

test("only maps of coordinates and PCA have axes", () => {
  assert.deepEqual([dimensionsOf("identity"), dimensionsOf("dimensions-4-11"), dimensionsOf("pca")], [[0, 1], [4, 11], null]);
  assert.deepEqual(axesOf("dimensions-4-11"), ["z₅", "z₁₂"]);
  assert.equal(axesOf("tsne-p50-s1"), null);
});

test("what a map keeps is told by the figures that were measured, and by no others", () => {
  const keeps = { trustworthiness: 0.9731, map_accuracy: null, latent_accuracy: null, own_error: 28, neighbour_error: 40, random_error: 90 };
  const said = describeKeeps(keeps);
  assert.deepEqual(said.map(({ name, value }) => [name, value]), [["Neighbours", "0.973"], ["Pictures", "28.0"]]);
  assert.match(said[1].rest, /30 % nearer/);
  assert.deepEqual(describeKeeps(null), []);
});

test("a map whose pictures are no better than the nearest point's does not claim it", () => {
  const [{ rest }] = describeKeeps({ own_error: 41, neighbour_error: 40, random_error: 90 });
  assert.doesNotMatch(rest, /nearer/);
});

test("what a point costs is split into floor, error and KL where its floor is said", () => {
  assert.equal(sayTerms(70.5, 23.2, 46.3), "46.3 floor + 24.2 error + 23.2 KL");
  assert.equal(sayTerms(70.5, 23.2, undefined), "70.5 reconstruction + 23.2 KL");
});
