import assert from "node:assert/strict";
import { test } from "node:test";
import { edgesOf, hoverOf, parted, planOf, stretches, thinned, threeTicks, worstOf } from "../../assets/live/shared/views/curve.js";
import { DRAWS, Draws, isBelieved } from "../../assets/live/explore/draws.js";
import { paintBand, paintBeneath, paintCurve, paintDraws, paintError, paintGaps, paintZero } from "../../assets/live/shared/views/curvelayers.js";
import { sayCurve, sayHover, sayValue, timesOf } from "../../assets/live/shared/views/curvewords.js";
import { PRINTED } from "../../assets/live/shared/views/look.js";
import series from "../../assets/live/shared/views/series.js";

const near = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

/** Numbers in [0, 1) that are the same each time: a linear congruential generator. */
function random(seed) {
  let state = seed;
  return () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
}

const MILLIVOLT = { unit: "mV", low: -1, high: 2 };
const SIZES = [[420, 300], [96, 64], [28, 20]];
const item = (samples, channels = 1, meaning = MILLIVOLT) => ({ samples, channels, meaning });
const noise = (n, seed = 1, scale = 6) => {
  const next = random(seed);
  return Float32Array.from({ length: n }, () => scale * (next() - 0.5));
};

/** A context that writes down the places it was led to, and in which colour and how thick each line was drawn. */
function recorder() {
  const context = { places: [], strokes: [], fills: [], path: [], getTransform: () => ({ a: 1, d: 1, f: 0 }) };
  for (const name of ["save", "restore", "clip", "fillText", "translate"]) context[name] = () => {};
  context.beginPath = () => (context.path = []);
  context.moveTo = context.lineTo = (x, y) => context.path.push([x, y]);
  context.arc = (x, y) => context.path.push([x, y]);
  context.rect = (x, y, width, height) => context.path.push([x, y], [x + width, y + height]);
  context.fillRect = (x, y, width, height) => context.fills.push({ path: [[x, y], [x + width, y + height]], style: context.fillStyle });
  context.stroke = () => context.strokes.push({ path: context.path, style: context.strokeStyle, width: context.lineWidth });
  context.fill = () => context.fills.push({ path: context.path, style: context.fillStyle });
  return context;
}

// Where a curve lies.

test("a larger value is drawn higher, a later sample farther right, and equal steps are equally far apart", () => {
  for (const [width, height] of SIZES) {
    const { x, y } = planOf({ width, height }, item(140));
    for (let i = 1; i < 140; i += 1) assert.ok(x.at(i) > x.at(i - 1));
    for (let value = -1; value < 2; value += 0.1) assert.ok(y.at(value + 0.1) < y.at(value));
    near(x.at(139) - x.at(138), x.at(1) - x.at(0));
    near(y.at(-1) - y.at(0), y.at(1) - y.at(2));
  }
});

test("the range of a set lies within the plot at every size, the plot within the drawing, and all things have the same", () => {
  for (const [width, height] of SIZES) {
    const plan = planOf({ width, height }, item(140, 3));
    assert.ok(0 < plan.left && plan.left < plan.right && plan.right < width);
    assert.ok(0 < plan.top && plan.top < plan.bottom && plan.bottom < height);
    assert.ok(plan.y.at(2) > plan.top && plan.y.at(-1) < plan.bottom);
    assert.deepEqual([plan.x.at(0), plan.x.at(139)].map(Math.round), [plan.left, plan.right].map(Math.round));
  }
});

test("a set whose values are all one has that value in the middle", () => {
  for (const value of [0, 3, -2e-8]) {
    const [low, high] = edgesOf({ low: value, high: value });
    assert.ok(low < value && value < high);
    near((low + high) / 2, value);
  }
});

test("a single sample has a place", () => {
  const { x, y } = planOf({ width: 96, height: 64 }, item(1));
  assert.ok(Number.isFinite(x.at(0)) && Number.isFinite(y.at(1)));
});

