/**
 * The scale that all sliders share, what a slider's strip is of, and which value lies under the pointer.
 * @module
 */

import { LIMIT, sliderRange, traversal } from "../space/geometry.js";

/** Pictures under a slider. */
export const TILES = 5;

/**
 * How far each slider reaches to both sides of its home: as far as the dimension whose data lies widest, in whole tenths. So
 * all homes lie on one line, and equal ways mean equal distances.
 * @param {{range: [number, number][], home: number[], limit?: number}} latent
 */
export function reachOf({ range, home, limit = LIMIT }) {
  const far = range.flatMap((ends, dim) => sliderRange(ends, limit).map((end) => Math.abs(end - home[dim])));
  return Math.ceil(Math.max(...far) * 10 - 1e-6) / 10;
}

/** The values in the middle of the equal parts of a slider. @returns {number[]} */
export const tileValues = (home, reach, n = TILES) => Array.from({ length: n }, (_, i) => home + reach * ((2 * i + 1) / n - 1));

/** The codes of several strips around one code, one after the other. @param {number[]} z @param {number[]} dims @returns {Float32Array} */
export function stripCodes(z, dims, home, reach) {
  const codes = new Float32Array(dims.length * TILES * z.length);
  dims.forEach((dim, i) => codes.set(traversal(z, dim, tileValues(home[dim], reach)), i * TILES * z.length));
  return codes;
}

/** Say whether a strip along `dim` that was drawn around one code is that around another: what it runs along is left out. */
export const isSameStrip = (a, b, dim) => a.every((value, i) => i === dim || value === b[i]);

/**
 * A slider as it lies on the page: to be measured once, when it is taken in hand.
 * @typedef {{left: number, width: number, min: number, max: number, step: number, thumb: number}} Rail in CSS pixels
 */

/** @param {HTMLInputElement} slider @param {number} thumb its width @returns {Rail} */
export function railOf(slider, thumb) {
  const { left, width } = slider.getBoundingClientRect();
  const [min, max, step] = [slider.min, slider.max, slider.step].map(Number);
  return { left, width, min, max, step, thumb };
}

/** Say which value the browser will give a slider whose thumb is drawn to `x`. @param {Rail} rail */
export function valueOn(x, { left, width, min, max, step, thumb }) {
  const share = Math.min(1, Math.max(0, (x - left - thumb / 2) / (width - thumb)));
  return min + Math.round((share * (max - min)) / step) * step;
}

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
  /** @type {Rail | null} */
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
