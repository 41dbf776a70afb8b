/**
 * What of a map can be saved: a picture of the view, the codes with their places, a link.
 * @module
 */

import { codesCsv } from "../shared/space/csv.js";
import { axesOf } from "./words.js";
import { copyAddress, giveText, raster, save } from "../shared/keeping/saving.js";
import { mapSvg } from "../shared/draw/sheetsvg.js";

/**
 * @typedef {object} Saved
 * @property {string} model
 * @property {(map: string) => string} explain what such a map is, in a sentence
 * @property {import("./places.js").Places} places
 * @property {import("../shared/draw/chart.js").Chart} chart
 * @property {import("./scene/colouring.js").Colouring} colouring
 * @property {import("./scene/scene.js").Scene} scene
 * @property {() => {x: number, y: number}[]} pins
 * @property {() => import("./tools.js").MapState} state what is chosen
 * @property {() => void} settle bring the address up to date
 */

/** What each entry of the menu does. @param {Saved} map */
export function saves(map) {
  const { model, places } = map;
  const name = (end) => `${model}-${places.map}.${end}`;
  const ready = (act) => (button) => places.xy && act(button);
  return {
    png: ready(async () => save(await raster(mapSvg(sheet(map))), name("png"))),
    svg: ready(() => giveText(mapSvg(sheet(map)), "image/svg+xml", name("svg"))),
    csv: ready(() => giveText(codesCsv(places.codes, places.xy), "text/csv", name("csv"))),
    link: (button) => {
      map.settle();
      copyAddress(button);
    },
  };
}

/** The view as it is, in the colours for white paper. */
function sheet({ model, explain, places, chart, colouring, scene, pins, state }) {
  const { layers } = state();
  return {
    camera: chart.camera,
    xy: places.xy,
    colours: colouring.coloursFor(false),
    levels: colouring.levels,
    size: chart.look.size,
    opacity: chart.look.opacity,
    ...colouring.forSheet(),
    axes: axesOf(places.map),
    note: explain(places.map),
    title: `${model}, ${titleOf(places.map)}`,
    pins: pins().map(({ x, y }) => ({ x, y })),
    ellipses: [...scene.rings(), ...(layers.ellipses ? scene.ellipses() : [])],
    under: layers.pictures || layers.density ? chart.under.toDataURL("image/png") : null,
  };
}

function titleOf(map) {
  if (map === "identity") return "latent plane";
  if (map === "pca") return "PCA of the codes";
  return map.startsWith("tsne") ? "t-SNE of the codes" : axesOf(map).join(" × ");
}
