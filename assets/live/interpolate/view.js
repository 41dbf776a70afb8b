/**
 * One model's path in view: its anchors and where one stands on it, and how the parts of the page are told of each other.
 * @module
 */

import { classColour, css } from "../shared/draw/colours.js";
import { h, iconButton } from "../shared/page/dom.js";
import { round } from "../shared/words/numbers.js";
import { rowsAtOnce } from "../shared/space/geometry.js";
import { Adder } from "./add.js";
import { PICTURES, readAddress, withPath } from "./address.js";
import { Anchors } from "./anchors.js";
import { Arithmetic } from "./arithmetic.js";
import { PathChart } from "./path/chart.js";
import { Finder } from "./finder.js";
import { Film } from "./path/film.js";
import { Journey } from "./path/journey.js";
import { Kinds } from "./path/kinds.js";
import { layOut } from "./layout.js";
import { PathMap, classCount, classOf, nearestOf } from "./path/map.js";
import { betweenAnchors, carryOver, codeAlong, codesAlong, fade, fades, isOnePlace, placeAbove, placesOf, standingOf } from "./path/path.js";
import { Saves } from "./saves.js";
import { LiveRange } from "./path/slider.js";
import { PathStrip } from "./path/strip.js";
import { fadeName, fullName, pathTitle, placeText, speakPlace, whyNone } from "./words.js";
import { Keeper } from "../shared/page/kept.js";
import { readCodes, readMap } from "../shared/space/codes.js";
import { Meter, brief, explain } from "../shared/page/meter.js";
import { pointingAt } from "../shared/page/pointing.js";
import { bytesOf, drawnAs, joined, labelled } from "../shared/views/view.js";
import { capital, withArticle } from "../shared/words/names.js";
import { LiveSocket, address, toldOf } from "../shared/wire/socket.js";
import { themeOf } from "../shared/page/theme.js";
import { Undo } from "../shared/page/undo.js";

const QUIET = 400; // ms without a movement until the address and the text equivalent are brought up to date
const REPAINT = 300; // ms until Streamlit's colours have followed the system's choice of light or dark
const LETTERS = 18; // of a class's name where there is little room
const FULL = "A path has at most 6 anchors; remove one first.";

/** @typedef {import("./anchors.js").Anchor} Anchor */
/** @typedef {{anchors: Anchor[], kind: string, n: number, at: number}} State */

