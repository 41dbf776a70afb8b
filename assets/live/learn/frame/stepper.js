/**
 * Stages that one goes through forwards and backwards, each with a sentence; it plays when it is asked to.
 * @module
 */

import { h, iconButton } from "../../shared/page/dom.js";

const PAUSE = 1600; // ms of a stage, while it plays

export class Stepper {
  /**
   * @param {object} how
   * @param {number} how.stages numbered from 1; 0: none
   * @param {Record<string, string>} how.words of the frame
   * @param {(stage: number) => (string | Element)[]} how.say
   * @param {(stage: number) => void} how.onStage
   */
  constructor({ stages, words, say, onStage }) {
    Object.assign(this, { stages, words, say, onStage, at: 0 });
    this.back = iconButton("back", { "data-role": "stage-back", title: words.back, "aria-label": words.back, onclick: () => this.step(-1) });
    this.next = iconButton("forward", { "data-role": "stage-next", title: words.forward, "aria-label": words.forward, onclick: () => this.step(1) });
    this.plays = iconButton("play", { "data-role": "stage-play", title: words.play, "aria-label": words.play, onclick: () => this.play() });
    this.told = h("p", { "aria-live": "polite", "data-role": "stage" });
    this.element = h("div", { class: "stepper" }, this.back, this.next, this.plays, this.told);
    this.show(0);
  }

  /** @param {number} by */
  step(by) {
    this.stop();
    this.show(this.at + by);
    this.onStage(this.at);
  }

  play() {
    if (this.timer) return this.stop();
    const go = () => {
      this.show(this.at === this.stages ? 1 : this.at + 1);
      this.onStage(this.at);
      if (this.at === this.stages) this.stop();
    };
    go();
    if (this.at < this.stages) this.timer = setInterval(go, PAUSE);
    this.plays.setAttribute("aria-pressed", String(Boolean(this.timer)));
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.plays.setAttribute("aria-pressed", "false");
  }

  show(stage) {
    this.at = Math.max(0, Math.min(this.stages, stage));
    this.back.disabled = this.at === 0;
    this.next.disabled = this.at === this.stages;
    this.again();
  }

  /** Say the stage's sentence anew, with the numbers of now. */
  again() {
    const count = this.at > 0 && h("b", {}, `${this.at} / ${this.stages} `);
    this.told.replaceChildren(...[count, ...(this.at ? this.say(this.at) : [this.words.stepper])].filter(Boolean));
  }
}
