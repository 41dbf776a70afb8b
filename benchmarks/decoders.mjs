/**
 * The part of benchmarks/decoders.py that runs what the page runs: a folder of frames in, medians as JSON out.
 *
 *     node benchmarks/decoders.mjs FOLDER ROUNDS MODEL
 */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { plainKernels } from "../assets/live/shared/net/core/plain.js";
import { Room, quickKernels } from "../assets/live/shared/net/core/room.js";
import { LAYERS, stack } from "../assets/live/shared/net/layers.js";
import { readArray, readFrame } from "../assets/live/shared/wire/frame.js";

const KERNELS = { quick: quickKernels, plain: plainKernels };
const WARM = 50; // rounds before those that count: engines compile what they have run

const [folder, rounds, told] = process.argv.slice(2);
const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
const code = (n, turn) => Float32Array.from({ length: n }, (_, i) => Math.sin(7 * i + turn));

/** A decoder's header and tensors. */
function read(name) {
  const bytes = readFileSync(join(folder, name));
  const { header, payload } = readFrame(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { ...header, tensors: header.arrays.map((listed) => readArray(payload, listed)) };
}

/** Run some ways by turns, each on its own numbers, and say the median ms of each. @param {Record<string, (turn: number) => void>} ways */
function byTurns(ways) {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let turn = -WARM; turn < Number(rounds); turn += 1) {
    for (const [name, run] of Object.entries(ways)) {
      const began = performance.now();
      run(turn);
      if (turn >= 0) times[name].push(performance.now() - began);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
}

/** A whole decoder. */
function whole({ layers, inputs, tensors }) {
  const began = performance.now();
  const quick = stack(layers, tensors, new Room(quickKernels()));
  const made = performance.now() - began;
  const plain = stack(layers, tensors, new Room(plainKernels()));
  const apart = Math.max(...Array.from({ length: 10 }, (_, turn) => furthest(quick(code(inputs, turn)), plain(code(inputs, turn)))));
  return { ...byTurns({ quick: (turn) => quick(code(inputs, turn)), plain: (turn) => plain(code(inputs, turn)) }), apart, made };
}

const furthest = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

/** A decoder's layers, each given what the ones before it made. */
function apart({ layers, inputs, tensors }) {
  const rooms = Object.entries(KERNELS).map(([name, kernels]) => ({ name, room: new Room(kernels()), x: code(inputs, 0) }));
  let at = 0;
  return layers.map((layer) => {
    const own = tensors.slice(at, (at += LAYERS[layer.layer].tensors));
    const ways = rooms.map((each) => {
      const [given, run] = [each.x.slice(), LAYERS[layer.layer].make(layer, own, each.room)];
      each.x = run(given).slice();
      return [each.name, () => run(given)];
    });
    return { said: saidOf(layer), ...byTurns(Object.fromEntries(ways)) };
  });
}

const SAID = ["inputs", "outputs", "kernel", "size", "name"];
const saidOf = (layer) => SAID.filter((key) => key in layer).reduce((said, key) => `${said} ${key} ${layer[key]}`, layer.layer);

const models = Object.fromEntries(readdirSync(folder).map((name) => [name, whole(read(name))]));
console.log(JSON.stringify({ models, layers: apart(read(told)) }));
