import { viewOf } from "../../assets/live/shared/views/view.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { around, blend, boxOf, clockOf, laneScale, lanes, Moments, nextPosition, originOf, positionOf, readProbe, secondsAt, stepAt, views } from "../../assets/live/train/time/moments.js";

const STEPS = [0, 5, 10, 40, 200];

test("a step's position and a position's step are each other's reverse", () => {
  for (let step = 0; step <= 200; step += 2.5) assert.ok(Math.abs(stepAt(STEPS, positionOf(STEPS, step)) - step) < 1e-9);
  STEPS.forEach((step, i) => assert.equal(positionOf(STEPS, step), i));
});

test("before the first moment and after the last there is nothing", () => {
  assert.equal(positionOf(STEPS, -3), 0);
  assert.equal(positionOf(STEPS, 900), 4);
  assert.equal(stepAt(STEPS, -1), 0);
  assert.equal(stepAt(STEPS, 17), 200);
  assert.equal(stepAt([7], 0), 7);
  assert.equal(positionOf([7], 7), 0);
});

test("a moment is reached while earlier ones are thinned out, for the place is kept as a step", () => {
  const thinned = [0, 10, 200];
  assert.ok(Math.abs(stepAt(thinned, positionOf(thinned, 40)) - 40) < 1e-9);
});

test("the pictures are those of the nearer moment", () => {
  assert.deepEqual(around(5, 2.4), { low: 2, high: 3, share: 2.4 - 2, nearest: 2 });
  assert.equal(around(5, 2.6).nearest, 3);
  assert.deepEqual(around(5, 4), { low: 4, high: 4, share: 0, nearest: 4 });
  assert.deepEqual(around(1, 0), { low: 0, high: 0, share: 0, nearest: 0 });
});

test("a step on from between two moments goes to the next of them, not past it", () => {
  assert.equal(nextPosition(5, 2.3, 1), 3);
  assert.equal(nextPosition(5, 2.3, -1), 2);
  assert.equal(nextPosition(5, 2, 1), 3);
  assert.equal(nextPosition(5, 2, -1), 1);
  assert.equal(nextPosition(5, 4, 1), 4);
  assert.equal(nextPosition(5, 0.2, -9), 0);
});

test("points lie on the straight line between two moments, and on them at its ends", () => {
  const [a, b] = [Float32Array.of(0, 2, -4, 8), Float32Array.of(1, 2, 4, 0)];
  assert.equal(blend(a, b, 0), a);
  assert.deepEqual(blend(a, b, 1), b);
  assert.deepEqual(blend(a, b, 0.25), Float32Array.of(0.25, 2, -2, 6));
});

test("two moments of other sizes are not mixed", () => {
  const [a, b] = [new Float32Array(4), new Float32Array(6)];
  assert.equal(blend(a, b, 0.4), a);
  assert.equal(blend(a, b, 0.6), b);
});

test("a view holds three standard deviations of the prior, nearly all points, and no number that is none", () => {
  const points = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 ? 0 : 10 * Math.sin(i)));
  points.set([1e6, 1e6, NaN, Infinity], 0);
  const { left, right, bottom, top } = boxOf(points, [1, 0]);
  assert.ok(left < -9.9 && left > -14 && right > 9.9 && right < 14, `${left} ${right}`);
  assert.ok(bottom < -3 && top > 3 && top < 5);
  for (const side of Object.values(boxOf(new Float32Array(0), [0, 0]))) assert.ok(Math.abs(side) > 3 && Math.abs(side) < 4);
});

test("what lies a little outside is in view too, with a margin all around", () => {
  const points = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 ? 4 * Math.cos(i) : 4 * Math.sin(i)));
  points.set([4.8, -4.7], 0);
  const { left, right, bottom, top } = boxOf(points, [0, 0]);
  assert.ok(right > 4.8 && bottom < -4.7);
  for (let i = 0; i < points.length; i += 2) {
    for (const gap of [points[i] - left, right - points[i]]) assert.ok(gap > 0.03 * (right - left));
    for (const gap of [points[i + 1] - bottom, top - points[i + 1]]) assert.ok(gap > 0.03 * (top - bottom));
  }
});

