/**
 * A live socket with nobody at its other end: requests are answered by the page, and never while a hand waits.
 * @module
 */

import { pack, readFrame } from "../shared/wire/frame.js";

const KEPT = { uint8: Uint8Array, float32: Float32Array };
const SLICE = 8; // ms of work at a time
const HELD = 120; // ms since a picture for a hand was last decoded, within which it is taken to be moving
const LATE = 250; // ms after which work goes on all the same

/** Work soon; while a hand moves, when the browser has time to spare. @param {(left: () => number) => void} work @param {boolean} held */
function soon(work, held) {
  const begin = () => {
    const began = performance.now();
    work(() => SLICE - (performance.now() - began));
  };
  if (held && globalThis.requestIdleCallback) {
    const id = requestIdleCallback((deadline) => (deadline.didTimeout ? begin() : work(() => deadline.timeRemaining())), { timeout: LATE });
    return () => cancelIdleCallback(id);
  }
  const id = setTimeout(begin);
  return () => clearTimeout(id);
}

/**
 * Make a class that a live socket takes for WebSocket.
 * @param {import("./model.js").PageModel} model
 * @param {(work: (left: () => number) => void, held: boolean) => () => void} [when]
 */
export const socketOf = (model, when = soon) =>
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
      else this.#later(steps, answer);
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
      this.#later(steps, answer);
    }

    #later(steps, answer) {
      this.stop = when((left) => this.#work(steps, answer, left), performance.now() - model.moved < HELD);
    }
  };

const nameOf = (array) => (array instanceof Uint8Array ? "uint8" : "float32");
