/**
 * What moves through time: a slider with marks, the buttons of a player, and what is said of the moment.
 * @module
 */

import { h, icon, iconButton } from "../../shared/page/dom.js";
import { positionOf } from "./moments.js";
import { changeLabel, describeChange, epochText, measuredText, momentText, timeText } from "./words.js";
import { count } from "../../shared/words/numbers.js";

const PAGE = 0.1; // of all moments, for the page keys
const SPEEDS = [0.25, 0.5, 1, 2];
const LABEL = 0.2; // of the track, for what was changed at a mark

/**
 * On which side of a mark there is room for what was changed: after it, before it near the end, or on none.
 * @param {number[]} places of all marks, rising, in [0, 1] @param {number} i of this one
 */
export function labelSide(places, i) {
  const after = (places[i + 1] ?? Infinity) - places[i];
  const before = places[i] - (places[i - 1] ?? -Infinity);
  if (places[i] <= 1 - LABEL) return after >= LABEL ? "after" : "";
  return before >= 2 * LABEL ? "before" : "";
}

export class Transport {
  #marked = "";

  /**
   * @param {object} options
   * @param {import("./playhead.js").Playhead} options.playhead
   * @param {() => void} options.onMove after the visitor has moved or played
   */
  constructor({ playhead, onMove }) {
    Object.assign(this, { playhead, onMove });
    this.#buildSlider();
    this.#buildButtons();
    this.#buildSpeed();
    this.reading = h("p", { class: "reading", "data-role": "reading" });
    this.element = h(
      "div",
      { class: "transport" },
      h("div", { class: "track" }, this.slider, this.marks),
      h(
        "div",
        { class: "controls" },
        h("div", { class: "buttons", role: "group", "aria-label": "Film" }, ...this.buttons, this.speed),
        this.reading,
        this.live,
      ),
    );
  }

