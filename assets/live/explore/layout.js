/**
 * Where the parts of the Explore page stand.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { calledOf } from "../shared/sliders/slidername.js";
import { cellsOf, ticksOf } from "../shared/space/manifold.js";

const WIDE = 1.2; // times the height: such a thing needs more width, to be as high as others

/**
 * Put a view's parts onto its page, and make those that only show something. The sliders come before the pictures to start
 * from, as one gets to them by Tab, wherever they stand.
 * @param {import("./view.js").ExploreView} view
 * @param {{actions: HTMLElement[], saves: HTMLElement[]}} buttons
 */
export function layOut(view, { actions, saves }) {
  const { data, manifold, sliders } = view;
  const { width, height } = view.view;
  const kind = `explore ${manifold ? "plane" : "many"}${width > WIDE * height ? " wide" : ""}`;
  view.note = h("p", { class: "note", role: "status", hidden: true });
  const { readings, starts: tested, learnt, upload, own } = view;
  const starts = [readings, tested, learnt, upload, own].map((each) => each?.element ?? null).filter(Boolean);
  view.page = h(
    "div",
    { class: kind, "data-model": data.model },
    view.head.element,
    frames(view, actions),
    controls(view),
    starts.length > 0 && h("div", { class: "beginnings" }, ...starts),
    view.strip.element,
    view.weight?.element ?? null,
    h("div", { class: "saves" }, h("span", { class: "fine" }, "Save"), ...saves),
  );
  view.root.append(view.page);
}

/** What the code is set by, and what else it may be. */
function controls(view) {
  const { manifold, sliders, classes, original, towards } = view;
  return h("div", { class: "controls" }, original.truth, towards?.element ?? null, ...(manifold ? plane(view) : [sliders.element, classes?.element ?? null]));
}

/** The picture, and beside it what it began with. */
function frames(view, actions) {
  const { data, sliders, listening } = view;
  view.picture = h("canvas", { "data-role": "picture", role: "img", width: 1, height: 1, class: "pixels" });
  view.picture.style.aspectRatio = `${view.view.width} / ${view.view.height}`; // before there is anything on it
  view.caption = h("figcaption", {}, "\u00a0");
  view.reading = h("span", { class: "reading", "data-role": "latency" });
  view.switches.element.append(view.reading);
  if (view.finding) view.switches.element.prepend(view.finding.element);
  return h(
    "div",
    { class: "frames" },
    view.note,
    h("figure", { class: "main" }, h("div", { class: "frame" }, view.picture, data.latent.grid && sliders.board), listening?.element, view.caption),
    h("div", { class: "side" }, view.original.figure, view.original.hint, h("div", { class: "actions" }, ...actions)),
    view.switches.element,
  );
}

/** The map of the latent plane between its axes, and its sliders. */
function plane(view) {
  const { manifold, sliders, classes, data } = view;
  const cells = cellsOf(view.view);
  view.axes = [0, 1].map((dim) => h("b", {}, calledOf(view.names, dim)));
  const axis = (dim, where, side, place) =>
    h(
      "div",
      { class: `axis ${where}`, "aria-hidden": "true" },
      view.axes[dim],
      ...ticksOf(manifold.rulers[dim]).map((each) => h("span", { style: `${side}: ${100 * each[place]}%` }, String(each.value).replace("-", "−"))),
    );
  const places = data.latent.prior === "normal"
    ? "Places are closer together near 0, where most codes lie: each stands for the same share of the prior."
    : "They are evenly spread over where the test codes lie. Training has asked for nothing between them.";
  const text =
    `What the decoder makes of ${cells} × ${cells} places of the latent plane. ${places} ` +
    "Drag on the map, or move through it with the arrow keys.";
  return [
    h("div", { class: "plane-frame" }, manifold.element, axis(0, "x", "left", "x"), axis(1, "y", "top", "y")),
    h("p", { class: "fine about-plane" }, text),
    h("div", { class: "panel" }, sliders.element, classes?.element ?? null),
  ];
}
