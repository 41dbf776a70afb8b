/**
 * The search for the code of a thing, where no encoder says it: the server takes a step, tells the nearest so far, and is
 * asked for the next one. Nobody has to be told that it is over.
 * @module
 */

import { h, iconButton } from "../../shared/page/dom.js";
import { count } from "../../shared/words/numbers.js";

const PACE = 60; // ms that a step is to be seen at least: small models take 10 for one
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const far = (misses) => misses.toFixed(3);

/**
 * What the server says of a search.
 * @typedef {object} Told
 * @property {{seed: number, drawn: number, done: number}} search where the next step begins
 * @property {number} misses the root mean square error of the nearest so far
 * @property {number} share of the work that is done, in [0, 1]
 * @property {boolean} ended
 * @property {number} draws that there are in all
 * @property {number} descents
 */

/** Say what a search is about. @param {Told} told */
export function stageOf({ search: { drawn, done }, draws, descents }) {
  return drawn < draws ? `Searching among ${count(draws)} draws` : `Searching downhill, ${done + 1} of ${descents}`;
}

/** Say what came of it. @param {Told} told @param {{pixels: boolean}} view */
export function outcomeOf({ misses, ended }, { pixels }) {
  const how = `${far(misses)} (root mean square${pixels ? "; black is 0, white 1" : ""})`;
  return ended ? `Found: it misses by ${how}. An encoder would say a code at once.` : `Stopped: it misses by ${how}.`;
}

/** A search as steps, of which the newest search's alone count. */
export class Steps {
  /**
   * @param {object} options
   * @param {(request: any) => void} options.ask
   * @param {(told: Told, z: number[]) => void} options.onTold
   * @param {(sentence: string) => void} options.onError
   * @param {() => number} [options.pace] ms from one step to the next, at least
   */
  constructor({ ask, onTold, onError, pace = () => PACE }) {
    Object.assign(this, { ask, onTold, onError, pace });
    /** @type {object | null} the search that goes on */
    this.run = null;
  }

  /** Begin one, in place of any. @param {any} request the thing @param {number} seed of its draws */
  begin(request, seed) {
    this.run = {};
    this.#step(this.run, request, { seed });
  }

  stop() {
    this.run = null;
  }

  #step(run, request, search) {
    const began = performance.now();
    const mine = (then) => (answer) => run === this.run && then(answer);
    const onError = mine((sentence) => {
      this.run = null;
      this.onError(sentence);
    });
    const onAnswer = mine(({ array, header }) => {
      if (header.ended) this.run = null;
      else setTimeout(mine(() => this.#step(run, request, header.search)), Math.max(0, this.pace() - (performance.now() - began)));
      this.onTold(header, Array.from(array));
    });
    this.ask({ ...request, op: "search", search, onAnswer, onError });
  }
}

export class Search {
  /**
   * @param {object} options
   * @param {string} options.model
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {(request: any) => void} options.ask
   * @param {(z: number[], ended: boolean) => void} options.onFound the nearest so far
   * @param {() => void} options.onStop a visitor has seen enough
   * @param {(sentence: string) => void} options.onError
   */
  constructor({ model, view, ask, onFound, onStop, onError }) {
    Object.assign(this, { model, view, onFound });
    this.seed = 0;
    const failed = (sentence) => {
      this.#end("");
      onError(sentence);
    };
    this.steps = new Steps({ ask, onTold: (told, z) => this.#tell(told, z), onError: failed, pace: () => (calm() ? 0 : PACE) });
    this.words = h("p", { role: "status", "data-role": "search-words" });
    this.bar = h("progress", { max: "1", "aria-label": "Search" });
    this.misses = h("span", { class: "misses", "aria-hidden": "true", "data-role": "misses" });
    this.stopButton = iconButton("close", { "data-role": "stop-search", title: "Stop here. Key: Escape", onclick: onStop }, "Stop");
    this.element = h("div", { class: "search" }, this.words, this.bar, this.misses, this.stopButton);
    this.#show(false);
  }

  get isRunning() {
    return this.steps.run !== null;
  }

  /** Search for a thing with other draws than the last time. @param {any} thing @param {number | null} given */
  begin(thing, given) {
    this.seed += 1;
    /** @type {Told | null} */
    this.told = null;
    this.from = this.#focused();
    this.bar.value = 0;
    this.misses.textContent = "";
    this.#say("Searching …");
    this.#show(true);
    this.steps.begin({ model: this.model, shape: [1, ...this.view.shape], payload: thing, condition: given ?? undefined }, this.seed);
  }

  /** End it where it is, and say what has come of it. */
  stop() {
    this.#end(this.told ? outcomeOf(this.told, this.view) : "");
  }

  /** Forget it, and what was said of it: another code is looked at. */
  leave() {
    if (this.isRunning || this.words.textContent) this.#end("");
  }

  #tell(told, z) {
    const nearer = !this.told || told.misses < this.told.misses;
    this.told = told;
    this.bar.value = told.share;
    this.misses.textContent = `misses by ${far(told.misses)}`;
    if (told.ended) this.stop();
    else this.#say(stageOf(told));
    if (nearer || told.ended) this.onFound(z, told.ended);
  }

  #end(words) {
    this.steps.stop();
    this.#say(words);
    this.#show(false);
  }

  #say(words) {
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  #show(running) {
    if (!running && this.#focused() === this.stopButton) this.from?.focus(); // what goes away would take the focus with it
    this.element.classList.toggle("busy", running);
    for (const part of [this.bar, this.misses, this.stopButton]) part.hidden = !running;
  }

  #focused() {
    return /** @type {any} */ (this.stopButton.getRootNode()).activeElement ?? null;
  }
}
