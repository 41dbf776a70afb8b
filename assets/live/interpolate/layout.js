/**
 * Where the parts of the Interpolate page stand.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { PICTURES } from "./address.js";

/** Put a view's parts onto its page. @param {import("./view.js").PathView} view */
export function layOut(view) {
  const { data } = view;
  const note = (role) => h("p", { class: "note", role: "status", "data-role": role, hidden: true });
  view.note = note("note");
  view.troubleNote = note("trouble");
  view.mapNote = h("p", { class: "fine map-note", "data-role": "map-note", hidden: true });
  view.none = h("p", { class: "fine none", role: "status", "data-role": "none", hidden: true });
  view.status = h("p", { class: "unseen", role: "status", "aria-live": "polite", "data-role": "status" });
  view.reading = h("span", { class: "reading", "data-role": "latency" });
  const canvas = (role) => h("canvas", { "data-role": role, role: "img", width: 1, height: 1, class: "pixels" });
  view.picture = canvas("picture");
  view.fade = canvas("fade");
  view.fade.setAttribute("aria-label", "Pixel cross-fade of the same two pictures, as far");
  view.caption = h("figcaption", { "data-role": "caption" }, "\u00a0");
  view.element = h(
    "div",
    { class: "interpolate", "data-model": data.model },
    view.note,
    view.troubleNote,
    h(
      "section",
      { class: "ends-of-path", "aria-label": "Anchors" },
      view.anchors.list,
      h("div", { class: "anchor-tools" }, view.adder.element, ...view.anchors.buttons, view.undoButton, view.resetButton),
      view.adder.panel,
    ),
    h(
      "div",
      { class: "stage" },
      h(
        "div",
        { class: "frames" },
        h("figure", { class: "main" }, h("div", { class: "frame" }, view.picture), view.caption),
        h("div", { class: "beside" }, h("figure", { class: "faded" }, view.fade, h("figcaption", {}, "Pixel cross-fade")), view.film.element, view.reading),
      ),
      h("div", { class: "paths" }, view.kindTable.element, view.none),
      h("div", { class: "where" }, view.map.element, view.mapNote),
    ),
    h(
      "section",
      { class: "strips latent-map", "aria-label": "The path in pictures" },
      view.slider.element,
      view.strip.element,
      view.fadeStrip.element,
      h(
        "p",
        { class: "fine about-strips" },
        h("span", {}, "Above: decoded along the path. Below: the same anchors’ pictures, blended pixel by pixel."),
        h("label", {}, `Pictures (${PICTURES.least} to ${PICTURES.most}) `, view.number),
      ),
    ),
    view.chart.element,
    view.saves.element,
    view.arithmetic.element,
    view.status,
  );
  view.root.append(view.element);
}
