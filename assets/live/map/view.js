/**
 * One model's map in view: what is shown of it, asked for it and said of it.
 * @module
 */

import { build, fillPanels, reachOut } from "./build.js";
import { extent, formatView, readView } from "../shared/draw/camera.js";
import { Forming } from "./forming/forming.js";
import { select } from "../shared/space/groups.js";
import { Keeper } from "../shared/keeping/kept.js";
import { isMap, readAddress, withMap } from "./address.js";
import { hasOriginal, readCodes } from "../shared/space/codes.js";
import { abilities, layersOf } from "./tools.js";
import { figure } from "../shared/words/numbers.js";
import { Places, woven } from "./places.js";
import { nearby } from "../shared/net/near.js";
import { LiveSocket, address, toldOf } from "../shared/wire/socket.js";
import { onLook } from "../shared/views/look.js";
import { themeOf } from "../shared/page/theme.js";
import { dimensionsOf } from "./words.js";
import { mark, write } from "./write.js";

const QUIET = 400; // ms without a movement until the address, the table and the spoken text are brought up to date
const NEAREST = 20; // points in the table
const BACK = 0.9; // of their opacity, where pictures lie under the points
const SMALLER = 0.6; // of their size there
const FAINT = 0.2; // where a density does
const MORPH = 800; // ms in which the points go over to another map
const SETTLE = 320; // ms, to the last places of a map that has formed
const STEP = 240; // ms: about as long as the next frame of a forming map takes to come
const READING = 250; // ms between two readings of the clock
const REPAINT = 300; // ms until Streamlit's colours have followed the system's choice of light or dark

/**
 * @typedef {(lane: string, request: any, onAnswer: (answer: {array: any, header: any, milliseconds: number}) => void, onRefused?: () => void) => void} Ask
 *   the model for something in a lane; `mapped` in the request says that places on the chosen map are meant
 * @typedef {(lane: string, points: number[], onImages: (images: any) => void, onRefused?: () => void) => void} Images
 *   of points: themselves where they are on the server, otherwise their reconstructions
 */

