/**
 * What has been drawn, step by step, and the picture that a model gets of it.
 * @module
 */

import { closeUp, extent, fitDigit, shrink } from "./digit.js";
import { h } from "../page/dom.js";

const FINE = 140; // pixels that a drawing has at least before it is made smaller: five for each of 28
const FINEST = 5; // times a model's pixels, at most
const LARGER = 2.5; // times: a digit written smaller than 40 % of its box is not enlarged to fill it

/**
 * @typedef {{kind: "stroke", erase: boolean, pen: number, ink: string, points: [number, number][]}
 *   | {kind: "picture", canvas: HTMLCanvasElement, note: string}
 *   | {kind: "clear"}} Step places and widths are in model pixels, from the upper left corner
 */

export class Drawing {
  /**
   * @param {import("./view.js").View} view of images
   * @param {"digit" | "whole"} ground whether it is fitted as MNIST's digits are
   */
  constructor(view, ground) {
    Object.assign(this, { view, ground });
    this.size = [view.height, view.width];
    /** @type {Step[]} all that can be undone */
    this.steps = [];
    this.detail = Math.min(FINEST, Math.max(1, Math.round(FINE / Math.max(...this.size))));
    this.raster = new OffscreenCanvas(view.width * this.detail, view.height * this.detail);
    this.context = this.raster.getContext("2d", { willReadFrequently: true, alpha: false });
  }

  get #channels() {
    return this.view.shape[2];
  }

  /** The steps since the last one that blanked or covered the pad, and that one where it is a picture. */
  get visible() {
    const start = this.steps.findLastIndex((step) => step.kind !== "stroke");
    return this.steps.slice(this.steps[start]?.kind === "clear" ? start + 1 : Math.max(0, start));
  }

  /** Lay a picture over all. @param {Uint8Array} pixels [H, W, C] */
  cover(pixels, note) {
    const canvas = h("canvas");
    this.view.paint(canvas, pixels);
    this.steps.push({ kind: "picture", canvas, note });
  }

  /** Draw it on a canvas of any size. @param {HTMLCanvasElement} canvas */
  draw(canvas) {
    this.#draw(canvas.getContext("2d"), canvas, { scale: canvas.width / this.size[1], x: 0, y: 0 });
  }

  /**
   * The picture as the model gets it, or null where there is nothing on it.
   *
   * A digit on a plain pad is drawn twice: once to see where it lies, and again at the size that it gets in its box.
   * @returns {Uint8Array | null} [H, W, C]
   */
  pixels() {
    const { visible, detail } = this;
    if (visible.length === 0) return null;
    const size = [this.raster.height, this.raster.width];
    const pad = this.#read({ scale: detail, x: 0, y: 0 });
    const covered = visible[0].kind === "picture";
    if (covered || this.ground === "whole" || this.#channels !== 1) {
      const pixels = shrink(pad, size, this.view.shape);
      return covered || pixels.some((value) => value > 0) ? pixels : null;
    }
    const box = extent(pad, size);
    if (!box) return null;
    const ink = { top: box.top / detail, bottom: box.bottom / detail, left: box.left / detail, right: box.right / detail };
    const pen = Math.max(...visible.map((step) => (step.erase ? 0 : step.pen)));
    const { scale, x, y } = closeUp(ink, pen, this.size, LARGER);
    const near = this.#read({ scale: detail * scale, x: detail * x, y: detail * y }, 1 / scale);
    return fitDigit(near, size, this.size, 1 / detail);
  }

  /** @returns {Uint8ClampedArray} [h, w, C] of the raster */
  #read(place, wider) {
    const { width, height } = this.raster;
    this.#draw(this.context, this.raster, place, wider);
    const rgba = this.context.getImageData(0, 0, width, height).data;
    const channels = this.#channels;
    const read = new Uint8ClampedArray(width * height * channels);
    for (let i = 0; i < width * height; i += 1) for (let c = 0; c < channels; c += 1) read[i * channels + c] = rgba[4 * i + c];
    return read;
  }

  /** Draw it so that a place p comes to scale * p + (x, y), with lines `wider` times as wide as they were drawn. */
  #draw(context, { width, height }, { scale, x, y }, wider = 1) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
    context.setTransform(scale, 0, 0, scale, x, y);
    context.save();
    context.beginPath();
    context.rect(0, 0, this.size[1], this.size[0]); // what runs off the pad's edge is not in the picture either
    context.clip();
    context.imageSmoothingEnabled = false;
    for (const step of this.visible) {
      if (step.kind === "picture") context.drawImage(step.canvas, 0, 0, this.size[1], this.size[0]);
      else drawStroke(context, step, step.erase ? 1 : wider);
    }
    context.restore();
  }
}

/** Draw one stroke, its corners rounded off: a fast hand leaves few points. */
function drawStroke(context, { erase, pen, ink, points }, wider) {
  context.strokeStyle = context.fillStyle = erase ? "#000" : ink;
  context.lineWidth = pen * wider;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  if (points.length === 1) {
    context.arc(...points[0], (pen * wider) / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(...points[0]);
  for (let i = 1; i < points.length - 1; i += 1) {
    const [[x, y], [nextX, nextY]] = [points[i], points[i + 1]];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.lineTo(...points.at(-1));
  context.stroke();
}
