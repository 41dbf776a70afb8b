/**
 * What of a map can be saved: a picture of the view, the codes with their places, a link.
 * @module
 */

import { codesCsv } from "./csv.js";
import { h } from "./dom.js";
import { axesOf, explainMap } from "./mapwords.js";
import { save } from "./pictures.js";
import { mapPng, mapSvg } from "./sheetsvg.js";

/** What each entry of the menu does. @param {import("./mapview.js").MapView} view */
export function saves(view) {
  const name = (end) => `${view.data.model}-${view.shownMap}.${end}`;
  const ready = (act) => (button) => view.xy && act(button);
  return {
    png: ready(async () => save(await mapPng(sheet(view)), name("png"))),
    svg: ready(() => give(mapSvg(sheet(view)), "image/svg+xml", name("svg"))),
    csv: ready(() => give(codesCsv(view.codes, view.xy), "text/csv", name("csv"))),
    link: (button) => copyLink(view, button),
  };
}

/** The view as it is, in the colours for white paper. */
function sheet(view) {
  const { chart, colouring, pinboard, scene, state } = view;
  return {
    camera: chart.camera,
    xy: view.xy,
    colours: colouring.coloursFor(false),
    levels: colouring.levels,
    size: chart.look.size,
    opacity: chart.look.opacity,
    ...colouring.forSheet(),
    axes: axesOf(view.shownMap),
    note: explainMap(view.shownMap),
    title: `${view.data.model}, ${titleOf(view.shownMap)}`,
    pins: pinboard.placed.map(({ x, y }) => ({ x, y })),
    ellipses: [...scene.rings(), ...(state.layers.ellipses ? scene.ellipses() : [])],
    under: state.layers.pictures || state.layers.density ? chart.under.toDataURL("image/png") : null,
  };
}

function titleOf(map) {
  if (map === "identity") return "latent plane";
  if (map === "pca") return "PCA of the codes";
  return map.startsWith("tsne") ? "t-SNE of the codes" : axesOf(map).join(" × ");
}

async function copyLink(view, button) {
  view.settle();
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copied";
  } catch {
    button.textContent = "It is in the address bar"; // no clipboard outside https and localhost
  }
  setTimeout(() => (button.textContent = "Copy link"), 1500);
}

/** Give a file to the browser to save. */
function give(text, type, name) {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
