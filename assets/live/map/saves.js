/**
 * What of a map can be saved: a picture of the view, the codes with their places, a link.
 * @module
 */

import { codesCsv } from "../shared/space/csv.js";
import { axesOf, explainMap } from "./words.js";
import { copyAddress, giveText, raster, save } from "../shared/page/saving.js";
import { mapSvg } from "../shared/draw/sheetsvg.js";

/** What each entry of the menu does. @param {import("./view.js").MapView} view */
export function saves(view) {
  const name = (end) => `${view.data.model}-${view.shownMap}.${end}`;
  const ready = (act) => (button) => view.xy && act(button);
  return {
    png: ready(async () => save(await raster(mapSvg(sheet(view))), name("png"))),
    svg: ready(() => giveText(mapSvg(sheet(view)), "image/svg+xml", name("svg"))),
    csv: ready(() => giveText(codesCsv(view.codes, view.xy), "text/csv", name("csv"))),
    link: (button) => {
      view.settle();
      copyAddress(button);
    },
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