test("without a prior a view is around the points alone, and never a line or a point", () => {
  const cloud = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 ? 30 + 9 * Math.cos(i) : 10 * Math.sin(i)));
  const box = boxOf(cloud, null);
  assert.ok(box.left > -12 && box.left < -9.9 && box.right > 9.9 && box.right < 12);
  assert.ok(box.bottom > 18 && box.bottom < 21.1 && box.top > 38.9 && box.top < 42);
  for (const points of [cloud.map((value, i) => (i % 2 ? 0 : value)), Float32Array.of(5, 5, 5, 5), new Float32Array(0)]) {
    const { left, right, bottom, top } = boxOf(points, null);
    assert.ok(right - left > 0.5 && top - bottom > 0.5 * (right - left), `${[left, right, bottom, top]}`);
  }
});

test("lanes fill a view whatever its height is, and are as they were where a prior gives it", () => {
  assert.ok(Math.abs(laneScale(boxOf(Float32Array.of(-1, 0, 1, 0), [0, 0])) - 1) < 1e-6);
  const line = Float32Array.from({ length: 200 }, (_, i) => (i % 2 ? 0 : i - 100));
  const box = boxOf(line, null);
  const heights = lanes(null, 100).map((lane) => laneScale(box) * lane);
  assert.ok(Math.max(...heights) < box.top && Math.max(...heights) > 0.6 * box.top && Math.min(...heights) > box.bottom);
});

test("the clock of a run says at the end what the run says, goes on evenly and never back", () => {
  const records = [{ step: 50, images_per_second: 1000 }, { step: 100, images_per_second: 4000 }];
  const clock = clockOf(records, 64, { step: 120, seconds: 10 });
  assert.equal(clock(0), 0);
  assert.ok(Math.abs(clock(120) - 10) < 1e-9);
  assert.ok(Math.abs((clock(50) / (clock(100) - clock(50))) - 4) < 1e-9); // four times slower there
  for (let step = 1; step < 150; step += 1) assert.ok(clock(step) > clock(step - 1));
});

test("a clock of a run that tells no time goes by the speeds that were written down", () => {
  assert.equal(clockOf([{ step: 50, images_per_second: 3200 }], 64, {})(50), 1);
  assert.equal(clockOf([], 64, { step: 5, seconds: 3 })(5), 0);
});

test("the view never leaves a moment's own points out, and glides", () => {
  const box = (size) => ({ left: -size, right: size, bottom: -size, top: size });
  const sizes = [3, 3, 3, 3, 9, 3, 3, 3, 3, 3, 3];
  const seen = views(sizes.map(box)).map(({ right }) => right);
  sizes.forEach((size, i) => assert.ok(i < 4 || i > 4 || seen[i] >= size));
  assert.equal(seen[4], 9);
  const jumps = seen.slice(1).map((value, i) => Math.abs(value - seen[i]));
  assert.ok(Math.max(...jumps) < 3, String(seen)); // in one moment's time it would be 6
});

test("the prior's mean lies where its code is: centre + axes · origin is nearest to 0", () => {
  const [centre, axes] = [Float32Array.of(1, 2, 3), Float32Array.of(1, 0, 0, 0, 0, 1)]; // along the first and the third
  assert.deepEqual(originOf(centre, axes), [-1, -3]);
  assert.deepEqual(originOf(Float32Array.of(0, 0), Float32Array.of(1, 0, 0, 1)), [0, 0]);
});

test("on a line each class has a lane of its own, within three standard deviations", () => {
  const labels = Int32Array.from({ length: 300 }, (_, i) => i % 3);
  const y = lanes(labels, 300);
  const of = (label) => [...y].filter((_, i) => labels[i] === label);
  assert.ok(Math.max(...of(0)) < Math.min(...of(1)) && Math.max(...of(1)) < Math.min(...of(2)));
  assert.ok(Math.min(...y) > -3 && Math.max(...y) < 3);
  assert.deepEqual(lanes(labels, 300), y);
  assert.equal(lanes(null, 5).length, 5);
});

