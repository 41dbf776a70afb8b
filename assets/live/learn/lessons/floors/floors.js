/**
 * What does each floor hold? A ladder whose lower floor, upper floor or single numbers are drawn anew, and what stays of its digits.
 *
 * Sønderby et al. 2016, arXiv 1602.02282; Vahdat & Kautz 2020, arXiv 2007.03898; Child 2020, arXiv 2011.10650.
 * @module
 */

import { Choices, Slider, actionButton } from "../../frame/controls.js";
import { formula, row, sub, sym } from "../../frame/formula.js";
import { askOnce, picturesOf } from "../../real/asked.js";
import { FLOORS, NUMBERS, PICTURES, SEEN, change, codes, readerOf, redrawn } from "./ladder.js";
import { scene, tall } from "./scene.js";

const NAMES = ["lower", "upper"];
const MODEL = "mnist-ladder";

/** Decode many codes on the server. @param {string} base @param {number[][]} z @returns {Promise<Float32Array[]>} grey levels, 0 to 1 */
async function decoded(base, z) {
  const { array } = await askOnce(base, { op: "decode", model: MODEL, shape: [z.length, NUMBERS], payload: Float32Array.from(z.flat()) });
  return picturesOf(array, 0, z.length);
}

class Floors {
  /**
   * @param {import("../../frame/lesson.js").LessonFrame} frame
   * @param {{base: string, greys: Float32Array[], read: (grey: Float32Array) => number}} brought greys: of the first codes
   */
  constructor(frame, { base, greys, read }) {
    Object.assign(this, { frame, base, read, asking: 0 });
    const { texts: words } = frame.words;
    this.seed = Math.round(frame.asked("seed", 0, 1e6, Number(frame.revealed(0))));
    this.floor = NAMES[Math.round(frame.asked("floor", 0, 1, 0))];
    this.number = Math.round(frame.asked("number", 0, NUMBERS, frame.revealed(1) ? NUMBERS : 0));
    this.first = this.#read(greys);
    /** @type {Map<string, any>} pictures by what was drawn anew: a floor, or a number */
    this.made = new Map();
    this.redraw = actionButton("redraw", words.redraw, () => this.#move({ seed: this.seed + 1 }));
    this.floors = new Choices(words.floor, Object.fromEntries(NAMES.map((name) => [name, words[name]])), (floor) => this.#move({ floor }));
    this.numbers = new Slider({ name: "number", label: words.number, min: 0, max: NUMBERS, step: 1,
      write: (value) => (value ? frame.words.number(value, 0) : "–"), onMove: (number) => this.#move({ number }) });
    this.controls = [this.redraw, this.floors.element, this.numbers.element];
    this.drawing = { draw: (size) => scene(this, size), heightOf: (size) => tall(this, size) };
    this.#show();
  }

  /** Pictures, and which digit each is. @param {Float32Array[]} greys */
  #read(greys) {
    return { greys, digits: greys.map(this.read) };
  }

  /** Ask for pictures of some numbers drawn anew each; they replace those of an earlier seed. @param {Record<string, number[]>} sets */
  async #ask(sets) {
    const { seed } = this;
    this.asking += 1;
    const greys = await decoded(this.base, Object.values(sets).flatMap((which) => redrawn(codes(1), which, seed)));
    this.asking -= 1;
    if (seed === this.seed) {
      Object.keys(sets).forEach((name, k) => {
        const made = this.#read(greys.slice(k * PICTURES, (k + 1) * PICTURES));
        this.made.set(name, { ...made, change: change(this.first.greys, made.greys) });
      });
    }
    this.#followed();
  }

  /** Ask for what the question at hand shows. */
  #fetch() {
    if (this.frame.at) this.#ask(Object.fromEntries(Array.from({ length: NUMBERS }, (_, i) => [`number ${i}`, [i]])));
    else if (this.seed) this.#ask(FLOORS);
  }

  /** How much the pictures change by number i, once it is known. @param {number} i */
  changeBy(i) {
    return this.made.get(`number ${i}`)?.change;
  }

  get behind() {
    return this.asking > 0;
  }

  /** What is shown beside the first pictures, or nothing yet. */
  get anew() {
    return this.made.get(this.frame.at ? `number ${this.number - 1}` : this.floor);
  }

  /** The share of pictures that are still the same digit. */
  same({ digits }) {
    return digits.filter((each, i) => each === this.first.digits[i]).length / PICTURES;
  }

  enter(k) {
    if (this.entered === k) return;
    this.entered = k;
    this.#fetch();
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.redraw.hidden = second && !this.frame.revealed(1);
    this.floors.element.hidden = second || !this.frame.revealed(0);
    this.numbers.element.hidden = !second;
    if (k === 0) this.redraw.disabled = locked;
    if (k === 1) this.numbers.lock(locked);
  }

  reveal(k) {
    this.#move(k ? { number: NUMBERS } : { seed: this.seed + 1 });
  }

  key(key) {
    if (key !== "r" || this.redraw.hidden || this.redraw.disabled) return false;
    this.#move({ seed: this.seed + 1 });
    return true;
  }

  #move(what) {
    Object.assign(this, what);
    this.#show();
    if ("seed" in what) this.#fetch();
    this.#followed();
  }

