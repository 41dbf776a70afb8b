/**
 * What is drawn under the points of a map and over them, from what is chosen and pointed at.
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
  drawOwn,
} from "../../shared/draw/layers.js";
import { axesOf, dimensionsOf } from "../words.js";
import { ClassPlaces } from "./classplaces.js";
import { Thumbnails } from "./thumbnails.js";

const MOST_ELLIPSES = 400;

/**
 * @typedef {object} Marks what is drawn over the points, besides what belongs to the map
 * @property {{id: number, indices: ArrayLike<number>, colour: string}[]} groups
 * @property {{x: number, y: number}[]} pins
 * @property {{x: number, y: number} | null} pointed a pin that stands out
 * @property {{x: number, y: number, point: number | null} | null} target what is pointed at
 * @property {boolean} cursor whether a cross stands there
 * @property {any} own where a thing of one's own lies
 * @property {[number, number][]} lasso
 * @property {(label: number) => boolean} named whether the name of a class is written
 */

export class Scene {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {import("../places.js").Places} options.places
   * @param {import("../../shared/draw/chart.js").Chart} options.chart
   * @param {import("../view.js").Ask} options.ask @param {import("../view.js").Images} options.images
   * @param {() => import("../tools.js").MapState} options.state what is chosen
   * @param {() => ReturnType<typeof import("../../shared/page/theme.js").themeOf>} options.theme
   * @param {() => Uint8Array} options.colours of the points
   * @param {() => (number | null | undefined)[]} options.chosen points whose posteriors are drawn
   */
  constructor({ view, places, chart, ask, images, state, theme, colours, chosen }) {
    Object.assign(this, { view, places, chart, ask, images, state, theme, colours, chosen });
    /** @type {Map<number, {map: string, polygon: [number, number][]}>} lassos of groups, by their id, in map units */
    this.outlines = new Map();
  }

  /** Take the codes of a model: from now on its points have pictures. */
  begin() {
    const { view, chart, ask } = this;
    this.names = new ClassPlaces(this.places.codes, this.places);
    const images = (points, onImages, onRefused) => this.images("thumbnails", points, onImages, onRefused);
    this.thumbnails = new Thumbnails(view, images, () => chart.refresh("over"));
    const decode = (xy, onImages, onRefused) =>
      ask("grid", { op: "decode_point", mapped: true, shape: [xy.length / 2, 2], payload: xy }, ({ array }) => onImages(array), onRefused);
    this.pictures = new Pictures(view, decode, () => chart.refresh("under"));
  }

  /** Take the places of another map. */
  setPlaces() {
    const { codes, xy, map } = this.places;
    const axes = dimensionsOf(map);
    this.density = new Density(xy, axes && codes.spread && pairOf(codes.spread, codes.dims, axes));
    this.pictures.clear();
    this.names.setPlaces();
    this.prior = null;
    if (this.places.isReady()) return;
    // A map that forms anew: what was drawn on the one before lies elsewhere.
    for (const [id, outline] of this.outlines) if (outline.map === map) this.outlines.delete(id);
  }

  drawUnder(context, camera) {
    const { places } = this;
    const { layers, map } = this.state();
    if (!places.xy || places.map !== map) return;
    if (layers.pictures && places.isStill() && places.neighbours) {
      // On the latent plane every place has a picture of its own; elsewhere those far from all data stand for nothing.
      this.pictures.draw(context, camera, (x, y) => map !== "identity" && places.isFar(x, y));
    }
    const theme = this.theme();
    if (layers.density && !this.chart.gliding) this.density.draw(context, camera, theme.accentRgb, theme.dark);
  }

  /** @param {CanvasRenderingContext2D} context @param {import("../../shared/draw/camera.js").Camera} camera @param {Marks} marks */
  drawOver(context, camera, { groups, pins, pointed, target, cursor, own, lasso, named }) {
    const { places } = this;
    if (!places.xy) return;
    const theme = this.theme();
    if (places.isStill()) this.#drawStill(context, camera);
    else if (places.isReady()) drawThumbnails(context, this.#dressed(this.thumbnails.along(camera, this.chart.xy)));
    this.#drawGroups(context, camera, groups);
    if (this.state().layers.names) this.names.draw(context, camera, theme, named);
    const at = (mark) => places.whereIs(mark);
    drawPins(context, camera, pins.map(at), theme);
    if (pointed ?? (target && target.point !== null)) drawRing(context, camera, at(pointed ?? target), 9, theme);
    else if (target && cursor) drawCursor(context, camera, at(target), theme);
    drawOwn(context, camera, own, theme);
    drawLasso(context, lasso, theme);
    const { dataset } = this.chart.element;
    const view = formatView(this.chart.camera);
    if (dataset.camera !== view) dataset.camera = view;
  }

  #drawGroups(context, camera, groups) {
    const { places } = this;
    for (const group of groups) {
      const outline = this.outlines.get(group.id);
      if (outline?.map === places.map && places.isStill()) drawOutline(context, camera, { ...group, ...outline }, this.theme());
      else drawMembers(context, camera, group, this.chart.xy);
    }
  }

  /** What belongs to a map that no longer moves. */
  #drawStill(context, camera) {
    const { layers, map } = this.state();
    const theme = this.theme();
    const axes = axesOf(map);
    if (axes) drawAxes(context, camera, axes, theme);
    if (layers.prior && axes) this.#drawPrior(context, camera);
    if (layers.thumbnails && this.places.neighbours) drawThumbnails(context, this.#thumbnails(camera));
    else this.thumbnails.leave();
    if (layers.ellipses) drawEllipses(context, camera, this.ellipses(), theme);
  }

  #drawPrior(context, camera) {
    const theme = this.theme();
    if (dimensionsOf(this.state().map)) drawRings(context, camera, [0, 0], theme);
    else if (this.prior?.at) drawRings(context, camera, this.prior.at, theme);
    else if (!this.prior) {
      const { dims } = this.places.codes;
      const prior = (this.prior = { at: null }); // asked for
      this.ask("origin", { op: "place", mapped: true, shape: [1, dims], payload: new Float32Array(dims) }, ({ array }) => {
        prior.at = [array[0], array[1]];
        this.chart.refresh("over");
      });
    }
  }

  #thumbnails(camera) {
    const { xy, neighbours } = this.places;
    return this.#dressed(this.thumbnails.inView(camera, xy, neighbours));
  }

  #dressed = (thumbnails) => thumbnails.map((thumbnail) => ({ ...thumbnail, colour: css(this.colours(), 3 * thumbnail.point) }));

  /** The prior's rings as a sheet has them, where they are shown. */
  rings() {
    const { layers, map } = this.state();
    const at = dimensionsOf(map) ? [0, 0] : this.prior?.at;
    return layers.prior && axesOf(map) && at ? RINGS.map((sigmas) => ({ x: at[0], y: at[1], rx: sigmas, ry: sigmas })) : [];
  }

  /** The posteriors of the points that are chosen, one standard deviation along the map's axes, in map units. */
  ellipses() {
    const { codes, xy } = this.places;
    const axes = dimensionsOf(this.state().map);
    if (!axes || !xy || !codes.spread) return [];
    const { dims, spread } = codes;
    const sigma = (point, dim) => spread[point * dims + dim];
    const points = [...new Set(this.chosen().filter((point) => point !== null && point !== undefined))].slice(0, MOST_ELLIPSES);
    return points.map((point) => ({ ...this.places.placeOf(point), rx: sigma(point, axes[0]), ry: sigma(point, axes[1]) }));
  }
}
