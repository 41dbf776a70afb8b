/**
 * Little pictures of the points, once one has zoomed in so far that there is room for them.
 * @module
 */

import { Miniatures, drawnWidth } from "./miniatures.js";
import { bounds, toScreen } from "../../shared/draw/camera.js";
import { rowsAtOnce } from "../../shared/space/geometry.js";
import { bytesOf } from "../../shared/views/view.js";

const MOST_POINTS = 400; // in view: of more, hardly any would have room
const SIZE = 34; // CSS pixels, and larger where points lie farther apart
const LARGEST = 84;
const AT_ONCE = 64;

export class Thumbnails {
  /**
   * @param {import("../../shared/views/view.js").View} view
   * @param {(numbers: number[], onImages: (images: any) => void, onRefused: () => void) => void} fetch pictures of points
   * @param {() => void} onReady when more can be drawn
   */
  constructor(view, fetch, onReady) {
    Object.assign(this, { view, fetch, onReady });
    this.drawn = new Miniatures(view, { largest: LARGEST });
    this.asking = false;
    this.leave();
  }

  /** None are shown any more. */
  leave() {
    /** @type {{point: number, width: number, height: number}[]} that were shown last */
    this.shown = [];
  }

  /** Those that were shown last, where their points are now. @param {import("../../shared/draw/camera.js").Camera} camera @param {Float32Array} xy */
  along(camera, xy) {
    return this.shown.map((one) => {
      const [x, y] = toScreen(camera, xy[2 * one.point], xy[2 * one.point + 1]);
      return { ...one, image: this.drawn.at(one.point, one.width), x, y, smooth: !this.view.pixels };
    });
  }

  /**
   * The pictures that have room in view: {point, image, x, y, width, height, smooth}, in CSS pixels. What is missing is asked for.
   * @param {import("../../shared/draw/camera.js").Camera} camera
   * @param {Float32Array} xy
   * @param {import("../../shared/space/neighbours.js").Neighbours} neighbours
   */
  inView(camera, xy, neighbours) {
    const points = neighbours.inside(bounds(camera), MOST_POINTS + 1);
    if (points.length > MOST_POINTS) {
      this.leave();
      return [];
    }
    const { width, height, pixels } = this.view;
    const room = Math.min(LARGEST, Math.max(SIZE, 1.5 * neighbours.spacing * camera.scale));
    const side = pixels ? room : drawnWidth(room); // lines are sharp in the size that they are drawn in
    const longest = Math.max(width, height);
    const size = { width: (side * width) / longest, height: (side * height) / longest };
    const shown = withRoom(points.map((point) => ({ point, place: toScreen(camera, xy[2 * point], xy[2 * point + 1]) })), side + 2);
    this.drawn.begin();
    const missing = shown.filter(({ point }) => !this.drawn.has(point)).map(({ point }) => point);
    if (missing.length && !this.asking) this.#ask(missing.slice(0, rowsAtOnce(bytesOf(this.view), AT_ONCE)));
    const ready = shown
      .map(({ point, place: [x, y] }) => ({ point, image: this.drawn.at(point, size.width), x, y, ...size, smooth: !pixels }))
      .filter(({ image }) => image);
    this.shown = ready.map(({ point, width: across, height: down }) => ({ point, width: across, height: down }));
    return ready;
  }

  #ask(points) {
    this.asking = true;
    const take = (images) => {
      this.asking = false;
      points.forEach((point, i) => this.drawn.set(point, images, i));
      this.onReady();
    };
    this.fetch(points, take, () => take(null)); // what was refused is not asked for again
  }
}

/** Keep of things at places those that are at least `apart` from all that were kept before, along x or along y. */
export function withRoom(things, apart) {
  const kept = [];
  for (const thing of things) {
    const [x, y] = thing.place;
    if (kept.every(({ place }) => Math.abs(place[0] - x) >= apart || Math.abs(place[1] - y) >= apart)) kept.push(thing);
  }
  return kept;
}
