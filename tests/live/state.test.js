import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOf } from "../../assets/live/shared/words/names.js";
import { Meter, brief, explain } from "../../assets/live/shared/page/meter.js";
import { NORMAL } from "../../assets/live/shared/space/geometry.js";
import { byKey, ticksOf } from "../../assets/live/shared/space/manifold.js";
import image, { toRGBA } from "../../assets/live/shared/views/image.js";
import { nextIn } from "../../assets/live/explore/strip.js";
import { direction } from "../../assets/live/shared/page/touch.js";
import { Undo } from "../../assets/live/shared/keeping/undo.js";
import { formatCode, withState } from "../../assets/live/shared/keeping/links.js";
import { absent, describe, invite, shellOf, speak } from "../../assets/live/explore/words.js";
import { nameImage } from "../../assets/live/shared/words/names.js";
import { placeOnExplore } from "../../assets/live/home/hero.js";

const { words } = image([28, 28, 1]);

test("an address carries the model, the code and the image, and reads well", () => {
  const href = withState("http://here/explore?model=old&z=9&theme=x#top", { model: "mnist-2d", z: [0.5, -1.2], image: 17 });
  assert.equal(href, "http://here/explore?model=mnist-2d&theme=x&image=17&z=0.5,-1.2#top");
});

test("an address without an image has none left over", () => {
  const url = new URL(withState("http://here/explore?image=3", { model: "m", z: [1], image: null }));
  assert.equal(url.searchParams.get("image"), null);
  assert.equal(url.searchParams.get("z"), "1");
});

test("a code in an address gives back the very numbers", () => {
  const z = [0.123, -2.5, 0, 10, -0.001, 17.25, -123.457];
  assert.deepEqual(formatCode(z).split(",").map(Number), z);
});

test("undo goes back through different states only, and ends", () => {
  const undo = new Undo((a, b) => a === b);
  [1, 1, 2, 3].forEach((state) => undo.remember(state));
  assert.ok(undo.leadsFrom(3));
  assert.equal(undo.back(3), 2);
  assert.equal(undo.back(2), 1);
  assert.equal(undo.back(1), undefined);
  assert.ok(!undo.leadsFrom(1));
});

test("undo keeps no more than a hundred states", () => {
  const undo = new Undo((a, b) => a === b);
  for (let i = 0; i < 500; i += 1) undo.remember(i);
  let steps = 0;
  let state = 500;
  while ((state = undo.back(state)) !== undefined) steps += 1;
  assert.equal(steps, 100);
});

test("a grey picture becomes grey pixels and a colour picture keeps its colours", () => {
  assert.deepEqual([...toRGBA(Uint8Array.of(7, 9), [1, 2, 1])], [7, 7, 7, 255, 9, 9, 9, 255]);
  assert.deepEqual([...toRGBA(Uint8Array.of(0, 0, 0, 1, 2, 3), [1, 1, 3], 1)], [1, 2, 3, 255]);
});

test("the meter reads the median, and the rate of pictures while something moves", () => {
  const meter = new Meter();
  assert.equal(meter.read(), null);
  for (let i = 0; i < 21; i += 1) meter.add(i === 5 ? 900 : 2, 0.3, 12, 20 * i);
  meter.add(2, 0.3, 12, 5000); // after a pause, which is not slowness
  const reading = meter.read();
  assert.equal(reading.trip, 2);
  assert.equal(Math.round(reading.rate), 50);
  assert.equal(brief(reading), "2.0 ms · 50 fps");
  assert.match(explain(reading), /2\.0 ms.*0\.3 ms.*12 ms.*50 pictures/);
});

test("the meter forgets what is older than sixty pictures and claims no rate from a few", () => {
  const meter = new Meter();
  for (let i = 0; i < 60; i += 1) meter.add(100, 1, 1, i * 1000);
  for (let i = 0; i < 60; i += 1) meter.add(1, 1, 1, 1e6 + i * 1000);
  assert.equal(meter.read().trip, 1);
  assert.equal(meter.read().rate, null);
  assert.equal(brief(meter.read()), "1.0 ms");
});

test("dimensions are counted from one and written small", () => {
  assert.equal(nameOf(0), "z₁");
  assert.equal(nameOf(15), "z₁₆");
});

