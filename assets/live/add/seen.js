/**
 * What was found in an upload, to look at: some of the things as they would be kept, their classes, what was left out.
 * @module
 */

import { wordsOf } from "./kinds/kinds.js";
import { h } from "../shared/page/dom.js";
import { count, several } from "../shared/words/numbers.js";

const CLASSES = 12; // that are shown before the rest is asked for
const IMAGE = /^data:image\/png;base64,[\w+/=]+$/; // nothing else is let into a style

/** @typedef {import("./words.js").Preview} Preview */

/** What was found, and the sheet of things in it. @param {Preview} preview */
export function seenOf(preview) {
  const sheet = sheetOf(preview);
  const facts = wordsOf(preview.things).found(preview);
  const element = h(
    "div",
    { class: "seen" },
    sheet,
    facts && h("p", { class: "fine" }, `In the file: ${facts}.`),
    preview.checked < preview.images &&
      h("p", { class: "fine" }, `${count(preview.checked)} of them were opened so far; the others are when the set is made.`),
    ...preview.notes.map((sentence) => h("p", { class: "fine" }, sentence)),
    leftOut(preview.left_out),
    classesOf(preview),
  );
  return { element, sheet };
}

/** Some of the things, side by side; hidden where there are none. @param {Preview} preview */
function sheetOf({ thumbnails, things }) {
  const sheet = h("div", { class: "sheet", role: "img", "data-role": "sheet", hidden: !thumbnails });
  if (!thumbnails || !IMAGE.test(thumbnails.src)) return sheet;
  const { count: n, height, width, columns, labels, src } = thumbnails;
  const rows = Math.ceil(n / columns);
  const at = (place, of) => (of > 1 ? (100 * place) / (of - 1) : 0);
  const tile = (_, i) => {
    const element = h("i", { title: labels[i] ?? null });
    const place = `${at(i % columns, columns)}% ${at(Math.floor(i / columns), rows)}%`;
    element.style.backgroundPosition = place;
    element.style.setProperty("--place", place);
    return element;
  };
  const look = { "--sheet": `url("${src}")`, "--size": `${100 * columns}% ${100 * rows}%`, "--shape": `${width} / ${height}` };
  for (const [name, value] of Object.entries(look)) sheet.style.setProperty(name, value);
  const { counted, drawn } = wordsOf(things);
  sheet.classList.toggle("pixels", Math.max(width, height) < 64);
  sheet.classList.toggle("drawn", drawn);
  sheet.setAttribute("aria-label", `${counted(n)} of the upload, as they would be kept`);
  sheet.replaceChildren(...Array.from({ length: n }, tile));
  return sheet;
}

/** The classes and how many are in each, or null. @param {Preview} preview */
function classesOf({ classes }) {
  if (!classes.length) return null;
  const most = Math.max(...classes.map((each) => each.count));
  const bar = ({ name, count: n }, i) => {
    const line = h("i", {});
    line.style.width = `${(100 * n) / most}%`;
    return h("li", { hidden: i >= CLASSES }, h("span", { title: name }, name), h("span", { class: "bar" }, line), h("b", {}, count(n)));
  };
  const list = h("ul", { class: "classes", "data-role": "class-counts" }, ...classes.map(bar));
  const more = classes.length - CLASSES;
  const all = (event) => {
    for (const item of list.children) item.hidden = false;
    event.target.remove();
  };
  return h(
    "div",
    { class: "part" },
    h("h3", {}, "Classes"),
    list,
    more > 0 && h("button", { type: "button", class: "link", onclick: all }, `Show the other ${more}`),
  );
}

/** What was left out by name, with the reason, to be unfolded; null where nothing was. @param {Preview["left_out"] | null} left */
export function leftOut(left) {
  if (!left?.count) return null;
  const rest = left.count - left.shown.length;
  const what = left.shown.every(({ name }) => name.startsWith("line ")) ? "line" : "file"; // of a list or a table
  const named = left.shown.map(({ name, reason }) => h("li", {}, h("code", {}, name), ` ${reason}`));
  return h(
    "details",
    { class: "left-out", "data-role": "left-out" },
    h("summary", {}, `${several(left.count, what)} left out`),
    h("ul", {}, ...named, rest > 0 && h("li", {}, `and ${count(rest)} more`)),
  );
}
