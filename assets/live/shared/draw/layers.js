/**
 * What lies under the points and over them: the prior's rings, axes, ellipses, thumbnails, pins, the cursor, a lasso.
 * @module
 */

import { bounds, toScreen } from "./camera.js";
import { tickTexts, ticks } from "./axes.js";

export const RINGS = [1, 2, 3]; // standard deviations of the prior
const MARGIN = 6;
const CORNER = 56; // pixels at the lower right where the zoom's buttons stand
const TICKS = 7;

/** @typedef {{ink: string, muted: string, line: string, paper: string, accent: string, font: string}} Theme */
/** @typedef {import("./camera.js").Camera} Camera */

/** Make a canvas's own pixels fit its size on the screen, and clear it. @returns {CanvasRenderingContext2D} */
export function prepared(canvas, { width, height }, ratio) {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Draw an image that covers a box of the map. */
export function drawOnMap(context, camera, image, { left, right, bottom, top }, smooth) {
  const [x0, y0] = toScreen(camera, left, top);
  const [x1, y1] = toScreen(camera, right, bottom);
  context.imageSmoothingEnabled = smooth;
  context.drawImage(image, x0, y0, x1 - x0, y1 - y0);
}

/** Draw the prior's one, two and three standard deviations around where its mean lies. */
export function drawRings(context, camera, [x, y], theme) {
  const [cx, cy] = toScreen(camera, x, y);
  context.save();
  Object.assign(context, { strokeStyle: theme.accent, fillStyle: theme.accent, lineWidth: 1.25, textAlign: "center", textBaseline: "bottom" });
  context.font = `600 14px ${theme.font}`;
  context.setLineDash([5, 4]);
  for (const ring of RINGS) {
    context.beginPath();
    context.arc(cx, cy, ring * camera.scale, 0, 2 * Math.PI);
    context.stroke();
    label(context, `${ring}σ`, cx, cy - ring * camera.scale - 2, theme);
  }
  context.restore();
}

/** Draw values along the lower and the left edge, and the names of the axes. */
export function drawAxes(context, camera, [nameX, nameY], theme) {
  const { left, right, bottom, top } = bounds(camera);
  const { width, height } = camera;
  context.save();
  Object.assign(context, { fillStyle: theme.muted, strokeStyle: theme.line, lineWidth: 1, font: `14px ${theme.font}` });
  Object.assign(context, { textAlign: "center", textBaseline: "bottom" });
  const across = ticks(left, right, TICKS);
  tickTexts(across).forEach((text, i) => {
    const [x] = toScreen(camera, across[i], 0);
    if (x < 40 || x > width - CORNER - 10) return;
    stroke(context, x, height, x, height - 5);
    label(context, text, x, height - MARGIN - 1, theme);
  });
  Object.assign(context, { textAlign: "left", textBaseline: "middle" });
  const up = ticks(bottom, top, TICKS);
  tickTexts(up).forEach((text, i) => {
    const [, y] = toScreen(camera, 0, up[i]);
    if (y > height - 30 || y < 26) return;
    stroke(context, 0, y, 5, y);
    label(context, text, MARGIN + 2, y, theme);
  });
  context.font = `600 14px ${theme.font}`;
  context.fillStyle = theme.ink;
  Object.assign(context, { textAlign: "right", textBaseline: "bottom" });
  label(context, nameX, width - CORNER, height - MARGIN - 18, theme);
  Object.assign(context, { textAlign: "left", textBaseline: "top" });
  label(context, nameY, MARGIN + 2, MARGIN, theme);
  context.restore();
}

function stroke(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Write words that can be read on any ground. */
function label(context, words, x, y, theme) {
  context.save();
  context.setLineDash([]);
  Object.assign(context, { strokeStyle: theme.paper, lineWidth: 5, lineJoin: "round" });
  context.strokeText(words, x, y);
  context.restore();
  context.fillText(words, x, y);
}

/** Draw one and two standard deviations of posteriors: {x, y, rx, ry} in map units, at true scale. */
export function drawEllipses(context, camera, ellipses, theme) {
  context.save();
  Object.assign(context, { strokeStyle: theme.ink, lineWidth: 1 });
  for (const { x, y, rx, ry } of ellipses) {
    const [cx, cy] = toScreen(camera, x, y);
    for (const sigmas of [1, 2]) {
      context.globalAlpha = sigmas === 1 ? 0.8 : 0.35;
      context.beginPath();
      context.ellipse(cx, cy, sigmas * rx * camera.scale, sigmas * ry * camera.scale, 0, 0, 2 * Math.PI);
      context.stroke();
    }
  }
  context.restore();
}

/** Draw little pictures at their points: {image, x, y, width, height, colour, smooth}, the place in CSS pixels. */
export function drawThumbnails(context, thumbnails) {
  for (const { image, x, y, width, height, colour, smooth } of thumbnails) {
    context.imageSmoothingEnabled = smooth || width < image.width;
    const fine = context.getTransform().a;
    const whole = (place) => (smooth ? Math.round(place * fine) / fine : place); // lines are sharp on whole pixels
    const [left, top] = [whole(x - width / 2), whole(y - height / 2)];
    context.drawImage(image, left, top, width, height);
    Object.assign(context, { strokeStyle: colour, lineWidth: 1.5 });
    context.strokeRect(left, top, width, height);
  }
}

/** Draw numbered pins. */
export function drawPins(context, camera, pins, theme) {
  context.save();
  Object.assign(context, { font: `700 14px ${theme.font}`, textAlign: "center", textBaseline: "middle", lineWidth: 2 });
  pins.forEach((pin, i) => {
    const [x, y] = toScreen(camera, pin.x, pin.y);
    disc(context, x, y, 11, theme.accent, "#fff");
    context.fillStyle = theme.onAccent;
    context.fillText(String(i + 1), x, y + 0.5);
  });
  context.restore();
}

function disc(context, x, y, radius, fill, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = edge;
  context.stroke();
}

/** Draw a ring around a point. */
export function drawRing(context, camera, { x, y }, radius, theme) {
  const [px, py] = toScreen(camera, x, y);
  context.save();
  for (const [width, colour] of [[4.5, theme.paper], [2, theme.ink]]) {
    context.beginPath();
    context.arc(px, py, radius, 0, 2 * Math.PI);
    Object.assign(context, { lineWidth: width, strokeStyle: colour });
    context.stroke();
  }
  context.restore();
}

/** Draw the cursor that the keys move. */
export function drawCursor(context, camera, { x, y }, theme) {
  const [px, py] = toScreen(camera, x, y);
  context.save();
  for (const [width, colour] of [[7, theme.paper], [3, theme.accent]]) {
    Object.assign(context, { lineWidth: width, strokeStyle: colour });
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) stroke(context, px + 4 * dx, py + 4 * dy, px + 13 * dx, py + 13 * dy);
  }
  context.restore();
}

/**
 * Draw where the drawing lies, and the way it came, as far as that has not faded.
 * @param {{x: number, y: number, trail: {x: number, y: number, left: number}[], torn: boolean} | null} own map units; `left`
 *   in [0, 1]; `torn` where nothing lies between two places
 */
export function drawOwn(context, camera, own, theme) {
  if (!own) return;
  context.save();
  drawTrail(context, camera, own, theme);
  const [x, y] = toScreen(camera, own.x, own.y);
  context.lineWidth = 2.5;
  disc(context, x, y, 10, theme.accent, "#fff");
  disc(context, x, y, 3, "#fff", "#fff");
  Object.assign(context, { font: `600 14px ${theme.font}`, textAlign: "center", textBaseline: "bottom", fillStyle: theme.ink });
  label(context, "yours", x, y - 13, theme);
  context.restore();
}

function drawTrail(context, camera, { trail, torn }, theme) {
  context.lineCap = "round";
  for (const [edge, colour] of [[3, theme.paper], [0, theme.accent]]) {
    Object.assign(context, { strokeStyle: colour, fillStyle: colour });
    let before = null;
    for (const { x, y, left } of trail) {
      const at = toScreen(camera, x, y);
      Object.assign(context, { globalAlpha: left, lineWidth: 2 + 2 * left + edge });
      if (torn) {
        context.beginPath();
        context.arc(...at, 2 + 2 * left + edge / 2, 0, 2 * Math.PI);
        context.fill();
      } else if (before) stroke(context, ...before, ...at);
      before = at;
    }
  }
  context.globalAlpha = 1;
}

/** Write names where they stand: {words, x, y, opacity}, in CSS pixels, each to be read on any ground. */
export function drawNames(context, names, theme, size) {
  context.save();
  Object.assign(context, { font: `700 ${size}px ${theme.font}`, textAlign: "center", textBaseline: "middle", lineWidth: 5, lineJoin: "round" });
  Object.assign(context, { strokeStyle: theme.paper, fillStyle: theme.ink });
  for (const { x, y, from } of names) if (from) drawLeader(context, from, { x, y }, theme);
  for (const { words, x, y, opacity } of names) {
    if (!opacity) continue;
    context.globalAlpha = opacity;
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
  }
  context.restore();
}

/** A thin line from a place to the name that stands aside, with a dot at the place. */
function drawLeader(context, from, to, theme) {
  context.save();
  for (const [stroke, lineWidth] of [[theme.paper, 4], [theme.ink, 1.5]]) {
    Object.assign(context, { strokeStyle: stroke, fillStyle: stroke, lineWidth });
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    context.beginPath();
    context.arc(from.x, from.y, 1 + lineWidth / 2, 0, 2 * Math.PI);
    context.fill();
  }
  context.restore();
}

/** Draw the line around a group, with its letter: corners in map units. */
export function drawOutline(context, camera, { polygon, colour, letter }, theme) {
  const path = polygon.map(([x, y]) => toScreen(camera, x, y));
  context.save();
  context.beginPath();
  path.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
  Object.assign(context, { strokeStyle: colour, lineWidth: 2, lineJoin: "round" });
  context.stroke();
  const [x, y] = path.reduce((top, corner) => (corner[1] < top[1] ? corner : top));
  Object.assign(context, { font: `700 14px ${theme.font}`, textAlign: "center", textBaseline: "bottom", fillStyle: colour });
  label(context, letter, x, y - 3, theme);
  context.restore();
}

/** Draw rings around the points of a group, on a map that its lasso was not drawn on. */
export function drawMembers(context, camera, { indices, colour }, xy) {
  context.save();
  Object.assign(context, { strokeStyle: colour, lineWidth: 1.5 });
  context.beginPath();
  for (const point of indices) {
    const [x, y] = toScreen(camera, xy[2 * point], xy[2 * point + 1]);
    context.moveTo(x + 4, y);
    context.arc(x, y, 4, 0, 2 * Math.PI);
  }
  context.stroke();
  context.restore();
}

/** Draw a lasso, in CSS pixels. */
export function drawLasso(context, path, theme) {
  if (path.length < 2) return;
  context.save();
  context.beginPath();
  path.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
  Object.assign(context, { fillStyle: theme.accent, strokeStyle: theme.accent, globalAlpha: 0.14, lineWidth: 2 });
  context.fill();
  context.globalAlpha = 1;
  context.stroke();
  context.restore();
}
