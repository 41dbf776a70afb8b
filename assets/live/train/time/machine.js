/**
 * The time machine: a run's latent space at each of its moments, as it trains and afterwards.
 *
 * What is shown follows the slider within a frame: all moments are here before anybody asks for them. Points lie
 * between the two moments around; pictures are those of the nearer one. Only the picture under the cursor is decoded
 * on the server, by the decoder of that moment.
 * @module
 */

import { classColour, css } from "../../shared/draw/colours.js";
import { nearest as nearestRecord } from "../curvedata.js";
import { costName, encodes, isTold, lowered } from "../family.js";
import { Colouring, shadeColour, shadesOf } from "./colouring.js";
import { FilmButtons } from "./filmbuttons.js";
import { layOut } from "./layout.js";
import { Legend } from "../../shared/draw/legend.js";
import { className } from "../../shared/words/names.js";
import { MomentMap } from "./map.js";
import { MomentPictures } from "./pictures.js";
import { around, blend, blendBoxes, clockOf, laneScale, lanes, Moments } from "./moments.js";
import { axisNames, cursorWords, mapWords, momentText, NO_DECODER, placeText, ringedWords, whyNothing } from "./words.js";
import { labelled } from "../../shared/views/view.js";
import { Playhead } from "./playhead.js";
import { LiveSocket, address } from "../../shared/wire/socket.js";
import { onLook } from "../../shared/views/look.js";
import { themeOf } from "../../shared/page/theme.js";
import { Told } from "./told.js";
import { Transport } from "./transport.js";

const MOVES = new Set(["starting", "training"]); // states in which a next moment is about to come
const MIDDLE = { x: 0, y: 0 };
const REPAINT = 300; // ms until Streamlit's colours have followed the system's choice of light or dark

export class TimeMachine {
  /** @type {import("../feed.js").Run | null} */
  #run = null;
  #kept = null; // where a visitor has put the cursor
  #hovered = null; // where the pointer is
  #shown = null; // the moment whose pictures are painted
  /** @type {Map<number, any>} pictures of one place by their moments' steps */
  #decoded = new Map();
  #decodedAt = ""; // that place
  #asked = ""; // what was asked for last
  #pictured = ""; // what the picture is of
  /** @type {Map<number, number>} the seconds that were told at the steps at which the run has waited */
  #waited = new Map();

