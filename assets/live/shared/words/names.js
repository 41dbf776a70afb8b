/** Names of classes, images and dimensions. */

/** The name of a latent dimension, counted from one: z₁₂. */
export const nameOf = (dim) => `z${[...String(dim + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`;
/** Name a class: its name, or its number where it has none. */
export const className = (classes, label) => classes[label] ?? String(label);

/** Name a class in a sentence: "class 7", or its name. */
export const named = (classes, label) => (/^\d+$/.test(className(classes, label)) ? `class ${className(classes, label)}` : className(classes, label));

/** With a capital letter, as a sentence begins. @param {string} words */
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** A noun with its article: an image, a series. */
export const withArticle = (noun) => `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;

/** Whose something is: an image's, a series'. @param {string} noun */
export const possessive = (noun) => (noun.endsWith("s") ? `${noun}'` : `${noun}'s`);

/** Name an image: what it is, which it may say itself, its number, its class. */
export function nameImage(noun, { index, label, noun: own = noun }) {
  return [`${own} ${index}`, label && (/^\d+$/.test(label) ? `class ${label}` : label)];
}

/**
 * Say what a conditional model takes a thing for, where nobody has told it; empty for a model that is told nothing.
 * @param {{choices: string[]} | null | undefined} given what it is told @param {number | undefined} number of the class
 */
export function takenFor(given, number) {
  const choice = number === undefined ? undefined : given?.choices[number];
  if (choice === undefined) return "";
  const article = /^(8|11$|18$)/.test(choice) ? "an" : "a";
  return `taken for ${/^\d+$/.test(choice) ? `${article} ${choice}` : `“${choice}”`}`;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Say why something of a person's own cannot be called so, or an empty string where it can.
 * @param {string} name @param {string[]} taken @param {string} what "a data set"
 */
export function nameProblem(name, taken, what) {
  if (!name) return "It needs a name.";
  if (!NAME.test(name)) return "1 to 64 small letters, digits, “.”, “_” or “-”, the first a letter or digit.";
  return taken.includes(name) ? `There is ${what} of this name already.` : "";
}
