/**
 * Where the parts of the Detect page stand: the wall first, the plots below it, then the worst mistakes.
 * @module
 */

import { h } from "../shared/page/dom.js";

/**
 * Put the parts onto the page, and make those that only show something.
 * @param {import("./view.js").DetectView} view
 */
export function layOut(view) {
  view.protocol = h("p", { class: "protocol", "data-role": "protocol" }, "Scoring …");
  view.note = h("p", { class: "fine stands-in", "data-role": "stands-in", hidden: true });
  view.trouble = h("p", { class: "note", role: "status", hidden: true });
  view.spoken = h("p", { class: "unseen", role: "status" });
  view.legend = h("span", { class: "keys" });
  view.thresholdText = h("small", { "data-role": "threshold-text" });
  const { chooser, scores, wall, card, confusion, histogram, roc, tools, strips, own } = view;
  view.element = h(
    "div",
    { class: "detect", "data-shows": view.view.kind },
    view.trouble,
    chooser.element,
    h("div", { class: "said" }, view.protocol, view.note),
    h(
      "div",
      { class: "body" },
      h(
        "div",
        { class: "first" },
        section("hung", "All that is tested, by score", h("h2", {}, view.legend, view.thresholdText), wall.element, tools.rules, confusion.sentence),
        card.element,
      ),
      scores.element,
      h(
        "div",
        { class: "plots" },
        section("distribution", "Histogram of the score", h("h2", {}, "How many have each score"), histogram.element),
        confusion.element,
        roc.element,
      ),
      tools.element,
      strips.element,
    ),
    own.element,
    view.spoken,
  );
  view.root.append(view.element);
}

const section = (name, label, ...parts) => h("section", { class: name, "aria-label": label }, ...parts);