  /**
   * @param {HTMLElement} element to be shown in
   * @param {object} options
   * @param {string} options.base the server's base path, starting and ending with a slash
   * @param {string} options.run its name
   * @param {{on: (name: "run", listener: (run: import("../feed.js").Run) => void) => () => void}} options.feed
   * @param {LiveSocket} [options.socket] to share; otherwise one of its own
   * @param {(step: number | null) => void} [options.onMoment] where it stands; null while it follows the newest moment
   * @param {HTMLElement[]} [options.beside] what else stands beside the map
   */
  constructor(element, { base, run, feed, socket, onMoment = () => {}, beside = [] }) {
    Object.assign(this, { base, onMoment, beside, name: run, ownSocket: socket ? null : new LiveSocket(address(base, location)) });
    this.socket = socket ?? this.ownSocket;
    this.told = null; // the step that the page knows of
    this.playhead = new Playhead({ still: matchMedia("(prefers-reduced-motion: reduce)").matches });
    this.moments = new Moments({ base, run, onChange: () => this.#take() });
    this.#build(element);
    this.theme = themeOf(this.element);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onscheme = () => setTimeout(() => this.#repaint(), REPAINT);
    this.scheme.addEventListener("change", this.onscheme);
    this.unlook = onLook(() => this.refresh());
    this.#follow(null);
    this.unfollow = feed.on("run", (heard) => this.#follow(heard));
  }

  destroy() {
    this.gone = true;
    this.unfollow?.();
    cancelAnimationFrame(this.frame);
    this.moments.close();
    this.films.close();
    this.map.destroy();
    this.ownSocket?.close();
    this.scheme.removeEventListener("change", this.onscheme);
    this.unlook();
    this.element.remove();
  }

  // What comes.

  /** Hear how the run stands. @param {import("../feed.js").Run | null} run */
  #follow(run) {
    this.#run = run;
    if (run?.status.state === "paused") this.#waited.set(run.status.step, run.status.seconds);
    const heard = [...this.#waited].map(([step, seconds]) => ({ step, seconds })).sort((a, b) => a.step - b.step);
    this.clock = run?.steps.length ? clockOf(run.steps, run.config.batch_size, run.status, heard) : null;
    if (this.#pictured !== this.#asked) this.#asked = ""; // refused, or lost: once more
    if (run) {
      this.moments.prior = run.prior === "normal"; // whose rings can be drawn
      this.moments.follow(run.snapshots);
    }
    this.#explainNothing();
    this.refresh();
  }

  /** A moment, or the probe, has come or gone. */
  #take() {
    const { moments, playhead } = this;
    playhead.setSteps(moments.probe ? moments.steps : [], performance.now());
    if (moments.probe && moments.all.length && !this.begun) this.#begin();
    this.#explainNothing();
    this.refresh();
  }

  /** The first moment is here, and what it is of. */
  #begin() {
    this.begun = true;
    const { probe, all } = this.moments;
    const [{ centre, points }] = all;
    Object.assign(this, { view: probe.view, dims: centre.length, encoded: encodes(this.#run) });
    this.lanes = this.dims === 1 ? lanes(probe.labels, points.length / 2) : null;
    this.pictures.begin(probe, this.#run);
    this.toldClass.offer(isTold(this.#run) ? Array.from({ length: this.#classes }, (_, label) => className(probe.classes, label)) : []);
    this.map.ringed = probe.trained ? probe.numbers.length : 0;
    this.about.textContent = mapWords(this.dims, this.encoded);
    this.ringed.hidden = !this.map.ringed;
    this.ringed.lastChild.textContent = ringedWords(this.map.ringed, probe.trained);
    this.colouring.offer(probe.factors, this.#classes > 0);
    this.picture.style.aspectRatio = `${this.view.width} / ${this.view.height}`;
    this.#colour();
  }

  /** How many classes there are: as many as have a name, or a thing on the map. */
  get #classes() {
    const { labels, classes } = this.moments.probe;
    return (labels ?? []).reduce((most, label) => Math.max(most, label + 1), classes.length);
  }

  #colour() {
    const factor = this.colouring.chosen;
    this.colouring.show(this.theme.dark);
    if (factor) this.#colourBy(factor);
    else this.#colourClasses();
    this.map.off = factor ? new Set() : this.legend.off;
  }

  /** @param {import("./colouring.js").Factor} factor */
  #colourBy(factor) {
    this.map.setClasses(shadesOf(factor), factor.values.length, () => "", (shade) => shadeColour(shade, factor.round, this.theme.dark));
    this.legend.element.hidden = true;
  }

  #colourClasses() {
    const { probe, all } = this.moments;
    const colourOf = (label) => (label < 0 && !probe.labels ? this.theme.muted : css(classColour(label, this.#classes)));
    this.map.setClasses(probe.labels, all[0].points.length / 2, (label) => (label < 0 ? "" : className(probe.classes, label)), colourOf);
    const labels = probe.labels?.filter((label) => label >= 0) ?? [];
    this.legend.element.hidden = !labels.length;
    this.legend.showClasses({ labels, classes: probe.classes }, colourOf);
  }

  // What is shown.

  /** Draw in the next frame. */
  refresh() {
    if (this.gone) return;
    this.frame ??= requestAnimationFrame((now) => {
      this.frame = null;
      if (this.playhead.tick(now)) this.refresh();
      this.#draw();
    });
  }

  /** Go to the moment nearest to a step. */
  seek(step) {
    this.playhead.seek(step);
    this.playhead.settle(performance.now());
    this.refresh();
  }

  get #place() {
    return this.#hovered ?? this.#kept ?? MIDDLE;
  }

  #draw() {
    const { moments, playhead, dims } = this;
    if (!this.begun || playhead.at === null) return;
    const { low, high, share, nearest } = around(moments.all.length, playhead.position);
    const [before, after, shown] = [moments.all[low], moments.all[high], moments.all[nearest]];
    const words = this.#read(shown);
    if (shown !== this.#shown) this.#paint(shown, words);
    this.#ask(shown);
    const points = blend(before.points, after.points, share);
    const box = blendBoxes(moments.views[low], moments.views[high], share);
    this.map.draw(
      {
        points: this.lanes ? points.map((value, i) => (i % 2 ? laneScale(box) * this.lanes[i >> 1] : value)) : points,
        box,
        prior: moments.prior,
        axes: axisNames(dims, this.encoded),
        origin: [0, 1].map((axis) => before.origin[axis] + share * (after.origin[axis] - before.origin[axis])),
        line: dims === 1,
        place: this.#place,
        kept: this.#kept,
        picture: this.#pictured ? this.picture : null,
        pixels: this.view.pixels,
        tile: this.view.pixels ? null : (context, ...box) => this.view.tile(context, this.decoded, 0, ...box),
      },
      this.theme,
    );
    this.element.dataset.step = String(shown.step);
    this.#tell();
  }

  /** Tell the page which step is looked at. */
  #tell() {
    const { at, following, playing } = this.playhead;
    const step = following && !playing ? null : Math.round(at);
    if (step !== this.told) this.onMoment((this.told = step));
  }

  /** Say when this is. @param {import("./moments.js").Moment} shown */
  #read(shown) {
    const { config = {}, status = {}, heldOut = [], changes = [] } = this.#run ?? {};
    const step = Math.round(this.playhead.at);
    const moment = {
      step,
      epoch: status.steps > 0 && config.epochs ? (step * config.epochs) / status.steps : null,
      epochs: config.epochs,
      seconds: this.clock?.(step) ?? null,
      ...heldOutAt(shown, heldOut),
      cost: lowered(costName(this.#run)),
      images: this.moments.probe?.numbers.length ?? 0,
      nouns: this.view.words.nouns,
    };
    this.transport.mark(changes);
    this.transport.show(moment, MOVES.has(status.state));
    this.films.allow(this.playhead.last > 0);
    return momentText({ ...moment, step: shown.step, epoch: null });
  }

  #paint(shown, words) {
    this.#shown = shown;
    this.pictures.show(shown, words);
    const { numbers, trained } = this.moments.probe;
    const points = trained ? `${numbers.length} held-out and ${trained} training` : `${numbers.length} test`;
    const shows = this.encoded ? `${points} ${this.view.words.nouns}` : `${shown.points.length / 2} random draws`;
    this.map.element.setAttribute(
      "aria-label",
      `Map of ${shows} at ${words}. Arrow keys move the place that is decoded, comma and full stop the moment, space plays the film.`,
    );
  }

  #repaint() {
    if (this.gone) return;
    this.theme = themeOf(this.element);
    if (this.begun) this.#colour();
    this.refresh();
  }

  /** Say why nothing is seen, where nothing is. */
  #explainNothing() {
    const empty = !this.begun || this.playhead.at === null;
    this.body.hidden = empty;
    this.nothing.hidden = !empty;
    if (empty) this.nothing.textContent = whyNothing(this.#run);
  }

  // The picture under the cursor.

  /** Have the place decoded at a moment. @param {import("./moments.js").Moment} moment */
  #ask({ step }) {
    const { x, y } = this.#place;
    const condition = this.toldClass.number;
    const place = condition === undefined ? `${x} ${y}` : `${x} ${y} ${condition}`;
    if (place !== this.#decodedAt) {
      this.#decodedAt = place;
      this.#decoded.clear();
    }
    const what = `${step} ${place}`;
    if (what === this.#pictured) return;
    const here = this.#decoded.get(step);
    if (here) this.#show(here, what, { x, y });
    else if (what !== this.#asked) {
      this.#asked = what;
      const onAnswer = ({ array }) => {
        if (this.gone) return;
        if (place === this.#decodedAt) this.#decoded.set(step, array);
        this.#show(array, what, { x, y });
        this.refresh();
      };
      const onError = (sentence) => {
        if (this.gone) return;
        this.said = "";
        this.where.textContent = this.#pictured ? sentence : NO_DECODER;
      };
      this.socket.ask("picture", { op: "decode_moment", model: this.name, step, condition, shape: [1, 2], payload: Float32Array.of(x, y), onAnswer, onError });
    }
  }

  #show(array, what, place) {
    this.#pictured = what;
    this.decoded = array;
    this.view.paint(this.picture, array);
    this.picture.hidden = false;
    this.element.dataset.decoded = what;
    this.#say(place, array);
  }

  #say(place, array) {
    const words = placeText(place, this.dims, this.encoded);
    this.picture.setAttribute("aria-label", labelled(this.view, `The picture decoded at ${words}${this.toldClass.words}`, array));
    if (this.said === words) return;
    this.said = words;
    this.where.textContent = words;
  }

  #put(place) {
    this.#kept = place;
    this.#hovered = null;
    this.#sayKept();
    this.refresh();
  }

  #letGo() {
    this.#kept = null;
    this.map.near = false;
    if (this.hint.contains(this.element.getRootNode().activeElement)) this.map.element.focus(); // the button goes
    this.#sayKept();
    this.refresh();
  }

  #sayKept() {
    const { title, hint } = cursorWords(this.#kept, this.#hovered, this.dims, this.encoded);
    const words = `${title} ${hint}`;
    if (words === this.keptWords) return;
    this.keptWords = words;
    this.letGo.hidden = !this.#kept;
    this.hereTitle.textContent = title;
    this.hintWords.textContent = hint;
  }

  // What it is made of.

  #build(element) {
    this.map = this.#momentMap();
    this.transport = new Transport({ playhead: this.playhead, onMove: () => this.refresh() });
    this.pictures = new MomentPictures();
    this.toldClass = new Told(() => this.refresh());
    this.colouring = new Colouring(() => {
      this.#colour();
      this.refresh();
    });
    this.legend = new Legend({
      onChange: () => {
        this.map.off = this.legend.off;
        this.refresh();
      },
      onHover: (label) => {
        this.map.lit = label;
        this.refresh();
      },
    });
    const onSay = (sentence) => {
      this.note.textContent = sentence;
      this.note.hidden = !sentence;
    };
    this.films = new FilmButtons({ base: this.base, run: this.name, isDark: () => this.theme.dark, onSay });
    layOut(this, { onLetGo: () => this.#letGo() });
    this.map.element.addEventListener("keydown", (event) => this.transport.key(event));
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.#kept && this.#letGo());
    element.append(this.element);
  }

  #momentMap() {
    return new MomentMap({
      onPut: (place) => this.#put(place),
      onHover: (place) => {
        this.#hovered = place;
        this.#sayKept();
        this.refresh();
      },
      onResize: () => this.refresh(),
    });
  }
}

/** What held-out images cost at a moment: measured then, or else nearest to it, and at which step that was. */
function heldOutAt(moment, measured) {
  if (moment.heldOut !== null) return { heldOut: moment.heldOut, measured: moment.step };
  const record = nearestRecord(measured, moment.step);
  return { heldOut: record?.cost ?? null, measured: record?.step ?? null };
}
