/**
 * The whole machine in one row: picture, encoder, cloud, draw, decoder, picture; live at every station. What a model cannot do
 * is missing in it: without an encoder the left half, without a prior the cloud and its draw.
 * @module
 */

import { h, iconButton } from "../page/dom.js";
import { signed } from "../words/numbers.js";
import { term } from "../page/term.js";
import { Board } from "./board.js";
import { codeOf, isFar } from "./machine.js";
import { network } from "./network.js";
import { Lens, Plane } from "./plane.js";
import { CloudRows, NoiseRows } from "./rows.js";
import { wordsOf } from "./words.js";

const LEVEL = { "aria-level": "2" }; // of a station's name: right below the page's title
const vector = (values) => `(${values.map(signed).join(", ")})`;

/**
 * @typedef {object} Hands what a hand does at a station
 * @property {(change: Partial<import("./machine.js").Machine>) => void} move
 * @property {() => void} release
 * @property {() => void} again draw the noise again
 * @property {(number: number) => void} tell another class
 */

export class Line {
  /**
   * @param {object} options
   * @param {any} options.data of the model: can, latent, given
   * @param {import("../views/view.js").View} options.view
   * @param {Hands} options.hands
   * @param {HTMLElement} [options.input] what stands at the first station in place of a plain picture
   * @param {boolean} [options.small]
   */
  constructor({ data, view, hands, input, small = false }) {
    Object.assign(this, { data, view, hands, small });
    this.encodes = data.can.includes("encode");
    this.clouded = data.can.includes("spread") || !this.encodes;
    this.chooses = (data.latent.choices ?? []).length > 0;
    this.flat = data.latent.dims === 2 && !this.chooses;
    this.words = wordsOf(data, view, small);
    // Where it is small, the page has a larger picture of its own.
    this.output = this.#canvas("output", small ? "redrawn" : "picture");
    this.input = this.#canvas("input", small ? "begun" : "input");
    this.#makePlaces();
    const left = this.encodes ? [this.#station("input", input ?? frame(this.input)), this.#network("encoder")] : [];
    const middle = [this.cloud && this.#station("cloud", this.cloud.element, this.#numbers("mean", "sigma")), this.draw && this.#draws()];
    const right = [this.#network("decoder"), this.#station("output", frame(this.output))];
    this.stations = [...left, ...middle, ...right].filter(Boolean);
    const kind = ["line", small && "small", this.flat ? "flat" : "many", !this.encodes && "headless", !this.draw && "of-points", data.given && "told"];
    this.element = h("div", { class: kind.filter(Boolean).join(" ") }, this.#classes(), ...this.stations);
  }

  /** Draw what lies beneath the plane. @param {import("../wire/socket.js").LiveSocket} socket */
  load(socket) {
    this.cloud?.load?.(socket, this.data.model, this.view);
  }

  /** Show where its marks are, without words: nothing is laid out. @param {import("./machine.js").Machine} machine */
  place(machine) {
    this.cloud?.show(machine);
    this.draw?.show(machine);
  }

  /** Say its numbers. @param {import("./machine.js").Machine} machine */
  tellNumbers(machine) {
    if (this.noise) this.noise.checked = !machine.quiet;
    if (!this.flat) {
      this.cloud?.tell(machine);
      this.draw?.tell(machine);
      return;
    }
    this.#say("mean", vector(machine.mean));
    if (!machine.sigma) return;
    this.#say("sigma", vector(machine.sigma));
    this.#say("noise", isFar(machine) ? "by hand, far outside" : vector(machine.quiet ? [0, 0] : machine.noise));
    this.#say("code", vector(codeOf(machine)));
    if (!this.times) return;
    const times = this.draw.times(this.cloud.reach);
    this.times.textContent = times < 1.5 ? "" : `the ring, ${Math.round(times)} × larger`;
  }

  /** Show what went in. @param {any} pixels */
  showInput(pixels) {
    this.view.paint(this.input, pixels);
  }

  /** Show what came out. @param {any} array */
  showOutput(array) {
    this.view.paint(this.output, array);
  }

  /** Say what stands beneath a station. @param {"input" | "encoder" | "output"} name @param {string} words */
  caption(name, words) {
    const caption = this.element.querySelector(`[data-station=${name}] .fine`);
    if (caption.textContent !== words) caption.textContent = words;
  }

  /** Say which class it is told. @param {number | null} number */
  tell(number) {
    if (!this.told || number === null) return;
    this.told.value = String(number);
    this.cloud?.again?.();
  }

  /** Show whether the cloud is still that of what went in: a hand may have moved it away. @param {boolean} apart */
  apart(apart) {
    if (apart !== this.isApart && this.encodes) {
      this.element.classList.toggle("apart", apart);
      this.caption("encoder", apart ? "cloud moved by hand" : "");
    }
    this.isApart = apart;
  }

  /** Light a station up, and dim the others; all are as bright as each other after the last. @param {number | null} at */
  light(at) {
    this.element.classList.toggle("lit", at !== null);
    this.stations.forEach((station, i) => station.classList.toggle("now", i === at));
  }

  destroy() {
    this.cloud?.destroy();
    this.draw?.destroy();
    this.element.remove();
  }

  /** The cloud's place and the draw's: a plane and a lens, or rows. */
  #makePlaces() {
    const { data: { latent }, hands: { move, release } } = this;
    const on = { onMove: move, onRelease: release };
    if (this.chooses) {
      if (this.encodes) this.cloud = new Board({ latent, of: "shares", ...on });
      if (this.clouded) this.draw = new Board({ latent, of: "code", ...on });
    } else if (this.flat) {
      this.cloud = new Plane({ latent, held: this.encodes && !this.small, grounded: !this.small, ...on });
      if (this.clouded && this.encodes) this.draw = new Lens(on);
    } else {
      if (this.encodes) this.cloud = new CloudRows({ latent, held: !this.small, ...on });
      if (this.clouded) this.draw = new NoiseRows({ latent, ...on });
    }
  }

  #station(name, ...parts) {
    const { fine } = this.words[name];
    return h("section", { class: "station", "data-station": name }, h("h3", LEVEL, this.#title(name)), ...parts, h("p", { class: "fine" }, fine));
  }

  /** What a station is called: a term, where it is none that everybody knows. */
  #title(name) {
    const { title, term: of } = this.words[name];
    return of ? term(title, of) : title;
  }

  #network(name) {
    const head = h("h3", LEVEL, this.#title(name));
    return h("section", { class: "station network", "data-station": name }, head, network(name === "encoder"), h("p", { class: "fine" }));
  }

  #draws() {
    const { again } = this.hands;
    this.noise = h("input", { type: "checkbox", checked: true, "data-role": "noise", onchange: () => this.hands.move({ quiet: !this.noise.checked }) });
    const buttons = h(
      "div",
      { class: "hands" },
      iconButton("dice", { "data-role": "draw-again", class: "quiet first", title: this.words.again, onclick: again }, "Draw again"),
      h("label", { class: "check", title: this.words.quiet }, this.noise, h("span", {}, "noise")),
    );
    if (this.flat) this.times = h("span", { class: "times", hidden: this.small });
    if (this.times) this.draw.element.append(this.times);
    return this.#station("draw", this.draw.element, this.#numbers("noise", "code"), buttons);
  }

  /** Symbols with their numbers; where there are many dimensions each row has its own. */
  #numbers(...names) {
    if (!this.flat) return null;
    const shown = names.filter((name) => this.clouded || name === "mean");
    return h("p", { class: "numbers" }, ...shown.flatMap((name) => {
      const output = h("output", { "data-name": name });
      (this.outputs ??= {})[name] = output;
      return h("span", { class: `symbol of-${this.clouded ? name : "code"}` }, h("b", {}, this.clouded ? SYMBOLS[name] : SYMBOLS.code), " ", output);
    }));
  }

  #say(name, words) {
    const output = this.outputs[name];
    if (output && output.textContent !== words) output.textContent = words;
  }

  /** What a conditional model is told: it goes into both networks. */
  #classes() {
    const { given } = this.data;
    if (!given || this.small) return null; // the page has a choice of its own then
    const options = given.choices.map((choice, i) => h("option", { value: i }, choice));
    this.told = h("select", { "data-role": "told", onchange: () => this.hands.tell(Number(this.told.value)) }, ...options);
    return h("label", { class: "told-to" }, h("span", {}, `${given.name}, told to both networks`), this.told);
  }

  #canvas(name, role) {
    return h("canvas", { "data-role": role, role: "img", class: "pixels", width: 1, height: 1, "aria-label": this.words[name].label });
  }
}

const SYMBOLS = { mean: "μ", sigma: "σ", noise: "ε", code: "z" };

const frame = (canvas) => h("div", { class: "frame" }, canvas);