test("axes are there on the stage, and not on tiles", () => {
  assert.deepEqual(SIZES.map(([width, height]) => planOf({ width, height }, item(140)).axes !== null), [true, false, false]);
  assert.equal(planOf({ width: 240, height: 171, text: 16 }, item(140)).axes, null, "larger words want more room");
});

test("a legend names every channel within the drawing, and where there is but one there is none", () => {
  for (const channels of [2, 3, 8]) {
    const names = Array.from({ length: channels }, (_, i) => `a long name of electrode ${i}`);
    const { axes, top, width } = planOf({ width: 420, height: 300 }, item(140, channels, { ...MILLIVOLT, channels: names }));
    assert.deepEqual(axes.legend.map(({ channel }) => channel), Array.from({ length: channels }, (_, i) => i));
    for (const { x, y, text } of axes.legend) assert.ok(x > 0 && x + 6 * text.length < width && y > 0 && y < top);
  }
  assert.deepEqual(planOf({ width: 420, height: 300 }, item(140)).axes.legend, []);
});

test("however many channels there are and however long their names, half of the height is left for the curves", () => {
  const names = Array.from({ length: 8 }, (_, i) => `a name that is much too long for ${i}`);
  for (const [width, height] of [[254, 181], [420, 300]]) {
    const { axes, top, bottom } = planOf({ width, height }, item(140, 8, { ...MILLIVOLT, channels: names }));
    assert.ok(bottom - top > height / 2, `${bottom - top} of ${height}`);
    assert.equal(new Set(axes.legend.map(({ text }) => text)).size, 8, "names are still told apart");
  }
});

// Ticks.

test("ticks are three round numbers within the range, evenly apart, over a third of it at least", () => {
  const next = random(5);
  for (let i = 0; i < 2000; i += 1) {
    const size = 10 ** Math.floor(12 * next() - 6);
    const low = size * (20 * next() - 10);
    const high = low + size * (0.05 + 20 * next());
    const ticks = threeTicks(low, high);
    assert.equal(ticks.length, 3);
    const [step, range] = [ticks[1] - ticks[0], high - low];
    near(ticks[2] - ticks[1], step, 1e-6 * step);
    assert.ok(ticks[0] >= low - 1e-6 * range && ticks[2] <= high + 1e-6 * range, `${ticks} lies within ${low} to ${high}`);
    assert.ok(2 * step >= range / 3, `${ticks} of ${low} to ${high}`);
    const digits = step.toExponential(6).replace(/0*e.*/, "").replace(".", "");
    assert.ok(["1", "15", "2", "25", "3", "4", "5"].includes(digits), `${step} is round`);
    for (const value of ticks) near(value / step, Math.round(value / step), 1e-6);
  }
});

test("where there is no range there are no ticks", () => {
  for (const [low, high] of [[1, 1], [2, 1], [NaN, 1], [-Infinity, Infinity]]) assert.deepEqual(threeTicks(low, high), []);
});

test("very large and very small values are written with a power of ten beside the unit", () => {
  const axesOf = (low, high) => planOf({ width: 420, height: 300 }, item(140, 1, { unit: "V", low, high })).axes;
  const small = axesOf(-0.4e-7, 2.2e-7);
  assert.equal(small.heading, "10⁻⁷ V");
  assert.deepEqual(small.values.map(({ text }) => text), ["0", "1", "2"]);
  small.values.forEach(({ value, text }) => near(value, Number(text.replace("−", "-")) * 1e-7, 1e-15));
  assert.equal(axesOf(0, 5e6).heading, "10⁶ V");
  assert.equal(axesOf(0, 500).heading, "V");
});

// Fewer samples.

test("in each column of pixels the curve reaches as low and as high as all its samples do", () => {
  const [samples, channels, columns] = [4096, 3, 90];
  const array = noise(samples * channels, 3);
  for (let channel = 0; channel < channels; channel += 1) {
    const kept = thinned(array, channel, channels, columns);
    const reach = (numbers) => {
      const found = Array.from({ length: columns }, () => [Infinity, -Infinity]);
      for (const i of numbers) {
        const [value, column] = [array[i * channels + channel], Math.floor((i * columns) / samples)];
        found[column] = [Math.min(found[column][0], value), Math.max(found[column][1], value)];
      }
      return found;
    };
    assert.deepEqual(reach(kept), reach(Array.from({ length: samples }, (_, i) => i)));
    assert.deepEqual([kept[0], kept.at(-1)], [0, samples - 1]);
    assert.ok(kept.length <= 4 * columns);
    assert.ok(kept.every((sample, i) => i === 0 || sample > kept[i - 1]), "they rise");
  }
});

