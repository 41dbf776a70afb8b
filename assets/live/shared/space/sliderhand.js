/**
 * A mouse on a slider, followed between the frames.
 * @module
 */

import { railOf, valueOn } from "./sliderscale.js";

const thumbOf = (slider) => Number.parseFloat(getComputedStyle(slider).getPropertyValue("--thumb")); // pixels

/** Say which value the browser will give a slider whose thumb is drawn to `x`; it is measured for that. @param {HTMLInputElement} slider */
export const valueAt = (x, slider, thumb) => valueOn(x, railOf(slider, thumb));

/**
 * Tell the value as soon as the mouse moves. `input` waits for the next frame, so its picture is painted in the frame after
 * that; asked for now, it is there when the frame moves the thumb: 16 ms after the hand instead of 29.
 * Where the browser does not send these events (Firefox, Safari, plain http), `input` alone does it.
 *
 * Where the slider lies is measured when it is taken, and again after the page was scrolled: asked for at each move, it
 * would have the browser lay out the page each time.
 * @param {HTMLInputElement} slider
 * @param {(value: number) => void} move
 */
export function listenRaw(slider, move) {
  /** @type {import("./sliderscale.js").Rail | null} */
  let rail = null;
  const measure = () => {
    rail = railOf(slider, thumbOf(slider));
  };
  const end = () => {
    rail = null;
    for (const moved of ["scroll", "resize"]) removeEventListener(moved, measure, true);
  };
  slider.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType !== "mouse") return;
    measure();
    for (const moved of ["scroll", "resize"]) addEventListener(moved, measure, true);
  });
  slider.addEventListener("pointerrawupdate", (event) => {
    if (!rail) return;
    if ((event.buttons & 1) === 1) move(valueOn(event.clientX, rail));
    else end();
  });
  for (const done of ["pointerup", "pointercancel"]) slider.addEventListener(done, end);
}
