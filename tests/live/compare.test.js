import assert from "node:assert/strict";
import { test } from "node:test";
import { fewer, readShown, withShown } from "../../assets/live/compare/address.js";
import { Nearest, carried, composition, levels, sameThings } from "../../assets/live/compare/hand.js";
import { columnsOf, mostOf, sayShare } from "../../assets/live/compare/shares.js";
import { orderBy } from "../../assets/live/compare/table.js";
import { bestOf, sayChosen, sayFigure, sayMade } from "../../assets/live/compare/words.js";
import { seeded } from "../../assets/live/shared/space/normal.js";

const MODELS = [{ dims: 2, first: 1 }, { dims: 16, first: 4 }];
const SHOWN = { image: 17, at: null, seed: 3, dims: [0, 5], lit: 2, lasso: null };

test("an address gives back what was written to it", () => {
  const href = withShown("http://here/compare?show=projector&models=x,y&z=1", ["a", "b"], SHOWN);
  assert.equal(new URL(href).search, "?show=projector&z=1&models=a,b&image=17&seed=3&dims=0,5&lit=2");
  assert.deepEqual(readShown(new URL(href).search, MODELS), SHOWN);
  const looped = { ...SHOWN, image: null, at: { model: 1, x: -0.5, y: 2 }, lit: null, lasso: { model: 0, polygon: [[0, 0], [1, 0], [0.5, -2]] } };
  assert.deepEqual(readShown(new URL(withShown(href, ["a", "b"], looped)).search, MODELS), looped);
});

test("what an address asks for and cannot be had is as if it were not there", () => {
  const strange = "?image=-1&at=7:0,0&seed=1e99&dims=0,99&lit=x&lasso=0:1,2,3";
  assert.deepEqual(readShown(strange, MODELS), { image: null, at: null, seed: 1, dims: [0, 4], lit: null, lasso: null });
  assert.deepEqual(readShown("", MODELS).dims, [1, 4]);
});

test("a lasso of a thousand corners fits into an address", () => {
  const round = Array.from({ length: 1000 }, (_, i) => [Math.cos(i / 159), Math.sin(i / 159)]);
  const kept = fewer(round);
  assert.ok(kept.length < 50);
  assert.ok(kept.every((corner) => round.includes(corner)));
});

test("the nearest point is the one that a look at all of them finds, and none beyond reach", () => {
  const random = seeded(5);
  const xy = Float32Array.from({ length: 800 }, () => 4 * random() - 2);
  const nearest = new Nearest(xy);
  for (let i = 0; i < 200; i += 1) {
    const [x, y, within] = [6 * random() - 3, 6 * random() - 3, 0.3 * random()];
    const far = Array.from({ length: 400 }, (_, k) => Math.hypot(xy[2 * k] - x, xy[2 * k + 1] - y));
    const least = Math.min(...far);
    const found = nearest.at(x, y, within);
    assert.equal(found === null ? null : far[found], least <= within ? least : null);
  }
});

test("points without a place are nobody's neighbours, and one place may hold all", () => {
  assert.equal(new Nearest(Float32Array.of(NaN, 0, 1, 1)).at(1, 1, 0.1), 1);
  assert.notEqual(new Nearest(new Float32Array(20)).at(0, 0, 0.1), null);
});

test("a hand in the middle of one map is in the middle of another, and in its corner in the corner", () => {
  const from = { x: 0, y: 0, scale: 100, width: 400, height: 200 };
  const to = { x: 10, y: -5, scale: 2, width: 100, height: 100 };
  assert.deepEqual(carried(from, to, { x: 0, y: 0 }), { x: 10, y: -5 });
  assert.deepEqual(carried(from, to, { x: 2, y: 1 }), { x: 35, y: 20 });
});

test("models were tested on the same things where there are as many, of the same classes", () => {
  const codes = (labels) => ({ n: 3, labels: labels && Int32Array.from(labels) });
  assert.ok(sameThings(codes([0, 1, 2]), codes([0, 1, 2])));
  assert.ok(sameThings(codes(null), codes([0, 1, 2])));
  assert.ok(!sameThings(codes([0, 1, 2]), codes([0, 2, 1])));
  assert.ok(!sameThings(codes([0, 1, 2]), { n: 2, labels: null }));
  assert.ok(!sameThings(null, null));
});

test("what stands out is told by its largest classes, and all else stands back", () => {
  assert.deepEqual(composition([0, 1, 2, 3], Int32Array.of(1, 1, 0, -1), ["cat", "dog"]), [{ name: "dog", count: 2 }, { name: "cat", count: 1 }]);
  assert.deepEqual(Array.from(levels(3, [1])), [1, 2, 1]);
  assert.deepEqual(Array.from(levels(2, null)), [2, 2]);
  assert.equal(sayChosen(2, "images", [{ name: "7", count: 2 }]), "2 images stand out on each map: 2 of class 7.");
  assert.equal(sayChosen(1, "images", []), "1 image stands out on each map.");
});

test("the best of a figure is marked, and nothing where all are alike or nobody says which is better", () => {
  assert.deepEqual(bestOf([3, 1, null, 1], "lower"), [1, 3]);
  assert.deepEqual(bestOf([3, 1], "higher"), [0]);
  assert.deepEqual(bestOf([1, 1], "lower"), []);
  assert.deepEqual(bestOf([1, null], "lower"), []);
  assert.deepEqual(bestOf([1, 2], ""), []);
});

test("a click on a figure puts the best model first and those without it last", () => {
  assert.deepEqual(orderBy([3, null, 1], "lower"), [2, 0, 1]);
  assert.deepEqual(orderBy([3, null, 1], "higher"), [0, 2, 1]);
  assert.deepEqual(orderBy([3, 2, 3], ""), [1, 0, 2]);
});

test("figures are read as they are, with a dash for none", () => {
  assert.equal(sayFigure("kl", null), "–");
  assert.equal(sayFigure("dims", 16), "16");
  assert.equal(sayFigure("negative_elbo", -277.9012), "−277.90");
  assert.equal(sayFigure("recall", 0.0774), "0.077");
  assert.equal(sayFigure("beta", 0.25), "0.25");
});

test("what a model made of an image is told a line each, in the unit of its things, and without nats where there are none", () => {
  const whole = sayMade({ error: 20, unit: "grey levels", reconstruction: 80.5, elbo: 93.123 });
  assert.deepEqual(whole, ["error 20.0 grey levels", "reconstruction 80.5 nats", "−ELBO 93.1 nats"]);
  assert.deepEqual(sayMade({ error: null, unit: "", reconstruction: 5, elbo: undefined }), ["reconstruction 5.00 nats", "no −ELBO"]);
  assert.deepEqual(sayMade({ error: null, unit: "", reconstruction: null, elbo: null }), []);
});

test("of what dimensions tell all are shown in their order, and of many those that tell most of some factor", () => {
  const told = [[0, 0.9, 0.1, 0], [0.2, 0, 0.1, 0.3]];
  assert.deepEqual(columnsOf(told, [2, 0, 1, 3]), [2, 0, 1, 3]);
  assert.deepEqual(columnsOf(told, [2, 0, 1, 3], 2), [1, 3]);
  assert.equal(mostOf(told[0]), 1);
  assert.equal(mostOf([0.3, 0.4, 0.4]), 1);
  assert.equal(mostOf([0, 0.01]), null);
});

test("a share is a whole number of percent, and never more than all", () => {
  assert.deepEqual([0, 0.004, 0.497, 1, 1.02].map(sayShare), ["0", "0", "50", "100", "100"]);
});
