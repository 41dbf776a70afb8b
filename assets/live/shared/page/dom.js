/**
 * Elements in one call.
 * @module
 */

/** What an image says as long as there is nothing on it. */
const NOT_YET = "Not there yet";

/**
 * Make an element: `h("button", {class: "quiet", onclick: reset}, "Reset")`. What starts with "on" is a handler,
 * null and false leave an attribute out. What is an image has words from the beginning, its own or that it is not there yet.
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (attributes.role === "img") element.setAttribute("aria-label", NOT_YET);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** Give an element attributes. @param {Element} element @param {Record<string, string | number>} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/** Make a button with an icon: a quiet one, unless it has another class. @param {string} glyph */
export const iconButton = (glyph, attributes, ...children) => h("button", { type: "button", class: "quiet", ...attributes }, icon(glyph), ...children);

const ICONS = {
  dice: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM8 8h.01M16 8h.01M12 12h.01M8 16h.01M16 16h.01",
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  reset: "M3 12a9 9 0 1 0 3-6.7L3 8M3 3v5h5",
  save: "M12 3v12m0 0 5-5m-5 5-5-5M4 21h16",
  link: "M10 13a5 5 0 0 0 7 0l3-3a5 5 0 0 0-7-7l-1 1M14 11a5 5 0 0 0-7 0l-3 3a5 5 0 0 0 7 7l1-1",
  more: "M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3",
  pause: "M8 5v14M16 5v14",
  play: "M7 4v16l13-8z",
  stop: "M6 6h12v12H6z",
  pen: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  eraser: "M8 20h13M4.5 13.5l9-9a2 2 0 0 1 3 0l4 4a2 2 0 0 1 0 3L12 20H8l-3.5-3.5a2 2 0 0 1 0-3zM9 9l7 7",
  upload: "M12 16V4m0 0 5 5m-5-5L7 9M4 21h16",
  close: "M6 6l12 12M18 6 6 18",
  swap: "M7 4 3 8l4 4M3 8h18M17 12l4 4-4 4M21 16H3",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  lasso: "M12 4c5 0 9 2.5 9 6s-4 6-9 6-9-2.5-9-6 4-6 9-6zM7 15.5c-1 3 1 4.5 3 4.5",
  layers: "M12 3 3 8l9 5 9-5zM3 13l9 5 9-5",
  brush: "M4 20c2-6 4-4 5-2s-2 3-5 2zM10 15 20 4l1 1-9 12",
  check: "M4 12.5 9.5 18 20 6.5",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  first: "M6 5v14M19 5 9 12l10 7z",
  last: "M18 5v14M5 5l10 7-10 7z",
  back: "M15 5 7 12l8 7",
  forward: "M9 5l8 7-8 7",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  pin: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21zM12 9.5h.01",
};

/** An icon of the name, drawn in the text's colour and silent to screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
