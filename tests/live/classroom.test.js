import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, mock, test } from "node:test";
import { classOrigin, followed, leading, leads, roomAddress, roomOf, socketAddress, viewOf } from "../../assets/live/learn/classroom/address.js";
import { RoomClient } from "../../assets/live/learn/classroom/client.js";
import { darkens } from "../../assets/live/shell/blank.js";

const HERE = "http://localhost:8501/learn?lesson=gap&said=b,-&step=1&mean=-0.5&room=BKRT&lead&lang=de&show=projector";

test("the letters of a room are read however they are typed, and as the server reads them", () => {
  assert.equal(roomOf("bkrt"), "BKRT");
  assert.equal(roomOf(" B K-R t "), "BKRT");
  for (const bad of ["", "BKR", "BKRTT", "AKRT", "BKR1", "BKRŤ", "..BK"]) assert.equal(roomOf(bad), null);
  const python = readFileSync(new URL("../../web/words/lessons.py", import.meta.url), "utf8");
  const letters = /ROOM = re\.compile\(r"\[([A-Z]+)\]\{4\}"\)/.exec(python)?.[1] ?? "";
  for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") assert.equal(roomOf(`BKR${letter}`) !== null, letters.includes(letter));
});

test("a lesson's state goes to all without what is a window's own", () => {
  assert.equal(viewOf(HERE), "learn?lesson=gap&said=b,-&step=1&mean=-0.5");
  assert.equal(viewOf("http://localhost:8501/learn?seed=4&lesson=gap"), "learn?lesson=gap&seed=4");
  assert.equal(viewOf("http://localhost:8501/learn?room=BKRT"), "");
  assert.equal(followed(viewOf(HERE), "BKRT", "de"), "learn?lesson=gap&said=b,-&step=1&mean=-0.5&room=BKRT&lang=de");
  assert.equal(roomAddress("BKRT", "en"), "learn?room=BKRT");
});

test("an address says that a window leads its room, and all else stays in it", () => {
  const bare = leading(HERE, null);
  assert.equal(bare, "http://localhost:8501/learn?lesson=gap&said=b,-&step=1&mean=-0.5&lang=de&show=projector");
  assert.ok(!leads(new URL(bare).search) && leads(new URL(leading(bare, "ZZZZ")).search));
  assert.equal(leading(leading(bare, "ZZZZ"), null), bare);
});

test("a class gets an address that leads here, or a reason why there is none", () => {
  const at = (hostname, port = "8501") => ({ protocol: "http:", hostname, port, host: port ? `${hostname}:${port}` : hostname });
  const reach = { lan: "192.168.178.20", open: true };
  assert.deepEqual(classOrigin(at("localhost"), reach), { origin: "http://192.168.178.20:8501" });
  assert.deepEqual(classOrigin(at("127.0.0.1", ""), reach), { origin: "http://192.168.178.20" });
  assert.deepEqual(classOrigin(at("localhost"), { ...reach, open: false }), { problem: "only-here" });
  assert.deepEqual(classOrigin(at("localhost"), { lan: null, open: true }), { problem: "no-network" });
  assert.deepEqual(classOrigin(at("vae.school.example", ""), { lan: null, open: false }), { origin: "http://vae.school.example" });
  assert.equal(socketAddress({ protocol: "https:", host: "vae.school.example" }, "/below/", "BKRT", "me", "de"),
    "wss://vae.school.example/below/api/room?room=BKRT&who=me&lang=de");
});

test("a clicker's full stop makes the screen dark on Learn, and is the page's own elsewhere", () => {
  assert.ok(darkens("b", "map") && darkens("B", "learn") && darkens(".", "learn"));
  assert.ok(!darkens(".", "train") && !darkens("v", "learn"));
});

/** A connection whose other end is in the test's hands. */
class Line {
  /** @type {Line[]} */
  static all = [];
  readyState = 0;
  /** @type {any[]} */
  sent = [];
  constructor() {
    Line.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  open() {
    this.readyState = 1;
    /** @type {any} */ (this).onopen();
  }
  tell(message) {
    /** @type {any} */ (this).onmessage({ data: JSON.stringify(message) });
  }
  close(code = 1006) {
    this.readyState = 3;
    /** @type {any} */ (this).onclose?.({ code });
  }
}

const room = (more = {}) => ({ room: { turn: 1, open: true, mine: null, ...more } });
const told = [];
const join = (more = {}) => new RoomClient("ws://here", {
  Socket: Line, random: () => 0.5, onState: (state) => told.push(state), onError: (code) => told.push(code), onGone: (why) => told.push(why), ...more,
});

beforeEach(() => {
  Line.all = [];
  told.length = 0;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("an answer that was on its way when the connection broke is said again, and counts once it is confirmed", () => {
  const client = join({ hello: { do: "watch" } });
  Line.all[0].open();
  Line.all[0].tell(room());
  client.vote(2);
  assert.deepEqual(Line.all[0].sent, [{ do: "watch" }, { do: "vote", turn: 1, option: 2 }]);
  assert.equal(client.choice, 2);
  Line.all[0].close();
  mock.timers.tick(250);
  Line.all[1].open();
  assert.equal(client.choice, 2, "it stays chosen meanwhile");
  Line.all[1].tell(room());
  assert.deepEqual(Line.all[1].sent.at(-1), { do: "vote", turn: 1, option: 2 });
  Line.all[1].tell(room({ mine: 2 }));
  assert.equal(client.wanted, null);
  assert.equal(client.choice, 2);
  client.close();
});

test("an answer to a vote that is over is let go of, and none is given to the next", () => {
  const client = join();
  Line.all[0].open();
  Line.all[0].tell(room());
  client.vote(1);
  Line.all[0].close();
  mock.timers.tick(250);
  Line.all[1].open();
  Line.all[1].tell(room({ turn: 2 }));
  assert.deepEqual(Line.all[1].sent, []);
  assert.equal(client.choice, null);
  client.vote(0);
  Line.all[1].tell({ error: { code: "late", message: "…" } });
  assert.equal(client.choice, null);
  Line.all[1].tell(room({ turn: 2, open: false }));
  client.vote(0);
  assert.equal(client.wanted, null, "nothing is taken when a vote is closed");
  client.close();
});

test("a room that is none, and a window that has another, do not come back; a lost one waits longer each time", () => {
  for (const [code, why] of [[4404, "no-room"], [4001, "replaced"]]) {
    told.length = 0;
    const client = join();
    const lines = Line.all.length;
    Line.all.at(-1)?.close(/** @type {number} */ (code));
    assert.deepEqual(told, [why]);
    mock.timers.tick(60_000);
    assert.equal(Line.all.length, lines);
    client.close();
  }
  Line.all = [];
  const client = join();
  for (const wait of [250, 500, 1000, 2000, 4000, 4000]) {
    const lines = Line.all.length;
    Line.all.at(-1)?.close();
    mock.timers.tick(wait - 1);
    assert.equal(Line.all.length, lines);
    mock.timers.tick(1);
    assert.equal(Line.all.length, lines + 1);
  }
  client.close();
});
