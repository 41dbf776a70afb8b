/**
 * What is asked of the server, and what it has answered: what stands large at once, the row of methods behind a moving hand, and what takes
 * longer once the hand rests.
 * @module
 */

import { bytesOf, joined } from "../../shared/views/view.js";
import { takenFor } from "../../shared/words/names.js";
import { LiveSocket, address } from "../../shared/wire/socket.js";
import { FILLS } from "./comparison.js";
import { lostOf } from "../hole/hole.js";
import { isBrush, isNews } from "../state.js";
import { LAST } from "./sweeps.js";
import { valuesOf } from "../words.js";

const PACE = 100; // ms between two rows of pictures while the hand moves: they follow, and leave the machine to the large ones
const REST = 250; // ms without a movement until a gap is filled sweep by sweep: that takes the server longer
const QUICK = { sweeps: 16, draws: 4 }; // of an imputation while the hand moves: a third of the time, and 0.25 dB less

/** @typedef {import("../view.js").State} State */

/**
 * @typedef {object} Plan what is to be restored, and how
 * @property {State} state
 * @property {boolean} hides whether something is lost, and it is known what
 * @property {string} method that stands large
 * @property {string[]} row names of the methods that suit
 * @property {string} beside the second model, or empty @property {string} besideMethod how it restores
 * @property {boolean} large whether it stands large too
 */

/**
 * @typedef {object} Answer something restored
 * @property {State} state of which @property {any} array the corrupted thing, the restored one, and perhaps how sure it is
 * @property {(number | null)[][]} values figures of the two @property {Uint8Array | null} lost @property {string} taken for which class
 * @property {string} method @property {boolean} final as good as the method makes it @property {boolean} fresh not drawn yet
 * @property {boolean} [rested] @property {number} moved @property {number} trip @property {number} model ms
 */

export class Asking {
  /**
   * @param {object} options
   * @param {any} options.data of the page
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {import("../hole/marks.js").Marks} options.marks
   * @param {() => void} options.onAnswer something that stands large has come
   * @param {(names: string[], answer: any, lost: Uint8Array | null, values: (number | null)[][], state: State) => void} options.onRow
   * @param {(array: any, count: number, state: State) => void} options.onFilled
   * @param {(tiles: string[], state: State) => void} options.onFailed
   * @param {(sentence: string) => void} options.onSay
   */
  constructor({ data, view, marks, onAnswer, onRow, onFilled, onFailed, onSay }) {
    Object.assign(this, { data, view, marks, onAnswer, onRow, onFilled, onFailed, onSay });
    /** @type {{restored?: Answer, beside?: Answer}} */
    this.answers = {};
    const url = address(data.base, location);
    this.socket = new LiveSocket(url, { onState: (open) => onSay(open ? "" : "The server does not answer. Trying again…") });
    this.later = new LiveSocket(url); // what takes longer is never before the picture under the hand
  }

