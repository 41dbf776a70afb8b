/**
 * One model's path in view: its anchors and where one stands on it, and how the parts of the page are told of each other.
 * @module
 */

import { OnceAFrame } from "../shared/net/onceaframe.js";
import { classColour, css } from "../shared/draw/colours.js";
import { Keeper } from "../shared/keeping/kept.js";
import { themeOf } from "../shared/page/theme.js";
import { Undo } from "../shared/keeping/undo.js";
import { rowsAtOnce } from "../shared/space/geometry.js";
import { bytesOf, joined } from "../shared/views/view.js";
import { nearby } from "../shared/net/near.js";
import { LiveSocket, address, toldOf } from "../shared/wire/socket.js";
import { capital, withArticle } from "../shared/words/names.js";
import { PICTURES, readAddress, withPath } from "./address.js";
import { Finder } from "./anchors/finder.js";
import { layOut } from "./layout.js";
import { makeParts } from "./parts.js";
import { classCount } from "./path/map.js";
import { betweenAnchors, carryOver, codeAlong, codesAlong, fade, fades, fitting, isOnePlace, placesOf, standingOf } from "./path/path.js";
import { fullName, pathTitle, placeText, speakPlace, wayWords, whyNone } from "./words.js";

const QUIET = 400; // ms without a movement until the address and the text equivalent are brought up to date
const REPAINT = 300; // ms until Streamlit's colours have followed the system's choice of light or dark
const LETTERS = 18; // of a class's name where there is little room
const FULL = "A path has at most 6 anchors; remove one first.";

/** @typedef {import("./anchors/anchors.js").Anchor} Anchor */
/** @typedef {{anchors: Anchor[], kind: string, n: number, at: number}} State */

const sameState = (a, b) =>
  a.kind === b.kind &&
  a.n === b.n &&
  a.at === b.at &&
  a.anchors.length === b.anchors.length &&
  a.anchors.every((anchor, i) => anchor === b.anchors[i]);

