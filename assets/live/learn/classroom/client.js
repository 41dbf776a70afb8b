/**
 * A window's end of its room: is told how the room stands, says what it wants, and comes back after a loss or a sleep.
 * @module
 */

import { house } from "../../shared/wire/house.js";

const FIRST_WAIT = 250; // ms until the first try to come back; doubled each time up to LONGEST_WAIT
const LONGEST_WAIT = 4000;
const SLEPT = 5000; // ms out of sight after which a connection may be dead without knowing it
const [GONE, REPLACED] = [4404, 4001]; // how a socket is closed that shall not come back

/**
 * @typedef {object} State how a room stands for this window: `told` in web/rooms/telling.py
 * @property {string} code @property {"pupil" | "leads" | "looks"} part @property {number} left
 * @property {string} lesson @property {string} title @property {number} question @property {number} questions
 * @property {string} ask @property {string[]} options @property {number} turn @property {number} round @property {boolean} open
 * @property {number | null} mine @property {number | null} phones @property {number | null} voted
 * @property {number[][]} bars @property {number | null} answer @property {string} view
 */

export class RoomClient {
  /**
   * @param {string} url
   * @param {object} how
   * @param {object | null} [how.hello] what is said each time that the connection stands
   * @param {(state: State) => void} how.onState
   * @param {(code: string) => void} [how.onError] what cannot be had
   * @param {(connected: boolean) => void} [how.onConnected]
   * @param {(why: "no-room" | "replaced") => void} [how.onGone] it does not come back
   * @param {any} [how.Socket] @param {() => number} [how.random]
   */
  constructor(url, { hello = null, onState, onError = () => {}, onConnected = () => {}, onGone = () => {}, Socket = house.Socket, random = Math.random }) {
    Object.assign(this, { url, hello, onState, onError, onConnected, onGone, Socket, random });
    /** @type {State | null} */
    this.state = null;
    /** @type {{turn: number, option: number} | null} an answer that the room has not confirmed */
    this.wanted = null;
    this.failures = 0;
    this.over = false;
    this.hiddenAt = 0;
    this.onSight = () => this.#sight();
    globalThis.document?.addEventListener("visibilitychange", this.onSight);
    globalThis.addEventListener?.("online", this.onSight);
    this.#connect();
  }

  /** The option that is chosen in this round, also where the room does not know yet. */
  get choice() {
    return this.wanted?.option ?? this.state?.mine ?? null;
  }

  /** Answer, in place of an answer before. @param {number} option */
  vote(option) {
    if (!this.state?.open) return;
    this.wanted = { turn: this.state.turn, option };
    this.say({ do: "vote", ...this.wanted });
  }

  /** @param {object} what {do: …}; where there is no connection, an answer is said as soon as there is one, and all else is lost */
  say(what) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify(what));
  }

  close() {
    this.over = true;
    globalThis.document?.removeEventListener("visibilitychange", this.onSight);
    globalThis.removeEventListener?.("online", this.onSight);
    this.#drop();
  }

  #drop() {
    clearTimeout(this.retry);
    this.socket.onopen = this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
  }

  #sight() {
    if (this.over) return;
    if (globalThis.document?.hidden) {
      this.hiddenAt = Date.now();
      return;
    }
    const slept = this.hiddenAt && Date.now() - this.hiddenAt > SLEPT;
    this.hiddenAt = 0;
    if (!slept && this.socket.readyState <= 1) return;
    this.#drop();
    this.#connect();
  }

  #connect() {
    const socket = new this.Socket(this.url);
    this.socket = socket;
    this.isNew = true;
    socket.onopen = () => this.hello && this.say(this.hello);
    socket.onmessage = (event) => this.#read(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code);
  }

  #lost(code) {
    if (this.over) return;
    this.onConnected(false);
    if (code === GONE || code === REPLACED) {
      this.over = true;
      this.onGone(code === GONE ? "no-room" : "replaced");
      return;
    }
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures) * (0.75 + this.random() / 2);
    this.failures += 1;
    this.retry = setTimeout(() => this.#connect(), wait);
  }

  #read({ room, error }) {
    if (error) {
      if (["late", "no-option", "full"].includes(error.code)) this.wanted = null;
      this.onError(error.code);
      return;
    }
    this.failures = 0;
    this.state = room;
    if (this.wanted && (this.wanted.turn !== room.turn || this.wanted.option === room.mine || !room.open)) this.wanted = null;
    if (this.isNew && this.wanted) this.say({ do: "vote", ...this.wanted }); // it was on its way when the connection broke
    if (this.isNew) this.onConnected(true);
    this.isNew = false;
    this.onState(room);
  }
}
