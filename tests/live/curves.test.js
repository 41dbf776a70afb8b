import assert from "node:assert/strict";
import { test } from "node:test";
import { changedBy, curvesCsv, decimate, evened, merged, nearest, sampled, withTotals } from "../../assets/live/train/curvedata.js";
import { curvesSvg, folded, panelsOf, pathOf, planned, rangeOf, tall } from "../../assets/live/train/curveplot.js";
import { marksOf, scale } from "../../assets/live/shared/draw/axes.js";

/** Numbers that are the same each time: a linear congruential generator. */
function random(seed) {
  let state = seed;
  return () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
}
const entries = (n, every = 50, loss = (i) => 100 + 400 * Math.exp(-i / 3)) =>
  Array.from({ length: n }, (_, i) => withTotals({ step: every * (i + 1), epoch: 0, reconstruction: loss(i), kl: [2, 0.001], weight: 1, learning_rate: 1e-3, images_per_second: 9000 }));
const run = (n, more = {}) => ({ name: "mine", steps: entries(n), heldOut: entries(Math.floor(n / 4), 200), training: "#00f", measured: "#f60", ...more });
const look = { ink: "#000", muted: "#777", line: "#ccc", paper: "#fff", accent: "#00f" };

test("in each column of pixels the line still reaches as low and as high, and begins and ends where it did", () => {
  const next = random(3);
  const points = Array.from({ length: 20_000 }, (_, i) => [i / 20, 100 * next()]);
  const kept = decimate(points);
  const columns = (all) => {
    const found = new Map();
    for (const [x, y] of all) {
      const column = Math.floor(x);
      const [low, high] = found.get(column) ?? [Infinity, -Infinity];
      found.set(column, [Math.min(low, y), Math.max(high, y)]);
    }
    return found;
  };
  assert.deepEqual(columns(kept), columns(points));
  assert.deepEqual([kept[0], kept.at(-1)], [points[0], points.at(-1)]);
  assert.ok(kept.length <= 4 * 1000);
  assert.ok(kept.every(([x], i) => i === 0 || x >= kept[i - 1][0]));
});

test("few points stay as they are, and a loss that is no number still parts the line", () => {
  const points = [[0, 1], [10, 2], [20, NaN], [30, 4], [40, 5]];
  assert.deepEqual(decimate(points), points);
  assert.equal(pathOf(points), "M0 1L10 2M30 4L40 5");
  assert.deepEqual(decimate([]), []);
});

test("nearest finds what a search through all finds", () => {
  const next = random(7);
  const records = [...new Set(Array.from({ length: 60 }, () => Math.floor(1000 * next())))].sort((a, b) => a - b).map((step) => ({ step }));
  for (let step = -20; step < 1050; step += 1) {
    const least = Math.min(...records.map((each) => Math.abs(each.step - step)));
    assert.equal(Math.abs(nearest(records, step).step - step), least);
  }
  assert.equal(nearest([], 5), null);
});

test("steps only ever rise after two pieces were merged", () => {
  const known = [50, 100, 150, 200].map((step) => ({ step, old: true }));
  assert.deepEqual(merged(known, [{ step: 125 }, { step: 150 }]).map(({ step }) => step), [50, 100, 125, 150]);
  assert.equal(merged(known, []), known);
  assert.deepEqual(merged([], known), known);
});

test("a sample of records holds the first and the last and no more than were asked for", () => {
  const all = entries(500);
  const few = sampled(all, 12);
  assert.equal(few.length, 12);
  assert.deepEqual([few[0], few.at(-1)], [all[0], all.at(-1)]);
  assert.deepEqual(sampled(all.slice(0, 3), 12), all.slice(0, 3));
});

test("a change holds until the next one of the same setting", () => {
  const changes = [{ step: 100, beta: 4, learning_rate: null }, { step: 200, beta: null, learning_rate: 1e-4 }, { step: 300, beta: 1, learning_rate: null }];
  assert.deepEqual(changedBy(changes, 99), {});
  assert.deepEqual(changedBy(changes, 250), { beta: 4, learning_rate: 1e-4 });
  assert.deepEqual(changedBy(changes, 300), { beta: 1, learning_rate: 1e-4 });
});