const isCount = (n) => Number.isInteger(n) && n >= PICTURES.least && n <= PICTURES.most;
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
    this.state = { anchors: [], kind: this.kinds[0], n: 11, at: 0 };
    this.history = new Undo(sameState);
    this.meter = new Meter();
    this.finder = new Finder(data, view, this.ask);
    /** @type {import("../shared/space/codes.js").Codes | null} */
    this.codes = null;
    /** @type {import("./path/journey.js").Trip | null} */
    this.trip = null;
    this.keeper = new Keeper("interpolate", data, ["anchors", "path", "n", "at", "map", "sum"]);
    const left = this.keeper.resume();
    this.#build();
    const online = (open) => this.#trouble(open ? "" : "The server does not answer. Trying again…");
    this.live = new LiveSocket(address(data.base, location), { onState: online }); // the picture under the hand waits for nothing else
    this.socket = new LiveSocket(address(data.base, location));
    this.live.told = this.socket.told = toldOf(data);
    this.onkeydown = (event) => this.#key(event);
    window.addEventListener("keydown", this.onkeydown, true);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onscheme = () => setTimeout(() => this.#repaint(), REPAINT);
    this.scheme.addEventListener("change", this.onscheme);
    this.loaded = this.#load(codes);
    this.#begin(left);
  }

  destroy() {
    if (this.trip) this.keeper.leave((href) => this.#address(href), { anchors: this.state.anchors, history: this.history });
    this.gone = true;
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.film.stop();
    for (const part of [this.journey, this.adder, this.map, this.strip, this.fadeStrip, this.arithmetic, this.saves]) part?.destroy();
    this.live.close();
    this.socket.close();
    window.removeEventListener("keydown", this.onkeydown, true);
    this.scheme.removeEventListener("change", this.onscheme);
    this.element.remove();
  }

  // Requests.

  /** Ask the model in a lane. What another request of its lane has overtaken never comes. @returns {Promise<{array: any, header: any}>} */
  ask = (lane, request, socket = this.socket) =>
    new Promise((resolve, reject) => {
      socket.ask(lane, { model: this.data.model, ...request, onAnswer: resolve, onError: (sentence) => reject(new Error(sentence)) });
    });

  #decode = async (z, n, lane, socket = this.socket) =>
    (await this.ask(lane, { op: "decode", shape: [n, z.length / n], payload: Float32Array.from(z) }, socket)).array;

  // What it begins with.

  async #begin(left) {
    const { latent, model } = this.data;
    const read = (points) => readAddress(location.search, { model, dims: latent.dims, limit: latent.limit, points, kinds: this.kinds });
    let asked = read(null);
    this.mapAsked = asked.map;
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
    this.#say(notes.join(" "));
    await this.finder.complete(this.state.anchors).catch((error) => this.#fail(error));
    this.state.at = asked.at ?? 0;
    await this.#follow(null);
    if (asked.at === null && !anchors.length && this.trip && this.state.at === 0) this.#go(this.#between(0.4));
  }

  /** The test codes; their map comes after them. */
  async #load(asked) {
    try {
      const codes = await readCodes(await asked);
      if (this.gone) return;
      if (!codes.n) throw new Error(codes.message);
      this.codes = codes;
    } catch (error) {
      this.mapNote.textContent = `There is no map here. ${error.message}`;
      this.mapNote.hidden = false;
      this.arithmetic.begin(null);
      return;
    }
    this.journey.codes = this.finder.codes = this.codes;
    this.arithmetic.begin(this.codes);
    this.#loadMap();
  }

  async #loadMap() {
    const plane = this.data.latent.dims === 2;
    const tsne = await this.#fetchMap("tsne").catch(() => null);
    const maps = [...(plane ? [["identity", "Latent plane"]] : []), ...(tsne ? [["tsne", "t-SNE"]] : []), ["pca", "PCA"]];
    if (this.gone) return;
    this.theme = themeOf(this.element);
    this.map.begin(this.codes, maps, this.theme);
    this.places = { tsne };
    const has = maps.some(([id]) => id === this.mapAsked);
    if (this.mapAsked && !has) this.#say("The map in the address is not made here, so another stands in its place.");
    if (!has) this.mapAsked = null;
    await this.#chooseMap(this.mapAsked ?? maps[0][0]);
  }

  /** The places of a map that is made, or null. */
  async #fetchMap(id) {
    const { base, model } = this.data;
    const frame = await readMap(await fetch(`${base}api/map?${new URLSearchParams({ model, map: id })}`));
    return frame.xy && (frame.state === "done" || frame.state === "stopped") && frame.xy.length === 2 * this.codes.n ? frame.xy : null;
  }

  async #chooseMap(id) {
    try {
      this.places[id] ??= id === "identity" ? this.codes.centre.slice() : await this.#fetchMap(id);
    } catch {
      this.places[id] = null;
    }
    if (this.gone) return;
    if (!this.places[id]) {
      this.#say("This map cannot be had now; choose another.");
      return;
    }
    this.map.setPlaces(id, this.places[id]);
    this.journey.map = id;
    this.journey.again();
    this.#refresh();
  }

  // What is chosen.

  /** Leave the present state for another, with a way back. @param {Partial<State>} change */
  async #change(change, remember = true) {
    if (remember) this.#remember();
    const before = { knots: this.trip?.way.knots ?? [], anchors: this.state.anchors };
    this.state = { ...this.state, ...change };
    this.#say("");
    if (change.anchors) {
      const { anchors } = this.state;
      this.anchors.show(anchors, null);
      await this.finder.complete(anchors).catch((error) => this.#fail(error));
      if (this.state.anchors !== anchors) return; // changed again meanwhile
      if (anchors.some(({ z }) => !z)) this.state.anchors = before.anchors;
      this.anchors.forget(); // pictures have come
    }
    await this.#follow(before);
  }

  #remember() {
    this.history.remember(this.state);
  }

  /** Add an anchor at the end. @param {Anchor} anchor */
  #add(anchor) {
    if (this.anchors.isFull) {
      this.#say(FULL);
      return;
    }
    this.#change({ anchors: [...this.state.anchors, anchor] }).then(() =>
      this.#tell(`Anchor ${this.state.anchors.length}: ${fullName(anchor, this.view.words.noun, this.data.images?.noun).filter(Boolean).join(", ")}.`),
    );
  }

  undo() {
    const state = this.history.back(this.state);
    if (!state) return;
    const knots = this.trip?.way.knots ?? [];
    this.state = { ...state };
    this.#say("");
    this.#follow({ knots, anchors: state.anchors, at: state.at });
  }

  /** Find the path between the anchors, and show it. @param {{knots: number[], anchors: Anchor[], at?: number} | null} before */
  async #follow(before) {
    const { anchors, kind } = this.state;
    const codes = anchors.map(({ z }) => z);
    if (!codes.length || codes.some((z) => !z)) return;
    this.element.setAttribute("aria-busy", "true"); // until the new path is there, what stands is of the old one
    const none = whyNone(anchors, isOnePlace(codes));
    const trip = none ? this.journey.stay(codes) : await this.journey.follow(codes, kind).catch((error) => this.#fail(error));
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
    this.#go(this.state.at, true);
  }

  #fail(error) {
    this.#say(error.message);
    return null;
  }

  async #askStrip() {
    const { trip, state } = this;
    const { way } = trip;
    const n = state.anchors.length > 1 ? state.n : 1;
    if (this.root.getRootNode().activeElement !== this.number) this.number.value = String(state.n);
    const places = n > 1 ? placesOf(n, way.knots) : [0];
    this.shown = places;
    this.chart.align((at) => standingOf(places, at));
    const pictures = state.anchors.map(({ decoded }) => decoded);
    const images = await this.#decodeAll(codesAlong(way, places), n, way.dims).catch((error) => this.#fail(error));
    if (!images || trip !== this.trip || this.gone) return;
    this.strip.show(images, n, places);
    this.element.removeAttribute("aria-busy");
    this.#align();
    if (pictures.every(Boolean)) this.fadeStrip.show(fades(pictures, way.knots, places), n, places);
    this.#refresh();
  }

  /** Let slider and curves begin at the middle of the first picture and end at that of the last one. */
  #align = () => {
    const { columns, n } = this.strip;
    if (columns === n && n > 1) this.element.style.setProperty("--columns", String(n));
    else this.element.style.removeProperty("--columns");
  };

  /** Decode many codes, large pictures a few at a time. */
  async #decodeAll(codes, n, dims) {
    const parts = [];
    const rows = rowsAtOnce(bytesOf(this.view), n);
    for (let i = 0; i < n; i += rows) {
      const some = Math.min(rows, n - i);
      parts.push(await this.#decode(codes.subarray(i * dims, (i + some) * dims), some, "strip"));
    }
    return joined(this.view, parts);
  }

  /** Go to a place on the path. */
  #go(at, again = false) {
    if (!this.trip || (at === this.state.at && !again)) return; // a mouse's move is told twice, at once and with the frame
    const moved = performance.now();
    this.state = { ...this.state, at };
    const { trip } = this;
    this.live.ask("picture", {
      op: "decode",
      model: this.data.model,
      shape: [1, trip.way.dims],
      payload: codeAlong(trip.way, at),
      onAnswer: ({ array, header, milliseconds }) => {
        this.#trouble("");
        this.arrived = { array, trip: milliseconds, model: 1000 * header.seconds, moved };
        this.#refresh();
      },
      onError: (sentence) => this.#say(sentence),
    });
    this.#refresh();
    this.reading.classList.remove("resting");
    this.#settleSoon();
  }

  #settleSoon = () => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), QUIET);
  };

  /** Go somewhere at once and stop the film there. */
  #jump(at) {
    this.film.stop();
    this.#remember();
    this.#go(at, true);
  }

  /** Go to an anchor, or as soon as the path to it is there. */
  #goTo(i) {
    const knots = this.trip?.way.knots ?? [];
    if (knots.length === this.state.anchors.length) this.#jump(knots[i]);
    else this.wanted = i;
  }

  /** The place that is so far between the first two anchors. */
  #between = (share) => share * (this.trip.way.knots[1] ?? 0);

  /** Where the next picture of the strip stands. */
  #page(standing, by) {
    const last = Math.max(1, (this.shown?.length ?? 2) - 1);
    const picture = standing * last;
    return (by > 0 ? Math.floor(picture + 1 + 1e-6) : Math.ceil(picture - 1 - 1e-6)) / last;
  }

  // Anchors by the map.

  async #addAt(x, y, point) {
    if (this.anchors.isFull) {
      this.#say(FULL);
      return;
    }
    const anchor = point === null ? await this.#anchorAt(x, y).catch((error) => this.#fail(error)) : this.finder.point(point);
    if (anchor) this.#add(anchor);
  }

  /** The anchor at a place of the map. @returns {Promise<Anchor>} */
  async #anchorAt(x, y) {
    const { map } = this;
    const z =
      map.id === "identity"
        ? [x, y]
        : (await this.ask("place-own", { op: "code_at", map: map.id, shape: [1, 2], payload: Float32Array.of(x, y) })).array;
    const near = nearestOf(map.xy, x, y);
    return { kind: "place", number: null, label: near ? classOf(this.codes, near.index) : "", z: Array.from(z, round), pixels: null, decoded: null };
  }

  async #drag(i, x, y, begins) {
    if (begins) this.#remember();
    const anchor = await this.#anchorAt(x, y).catch(() => null);
    if (anchor) this.#change({ anchors: this.state.anchors.map((other, j) => (j === i ? anchor : other)) }, false);
  }

  // What is shown.

  /** Draw once in the next frame, however much has changed until then. */
  #refresh() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  #draw() {
    const { state, trip, view } = this;
    if (!trip || this.gone) return;
    const { at, anchors, kind } = state;
    const { knots } = trip.way;
    const { noun } = view.words;
    if (knots.length !== anchors.length) return; // the path between them is on its way
    const [where, far] = speakPlace(at, knots, anchors, noun, LETTERS);
    this.slider.show(standingOf(this.shown, at), placeText(at, knots, anchors, noun));
    this.film.at = at;
    const { from, share } = betweenAnchors(at, knots);
    this.anchors.show(anchors, share === 0 ? from : null);
    this.strip.place(at);
    this.fadeStrip.place(at);
    this.chart.place(at);
    this.map.show(kind, knots, at);
    this.undoButton.disabled = !this.history.leadsFrom(state);
    const pictures = anchors.map(({ decoded }) => decoded);
    if (pictures.every(Boolean)) view.paint(this.fade, fade(pictures, knots, at));
    if (!this.arrived) return;
    const { array, trip: took, model, moved } = this.arrived;
    this.arrived = null;
    this.painted = array;
    this.#paint();
    const now = performance.now();
    if (this.warm) this.meter.add(took, model, now - moved, now);
    this.warm = true; // the first picture waited for the connection, and perhaps for the model to be opened
    const reading = this.meter.read();
    if (reading) this.reading.textContent = `Answer in ${brief(reading)}`;
    this.caption.replaceChildren(h("b", {}, where), " ", h("span", {}, far));
    this.caption.title = placeText(at, knots, anchors, noun);
    this.pointing?.again();
    this.picture.dispatchEvent(new CustomEvent("painted"));
  }

  #paint() {
    if (!this.painted) return;
    if (this.pointing) /** @type {any} */ (this.view).paint(this.picture, this.painted, 0, { mark: this.pointing.sample });
    else this.view.paint(this.picture, this.painted);
  }

  /** After a movement: the address, and what a screen reader may say. */
  settle() {
    if (this.gone || !this.trip) return;
    const { state, data, view } = this;
    this.keeper.write(this.#address(location.href));
    const where = placeText(state.at, this.trip.way.knots, state.anchors, view.words.noun);
    const what = `${where}: ${drawnAs(view).noun} decoded by ${data.model} on the path “${data.paths[state.kind].title}”.`;
    this.picture.setAttribute("aria-label", labelled(view, what, this.painted));
    const reading = this.meter.read();
    if (reading) this.reading.title = explain(reading);
    this.reading.classList.add("resting");
    this.element.dataset.settled = "true";
  }

  #address(href) {
    return withPath(href, { model: this.data.model, ...this.state, map: this.mapAsked, sum: this.arithmetic.kept });
  }

  #say(sentence) {
    this.note.textContent = sentence ?? "";
    this.note.hidden = !sentence;
  }

  /** A sentence that goes away by itself once all is well. */
  #trouble(sentence) {
    if (this.troubleNote.textContent === sentence) return;
    this.troubleNote.textContent = sentence;
    this.troubleNote.hidden = !sentence;
  }

  /** Say something to a screen reader. */
  #tell(sentence) {
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

  #colourOf = (label) => css(classColour(label, classCount(this.codes)));

  // What it is made of.

  #build() {
    this.#buildAnchors();
    this.#buildPath();
    this.#buildMap();
    this.#buildSlider();
    this.#buildStrips();
    this.#buildTools();
    layOut(this);
    this.pointing = pointingAt(this.picture, this.view, { shown: () => this.painted ?? null, mark: () => this.#paint() });
    if (this.pointing) this.picture.after(this.pointing.element);
    this.theme = themeOf(this.element);
  }

  /** The path itself, its kinds and what lies along it. */
  #buildPath() {
    this.journey = new Journey({
      ask: this.ask,
      view: this.view,
      kinds: this.kinds,
      onCost: (kind, cost) => this.kindTable.cost(kind, cost),
      onDrawn: (kind, drawn) => this.map.setPath(kind, drawn),
      onTold: (told) => {
        this.chart.show(told);
        this.chart.place(this.state.at);
      },
    });
    this.kindTable = new Kinds(this.data.paths, { view: this.view, onChoose: (kind) => this.#change({ kind }) });
    const nameOf = (label) => this.codes.classes[label] ?? String(label);
    this.chart = new PathChart({ view: this.view, colourOf: this.#colourOf, nameOf });
  }

  #buildAnchors() {
    const { data, view } = this;
    this.anchors = new Anchors({
      view,
      ofPage: data.images?.noun,
      onChange: (anchors) => this.#change({ anchors }),
      onGo: (i) => this.#goTo(i),
      onSay: (sentence) => this.#tell(sentence),
    });
    this.adder = new Adder({
      data,
      view,
      onAdd: (anchor) => this.#add(anchor),
      encode: (pixels) => this.finder.encode(pixels, 1, "encode"),
      decode: (z) => this.#decode(z, 1, "redrawn"),
      onDraw: () => this.#add(this.finder.drawn()),
      onDownload: this.page.download,
      onSay: (sentence) => this.#say(sentence),
    });
  }

  /** What moves along the path: the slider by hand, the film by itself. */
  #buildSlider() {
    this.film = new Film({ onMove: (at) => this.#go(at), onGrab: () => this.#remember() });
    this.slider = new LiveRange({
      role: "along",
      label: "Place on the path",
      min: 0,
      max: 1,
      step: 0.0005,
      arrow: 0.01,
      onGrab: () => {
        this.film.stop();
        this.#remember();
      },
      onMove: (standing) => this.shown && this.#go(placeAbove(this.shown, standing)),
      page: (standing, by) => this.#page(standing, by),
    });
    this.slider.element.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.film.toggle();
    });
  }

  #buildStrips() {
    const { view } = this;
    const onPick = (at) => this.#jump(at);
    this.strip = new PathStrip({ role: "strip", label: "Along the path", view, onArrange: this.#align, onPick });
    this.fadeStrip = new PathStrip({ role: "fade-strip", label: `${capital(fadeName(view))} of the same anchors`, view, onPick });
  }

  #buildMap() {
    this.map = new PathMap({
      onAdd: (x, y, point) => this.#addAt(x, y, point),
      onDrag: (i, x, y, begins) => this.#drag(i, x, y, begins),
      onGo: (i) => this.#goTo(i),
      onMap: (id) => {
        this.mapAsked = id;
        this.#chooseMap(id);
        this.#settleSoon();
      },
    });
  }

  /** What is made of the path and its anchors, and what changes all of it. */
  #buildTools() {
    const { data, view } = this;
    this.arithmetic = new Arithmetic({
      view,
      decode: (z, n, lane) => this.#decode(z, n, lane, lane === "directed" ? this.live : this.socket).catch((error) => this.#fail(error)),
      onUse: (z) => this.#add({ kind: "code", number: null, label: "", z: z.map(round), pixels: null, decoded: null }),
      onChange: this.#settleSoon,
    });
    this.saves = new Saves({
      base: data.base,
      model: data.model,
      drawn: drawnAs(view),
      theme: () => (view.pixels ? null : this.theme.dark ? "dark" : "light"),
      path: () => this.#saved(),
      strip: () => this.strip.sheet(),
      settle: () => this.settle(),
      onSay: (sentence) => this.#say(sentence),
    });
    this.#buildButtons();
    this.#buildNumber();
  }

  #buildButtons() {
    const over = () => this.#change({ anchors: this.finder.first(), kind: this.kinds[0], n: PICTURES.first, at: 0 });
    this.resetButton = iconButton(
      "reset",
      { "data-role": "reset", title: "The path that a first visit shows", onclick: over },
      h("span", {}, "Reset"),
    );
    this.undoButton = iconButton(
      "undo",
      { "data-role": "undo", title: "Undo the last step. Keys: Ctrl+Z", onclick: () => this.undo() },
      h("span", {}, "Undo"),
    );
  }

  /** The field with the number of pictures in the strip. */
  #buildNumber() {
    this.number = h("input", {
      type: "number",
      class: "count",
      "data-role": "count",
      min: PICTURES.least,
      max: PICTURES.most,
      value: PICTURES.first,
      "aria-label": `${capital(drawnAs(this.view).nouns)} of the strip, from ${PICTURES.least} to ${PICTURES.most}`,
    });
    this.number.addEventListener("input", () => this.#count());
    this.number.addEventListener("change", () => {
      const range = `${PICTURES.least} to ${PICTURES.most} ${drawnAs(this.view).nouns}`;
      if (!isCount(this.number.valueAsNumber)) this.#say(`The strip shows ${range}, so it stays at ${this.state.n}.`);
      this.number.value = String(this.state.n);
    });
  }

  #count() {
    const n = this.number.valueAsNumber;
    if (!isCount(n) || n === this.state.n) return;
    this.#remember();
    this.#say("");
    this.state = { ...this.state, n };
    if (this.trip) this.#askStrip();
    this.#go(this.state.at, true);
  }

  /** The path as it is to be saved, or null where there is none. */
  #saved() {
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
