/**
 * A live socket with nobody at its other end: requests are answered by the page, in its spare time.
 * @module
 */

import { pack, readFrame } from "../shared/wire/frame.js";

const KEPT = { uint8: Uint8Array, float32: Float32Array };
const SLICE = 4; // ms of work at a time, where the browser does not say how many it can spare
const LATE = 120; // ms after which a slice is worked all the same

/** When the browser has time: it says for how long. @param {(left: () => number) => void} work */
function spare(work) {
  if (globalThis.requestIdleCallback) {
    const id = requestIdleCallback((deadline) => {
      const began = performance.now();
      work(deadline.didTimeout ? () => SLICE - (performance.now() - began) : () => deadline.timeRemaining());
    }, { timeout: LATE });
    return () => cancelIdleCallback(id);
  }
  const id = setTimeout(() => {
    const began = performance.now();
    work(() => SLICE - (performance.now() - began));
  });
  return () => clearTimeout(id);
}

/**
 * Make a class that a live socket takes for WebSocket.
 * @param {import("./model.js").PageModel} model
 * @param {(work: (left: () => number) => void) => () => void} [when]
 */
export const socketOf = (model, when = spare) =>
  class PageSocket {
    readyState = 0;
    /** @type {any} */ onopen = null;
    /** @type {any} */ onmessage = null;
    /** @type {any} */ onclose = null;

    constructor() {
      queueMicrotask(() => {
        if (this.readyState) return;
        this.readyState = 1;
        this.onopen?.();
      });
    }

    /** @param {ArrayBuffer} frame */
    send(frame) {
      const { header, payload } = readFrame(frame);
      const Type = header.op === "encode" ? KEPT[model.view.dtype] : header.op === "originals" ? Int32Array : Float32Array;
      const numbers = new Type(payload.slice().buffer);
      const began = performance.now();
      const answer = (said, array) => this.onmessage?.({ data: pack({ id: header.id, seconds: (performance.now() - began) / 1000, ...said }, array) });
      const steps = model[header.op](header, numbers);
      // One thing is what a hand waits for: it is there at once, though not before its sender is done with sending.
      if (header.shape[0] <= 1 && header.op !== "classes") queueMicrotask(() => this.#work(steps, answer, () => 1));
      else this.stop = when((left) => this.#work(steps, answer, left));
    }

    close() {
      this.readyState = 3;
      this.stop?.();
    }

    /** Go on as long as there is time. */
    #work(steps, answer, left) {
      if (this.readyState === 3) return;
      try {
        for (let { done, value } = steps.next(); ; { done, value } = steps.next()) {
          if (done) {
            answer({ dtype: nameOf(value.array), ...value.header }, value.array);
            return;
          }
          if (left() <= 0) break;
        }
      } catch (error) {
        answer({ error: { code: "failed", message: error.message } }, new Uint8Array(0));
        return;
      }
      this.stop = when((more) => this.#work(steps, answer, more));
    }
  };

const nameOf = (array) => (array instanceof Uint8Array ? "uint8" : "float32");