test("a scale is undone by its inverse, linear and logarithmic", () => {
  for (const log of [false, true]) {
    const along = scale(2, 500, 300, 20, log);
    assert.ok(Math.abs(along.at(2) - 300) < 1e-9 && Math.abs(along.at(500) - 20) < 1e-9);
    for (const value of [2, 3.7, 41, 499]) assert.ok(Math.abs(along.of(along.at(value)) - value) < 1e-9 * value);
  }
});

test("values along an axis lie within it and are no more than have room", () => {
  for (const [low, high, log] of [[0, 1, false], [-3, 870, false], [50, 100_000, true], [99, 101, true], [-0.004, 0.003, false]]) {
    const marks = marksOf(scale(low, high, 0, 100, log), 7);
    assert.ok(marks.length >= 2 && marks.length <= 8, `${low} to ${high}: ${marks.length}`);
    assert.ok(marks.every(({ value }) => value >= low && value <= high));
    assert.equal(new Set(marks.map(({ text }) => text)).size, marks.length);
  }
});

test("what a loss falls from at once does not press the rest flat, unless the whole is asked for", () => {
  const series = [entries(100)];
  const of = (entry) => entry.reconstruction;
  const [low, high] = rangeOf(series, of);
  assert.equal(low, Math.min(...series[0].map(of)));
  assert.ok(high < 130);
  assert.deepEqual(rangeOf(series, of, true), [low, Math.max(...series[0].map(of))]);
});

test("the first fall is drawn to its very beginning, and what comes after it has most of the room", () => {
  const mine = run(100);
  const plan = planned({ runs: [mine], changes: [], width: 800, height: 440 });
  const [elbo] = plan.panels;
  const height = elbo.bottom - elbo.top;
  for (const entry of [...mine.steps, ...mine.heldOut]) {
    const at = elbo.y.at(elbo.of(entry));
    assert.ok(at >= elbo.top && at <= elbo.bottom);
    if (entry.step > 500) assert.ok(at >= elbo.top + 0.2 * height);
  }
  const whole = planned({ runs: [mine], changes: [], width: 800, height: 440, whole: true });
  assert.ok(whole.panels.every(({ y }) => !y.fold));
  assert.equal(planned({ runs: [mine], changes: [], width: 800, height: 440, logLoss: true }).panels[0].y.fold, undefined);
});

test("a folded scale is undone by its inverse, has no gap at the knee and only ever rises", () => {
  const y = folded(0, 100, 900, 200, 50, 10);
  assert.deepEqual([y.at(0), y.at(100), y.at(900)], [200, 50, 10]);
  let before = Infinity;
  for (let value = 0; value <= 900; value += 7) {
    assert.ok(y.at(value) < before && Math.abs(y.of(y.at(value)) - value) < 1e-9 * 900);
    before = y.at(value);
  }
  const marks = marksOf(y, 5);
  assert.ok(marks.filter(({ value }) => value > 100).length <= 1);
  assert.ok(marks.every(({ value }, i) => i === 0 || value > marks[i - 1].value));
});

test("a loss that falls evenly is shown whole", () => {
  const even = [entries(100, 50, (i) => 200 - i)];
  assert.deepEqual(rangeOf(even, (entry) => entry.reconstruction), [101, 200]);
});

test("all that is drawn lies within the drawing, and lower losses lie lower", () => {
  const plan = planned({ runs: [run(200)], changes: [], width: 800, height: 440 });
  for (const { lines, top, bottom, y } of plan.panels) {
    assert.ok(bottom > top && bottom <= 440);
    assert.ok(y.at(y.low) > y.at(y.high));
    for (const [x] of lines[0].training) assert.ok(x >= 0 && x <= 800);
  }
  const [elbo] = plan.panels;
  assert.ok(elbo.lines[0].measured.at(-1)[1] <= elbo.bottom);
});

