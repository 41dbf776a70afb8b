/**
 * What can be said of a file that leaves it open, in words.
 * @module
 */

const SAID = {
  scale: { "": "As it suits them", none: "As they are", all: "All on one scale", each: "Each on its own scale" },
  values: {
    "": "As it suits them",
    found: "The least and the greatest",
    type: "The range of their type",
    "0..1": "0 and 1",
    "-1..1": "−1 and 1",
    "0..255": "0 and 255",
  },
  label: {
    "": "As it is found",
    first: "The first column",
    last: "The last column",
    file: "The beginning of its name",
    parent: "Its folder",
    grandparent: "The folder above its folder",
    none: "None",
  },
};

/** Say what a choice is that the file leaves open. @param {"scale" | "values" | "label"} key @param {string} value */
export const saidWords = (key, value) => SAID[key][value] ?? value;

const SCALES = {
  "": "As they are where they are about 1; others in standard deviations from the mean of all.",
  none: "The numbers stay as they are, in their own unit.",
  all: "In standard deviations from the mean of all that are learnt from: large ones stay large, small ones small.",
  each: "In its own standard deviations from its own mean: only the shape is learnt, and not how high it goes.",
};

/** Say in a sentence what a scale makes of series. @param {string} scale */
export const scaleWords = (scale) => SCALES[scale] ?? "";