  /** Tell of what the visitor does, once it is done. */
  #act = (does) => () => {
    does();
    this.onMove();
  };

  #buildSlider() {
    const { playhead } = this;
    this.slider = h("input", {
      type: "range",
      min: "0",
      max: "0",
      step: playhead.still ? "1" : "any",
      value: "0",
      "aria-label": "Moment of the training",
      "data-role": "moment",
    });
    const seek = this.#act(() => playhead.seekPosition(Number(this.slider.value)));
    const settle = this.#act(() => playhead.settle(performance.now()));
    this.slider.addEventListener("input", seek);
    this.slider.addEventListener("change", settle);
    this.slider.addEventListener("keydown", (event) => this.key(event, true));
    this.marks = h("div", { class: "marks" });
  }

  #buildButtons() {
    const { playhead } = this;
    const button = (role, drawn, title, does) => iconButton(drawn, { "data-role": role, title, "aria-label": title, onclick: this.#act(does) });
    this.play = button("play", "play", "Play the film (space)", () => playhead.toggle(performance.now()));
    this.buttons = [
      button("first", "first", "First moment (Home)", () => playhead.seekPosition(0)),
      button("back", "back", "One moment back (comma)", () => playhead.go(-1)),
      this.play,
      button("forward", "forward", "One moment on (full stop)", () => playhead.go(1)),
      button("last", "last", "Last moment (End)", () => playhead.follow()),
    ];
    const follow = this.#act(() => playhead.follow());
    this.live = h(
      "button",
      { type: "button", class: "quiet go-live", "data-role": "live", hidden: true, title: "Follow the newest moment", onclick: follow },
      h("i"),
      "Live",
    );
  }

  #buildSpeed() {
    this.speed = h(
      "select",
      { "aria-label": "Speed of the film", title: "Speed of the film", "data-role": "speed" },
      ...SPEEDS.map((speed) => h("option", { value: String(speed), selected: speed === 1 }, `${speed} ×`)),
    );
    this.speed.addEventListener("change", () => (this.playhead.speed = Number(this.speed.value)));
  }

  /**
   * @typedef {object} Standing
   * @property {number} step
   * @property {number | null} epoch @property {number} epochs
   * @property {number | null} seconds
   * @property {number | null} heldOut @property {string} [cost] what that is: "−ELBO" @property {number | null} [measured] the step at which it was measured
   * @property {number} [images] how many it was measured on @property {string} [nouns] what they are: "images"
   */

  /** Show where it stands. @param {Standing} moment @param {boolean} live whether the run goes on */
  show(moment, live) {
    const { playhead, slider } = this;
    const { last, position } = playhead;
    if (slider.max !== String(last)) slider.max = String(last);
    const value = String(position);
    if (Number(slider.value) !== position) slider.value = value;
    slider.style.setProperty("--at", String(last > 0 ? position / last : 1));
    const text = momentText(moment);
    if (this.told !== text) slider.setAttribute("aria-valuetext", (this.told = text));
    for (const button of [slider, ...this.buttons]) button.disabled = last < 1;
    this.#showPlaying();
    this.live.hidden = !live;
    const following = playhead.following && !playhead.playing;
    if (this.live.getAttribute("aria-pressed") !== String(following)) this.live.setAttribute("aria-pressed", String(following));
    this.#read(moment);
  }

  /** Mark where settings were changed. @param {{step: number, beta: number | null, learning_rate: number | null}[]} changes */
  mark(changes) {
    const { playhead } = this;
    const key = JSON.stringify([changes, playhead.steps]);
    if (key === this.#marked) return;
    this.#marked = key;
    const shown = playhead.last < 1 ? [] : changes.filter(({ step }) => step >= playhead.steps[0] && step <= playhead.steps.at(-1));
    const places = shown.map(({ step }) => positionOf(playhead.steps, step) / playhead.last);
    const marks = shown.map((change, i) => {
      const words = describeChange(change);
      const go = () => {
        playhead.seek(change.step);
        this.onMove();
      };
      const side = labelSide(places, i);
      const label = side && h("span", { class: side, "aria-hidden": "true" }, changeLabel(change));
      return h(
        "button",
        {
          type: "button",
          style: `--at: ${places[i]}`,
          title: `Changed at ${words}`,
          "aria-label": `Go to where settings were changed, ${words}`,
          onclick: go,
        },
        label,
      );
    });
    this.marks.replaceChildren(...marks);
  }

  /** Do what a key stands for. @param {KeyboardEvent} event @param {boolean} onSlider whose arrow keys move through time */
  key(event, onSlider = false) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { playhead } = this;
    const page = Math.max(1, Math.round(PAGE * playhead.last));
    const keys = {
      " ": () => playhead.toggle(performance.now()),
      ",": () => playhead.go(-1),
      ".": () => playhead.go(1),
      Home: () => playhead.seekPosition(0),
      End: () => playhead.follow(),
      PageUp: () => playhead.go(page),
      PageDown: () => playhead.go(-page),
      ...(onSlider && { ArrowLeft: () => playhead.go(-1), ArrowDown: () => playhead.go(-1), ArrowRight: () => playhead.go(1), ArrowUp: () => playhead.go(1) }),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
    this.onMove();
  }

  #showPlaying() {
    const { playing } = this.playhead;
    if (this.shownPlaying === playing) return;
    this.shownPlaying = playing;
    const title = playing ? "Stop the film (space)" : "Play the film (space)";
    this.play.replaceChildren(icon(playing ? "pause" : "play"));
    this.play.title = title;
    this.play.setAttribute("aria-label", title);
  }

  #read({ step, epoch, epochs, seconds, heldOut, cost = "−ELBO", measured = null, images = 0, nouns = "images" }) {
    const parts = [
      ["step", count(step), ""],
      epoch === null ? null : ["epoch", epochText(epoch), epochs ? ` of ${epochs}` : ""],
      seconds === null ? null : ["after", timeText(seconds), ""],
      heldOut === null || !Number.isFinite(heldOut)
        ? null
        : [
            `held-out ${cost}`,
            heldOut.toFixed(1).replace("-", "−"),
            ` nats${images ? ` on ${count(images)} test ${nouns}` : ""}${this.playhead.steps.includes(step) ? measuredText(step, measured) : ""}`,
          ],
    ].filter(Boolean);
    const key = parts.flat().join();
    if (this.read === key) return;
    this.read = key;
    this.reading.replaceChildren(...parts.flatMap(([name, value, rest], i) => [i ? " " : "", h("span", {}, `${name} `, h("b", {}, value), rest)]));
  }
}