test("the drawing has one line of training and one of held-out values in each panel for each run", () => {
  const plan = planned({ runs: [run(40, { name: "other" }), run(60)], changes: [], width: 800, height: 440 });
  for (const panel of plan.panels) assert.deepEqual(panel.lines.map((line) => line.run.name), ["other", "mine"]);
  assert.equal(plan.x.high, 60 * 50);
});

test("a loss below zero cannot be drawn in ratios: that panel stays linear and says so", () => {
  const below = { ...run(20), steps: entries(20, 50, (i) => 10 - i), heldOut: [] };
  const plan = planned({ runs: [below], changes: [], width: 600, height: 400, logLoss: true });
  assert.deepEqual(plan.panels.map(({ refused }) => refused), [true, true, false]);
  assert.ok(plan.panels.every(({ y }) => Number.isFinite(y.at(1))));
});

test("every change is a line at its step; names that would lie over one another go below or away", () => {
  const changes = [400, 405, 410, 415, 900].map((step, i) => ({ step, beta: i + 1, learning_rate: null }));
  const plan = planned({ runs: [run(20)], changes, width: 500, height: 400 });
  assert.deepEqual(plan.marks.map(({ step }) => step), [400, 405, 410, 415, 900]);
  for (const mark of plan.marks) assert.ok(Math.abs(mark.x - plan.x.at(mark.step)) < 1e-9);
  assert.deepEqual(plan.marks.map(({ row }) => row), [0, 1, -1, -1, 0]);
  assert.ok(curvesSvg(plan, look).includes("β 5"));
});

test("a run without any record yet is drawn empty, not broken", () => {
  const plan = planned({ runs: [{ ...run(0), heldOut: [] }], changes: [], width: 400, height: 400, logSteps: true, logLoss: true });
  assert.ok(!/NaN|Infinity/.test(curvesSvg(plan, look)));
});

test("a first record alone is a drawing without a hole in its numbers", () => {
  for (const logSteps of [false, true]) {
    const plan = planned({ runs: [run(1)], changes: [{ step: 0, beta: 2, learning_rate: 1e-4 }], width: 400, height: 400, logSteps });
    assert.ok(!/NaN|Infinity/.test(curvesSvg(plan, look)));
  }
});

test("a run's name is text in the drawing that is saved, never markup", () => {
  const odd = run(20, { name: `<script>alert("1")</script>` });
  const svg = curvesSvg(planned({ runs: [odd], changes: [], width: 800, height: 440 }), look, { title: odd.name, legend: [odd] });
  assert.ok(!svg.includes("<script"));
});

test("what is saved says for what its nats are", () => {
  const drawn = (more) => curvesSvg(planned({ runs: [run(20)], changes: [], width: 800, height: 440 }), look, { title: "", legend: [], ...more });
  assert.match(drawn({ unit: "nats a series" }), /> nats a series</);
  assert.doesNotMatch(drawn({ unit: "nats a series" }), /nats an image/);
  assert.match(drawn({}), /> nats an image</);
});

test("the table has a row for each record, with its sums, and the numbers come back as they were", () => {
  const mine = run(8);
  const [header, ...rows] = curvesCsv([mine]).trimEnd().split("\r\n").map((line) => line.split(","));
  assert.equal(rows.length, mine.steps.length + mine.heldOut.length);
  rows.forEach((row) => assert.equal(row.length, header.length));
  const at = (name) => header.indexOf(name);
  assert.equal(Number(rows[3][at("step")]), 200);
  assert.ok(Math.abs(Number(rows[3][at("negative ELBO (nats)")]) - mine.steps[3].negativeElbo) < 1e-6);
  assert.deepEqual(rows[3].slice(-2), ["2", "0.001"]);
  assert.deepEqual(rows.map((row) => row[1]), [...Array(8).fill("training"), "held out", "held out"]);
});

