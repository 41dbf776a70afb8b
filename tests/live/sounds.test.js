import assert from "node:assert/strict";
import { test } from "node:test";
import { coloured, outline, tableOf } from "../../assets/live/shared/views/sounds/colouring.js";
import { hertz, hertzOf, saySound } from "../../assets/live/shared/views/sounds/saying.js";
import { RANGE, heard, hearing, hopOf, transform, wavOf } from "../../assets/live/shared/views/sounds/waves.js";

const [F, T, RATE] = [64, 32, 8000];

/** Levels of one tone, [F, T], silence elsewhere. */
function tone(row, from = 4, to = T - 4) {
  const levels = new Uint8Array(F * T);
  for (let t = from; t < to; t += 1) for (const [by, level] of [[-1, 229], [0, 255], [1, 229]]) levels[(row + by) * T + t] = level;
  return levels;
}

/** The magnitude of a wave at a frequency, by its definition. */
function at(wave, frequency) {
  let [re, im] = [0, 0];
  wave.forEach((value, i) => {
    re += value * Math.cos((2 * Math.PI * frequency * i) / RATE);
    im += value * Math.sin((2 * Math.PI * frequency * i) / RATE);
  });
  return Math.hypot(re, im) / wave.length;
}

test("the transform is what its definition says, and its way back undoes it", () => {
  const size = 16;
  const values = Float64Array.from({ length: size }, (_, i) => Math.sin(i * i) + i / 7);
  const [re, im] = [values.slice(), new Float64Array(size)];
  const turn = transform(size);
  turn(re, im);
  for (let k = 0; k < size; k += 1) {
    let [a, b] = [0, 0];
    values.forEach((value, i) => {
      a += value * Math.cos((2 * Math.PI * k * i) / size);
      b -= value * Math.sin((2 * Math.PI * k * i) / size);
    });
    assert.ok(Math.hypot(re[k] - a, im[k] - b) < 1e-9);
  }
  turn(re, im, true);
  re.forEach((value, i) => assert.ok(Math.abs(value / size - values[i]) < 1e-12));
});

test("what is heard of a tone has its frequency, and no other", () => {
  const row = 40;
  const wave = heard(tone(row), F, T);
  assert.equal(wave.length, T * hopOf(F));
  const there = at(wave, hertzOf({ rate: RATE }, F, row));
  for (const other of [10, 25, 55]) assert.ok(at(wave, hertzOf({ rate: RATE }, F, other)) < 0.05 * there);
  assert.ok(Math.abs(Math.max(...wave.map(Math.abs)) - 1) < 1e-6);
});

test("it is silent where the levels are, and the same each time", () => {
  const wave = heard(tone(40, 4, 16), F, T);
  const end = wave.subarray(20 * hopOf(F));
  assert.ok(Math.max(...end.map(Math.abs)) < 0.05);
  assert.deepEqual(heard(tone(40, 4, 16), F, T), wave);
  assert.ok(heard(new Uint8Array(F * T), F, T).every((value) => value === 0));
});

test("the wave is found round by round, so that a page can let go between two", () => {
  const rounds = hearing(tone(20), F, T);
  let count = 0;
  let step = rounds.next();
  for (; !step.done; step = rounds.next()) count += 1;
  assert.equal(count, 32);
  assert.deepEqual(step.value, heard(tone(20), F, T));
});

test("an odd number of times is heard too", () => assert.equal(heard(new Uint8Array(F * 5).fill(200), F, 5).length, 5 * hopOf(F)));

test("a WAV file has one channel of 16 bits at its rate, and cuts what is too loud", () => {
  const view = new DataView(wavOf([0, 0.5, -1, 2], 8000));
  const word = (start) => String.fromCharCode(...new Uint8Array(view.buffer, start, 4));
  assert.deepEqual([word(0), word(8), word(36)], ["RIFF", "WAVE", "data"]);
  assert.deepEqual([view.getUint32(4, true), view.getUint16(22, true), view.getUint32(24, true), view.getUint16(34, true)], [44, 1, 8000, 16]);
  assert.deepEqual([0, 1, 2, 3].map((i) => view.getInt16(44 + 2 * i, true)), [0, 16384, -32767, 32767]);
});

test("colours go from the page's paper to its ink, ever further from the paper", () => {
  for (const [dark, paper] of [[false, [255, 255, 255]], [true, [17, 18, 24]]]) {
    const table = tableOf(dark);
    assert.deepEqual([...table.subarray(0, 3)], paper);
    const light = Array.from({ length: 256 }, (_, i) => 0.2126 * table[3 * i] + 0.7152 * table[3 * i + 1] + 0.0722 * table[3 * i + 2]);
    for (let i = 1; i < 256; i += 1) assert.ok(dark ? light[i] >= light[i - 1] : light[i] <= light[i - 1]);
  }
});

test("what is lost is hatched, and what was loud is outlined", () => {
  const gaps = new Uint8Array(F * T).fill(1);
  const lost = coloured(new Uint8Array(F * T), false, gaps, T);
  const plain = coloured(new Uint8Array(F * T), false, undefined, T);
  assert.ok(lost.some((value, i) => value !== plain[i]) && plain.every((value) => value === 255));
  const loud = new Uint8Array(F * T);
  for (let i = 20; i < 40; i += 1) loud.fill(255, i * T + 10, i * T + 20);
  outline(plain, loud, T, false);
  const marked = (row, t) => plain[4 * (row * T + t)] < 255;
  assert.ok(!marked(30, 15) && !marked(2, 2));
  assert.ok(Array.from({ length: T }, (_, t) => marked(30, t)).filter(Boolean).length === 2, "a line on either side");
});

test("a sound is said by how long it is and where it is loudest, and silence as that", () => {
  const said = saySound(tone(48), F, T, { rate: RATE });
  assert.equal(said, "0.10 seconds, loudest at 1,000 Hz at first, 1,000 Hz in the middle and 1,000 Hz at last.");
  assert.equal(saySound(new Uint8Array(F * T), F, T, {}), "Silence.");
  assert.deepEqual([hertz(1234), hertz(99.6)], ["1,200 Hz", "100 Hz"]);
  assert.equal(RANGE, 60);
});
