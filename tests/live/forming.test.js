import assert from "node:assert/strict";
import { test } from "node:test";
import { Forming } from "../../assets/live/map/forming/forming.js";

function answer(state, iteration, xy = null, more = {}) {
  const header = { state, iteration, total: 750, message: "", keeps: null, shape: [xy ? xy.length / 2 : 0, 2], ...more };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return new Response(Buffer.concat([length, text, Buffer.from(Float32Array.from(xy ?? []).buffer)]));
}
const refusal = (status, message) => new Response(JSON.stringify({ error: { code: "x", message } }), { status });

/** A server that gives its answers in order, and a clock that does not wait. A function among the answers is run first. */
function server(...answers) {
  const [asked, frames, waits] = [[], [], []];
  const options = {
    base: "/vae/", model: "my model", map: "tsne", visitor: "v1",
    fetch: async (address, { method = "GET" } = {}) => {
      asked.push(`${method} ${address}`);
      const next = answers.shift() ?? answer("failed", -1, null, { message: "asked once too often" });
      if (next instanceof Error) throw next;
      return typeof next === "function" ? next() : next;
    },
    wait: async (milliseconds) => void waits.push(milliseconds),
    hidden: () => false,
    onFrame: ({ state, iteration, message, xy }) => frames.push([state, iteration, message, xy && [...xy]]),
  };
  return { asked, frames, waits, options };
}

test("a map that is there is asked for once", async () => {
  const { asked, frames, waits, options } = server(answer("done", 750, [1, 2]));
  await new Forming(options).ended;
  assert.deepEqual(asked, ["GET /vae/api/map?model=my+model&map=tsne&visitor=v1"]);
  assert.deepEqual(frames, [["done", 750, "", [1, 2]]]);
  assert.deepEqual(waits, []);
});

for (const state of ["stopped", "absent", "failed"]) {
  test(`a map that is ${state} is asked for once`, async () => {
    const { frames, options } = server(answer(state, 0, null, { message: "So it is." }));
    await new Forming(options).ended;
    assert.deepEqual(frames, [[state, 0, "So it is.", null]]);
  });
}

test("a map in the making is asked for four times a second, for what is newer alone, until it is done", async () => {
  const { asked, frames, waits, options } = server(
    answer("waiting", 0), answer("forming", 50, [1, 1]), answer("forming", 50), answer("forming", 100, [2, 2]), answer("done", 750, [3, 3]),
  );
  await new Forming(options).ended;
  assert.deepEqual(asked.map((address) => new URL(address.slice(4), "http://here").searchParams.get("after")), [null, null, "50", "50", "100"]);
  assert.deepEqual(frames.map(([state, , , xy]) => [state, xy]), [
    ["waiting", null], ["forming", [1, 1]], ["forming", null], ["forming", [2, 2]], ["done", [3, 3]],
  ]);
  assert.deepEqual(waits, [250, 250, 250, 250]);
});

test("a page that nobody looks at asks less often", async () => {
  const { waits, options } = server(answer("forming", 50), answer("done", 750));
  await new Forming({ ...options, hidden: () => true }).ended;
  assert.ok(waits[0] >= 1000);
});

test("start forms the map for this visitor, and follows it to its end", async () => {
  const { asked, frames, options } = server(answer("absent", 0), answer("waiting", 0), answer("forming", 10, [1, 2]), answer("done", 750, [3, 4]));
  const forming = new Forming(options);
  await forming.ended;
  await forming.start();
  assert.equal(asked[1], "POST /vae/api/map?model=my+model&map=tsne&action=form&visitor=v1");
  assert.deepEqual(frames.map(([state]) => state), ["absent", "waiting", "forming", "done"]);
});

test("stop keeps what is there", async () => {
  const { asked, frames, options } = server(answer("forming", 50, [1, 1]), answer("forming", 60), answer("stopped", 60, [2, 2]));
  const forming = new Forming({ ...options, onFrame: (frame) => (options.onFrame(frame), frame.iteration === 50 && forming.stop()) });
  await forming.ended;
  await forming.ended; // of the stopping, which took the place of the looking
  assert.match(asked[1], /^POST .*action=stop/);
  assert.deepEqual(frames.at(-1), ["stopped", 60, "", [2, 2]]);
});

test("a stop that comes too late shows how the map has ended", async () => {
  const { frames, options } = server(answer("done", 750, [1, 2]), refusal(409, "It is not forming."), answer("done", 750));
  const forming = new Forming(options);
  await forming.ended;
  await forming.stop();
  assert.deepEqual(frames.at(-1), ["done", 750, "", null]);
});

test("a map that is formed anew shows its first points, though they are of an earlier iteration", async () => {
  const { asked, options } = server(answer("stopped", 500, [1, 1]), answer("waiting", 0), answer("forming", 50, [2, 2]), answer("done", 750, [3, 3]));
  const forming = new Forming(options);
  await forming.ended;
  await forming.start();
  assert.ok(asked[2].endsWith("after=0"));
});

test("a refusal ends it with the server's sentence", async () => {
  const { frames, options } = server(answer("absent", 0), refusal(409, "Fewer points than the perplexity allows."));
  const forming = new Forming(options);
  await forming.ended;
  await forming.start();
  assert.deepEqual(frames.at(-1), ["failed", 0, "Fewer points than the perplexity allows.", null]);
});

test("a server that is away for a moment is asked again, less and less often, and nothing is lost", async () => {
  const away = new TypeError("Failed to fetch");
  const { frames, waits, options } = server(answer("forming", 50, [1, 1]), away, refusal(503, "Busy."), away, away, answer("done", 750, [2, 2]));
  await new Forming(options).ended;
  assert.deepEqual(frames.map(([state]) => state), ["forming", "forming", "done"]);
  assert.match(frames[1][2], /does not answer/); // said once
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000]);
});

test("an order to form is given again where the server did not hear it", async () => {
  const { asked, options } = server(answer("absent", 0), new TypeError("Failed to fetch"), answer("done", 750, [1, 2]));
  const forming = new Forming(options);
  await forming.ended;
  await forming.start();
  assert.deepEqual(asked.map((address) => address.split(" ")[0]), ["GET", "POST", "POST"]);
});

test("after it is closed nothing is told, also of what was under way", async () => {
  const { frames, options } = server(async () => {
    await null; // the constructor has returned
    forming.close();
    return answer("done", 750, [1, 2]);
  });
  const forming = new Forming(options);
  await forming.ended;
  assert.deepEqual(frames, []);
});
