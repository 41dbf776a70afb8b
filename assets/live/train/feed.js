/**
 * A run as it trains: the server is asked for what is new, and everything that came is kept.
 * @module
 */

import { merged, withTotals } from "./curvedata.js";
import { Refused, sentenceOf } from "../shared/wire/frame.js";

const PAUSE = 500; // ms between questions while it trains
const ENDED_PAUSE = 3000; // once it has ended; somebody may let it go on, or rename it
const HIDDEN_PAUSE = 5000; // while nobody looks
const LONGEST_PAUSE = 5000; // while the server does not answer
const LOST = 3; // questions without an answer, after which it is said
const AWAY = "The server does not answer; it is asked again until it does. The training goes on without it.";

/** States in which a process works at a run, or waits to. */
export const LIVE = new Set(["queued", "starting", "training", "paused", "measuring"]);
const AT_WORK = new Set(["training", "paused", "measuring"]); // its records are cut back to the checkpoint by then

/**
 * @typedef {object} Run
 * @property {string} name
 * @property {Record<string, any>} config its settings
 * @property {string} family its title @property {string[]} can what the family can
 * @property {string} prior how codes are drawn: "normal", "graph" or "none"
 * @property {Record<string, any>} status state, step, steps, epoch, message, …
 * @property {number} place runs before it in the queue
 * @property {import("./curvedata.js").Entry[]} steps of training
 * @property {import("./curvedata.js").Entry[]} heldOut
 * @property {{step: number, beta: number | null, learning_rate: number | null}[]} changes
 * @property {number[]} snapshots their steps
 * @property {{code: string, level: "good" | "note" | "warning", title: string, sentence: string, change: string}[]} findings
 * @property {boolean} model whether it is in the library
 * @property {boolean} weights whether it has any to go on from, once it has ended
 * @property {string} command the line that trains it again
 * @property {string} [noun] @property {string} [nouns] what its things are called, one and several
 */

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isHidden = () => globalThis.document?.hidden ?? false;

export class RunFeed {
  #listeners = { run: new Set(), trouble: new Set(), gone: new Set() };
  #offsets = { metrics: 0, held_out: 0 };
  #process = null; // whose records are at hand
  #wake = () => {};

  /**
   * Ask for a run, at once and again and again until it is closed.
   * @param {object} options
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {string} options.run its name
   * @param {Promise<Response> | null} [options.asked] an answer to the first question, asked already
   * @param {typeof fetch} [options.fetch]
   * @param {(milliseconds: number) => Promise<void>} [options.wait]
   * @param {() => boolean} [options.hidden] whether the page is out of sight
   */
  constructor({ base, run, asked = null, fetch = globalThis.fetch.bind(globalThis), wait = pause, hidden = isHidden }) {
    Object.assign(this, { base, name: run, asked, fetch, wait, hidden });
    /** @type {Run | null} */
    this.run = null;
    this.onvisible = () => !this.hidden() && this.refresh();
    globalThis.document?.addEventListener("visibilitychange", this.onvisible);
    this.ended = this.#follow();
  }

  /**
   * Hear of "run" (Run, also at once where one is at hand), of "trouble" (a sentence, empty once all is well) and of
   * "gone" (the sentence of a server that does not know the run).
   * @returns {() => void} call it to hear no more
   */
  on(name, listener) {
    this.#listeners[name].add(listener);
    if (name === "run" && this.run) listener(this.run);
    return () => this.#listeners[name].delete(listener);
  }

  /** Ask now rather than when the pause is over. */
  refresh() {
    this.#wake();
  }

  /**
   * Have something done with the run; the promise is broken with the server's sentence where it refuses.
   * @param {"pause" | "resume" | "stop" | "keep" | "discard" | "change" | "delete"} action
   * @param {Record<string, number | string>} [more]
   */
  async act(action, more = {}) {
    const { fetch } = this;
    const query = new URLSearchParams({ run: this.name, action, ...more });
    const response = await fetch(`${this.base}api/run?${query}`, { method: "POST" }).catch(() => {
      throw new Error("The server does not answer; nothing was changed. Try again.");
    });
    if (!response.ok) throw new Refused(await sentenceOf(response), response.status);
    this.refresh();
  }

  close() {
    this.closed = true;
    globalThis.document?.removeEventListener("visibilitychange", this.onvisible);
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
    this.#wake();
  }

  async #follow() {
    for (let failures = 0; !this.closed; ) {
      // A wish to ask that comes while an answer is on its way holds too: that answer may be from before.
      const woken = new Promise((resolve) => (this.#wake = resolve));
      failures = (await this.#ask(failures)) ? 0 : failures + 1;
      if (!this.closed) await Promise.race([this.wait(this.#pause(failures)), woken]);
    }
  }

  /** Ask once. @returns {Promise<boolean>} whether the server answered */
  async #ask(failures) {
    try {
      const { fetch } = this;
      const response = await (this.asked ?? fetch(`${this.base}api/run?${new URLSearchParams({ run: this.name, ...this.#offsets })}`, { cache: "no-store" }));
      this.asked = null;
      if (this.closed) return true;
      if (response.status >= 400 && response.status < 500) {
        this.#tell("gone", await sentenceOf(response));
        return false; // so that it is asked for less and less often
      }
      if (!response.ok) throw new Refused(await sentenceOf(response), response.status);
      const answer = await response.json();
      if (!this.closed) this.#take(answer);
      return true;
    } catch (error) {
      this.asked = null;
      if (failures + 1 === LOST) this.#tell("trouble", error instanceof Refused ? error.message : AWAY);
      return false;
    }
  }

  #take(answer) {
    const { config, family, can, prior = "none", status = answer, place = 0, steps, held_out, changes, snapshots, findings } = answer;
    const { model = false, weights = true, command = "" } = answer;
    const process = `${status.pid} ${AT_WORK.has(status.state)}`;
    if (this.#process !== null && this.#process !== process && this.#offsets.metrics + this.#offsets.held_out) {
      // Another process goes on with the run, from a checkpoint: what it has cut away is not to stay on the screen.
      this.#offsets = { metrics: 0, held_out: 0 };
      this.#process = process;
      this.fresh = true;
      this.refresh();
      return;
    }
    this.#process = process;
    const before = this.fresh || !this.run ? { steps: [], heldOut: [] } : this.run;
    this.fresh = false;
    this.#offsets = answer.offsets;
    this.run = {
      name: this.name,
      config,
      family,
      can,
      prior,
      status,
      place,
      steps: merged(before.steps, steps.map(withTotals)),
      heldOut: merged(before.heldOut, held_out.map(withTotals)),
      changes,
      snapshots,
      findings,
      model,
      weights,
      command,
      noun: answer.noun ?? "image",
      nouns: answer.nouns ?? "images",
    };
    this.#tell("trouble", "");
    this.#tell("run", this.run);
  }

  #tell(name, what) {
    if (this.closed) return;
    for (const listener of this.#listeners[name]) {
      try {
        listener(what);
      } catch (error) {
        globalThis.reportError?.(error); // one part that fails does not take the others with it
      }
    }
  }

  #pause(failures) {
    if (failures) return Math.min(LONGEST_PAUSE, PAUSE * 2 ** (failures - 1));
    if (this.hidden()) return HIDDEN_PAUSE;
    return !this.run || LIVE.has(this.run.status.state) ? PAUSE : ENDED_PAUSE;
  }
}
