/**
 * The picture at the place where one stands, and the cross-fade of the anchors beside it: asked for with each movement, drawn once a frame.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { Meter, explain } from "../shared/page/meter.js";
import { pointingAt } from "../shared/page/pointing.js";
import { drawnAs, labelled } from "../shared/views/view.js";
import { capital } from "../shared/words/names.js";
import { fadeName } from "./words.js";

export class Picture {
  /**
   * @param {object} options
   * @param {any} options.data of the page
   * @param {import("../shared/views/view.js").View} options.view
   * @param {(request: any) => void} options.ask the picture under the hand waits for nothing else
   * @param {(inFrame: boolean) => void} options.onArrived it is to be drawn, now where it came within a frame
   * @param {() => void} options.onWell the server has answered
   * @param {(sentence: string) => void} options.onSay
   */
  constructor({ data, view, ask, onArrived, onWell, onSay }) {
    Object.assign(this, { data, view, ask, onArrived, onWell, onSay });
    this.meter = new Meter();
    const canvas = (role) => h("canvas", { "data-role": role, role: "img", width: 1, height: 1, class: "pixels" });
    this.canvas = canvas("picture");
    // Text that is written over costs less than text that is taken away and put there anew.
    [this.where, this.far] = [new Text("\u00a0"), new Text()];
    this.caption = h("figcaption", { "data-role": "caption" }, h("b", {}, this.where), h("span", {}, this.far));
    this.frame = h("div", { class: "frame" }, this.canvas);
    this.fade = canvas("fade");
    const fade = capital(fadeName(view));
    this.fade.setAttribute("aria-label", `${fade} of the same two ${drawnAs(view).nouns}, as far`);
    this.listening = view.listening?.();
    this.figure = h("figure", { class: "main" }, this.frame, this.listening?.element, this.caption);
    this.faded = h("figure", { class: "faded" }, this.fade, h("figcaption", {}, fade));
    this.pointing = pointingAt(this.canvas, view, { shown: () => this.painted ?? null, mark: () => this.#paint() });
    if (this.pointing) this.canvas.after(this.pointing.element);
  }

  /** Ask for the picture of a code. @param {Float32Array} code */
  move(code) {
    const moved = performance.now();
    this.ask({
      op: "decode",
      model: this.data.model,
      shape: [1, code.length],
      payload: code,
      onAnswer: ({ array, header, milliseconds, inFrame = false }) => {
        this.onWell();
        this.arrived = { array, trip: milliseconds, model: 1000 * header.seconds, moved };
        this.onArrived(inFrame);
      },
      onError: this.onSay,
    });
  }

  /**
   * Draw what has come, and what it is.
   * @param {[string, string]} place in words: between what, and how far
   * @param {any} fade the anchors' mix there, or null
   */
  draw([where, far], fade) {
    if (fade) this.view.paint(this.fade, fade);
    if (!this.arrived) return;
    const { array, trip, model, moved } = this.arrived;
    this.arrived = null;
    this.painted = array;
    this.listening?.show(array);
    this.#paint();
    const now = performance.now();
    if (this.warm) this.meter.add(trip, model, now - moved, now);
    this.warm = true; // the first picture waited for the connection, and perhaps for the model to be opened
    if (this.where.data !== where) this.where.data = where;
    if (this.far.data !== far) this.far.data = far;
    this.pointing?.again();
    this.canvas.dispatchEvent(new CustomEvent("painted"));
  }

  /** After a movement: what a screen reader may say, and how long pictures took. @param {string} place @param {string} path its title */
  settle(place, path) {
    const { view, data } = this;
    const what = `${place}: ${drawnAs(view).noun} decoded by ${data.model} on the path “${path}”.`;
    this.canvas.setAttribute("aria-label", labelled(view, what, this.painted));
    this.caption.title = place;
    const reading = this.meter.read();
    if (reading) this.frame.title = explain(reading);
    this.listening?.settle();
  }

  destroy() {
    this.listening?.destroy();
  }

  #paint() {
    if (!this.painted) return;
    if (this.pointing) /** @type {any} */ (this.view).paint(this.canvas, this.painted, 0, { mark: this.pointing.sample });
    else this.view.paint(this.canvas, this.painted);
  }
}