test("a record over two batches is put together with its neighbour, as one that had waited would have been", () => {
  const next = random(11);
  const batches = Array.from({ length: 630 }, () => ({ reconstruction: 100 + 30 * next(), kl: [next(), 2 * next()] }));
  const over = (from, to) => {
    const mean = (of) => batches.slice(from, to).reduce((sum, batch) => sum + of(batch), 0) / (to - from);
    return withTotals({ step: to, reconstruction: mean((batch) => batch.reconstruction), kl: [0, 1].map((dim) => mean((batch) => batch.kl[dim])) });
  };
  // Every 50 steps, and at the end of each epoch of 63.
  const ends = [...new Set([...Array.from({ length: 12 }, (_, i) => 50 * (i + 1)), ...Array.from({ length: 10 }, (_, i) => 63 * (i + 1))])].sort((a, b) => a - b);
  const even = evened(ends.map((end, i) => over(ends[i - 1] ?? 0, end)));
  assert.equal(even.at(-1).step, 630);
  even.forEach((entry, i) => {
    const from = even[i - 1]?.step ?? 0;
    assert.ok(entry.step - from >= 25);
    assert.ok(Math.abs(entry.negativeElbo - over(from, entry.step).negativeElbo) < 1e-9);
    assert.ok(Math.abs(entry.kl[1] - over(from, entry.step).kl[1]) < 1e-9);
  });
});

test("records that are evenly apart stay as they are", () => {
  const all = entries(40);
  assert.deepEqual(evened(all), all);
  assert.deepEqual(evened([]), []);
  assert.deepEqual(evened(all.slice(0, 1)), all.slice(0, 1));
});

test("where steps are ratios, what was measured before the first of them has no place and stretches nothing", () => {
  const untrained = withTotals({ step: 0, reconstruction: 1e6, kl: [1e-9], images: 1000 });
  const early = run(40, { heldOut: [untrained, ...entries(10, 200)] });
  const plan = planned({ runs: [early], changes: [], width: 700, height: 400, logSteps: true, logLoss: true });
  for (const { lines, y, of } of plan.panels) {
    assert.equal(lines[0].measured.length, 10);
    assert.ok(y.high < of(untrained) || y.low > of(untrained));
  }
});

test("among other runs all that is held out is dashed, alone it is a whole line in a colour of its own", () => {
  const drawn = (runs) => curvesSvg(planned({ runs, changes: [], width: 600, height: 400 }), look);
  const dashes = (svg) => svg.match(/stroke-dasharray="4 3"/g)?.length ?? 0;
  assert.equal(dashes(drawn([run(40)])), 0);
  assert.equal(dashes(drawn([run(40, { name: "a" }), run(40, { name: "b" }), run(40)])), 3 * 3, "three runs in three panels");
});

test("where the first steps are pressed together it is said in the drawing, and elsewhere not", () => {
  const drawn = (whole) => curvesSvg(planned({ runs: [run(400)], changes: [], width: 600, height: 440, whole }), look);
  assert.match(drawn(false), /<text class="pressed"[^>]*>the first steps, pressed together</);
  assert.doesNotMatch(drawn(true), /class="pressed"/);
});

/** Records of a family without a bound: no KL, and what else is in the loss. */
const unbounded = (n, others) => entries(n).map(({ step, epoch, learning_rate, images_per_second, reconstruction }) =>
  withTotals({ step, epoch, learning_rate, images_per_second, reconstruction, kl: [], weight: 1, others }));
const points = (n, sparsity = 0) => ({ ...run(0), name: "points", steps: unbounded(n, { sparsity }), heldOut: unbounded(2) });
const titles = (runs) => panelsOf(runs).map(({ title }) => title);

test("without a KL a record has no −ELBO, and costs its reconstruction", () => {
  const [entry] = unbounded(1);
  assert.ok(Number.isNaN(entry.klTotal) && Number.isNaN(entry.negativeElbo));
  assert.equal(entry.cost, entry.reconstruction);
  const [priced] = entries(1);
  assert.equal(priced.cost, priced.negativeElbo);
});

test("a panel is drawn for each part of a loss that there is, and for what else weighs in it", () => {
  assert.deepEqual(titles([run(20)]), ["−ELBO", "Reconstruction", "KL"]);
  assert.deepEqual(titles([points(20)]), ["Reconstruction"]);
  assert.deepEqual(titles([points(20, 0.5)]), ["Reconstruction", "Sparsity"]);
  assert.deepEqual(titles([run(20), points(20)]), ["−ELBO", "Reconstruction", "KL"]);
});

