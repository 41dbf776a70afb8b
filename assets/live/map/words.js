/**
 * What is said about a place on the map and a point of it.
 * @module
 */
import { figure } from "../shared/words/numbers.js";
import { capital, className, nameOf, named } from "../shared/words/names.js";

const TOLD = 3; // classes among the neighbours
const FAR = 10; // typical spacings between neighbours: nothing the model has seen lies near a place farther out

/** Say whether a place is so far from the nearest point that its picture stands for no data. */
export const isFar = (distance, spacing) => spacing > 0 && distance > FAR * spacing;

/**
 * Say what a place is, its nearest point, the classes around it, and its coordinates.
 * under: the classes of the points whose dots lie under it, the nearest first and each once; null stands for no class.
 * @param {{distance: number, label: number | null, mix: {label: number, count: number}[], spacing: number, classes: string[], under?: (number | null)[]}} facts
 */
export function describePlace({ distance, label, mix, spacing, classes, under = [] }, place = null, map = "") {
  const far = isFar(distance, spacing);
  const near = label === null ? `nearest point ${figure(distance)} away` : `nearest ${named(classes, label)}, distance ${figure(distance)}`;
  const nearest = under.length ? onWords(under, classes) : near;
  const told = mix.slice(0, TOLD).map((part) => `${part.count} ${part.count === 1 ? "is" : "are"} ${quoted(className(classes, part.label))}`);
  const others = mix.slice(TOLD).reduce((sum, part) => sum + part.count, 0);
  if (others) told.push(others === 1 ? "1 other" : `${others} others`);
  const [nameX, nameY] = dimensionsOf(map) ? axesOf(map) : ["x", "y"];
  const where = place && `at ${nameX} ${figure(place.x)}, ${nameY} ${figure(place.y)}`;
  return { title: far ? "No data here" : "Decoded here", nearest, around: far ? "" : told.join(", "), far, where };
}

/** A class that is a numeral is told apart from a count. @param {string} name */
const quoted = (name) => (/^\d+$/.test(name) ? `“${name}”` : name);

/** Say what lies under the pointer: which of several dots is on top tells nobody which is nearest. @param {(number | null)[]} under */
function onWords(under, classes) {
  const known = under.filter((label) => label !== null);
  if (!known.length) return "on a point";
  if (known.length === 1) return `on a point of ${named(classes, known[0])}`;
  return `on points of ${known.slice(0, TOLD).map((label) => named(classes, label)).join(", ")}${known.length > TOLD ? " and others" : ""}`;
}

/** The classes of those neighbours whose dots lie within `reach` of the place, the nearest first and each once. */
export function classesUnder(around, reach, labelOf) {
  return [...new Set(around.filter(({ distance }) => distance <= reach).map(({ index }) => labelOf(index)))];
}

/** Say the same in one sentence, for a screen reader. */
export function speakPlace(x, y, facts) {
  const { title, nearest, around } = describePlace(facts);
  return `At ${figure(x)}, ${figure(y)}: ${title.toLowerCase()}, ${nearest}${around ? `; of the ten nearest, ${around}` : ""}.`;
}

/** Say what a point costs in all: −ELBO, without a prior its reconstruction alone, without a likelihood no nats. */
export function sayCost({ elbo, kl = 0, squared = false }) {
  if (squared) return `Mean squared error ${figure(elbo)}`;
  return `${kl === null ? "Reconstruction" : "−ELBO"} ${figure(elbo)} nats`;
}

/** Say a point in one sentence. @param {{noun: string}} words */
export function speakPoint(number, { label, classes, ...terms }, { noun }) {
  const kind = label === null ? "" : `, ${named(classes, label)}`;
  return `Test ${noun} ${number}${kind}, ${lowered(sayCost(terms))}.`;
}

/** What begins a sentence, within one. */
const lowered = (text) => text.charAt(0).toLowerCase() + text.slice(1);

/**
 * Say what −ELBO is made of: floor, error and KL, or without a floor reconstruction and KL.
 * @param {number} reconstruction nats @param {number} kl @param {number} [floor] the part that no model could save
 */
export function sayTerms(reconstruction, kl, floor) {
  if (floor === undefined) return `${figure(reconstruction)} reconstruction + ${figure(kl)} KL`;
  return `${figure(floor)} floor + ${figure(reconstruction - floor)} error + ${figure(kl)} KL`;
}

/** The two dimensions that a map shows as they are, counted from 0, or null. @returns {[number, number] | null} */
export function dimensionsOf(map) {
  if (map === "identity") return [0, 1];
  const [, i, j] = /^dimensions-(\d+)-(\d+)$/.exec(map) ?? [];
  return i === undefined ? null : [Number(i), Number(j)];
}

/** Name what the axes of a map are, or null for a map without any. @returns {[string, string] | null} */
export function axesOf(map) {
  const axes = dimensionsOf(map);
  if (axes) return [nameOf(axes[0]), nameOf(axes[1])];
  return map === "pca" ? ["first principal component", "second"] : null;
}

/**
 * Say what a map keeps of the space it was made from, a figure each.
 * @param {any} keeps the figures as measured, or null
 * @param {string} unit of the distance between two pictures
 * @param {{noun: string, nouns: string}} drawn what they are called
 * @returns {{name: string, value: string, rest: string}[]}
 */
export function describeKeeps(keeps, unit = "grey levels", drawn = { noun: "picture", nouns: "pictures" }) {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const is = (...names) => names.every((name) => typeof keeps?.[name] === "number");
  const said = [];
  if (is("map_accuracy", "latent_accuracy")) {
    said.push({
      name: "Classes",
      value: percent(keeps.map_accuracy),
      rest: `of points have the class of their ten nearest on the map; ${percent(keeps.latent_accuracy)} in the latent space`,
    });
  }
  if (is("trustworthiness")) {
    said.push({
      name: "Neighbours",
      value: keeps.trustworthiness.toFixed(3),
      rest: "trustworthiness: 1 where all neighbours on the map are neighbours in the latent space",
    });
  }
  if (is("own_error", "neighbour_error", "random_error")) {
    const better = 1 - keeps.own_error / keeps.neighbour_error;
    const than =
      better > 0
        ? `${percent(better).replace(/\.\d/, "")} nearer than the nearest point’s (${figure(keeps.neighbour_error)})`
        : `the nearest point’s is ${figure(keeps.neighbour_error)}`;
    said.push({
      name: capital(drawn.nouns),
      value: figure(keeps.own_error),
      rest:
        `${unit} between the ${drawn.noun} at the place found for a left-out code and its own reconstruction: ${than}; ` +
        `a random one’s is ${figure(keeps.random_error)}`,
    });
  }
  return said;
}
