/**
 * What the hand points at: the picture at that very place, and the point that it rests on.
 * @module
 */

import { toScreen } from "../shared/draw/camera.js";
import { hasOriginal, labelOf } from "../shared/space/codes.js";
import { classesUnder, describePlace, sayCost, sayTerms, speakPlace, speakPoint } from "./words.js";
import { figure } from "../shared/words/numbers.js";
import { capital, named } from "../shared/words/names.js";
import { drawnAs } from "../shared/views/view.js";
import { brief, explain, Meter } from "../shared/page/meter.js";
import { house } from "../shared/wire/house.js";
import { mix } from "../shared/space/neighbours.js";

const PICK = 14; // pixels around the pointer within which a point is meant
const DWELL = 125; // ms that the pointer rests on a point until its card shows
const AROUND = 10; // neighbours whose classes are told
const WORDS = 120; // ms between two sayings of a place that is on the move: nobody reads faster, and each costs a layout

/** @typedef {import("./view.js").Ask} Ask */
/** @typedef {import("./view.js").Images} Images */

export class Aim {
  /**
   * @param {object} options
   * @param {import("../shared/views/view.js").View} options.view
   * @param {import("./places.js").Places} options.places
   * @param {import("../shared/draw/chart.js").Chart} options.chart
   * @param {import("./scene/lens.js").Lens} options.lens
   * @param {import("./here.js").Here} options.here
   * @param {Ask} options.ask @param {Images} options.images
   * @param {(point: number) => {error: number, kl: number | null, squared: boolean}} options.termsOf the terms of a point's −ELBO, in nats
   * @param {(sentence: string) => void} options.speak to a screen reader, when a key led here
   * @param {string} options.told the class that places are decoded with, empty where the model is told none
   */
  constructor({ view, places, chart, lens, here, ask, images, termsOf, speak, told }) {
    Object.assign(this, { view, places, chart, lens, here, ask, images, termsOf, speak, told });
    this.meter = new Meter();
    /** @type {{x: number, y: number, point: number | null} | null} */
    this.target = null;
    this.lensed = false; // whether the picture stands beside the pointer
    this.wrote = -Infinity; // when words were written last
  }

  /**
   * Point at a place of the map.
   * @param {{lens?: boolean, rest?: boolean}} [how] whether the picture stands beside the place, and whether a point's
   *   card opens when the pointer rests on it
   */
  at(x, y, { lens = true, rest = true } = {}) {
    const { chart } = this;
    const near = this.places.neighbours?.nearest(x, y) ?? null;
    const over = near && near.distance * chart.camera.scale <= PICK ? near.index : null;
    this.lensed = lens;
    if (rest && over !== null && this.target?.point === over) return; // still on the point whose card is open
    clearTimeout(this.dwell);
    if (this.target?.point !== null) this.wrote = -Infinity; // a point's words are none of a place
    this.target = { x, y, point: null, near };
    this.#askPlace(x, y, near);
    if (over !== null && rest) this.dwell = setTimeout(() => this.onPoint(over, { lens }), DWELL);
    chart.refresh("beside");
    this.stale = true;
  }

