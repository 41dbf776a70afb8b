/**
 * The Map page's state as an address: ?model=mnist-16d&map=tsne&colour=z3&view=1.5,-2,40&pins=0.5:1,p17&classes=3,5
 * @module
 */

const COLOURS = ["class", "elbo", "error"];
export const MOST_PINS = 24;

/** @typedef {{x: number, y: number, point: number | null}} Pin a place on a map, or a point with its number */

/**
 * Say whether a map of this name can be drawn of a space of so many dimensions.
 * @param {string} id
 * @param {number} dims
 * @param {{name: string}[]} maps that such a space has
 */
export function isMap(id, dims, maps) {
  const [, i, j] = /^dimensions-(0|[1-9]\d{0,2})-(0|[1-9]\d{0,2})$/.exec(id) ?? [];
  if (i !== undefined) return Number(i) < dims && Number(j) < dims && i !== j;
  if (id !== "dimensions" && maps.some(({ name }) => name === id)) return true;
  return /^tsne-p[1-9]\d{0,3}(\.\d{1,2})?-s(0|[1-9]\d{0,8})$/.test(id) && id !== "tsne-p30-s0";
}

/** How the name of a colour begins that is one of the factors that things were drawn from. */
export const FACTOR = "factor:";

/** Say whether points can be coloured by this: a class, −ELBO, the reconstruction's error, a coordinate (z3), a known factor. */
export function isColour(name, dims, factors = []) {
  if (name.startsWith(FACTOR)) return factors.includes(name.slice(FACTOR.length));
  const [, dim] = /^z(\d{1,3})$/.exec(name) ?? [];
  return COLOURS.includes(name) || (dim !== undefined && Number(dim) >= 1 && Number(dim) <= dims);
}

/** Read pins: places "x:y" and points "p17", with commas between; null where one of them is none. */
export function readPins(text, n) {
  const pins = text.split(",").filter(Boolean).map((pin) => {
    const point = /^p(\d{1,9})$/.exec(pin);
    if (point) return Number(point[1]) < n ? { x: NaN, y: NaN, point: Number(point[1]) } : null;
    const parts = pin.split(":");
    const [x, y] = parts.map(Number);
    return parts.length === 2 && parts.every((part) => part.trim()) && Math.abs(x) < 1e6 && Math.abs(y) < 1e6 ? { x, y, point: null } : null;
  });
  return pins.includes(null) || pins.length > MOST_PINS ? null : pins;
}

/** Read the classes that are singled out, by their numbers from 0: "3,5"; null where one is none. @returns {number[] | null} */
export function readClasses(text) {
  const numbers = text.split(",").filter(Boolean);
  return numbers.every((number) => /^\d{1,5}$/.test(number)) ? numbers.map(Number) : null;
}

const short = (value) => String(Number(value.toPrecision(5)));

/** Write pins as an address has them. @param {Pin[]} pins */
export const formatPins = (pins) => pins.map(({ x, y, point }) => (point === null ? `${short(x)}:${short(y)}` : `p${point}`)).join(",");

/**
 * Read what an address asks for; `notes` has a sentence for each part that cannot be had.
 * @param {string} search
 * @param {{model: string, dims: number, n: number, maps: {name: string}[], factors?: string[]}} model
 */
export function readAddress(search, { model, dims, n, maps, factors = [] }) {
  const asked = new URLSearchParams(search);
  const notes = [];
  const take = (name, good, sentence) => {
    const text = asked.get(name);
    if (text === null || (asked.get("model") ?? model) !== model) return null; // the rest belonged to another model
    if (good(text)) return text;
    notes.push(sentence);
    return null;
  };
  const map = take("map", (id) => isMap(id, dims, maps), `This model has no map of the name in the address, so another is shown.`);
  const noColour = "The colouring in the address is not one of class, elbo, error or a coordinate such as z1.";
  const colour = take("colour", (name) => isColour(name, dims, factors), noColour);
  const view = take("view", () => true, "");
  const pins = take("pins", (text) => readPins(text, n) !== null, "The pins in the address cannot be read, so none are set.");
  const classes = take("classes", (text) => readClasses(text) !== null, "The classes in the address are no numbers, so all are shown.");
  return { map, colour, view, pins: pins === null ? [] : readPins(pins, n), classes: classes === null ? [] : readClasses(classes), notes };
}

/**
 * Put the state into an address, leaving what else it carries as it is.
 * @param {string} href
 * @param {{model: string, map: string, colour: string, view: string | null, pins: Pin[], classes?: Iterable<number>}} state
 */
export function withMap(href, { model, map, colour, view, pins, classes = [] }) {
  const url = new URL(href);
  for (const name of ["map", "colour", "view", "pins", "classes"]) url.searchParams.delete(name);
  url.searchParams.set("model", model);
  url.searchParams.set("map", map);
  if (colour !== "class") url.searchParams.set("colour", colour);
  const rest = url.searchParams.toString();
  // By hand: URLSearchParams would write each comma as %2C.
  const chosen = [...classes].sort((a, b) => a - b).join(",");
  url.search = rest + (view ? `&view=${view}` : "") + (pins.length ? `&pins=${formatPins(pins)}` : "") + (chosen && `&classes=${chosen}`);
  return url.href;
}
