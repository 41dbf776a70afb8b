/**
 * What is said about a picture, under it and to a screen reader.
 * @module
 */

import { distance } from "./geometry.js";

const TITLES = { zero: "z = 0", draw: "Random draw", image: "Reconstruction", hand: "Decoded", link: "Decoded" };

/**
 * Say where a picture comes from: a title and the rest of the sentence.
 * @param {{z: number[], image: {mean?: number[]} | null, how: "zero" | "draw" | "image" | "hand" | "link"}} state
 * @returns {[string, string]}
 */
export function describe({ z, image, how }) {
  const far = image?.mean ? `, ${distance(z, image.mean).toFixed(2)} from the start` : "";
  const rest = {
    zero: "the middle of the prior",
    draw: "from the prior, a standard normal",
    image: "decoded from the picture's mean code",
    hand: `from z${far}`,
    link: "from the z in the address",
  };
  return [TITLES[how], rest[how]];
}

/** Say a picture's place in a sentence: the coordinates that carry most, and how many more there are. */
export function speak(model, z, order) {
  const most = order.slice(0, 4).map((dim) => `z${dim + 1} = ${z[dim].toFixed(2)}`);
  const rest = z.length > 4 ? `, and ${z.length - 4} more` : "";
  return `Picture decoded by ${model} at ${most.join(", ")}${rest}.`;
}

/** Say what the empty place beside the picture is for. */
export function invite(images) {
  if (!images) return "";
  return images.codes
    ? "Pick one below: its code goes to the sliders, and the picture is its reconstruction."
    : "Pick an image below: it is encoded, and stands here beside its reconstruction.";
}