test("a drawing of fewer panels is less high, and each of them no less so", () => {
  const heights = [[run(60)], [points(60, 0.5)], [points(60)]].map((runs) => {
    const height = 440 * tall(panelsOf(runs));
    const plan = planned({ runs, changes: [], width: 800, height });
    return { height, least: Math.min(...plan.panels.map(({ top, bottom }) => bottom - top)) };
  });
  for (let i = 1; i < heights.length; i += 1) assert.ok(heights[i].height < heights[i - 1].height && heights[i].least > heights[i - 1].least);
});

test("beside runs that have a −ELBO one without has its line in the panel of the reconstruction alone", () => {
  const plan = planned({ runs: [run(40), points(40)], changes: [], width: 800, height: 440 });
  const drawn = plan.panels.map(({ title, lines }) => [title, pathOf(lines[1].training) !== ""]);
  assert.deepEqual(drawn, [["−ELBO", false], ["Reconstruction", true], ["KL", false]]);
  assert.ok(!/NaN|Infinity/.test(curvesSvg(plan, look)));
});

test("the table of a run without a KL has no column for it, and one for what else is in the loss", () => {
  const table = (runs) => curvesCsv(runs).trimEnd().split("\r\n").map((line) => line.split(","));
  const [header, ...rows] = table([points(8, 0.5)]);
  assert.doesNotMatch(header.join(), /ELBO|KL/);
  assert.equal(Number(rows[3][header.indexOf("sparsity (nats)")]), 0.5);
  assert.equal(rows.at(-1)[header.indexOf("sparsity (nats)")], "", "nobody measured it on held-out images");
  rows.forEach((row) => assert.equal(row.length, header.length));
  assert.ok(!table([points(8)])[0].includes("sparsity (nats)"), "what weighs nothing is no column");
  const [both, ...all] = table([run(8), points(8)]);
  const mine = all.filter(([name]) => name === "points");
  for (const name of ["negative ELBO (nats)", "KL (nats)", "weight on the KL", "KL z1"]) assert.ok(mine.every((row) => row[both.indexOf(name)] === ""), name);
});

test("what else is in the loss is put together as the rest is", () => {
  const at = (step, sparsity) => withTotals({ step, reconstruction: 100, kl: [], others: { sparsity } });
  const [, last] = evened([at(50, 1), at(90, 3), at(100, 13)]);
  assert.equal(last.step, 100);
  assert.ok(Math.abs(last.others.sparsity - (40 * 3 + 10 * 13) / 50) < 1e-9);
  assert.equal(last.cost, 100);
});

test("where nothing is encoded the panels are of both players, and their shares have no unit", () => {
  const others = { generator: 0.7, critic: 1.3, "share of real told right": 0.6, "spread of draws": 0.9 };
  const steps = [50, 100, 150].map((step) => withTotals({ step, epoch: 0, reconstruction: null, kl: [], others, weight: 1, learning_rate: 1e-3, images_per_second: 9000 }));
  const runs = [{ name: "gan", steps, heldOut: [], training: "#00f", measured: "#f60" }];
  assert.deepEqual(titles(runs), ["Generator", "Critic", "Share of real told right", "Spread of draws"]);
  assert.equal(curvesCsv(runs).split("\r\n")[0], "run,images,step,epoch,generator (nats),critic (nats),share of real told right,spread of draws,learning rate,images a second");
  const svg = curvesSvg(planned({ runs, changes: [], width: 600, height: 600 }), look, { title: "gan", legend: [] });
  assert.match(svg, />Critic<tspan[^>]*> nats an image</);
  assert.match(svg, />Spread of draws<tspan[^>]*> </);
  // A run that diverged, or has only begun, has the panel that its family has.
  assert.deepEqual(titles([{ ...runs[0], steps: [] }]), ["Reconstruction"]);
  assert.deepEqual(titles([{ ...runs[0], steps: steps.map((step) => ({ ...step, others: {} })) }]), ["Reconstruction"]);
});
