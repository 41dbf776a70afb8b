import assert from "node:assert/strict";
import { test } from "node:test";
import { RunFeed } from "../../assets/live/train/feed.js";

const record = (step, reconstruction = 100) => ({ step, steps: 1000, epoch: 0, reconstruction, kl: [1, 2], weight: 1, learning_rate: 1e-3, images_per_second: 5000 });

function answer(state, steps, offset, more = {}) {
  return new Response(JSON.stringify({
    name: "a run", status: { state, step: steps.at(-1)?.step ?? 0, steps: 1000, pid: 7, ...more.status }, config: {}, command: "", place: 0, model: false, probe: true,
    snapshots: [], changes: [], findings: [], steps, held_out: [], offsets: { metrics: offset, held_out: 0 }, ...more.rest,
  }));
}
const refusal = (status, message) => new Response(JSON.stringify({ error: { code: "x", message } }), { status });

/** A server that gives its answers in order and a clock that does not wait; after the last answer the feed is closed. */
async function follow(answers, { act = () => {}, hidden = () => false } = {}) {
  const told = { asked: [], waits: [], runs: [], trouble: [], gone: [] };
  const feed = new RunFeed({
    base: "/vae/", run: "a run", hidden,
    fetch: async (address, { method = "GET" } = {}) => {
      told.asked.push(`${method} ${address}`);
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    wait: async (milliseconds) => {
      told.waits.push(milliseconds);
      act(feed, told.waits.length);
      if (!answers.length) feed.close();
    },
  });
  feed.on("run", (run) => told.runs.push(run));
  feed.on("trouble", (sentence) => told.trouble.push(sentence));
  feed.on("gone", (sentence) => told.gone.push(sentence));
  await feed.ended;
  return told;
}
const steps = (run) => run.steps.map(({ step }) => step);

test("what came is kept, and only what is newer is asked for", async () => {
  const { asked, runs } = await follow([answer("training", [record(50), record(100)], 210), answer("training", [record(150)], 320), answer("training", [], 320)]);
  assert.deepEqual(asked.map((line) => new URL(line.slice(4), "http://here").searchParams.get("metrics")), ["0", "210", "320"]);
  assert.ok(asked[0].startsWith("GET /vae/api/run?run=a+run&"));
  assert.deepEqual(runs.map(steps), [[50, 100], [50, 100, 150], [50, 100, 150]]);
});

test("−ELBO is the reconstruction and the KL of all dimensions, whatever the weight on the KL is", async () => {
  const { runs } = await follow([answer("training", [{ ...record(50, 90), weight: 4 }], 100)]);
  assert.equal(runs[0].steps[0].negativeElbo, 93);
  assert.equal(runs[0].steps[0].klTotal, 3);
});

test("a loss that is no number stays one that is no number", async () => {
  const { runs } = await follow([answer("failed", [record(50), { ...record(100), reconstruction: null }], 100)]);
  assert.ok(Number.isNaN(runs[0].steps[1].negativeElbo));
});

test("steps that are trained again take the place of those that were known", async () => {
  const { runs } = await follow([answer("training", [record(50, 1), record(100, 1), record(150, 1)], 300), answer("training", [record(100, 2), record(150, 2), record(200, 2)], 400)]);
  assert.deepEqual(steps(runs[1]), [50, 100, 150, 200]);
  assert.deepEqual(runs[1].steps.map(({ reconstruction }) => reconstruction), [1, 2, 2, 2]);
});

test("another process that goes on from a checkpoint is read from its beginning, and what was cut away goes", async () => {
  const { asked, runs } = await follow([
    answer("interrupted", [record(50), record(100), record(150)], 300),
    answer("training", [], 300, { status: { pid: 8 } }),
    answer("training", [record(50), record(100)], 200, { status: { pid: 8 } }),
  ]);
  assert.equal(new URL(asked[2].slice(4), "http://here").searchParams.get("metrics"), "0");
  assert.deepEqual(runs.map(steps), [[50, 100, 150], [50, 100]]);
});

test("where the other process found nothing to go on from, nothing of what was known stays", async () => {
  const { runs } = await follow([answer("failed", [record(50), record(100)], 200), answer("training", [], 200, { status: { pid: 8 } }), answer("training", [], 0, { status: { pid: 8 } })]);
  assert.deepEqual(runs.map(steps), [[50, 100], []]);
});

test("a run that trains is asked for twice a second, one that has ended or that nobody looks at less often", async () => {
  assert.deepEqual((await follow([answer("training", [], 0)])).waits, [500]);
  assert.ok((await follow([answer("done", [], 0)])).waits[0] >= 2000);
  assert.equal((await follow([answer("training", [], 0)], { hidden: () => true })).waits[0], 5000);
});

test("a server that restarts is asked again until it answers, which is said and unsaid", async () => {
  const lost = () => new TypeError("fetch failed");
  const { trouble, runs, asked } = await follow([answer("training", [record(50)], 100), lost(), lost(), lost(), lost(), answer("training", [record(100)], 200)]);
  assert.equal(asked.length, 6);
  assert.equal(trouble.filter((sentence) => /does not answer/.test(sentence)).length, 1);
  assert.equal(trouble.at(-1), "");
  assert.deepEqual(steps(runs.at(-1)), [50, 100]);
});

test("waits grow while the server is away, to no more than five seconds", async () => {
  const { waits } = await follow([...Array.from({ length: 8 }, () => new TypeError("fetch failed")), answer("training", [], 0)]);
  for (let i = 1; i < 8; i += 1) assert.ok(waits[i] >= waits[i - 1] && waits[i] <= 5000);
  assert.equal(waits[7], 5000);
  assert.equal(waits[8], 500);
});

test("the sentence of a server that does not know the run is told", async () => {
  const { gone, runs } = await follow([refusal(404, "Unknown run 'a run'.")]);
  assert.deepEqual(gone, ["Unknown run 'a run'."]);
  assert.deepEqual(runs, []);
});

test("a wish is posted, and its refusal is the server's sentence", async () => {
  const sentences = [];
  const { asked } = await follow([answer("training", [], 0), refusal(409, "Resume it first."), answer("training", [], 0)], {
    act: (feed, n) => n === 1 && feed.act("change", { beta: 4 }).catch((error) => sentences.push(error.message)),
  });
  assert.equal(asked[1], "POST /vae/api/run?run=a+run&action=change&beta=4");
  assert.deepEqual(sentences, ["Resume it first."]);
});

test("who comes later hears at once what is known, and who left hears nothing", async () => {
  const heard = [];
  await follow([answer("training", [record(50)], 100), answer("training", [record(100)], 200)], {
    act: (feed, n) => {
      if (n === 1) feed.on("run", (run) => heard.push(steps(run)))();
    },
  });
  assert.deepEqual(heard, [[50]]);
});

test("a listener that fails does not keep the others from hearing", async () => {
  const [report, failures] = [globalThis.reportError, []];
  globalThis.reportError = (error) => failures.push(error.message);
  try {
    let heard = 0;
    await follow([answer("training", [], 0), answer("training", [], 0)], {
      act: (feed, n) => {
        if (n > 1) return;
        feed.on("trouble", () => { throw new Error("of its own"); });
        feed.on("trouble", () => (heard += 1));
      },
    });
    assert.equal(heard, 1);
    assert.deepEqual(failures, ["of its own"]);
  } finally {
    globalThis.reportError = report;
  }
});

test("how codes are drawn comes along: by that rings of the prior are drawn, or not", async () => {
  const { runs } = await follow([answer("training", [record(50)], 100, { rest: { prior: "normal" } })]);
  assert.equal(runs[0].prior, "normal");
});
