/**
 * What is said of sounds that a person brings; a size of theirs is frequencies by times.
 * @module
 */

import { count, several } from "../../shared/words/numbers.js";

const counted = (n) => several(n, "sound");

/** @type {import("./kinds.js").Words} */
export const SOUNDS = {
  title: "Sounds",
  nouns: "sounds",
  drawn: true,
  files: ["Sounds come as a ", ["b", {}, ".zip"], " of .wav files of any rate, each at most a minute; folders in it become their classes. "],
  counted,
  found: ({ sizes: [size] }) => (size ? `${size.width} times long` : ""),
  sum: ({ sizes }, { train, test }) => `${counted(train)} to train on, ${count(test)} held out.`,
  kept: ({ shape }) => (shape ? `${shape[0]} frequencies at ${shape[1]} times` : ""),
  address: () => ({}),
};
