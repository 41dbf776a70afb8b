/**
 * A path played as a film: there and back, until it is stopped.
 * @module
 */

import { h, icon } from "../../shared/page/dom.js";
import { swing, unswing } from "./path.js";

const LENGTH = 4000; // ms from one end of the path to the other at speed 1
const SPEEDS = [0.25, 0.5, 1, 2];

export class Film {
  /** @param {{onMove: (at: number) => void, onGrab: () => void}} options */
  constructor({ onMove, onGrab }) {
    Object.assign(this, { onMove, onGrab });
    this.playing = false;
    this.back = false; // the way it goes
    this.at = 0;
    this.button = h("button", { type: "button", class: "quiet", "data-role": "play", onclick: () => this.toggle() });
    this.speed = h(
      "select",
      { "aria-label": "Speed of the film", title: "Speed of the film", "data-role": "speed" },
      ...SPEEDS.map((speed) => h("option", { value: String(speed), selected: speed === 1 }, `${speed} ×`)),
    );
    this.element = h("div", { class: "player" }, this.button, this.speed);
    this.#show();
  }

  /** Seconds of one way at the speed that is chosen; there and back take twice as long. */
  get seconds() {
    return LENGTH / 1000 / Number(this.speed.value);
  }

  toggle() {
    if (this.playing) this.stop();
    else this.#start();
  }

  stop() {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.#show();
  }

  /** @param {boolean} can whether there is a way to go */
  allow(can) {
    this.button.disabled = !can;
    if (!can) this.stop();
  }

  #start() {
    this.onGrab();
    this.playing = true;
    this.before = performance.now();
    this.lengths = unswing(this.at, this.back);
    this.#show();
    const step = (now) => {
      if (!this.playing) return;
      // A page out of sight draws no frames: it goes on from where it was.
      this.lengths += Math.min(100, Math.max(0, now - this.before)) / 1000 / this.seconds;
      this.before = now;
      this.back = this.lengths % 2 > 1;
      this.onMove(swing(this.lengths));
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  #show() {
    const words = this.playing ? "Pause" : "Play";
    this.button.replaceChildren(icon(this.playing ? "pause" : "play"), h("span", {}, words));
    this.button.title = this.playing ? "Stop the film" : "Play the path as a film, there and back";
    this.button.setAttribute("aria-pressed", String(this.playing));
  }
}