test("a picture's caption says where it comes from, and how far from its start", () => {
  assert.deepEqual(describe({ z: [0, 0], image: null, how: "zero" }, words), ["z = 0", "the middle of the prior"]);
  assert.match(describe({ z: [3, 4], image: { mean: [0, 0] }, how: "hand" }, words)[1], /5\.00 from the start/);
  assert.doesNotMatch(describe({ z: [3, 4], image: null, how: "hand" }, words)[1], /distance/);
  assert.match(describe({ z: Array(16).fill(0), image: null, how: "zero" }, words)[1], /19 of 20 draws lie 2\.6 to 5\.4 away/);
  for (const how of ["zero", "draw", "image", "hand", "link"]) assert.ok(describe({ z: [0], image: null, how }, words).every(Boolean));
});

test("a screen reader hears the dimensions that carry most, first", () => {
  const words = speak("m", [0, 1, 2, 3, 4], [4, 3, 2, 1, 0]);
  assert.equal(words, "Picture decoded by m at z5 = 4.00, z4 = 3.00, z3 = 2.00, z2 = 1.00, and 1 more.");
});

test("an image is named with its class, and said to be absent where it is", () => {
  assert.deepEqual(nameImage("Test image", { index: 7, label: "3" }), ["Test image 7", "class 3"]);
  assert.equal(absent("Test image", { index: 1634, label: "Dress" }), "Test image 1634, Dress. The original is not on this machine.");
  assert.equal(absent("Test image", { index: 7, label: "" }), "Test image 7. The original is not on this machine.");
});

test("keys on the strip go to the next picture from wherever the code is, and stay within the strip", () => {
  const values = [-2, -1, 0, 1, 2];
  for (const [from, step, to] of [[0, 1, 3], [0, -1, 1], [0.4, 1, 3], [0.4, -1, 2], [2, 1, 4], [-2, -1, 0], [9, 1, 4], [-9, -1, 0], [0, 5, 4], [0, -5, 0]]) {
    assert.equal(nextIn(values, from, step), to, `${from} ${step}`);
  }
});

test("keys on the map move by a tenth, by more, by less, and to its edges", () => {
  assert.deepEqual(byKey("ArrowLeft", [0, 1], false), [-0.1, 1]);
  assert.deepEqual(byKey("ArrowUp", [0, 1], true), [0, 1.01]);
  assert.deepEqual(byKey("PageDown", [0, 1], false), [0, 0.5]);
  const [left, right] = ["Home", "End"].map((key) => byKey(key, [0, 1], false));
  assert.ok(left[0] < -2.5 && left[1] === 1 && right[0] === -left[0]);
  assert.equal(byKey("a", [0, 1], false), null);
  assert.deepEqual(byKey("ArrowRight", [10, 0], false), [10, 0]);
  assert.deepEqual(byKey("ArrowRight", [15, 0], false, 20), [15.1, 0]);
});

test("the map's ticks run left to right and bottom to top, 0 in the middle", () => {
  const ticks = ticksOf(NORMAL);
  ticks.slice(1).forEach((each, i) => assert.ok(each.x > ticks[i].x && each.y < ticks[i].y));
  const zero = ticks.find(({ value }) => value === 0);
  assert.ok(Math.abs(zero.x - 0.5) < 1e-6 && Math.abs(zero.y - 0.5) < 1e-6);
});

test("a touch is along a slider, across it, or not yet either", () => {
  assert.equal(direction(1, -2), null);
  assert.equal(direction(-9, 3), "along");
  assert.equal(direction(3, 9), "across");
});

test("a place on Home has an address on Explore, below a base path too", () => {
  assert.equal(placeOnExplore("/vae/", "mnist-2d", [0.5, -1.2]), "/vae/explore?model=mnist-2d&z=0.5,-1.2");
});

test("nobody is invited to pick an image where there is none", () => {
  assert.equal(invite(null, words), "");
  assert.notEqual(invite({ codes: null }, words), invite({ codes: [[0]] }, words));
});

test("the shell of a normal's draws is that of χ², whatever the dimensions", () => {
  // SciPy: scipy.stats.chi(d).ppf([0.025, 0.975])
  const expected = { 4: [0.696, 3.338], 8: [1.476, 4.187], 16: [2.628, 5.371], 64: [6.616, 9.381] };
  for (const [dims, shell] of Object.entries(expected)) {
    shellOf(Number(dims)).forEach((length, i) => assert.ok(Math.abs(length - shell[i]) < 0.03, `${dims}: ${length}`));
  }
});