  /** Ask for all of a plan. @param {Plan} plan */
  ask(plan) {
    this.plan = plan;
    if (!plan.state.picture) return;
    const moved = performance.now();
    this.moved = moved;
    const { method, state } = plan;
    this.socket.ask("restored", {
      ...this.#request(this.data.model, [method], (answer) => this.#arrived("restored", answer, { state, moved, method, quick: true }), [method]),
      ...QUICK,
      spread: this.#isSure(method),
    });
    if (plan.large) this.#askBeside(this.socket, moved, true);
    this.others ??= setTimeout(() => this.#askRow(), PACE - Math.min(PACE, moved - (this.asked ?? -Infinity)));
    clearTimeout(this.rest);
    if (plan.hides) this.rest = setTimeout(() => this.#askSweeps(), REST);
  }

  /** Another second model: what was asked of the one before it is no longer wanted. */
  forgetBeside() {
    for (const { newest } of [this.socket, this.later]) newest.forget("restored-beside"); // it may wait on either
    this.answers.beside = undefined;
  }

  destroy() {
    clearTimeout(this.others);
    clearTimeout(this.rest);
    this.socket.close();
    this.later.close();
  }

  #request(model, methods, onAnswer, tiles = []) {
    const { view, plan: { state } } = this;
    const { picture, setting } = state;
    const brush = isBrush(setting.corruption);
    return {
      op: "restore",
      model,
      shape: [brush ? 2 : 1, ...view.shape],
      payload: brush ? joined(view, [picture.pixels, this.#marked(setting)]) : picture.pixels,
      corruption: { name: setting.corruption, amount: brush ? 1 : setting.amount, seed: setting.seed },
      methods,
      onAnswer,
      onError: (sentence) => {
        this.onSay(sentence);
        this.onFailed(tiles, state);
      },
    };
  }

  /** What a hand has marked as a thing of its own: as high as its numbers may be, where something is lost. */
  #marked({ strokes, amount }) {
    const { view } = this;
    const [mask, channels, high] = [this.marks.maskOf(strokes, amount), view.shape.at(-1), view.dtype === "uint8" ? 255 : 1];
    return view.read(new ArrayBuffer(bytesOf(view))).map((_, i) => (mask[Math.floor(i / channels)] ? high : 0));
  }

  /** Whether a method says how sure it is, where the view can show that. */
  #isSure(method) {
    return method === FILLS && !this.view.pixels;
  }

  #askBeside(socket, moved, quick = false) {
    const { beside, besideMethod, state } = this.plan;
    const asked = { state, moved, method: besideMethod, quick };
    socket.ask("restored-beside", {
      ...this.#request(beside, [besideMethod], (answer) => beside === this.plan.beside && this.#arrived("beside", answer, asked), [`beside:${beside}`]),
      ...(quick ? QUICK : {}),
      spread: this.#isSure(besideMethod),
    });
  }

  /** Ask for the pictures of the row. */
  #askRow() {
    const { state, row, beside, besideMethod, large } = this.plan;
    this.others = null;
    if (!state.picture) return;
    this.asked = performance.now();
    const fills = besideMethod === FILLS; // that takes longer, and waits for the hand to rest
    if (beside && !large && !fills) this.#askBeside(this.later, this.asked);
    const names = row.filter((name) => name !== FILLS);
    this.later.ask("methods", this.#request(this.data.model, names, (answer) => this.#row(names, answer, state), ["nothing", ...names]));
  }

  #askSweeps() {
    const { state, method, beside, besideMethod, large } = this.plan;
    const { moved } = this;
    if (method === FILLS) {
      this.socket.ask("restored", {
        ...this.#request(this.data.model, [method], (answer) => this.#arrived("restored", answer, { state, moved, method, rested: true }), [method]),
        spread: this.#isSure(method),
      });
    }
    if (beside && besideMethod === FILLS) this.#askBeside(large ? this.socket : this.later, moved);
    this.later.ask("imputed", {
      ...this.#request(this.data.model, undefined, ({ array, header }) => this.onFilled(array, header.shape[0], state)),
      op: "impute",
      sweeps: LAST,
    });
    if (method !== FILLS) {
      this.later.ask("imputation", this.#request(this.data.model, [FILLS], (answer) => this.#row([FILLS], answer, state), [FILLS]));
    }
  }

  /**
   * Take something that stands large.
   * @param {"restored" | "beside"} which
   * @param {{state: State, moved: number, method: string, quick?: boolean, rested?: boolean}} asked quick: with less
   *   effort than the method deserves; rested: the hand rested before it was asked for, so its time tells nothing
   */
  #arrived(which, { array, header, milliseconds }, asked) {
    this.onSay(""); // what went wrong before is over
    if (!isNews(asked, this.answers[which])) return; // it was overtaken on the other connection
    const final = asked.method !== FILLS || !asked.quick;
    const values = [0, 1].map((i) => valuesOf(this.data.measures, header, i));
    const taken = takenFor(this.data.given, header.condition?.[0]);
    const times = { trip: milliseconds, model: 1000 * header.seconds };
    this.answers[which] = { lost: this.#lost(header), array, values, taken, ...asked, final, ...times, fresh: true };
    this.onAnswer();
  }

  #row(names, { array, header }, state) {
    const values = [0, ...names.keys()].map((_, i) => valuesOf(this.data.measures, header, i));
    this.onRow(names, array, this.#lost(header), values, state);
  }

  #lost(header) {
    return header.lost ? lostOf(header.lost, this.marks.size) : null;
  }
}
