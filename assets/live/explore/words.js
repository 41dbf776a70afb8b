/**
 * What is said about a picture, under it and to a screen reader.
 * @module
 */
import { factorText } from "../shared/draw/factors.js";
import { distance } from "../shared/space/geometry.js";
import { signed } from "../shared/words/numbers.js";
import { capital, nameImage, possessive, withArticle } from "../shared/words/names.js";

const TITLES = {
  zero: "z = 0", middle: "The middle", first: "The first ways", draw: "Random draw", place: "Random place",
  image: "Reconstruction", sample: "Another draw", hand: "Decoded", link: "Decoded", search: "The nearest so far", found: "The nearest",
};

/**
 * How far from 0 the middle 95 % of a standard normal's draws lie: between the square roots of two quantiles of χ², by
 * the cube root of Wilson & Hilferty 1931, which is off by 0.03 in four dimensions and 0.01 in eight.
 * @param {number} dims @returns {[number, number]}
 */
export function shellOf(dims) {
  const [middle, width] = [1 - 2 / (9 * dims), 1.96 * Math.sqrt(2 / (9 * dims))];
  const length = (root) => Math.sqrt(dims * Math.max(0, root) ** 3);
  return [length(middle - width), length(middle + width)];
}

/**
 * Say where a picture comes from: a title and the rest of the sentence.
 * @param {{z: number[], image: {mean?: number[]} | null, how: keyof typeof TITLES}} state
 * @param {{noun: string}} words
 * @param {boolean} [chooses] whether the code is a row of choices
 * @returns {[string, string]}
 */
export function describe({ z, image, how }, { noun }, chooses = false) {
  const far = image?.mean && `at distance ${distance(z, image.mean).toFixed(2)} from the start, in latent space`;
  const [near, beyond] = shellOf(z.length).map((length) => length.toFixed(1));
  const rest = {
    zero: `the middle of the prior${z.length > 6 ? `; 19 of 20 draws lie ${near} to ${beyond} away from it` : ""}`,
    middle: "of where the test codes lie",
    first: "the first way of each choice",
    draw: "the expected one, of a code from the prior",
    place: "anywhere within the range of the test codes: without a prior, nothing is said to lie there",
    image: `what the decoder makes of the ${possessive(noun)} code`,
    sample: `${chooses ? "one way of each choice" : "mean + σ · ε"}: another code that the ${noun} may have`,
    hand: chooses ? "from the ways that you chose" : far || "from the code that you set",
    link: "from the code in the address",
    search: `to the ${noun} that is asked for`,
    found: "that the search came to",
  };
  return [TITLES[how], rest[how]];
}

/**
 * Say a picture's place in a sentence: the coordinates that carry most, and how many more there are.
 * @param {string[]} [names] what their owner calls them
 */
export function speak(model, z, order, noun = "picture", names = []) {
  const most = order.slice(0, 4).map((dim) => `${names[dim] || `z${dim + 1}`} = ${signed(z[dim])}`);
  const rest = z.length > 4 ? `, and ${z.length - 4} more` : "";
  return `${capital(noun)} decoded by ${model} at ${most.join(", ")}${rest}.`;
}

/**
 * Say what a thing was drawn from: "shape 2 · size 0.71 · angle 143°"; empty where that is not known. What the class says
 * already is left out.
 * @param {{name: string, round: boolean}[]} named @param {number[] | null | undefined} values
 */
export function truth(named, values) {
  if (!values) return "";
  const first = Number.isInteger(values[0]) ? 1 : 0; // the class, in sets that are drawn
  return named.slice(first).map(({ name, round }, i) => `${name} ${factorText(values[first + i], round)}`).join(" · ");
}

/** Say what the empty place beside the picture is for. @param {any} images @param {{noun: string}} words */
export function invite(images, { noun }) {
  if (!images) return "";
  if (images.does === "Find") return "Pick one below: a search looks for its code.";
  return images.codes
    ? `Pick one below, to see its reconstruction.`
    : `Pick ${withArticle(noun)} below, to see it beside its reconstruction.`;
}

/** Say which image the code belongs to that cannot be shown beside the picture. */
export function absent(noun, image) {
  return `${nameImage(noun, image).filter(Boolean).join(", ")}. The original is not on this machine.`;
}
