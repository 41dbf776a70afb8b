/**
 * How a hand or the keys reach the map: what pointing, dragging, drawing a lasso and each key do.
 * @module
 */

import { toScreen } from "../../shared/draw/camera.js";
import { Hand } from "./gestures.js";

const STEP = 12; // pixels that an arrow key moves the cursor, and with Shift a quarter of it
export const ZOOM = 1.5; // of a key or a button
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Reach {
  /** @param {import("../view.js").MapView} view */
  constructor(view) {
    this.view = view;
    const { chart, aim, lasso } = view;
    this.hand = new Hand(chart.element, {
      point: (x, y) => this.#point(x, y),
      leave: () => aim.leave(),
      pan: (dx, dy) => {
        aim.leave();
        chart.pan(dx, dy);
      },
      zoom: (factor, x, y) => chart.zoom(factor, x, y),
      click: () => view.pin(true),
      tap: (x, y) => this.#point(x, y),
      begin: (x, y) => {
        aim.leave();
        lasso.begin(x, y);
      },
      draw: (x, y) => {
        if (lasso.move(x, y)) chart.refresh("over");
      },
      end: () => view.lassoed(lasso.end()),
      lasso: () => view.state.tool === "lasso",
    });
    chart.element.addEventListener("keydown", (event) => this.#key(event));
    this.onkeydown = (event) => event.key === "Escape" && view.state.tool === "lasso" && this.#calm();
    window.addEventListener("keydown", this.onkeydown, true);
  }

  destroy() {
    window.removeEventListener("keydown", this.onkeydown, true);
  }

  #point(x, y) {
    const { view } = this;
    if (!view.neighbours || !view.chart.camera) return;
    view.byKeys = false;
    view.aim.at(...view.chart.toMap(x, y));
    view.later();
  }

  #key(event) {
    const { view } = this;
    const { chart } = view;
    if (event.ctrlKey || event.metaKey || event.altKey || !view.neighbours) return;
    const step = KEYS[event.key];
    if (step) this.#move(step, event.shiftKey ? STEP / 4 : STEP);
    else if (event.key === "Enter" || event.key === " ") view.pin();
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
    const { camera } = this.view.chart;
    const { target } = this.view.aim;
    const [x, y] = target ? toScreen(camera, target.x, target.y) : [-1, -1];
    const inside = x >= 0 && y >= 0 && x <= camera.width && y <= camera.height;
    return inside ? [x, y] : [camera.width / 2, camera.height / 2];
  }

  #move([dx, dy], pixels) {
    const { view } = this;
    const { width, height } = view.chart.camera;
    const [x, y] = this.#cursor();
    const [toX, toY] = [x + dx * pixels, y + dy * pixels];
    const [inX, inY] = [Math.min(width - STEP, Math.max(STEP, toX)), Math.min(height - STEP, Math.max(STEP, toY))];
    if (inX !== toX || inY !== toY) view.chart.pan(inX - toX, inY - toY);
    view.byKeys = true;
    view.aim.at(...view.chart.toMap(inX, inY), { rest: false });
    view.later(true);
  }

  #toNearest() {
    const { view } = this;
    const near = view.neighbours.nearest(...view.chart.toMap(...this.#cursor()));
    if (!near) return;
    view.byKeys = true;
    view.aim.onPoint(near.index, { lens: true });
    view.later(true);
  }

  #calm() {
    const { view } = this;
    view.lasso.end();
    view.aim.leave();
    view.colouring.highlight(null);
    if (view.state.tool === "lasso") view.choose({ tool: "move" });
  }
}