export class MapView {
  /**
   * @param {HTMLElement} root
   * @param {any} data
   * @param {import("../shared/views/view.js").View} view of what the model draws
   * @param {{download: () => void}} page what only the server's page can do
   * @param {Promise<Response>} codes of the test images, asked for already
   */
  constructor(root, data, view, page, codes) {
    Object.assign(this, { root, data, view, page });
    const plane = data.latent.dims === 2;
    /** @type {import("./tools.js").MapState} */
    this.state = {
      map: plane ? "identity" : "tsne",
      colour: "class",
      tool: "move",
      size: 5,
      opacity: 0.75,
      layers: layersOf(abilities(data), plane),
    };
    this.pictured = false; // whether somebody chose if there are pictures underneath
    this.places = new Places(() => this.state.map);
    this.byKeys = false; // whether the keys moved last
    this.unseen = true; // no map has been shown yet
    this.visitor = visitor();
    this.keeper = new Keeper("map", data, ["map", "colour", "view", "pins", "classes"]);
    this.keeper.resume();
    const asked = new URLSearchParams(location.search).get("map");
    this.unchosen = !asked; // nobody chose this map: where it is not made yet, another is shown
    if (asked && isMap(asked, data.latent.dims, data.maps)) this.state.map = asked;
    this.state.layers.pictures = this.#isPlane(this.state.map);
    build(this);
    this.chart.look = this.#look();
    this.socket = new LiveSocket(address(data.base, location), { onState: (open) => this.#trouble(open ? "" : "The server does not answer. Trying again…") });
    nearby(this.socket, data);
    this.socket.told = toldOf(data);
    this.places.conditional = Boolean(data.given);
    this.#follow();
    this.#load(codes);
    this.reach = reachOut(this);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onscheme = () => setTimeout(() => this.#repaint(), REPAINT);
    this.scheme.addEventListener("change", this.onscheme);
    this.unlook = onLook(() => this.chart.refresh("under", "points", "over"));
  }

  destroy() {
    if (this.element.dataset.settled) this.keeper.leave((href) => this.#address(href));
    this.gone = true;
    clearTimeout(this.timer);
    this.forming.close();
    this.own.destroy();
    this.hint.destroy();
    this.table?.destroy();
    this.reach.destroy();
    this.aim.destroy();
    this.chart.destroy();
    this.socket.close();
    this.scheme.removeEventListener("change", this.onscheme);
    this.unlook();
    this.element.remove();
  }

  // What is shown.

  async #load(asked) {
    const { places } = this;
    try {
      places.codes = await readCodes(await asked);
    } catch (error) {
      if (!this.gone) this.#fail(error.message);
      return;
    }
    if (this.gone) return;
    if (!places.codes.n) this.#fail(places.codes.message);
    else this.#begin();
  }

  /** The codes have come. */
  #begin() {
    const { state, data } = this;
    const { codes } = this.places;
    this.colouring.begin(codes);
    const factors = this.colouring.factors.map(({ name }) => name);
    this.tools.offerFactors(this.colouring.factors);
    const asked = readAddress(location.search, { model: data.model, dims: codes.dims, n: codes.n, maps: data.maps, factors });
    if (asked.colour) state.colour = asked.colour;
    const bound = data.can.includes("bound");
    if (!codes.labels && state.colour === "class") state.colour = "elbo";
    if (!bound && state.colour === "elbo") state.colour = "error"; // which is all that there is of it
    this.#note(asked.notes.join(" "));
    this.scene.begin();
    fillPanels(this);
    this.wantedView = asked.view;
    this.pinboard.tray.set(asked.pins);
    if (asked.pins.length) this.tabs.open("pins");
    this.colouring.recolour();
    if (this.colouring.isByClass) this.colouring.legend.choose(asked.classes);
    this.tools.show(state, Boolean(codes.labels));
    this.tools.tellOriginals(codes.originals, codes.shipped.size > 0);
    const { noun, nouns } = this.view.words;
    const all = codes.n === 1 ? `One test ${noun}` : `${codes.n.toLocaleString("en")} test ${nouns}`;
    this.name.textContent = `${all}, each where ${data.model} puts it`;
    if (this.waiting) this.#take(this.waiting);
  }

  /** Follow a map: the server says how it stands, at once, and again while it forms. */
  #follow() {
    this.forming?.close();
    const { base, model } = this.data;
    const { map } = this.state;
    this.places.stand = this.waiting = null;
    this.forming = new Forming({
      base,
      model,
      map,
      visitor: this.visitor,
      onFrame: (frame) => this.state.map === map && !this.gone && this.#take(frame),
      onRefused: (sentence) => this.#note(sentence),
    });
  }

  /** Take how the chosen map stands now, with its places where they came. */
  #take(frame) {
    const { places } = this;
    if (!places.codes?.n) {
      // The codes are on their way; places are not sent twice.
      this.waiting = { ...frame, xy: frame.xy ?? this.waiting?.xy ?? null };
      return;
    }
    this.waiting = null;
    // Nobody chose this map, or there is none: another stands at once.
    const lacking = !frame.xy && frame.state !== "asked";
    if (lacking && !places.xy && (this.unchosen || frame.state === "failed") && this.state.map !== this.#surest()) {
      if (!this.unchosen) this.#note(frame.message);
      this.choose({ map: this.#surest() });
      return;
    }
    this.unchosen &&= frame.state === "asked";
    const before = places.stand?.state;
    places.stand = frame;
    if (frame.state === "absent" && this.asksToForm) this.forming.start();
    this.asksToForm = false;
    // While its figures are measured a finished map is sent again and again.
    const known = places.map === this.state.map && before === frame.state && frame.state !== "forming";
    if (frame.xy && frame.xy.length === 2 * places.codes.n && !known) this.#setPlaces(frame.xy, before);
    this.standing.show(this.state.map, frame);
    this.chart.element.dataset.state = frame.state;
    if (places.isReady()) this.pinboard.learn();
  }

  /** The map that always stands at once. */
  #surest() {
    return this.data.latent.dims === 2 ? "identity" : "pca";
  }

  #setPlaces(xy, before) {
    const { chart, places, pinboard, aim, own } = this;
    const other = places.map !== this.state.map;
    const marks = [...pinboard.loose, ...aim.loose, ...own.loose, ...this.scene.names.loose];
    places.goOver(marks, () => {
      places.show(xy);
      return this.#goTo(xy, { other, before });
    });
    this.scene.setPlaces();
    aim.setOff();
    if (chart.gliding && this.colouring.mask) places.findNeighbours(this.colouring.mask);
    pinboard.place();
    own.place();
    if (chart.gliding) return;
    // After the points are on the screen: the tree of neighbours takes a few milliseconds.
    requestAnimationFrame(() => {
      if (places.xy === xy && !this.gone && !chart.gliding) this.#lookAgain(other);
    });
  }

