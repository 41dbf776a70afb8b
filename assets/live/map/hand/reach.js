/**
 * How a hand or the keys reach the map: what pointing, dragging, drawing a lasso and each key do.
 * @module
 */

import { toScreen } from "../../shared/draw/camera.js";
import { Hand } from "./gestures.js";

const STEP = 12; // pixels that an arrow key moves the cursor, and with Shift a quarter of it
export const ZOOM = 1.5; // of a key or a button
const TWICE = 2; // of a double click
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Reach {
  /**
   * @param {object} options
   * @param {import("../../shared/draw/chart.js").Chart} options.chart
   * @param {import("../places.js").Places} options.places
   * @param {import("../aim.js").Aim} options.aim
   * @param {import("../../shared/space/groups.js").Lasso} options.lasso
   * @param {import("./hint.js").Hint} options.hint
   * @param {() => boolean} options.isDrawing whether the hand draws a lasso
   * @param {(byKeys: boolean) => void} options.onMove what is pointed at has changed
   * @param {(clicked: boolean) => void} options.onPin
   * @param {() => void} options.onUnpin the click that pinned was the first of two
   * @param {(polygon: [number, number][] | null) => void} options.onLasso drawn around something, on the screen
   * @param {() => void} options.onCalm nothing is to stand out any more
   */
  constructor({ chart, places, aim, lasso, hint, isDrawing, onMove, onPin, onUnpin, onLasso, onCalm }) {
    Object.assign(this, { chart, places, aim, lasso, isDrawing, onMove, onPin, onCalm });
    this.hand = new Hand(chart.element, {
      point: (x, y) => this.#point(x, y),
      leave: () => aim.leave(),
      pan: (dx, dy) => {
        aim.leave();
        chart.pan(dx, dy);
      },
      zoom: (factor, x, y) => chart.zoom(factor, x, y),
      click: () => onPin(true),
      tap: (x, y) => this.#point(x, y),
      twice: (x, y) => {
        onUnpin();
        chart.zoom(TWICE, x, y);
      },
      scroll: () => hint.wheel(),
      begin: (x, y) => {
        aim.leave();
        lasso.begin(x, y);
      },
      draw: (x, y) => {
        if (lasso.move(x, y)) chart.refresh("over");
      },
      end: () => onLasso(lasso.end()),
      lasso: isDrawing,
    });
    chart.element.addEventListener("keydown", (event) => this.#key(event));
    this.onkeydown = (event) => event.key === "Escape" && isDrawing() && this.#calm();
    window.addEventListener("keydown", this.onkeydown, true);
  }

  destroy() {
    window.removeEventListener("keydown", this.onkeydown, true);
    this.hand.destroy();
  }

  #point(x, y) {
    if (!this.places.neighbours || !this.chart.camera) return;
    this.aim.at(...this.chart.toMap(x, y));
    this.onMove(false);
  }

  #key(event) {
    const { chart } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || !this.places.neighbours) return;
    const step = KEYS[event.key];
    if (step) this.#move(step, event.shiftKey ? STEP / 4 : STEP);
    else if (event.key === "Enter" || event.key === " ") this.onPin(false);
    else if (event.key === "+" || event.key === "=") chart.zoom(ZOOM, ...this.#cursor());
    else if (event.key === "-") chart.zoom(1 / ZOOM, ...this.#cursor());
    else if (event.key === "0") chart.fly(chart.whole());
    else if (event.key.toLowerCase() === "n") this.#toNearest();
    else if (event.key === "Escape") this.#calm();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where the cursor is on the screen: at what is pointed at, or in the middle where that is out of sight. */
  #cursor() {
    const { camera } = this.chart;
    const { target } = this.aim;
    const [x, y] = target ? toScreen(camera, target.x, target.y) : [-1, -1];
    const inside = x >= 0 && y >= 0 && x <= camera.width && y <= camera.height;
    return inside ? [x, y] : [camera.width / 2, camera.height / 2];
  }

  #move([dx, dy], pixels) {
    const { chart } = this;
    const { width, height } = chart.camera;
    const [x, y] = this.#cursor();
    const [toX, toY] = [x + dx * pixels, y + dy * pixels];
    const [inX, inY] = [Math.min(width - STEP, Math.max(STEP, toX)), Math.min(height - STEP, Math.max(STEP, toY))];
    if (inX !== toX || inY !== toY) chart.pan(inX - toX, inY - toY);
    this.aim.at(...chart.toMap(inX, inY), { rest: false });
    this.onMove(true);
  }

  #toNearest() {
    const near = this.places.neighbours.nearest(...this.chart.toMap(...this.#cursor()));
    if (!near) return;
    this.aim.onPoint(near.index, { lens: true });
    this.onMove(true);
  }

  #calm() {
    this.lasso.end();
    this.aim.leave();
    this.onCalm();
  }
}
