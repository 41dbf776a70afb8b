/**
 * Measure from outside, before the page's own code runs: from each moment that the pointer moved, while it held a
 * slider, to the first painted picture that shows this move or a later one.
 *
 * Which move a picture shows is known from the frames on the socket: a decode request of one row carries the slider's
 * value, its reply the request's id, and what is drawn next on the picture's canvas is that reply. A slider's value is
 * a straight line in the pointer's place, learnt from the pairs that its own `input` events show.
 *
 * Where the page decodes by itself (assets/live/shared/net/near.js) nothing is sent: the picture is computed in the frame that
 * paints it, from the newest movement that the page was told of, so it shows all that were made before it was painted.
 */
(() => {
  const RECENT = 12; // moves, a fifth of a second: before that the pointer was at the same place on its way back
  const NEAR = 1.5; // pixels: a slider's steps and the pointer's whole pixels
  const samples = (globalThis.latencySamples = []); // ms, one for each move
  const releases = (globalThis.releaseSamples = []); // ms, from the pointer's release to the next picture
  let pending = []; // when those moves were made that no picture has shown yet
  let moves = []; // the newest moves: when they were made, and where
  let line = null; // the two farthest pairs of place and value of the slider in hand
  let shown = null; // when the move was made whose picture came last
  let inFrame = false;

  // What other pages than Explore add: how a request tells of its move, and which movements without a button count.
  const inPage = (globalThis.inPage = { finders: [], follows: () => false });

  const onMove = (event) => {
    const { timeStamp, clientX, clientY, buttons } = event;
    if (moves.at(-1)?.made === timeStamp) return; // told before, without waiting for the frame
    moves = [...moves.slice(1 - RECENT), { made: timeStamp, x: clientX, y: clientY }];
    const follows = inPage.follows(event);
    if (follows || (buttons & 1 && !inPage.finders.length)) pending.push(timeStamp);
  };
  // A move is made when the pointer moves; `pointermove` waits for the next frame, `pointerrawupdate` does not.
  addEventListener("pointerrawupdate", onMove, true);
  addEventListener("pointermove", onMove, true);

  const onInput = (event) => {
    const { type, dataset, value } = event.composedPath()[0];
    if (type !== "range" || dataset.dim === undefined || !moves.length) return;
    const pair = { x: moves.at(-1).x, value: Number(value) };
    if (line?.dim !== Number(dataset.dim)) line = { dim: Number(dataset.dim), low: pair, high: pair };
    if (pair.x < line.low.x) line.low = pair;
    if (pair.x > line.high.x) line.high = pair;
  };
  addEventListener("input", onInput, true);

  /** Find when the pointer was moved to where the slider has this code's value. */
  const moveOf = (z) => {
    if (!line || line.high.x - line.low.x < 20) return null;
    const { dim, low, high } = line;
    const x = low.x + ((z[dim] - low.value) * (high.x - low.x)) / (high.value - low.value);
    let nearest = null;
    for (const move of moves) {
      if (!nearest || Math.abs(move.x - x) < Math.abs(nearest.x - x)) nearest = move;
    }
    return nearest && Math.abs(nearest.x - x) < NEAR ? nearest.made : null;
  };

  const open = (frame) => {
    const length = new DataView(frame).getUint32(0, true);
    return [JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length))), frame.slice(4 + length)];
  };
  const OFTEN = 100; // ms: once a hand is still, the server is asked too, but never so soon again
  let sent = -Infinity;
  // Whether the page has got the model's decoder, and asks the server for one picture no more; a file has it from the beginning.
  let near = location.protocol === "file:";
  const { fetch } = globalThis;
  globalThis.fetch = async (...given) => {
    const response = await fetch(...given);
    if (String(given[0]).includes("api/decoder") && response.ok) setTimeout(() => (near = true), 1000); // once it was compared
    return response;
  };

  const Original = globalThis.WebSocket;
  globalThis.WebSocket = class extends Original {
    constructor(...given) {
      super(...given);
      this.asked = new Map(); // request id -> when the move was made whose value it carries
      if (!this.url.endsWith("/api/live")) return;
      this.addEventListener("message", ({ data }) => {
        const [{ id }] = open(data);
        if (!this.asked.has(id)) return;
        shown = this.asked.get(id);
        this.asked.delete(id);
      });
    }

    send(frame) {
      if (this.url.endsWith("/api/live")) {
        const [request, payload] = open(frame);
        let made = request.op === "decode" && request.shape[0] === 1 ? moveOf(new Float32Array(payload)) : null;
        for (const find of inPage.finders) made ??= find(request, payload, moves);
        if (made !== null) {
          this.asked.set(request.id, made);
          if (performance.now() - sent < OFTEN) near = false; // it was not believed, or is too slow: the server is asked all along
          sent = performance.now();
        }
      }
      super.send(frame);
    }
  };

  const nextFrame = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) =>
    nextFrame((time) => {
      inFrame = true;
      try {
        callback(time);
      } finally {
        inFrame = false;
      }
    });

  /** Do something once what is drawn now is on the screen: in the first task after the frame that paints it. */
  const afterFrame = (act) => {
    const inTask = () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        act();
        port1.close();
      };
      port2.postMessage(null);
    };
    if (inFrame) inTask();
    else nextFrame(inTask);
  };
  inPage.afterFrame = afterFrame;

  /** Once what is drawn now is on the screen, take a sample for each move that it shows: those made until `until`. */
  const painted = (until, since = null) => {
    const shows = pending.filter((made) => made <= until);
    pending = pending.filter((made) => made > until);
    afterFrame(() => {
      const now = performance.now();
      for (const made of shows) samples.push(now - made);
      if (since !== null) releases.push(now - since);
    });
  };

  // What has no pixels of its own is drawn by lines and letters, and each time begins with its scale.
  for (const name of ["putImageData", "drawImage", "setTransform"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      draw.apply(this, given);
      if (this.canvas.dataset?.role !== "picture") return;
      if (shown !== null) painted(shown);
      else if (near) painted(performance.now());
      shown = null;
    };
  }

  // The stock page: its slider speaks on release, its picture is an <img> whose address changes.
  let released = null;
  addEventListener("pointerup", (event) => (released = event.timeStamp), true);
  const onLoad = ({ target }) => {
    if (target.tagName !== "IMG" || released === null) return;
    painted(released, released);
    released = null;
  };
  document.addEventListener("load", onLoad, true); // which never reaches the window
})();
