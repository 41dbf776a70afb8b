/**
 * What the last pictures took.
 * @module
 */

const KEPT = 60;
const PAUSE = 250; // ms: pictures further apart belong to two movements

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
};

export class Meter {
  /** @type {{trip: number, model: number, painted: number, at: number}[]} */
  frames = [];

  /**
   * @param {number} trip ms from sending the request to having the picture
   * @param {number} model ms of it that the server computed
   * @param {number} painted ms from the hand's movement to the drawn picture
   * @param {number} at when it was drawn, ms
   */
  add(trip, model, painted, at) {
    this.frames.push({ trip, model, painted, at });
    if (this.frames.length > KEPT) this.frames.shift();
  }

  /** Medians over the frames kept, in ms, and pictures a second while something moved (null where nothing did). */
  read() {
    if (!this.frames.length) return null;
    const gaps = this.frames.slice(1).map((frame, i) => frame.at - this.frames[i].at);
    const moving = gaps.filter((gap) => gap > 0 && gap < PAUSE);
    const of = (name) => median(this.frames.map((frame) => frame[name]));
    const rate = moving.length >= 5 ? 1000 / (moving.reduce((a, b) => a + b) / moving.length) : null;
    return { trip: of("trip"), model: of("model"), painted: of("painted"), rate, frames: this.frames.length };
  }
}

/** Say a reading in a few characters. */
export function brief({ trip, rate }) {
  const time = `${trip.toFixed(trip < 10 ? 1 : 0)} ms`;
  return rate === null ? time : `${time} · ${Math.round(rate)} fps`;
}

/** Say a reading in a sentence. */
export function explain({ trip, model, painted, rate, frames }) {
  const pace = rate === null ? "" : ` While moving: ${Math.round(rate)} pictures a second.`;
  return (
    `Median of the last ${frames} pictures: ${trip.toFixed(1)} ms from asking the server to having the picture, ` +
    `${model.toFixed(1)} ms of it in the model; ${painted.toFixed(0)} ms from your movement until it is drawn.${pace}`
  );
}
