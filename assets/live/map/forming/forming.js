/**
 * A map that the server forms: how far it is, and its points so far.
 * @module
 */

import { readMap } from "../../shared/space/codes.js";
import { Refused } from "../../shared/wire/frame.js";
import { house } from "../../shared/wire/house.js";

const PAUSE = 250; // ms between questions: four pictures a second of a map that moves slowly
const HIDDEN_PAUSE = 2000; // while nobody looks
const LONGEST_PAUSE = 5000; // while the server does not answer
const LOST = 3; // questions without an answer, after which it is said
const AWAY = "The server does not answer; it is asked again until it does.";

/** Say whether more is to come: of the map, or of the figures that tell what it keeps. @param {MapFrame} frame */
const goesOn = ({ state, measuring }) => state === "forming" || state === "waiting" || Boolean(measuring);

/** @typedef {import("../../shared/space/codes.js").MapFrame} MapFrame */

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isHidden = () => globalThis.document?.hidden ?? false;

export class Forming {
  #questions = 0; // each series of questions has a number, and only the newest goes on
  #after = -1; // the iteration of the points that are at hand

  /**
   * Ask how a map stands, at once, and again while it is being formed.
   * @param {object} options
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {string} options.model
   * @param {string} options.map its id
   * @param {string} options.visitor a word of this page's own
   * @param {(frame: MapFrame) => void} options.onFrame
   * @param {(sentence: string) => void} [options.onRefused] why it does not stop
   * @param {typeof fetch} [options.fetch]
   * @param {(milliseconds: number) => Promise<void>} [options.wait]
   * @param {() => boolean} [options.hidden] whether the page is out of sight
   */
  constructor({ base, model, map, visitor, onFrame, onRefused = () => {}, fetch = house.fetch, wait = pause, hidden = isHidden }) {
    Object.assign(this, { base, model, map, visitor, onFrame, onRefused, fetch, wait, hidden });
    /** @type {MapFrame} */
    this.last = { state: "asked", iteration: 0, total: 0, message: "", keeps: null, kl: null, xy: null };
    this.ended = this.#follow(() => this.#look());
  }

  /** Have the map formed, and follow it. */
  start() {
    return (this.ended = this.#follow(() => this.#act("form")));
  }

  /** Have it stopped, and keep what is there; where it has ended by itself meanwhile, see how. */
  stop() {
    const orLook = (error) => {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      this.onRefused(error.message);
      return this.#look();
    };
    return (this.ended = this.#follow(() => this.#act("stop").catch(orLook)));
  }

  /** Ask no more; what is under way on the server goes on. */
  close() {
    this.#questions += 1;
  }

  /** Ask once with `first` and then look again until nothing changes any more. @param {() => Promise<MapFrame>} first */
  async #follow(first) {
    const mine = ++this.#questions;
    let ask = first;
    for (let failures = 0; ; await this.wait(this.#pause(failures))) {
      if (mine !== this.#questions) return;
      const frame = await this.#answer(ask, failures);
      if (mine !== this.#questions) return;
      if (frame) {
        this.#show(frame);
        if (!goesOn(frame)) return;
        ask = () => this.#look();
      }
      failures = frame ? 0 : failures + 1;
    }
  }

  /** The answer, or null where there was none: the server is away for a moment. */
  async #answer(ask, failures) {
    try {
      return await ask();
    } catch (error) {
      const status = error instanceof Refused ? error.status : 0;
      if (status >= 400 && status < 500) return { ...this.last, state: /** @type {const} */ ("failed"), message: error.message, xy: null };
      if (failures + 1 === LOST) this.onFrame({ ...this.last, message: status ? error.message : AWAY, xy: null });
      return null;
    }
  }

  #show(frame) {
    // A map that is formed anew starts from 0 again, and its points are newer than those at hand.
    this.#after = frame.xy ? frame.iteration : Math.min(this.#after, frame.iteration);
    this.last = frame;
    this.onFrame(frame);
  }

  #pause(failures) {
    return failures ? Math.min(LONGEST_PAUSE, PAUSE * 2 ** failures) : this.hidden() ? HIDDEN_PAUSE : PAUSE;
  }

  async #look() {
    const after = this.#after >= 0 ? { after: String(this.#after) } : {};
    const { fetch } = this;
    return readMap(await fetch(this.#address({ visitor: this.visitor, ...after })));
  }

  async #act(action) {
    const { fetch } = this;
    return readMap(await fetch(this.#address({ action, visitor: this.visitor }), { method: "POST" }));
  }

  #address(more) {
    return `${this.base}api/map?${new URLSearchParams({ model: this.model, map: this.map, ...more })}`;
  }
}
