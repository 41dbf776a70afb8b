/**
 * Measure Restore from outside, beside in_page.js, which is loaded before: which movement of the slider a restored
 * picture shows, and what of its time went to the server and on the way there and back.
 */
(() => {
  const samples = (globalThis.restoreSamples = { trips: [], computing: [] }); // ms
  let held = null; // the slider in hand
  let amount = null; // the last one that the pointer stood at

  const onDown = (event) => {
    held = event.composedPath().find((node) => node.dataset?.role === "amount") ?? null;
    amount = held && Number(held.value);
  };
  addEventListener("pointerdown", onDown, true);
  addEventListener("pointerup", () => (held = null), true);

  /** The share of the way along the slider that a place is. */
  const shareAt = (x) => {
    const { left, width } = held.getBoundingClientRect();
    const thumb = Number.parseFloat(getComputedStyle(held).getPropertyValue("--thumb"));
    return Math.min(1, Math.max(0, (x - left - thumb / 2) / (width - thumb)));
  };

  // A move within one step of the slider asks for nothing, because the picture that is there shows it.
  globalThis.inPage.follows = ({ buttons, clientX }) => {
    if (!held || !(buttons & 1)) return false;
    const before = amount;
    amount = Math.round(shareAt(clientX) * 100) / 100;
    return amount !== before;
  };

  /** Find when the pointer was moved to where the slider has the amount that is asked for. */
  globalThis.inPage.finders.push(({ op, methods, corruption }, payload, moves) => {
    if (op !== "restore" || methods?.length !== 1 || !held) return null;
    const far = ({ x }) => Math.abs(shareAt(x) - corruption.amount);
    const nearest = moves.reduceRight((best, move) => (best && far(best) <= far(move) ? best : move), null);
    return nearest && far(nearest) <= 0.0051 ? nearest.made : null;
  });

  const open = (frame) => JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, new DataView(frame).getUint32(0, true))));
  const Before = globalThis.WebSocket;
  globalThis.WebSocket = class extends Before {
    constructor(...given) {
      super(...given);
      this.sent = new Map();
      if (!this.url.endsWith("/api/live")) return;
      this.addEventListener("message", ({ data }) => {
        const { id, seconds } = open(data);
        if (!this.sent.has(id)) return;
        samples.trips.push(performance.now() - this.sent.get(id));
        samples.computing.push(1000 * seconds);
        this.sent.delete(id);
      });
    }

    send(frame) {
      if (this.url.endsWith("/api/live")) {
        const { id, op, methods } = open(frame);
        if (op === "restore" && methods?.length === 1 && held) this.sent.set(id, performance.now());
      }
      super.send(frame);
    }
  };
})();