test("few samples all stay, and so does what is no number", () => {
  assert.deepEqual(thinned(noise(24), 0, 1, 96), Array.from({ length: 24 }, (_, i) => i));
  const array = noise(3000);
  array[1500] = NaN;
  assert.ok(thinned(array, 0, 1, 90).includes(1500));
});

test("thinning hides no error: the largest is among those that are drawn", () => {
  const array = noise(4096, 2);
  const errors = noise(4096, 9).map(Math.abs);
  const kept = thinned(array, 0, 1, 60);
  const worst = worstOf(errors, 0, 1, kept);
  assert.equal(worst.length, kept.length);
  assert.equal(Math.max(...worst), Math.max(...errors));
  kept.forEach((sample, k) => assert.ok(worst[k] >= errors[sample]));
});

// Beyond the scale.

test("what is within the plot is one line through all its points", () => {
  const { within, beyond } = parted([0, 1, 2], [5, 3, 9], 0, 10);
  assert.deepEqual({ within, beyond }, { within: [[0, 5, 1, 3, 2, 9]], beyond: [] });
});

test("a peak beyond the scale is cut where it crosses the edge and runs along that edge", () => {
  const { within, beyond } = parted([0, 2, 4], [5, -5, 5], 0, 10);
  assert.deepEqual(within, [[0, 5, 1, 0], [3, 0, 4, 5]]);
  assert.deepEqual(beyond, [[1, 0, 2, 0, 3, 0]]);
});

test("a leap from beyond one edge to beyond the other crosses all of the plot", () => {
  const { within, beyond } = parted([0, 4], [-10, 30], 0, 20);
  assert.deepEqual(within, [[1, 0, 3, 20]]);
  assert.deepEqual(beyond, [[0, 0, 1, 0], [3, 20, 4, 20]]);
});

test("whatever the values, the parts together go from the first sample to the last, within the edges and without a hole", () => {
  for (let seed = 1; seed < 30; seed += 1) {
    const ys = Array.from(noise(60, seed, 80));
    const { within, beyond } = parted(ys.map((_, i) => i), ys, -10, 15);
    const lines = [...within, ...beyond].sort((a, b) => a[0] - b[0]);
    assert.equal(lines[0][0], 0);
    assert.equal(lines.at(-1).at(-2), 59);
    lines.forEach((line, i) => i && assert.deepEqual(line.slice(0, 2), lines[i - 1].slice(-2)));
    for (const line of lines) for (let k = 1; k < line.length; k += 2) assert.ok(line[k] >= -10 && line[k] <= 15);
    for (const line of beyond) for (let k = 1; k < line.length; k += 2) assert.equal(line[k], line[1], "along one edge");
  }
});

test("where there is no number there is no line, and a sample left alone is a dot", () => {
  const { within } = parted([0, 1, 2, 3, 4, 5], [1, 2, NaN, 3, NaN, 4], 0, 10);
  assert.deepEqual(within, [[0, 1, 1, 2], [3, 3, 3, 3], [5, 4, 5, 4]]);
  assert.deepEqual(parted([0, 1], [NaN, NaN], 0, 10), { within: [], beyond: [] });
});

test("stretches are where something holds, each with its first and its last", () => {
  assert.deepEqual(stretches([1, 1, 0, 0, 1, 0, 1]), [[0, 1], [4, 4], [6, 6]]);
  assert.deepEqual(stretches([false, false]), []);
});

// What is drawn.