  /** Something has come, or the hand has moved. */
  #followed() {
    const { frame, made, number } = this;
    if (frame.at ? number === NUMBERS && made.has("number 0") : this.seed && made.has("lower")) frame.met(frame.at);
    frame.changed();
  }

  #show() {
    this.floors.show(this.floor);
    this.numbers.show(this.number);
  }

  says() {
    const { words, at } = this.frame;
    const { anew, number } = this;
    if (!anew) return [at ? "saysNone" : "saysStill", { n: words.number(PICTURES, 0) }];
    if (!at) return ["says", { floor: words.texts[this.floor], n: words.number(PICTURES, 0), same: words.number(100 * this.same(anew), 0) }];
    return ["saysNumber", { k: words.number(number, 0), change: words.number(100 * this.changeBy(number - 1), 1) }];
  }

  seen(k) {
    const { words } = this.frame;
    if (!this.made.has(k ? "number 0" : "lower")) return {};
    const share = (name) => words.number(100 * this.same(this.made.get(name)), 0);
    if (k === 0) return { lower: share("lower"), upper: share("upper") };
    const used = (name) => words.number(FLOORS[name].filter((i) => this.changeBy(i) > SEEN).length, 0);
    return { lowerUsed: used("lower"), upperUsed: used("upper") };
  }

  address() {
    const { seed, floor, number, frame } = this;
    return { seed: seed === Number(frame.revealed(0)) ? null : seed, floor: NAMES.indexOf(floor) || null,
      number: number === (frame.revealed(1) ? NUMBERS : 0) ? null : number };
  }

  state() {
    const { seed, floor, number } = this;
    return this.frame.at ? { seed, number } : { seed, floor };
  }
}

export default {
  sources: ["Sønderby et al. 2016, arXiv 1602.02282", "Vahdat & Kautz 2020, arXiv 2007.03898", "Child 2020, arXiv 2011.10650"],
  tool: `explore?model=${MODEL}`,
  fetch: async (root, { base }) => {
    const file = fetch(new URL("lessons/floors/reader.json", root)).then((answer) => answer.json());
    const [greys, reader] = await Promise.all([decoded(base, codes(1)), file]);
    return { base, greys, read: readerOf(reader) };
  },
  formula: () => {
    const [upper, lower] = ["1", "2"].map((floor) => () => sub(sym("code"), floor));
    return [
      formula("p", row("(", sym("thing"), ",", upper(), ",", lower(), ")"), "=", "p", row("(", upper(), ")"),
        "p", row("(", lower(), "|", upper(), ")"), "p", row("(", sym("thing"), "|", upper(), ",", lower(), ")")),
      formula(lower(), "=", sub(sym("mean"), "2"), row("(", upper(), ")"), "+", sub(sym("sigma"), "2"), row("(", upper(), ")"), sub(sym("noise"), "2")),
    ];
  },
  make: (frame, brought) => new Floors(frame, brought),
};
