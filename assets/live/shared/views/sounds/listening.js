/**
 * A key that plays a sound, and its wave beside it. The wave is found once the hand rests, a little in each frame.
 * @module
 */

import { h, icon } from "../../page/dom.js";
import { give } from "../../keeping/saving.js";
import { onLook } from "../look.js";
import { wavOf } from "./waves.js";

const SLICE = 6; // ms of a frame in which a wave is looked for
const WAVE = { width: 480, height: 56 }; // pixels of its canvas
const SHADE = 0.35; // how opaque the wave is where it has not been played

/** @type {AudioContext | null} one for the page */
let audio = null;

/** @typedef {{rate: number, waves: (array: any, index?: number) => Generator<void, Float32Array, void>}} Hear */

export class Listening {
  /**
   * @param {Hear} hear
   * @param {() => import("../look.js").Look} look
   * @param {{noun?: string, words?: string}} [on] what it plays, and what is written on its key
   */
  constructor(hear, look, { noun = "sound", words = "" } = {}) {
    Object.assign(this, { hear, look, wave: null, source: null, shown: null, wanted: null, played: 0 });
    const key = { type: "button", class: "quiet", "data-role": "hear", "aria-label": `Play the ${noun}`, title: `Play the ${noun}` };
    this.key = h("button", { ...key, onclick: () => this.toggle() }, icon("play"), words);
    this.canvas = h("canvas", { ...WAVE, role: "img", "data-role": "wave", "aria-label": "Its wave: not there yet" });
    this.again = h("input", { type: "checkbox", "data-role": "hear-on-release" });
    const released = h("label", { class: "check", title: "Play it each time that the hand rests" }, this.again, h("span", {}, "On release"));
    this.element = h("div", { class: "listening", "data-role": "listening" }, this.key, this.canvas, released);
    this.leaveLook = onLook(() => this.#paint());
  }

  destroy() {
    this.stop();
    this.wanted = null;
    this.leaveLook();
  }

  /** Another sound is shown: what was heard is over, and its wave is old. @param {any} array of one thing */
  show(array) {
    if (array === this.shown) return;
    this.stop();
    Object.assign(this, { shown: array, wave: null, wanted: null });
    this.#paint();
  }

  /** The hand rests: find the wave of what is shown, and play it where that is asked for. */
  settle() {
    if (!this.shown || this.wave || this.wanted) return;
    this.#find().then((wave) => wave && this.again.checked && this.#play());
  }

  /** Play, or stop. */
  toggle() {
    audio ??= new AudioContext(); // in the click itself: browsers ask for a hand
    audio.resume();
    if (this.source) this.stop();
    else if (this.wave) this.#play();
    else this.#find().then((wave) => wave && this.#play());
  }

  stop() {
    if (!this.source) return;
    this.source.onended = null;
    this.source.stop();
    this.#ended();
  }

  /** Give the wave to be saved. @param {string} name */
  async save(name) {
    const wave = this.wave ?? (await this.#find());
    if (wave) give(new Blob([wavOf(wave, this.hear.rate)], { type: "audio/wav" }), name);
  }

  /** Look for the wave, a slice in each frame; null where another sound is shown before. @returns {Promise<Float32Array | null>} */
  async #find() {
    if (!this.shown) return null;
    const rounds = this.hear.waves(this.shown);
    this.wanted = rounds;
    for (;;) {
      const until = performance.now() + SLICE;
      let step = rounds.next();
      while (!step.done && performance.now() < until) step = rounds.next();
      if (this.wanted !== rounds) return this.wave;
      if (step.done) return this.#found(step.value);
      await new Promise((next) => requestAnimationFrame(next));
      if (this.wanted !== rounds) return this.wave;
    }
  }

  #found(wave) {
    Object.assign(this, { wave, wanted: null });
    const seconds = (wave.length / this.hear.rate).toFixed(2);
    this.canvas.setAttribute("aria-label", `Its wave, ${seconds} seconds`);
    this.element.dataset.samples = String(wave.length);
    this.#paint();
    return wave;
  }

  #play() {
    audio ??= new AudioContext();
    const buffer = audio.createBuffer(1, this.wave.length, this.hear.rate);
    buffer.copyToChannel(this.wave, 0);
    this.source = new AudioBufferSourceNode(audio, { buffer });
    this.source.connect(audio.destination);
    this.source.onended = () => this.#ended();
    this.source.start();
    this.began = audio.currentTime;
    this.played += 1;
    this.key.dataset.played = String(this.played);
    this.#mark("stop", "Stop");
    this.#follow();
  }

  #ended() {
    this.source = null;
    this.#mark("play", "Play");
    this.#paint();
  }

  #mark(glyph, does) {
    this.key.firstChild.replaceWith(icon(glyph));
    this.key.setAttribute("aria-label", this.key.getAttribute("aria-label").replace(/^\w+/, does));
    this.element.dataset.playing = String(glyph === "stop");
  }

  /** While it is heard the wave is filled up to where it is. */
  #follow() {
    if (!this.source) return;
    this.#paint();
    requestAnimationFrame(() => this.#follow());
  }

  #paint() {
    const { canvas, wave } = this;
    const { accent, line } = this.look();
    const context = canvas.getContext("2d");
    const { width, height } = canvas;
    context.clearRect(0, 0, width, height);
    context.fillStyle = line;
    context.fillRect(0, height / 2 - 0.5, width, 1);
    if (!wave) return;
    const done = this.source ? ((audio.currentTime - this.began) * this.hear.rate) / wave.length : 1;
    context.fillStyle = accent;
    for (let x = 0; x < width; x += 2) {
      const part = wave.subarray(Math.floor((x * wave.length) / width), Math.floor(((x + 2) * wave.length) / width));
      const high = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * (height / 2 - 1);
      context.globalAlpha = x / width <= done ? 1 : SHADE;
      context.fillRect(x, height / 2 - high, 1.5, 2 * high);
    }
    context.globalAlpha = 1;
  }
}