test("no layer leaves the plot, whatever the values are", () => {
  const [samples, channels] = [140, 3];
  const array = noise(samples * channels, 7, 20);
  const plan = planOf({ width: 96, height: 64 }, item(samples, channels));
  const layers = {
    curve: (context) => paintCurve(context, array, plan, PRINTED),
    band: (context) => paintBand(context, array.map((v) => v - 1), array.map((v) => v + 1), plan, PRINTED),
    beneath: (context) => paintBeneath(context, array, plan, PRINTED),
    draws: (context) => paintDraws(context, [array, array.map((v) => 2 * v)], plan, PRINTED),
    error: (context) => paintError(context, array, array.map(Math.abs), 3, plan, PRINTED),
    zero: (context) => paintZero(context, plan, PRINTED),
  };
  for (const [name, paint] of Object.entries(layers)) {
    const context = recorder();
    paint(context);
    const drawn = [...context.strokes, ...context.fills].flatMap(({ path }) => path);
    assert.ok(drawn.length > 1, name);
    for (const [x, y] of drawn) {
      assert.ok(x >= plan.left - 1e-6 && x <= plan.right + 1e-6, name);
      assert.ok(y >= plan.top - 1 && y <= plan.bottom + 1, name);
    }
  }
});

test("the line along the edge is thinner than the curve", () => {
  const context = recorder();
  paintCurve(context, Float32Array.of(0, 9, 0), planOf({ width: 96, height: 64 }, item(3)), PRINTED);
  const [curve, edge] = context.strokes;
  assert.ok(edge.path.length && edge.width < curve.width);
});

test("each channel has a colour of its own, the same in the curve and its band, and the first lies on top", () => {
  const plan = planOf({ width: 96, height: 64 }, item(20, 3));
  const [curve, band] = [recorder(), recorder()];
  paintCurve(curve, noise(60, 1, 1), plan, PRINTED);
  paintBand(band, noise(60, 1, 1), noise(60, 2, 1), plan, PRINTED);
  const colours = [...new Set(curve.strokes.map(({ style }) => style))];
  assert.equal(colours.length, 3);
  assert.deepEqual(band.fills.map(({ style }) => style), colours);
  assert.equal(colours.at(-1), PRINTED.channel(0, 3));
});

test("each draw is a thinner line than the curve, in its colour", () => {
  const plan = planOf({ width: 96, height: 64 }, item(20));
  const [curve, draws] = [recorder(), recorder()];
  paintCurve(curve, noise(20, 1, 1), plan, PRINTED);
  paintDraws(draws, [noise(20, 2, 1), noise(20, 3, 1)], plan, PRINTED);
  const seen = draws.strokes.filter(({ path }) => path.length);
  assert.equal(new Set(seen.map(({ path }) => String(path[1]))).size, 2);
  for (const { style, width } of seen) assert.ok(style === curve.strokes[0].style && width < curve.strokes[0].width);
});

test("draws of a code are asked for once a belief, and shown while the code is one that the encoder gave", () => {
  const image = { mean: [0.5, -1], spread: [0.1, 0.2] };
  const draws = new Draws([]);
  const asked = draws.request("model", { z: [0.5, -1], image, how: "image" }, 3);
  assert.deepEqual(asked.shape, [DRAWS, 2]);
  const rows = Array.from({ length: DRAWS }, (_, i) => asked.payload.subarray(2 * i, 2 * i + 2));
  assert.ok(rows.every(([a, b]) => Math.abs(a - 0.5) < 0.6 && Math.abs(b + 1) < 1.2)); // six standard deviations
  assert.ok(new Set(rows.map(String)).size > 1);
  assert.equal(draws.of({ z: [0.5, -1], image, how: "image" }), undefined); // not yet
  asked.onAnswer({ array: Float32Array.from({ length: 3 * DRAWS }, (_, i) => i) });
  assert.deepEqual([...draws.of({ z: [0.5, -1], image, how: "link" })[1]], [3, 4, 5]);
  assert.equal(draws.request("model", { z: [0.5, -1], image, how: "image" }, 3), null);
  assert.ok(draws.of({ z: [0.6, -1], image, how: "sample" }));
  assert.equal(draws.of({ z: [0.6, -1], image, how: "hand" }), undefined);
  assert.equal(draws.of({ z: [0.5, -1], image: { ...image, mean: [0.5, -1] }, how: "image" }), undefined); // of another thing
  assert.equal(isBelieved({ z: [0], image: null, how: "zero" }), false);
});

