/**
 * Where the parts of the Interpolate page stand: the film first, then the picture that follows, the paths compared and the map.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { drawnAs } from "../shared/views/view.js";
import { named } from "../shared/words/names.js";

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
    strips(view),
    stage(view),
    view.chart.element,
    view.saves.element,
    view.arithmetic.element,
    view.status,
  );
  view.root.append(view.element);
  for (const strip of [view.strip, view.fadeStrip]) strip.stand((width) => view.fitting(width));
}

function anchorsOf({ anchors, adder, undoButton, resetButton }) {
  const tools = h("div", { class: "anchor-tools" }, adder.element, ...anchors.buttons, undoButton, resetButton);
  return h("section", { class: "ends-of-path", "aria-label": "Anchors" }, anchors.list, tools, adder.panel);
}

/** The film of the path, and the slider on it; the cross-fade beneath. */
function strips(view) {
  const { data, view: { pixels, words: { element } } } = view;
  const { nouns } = drawnAs(view.view);
  const told = data.given ? `, all as ${named(data.given.choices, data.given.chosen)}` : "";
  const above = h("p", { class: "fine about-film" }, `What the decoder makes along the path${told}`);
  const mixed = pixels ? "The anchors’ own pictures, cross-faded pixel by pixel" : `The anchors’ own ${nouns}, mixed ${element} by ${element}`;
  const below = h("p", { class: "fine about-fade" }, mixed);
  view.onTheWay = view.view.text ? h("p", { class: "on-the-way", "data-role": "on-the-way" }) : null;
  return h(
    "section",
    { class: "strips latent-map", "aria-label": "The path in pictures" },
    above,
    view.strip.element,
    h("div", { class: "ruler" }, view.slider.element),
    view.onTheWay,
    view.fadeStrip.element,
    h("div", { class: "about-strips" }, below, view.film.element, h("div", { class: "fine counted" }, view.counter.element)),
  );
}

/** The picture at the place, the paths compared, and the map. */
function stage(view) {
  const { picture, kindTable, map } = view;
  view.mapNote = h("p", { class: "fine map-note", "data-role": "map-note", hidden: true });
  view.none = h("p", { class: "fine none", role: "status", "data-role": "none", hidden: true });
  const beside = h("div", { class: "beside" }, picture.faded);
  return h(
    "div",
    { class: "stage" },
    h("div", { class: "frames" }, picture.figure, beside),
    h("div", { class: "paths" }, view.none, kindTable.element),
    h("div", { class: "where" }, map.element, view.mapNote),
  );
}
