import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { beforeEach, mock, test } from "node:test";
import { unpack } from "../../assets/live/shared/wire/frame.js";
import { LANES, LiveSocket, address } from "../../assets/live/shared/wire/socket.js";

/** A connection whose other end is in the test's hands. */
class Line {
  static all = [];
  readyState = 0;
  sent = [];
  constructor(url) {
    this.url = url;
    Line.all.push(this);
  }
  send(frame) {
    const header = Buffer.from(frame).subarray(4, 4 + Buffer.from(frame).readUInt32LE(0));
    this.sent.push(JSON.parse(header.toString()));
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  answer(header, bytes = []) {
    const text = Buffer.from(JSON.stringify(header));
    const frame = Buffer.concat([Buffer.from(Uint32Array.of(text.length).buffer), text, Buffer.from(bytes)]);
    this.onmessage({ data: frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.length) });
  }
  picture(id, value = 9) {
    this.answer({ id, shape: [1, 1, 1, 1], dtype: "uint8", seconds: 0.001 }, [value]);
  }
  close() {
    this.readyState = 3;
    this.onclose?.();
  }
}

const answers = [];
const errors = [];
const decode = (name) => ({
  op: "decode",
  model: name,
  shape: [1, 1],
  payload: Float32Array.of(0),
  onAnswer: ({ array }) => answers.push([name, array[0]]),
  onError: (sentence) => errors.push([name, sentence]),
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  Line.all.length = answers.length = errors.length = 0;
});

const connect = (onState) => new LiveSocket("ws://here/api/live", { Socket: Line, onState, random: () => 0.5 });

test("what is asked before the connection stands is sent when it does", () => {
  const socket = connect();
  socket.ask("picture", decode("a"));
  assert.equal(Line.all[0].sent.length, 0);
  Line.all[0].open();
  assert.deepEqual(Line.all[0].sent.map((header) => header.model), ["a"]);
  Line.all[0].picture(1, 42);
  assert.deepEqual(answers, [["a", 42]]);
});

test("while one is in flight the rest is dropped but for the newest", () => {
  const socket = connect();
  Line.all[0].open();
  for (const name of ["a", "b", "c", "d"]) socket.ask("picture", decode(name));
  Line.all[0].picture(1);
  Line.all[0].picture(2);
  assert.deepEqual(Line.all[0].sent.map((header) => header.model), ["a", "d"]);
  assert.deepEqual(answers.map(([name]) => name), ["a", "d"]);
});

test("an answer to another request is not taken for this one's", () => {
  const socket = connect();
  Line.all[0].open();
  socket.ask("picture", decode("a"));
  Line.all[0].picture(99);
  assert.deepEqual(answers, []);
  Line.all[0].picture(1);
  assert.equal(answers.length, 1);
});

test("an error reply is a sentence for whoever asked, and the next request goes", () => {
  const socket = connect();
  Line.all[0].open();
  socket.ask("picture", decode("a"));
  socket.ask("picture", decode("b"));
  Line.all[0].answer({ id: 1, error: { code: "unknown-model", message: "Unknown model." } });
  assert.deepEqual(errors, [["a", "Unknown model."]]);
  assert.equal(Line.all[0].sent.length, 2);
});

test("a busy server is asked again a little later, with the newest", () => {
  const socket = connect();
  Line.all[0].open();
  socket.ask("picture", decode("a"));
  Line.all[0].answer({ id: 1, error: { code: "busy", message: "Later." } });
  assert.equal(Line.all[0].sent.length, 1);
  mock.timers.tick(100);
  assert.deepEqual(Line.all[0].sent.map((header) => header.model), ["a", "a"]);
  assert.deepEqual(errors, []);
});

test("after a loss it comes back, waits longer each time, and sends what was lost", () => {
  const states = [];
  const socket = connect((open) => states.push(open));
  Line.all[0].open();
  socket.ask("picture", decode("a"));
  Line.all[0].close();
  mock.timers.tick(249);
  assert.equal(Line.all.length, 1);
  mock.timers.tick(1);
  assert.equal(Line.all.length, 2);
  Line.all[1].close();
  mock.timers.tick(499);
  assert.equal(Line.all.length, 2);
  mock.timers.tick(1);
  Line.all[2].open();
  assert.deepEqual(Line.all[2].sent.map((header) => header.model), ["a"]);
  assert.deepEqual(states, [true, false, false, true]);
});

test("a connection that never answers is given up for a new one", () => {
  const socket = connect();
  Line.all[0].open();
  socket.ask("picture", decode("a"));
  mock.timers.tick(15_000);
  mock.timers.tick(250);
  assert.equal(Line.all.length, 2);
});

test("once closed it stays closed", () => {
  const socket = connect();
  Line.all[0].open();
  socket.close();
  mock.timers.tick(60_000);
  assert.equal(Line.all.length, 1);
});

test("the address follows the page's protocol, host and base path", () => {
  assert.equal(address("/", { protocol: "http:", host: "localhost:8501" }), "ws://localhost:8501/api/live");
  assert.equal(address("/vae/", { protocol: "https:", host: "uni.example" }), "wss://uni.example/vae/api/live");
});

test("requests carry the frame's header as the server reads it", () => {
  const frames = [];
  class Recorder extends Line {
    send(frame) {
      frames.push(frame);
    }
  }
  const socket = new LiveSocket("ws://here", { Socket: Recorder });
  Line.all[0].open();
  socket.ask("picture", decode("m"));
  const length = new DataView(frames[0]).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(frames[0].slice(4, 4 + length)));
  assert.deepEqual(header, { id: 1, op: "decode", model: "m", shape: [1, 1] });
  assert.throws(() => unpack(frames[0]), /unknown dtype/); // a request, not an answer
});

test("every lane that a page asks on is known", () => {
  const live = new URL("../../assets/live/", import.meta.url);
  const modules = readdirSync(live, { recursive: true }).filter((name) => name.endsWith(".js"));
  const asked = modules.flatMap((name) => [...readFileSync(new URL(name, live), "utf8").matchAll(/socket\.ask\(\s*"([a-z-]+)"/g)].map((found) => found[1]));
  assert.ok(new Set(asked).size > 10);
  assert.deepEqual([...new Set(asked)].filter((lane) => !LANES.includes(lane)), []);
});
