/**
 * Settings that are changed while a run trains: a slider with its number beside it, told when it holds.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { count, setting } from "../shared/words/numbers.js";

const STEPS = 400; // of a slider
const KEY_PAUSE = 500; // ms after the last key on a slider until it is applied
const DIGITS = 2; // of a number that a slider gives
const ASKED = "asked for …";
const ON_RESUME = "takes effect on Resume";

/**
 * @typedef {object} Dial
 * @property {string} words @property {string} letter
 * @property {number} low @property {number} high what may be typed
 * @property {(share: number) => number} of the value at a share of the slider
 * @property {(value: number) => number} share the other way round
 * @property {string} says @property {string} hint
 */

/**
 * What can be changed. `low` and `high` bound what may be typed, the scale what the slider reaches.
 * @type {Record<string, Dial>}
 */
export const DIALS = {
  beta: {
    words: "β",
    letter: "beta",
    low: 0,
    high: 1000,
    // Quadratic: as much room from 0 to 5 as from 5 to 20.
    of: (share) => 20 * share ** 2,
    share: (value) => Math.sqrt(value / 20),
    says: "Weight on the KL: higher leaves codes fewer nats and pictures blurrier, lower is sharper, with holes",
    hint: "weight on the KL: higher blurs, lower is sharper",
  },
  learning_rate: {
    words: "Learning rate",
    letter: "learning rate",
    low: 1e-8,
    high: 1,
    of: (share) => 10 ** (4 * share - 5), // 0.00001 to 0.1
    share: (value) => (Math.log10(value) + 5) / 4,
    says: "The optimiser's step size, where its schedule starts",
    hint: "where its schedule starts",
  },
};

/** Read a number as people type it: "0.001", "1e-3", "0,5". NaN where it is none. */
export function readNumber(text) {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

/** The value at a place of a slider, with as few digits as it deserves. @param {number} place 0 to 1 */
export const valueAt = (name, place) => Number(DIALS[name].of(place).toPrecision(DIGITS));

/** Where a value is on its slider, in [0, 1]. */
export const placeOf = (name, value) => Math.min(1, Math.max(0, DIALS[name].share(value) || 0));

export class Dial {
  asking = ASKED; // what is said until a change holds
  #asked = null; // {value, before}: wanted, and how many changes of this setting there were

  /** @param {keyof DIALS} name @param {(value: number) => Promise<void>} onChange it is broken with a sentence */
  constructor(name, onChange) {
    Object.assign(this, { name, onChange });
    const { words, letter, says } = DIALS[name];
    this.range = h("input", {
      type: "range",
      class: "range",
      min: 0,
      max: STEPS,
      step: 1,
      "aria-label": `${letter}, slider`,
      "data-role": `${name}-slider`,
      oninput: () => this.#slide(),
      onchange: () => this.#release(),
    });
    this.number = h("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": letter,
      "data-role": name,
      onkeydown: (event) => this.#key(event),
      oninput: () => this.#say("", this.said.textContent),
      onchange: () => this.#apply(readNumber(this.number.value)),
    });
    this.said = h("span", { class: "fine", "data-role": `${name}-said` });
    this.element = h("div", { class: "dial", title: says }, h("span", { class: "dial-name" }, words), this.range, this.number, this.said);
    this.range.addEventListener("keydown", () => (this.keyed = true));
    this.range.addEventListener("pointerdown", () => (this.keyed = false));
  }

  /**
   * @param {number} value that holds
   * @param {{step: number, beta?: number, learning_rate?: number}[]} changes of this setting so far
   * @param {string} now a few words more
   */
  show(value, changes, now) {
    this.value = value;
    if (this.#asked && this.#holds(value, changes)) {
      this.#asked = null;
      this.refused = "";
    }
    if (!this.#asked && !this.#held()) this.#write(value);
    this.asking = this.element.closest("[data-state='paused']") ? ON_RESUME : ASKED;
    const applied = changes.length ? `applied at step ${count(changes.at(-1).step)}` : "";
    this.#say(this.refused, this.#asked ? this.asking : [applied, now].filter(Boolean).join(", ") || DIALS[this.name].hint);
    this.changes = changes.length;
  }

  /**
   * Whether what was asked for holds, or what somebody else has asked for since. A change is written down a moment before
   * the status tells of it: until then the old value would jump back.
   */
  #holds(value, changes) {
    return value === this.#asked.value || (changes.length > this.#asked.before + 1 && changes.at(-1)[this.name] === value);
  }

  /** Say what was refused, or else what holds. */
  #say(refused, words = "") {
    this.refused = refused;
    this.said.textContent = refused || words;
    this.said.classList.toggle("refusal", Boolean(refused));
  }

  /** Whether a hand is at it, so that no answer of the server takes it away. */
  #held() {
    const active = this.element.getRootNode().activeElement;
    return this.sliding || (active === this.number && readNumber(this.number.value) !== this.shown);
  }

  #write(value) {
    const place = placeOf(this.name, value);
    this.shown = value;
    this.number.value = setting(value);
    this.range.value = String(Math.round(place * STEPS));
    this.range.style.setProperty("--at", String(place));
    this.range.setAttribute("aria-valuetext", setting(value));
  }

  #slide() {
    this.sliding = true;
    const place = Number(this.range.value) / STEPS;
    const value = valueAt(this.name, place);
    this.number.value = setting(value);
    this.range.style.setProperty("--at", String(place));
    this.range.setAttribute("aria-valuetext", setting(value));
  }

  #release() {
    clearTimeout(this.timer);
    const apply = () => this.#apply(valueAt(this.name, Number(this.range.value) / STEPS));
    if (this.keyed) this.timer = setTimeout(apply, KEY_PAUSE); // each key is a release
    else apply();
  }

  #key(event) {
    if (event.key === "Enter") this.#apply(readNumber(this.number.value));
    if (event.key === "Escape") this.#write(this.value);
  }

  async #apply(value) {
    this.sliding = false;
    const { low, high, words } = DIALS[this.name];
    if (!(value >= low && value <= high)) {
      // Shown is what holds: a number that was refused must not look as if it did.
      this.#say(`${words} is a number from ${setting(low)} to ${setting(high)}; it stays ${setting(this.value)}.`);
      this.#write(this.value);
      return;
    }
    if (value === this.value || value === this.#asked?.value) {
      if (!this.#asked) this.#write(value);
      return;
    }
    const asked = (this.#asked = { value, before: this.changes ?? 0 });
    this.#write(value);
    this.#say("", this.asking);
    try {
      await this.onChange(value);
    } catch (error) {
      if (this.#asked !== asked) return;
      this.#asked = null;
      this.#say(error.message);
      this.#write(this.value);
    }
  }
}
