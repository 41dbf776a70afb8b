/**
 * Where the parts of the time machine stand.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { HINT, NO_DECODER, mapWords } from "./words.js";

/**
 * Put its parts onto its page, and make those that only show something.
 * @param {import("./machine.js").TimeMachine} machine
 * @param {{onLetGo: () => void}} on the pointer is to be followed again
 */
export function layOut(machine, { onLetGo }) {
  const { name, map, transport, colouring, legend, pictures, films, beside } = machine;
  machine.note = h("p", { class: "note", role: "status", hidden: true });
  machine.nothing = h("p", { class: "nothing", "data-role": "nothing" });
  machine.ringed = h("p", { class: "ringed", "data-role": "ringed", hidden: true }, h("i", { "aria-hidden": "true" }), h("span", {}, " "));
  const colours = h("section", { class: "map-colours", "aria-label": "What the points are" }, colouring.element, legend.element, machine.ringed);
  machine.body = h(
    "div",
    { class: "machine", hidden: true },
    h("div", { class: "stage" }, map.element, transport.element),
    h("aside", {}, ...beside, colours, underCursor(machine, onLetGo), pictures.element),
  );
  machine.about = h("small", { "data-role": "map-words" }, mapWords(2));
  const title = h("h2", {}, h("span", {}, "Time machine", machine.about), films.element);
  const parts = [title, machine.note, machine.nothing, machine.body];
  machine.element = h("section", { class: "time-machine", "data-run": name, "aria-label": "Time machine" }, ...parts);
}

/** The picture that is decoded under the cursor, and what can be done there. */
function underCursor(machine, onLetGo) {
  machine.picture = h("canvas", { class: "pixels", role: "img", "data-role": "moment-picture", hidden: true, width: 1, height: 1 });
  machine.where = h("p", { class: "fine", "data-role": "where" }, NO_DECODER);
  machine.hereTitle = h("h3", { "data-role": "here" }, "Under the cursor");
  machine.hintWords = h("span", {}, HINT);
  machine.letGo = h(
    "button",
    { type: "button", "data-role": "let-go", title: "Follow the pointer again (Escape)", hidden: true, onclick: onLetGo },
    "let go",
  );
  machine.hint = h("p", { class: "fine hint", "data-role": "kept" }, machine.hintWords, machine.letGo);
  return h(
    "section",
    { class: "under-cursor" },
    h("div", { class: "picture" }, machine.picture),
    h("div", {}, machine.hereTitle, machine.where, machine.toldClass.element, machine.hint),
  );
}
