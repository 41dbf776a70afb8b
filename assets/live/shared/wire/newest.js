/**
 * One request in flight, the newest next.
 *
 * A hand moves faster than any queue empties, so nothing queues: each lane keeps its newest request only, and the
 * lanes take turns by rank. A strip of pictures never holds up the picture under the hand.
 * @module
 */

/** @template R */
export class Newest {
  /** @param {string[]} lanes the most urgent first */
  constructor(lanes) {
    this.lanes = lanes;
    /** @type {Map<string, R>} */
    this.waiting = new Map();
    /** @type {{lane: string, request: R, overtaken?: boolean} | null} */
    this.inFlight = null;
  }

  /** Let `request` be the next of its lane, in place of any that waits there. */
  put(lane, request) {
    if (!this.lanes.includes(lane)) throw new Error(`Unknown lane ${lane}; choose one of: ${this.lanes.join(", ")}.`);
    this.waiting.set(lane, request);
  }

  /** Take the request to send now, or null while one is in flight or none waits. */
  take() {
    if (this.inFlight) return null;
    const lane = this.lanes.find((name) => this.waiting.has(name));
    if (lane === undefined) return null;
    const request = this.waiting.get(lane);
    this.waiting.delete(lane);
    this.inFlight = { lane, request };
    return this.inFlight;
  }

  /** A lane's newest has gone another way: what waits in it is forgotten, and what flies comes too late. */
  overtake(lane) {
    this.waiting.delete(lane);
    if (this.inFlight?.lane === lane) this.inFlight.overtaken = true;
  }

  /** The one in flight was answered. */
  done() {
    const finished = this.inFlight;
    this.inFlight = null;
    return finished;
  }

  /** The one in flight will not be answered: it waits again, unless a newer one of its lane does already. */
  lost() {
    const lost = this.done();
    if (lost && !lost.overtaken && !this.waiting.has(lost.lane)) this.waiting.set(lost.lane, lost.request);
  }

  /** Forget what waits in these lanes, and in all where none is named. */
  forget(...lanes) {
    for (const lane of lanes.length ? lanes : this.lanes) this.waiting.delete(lane);
  }
}