test("an error colours the stretches at its sample, and where there is none the curve has one colour", () => {
  const plan = planOf({ width: 420, height: 300 }, item(50));
  const coloured = (errors) => {
    const context = recorder();
    paintError(context, new Float32Array(50), errors, 1, plan, PRINTED);
    return context.strokes.filter(({ path }) => path.length);
  };
  assert.deepEqual(coloured(new Float32Array(50)).map(({ style }) => style), [PRINTED.scale(0)]);
  const one = coloured(Float32Array.from({ length: 50 }, (_, i) => (i === 20 ? 1 : 0)));
  assert.deepEqual(one.map(({ style }) => style), [0, 1, 0].map(PRINTED.scale));
  const [start, end] = [one[1].path[0][0], one[1].path.at(-1)[0]];
  near(start, plan.x.at(19), 1e-9);
  near(end, plan.x.at(21), 1e-9);
});

test("a lost stretch is hatched from half a sample before it to half a sample after", () => {
  const plan = planOf({ width: 420, height: 300 }, item(50));
  const context = recorder();
  paintGaps(context, Array.from({ length: 50 }, (_, i) => i >= 10 && i <= 14), plan, PRINTED);
  const [[from], [to]] = context.fills[0].path;
  near(from, (plan.x.at(9) + plan.x.at(10)) / 2);
  near(to, (plan.x.at(14) + plan.x.at(15)) / 2);
  assert.ok(context.strokes[0].path.length > 4);
});

test("there is a zero line only where zero is within", () => {
  const lines = ([low, high]) => {
    const context = recorder();
    paintZero(context, planOf({ width: 96, height: 64 }, item(20, 1, { low, high })), PRINTED);
    return context.strokes.length;
  };
  assert.deepEqual([[-1, 2], [1, 2], [-2, -1]].map(lines), [1, 0, 0]);
});

// In words.

test("a curve is said with its range and the place of its maximum, as a sample or as a time", () => {
  const array = Float32Array.from({ length: 128 }, (_, i) => (i === 47 ? 3.4 : i === 90 ? -1.2 : 0.1));
  const meaning = { low: -1.5, high: 3.5 };
  assert.equal(sayCurve(array, item(128, 1, meaning)), "curve of 128 samples from −1.2 to 3.4, highest at sample 47");
  assert.equal(
    sayCurve(array, item(128, 1, { ...meaning, unit: "mV", rate: 100 })),
    "curve of 128 samples in 1.28 s from −1.2 to 3.4 mV, highest at 0.47 s",
  );
});

test("of several channels the one is named that reaches highest", () => {
  const array = new Float32Array(30);
  array[3 * 4 + 2] = 1;
  const said = (channels) => sayCurve(array, item(10, 3, { ...MILLIVOLT, channels }));
  assert.equal(said(["I", "II", "III"]), "3 curves of 10 samples from 0 to 1 mV, highest at sample 4, in III");
  assert.match(said(undefined), /in channel 3$/);
});

test("a flat curve is said to be flat, and one without numbers to have none", () => {
  assert.equal(sayCurve(new Float32Array(5).fill(0.5), item(5)), "curve of 5 samples, all at 0.5 mV");
  assert.equal(sayCurve(new Float32Array(5).fill(NaN), item(5)), "curve of 5 samples, without numbers");
  assert.match(sayCurve(Float32Array.of(NaN, 1, 2), item(3)), /from 1 to 2 mV, highest at sample 2$/);
});

