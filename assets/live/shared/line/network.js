/**
 * A network as a picture of itself: layers that become smaller, or larger.
 * @module
 */

const SPACE = "http://www.w3.org/2000/svg";
const LAYERS = [88, 60, 36, 16]; // heights, of 100

function element(name, attributes) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** @param {boolean} narrows whether it leads to a code, or from one @returns {SVGElement} */
export function network(narrows) {
  const svg = element("svg", { viewBox: "0 0 72 100", "aria-hidden": "true", class: "net" });
  const heights = narrows ? LAYERS : [...LAYERS].reverse();
  const [first, last] = [heights[0], heights.at(-1)];
  const outline = `M2 ${50 - first / 2 - 4} L70 ${50 - last / 2 - 4} L70 ${50 + last / 2 + 4} L2 ${50 + first / 2 + 4} Z`;
  svg.append(element("path", { d: outline, class: "outline" }));
  heights.forEach((height, i) => {
    svg.append(element("rect", { x: 8 + 16 * i, y: 50 - height / 2, width: 8, height, rx: 3, class: "layer", style: `--i: ${i}` }));
  });
  return svg;
}