test("seconds are images over speed, up to the step and no farther", () => {
  const records = [{ step: 10, images_per_second: 640 }, { step: 20, images_per_second: 64 }, { step: 30 }];
  assert.equal(secondsAt(records, 64, 0), 0);
  assert.equal(secondsAt(records, 64, 10), 1);
  assert.equal(secondsAt(records, 64, 15), 6);
  assert.equal(secondsAt(records, 64, 30), 11); // a speed that nobody wrote down counts for nothing
});

/** What a server would answer, one array after another. */
function frame(header, arrays) {
  let [offset, entries] = [0, []];
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    entries.push({ name, dtype: { Float32Array: "float32", Uint8Array: "uint8", Int32Array: "int32" }[values.constructor.name], shape, offset });
    offset += Math.ceil(values.byteLength / 4) * 4;
  }
  let text = JSON.stringify({ ...header, arrays: entries });
  text = text.padEnd(Math.ceil(text.length / 4) * 4);
  const buffer = new Uint8Array(4 + text.length + offset);
  new DataView(buffer.buffer).setUint32(0, text.length, true);
  buffer.set(new TextEncoder().encode(text), 4);
  Object.values(arrays).forEach(({ values }, i) => buffer.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 4 + text.length + entries[i].offset));
  return buffer.buffer;
}

const ITEM = { kind: "image", shape: [3, 2, 1], meaning: {} };
await viewOf(ITEM); // loaded once: moments do not wait for a disk here
const snapshot = (step, more = {}) =>
  frame({ step }, {
    points: { shape: [2, 2], values: Float32Array.of(step, 0, 0, step) },
    centre: { shape: [2], values: new Float32Array(2) },
    axes: { shape: [2, 2], values: Float32Array.of(1, 0, 0, 1) },
    reconstructions: { shape: [1, 3, 2, 1], values: new Uint8Array(6).fill(step) },
    samples: { shape: [2, 3, 2, 1], values: new Uint8Array(12) },
    ...more,
  });
const probe = () =>
  frame({ classes: ["cat", "dog"], item: ITEM }, {
    numbers: { shape: [2], values: Int32Array.of(0, 1) },
    labels: { shape: [2], values: Int32Array.of(1, 0) },
    originals: { shape: [1, 3, 2, 1], values: new Uint8Array(6) },
    noise: { shape: [2, 2], values: new Float32Array(4) },
  });