test("times are told in the unit that suits the whole, so finely that neighbours differ", () => {
  const cases = [[48_000, 40, "µs"], [360, 140, "ms"], [100, 140, "s"], [1, 4096, "min"], [1 / 60, 2000, "h"], [1 / 3600, 2000, "days"]];
  for (const [rate, samples, unit] of cases) {
    const times = timesOf({ rate }, samples);
    assert.equal(times.unit, unit);
    const texts = Array.from({ length: samples }, (_, i) => times.texts(i));
    assert.equal(new Set(texts).size, samples, unit);
    const seconds = { µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, days: 86_400 }[unit];
    texts.forEach((text, i) => near(Number.parseFloat(text) * seconds, i / rate, 1 / rate));
  }
  assert.deepEqual([0, 7].map(timesOf({}, 12).texts), ["0", "7"]);
});

test("values are written with three digits of the set's range, a true minus and no zeros at their end", () => {
  const said = (value, low, high) => sayValue(value, { low, high });
  assert.deepEqual(
    [said(1.3, -1, 2), said(-1.23456, -1, 2), said(1013.26, 1000, 1020), said(21_345, 0, 40_000), said(-0.0001, -1, 2), said(1.5e-7, 0, 3e-7)],
    ["1.3", "−1.23", "1013.3", "21300", "0", "1.5e−7"],
  );
  assert.equal(sayValue(NaN, MILLIVOLT), "no number");
});

test("under the pointer is the nearest sample, and beyond the ends the last", () => {
  const array = Float32Array.from({ length: 280 }, (_, i) => i);
  const meaning = { ...MILLIVOLT, rate: 100 };
  const plan = planOf({ width: 420, height: 300 }, item(140, 2, meaning));
  for (const sample of [0, 1, 42, 139]) {
    for (const off of [-0.4, 0, 0.4]) {
      const { index, time, values } = hoverOf(plan.x.at(sample + off), array, plan, meaning);
      assert.deepEqual([index, time, values], [sample, sample / 100, [2 * sample, 2 * sample + 1]]);
    }
  }
  assert.deepEqual([-50, 1000].map((x) => hoverOf(x, array, plan, meaning).index), [0, 139]);
  assert.equal(hoverOf(0, array, plan, MILLIVOLT).time, null);
});

test("what lies under the pointer is said with its time and unit", () => {
  assert.equal(sayHover({ index: 42, values: [1.3] }, item(140, 1, { ...MILLIVOLT, rate: 100 })), "at 0.42 s: 1.3 mV");
  assert.equal(sayHover({ index: 42, values: [1.3, -0.2] }, item(140, 2, { ...MILLIVOLT, channels: ["I", "II"] })), "at sample 42: I 1.3 mV, II −0.2 mV");
});

// The view.

const view = series([140, 2], MILLIVOLT);

test("series are apart by the root mean square of their differences: nothing for equal ones, and the same both ways", () => {
  const [a, b] = [noise(280 * 3, 1), noise(280 * 2, 2)];
  assert.equal(view.apart(a, 1, a, 1), 0);
  assert.equal(view.apart(a, 2, b, 1), view.apart(b, 1, a, 2));
  assert.ok(view.apart(a, 0, b, 0) > 0);
  near(view.apart(a, 1, a.map((value) => value + 0.5), 1), 0.5, 1e-6);
});

test("a series is read where it lies, aligned or not", () => {
  const numbers = Float32Array.from({ length: 280 }, (_, i) => i / 7);
  for (const offset of [0, 4, 6]) {
    const buffer = new ArrayBuffer(offset + numbers.byteLength);
    new Uint8Array(buffer, offset).set(new Uint8Array(numbers.buffer));
    const read = view.read(buffer, offset, 280);
    assert.deepEqual(read, numbers);
    assert.equal(read.buffer === buffer, offset % 4 === 0, "a copy only where it has to be");
    assert.deepEqual(view.read(buffer, offset), numbers);
  }
});

test("the second of several series is drawn and said as it is alone", () => {
  const two = noise(560, 4, 1);
  const second = two.slice(280);
  const drawn = (array, index) => {
    const context = recorder();
    view.tile(context, array, index, 0, 0, 96, 64);
    return [context.strokes, context.fills];
  };
  assert.deepEqual(drawn(two, 1), drawn(second, 0));
  assert.equal(view.say(two, 1), view.say(second));
});
