/**
 * Where the parts of the Restore page stand: what is chosen, the large picture with its slider, and all methods beside it.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { casesOf } from "./amount/cases.js";

/** Put a view's parts onto its page, and make those that only show something. @param {import("./view.js").RestoreView} view */
export function layOut(view) {
  const { data } = view;
  view.fault = h("p", { class: "note", role: "status", hidden: true });
  view.notice = h("p", { class: "note", role: "status", "data-role": "notice", hidden: true });
  view.spoken = h("p", { class: "unseen", role: "status" });
  view.about = h("p", { class: "fine", "data-role": "about" });
  view.page = h(
    "div",
    { class: "latent-map restore", "data-model": data.model, "data-shows": view.view.kind, style: `--aspect: ${view.view.width / view.view.height}` },
    view.fault,
    view.notice,
    view.spoken,
    h("div", { class: "bench" }, bench(view), methods(view), h("div", { class: "choose" }, view.source.element, kinds(view))),
    view.sweeps.element,
    view.curve.element,
    cases(view),
  );
  view.root.append(view.page);
}

function bench(view) {
  const under = h("div", { class: "under" }, view.dial.element, actions(view));
  return h("div", { class: "stage" }, view.stage.element, under, view.verdict.element);
}

function actions(view) {
  const button = (words, glyph, role, title, onclick) =>
    iconButton(glyph, { "data-role": role, title, onclick }, h("span", { "data-short": words.split(" ").at(-1) }, words));
  view.noiseButton = button("New noise", "dice", "new-noise", "Draw the corruption anew, from another seed. Key: R", () => view.newNoise());
  view.undoButton = button("Undo", "undo", "undo", "Undo the last step. Keys: Ctrl+Z", () => view.undo());
  const reset = button("Reset", "reset", "reset", "The corruption’s first amount, seed 0, no gap drawn", () => view.reset());
  return h("div", { class: "actions" }, view.noiseButton, reset, view.undoButton);
}

function kinds(view) {
  const { data } = view;
  const chip = ({ name, title, sentence }) =>
    h(
      "label",
      { title: sentence },
      h("input", { type: "radio", name: `corruption-${data.model}`, value: name, onchange: () => view.choose(name) }),
      h("span", {}, title),
    );
  view.chips = h("div", { class: "chips", role: "radiogroup", "aria-label": "Corruption" }, ...data.corruptions.map(chip));
  return h("section", { class: "corruptions" }, h("h2", {}, "Corruption"), view.chips, view.about);
}

function methods(view) {
  const { methods: rows, saves, data: { absent } } = view;
  const title = h("h2", {}, h("span", {}, "All methods"), h("span", { class: "tools" }, saves.png, saves.link));
  const names = absent.join(", ").replace(/, ([^,]*)$/, " and $1");
  const away = `${names} need the ${view.view.words.nouns} that the model was trained on, which are not on this computer.`;
  const missing = absent.length > 0 && h("p", { class: "fine", "data-role": "absent" }, away);
  return h("section", { class: "methods" }, title, rows.scale, rows.row, rows.words, second(view), rows.details, missing);
}

/** Which second model is compared. */
function second(view) {
  const { models } = view.data;
  const option = ({ name, corruption }) => h("option", { value: name }, corruption ? `${name} (denoising)` : name);
  view.besideSelect = h(
    "select",
    { "data-role": "beside", onchange: () => view.compare(view.besideSelect.value) },
    h("option", { value: "" }, "none"),
    ...models.map(option),
  );
  return h("div", { class: "compare", hidden: models.length === 0 }, h("label", {}, h("span", {}, "Second model"), view.besideSelect));
}

function cases(view) {
  const card = (each) =>
    h(
      "li",
      {},
      h("button", { type: "button", class: "quiet", "data-case": each.title, onclick: () => view.try(each) }, each.title),
      h("p", { class: "fine" }, each.sentence),
    );
  return h(
    "section",
    { class: "cases" },
    h("h2", {}, h("span", {}, "Honest cases"), h("small", {}, "where the VAE loses, or only guesses: press one to set it up")),
    h("ul", {}, ...casesOf(view.data.corruptions, view.view).map(card)),
  );
}