/** A server of moments that answers when it is told to. */
function server() {
  const asked = [];
  const fetch = (url) => new Promise((resolve, reject) => asked.push({ url, resolve, reject }));
  const stepOf = (url) => Number(new URL(url, "http://x").searchParams.get("step"));
  const answer = async (one, buffer) => {
    one.resolve(new Response(buffer ?? (one.url.includes("probe") ? probe() : snapshot(stepOf(one.url)))));
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { asked, fetch, answer, stepOf };
}

const make = (fetch, onChange = () => {}) => new Moments({ base: "/demo/", run: "a run", onChange, fetch });

test("the probe comes first, then the newest moments, a few at a time", async () => {
  const { asked, fetch, answer, stepOf } = server();
  const moments = make(fetch);
  moments.follow([0, 10, 20, 30, 40, 50]);
  assert.equal(asked.length, 3);
  assert.ok(asked[0].url.startsWith("/demo/api/probe?run=a+run"));
  assert.deepEqual(asked.slice(1).map(({ url }) => stepOf(url)), [50, 40]);
  for (let i = 0; i < asked.length; i += 1) {
    assert.ok(asked.length - i <= 3);
    await answer(asked[i]);
  }
  assert.deepEqual(moments.steps, [0, 10, 20, 30, 40, 50]);
  assert.equal(asked.length, 7);
  assert.deepEqual(moments.probe.classes, ["cat", "dog"]);
  assert.deepEqual(moments.probe.view.shape, [3, 2, 1]);
  assert.deepEqual([...moments.all[1].points], [10, 0, 0, 10]);
  assert.equal(moments.views.length, 6);
});

test("a probe says how many of its images are trained on", async () => {
  for (const trained of [0, 3]) {
    const more = trained ? { trained: { shape: [trained], values: new Int32Array(trained) } } : {};
    const read = await readProbe(new Response(frame({ item: ITEM }, { numbers: { shape: [2], values: Int32Array.of(0, 1) }, originals: { shape: [0], values: new Uint8Array(0) }, noise: { shape: [2, 2], values: new Float32Array(4) }, ...more })));
    assert.equal(read.trained, trained);
  }
});

test("what is here is not asked for again, and what the run has thinned out is let go", async () => {
  const { asked, fetch, answer } = server();
  const moments = make(fetch);
  moments.follow([0, 10, 20]);
  for (let i = 0; i < asked.length; i += 1) await answer(asked[i]);
  moments.follow([0, 20]);
  assert.deepEqual(moments.steps, [0, 20]);
  moments.follow([0, 20, 30]);
  assert.equal(asked.length, 5);
  await answer(asked[4]);
  assert.deepEqual(moments.steps, [0, 20, 30]);
});

test("a moment that was thinned out on its way here does not come back", async () => {
  const { asked, fetch, answer } = server();
  const moments = make(fetch);
  moments.follow([0, 10]);
  moments.follow([0]);
  for (const one of [...asked]) await answer(one);
  assert.deepEqual(moments.steps, [0]);
});

test("a server that is away is asked again each time the run is heard of, one that refuses a few times", async () => {
  const { asked, fetch, answer } = server();
  const moments = make(fetch);
  moments.follow([7]);
  await answer(asked[0]);
  for (let i = 1; i <= 8; i += 1) {
    asked[i].reject(new TypeError("no network"));
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(asked.length, i + 1, "it waits");
    moments.follow([7]);
    assert.equal(asked.length, i + 2);
  }
  for (let i = 9; moments.coming; i += 1) {
    asked[i].resolve(new Response('{"error": {"message": "It is damaged."}}', { status: 422 }));
    await new Promise((resolve) => setTimeout(resolve, 1));
    moments.follow([7]);
  }
  assert.equal(asked.length, 14);
  assert.deepEqual(moments.steps, []);
});

test("a measurement on held-out images is the sum of its two parts", async () => {
  const { asked, fetch, answer } = server();
  const moments = make(fetch);
  moments.follow([3, 4]);
  await answer(asked[0]);
  await answer(asked[1], snapshot(4, { held_out: { shape: [2], values: Float32Array.of(120.5, 4.25) } }));
  await answer(asked[2]);
  assert.deepEqual(moments.all.map(({ heldOut }) => heldOut), [null, 124.75]);
});

test("after it was closed nothing is asked for and nothing comes", async () => {
  const { asked, fetch, answer } = server();
  let changes = 0;
  const moments = make(fetch, () => (changes += 1));
  moments.follow([0, 1, 2, 3]);
  const before = changes;
  moments.close();
  for (const one of [...asked]) await answer(one);
  assert.equal(changes, before);
  assert.equal(asked.length, 3);
});

test("what the clock has told while a run waited it tells afterwards, too", () => {
  const records = Array.from({ length: 12 }, (_, i) => ({ step: 50 * (i + 1), images_per_second: 9000 + 500 * i }));
  const waiting = { step: 300, seconds: 2.7 };
  const early = clockOf(records.slice(0, 6), 64, waiting);
  const late = clockOf(records, 64, { step: 600, seconds: 4.1 }, [waiting]);
  for (const step of [0, 50, 120, 299, 300]) assert.ok(Math.abs(late(step) - early(step)) < 1e-9, `${step}`);
  assert.ok(Math.abs(late(600) - 4.1) < 1e-9);
  let before = -1;
  for (let step = 0; step <= 700; step += 7) {
    assert.ok(late(step) > before);
    before = late(step);
  }
  const back = clockOf(records.slice(0, 4), 64, { step: 200, seconds: 1.5 }, [waiting]); // it went back to a checkpoint
  assert.ok(Math.abs(back(200) - 1.5) < 1e-9);
});
