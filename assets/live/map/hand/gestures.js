/**
 * What a hand does on the map: point, pan, pinch, zoom, click, draw a lasso.
 *
 * A mouse points by hovering and pans by dragging; one finger points, two pan and zoom. With the lasso chosen, or with
 * Shift held, a drag draws. The wheel scrolls the page; with Ctrl or Cmd held, which is also how a trackpad's pinch comes,
 * it zooms, and so does a second click at the same place.
 * @module
 */

const CLICK = 5; // pixels: a hand that moved less has clicked
const WHEEL = 0.0016; // of a doubling per pixel of a wheel
const PINCH = 0.012; // a trackpad's pinch comes as small steps
const SMALL = 50; // pixels: what turns less in one step is a trackpad
const TWICE = 350; // ms between two clicks that are one
const LINE = 16; // pixels a line, where a wheel counts in lines

/**
 * @typedef {object} Handlers places are CSS pixels from the element's upper left corner
 * @property {(x: number, y: number) => void} point
 * @property {() => void} leave
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} zoom
 * @property {(x: number, y: number) => void} click with a mouse
 * @property {(x: number, y: number) => void} tap with a finger
 * @property {(x: number, y: number) => void} twice clicked or tapped, after the first was told as one
 * @property {() => void} scroll the wheel was turned alone, and the page scrolls
 * @property {(x: number, y: number) => void} begin a lasso
 * @property {(x: number, y: number) => void} draw it
 * @property {() => void} end it
 * @property {() => boolean} lasso whether a drag draws one
 */

export class Hand {
  /** @param {HTMLElement} element with touch-action: none @param {Handlers} on */
  constructor(element, on) {
    this.element = element;
    this.on = on;
    /** @type {Map<number, {x: number, y: number}>} fingers and buttons that are down */
    this.down = new Map();
    this.start = null; // where the first of them came down, and what it does: "pan", "lasso", "point", "pinch"
    this.before = null; // the last click or tap
    this.box = null; // where the element lies: asked for once, and again after anything may have moved it
    const forget = () => (this.box = null);
    this.unlisten = forgetting(forget);
    element.addEventListener("pointerenter", forget);
    element.addEventListener("pointerdown", (event) => this.#press(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    // Told without waiting for the frame, where the browser has it: a picture comes half a frame earlier.
    element.addEventListener("pointerrawupdate", (event) => !this.down.size && this.#hover(event));
    element.addEventListener("pointerup", (event) => this.#release(event, true));
    element.addEventListener("pointercancel", (event) => this.#release(event, false));
    element.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !this.down.size && this.#leave());
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  destroy() {
    this.unlisten();
  }

  #at({ clientX, clientY }) {
    this.box ??= this.element.getBoundingClientRect();
    return { x: clientX - this.box.left, y: clientY - this.box.top };
  }

  #leave() {
    this.before = null; // a mouse that was elsewhere since has not clicked twice
    this.on.leave();
  }

  #hover(event) {
    if (event.pointerType === "touch") return;
    const { x, y } = this.#at(event);
    if (this.last?.x === x && this.last?.y === y) return; // told before, as a raw update
    this.last = { x, y };
    this.on.point(x, y);
  }

  #press(event) {
    if (event.button !== 0) return;
    this.last = null; // after a drag the same pixel is another place
    this.box = null;
    const place = this.#at(event);
    this.element.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, place);
    if (this.down.size === 2) {
      if (this.start?.does === "lasso") this.on.end();
      this.start = { ...place, does: "pinch" };
      return;
    }
    const draws = this.on.lasso() || event.shiftKey;
    this.start = { ...place, does: draws ? "lasso" : event.pointerType === "touch" ? "point" : "pan", moved: false };
    if (draws) this.on.begin(place.x, place.y);
    else if (event.pointerType === "touch") this.on.point(place.x, place.y);
  }

  #move(event) {
    const before = this.down.get(event.pointerId);
    if (!before) {
      this.#hover(event);
      return;
    }
    const place = this.#at(event);
    if (this.start.does === "pinch") this.#pinch(event.pointerId, before, place);
    else this.#drag(before, place);
    this.down.set(event.pointerId, place);
  }

  #drag(before, place) {
    const { start, on } = this;
    start.moved ||= Math.hypot(place.x - start.x, place.y - start.y) >= CLICK;
    if (start.does === "lasso") on.draw(place.x, place.y);
    else if (start.does === "point") on.point(place.x, place.y);
    else if (start.moved) {
      const from = start.panning ? before : start; // the first pixels are not lost
      start.panning = true;
      on.pan(place.x - from.x, place.y - from.y);
    }
  }

  #pinch(id, before, place) {
    const other = [...this.down].find(([key]) => key !== id)?.[1];
    if (!other) return;
    const apart = (a) => Math.max(20, Math.hypot(a.x - other.x, a.y - other.y));
    this.on.pan((place.x - before.x) / 2, (place.y - before.y) / 2);
    this.on.zoom(apart(place) / apart(before), (place.x + other.x) / 2, (place.y + other.y) / 2);
  }

  #release(event, done) {
    if (!this.down.delete(event.pointerId)) return;
    const { start, on } = this;
    if (this.down.size) return; // the other finger of a pinch: what it does now is not meant as anything
    this.start = null;
    if (start.does === "lasso") on.end();
    else if (done && !start.moved && start.does !== "pinch") this.#click(this.#at(event), event.timeStamp, start.does === "point");
  }

  #click({ x, y }, at, byFinger) {
    const { on, before } = this;
    const again = before && at - before.at < TWICE && Math.hypot(x - before.x, y - before.y) < (byFinger ? 4 * CLICK : CLICK);
    this.before = again ? null : { x, y, at };
    if (again) on.twice(x, y);
    else if (byFinger) on.tap(x, y);
    else on.click(x, y);
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) {
      this.on.scroll();
      return;
    }
    event.preventDefault();
    const { x, y } = this.#at(event);
    const pixels = event.deltaY * (event.deltaMode === 1 ? LINE : 1);
    this.on.zoom(2 ** (-pixels * (Math.abs(pixels) < SMALL ? PINCH : WHEEL)), x, y);
  }
}

/** Call `forget` whenever things on the page may have moved. @returns {() => void} stops it */
function forgetting(forget) {
  const events = ["scroll", "resize"];
  for (const name of events) window.addEventListener(name, forget, { capture: true, passive: true });
  const watcher = new ResizeObserver(forget); // whatever grows above the map pushes it down
  watcher.observe(document.body);
  return () => {
    for (const name of events) window.removeEventListener(name, forget, { capture: true });
    watcher.disconnect();
  };
}
