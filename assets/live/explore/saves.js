/**
 * What can be taken away from Explore: the picture, the strip and the map as files, and a link.
 * @module
 */

import { h, icon, iconButton } from "../shared/page/dom.js";
import { giveText, save } from "../shared/keeping/saving.js";
import { sheet } from "../shared/keeping/sheet.js";
import { ticksOf } from "../shared/space/manifold.js";
import { calledInFull } from "../shared/sliders/slidername.js";
import { drawnAs, large } from "../shared/views/view.js";
import { house } from "../shared/wire/house.js";
import { capital } from "../shared/words/names.js";

const SAVED = 896; // pixels that a saved picture has at least: as wide as half a sheet at 200 dots an inch

/** A button whose words are short where there is little room. */
export const button = (words, glyph, onclick, more = {}) =>
  iconButton(glyph, { onclick, ...more }, h("span", { "data-short": words.split(" ")[0] }, words));

/** The buttons. @param {import("./view.js").ExploreView} view @returns {HTMLElement[]} */
export function savesOf(view) {
  const { model } = view.data;
  const { noun } = drawnAs(view.view);
  const saved = (words, role, title, sheetOf, part) =>
    button(words, "save", () => save(sheetOf(), `${model}-${part()}.png`), { title, "data-role": role });
  const copy = button("Copy link", "link", () => view.copyLink(copy.lastChild), { "data-role": "copy-link" });
  const along = () => `along-z${view.inHand + 1}`;
  return [
    saved(capital(noun), "save-picture", `Save the ${noun} as PNG`, () => picture(view), () => noun),
    view.view.text && asText(view, noun),
    view.view.table && table(view, noun),
    view.listening && asWave(view, noun),
    saved("Strip", "save-strip", "Save the strip as PNG", () => view.strip.sheet(model), along),
    view.manifold && saved("Map", "save-grid", "Save the map as PNG", () => map(view), () => "map"),
    !house.alone && view.data.plain && pageLink(view.data),
    !house.alone && copy,
  ];
}

/** The way to the model as one file that needs no server. */
function pageLink({ base, model }) {
  const address = { href: `${base}api/page.html?model=${encodeURIComponent(model)}`, download: `${model}.html`, "data-role": "save-page" };
  return h("a", { class: "quiet", ...address, title: "This model as one HTML file: it opens without a server, and without a network" }, icon("save"), "Page");
}

/** The way to how what is shown reads, where it is letters. */
function asText(view, noun) {
  const { title } = fileOf(view.view);
  return button(title, "save", () => text(view), { title: `Save how the ${noun} reads as a text`, "data-role": "save-text" });
}

const fileOf = ({ file }) => file ?? { title: "Text", suffix: "txt" };

function text({ view, drawn, data: { model } }) {
  giveText(`${view.text(drawn)}\n`, "text/plain", `${model}-${view.words.noun}.${fileOf(view).suffix}`);
}

/** The way to what is shown as it is heard. */
function asWave({ listening, data }, noun) {
  const give = () => listening.save(`${data.model}-${noun}.wav`);
  return button("WAV", "save", give, { title: `Save the ${noun} as it is heard`, "data-role": "save-wave" });
}

/** The way to what is shown as a table, where it is a list. */
function table(view, noun) {
  const give = () => view.shown && giveText(view.view.table(view.shown), "text/csv", `${view.data.model}-${noun}.csv`);
  return button("CSV", "save", give, { title: "Save the whole list as CSV", "data-role": "save-table" });
}

function picture(view) {
  const layers = view.view.pixels ? [] : [{ ...view.layers(), mark: undefined }];
  return large(view.view, view.drawn, SAVED, ...layers);
}

function map({ manifold, names, data }) {
  const ticks = (dim, side) => ticksOf(manifold.rulers[dim]).map((each) => ({ at: each[side], text: String(each.value).replace("-", "−") }));
  const axis = (dim, side) => ({ name: calledInFull(names, dim), ticks: ticks(dim, side) });
  return sheet(manifold.sheet(SAVED), { title: `${data.model}, the latent plane`, x: axis(0, "x"), y: axis(1, "y") });
}