  /** Bring the points to their places, and all into view, unless the address asks for a view of its own. */
  #goTo(xy, { other, before }) {
    const { chart, places } = this;
    const ready = places.isReady();
    const view = this.wantedView && readView(this.wantedView, { width: chart.element.clientWidth, height: chart.element.clientHeight });
    this.wantedView = null;
    if (chart.camera && !view && (other || !ready || before !== "done")) {
      const ease = ready ? undefined : (share) => share;
      return chart.glide(xy, { milliseconds: !ready ? STEP : other ? MORPH : SETTLE, ease, onEnd: () => this.#arrived(other) });
    }
    chart.setPlaces(xy);
    if (view) chart.jump(view);
    else if (ready && this.unseen) chart.jump(chart.whole());
    if (ready) this.unseen = false;
    return null;
  }

  /** The points are where they belong. */
  #arrived(other) {
    if (!this.gone) this.#lookAgain(other);
  }

  /** What knows of neighbours, once the places have come. @param {boolean} other whether the map is another one */
  #lookAgain(other) {
    this.#findNeighbours();
    this.pinboard.learn();
    if (!this.aim.target) this.#lookAtMiddle();
    else if (this.places.isStill()) this.aim.again(other);
  }

  /** Make the tree of neighbours among the points that are shown. */
  #findNeighbours() {
    if (!this.places.xy) return;
    this.places.findNeighbours(this.colouring.mask);
    this.chart.refresh("over", "under");
  }

  /** Classes were singled out, or no longer: the hand meets others. */
  singledOut() {
    this.#findNeighbours();
    this.later();
  }

  /** So that the panel is not empty before anybody has pointed anywhere. */
  #lookAtMiddle() {
    const { xy, neighbours } = this.places;
    const { left, right, bottom, top } = extent(xy);
    const near = neighbours.nearest((left + right) / 2, (bottom + top) / 2);
    if (near) this.aim.at(xy[2 * near.index], xy[2 * near.index + 1], { lens: false, rest: false });
  }

  /** Change what is chosen with the controls. @param {Partial<import("./tools.js").MapState>} change */
  choose(change) {
    const before = this.state;
    this.state = { ...before, ...change, layers: { ...before.layers, ...change.layers } };
    const { map, colour, layers, tool } = this.state;
    this.pictured ||= change.layers?.pictures !== undefined;
    this.pair.arm(tool === "lasso");
    if (map !== before.map) {
      if (!this.pictured) layers.pictures = this.#isPlane(map);
      this.asksToForm = map.startsWith("tsne");
      this.#follow();
    }
    if ((colour !== before.colour || layers.pictures !== before.layers.pictures) && this.places.codes?.n) this.colouring.recolour();
    // Over pictures the points step back.
    this.chart.look = this.#look();
    this.tools.show(this.state, Boolean(this.places.codes?.labels));
    this.chart.element.classList.toggle("lassoing", tool === "lasso");
    this.chart.refresh("under", "points", "over");
    this.later();
  }

  /** How large the points are and how opaque: over pictures they are smaller, so that these are seen between them. */
  #look() {
    const { size, opacity, layers } = this.state;
    return { size: size * (layers.pictures ? SMALLER : 1), opacity: opacity * (layers.density ? FAINT : layers.pictures ? BACK : 1) };
  }

  /** Whether each place of a map is one code, so that pictures of all places are what it is. */
  #isPlane(map) {
    return this.data.latent.dims === 2 && dimensionsOf(map) !== null;
  }

  /** Pin what is pointed at. At a click it is the point under the pointer, though its card is not open yet. */
  pin(clicked = false) {
    const { target } = this.aim;
    if (!target || !this.places.neighbours) return;
    this.tabs.open("pins");
    this.pinboard.add(target, clicked);
  }

  /** Make the points in a lasso a group. @param {[number, number][] | null} polygon on the screen */
  lassoed(polygon) {
    const { places, chart } = this;
    chart.refresh("over");
    if (!polygon || !places.xy || !this.groups) return;
    const corners = polygon.map(([x, y]) => chart.toMap(x, y));
    this.tabs.open("groups");
    const group = this.groups.add(select(chart.xy, corners, this.colouring.mask));
    this.#note(group ? "" : "There are no points inside the lasso; draw it around some.");
    if (!group) return; // it is in the hand still
    if (places.isStill()) this.scene.outlines.set(group.id, { map: places.map, polygon: corners });
    if (this.pair.isArmed && !this.pair.drawn()) this.choose({ tool: "move" });
    else this.later();
  }

  // Requests.

  /** @type {Ask} */
  ask = (lane, { mapped = false, ...request }, onAnswer, onRefused = () => {}) => {
    // On the latent plane a place is a code, which the page may decode by itself.
    const isCode = this.socket.near && mapped && request.op === "decode_point" && this.state.map === "identity";
    this.socket.ask(lane, {
      ...request,
      ...(isCode ? { op: "decode" } : {}),
      model: this.data.model,
      ...(mapped ? { map: this.state.map } : {}),
      onAnswer: (answer) => {
        this.#trouble("");
        onAnswer(answer);
      },
      onError: (sentence) => {
        this.#trouble(sentence);
        onRefused();
      },
    });
  };

  /** @type {Images} */
  images = (lane, points, onImages, onRefused) => {
    const { codes } = this.places;
    const there = points.filter((point) => hasOriginal(codes, point));
    const others = points.filter((point) => !hasOriginal(codes, point));
    if (!others.length) this.#originals(lane, there, onImages, onRefused);
    else if (!there.length) this.#redrawn(lane, others, onImages, onRefused);
    else {
      // One after the other: a lane forgets the older of two that wait.
      const both = (first) => this.#redrawn(lane, others, (rest) => onImages(woven(points, new Set(there), first, rest, this.view.size)), onRefused);
      this.#originals(lane, there, both, onRefused);
    }
  };

  #originals(lane, points, onImages, onRefused) {
    this.ask(lane, { op: "originals", shape: [points.length], payload: Int32Array.from(points) }, ({ array }) => onImages(array), onRefused);
  }

  #redrawn(lane, points, onImages, onRefused) {
    const { dims } = this.places.codes;
    const z = new Float32Array(points.length * dims);
    points.forEach((point, i) => z.set(this.places.codeOf(point), i * dims));
    const request = { op: "decode", shape: [points.length, dims], payload: z, condition: this.places.classesOf(points) };
    this.ask(lane, request, ({ array }) => onImages(array), onRefused);
  }

  // What is said.

  /** Bring the address, the table and the spoken words up to date once the hand rests. */
  later(spoken = false) {
    this.reading.classList.remove("resting");
    this.spoken ||= spoken;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), QUIET);
  }

  settle() {
    const { aim, places } = this;
    if (!places.codes?.n || this.gone) return;
    this.keeper.write(this.#address(location.href));
    if (aim.target && places.neighbours) {
      const { x, y } = aim.target;
      this.table.show(places.neighbours.of(x, y, NEAREST), `${figure(x)}, ${figure(y)}`);
      if (this.spoken) aim.say();
    }
    this.reading.classList.add("resting");
    this.spoken = false;
    this.groups.refresh();
    this.element.dataset.settled = "true";
  }

  #address(href) {
    const { chart } = this;
    const whole = this.places.xy && chart.camera && formatView(chart.whole());
    const view = chart.camera && formatView(chart.camera);
    const { map, colour } = this.state;
    const pins = this.pinboard.forAddress;
    const classes = this.colouring.legend.chosen;
    return withMap(href, { model: this.data.model, map, colour, view: view === whole ? null : view, pins, classes });
  }

  /** A sentence that goes away by itself once all is well. */
  #trouble(sentence) {
    if (this.troubleNote.textContent === sentence) return;
    this.troubleNote.textContent = sentence;
    this.troubleNote.hidden = !sentence;
  }

  #note(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  #fail(sentence) {
    this.forming.close();
    this.#note(sentence);
    this.body.hidden = true;
    const kept = /** @type {ShadowRoot} */ (this.element.getRootNode()).host?.closest(".st-key-map-live");
    if (kept) kept.style.minHeight = "0"; // the room that the page keeps for a map
  }

  #repaint() {
    if (this.gone) return;
    this.theme = themeOf(this.element);
    if (this.places.codes?.n) this.colouring.recolour();
    this.chart.refresh("under", "points", "over");
  }

  /** What is pointed at has changed; a key that led there has it spoken. @param {boolean} byKeys */
  moved(byKeys) {
    this.byKeys = byKeys;
    this.later(byKeys);
  }

  /** Say something to a screen reader. */
  say = (sentence) => (this.status.textContent = sentence);

  /** Write and place what stands beside the hand. Returns whether what is drawn over the points at the hand's place is another. */
  follow() {
    this.aim.draw();
    this.#read();
    return this.marked !== this.#markNow();
  }

  /** What marks the place that is pointed at: nothing where its picture stands beside it. */
  #markNow() {
    const { target } = this.aim;
    if (target?.point !== null) return String(target?.point);
    return this.#isCursor ? `${target.x}, ${target.y}` : "";
  }

  /** Whether a cross stands at the place that is pointed at. */
  get #isCursor() {
    return this.byKeys || !this.aim.lensed;
  }

  drawOver(context, camera) {
    const { aim, pinboard } = this;
    const own = this.own.shown;
    this.follow();
    this.marked = this.#markNow();
    this.scene.drawOver(context, camera, {
      groups: this.groups?.groups ?? [],
      pins: pinboard.placed,
      pointed: pinboard.pointed,
      target: aim.target,
      cursor: this.#isCursor,
      own,
      lasso: this.lasso.path.map(([px, py]) => [px / this.chart.grow, py / this.chart.grow]),
      named: (label) => this.colouring.isNamed(label),
    });
    if (own?.trail.length > 1) this.chart.refresh("over"); // it fades
  }

  /** Write what the last pictures took, a few times a second. */
  #read() {
    const now = performance.now();
    if (now - (this.readAt ?? -Infinity) < READING) return;
    const reading = this.aim.reading();
    if (!reading) return;
    this.readAt = now;
    write(this.reading, reading.brief);
    mark(this.reading, "title", reading.sentence);
  }

  tellKind(kind) {
    this.element.dataset.points = kind;
    this.kindNote.hidden = kind === "webgl";
  }
}

/** A word by which the server knows this window, also after it was loaded anew. */
function visitor() {
  const made = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    return (sessionStorage.latentVisitor ??= made);
  } catch {
    return made; // no storage for this page
  }
}
