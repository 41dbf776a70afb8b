import assert from "node:assert/strict";
import { test } from "node:test";
import { Rounds } from "../../assets/live/learn/real/rounds.js";

/** Ten pictures of a place, each of which takes 4 ms; frames are called by hand. */
function ten() {
  let [clock, place, due] = [0, 0, null];
  const [pictures, made] = [new Array(10).fill(null), []];
  const make = (i) => {
    clock += 4;
    pictures[i] = place;
    made.push(i);
  };
  const rounds = new Rounds({ n: 10, first: 7, make, onMade: () => {}, frame: (go) => ((due = go), 1), now: () => clock });
  const move = (to) => {
    place = to;
    rounds.ask();
  };
  const next = () => {
    const before = clock;
    const go = due;
    due = null;
    go?.();
    return clock - before;
  };
  return { rounds, pictures, made, move, next };
}

test("no frame makes more than two pictures of 4 ms, and after five all ten are there", () => {
  const { rounds, pictures, move, next } = ten();
  move(1);
  let frames = 0;
  for (; rounds.behind; frames += 1) assert.ok(next() <= 8);
  assert.equal(frames, 5);
  assert.deepEqual(pictures, new Array(10).fill(1));
  assert.equal(next(), 0, "then nothing is made any more");
});

test("while the hand moves the first one follows in every frame, and each of the others has its turn", () => {
  const { pictures, made, move, next } = ten();
  for (let place = 1; place <= 9; place += 1) {
    move(place);
    next();
    assert.equal(pictures[7], place);
  }
  assert.deepEqual([...new Set(made)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(made.filter((each) => each === 7).length, 9);
});

test("what is made is of the newest place", () => {
  const { rounds, pictures, move, next } = ten();
  move(1);
  next();
  move(2);
  while (rounds.behind) next();
  assert.deepEqual(pictures, new Array(10).fill(2));
  rounds.ask(2, 5);
  assert.equal(rounds.stale.size, 3, "and only those that are asked for");
});
