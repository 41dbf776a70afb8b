/**
 * The browser's frames, and what is done where none comes or its clock stands still: a window that is not seen, a browser that
 * gives no time away. All is then done at once, without motion.
 * @module
 */

const LEAST = 4; // ms that a frame counts at least, so that motion ends where no time passes

let late = false;

/** Whether frames have stopped coming. */
export const stalled = () => late;

/** @type {Set<() => void>} what waits for a frame */
const waiting = new Set();

/** Do something with the next frame, or at once where frames have stopped. @param {() => void} go @returns {number} above 0 */
export function nextFrame(go) {
  const once = () => waiting.delete(once) && go();
  waiting.add(once);
  if (late) queueMicrotask(once);
  else requestAnimationFrame(once);
  return 1;
}

/** Does something once a frame at most. */
export class Beat {
  /** @param {() => void} act */
  constructor(act) {
    Object.assign(this, { act, asked: false, fresh: false, gone: false });
  }

  ask() {
    if (this.asked) {
      if (!this.fresh) this.#missed(); // it was asked for by an earlier event, and no frame has come since
      return;
    }
    Object.assign(this, { asked: true, fresh: true });
    queueMicrotask(() => {
      this.fresh = false;
      if (late) this.#go();
    });
    requestAnimationFrame(() => {
      late = false;
      this.#go();
    });
  }

  stop() {
    this.gone = true;
  }

  #missed() {
    late = true;
    this.#go();
    for (const once of [...waiting]) once();
  }

  #go() {
    if (!this.asked || this.gone) return;
    this.asked = false;
    this.act();
  }
}

/**
 * Move from 0 to 1 in some time, which may be stopped.
 * @param {number} ms @param {(share: number) => void} act @returns {() => void} stops it
 */
export function glide(ms, act) {
  const began = performance.now();
  let frames = 0;
  let stopped = false;
  const go = () => {
    if (stopped) return;
    const share = late || !ms ? 1 : Math.min(1, Math.max(performance.now() - began, LEAST * frames) / ms);
    frames += 1;
    act(share);
    if (share < 1) nextFrame(go);
  };
  go();
  return () => {
    stopped = true;
  };
}