export class PathView {
  /**
   * @param {HTMLElement} root
   * @param {any} data
   * @param {import("../shared/views/view.js").View} view of what the model draws
   * @param {{download: () => void}} page what only the server's page can do
   * @param {Promise<Response>} codes of the test images, asked for already
   */
  constructor(root, data, view, page, codes) {
    Object.assign(this, { root, data, view, page });
    this.kinds = Object.keys(data.paths);
    /** @type {State} */
    this.state = { anchors: [], kind: this.kinds[0], n: PICTURES.first, at: 0 };
    this.narrow = matchMedia("(max-width: 640px)"); // as interpolate.css has it
    this.frame = new OnceAFrame(() => this.#draw());
    this.history = new Undo(sameState);
    this.finder = new Finder(data, view, this.ask);
    /** @type {import("./path/journey.js").Trip | null} */
    this.trip = null;
    this.keeper = new Keeper("interpolate", data, ["anchors", "path", "n", "at", "map", "sum"]);
    const left = this.keeper.resume();
    makeParts(this);
    layOut(this);
    this.theme = themeOf(this.element);
    const online = (open) => this.trouble(open ? "" : "The server does not answer. Trying again…");
    this.live = new LiveSocket(address(data.base, location), { onState: online }); // the picture under the hand waits for nothing else
    this.socket = new LiveSocket(address(data.base, location));
    nearby(this.live, data);
    this.live.told = this.socket.told = toldOf(data);
    this.onkeydown = (event) => this.#key(event);
    window.addEventListener("keydown", this.onkeydown, true);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onscheme = () => setTimeout(() => this.#repaint(), REPAINT);
    this.scheme.addEventListener("change", this.onscheme);
    this.loaded = this.atlas.load(codes);
    this.#begin(left);
  }

  destroy() {
    if (this.trip) this.keeper.leave((href) => this.#address(href), { anchors: this.state.anchors, history: this.history });
    this.gone = true;
    clearTimeout(this.timer);
    this.frame.stop();
    this.film.stop();
    const parts = [this.journey, this.adder, this.atlas, this.map, this.strip, this.fadeStrip, this.kindTable, this.chart, this.arithmetic];
    for (const part of [...parts, this.saves, this.picture]) part.destroy();
    this.live.close();
    this.socket.close();
    window.removeEventListener("keydown", this.onkeydown, true);
    this.scheme.removeEventListener("change", this.onscheme);
    this.element.remove();
  }

  /** The test codes, or null before they are there. */
  get codes() {
    return this.atlas.codes;
  }

  // Requests.

  /** Ask the model in a lane. What another request of its lane has overtaken never comes. @returns {Promise<{array: any, header: any}>} */
  ask = (lane, request, socket = this.socket) =>
    new Promise((resolve, reject) => {
      socket.ask(lane, { model: this.data.model, ...request, onAnswer: resolve, onError: (sentence) => reject(new Error(sentence)) });
    });

  decode = async (z, n, lane, socket = this.socket) =>
    (await this.ask(lane, { op: "decode", shape: [n, z.length / n], payload: Float32Array.from(z) }, socket)).array;

  /** Decode many codes, large pictures a few at a time. @param {Float32Array} codes [n, d] */
  decodeAll = async (codes, n, lane) => {
    const [parts, dims, rows] = [[], codes.length / n, rowsAtOnce(bytesOf(this.view), n)];
    for (let i = 0; i < n; i += rows) {
      const some = Math.min(rows, n - i);
      parts.push(await this.decode(codes.subarray(i * dims, (i + some) * dims), some, lane));
    }
    return joined(this.view, parts);
  };

  // What it begins with.

  async #begin(left) {
    const { latent, model } = this.data;
    const read = (points) => readAddress(location.search, { model, dims: latent.dims, limit: latent.limit, points, kinds: this.kinds });
    let asked = read(null);
    this.atlas.asked = asked.map;
    if (asked.anchors.some(({ kind }) => kind === "point")) {
      await this.loaded;
      asked = read(this.codes?.n ?? 0);
    }
    const notes = [...asked.notes];
    if (asked.sum) this.arithmetic.keep(asked.sum);
    const found = left?.anchors ?? asked.anchors.map((anchor) => this.finder.asked(anchor));
    if (left?.history) this.history = left.history;
    if (found.includes(null)) notes.push(`${capital(withArticle(this.view.words.noun))} in the address is not on this computer, so it is left out.`);
    const anchors = found.filter(Boolean);
    if (!anchors.length && new URLSearchParams(location.search).has("anchors") && notes.length) notes.push("Others stand here instead.");
    Object.assign(this.state, { anchors: anchors.length ? anchors : this.finder.first(), kind: asked.kind ?? this.state.kind, n: asked.n });
    if (this.gone) return;
    this.say(notes.join(" "));
    await this.finder.complete(this.state.anchors).catch((error) => this.fail(error));
    this.state.at = asked.at ?? 0;
    await this.#follow(null);
    if (asked.at === null && !anchors.length && this.trip && this.state.at === 0) this.go(0.4 * (this.trip.way.knots[1] ?? 0));
  }

  /** The test codes have come, or there are none. @param {import("../shared/space/codes.js").Codes | null} codes @param {string} why */
  takeCodes(codes, why) {
    this.journey.codes = this.finder.codes = codes;
    this.arithmetic.begin(codes);
    if (codes) return;
    this.mapNote.textContent = `There is no map here. ${why}`;
    this.mapNote.hidden = false;
    this.map.element.hidden = true;
  }

  // What is chosen.

  /** Leave the present state for another, with a way back. @param {Partial<State>} change */
  async change(change, remember = true) {
    if (remember) this.remember();
    const before = { knots: this.trip?.way.knots ?? [], anchors: this.state.anchors };
    this.state = { ...this.state, ...change };
    this.say("");
    if (change.anchors) {
      const { anchors } = this.state;
      this.anchors.show(anchors, null);
      await this.finder.complete(anchors).catch((error) => this.fail(error));
      if (this.state.anchors !== anchors) return; // changed again meanwhile
      if (anchors.some(({ z }) => !z)) this.state.anchors = before.anchors;
      this.anchors.forget(); // pictures have come
    }
    await this.#follow(before);
  }

  remember() {
    this.history.remember(this.state);
  }

  /** Add an anchor at the end. @param {Anchor} anchor */
  add(anchor) {
    if (this.anchors.isFull) {
      this.say(FULL);
      return;
    }
    this.change({ anchors: [...this.state.anchors, anchor] }).then(() =>
      this.tell(`Anchor ${this.state.anchors.length}: ${fullName(anchor, this.view.words.noun, this.data.images?.noun).filter(Boolean).join(", ")}.`),
    );
  }

  undo() {
    const state = this.history.back(this.state);
    if (!state) return;
    const knots = this.trip?.way.knots ?? [];
    this.state = { ...state };
    this.say("");
    this.#follow({ knots, anchors: state.anchors, at: state.at });
  }

  /** Begin again, with the path that a first visit shows. */
  over() {
    this.change({ anchors: this.finder.first(), kind: this.kinds[0], n: PICTURES.first, at: 0 });
  }

  /** Another number of pictures in the strip. @param {number} n */
  count(n) {
    this.remember();
    this.say("");
    this.state = { ...this.state, n };
    if (this.trip) this.#askStrip();
    this.go(this.state.at, true);
  }

  /** Find the path between the anchors, and show it. @param {{knots: number[], anchors: Anchor[], at?: number} | null} before */
  async #follow(before) {
    const { anchors, kind } = this.state;
    const codes = anchors.map(({ z }) => z);
    if (!codes.length || codes.some((z) => !z)) return;
    this.element.setAttribute("aria-busy", "true"); // until the new path is there, what stands is of the old one
    const none = whyNone(anchors, isOnePlace(codes));
    const trip = none ? this.journey.stay(codes) : await this.journey.follow(codes, kind).catch((error) => this.fail(error));
    if (!trip || this.gone) return;
    const { knots } = trip.way;
    // The same anchors on another path: as far between the same two.
    if (before?.at === undefined && before?.anchors.length === anchors.length) this.state.at = carryOver(this.state.at, before.knots, knots);
    if (this.wanted !== undefined) this.state.at = knots[this.wanted] ?? 0;
    if (anchors.length < 2) this.state.at = 0;
    this.wanted = undefined;
    this.trip = trip;
    this.kindTable.choose(kind, none ? "" : trip.note);
    this.none.textContent = none ?? "";
    this.none.hidden = !none;
    if (none) this.chart.show({ speed: null, density: null, classes: null, knots: [] });
    this.film.allow(!none);
    this.saves.allow(anchors.length > 1);
    this.slider.element.disabled = anchors.length < 2;
    this.arithmetic.show(anchors);
    this.#askStrip();
    this.go(this.state.at, true);
  }

  fail(error) {
    this.say(error.message);
    return null;
  }

  /** Things that are letters are read along the way. */
  async #readWay(images, n, trip) {
    if (!this.onTheWay) return;
    const read = () => wayWords(Array.from({ length: n }, (_, i) => this.view.text(images, i)));
    const words = this.view.onTheWay ? await this.view.onTheWay(images, n) : read();
    if (trip === this.trip && !this.gone) this.onTheWay.textContent = words;
  }

