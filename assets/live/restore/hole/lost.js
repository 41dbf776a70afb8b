/**
 * Lost pixels, hatched and outlined over a picture: black on black nobody sees them. The picture's own pixels stay.
 * @module
 */

import { traceOf } from "./hole.js";

const SVG = "http://www.w3.org/2000/svg";
const HATCH = 1.1; // pixels of the picture from one line of the hatching to the next
const INK = "#e8912d"; // on a sheet; on the page the style sheet says

const shape = (tag, attributes, ...children) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

export class Lost {
  /** @param {import("../../shared/views/view.js").View} view of pictures */
  constructor({ height, width }) {
    this.size = /** @type {[number, number]} */ ([height, width]);
    this.area = shape("path", { class: "area", fill: "url(#restore-lost)" });
    this.halo = shape("path", { class: "halo" });
    this.outline = shape("path", { class: "outline" });
    const step = (HATCH * Math.max(height, width)) / 28;
    const line = shape("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: step, "stroke-width": step / 2 });
    const pattern = shape(
      "pattern",
      { id: "restore-lost", width: step, height: step, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      line,
    );
    this.element = shape(
      "svg",
      { class: "lost", "data-role": "lost", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      shape("defs", {}, pattern),
      this.area,
      this.halo,
      this.outline,
    );
  }

  /** Hatch these pixels. @param {Uint8Array | null} mask [H, W], or null where nothing says which are lost */
  show(mask) {
    const { area, outline } = mask ? traceOf(mask, this.size) : { area: "", outline: "" };
    this.area.setAttribute("d", area);
    this.halo.setAttribute("d", outline);
    this.outline.setAttribute("d", outline);
  }
}

/**
 * Outline lost pixels on a sheet.
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} mask [H, W]
 * @param {[number, number]} size height and width
 * @param {{x: number, y: number, scale: number}} place where the picture is, and the side of its pixels
 */
export function drawLost(context, mask, size, { x, y, scale }) {
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  Object.assign(context, { strokeStyle: INK, lineWidth: 2 / scale });
  context.stroke(new Path2D(traceOf(mask, size).outline));
  context.restore();
}
