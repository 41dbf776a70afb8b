/**
 * What is drawn under the points of a map and over them, from the state of its view.
 * @module
 */

import { Density, Pictures } from "./backdrop.js";
import { formatView } from "../../shared/draw/camera.js";
import { css } from "../../shared/draw/colours.js";
import { pairOf } from "../../shared/space/figures.js";
import {
  RINGS,
  drawAxes,
  drawCursor,
  drawEllipses,
  drawLasso,
  drawMembers,
  drawOutline,
  drawPins,
  drawRing,
  drawRings,
  drawThumbnails,
  drawTrail,
} from "../../shared/draw/layers.js";
import { axesOf, dimensionsOf } from "../words.js";
import { Thumbnails } from "./thumbnails.js";

const MOST_ELLIPSES = 400;

export class Scene {
  /** @param {import("../view.js").MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {Map<number, {map: string, polygon: [number, number][]}>} lassos of groups, by their id, in map units */
    this.outlines = new Map();
  }

  /** Take the codes of a model: from now on its points have pictures. */
  begin() {
    const { shape, chart, ask } = this.view;
    this.thumbnails = new Thumbnails(
      shape,
      (points, onImages, onRefused) => this.view.images("thumbnails", points, onImages, onRefused),
      () => chart.refresh("over"),
    );
    const decode = (xy, onImages, onRefused) =>
      ask("grid", { op: "decode_point", mapped: true, shape: [xy.length / 2, 2], payload: xy }, ({ array }) => onImages(array), onRefused);
    this.pictures = new Pictures(shape, decode, () => chart.refresh("under"));
  }

  /** Take the places of another map. */
  setPlaces(xy) {
    const { codes, state } = this.view;
    const axes = dimensionsOf(state.map);
    this.density = new Density(xy, axes && pairOf(codes.logVariance, codes.dims, axes));
    this.pictures.clear();
    this.prior = null;
    if (this.view.isReady()) return;
    // A map that forms anew: what was drawn on the one before lies elsewhere.
    for (const [id, { map }] of this.outlines) if (map === state.map) this.outlines.delete(id);
  }

  drawUnder(context, camera) {
    const { state, xy, shownMap, neighbours, aim, theme } = this.view;
    const { layers, map } = state;
    if (!xy || shownMap !== map) return;
    if (layers.pictures && this.view.isReady() && neighbours) {
      // On the latent plane every place has a picture of its own; elsewhere those far from all data stand for nothing.
      this.pictures.draw(context, camera, (x, y) => map !== "identity" && aim.isFar(x, y));
    }
    if (layers.density) this.density.draw(context, camera, theme.accentRgb, theme.dark);
  }

  drawOver(context, camera) {
    const { view } = this;
    view.aim.draw();
    if (!view.xy) return;
    if (view.isReady()) this.#drawStill(context, camera);
    const { theme, aim, pinboard, own, lasso, groups } = view;
    for (const group of groups?.groups ?? []) {
      const outline = this.outlines.get(group.id);
      if (outline?.map === view.shownMap && view.isReady()) drawOutline(context, camera, { ...group, ...outline }, theme);
      else drawMembers(context, camera, group, view.xy);
    }
    drawPins(context, camera, pinboard.placed, theme);
    const target = pinboard.pointed ?? aim.target;
    if (target && (target.point !== null || pinboard.pointed)) drawRing(context, camera, target, 9, theme);
    else if (target && (view.byKeys || !aim.lensed)) drawCursor(context, camera, target, theme);
    drawTrail(context, camera, own.shownTrail, theme);
    drawLasso(context, lasso.path, theme);
    view.chart.element.dataset.camera = formatView(camera);
  }

  /** What belongs to a map that no longer forms. */
  #drawStill(context, camera) {
    const { state, theme, neighbours } = this.view;
    const { layers, map } = state;
    const axes = axesOf(map);
    if (axes) drawAxes(context, camera, axes, theme);
    if (layers.prior && axes) this.#drawPrior(context, camera);
    if (layers.thumbnails && neighbours) drawThumbnails(context, this.#thumbnails(camera));
    if (layers.ellipses) drawEllipses(context, camera, this.ellipses(), theme);
  }

  #drawPrior(context, camera) {
    const { state, theme, codes, chart, ask } = this.view;
    if (dimensionsOf(state.map)) drawRings(context, camera, [0, 0], theme);
    else if (this.prior?.at) drawRings(context, camera, this.prior.at, theme);
    else if (!this.prior) {
      const prior = (this.prior = { at: null }); // asked for
      ask("origin", { op: "place", mapped: true, shape: [1, codes.dims], payload: new Float32Array(codes.dims) }, ({ array }) => {
        prior.at = [array[0], array[1]];
        chart.refresh("over");
      });
    }
  }

  #thumbnails(camera) {
    const { xy, neighbours, colouring } = this.view;
    return this.thumbnails.inView(camera, xy, neighbours).map((thumbnail) => ({ ...thumbnail, colour: css(colouring.colours, 3 * thumbnail.point) }));
  }

  /** The prior's rings as a sheet has them, where they are shown. */
  rings() {
    const { state } = this.view;
    const at = dimensionsOf(state.map) ? [0, 0] : this.prior?.at;
    return state.layers.prior && axesOf(state.map) && at ? RINGS.map((sigmas) => ({ x: at[0], y: at[1], rx: sigmas, ry: sigmas })) : [];
  }

  /** The posteriors of the points that are chosen, one standard deviation along the map's axes, in map units. */
  ellipses() {
    const { codes, xy, aim, pinboard, colouring, state } = this.view;
    const axes = dimensionsOf(state.map);
    if (!axes || !xy) return [];
    const { dims, logVariance } = codes;
    const sigma = (point, dim) => Math.exp(0.5 * logVariance[point * dims + dim]);
    const chosen = [aim.target?.point, ...pinboard.placed.map((pin) => pin.point), ...(colouring.highlighted ?? [])];
    const points = [...new Set(chosen.filter((point) => point !== null && point !== undefined))].slice(0, MOST_ELLIPSES);
    return points.map((point) => ({ x: xy[2 * point], y: xy[2 * point + 1], rx: sigma(point, axes[0]), ry: sigma(point, axes[1]) }));
  }
}
