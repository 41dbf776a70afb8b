/**
 * Many codes on a plane as one path for each class, in the colours that classes have in the whole app.
 * @module
 */

import { classColour } from "../../shared/draw/colours.js";
import { s } from "../frame/figure.js";

/**
 * @param {ArrayLike<number>} xy [2N] @param {ArrayLike<number>} labels [N] @param {number} classes
 * @param {(value: number) => number} x @param {(value: number) => number} y to pixels
 */
export function dots(xy, labels, classes, x, y, size = 2.4) {
  const paths = new Array(classes).fill("");
  for (let i = 0; 2 * i < xy.length; i += 1) paths[labels[i]] += `M${x(xy[2 * i]).toFixed(1)} ${y(xy[2 * i + 1]).toFixed(1)}h0`;
  const path = (d, k) => s("path", { d, stroke: `rgb(${classColour(k, classes)})`, "stroke-width": size });
  return s("g", { class: "dots" }, ...paths.map(path));
}

/**
 * Codes that stay where they are, as a picture: its address. It takes no time to show again.
 * @param {{xy: ArrayLike<number>, labels: ArrayLike<number>}} codes [2N] and [N], below 0: no class @param {number} classes
 * @param {(value: number) => number} x @param {(value: number) => number} y to pixels of a square @param {number} side
 */
export function spots({ xy, labels }, classes, x, y, side, size = 1.2) {
  const canvas = document.createElement("canvas");
  const fine = Math.max(1, devicePixelRatio);
  canvas.width = canvas.height = Math.round(side * fine);
  const context = canvas.getContext("2d");
  context.scale(canvas.width / side, canvas.width / side);
  const colours = new Map([...new Set(Array.from(labels))].map((k) => [k, `rgb(${classColour(k, classes)})`]));
  for (let i = 0; 2 * i < xy.length; i += 1) {
    context.fillStyle = colours.get(labels[i]);
    context.beginPath();
    context.arc(x(xy[2 * i]), y(xy[2 * i + 1]), size, 0, 2 * Math.PI);
    context.fill();
  }
  return canvas.toDataURL();
}