  async #askStrip() {
    const { trip, state } = this;
    const { way } = trip;
    const n = state.anchors.length > 1 ? this.fitting() : 1;
    this.counter.show(state.n);
    const places = n > 1 ? placesOf(n, way.knots) : [0];
    this.shown = places;
    this.chart.align((at) => standingOf(places, at));
    const pictures = state.anchors.map(({ decoded }) => decoded);
    const images = await this.decodeAll(codesAlong(way, places), n, "strip").catch((error) => this.fail(error));
    if (!images || trip !== this.trip || this.gone) return;
    this.strip.show(images, n, places);
    this.#readWay(images, n, trip);
    this.element.removeAttribute("aria-busy");
    this.align();
    if (pictures.every(Boolean)) this.fadeStrip.show(fades(pictures, way.knots, places), n, places);
    this.refresh();
  }

  /** How many pictures the strip has: as many as are asked for, on a narrow window those that stand in one row. */
  fitting = (width = this.strip.width) => (this.narrow.matches ? fitting(this.state.n, width, PICTURES.least) : this.state.n);

  /** The strip has got another width. */
  arranged = () => {
    if (this.trip && this.shown?.length > 1 && this.shown.length !== this.fitting()) this.#askStrip();
    else this.align();
  };

  /** Let slider and curves begin at the middle of the first picture and end at that of the last one. */
  align = () => {
    const { columns, n } = this.strip;
    if (columns === n && n > 1) this.element.style.setProperty("--columns", String(n));
    else this.element.style.removeProperty("--columns");
  };

  /** Go to a place on the path. */
  go(at, again = false) {
    if (!this.trip || (at === this.state.at && !again)) return; // a mouse's move is told twice, at once and with the frame
    this.state = { ...this.state, at };
    this.picture.move(codeAlong(this.trip.way, at));
    this.refresh();
    this.settleSoon();
  }

  settleSoon = () => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), QUIET);
  };

  /** Go somewhere at once and stop the film there. */
  jump(at) {
    this.film.stop();
    this.remember();
    this.go(at, true);
  }

  /** Go to an anchor, or as soon as the path to it is there. */
  goTo(i) {
    const knots = this.trip?.way.knots ?? [];
    if (knots.length === this.state.anchors.length) this.jump(knots[i]);
    else this.wanted = i;
  }

  /** Where the next picture of the strip stands. */
  nextPicture(standing, by) {
    const last = Math.max(1, (this.shown?.length ?? 2) - 1);
    const picture = standing * last;
    return (by > 0 ? Math.floor(picture + 1 + 1e-6) : Math.ceil(picture - 1 - 1e-6)) / last;
  }

  // Anchors by the map.

  async addAt(x, y, point) {
    if (this.anchors.isFull) {
      this.say(FULL);
      return;
    }
    const anchor = point === null ? await this.atlas.anchorAt(x, y).catch((error) => this.fail(error)) : this.finder.point(point);
    if (anchor) this.add(anchor);
  }

  async drag(i, x, y, begins) {
    if (begins) this.remember();
    const anchor = await this.atlas.anchorAt(x, y).catch(() => null);
    if (anchor) this.change({ anchors: this.state.anchors.map((other, j) => (j === i ? anchor : other)) }, false);
  }

  // What is shown.

  /** Draw once in the next frame, however much has changed until then. */
  refresh = () => this.frame.soon();

  /** Draw a picture that has come: in this very frame where the page made it by itself. @param {boolean} inFrame */
  arrived = (inFrame) => (inFrame ? this.frame.now() : this.frame.soon());

  #draw() {
    const { state, trip, view } = this;
    if (!trip || this.gone) return;
    const { at, anchors, kind } = state;
    const { knots } = trip.way;
    const { noun } = view.words;
    if (knots.length !== anchors.length) return; // the path between them is on its way
    this.slider.show(standingOf(this.shown, at), () => placeText(at, knots, anchors, noun));
    this.film.at = at;
    const { from, share } = betweenAnchors(at, knots);
    this.anchors.show(anchors, share === 0 ? from : null);
    for (const part of [this.strip, this.fadeStrip, this.kindTable, this.chart]) part.place(at);
    this.map.show(kind, knots, at);
    const stuck = !this.history.leadsFrom(state);
    if (this.undoButton.disabled !== stuck) this.undoButton.disabled = stuck;
    const pictures = anchors.map(({ decoded }) => decoded);
    this.picture.draw(speakPlace(at, knots, anchors, noun, LETTERS), pictures.every(Boolean) ? fade(pictures, knots, at) : null);
  }

  /** After a movement: the address, and what a screen reader may say. */
  settle() {
    if (this.gone || !this.trip) return;
    const { state, data, view } = this;
    this.keeper.write(this.#address(location.href));
    this.picture.settle(placeText(state.at, this.trip.way.knots, state.anchors, view.words.noun), data.paths[state.kind].title);
    this.element.dataset.settled = "true";
  }

  #address(href) {
    return withPath(href, { model: this.data.model, ...this.state, map: this.atlas.asked, sum: this.arithmetic.kept });
  }

  say(sentence) {
    this.note.textContent = sentence ?? "";
    this.note.hidden = !sentence;
  }

  /** A sentence that goes away by itself once all is well. */
  trouble(sentence) {
    if (this.troubleNote.textContent === sentence) return;
    this.troubleNote.textContent = sentence;
    this.troubleNote.hidden = !sentence;
  }

  /** Say something to a screen reader. */
  tell(sentence) {
    this.status.textContent = sentence;
  }

  #key(event) {
    const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    const typing = "input:not([type=range]):not([type=radio]), textarea, [contenteditable], .pad";
    if (!undo || event.composedPath().some((node) => node.matches?.(typing))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.film.stop();
    this.undo();
  }

  #repaint() {
    if (this.gone) return;
    this.theme = themeOf(this.element);
    this.map.repaint(this.theme);
    this.journey.again();
  }

  colourOf = (label) => css(classColour(label, classCount(this.codes), this.theme.dark));

  /** The path as it is to be saved, or null where there is none. */
  saved() {
    const { trip, state, data, shown: places } = this;
    if (!trip || state.anchors.length < 2) return null;
    return {
      codes: codesAlong(trip.way, places),
      places,
      kind: state.kind,
      title: pathTitle(data.model, data.paths[state.kind].title, state.anchors, this.view.words.noun),
      seconds: this.film.seconds,
    };
  }
}