  /** Say what is pointed at, for a screen reader. */
  say() {
    const { target } = this;
    if (!target?.near) return;
    const { x, y, point } = target;
    this.speak(point === null ? speakPlace(x, y, this.#facts()) : speakPoint(point, this.pointFacts(point), this.view.words));
  }

  /** Look at a point: its image, its reconstruction and what is known of it. */
  onPoint(point, { lens = this.lensed } = {}) {
    clearTimeout(this.dwell);
    const { places, ask, images } = this;
    const { codes } = places;
    this.target = { ...places.placeOf(point), point, near: { index: point, distance: 0 } };
    this.wrote = -Infinity;
    this.lensed = lens;
    this.originals = null;
    const still = (act) => (arrived) => this.target?.point === point && act(arrived);
    const began = performance.now();
    ask("picture", places.decoding(point), still((answer) => this.#arrived(answer, began)));
    if (hasOriginal(codes, point)) {
      images("card", [point], still((pixels) => {
        this.originals = pixels;
        this.#later();
      }));
    }
    this.#later();
  }

  /** Point at nothing any more; the panel keeps what was seen last. */
  leave() {
    clearTimeout(this.dwell);
    this.lensed = false;
    this.lens.hide();
    this.chart.refresh("beside");
  }

  destroy() {
    clearTimeout(this.dwell);
    clearTimeout(this.wait);
    this.lens.destroy();
  }

  /** What is pointed at, where it is a place that goes along with the point nearest to it. */
  get loose() {
    return this.target?.point === null && this.target.near ? [this.target] : [];
  }

  /** The points have set off to another map. */
  setOff() {
    for (const target of this.loose) this.places.send(target, this.places.placeOf(target.near.index));
  }

  /** Look again at what is pointed at; on another map a place is where its nearest point lies there. */
  again(other = false) {
    const { x, y, point, near } = this.target;
    if (point !== null) this.onPoint(point, { lens: false });
    else if (other && near) {
      const there = this.places.placeOf(near.index);
      this.at(there.x, there.y, { lens: false, rest: false });
    } else this.at(x, y, { lens: false, rest: false });
  }

  pointFacts(point) {
    const { codes } = this.places;
    return { label: labelOf(codes, point), classes: codes.classes, elbo: codes.cost[point], ...this.termsOf(point) };
  }

  /** Write and place what belongs to the target; called once a frame. */
  draw() {
    const { lens, chart } = this;
    if (this.arrived) this.#paint();
    if (!this.target) return;
    if (this.stale && this.places.neighbours) this.#tell();
    if (!this.lensed) {
      lens.hide();
      return;
    }
    const { x, y } = this.places.whereIs(this.target);
    const [px, py] = toScreen(chart.camera, x, y);
    lens.moveTo(px, py, chart.camera.width, chart.camera.height);
  }

  /** Say what the target is, at most a few times a second while the hand moves. */
  #tell() {
    const now = performance.now();
    const left = this.wrote + WORDS - now;
    clearTimeout(this.wait);
    if (left > 0) {
      this.wait = setTimeout(() => this.chart.refresh("beside"), left);
      return;
    }
    if (this.target.point === null) this.#sayPlace();
    else this.#sayPoint(this.target.point);
    this.wrote = now;
    this.stale = false;
  }

  #later() {
    this.stale = true;
    this.chart.refresh("beside");
  }

  #askPlace(x, y, near) {
    const { ask, places } = this;
    const began = performance.now();
    const arrived = (answer) => this.target?.point === null && this.#arrived(answer, began);
    if (places.isStill()) ask("picture", { op: "decode_point", mapped: true, shape: [1, 2], payload: Float32Array.of(x, y) }, arrived);
    // While the points move nothing can be decoded between them: the nearest one's picture stands for the place.
    else if (near) ask("picture", places.decoding(near.index), arrived);
  }

  #arrived({ array, header, milliseconds, inFrame = false }, moved) {
    this.arrived = { array, trip: milliseconds, model: 1000 * header.seconds, moved };
    if (inFrame) this.#paint(); // what is written and pointed at is drawn in this frame, too, before or after it
    else this.chart.refresh("beside");
  }

  #paint() {
    const { lens, here } = this;
    const { array, trip, model, moved } = this.arrived;
    this.arrived = null;
    here.paint(array);
    lens.paint(array);
    const now = performance.now();
    if (this.warm) this.meter.add(trip, model, now - moved, now);
    this.warm = true; // the first picture waited for the connection
    here.picture.dispatchEvent(new CustomEvent("painted", { detail: { trip, model, painted: now - moved } }));
  }

  /** What the last pictures took: in a few characters, and in a sentence; null before there were any. */
  reading() {
    const reading = this.meter.read();
    return reading && { brief: brief(reading), sentence: explain(reading) };
  }

  #facts() {
    const { neighbours, codes } = this.places;
    const { x, y, near } = this.target;
    const around = neighbours.of(x, y, AROUND);
    const label = near ? labelOf(codes, near.index) : null;
    const { camera, look, grow } = this.chart;
    const under = classesUnder(around, (look.size * grow) / 2 / camera.scale, (point) => labelOf(codes, point));
    return { distance: near?.distance ?? Infinity, label, mix: mix(codes.labels, around), spacing: neighbours.spacing, classes: codes.classes, under };
  }

  #sayPlace() {
    const { lens, here, places } = this;
    if (!this.target.near) return;
    const { title, nearest, around, far, where } = describePlace(this.#facts(), this.target, places.chosenMap());
    const forming = !places.isStill();
    const drawn = drawnAs(this.view).noun;
    const titled = this.told && !far ? `${title}, as ${this.told}` : title; // a conditional model draws all places as one class
    lens.say({ title: forming ? "Nearest point" : titled, lines: around || nearest, far: far && !forming });
    here.say({
      title: forming ? `${capital(drawn)} of the nearest point` : titled,
      lines: [around && `Of the ten nearest, ${around}`, nearest, where],
      far: far && !forming,
      label: `${capital(drawn)} ${speakPlace(this.target.x, this.target.y, this.#facts())}`,
    });
    here.paintOriginal(null);
  }

  #sayPoint(point) {
    const { lens, here, places } = this;
    const { codes } = places;
    const facts = this.pointFacts(point);
    const { label, error, kl, squared } = facts;
    const kind = label === null ? "" : `, ${named(codes.classes, label)}`;
    const { noun } = this.view.words;
    const title = `Test ${noun} ${point}${kind}`;
    const short = sayCost(facts);
    const parts = () => (squared ? `, KL ${figure(kl)} nats` : `: ${sayTerms(error, kl, codes.floor?.[point])}`);
    const cost = kl === null ? short : short + parts();
    const away = house.alone ? "is not in this file" : "comes with the whole data set";
    lens.say({ title, lines: short, card: true });
    lens.paintOriginal(this.originals);
    here.say({
      title,
      lines: [cost, hasOriginal(codes, point) ? "" : `This is its reconstruction; the ${noun} itself ${away}.`],
      code: Array.from(places.codeOf(point)),
      label: `Reconstruction of test ${noun} ${point}${kind}`,
    });
    here.paintOriginal(this.originals, title);
  }
}
