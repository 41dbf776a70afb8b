/**
 * Where the parts of the Interpolate page stand.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { PICTURES } from "./address.js";
import { fadeName } from "./words.js";
import { drawnAs } from "../shared/views/view.js";
import { capital, named } from "../shared/words/names.js";

/** Put a view's parts onto its page, and make those that only show something. @param {import("./view.js").PathView} view */
export function layOut(view) {
  const note = (role) => h("p", { class: "note", role: "status", "data-role": role, hidden: true });
  view.note = note("note");
  view.troubleNote = note("trouble");
  view.status = h("p", { class: "unseen", role: "status", "aria-live": "polite", "data-role": "status" });
  view.element = h(
    "div",
    { class: "interpolate", style: `--aspect: ${view.view.width / view.view.height}`, "data-model": view.data.model },
    view.note,
    view.troubleNote,
    anchorsOf(view),
    stage(view),
    strips(view),
    view.chart.element,
    view.saves.element,
    view.arithmetic.element,
    view.status,
  );
  view.root.append(view.element);
}

function anchorsOf({ anchors, adder, undoButton, resetButton }) {
  const tools = h("div", { class: "anchor-tools" }, adder.element, ...anchors.buttons, undoButton, resetButton);
  return h("section", { class: "ends-of-path", "aria-label": "Anchors" }, anchors.list, tools, adder.panel);
}

/** The picture at the place, the kinds of path, and the map. */
function stage(view) {
  view.mapNote = h("p", { class: "fine map-note", "data-role": "map-note", hidden: true });
  view.none = h("p", { class: "fine none", role: "status", "data-role": "none", hidden: true });
  return h(
    "div",
    { class: "stage" },
    frames(view),
    h("div", { class: "paths" }, view.kindTable.element, view.none),
    h("div", { class: "where" }, view.map.element, view.mapNote),
  );
}

function frames(view) {
  const canvas = (role) => h("canvas", { "data-role": role, role: "img", width: 1, height: 1, class: "pixels" });
  view.picture = canvas("picture");
  view.caption = h("figcaption", { "data-role": "caption" }, "\u00a0");
  view.reading = h("span", { class: "reading", "data-role": "latency" });
  const fade = capital(fadeName(view.view));
  view.fade = canvas("fade");
  view.fade.setAttribute("aria-label", `${fade} of the same two ${drawnAs(view.view).nouns}, as far`);
  const faded = h("figure", { class: "faded" }, view.fade, h("figcaption", {}, fade));
  return h(
    "div",
    { class: "frames" },
    h("figure", { class: "main" }, h("div", { class: "frame" }, view.picture), view.caption),
    h("div", { class: "beside" }, faded, view.film.element, view.reading),
  );
}

function strips(view) {
  const { data, view: { pixels } } = view;
  const { nouns } = drawnAs(view.view);
  const told = data.given ? `, all as ${named(data.given.choices, data.given.chosen)}` : "";
  const below = pixels ? "the same anchors’ pictures, blended pixel by pixel" : `the same anchors’ ${nouns}, mixed sample by sample`;
  const about = h("span", {}, `Above: decoded along the path${told}. Below: ${below}.`);
  const count = h("label", {}, `${capital(nouns)} (${PICTURES.least} to ${PICTURES.most}) `, view.number);
  return h(
    "section",
    { class: "strips latent-map", "aria-label": "The path in pictures" },
    view.slider.element,
    view.strip.element,
    view.fadeStrip.element,
    h("p", { class: "fine about-strips" }, about, count),
  );
}
