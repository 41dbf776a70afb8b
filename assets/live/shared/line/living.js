/**
 * A line that lives: what is put in is encoded, what a hand moves is decoded, and all stations follow in the next frame.
 * @module
 */

import { h } from "../page/dom.js";
import { OnceAFrame } from "../net/onceaframe.js";
import { toldOf } from "../wire/socket.js";
import { Line } from "./line.js";
import { atRest, believed, beliefIn, codeOf, drawnAgain } from "./machine.js";

const REST = 200; // ms without a change until the state is written down
const WORDS = 120; // ms between two sayings of its numbers: nobody reads faster, and each costs a layout
const GLIDE = 180; // ms that a new draw takes to its place
const STEP = 460; // ms that a station is lit at the beginning
const DRAWS = [2900, 3600, 4300]; // ms after which it draws by itself: all is still before five seconds have passed

export class LivingLine {
  /**
   * @param {object} options
   * @param {any} options.data
   * @param {import("../views/view.js").View} options.view
   * @param {import("../wire/socket.js").LiveSocket} options.socket
   * @param {HTMLElement} [options.input] as for Line
   * @param {(sentence: string) => void} [options.onSay] what went wrong
   * @param {(machine: import("./machine.js").Machine) => void} [options.onRest]
   */
  constructor({ data, view, socket, input, onSay = () => {}, onRest = () => {} }) {
    Object.assign(this, { data, view, socket, onSay, onRest });
    this.frame = new OnceAFrame(() => this.#draw());
    this.saying = null;
    this.wrote = -WORDS; // when its numbers were written last
    this.told = data.given ? data.given.chosen : null;
    this.machine = atRest(data.latent.dims, data.latent.choices);
    const hands = {
      move: (change) => this.#hand(change),
      release: () => {},
      again: () => this.again(),
      tell: (number) => this.tell(number),
    };
    this.line = new Line({ data, view, hands, input });
    if (!this.line.encodes) this.machine = { ...this.machine, sigma: this.machine.mean.map(() => 1) };
    this.state = h("script", { type: "application/json", "data-role": "state" });
    this.line.element.append(this.state);
    this.socket.told = toldOf(data);
    this.line.tell(this.told);
    this.line.load(socket);
    this.line.element.addEventListener("pointerdown", () => this.still(), true);
    this.line.element.addEventListener("keydown", () => this.still(), true);
  }

  get element() {
    return this.line.element;
  }

  destroy() {
    this.still();
    clearTimeout(this.resting);
    clearTimeout(this.saying);
    this.frame.stop();
    cancelAnimationFrame(this.gliding);
    this.line.destroy();
  }

  /**
   * Put a thing into the machine.
   * @param {any} pixels
   * @param {number} [label] the number of its class, as a conditional model has it
   */
  take(pixels, label) {
    this.pixels = pixels;
    if (!this.line.encodes) return;
    const { dims } = this.data.latent;
    this.socket.ask("encode", {
      op: "encode",
      model: this.data.model,
      shape: [1, ...this.view.shape],
      payload: pixels,
      condition: this.data.given ? label : undefined,
      onAnswer: ({ array, header }) => {
        if (this.data.given) this.tell(label ?? header.condition[0], false);
        this.line.apart(false);
        this.set(believed(this.machine, ...beliefIn(array, dims)));
      },
      onError: (sentence) => this.onSay(sentence),
    });
  }

  /** Decode with another class from now on. @param {number} number @param {boolean} [again] whether to decode at once */
  tell(number, again = true) {
    if (number !== this.told) {
      this.told = number;
      this.socket.told = { model: this.data.model, condition: number };
      this.line.tell(number);
    }
    if (again && this.pixels && this.line.encodes) this.take(this.pixels, number);
    else if (again) this.set(this.machine);
  }

  /** Draw the noise again; the code glides to its new place. */
  again() {
    const to = drawnAgain(this.machine);
    const from = this.machine.quiet ? to.noise.map(() => 0) : this.machine.noise;
    cancelAnimationFrame(this.gliding);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.set(to);
      return;
    }
    const began = performance.now();
    const glide = (now) => {
      const share = Math.min(1, Math.max(0, (now - began) / GLIDE));
      const eased = 1 - (1 - share) ** 3;
      this.set({ ...to, noise: to.noise.map((each, i) => from[i] + (each - from[i]) * eased) });
      if (share < 1) this.gliding = requestAnimationFrame(glide);
    };
    this.gliding = requestAnimationFrame(glide);
  }

  /** Show another machine, and ask for what it draws. @param {import("./machine.js").Machine} machine */
  set(machine) {
    this.machine = machine;
    const z = codeOf(machine);
    this.socket.ask("picture", {
      op: "decode",
      model: this.data.model,
      shape: [1, z.length],
      payload: Float32Array.from(z),
      onAnswer: ({ array, inFrame }) => {
        this.array = array;
        if (inFrame) this.frame.now();
        else this.frame.soon();
      },
      onError: (sentence) => this.onSay(sentence),
    });
    this.frame.soon();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.#rest(), REST);
  }

  /** Show once how it works: station after station is lit, then the noise is drawn a few times; all within five seconds. */
  play() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const { stations } = this.line;
    const lit = stations.map((_, i) => setTimeout(() => this.line.light(i), STEP * i));
    const end = setTimeout(() => this.line.light(null), STEP * stations.length);
    const draws = this.line.draw ? DRAWS.map((at) => setTimeout(() => this.again(), at)) : [];
    this.playing = [...lit, end, ...draws];
  }

  /** End what moves by itself. */
  still() {
    this.playing?.forEach(clearTimeout);
    if (this.playing) this.line.light(null);
    this.playing = null;
  }

  #hand(change) {
    cancelAnimationFrame(this.gliding);
    if (change.mean) this.line.apart(true);
    this.set({ ...this.machine, ...change });
  }

  #draw() {
    this.line.place(this.machine);
    const left = this.wrote + WORDS - performance.now();
    if (left <= 0) this.#tell();
    else this.saying ??= setTimeout(() => this.#tell(), left);
    if (!this.array) return;
    this.line.showOutput(this.array);
    this.array = null;
    this.line.output.dispatchEvent(new CustomEvent("painted"));
  }

  /** Say its numbers, a few times a second while a hand moves. */
  #tell() {
    clearTimeout(this.saying);
    this.saying = null;
    this.wrote = performance.now();
    this.line.tellNumbers(this.machine);
  }

  #rest() {
    const { mean, sigma, noise, quiet } = this.machine;
    this.state.textContent = JSON.stringify({ model: this.data.model, mean, sigma, noise, quiet, z: codeOf(this.machine), given: this.told });
    this.onRest(this.machine);
  }
}
