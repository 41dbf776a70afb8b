/**
 * What the line draws over its planes: a cross for the mean, σ as bars and ellipses, a ring for the noise, a dot for the code.
 * @module
 */

/** @typedef {{mean: string, sigma: string, noise: string, code: string, belief: string, truth: string}} Hues */

const TURN = 2 * Math.PI;

const SYMBOLS = ["mean", "sigma", "noise", "code", "belief", "truth"];

/** The hues of the symbols around an element, as the browser resolves them. @param {HTMLElement} element @returns {Hues} */
export function huesOf(element) {
  const probe = document.createElement("span");
  element.append(probe);
  const resolve = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const hues = Object.fromEntries(SYMBOLS.map((name) => [name, resolve(name)]));
  probe.remove();
  return /** @type {any} */ (hues);
}

/** A stroke with a rim, so that it is seen on black and on white. */
function rimmed(context, hue, width, path) {
  path();
  context.lineCap = "round";
  context.strokeStyle = "rgb(0 0 0 / 0.75)";
  context.lineWidth = width + 3;
  context.stroke();
  context.strokeStyle = "#fff";
  context.lineWidth = width + 1.6;
  context.stroke();
  context.strokeStyle = hue;
  context.lineWidth = width;
  context.stroke();
}

/** The prior's rings: one, two and three of its standard deviations about the middle. */
export function rings(context, middle, scale, hue) {
  context.strokeStyle = hue;
  context.lineWidth = 1;
  context.globalAlpha = 0.5;
  for (const times of [1, 2, 3]) {
    context.beginPath();
    context.arc(middle, middle, times * scale, 0, TURN);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The cross that marks a mean. */
export function cross(context, x, y, size, hue) {
  rimmed(context, hue, 2.6, () => {
    context.beginPath();
    context.moveTo(x - size, y);
    context.lineTo(x + size, y);
    context.moveTo(x, y - size);
    context.lineTo(x, y + size);
  });
}

/** The dot that marks a code. */
export function dot(context, x, y, size, hue) {
  context.beginPath();
  context.arc(x, y, size, 0, TURN);
  context.fillStyle = hue;
  context.fill();
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  context.stroke();
  context.beginPath();
  context.arc(x, y, size + 1.6, 0, TURN);
  context.strokeStyle = "rgb(0 0 0 / 0.6)";
  context.lineWidth = 1;
  context.stroke();
}

/** The cloud: shares of 39 and 86 % of a normal distribution lie within its one and two standard deviations in a plane. */
export function cloud(context, x, y, [across, up], hue) {
  for (const [times, opacity] of [[2, 0.16], [1, 0.3]]) {
    context.beginPath();
    context.ellipse(x, y, times * across, times * up, 0, 0, TURN);
    context.globalAlpha = opacity;
    context.fillStyle = hue;
    context.fill();
    context.globalAlpha = 0.9;
    context.strokeStyle = hue;
    context.lineWidth = 1.2;
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** σ along both axes, as bars with ends. */
export function bars(context, x, y, [across, up], hue) {
  context.strokeStyle = hue;
  context.lineWidth = 3;
  context.lineCap = "butt";
  context.beginPath();
  context.moveTo(x - across, y);
  context.lineTo(x + across, y);
  context.moveTo(x, y - up);
  context.lineTo(x, y + up);
  context.stroke();
}

/** ε: the way from the mean to the code, with a ring at its end. */
export function way(context, x, y, toX, toY, hue) {
  context.strokeStyle = hue;
  context.lineWidth = 2;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 3;
  context.beginPath();
  context.arc(toX, toY, 11, 0, TURN);
  context.stroke();
}
