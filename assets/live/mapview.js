/**
 * One model's map in view: what is shown, how it is coloured, what the hand does on it.
 * @module
 */

import { Aim } from "./aim.js";
import { Density, Pictures } from "./backdrop.js";
import { extent, formatView, readView, toScreen } from "./camera.js";
import { Chart } from "./chart.js";
import { classColour, classColours, css, robustRange, scaleColours, scaleStops } from "./colours.js";
import { codesCsv } from "./csv.js";
import { h, icon, nameOf } from "./dom.js";
import { coordinate, errorOf, kls, pairOf } from "./figures.js";
import { Forming } from "./forming.js";
import { Hand } from "./gestures.js";
import { Groups } from "./grouppanel.js";
import { select } from "./groups.js";
import { Here } from "./here.js";
import { Lasso } from "./lasso.js";
import { drawAxes, drawCursor, drawEllipses, drawLasso, drawPins, drawRing, drawRings, drawThumbnails, drawTrail } from "./layers.js";
import { Legend } from "./legend.js";
import { Lens } from "./lens.js";
import { isMap, readAddress, withMap } from "./mapaddress.js";
import { readCodes } from "./mapfile.js";
import { MapTools } from "./maptools.js";
import { axesOf, className, describeKeeps, explainMap, figure, named } from "./mapwords.js";
import { Neighbours } from "./neighbours.js";
import { save } from "./pictures.js";
import { Pins } from "./pins.js";
import { mapPng, mapSvg } from "./sheetsvg.js";
import { Sketch } from "./sketch.js";
import { LiveSocket, address } from "./socket.js";
import { NearTable } from "./table.js";
import { Tabs } from "./tabs.js";
import { Thumbnails } from "./thumbnails.js";
import { themeOf } from "./theme.js";
import { formatCode } from "./url.js";

const QUIET = 400; // ms without a movement until the address, the table and the spoken text are brought up to date
const STEP = 12; // pixels that an arrow key moves the cursor, and with Shift a quarter of it
const ZOOM = 1.5; // of a key or a button
const NEAREST = 20; // points in the table
const MOST_ELLIPSES = 400;
const BACK = 0.55; // of their opacity, where pictures lie under the points
const TRAIL = 120; // places that a drawing's way over the map is remembered for
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class MapView {
  /** @param {{download: () => void}} page what only the server's page can do */
  constructor(root, data, page) {
    Object.assign(this, { root, data, page, shape: data.shape });
    this.state = {
      map: data.latent.dims === 2 ? "identity" : "tsne",
      colour: "class",
      tool: "move",
      size: 5,
      opacity: 0.75,
      layers: { pictures: false, density: false, prior: data.latent.dims === 2, ellipses: true, thumbnails: true },
    };
    this.trail = [];
    this.highlighted = null;
    this.byKeys = false;
    this.visitor = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.codesAsked = fetch(`${data.base}api/codes?model=${encodeURIComponent(data.model)}`, { cache: "no-cache" });
    const asked = new URLSearchParams(location.search).get("map");
    this.first = !asked; // nobody chose this map: where it is not made yet, another is shown
    if (asked && isMap(asked, data.latent.dims)) this.state.map = asked;
    this.#build();
    this.socket = new LiveSocket(address(data.base, location), { onState: (open) => this.#online(open) });
    this.#follow();
    this.#load();
    this.#listen();
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
    this.forming?.close();
    this.sketch?.destroy();
    this.table?.destroy();
    this.chart.destroy();
    this.socket.close();
    window.removeEventListener("keydown", this.onkeydown, true);
    this.scheme.removeEventListener("change", this.onscheme);
    this.page_.remove();
  }

  // What is shown.

  async #load() {
    try {
      this.codes = await readCodes(await this.codesAsked);
    } catch (error) {
      this.#fail(error.message);
      return;
    }
    if (this.gone) return;
    if (!this.codes.n) {
      this.#fail("This model has no codes of test images, so there is nothing to map. Export or train it again to have them.");
      return;
    }
    const { model, latent } = this.data;
    const asked = readAddress(location.search, { model, dims: latent.dims, n: this.codes.n });
    if (asked.colour) this.state.colour = asked.colour;
    if (!this.codes.labels && this.state.colour === "class") this.state.colour = "elbo";
    this.#note(asked.notes.join(" "));
    this.figures = { error: errorOf(this.codes), kl: kls(this.codes) };
    this.levels = new Uint8Array(this.codes.n).fill(2);
    this.thumbnails = new Thumbnails(this.shape, (points, onImages) => this.#images("thumbnails", points, onImages), () => this.chart.refresh("over"));
    this.pictures = new Pictures(this.shape, (xy, onImages) => this.#decodePlaces(xy, onImages), () => this.chart.refresh("under"));
    this.#buildPanels();
    this.wantedView = asked.view;
    this.pins.set(asked.pins);
    this.#recolour();
    if (this.waiting) this.#take(this.waiting);
  }

  /** Follow a map: the server says how it stands, at once, and again while it forms. */
  #follow({ start = false } = {}) {
    this.forming?.close();
    const { base, model } = this.data;
    const { map } = this.state;
    this.stand = null;
    this.forming = new Forming({ base, model, map, visitor: this.visitor, onFrame: (frame) => this.state.map === map && !this.gone && this.#take(frame) });
    if (start) this.forming.start();
  }

  /** Take how the chosen map stands now, with its places where they came. */
  #take(frame) {
    if (!this.codes) {
      this.waiting = frame; // the codes are on their way
      return;
    }
    this.waiting = null;
    if (frame.state === "absent" && this.first && this.data.latent.dims > 2) {
      this.choose({ map: "pca" });
      return;
    }
    this.first = false;
    const before = this.stand?.state;
    this.stand = frame;
    if (frame.state === "absent" && this.asksToForm) this.forming.start();
    this.asksToForm = false;
    // While its figures are measured a finished map is sent again and again.
    const known = this.shownMap === this.state.map && before === frame.state && frame.state !== "forming";
    if (frame.xy && frame.xy.length === 2 * this.codes.n && !known) this.#setPlaces(frame.xy, before);
    this.#tell();
    if (this.#isReady()) this.#learnPins();
  }

  #isReady() {
    return this.stand?.state === "done" || this.stand?.state === "stopped";
  }

  #setPlaces(xy, before) {
    const first = !this.chart.camera;
    const moving = !this.#isReady();
    this.shownMap = this.state.map;
    this.xy = xy;
    this.neighbours = null;
    if (moving) this.chart.morph(xy);
    else this.chart.setPlaces(xy);
    this.density = new Density(xy, this.#variances());
    this.pictures.clear();
    const view = this.wantedView && readView(this.wantedView, { width: this.chart.element.clientWidth, height: this.chart.element.clientHeight });
    this.wantedView = null;
    if (view) this.chart.jump(view);
    else if (first && !moving) this.chart.jump(this.chart.whole());
    else if (!moving && (before !== "done" || this.flyNext)) this.chart.fly(this.chart.whole());
    this.flyNext = false;
    this.#placePins();
    if (this.lastDrawing) this.#placeDrawing(this.lastDrawing);
    // After the points are on the screen: the tree of neighbours takes a few milliseconds.
    requestAnimationFrame(() => {
      if (this.xy !== xy || this.gone) return;
      this.#neighbours();
      if (!this.aim.target) this.#lookAtMiddle();
      else if (!moving) this.aim.again();
    });
  }

  /** The tree of neighbours among the points that are shown. */
  #neighbours() {
    this.neighbours = new Neighbours(this.xy, this.levels);
    this.chart.refresh("over", "under");
    return this.neighbours;
  }

  /** So that the panel is not empty before anybody has pointed anywhere. */
  #lookAtMiddle() {
    const { left, right, bottom, top } = extent(this.xy);
    const near = this.neighbours.nearest((left + right) / 2, (bottom + top) / 2);
    if (near) this.aim.at(this.xy[2 * near.index], this.xy[2 * near.index + 1], { lens: false, rest: false });
  }

  /** Log variances of the points along the map's two axes, where it shows two dimensions. */
  #variances() {
    const axes = this.#dimensions();
    return axes && pairOf(this.codes.logVariance, this.codes.dims, axes);
  }

  /** The two dimensions that the map shows, or null where it shows none as such. @returns {[number, number] | null} */
  #dimensions() {
    if (this.state.map === "identity") return [0, 1];
    const [, i, j] = /^dimensions-(\d+)-(\d+)$/.exec(this.state.map) ?? [];
    return i === undefined ? null : [Number(i), Number(j)];
  }

  /** Change what is chosen with the controls. */
  choose(change) {
    const { map: before, colour } = this.state;
    this.state = { ...this.state, ...change, layers: { ...this.state.layers, ...change.layers } };
    const { map, size, opacity } = this.state;
    if (map !== before) {
      this.flyNext = true;
      this.asksToForm = map.startsWith("tsne");
      this.priorAt = null;
      this.#follow();
    }
    if (colour !== this.state.colour) this.#recolour();
    // Over pictures the points step back.
    this.chart.look = { size, opacity: this.state.layers.pictures ? opacity * BACK : opacity };
    this.tools.show(this.state, Boolean(this.codes?.labels));
    this.chart.element.classList.toggle("lassoing", this.state.tool === "lasso");
    this.chart.refresh("under", "points", "over");
    this.#later();
  }

  #recolour() {
    const { codes, theme } = this;
    const { colour } = this.state;
    this.tools.show(this.state, Boolean(codes.labels));
    if (colour === "class" && codes.labels) {
      this.colours = classColours(codes.labels, codes.classes.length, theme.dark);
      this.legend.showClasses(codes, (label) => css(classColour(label, codes.classes.length, theme.dark)));
    } else {
      const values = this.#values(colour);
      const range = robustRange(values);
      this.colours = scaleColours(values, range, theme.dark);
      this.legend.showScale(this.#nameOf(colour), range, scaleStops(theme.dark));
    }
    this.chart.points.setColours(this.colours);
    this.#relevel();
  }

  #values(colour) {
    if (colour === "elbo") return this.codes.negativeElbo;
    return colour === "error" ? this.figures.error : coordinate(this.codes, Number(colour.slice(1)) - 1);
  }

  #nameOf(colour) {
    if (colour === "elbo") return "−ELBO, nats";
    return colour === "error" ? "reconstruction error, nats" : nameOf(Number(colour.slice(1)) - 1);
  }

  /** Which points are shown, and which stand out: classes switched off in the legend are hidden. */
  #relevel() {
    const { labels } = this.codes;
    const off = this.legend.off;
    const lit = this.highlighted && new Set(this.highlighted);
    this.levels = Uint8Array.from({ length: this.codes.n }, (_, i) => (labels && off.has(labels[i]) ? 0 : lit && !lit.has(i) ? 1 : 2));
    this.chart.points.setLevels(this.levels);
    this.chart.refresh("points", "over");
  }

  // Requests.

  /** Ask the model for something; `mapped` says that places on the chosen map are meant. */
  #ask(lane, { mapped = false, ...request }, onAnswer) {
    this.socket.ask(lane, {
      ...request,
      model: this.data.model,
      ...(mapped ? { map: this.state.map } : {}),
      onAnswer: (answer) => {
        this.#trouble("");
        onAnswer(answer);
      },
      onError: (sentence) => this.#trouble(sentence),
    });
  }

  /** The images of points: themselves where they are on the server, otherwise their reconstructions. */
  #images(lane, points, onImages) {
    const give = ({ array }) => onImages(array);
    if (this.codes.originals) {
      this.#ask(lane, { op: "originals", shape: [points.length], payload: Int32Array.from(points) }, give);
      return;
    }
    const z = new Float32Array(points.length * this.codes.dims);
    points.forEach((point, i) => z.set(this.#codeOf(point), i * this.codes.dims));
    this.#ask(lane, { op: "decode", shape: [points.length, this.codes.dims], payload: z }, give);
  }

  #decodePlaces(xy, onImages) {
    this.#ask("grid", { op: "decode_point", mapped: true, shape: [xy.length / 2, 2], payload: xy }, ({ array }) => onImages(array));
  }

  #codeOf = (point) => this.codes.mean.subarray(point * this.codes.dims, (point + 1) * this.codes.dims);

  // Drawing.

  #drawUnder(context, camera) {
    const { layers, map } = this.state;
    if (!this.xy || this.shownMap !== map) return;
    if (layers.pictures && this.#isReady() && this.neighbours) {
      // On the latent plane every place has a picture of its own; elsewhere those far from all data stand for nothing.
      this.pictures.draw(context, camera, (x, y) => map !== "identity" && this.aim.isFar(x, y));
    }
    if (layers.density) this.density.draw(context, camera, this.theme.accentRgb, this.theme.dark);
  }

  #drawOver(context, camera) {
    const { layers, map } = this.state;
    const { theme, chart } = this;
    this.aim.draw();
    this.#read();
    if (!this.xy) return;
    const axes = axesOf(map);
    if (axes && this.#isReady()) drawAxes(context, camera, axes, theme);
    if (layers.prior && !map.startsWith("tsne") && this.#isReady()) this.#drawPrior(context, camera);
    if (layers.thumbnails && this.neighbours && this.#isReady()) drawThumbnails(context, this.#thumbnails(camera));
    if (layers.ellipses && this.#dimensions()) drawEllipses(context, camera, this.#ellipses(), theme);
    drawPins(context, camera, this.pins.pins.filter((pin) => Number.isFinite(pin.x)), theme);
    const target = this.pointedPin ?? this.aim.target;
    if (target && (target.point !== null || this.pointedPin)) drawRing(context, camera, target, 9, theme);
    else if (target && this.byKeys) drawCursor(context, camera, target, theme);
    drawTrail(context, camera, this.trail, theme);
    drawLasso(context, this.lasso.path, theme);
    chart.element.dataset.camera = formatView(camera);
  }

  #drawPrior(context, camera) {
    const dims = this.#dimensions();
    if (dims) drawRings(context, camera, [0, 0], this.theme);
    else if (this.priorAt) drawRings(context, camera, this.priorAt, this.theme);
    else if (this.priorAt !== false) {
      this.priorAt = false; // asked
      this.#ask("origin", { op: "place", mapped: true, shape: [1, this.codes.dims], payload: new Float32Array(this.codes.dims) }, ({ array }) => {
        this.priorAt = [array[0], array[1]];
        this.chart.refresh("over");
      });
    }
  }

  #thumbnails(camera) {
    return this.thumbnails.inView(camera, this.xy, this.neighbours).map((thumbnail) => ({ ...thumbnail, colour: css(this.colours, 3 * thumbnail.point) }));
  }

  #ellipses() {
    const [first, second] = this.#dimensions();
    const { dims, logVariance } = this.codes;
    const sigma = (point, dim) => Math.exp(0.5 * logVariance[point * dims + dim]);
    const chosen = new Set([this.aim.target?.point, ...this.pins.pins.map((pin) => pin.point), ...(this.highlighted ?? [])].filter((point) => point !== null && point !== undefined));
    return [...chosen].slice(0, MOST_ELLIPSES).map((point) => ({ x: this.xy[2 * point], y: this.xy[2 * point + 1], rx: sigma(point, first), ry: sigma(point, second) }));
  }

  // Pins.

  #pin() {
    const { target } = this.aim;
    if (!target || !this.neighbours) return;
    this.pins.add({ x: target.x, y: target.y, point: target.point });
  }

  /** Find out the codes, pictures and names of pins that have none yet. */
  #learnPins() {
    if (!this.#isReady() || !this.codes) return;
    for (const pin of this.pins.pins.filter((each) => each.point !== null && !each.z)) {
      Object.assign(pin, { z: Array.from(this.#codeOf(pin.point)), x: this.xy[2 * pin.point], y: this.xy[2 * pin.point + 1] });
    }
    const places = this.pins.pins.filter((pin) => !pin.z);
    if (places.length) {
      const payload = Float32Array.from(places.flatMap(({ x, y }) => [x, y]));
      this.#ask("pins", { op: "code_at", mapped: true, shape: [places.length, 2], payload }, ({ array }) => {
        const { dims } = this.codes;
        places.forEach((pin, i) => (pin.z = Array.from(array.subarray(i * dims, (i + 1) * dims))));
        this.#learnPins();
      });
      return;
    }
    const blank = this.pins.pins.filter((pin) => !pin.images);
    if (!blank.length) return;
    const size = this.shape[0] * this.shape[1] * this.shape[2];
    this.#ask("pins", { op: "decode", shape: [blank.length, this.codes.dims], payload: Float32Array.from(blank.flatMap((pin) => pin.z)) }, ({ array }) => {
      blank.forEach((pin, i) => this.pins.know(pin, { images: array.slice(i * size, (i + 1) * size), name: this.#nameOfPin(pin) }));
    });
  }

  #nameOfPin({ x, y, point }) {
    const { labels, classes } = this.codes;
    const near = point ?? this.neighbours?.nearest(x, y)?.index;
    const kind = labels && near !== undefined ? named(classes, labels[near]) : "";
    return point === null ? kind && `near ${kind}` : `image ${point}${kind && `, ${kind}`}`;
  }

  /** Put the pins where their codes lie on another map. */
  #placePins() {
    for (const pin of this.pins.pins.filter((each) => each.point !== null)) Object.assign(pin, { x: this.xy[2 * pin.point], y: this.xy[2 * pin.point + 1] });
    const places = this.pins.pins.filter((pin) => pin.point === null && pin.z);
    if (!places.length || !this.#isReady()) return;
    this.#ask("pins", { op: "place", mapped: true, shape: [places.length, this.codes.dims], payload: Float32Array.from(places.flatMap((pin) => pin.z)) }, ({ array }) => {
      places.forEach((pin, i) => Object.assign(pin, { x: array[2 * i], y: array[2 * i + 1] }));
      this.chart.refresh("over");
      this.#later();
    });
  }

  // Drawings.

  /** A drawing or an upload has changed: its code, its place on the map, its reconstruction. */
  #drawn(pixels) {
    this.lastDrawing = null;
    if (!pixels) {
      this.trail = [];
      this.drawingCode = null;
      this.sketch.showReconstruction(null);
      this.chart.refresh("over");
      return;
    }
    this.#ask("encode", { op: "encode", shape: [1, ...this.shape], payload: pixels }, ({ array }) => {
      if (!this.sketch.pixels) return; // cleared meanwhile
      const z = array.slice(0, this.codes.dims);
      this.drawingCode = z;
      this.#placeDrawing(z);
      this.#ask("redrawn", { op: "decode", shape: [1, this.codes.dims], payload: z }, (answer) => this.sketch.pixels && this.sketch.showReconstruction(answer.array));
    });
  }

  #placeDrawing(z) {
    this.lastDrawing = z;
    if (!this.#isReady()) return;
    this.#ask("place", { op: "place", mapped: true, shape: [1, this.codes.dims], payload: z }, ({ array }) => {
      if (!this.sketch.pixels) return;
      this.trail = [...(this.trailMap === this.state.map ? this.trail : []), [array[0], array[1]]].slice(-TRAIL);
      this.trailMap = this.state.map;
      this.chart.element.dataset.drawing = `${array[0].toFixed(3)},${array[1].toFixed(3)}`;
      this.#sayDrawing(array[0], array[1]);
      this.chart.refresh("over");
    });
  }

  #sayDrawing(x, y) {
    const near = this.neighbours?.of(x, y, 10) ?? [];
    const { labels, classes } = this.codes;
    if (!near.length) return;
    const kinds = labels ? near.filter(({ index }) => labels[index] === labels[near[0].index]).length : 0;
    this.drawingPlace.textContent = labels
      ? `It lies beside ${named(classes, labels[near[0].index])}: ${kinds} of its ten neighbours on the map are the same.`
      : `Its nearest point on the map is ${figure(near[0].distance)} away.`;
  }

  // The hand.

  #listen() {
    const { chart, aim } = this;
    const lasso = this.lasso;
    this.hand = new Hand(chart.element, {
      point: (x, y) => this.#point(x, y),
      leave: () => aim.leave(),
      pan: (dx, dy) => {
        aim.leave();
        chart.pan(dx, dy);
      },
      zoom: (factor, x, y) => chart.zoom(factor, x, y),
      click: () => this.#pin(),
      tap: (x, y) => this.#point(x, y),
      begin: (x, y) => {
        aim.leave();
        lasso.begin(x, y);
      },
      draw: (x, y) => {
        if (lasso.move(x, y)) chart.refresh("over");
      },
      end: () => this.#lassoed(lasso.end()),
      lasso: () => this.state.tool === "lasso",
    });
    chart.element.addEventListener("keydown", (event) => this.#key(event));
    chart.element.addEventListener("dblclick", ({ clientX, clientY }) => {
      const box = chart.element.getBoundingClientRect();
      chart.zoom(2, clientX - box.left, clientY - box.top);
    });
    this.onkeydown = (event) => this.#pageKey(event);
    window.addEventListener("keydown", this.onkeydown, true);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onscheme = () => setTimeout(() => this.#retheme(), 300); // Streamlit's variables follow a moment later
    this.scheme.addEventListener("change", this.onscheme);
  }

  #point(px, py) {
    if (!this.neighbours || !this.chart.camera) return;
    this.byKeys = false;
    this.aim.at(...this.chart.toMap(px, py));
    this.#later();
  }

  #lassoed(polygon) {
    this.chart.refresh("over");
    if (!polygon || !this.xy) return;
    const chosen = select(this.xy, polygon.map(([x, y]) => this.chart.toMap(x, y)), this.levels);
    this.tabs.open("groups");
    this.groups.add(chosen);
    this.choose({ tool: "move" });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.neighbours) return;
    const step = KEYS[event.key];
    if (step) this.#moveCursor(step, event.shiftKey ? STEP / 4 : STEP);
    else if (event.key === "Enter" || event.key === " ") this.#pin();
    else if (event.key === "+" || event.key === "=") this.chart.zoom(ZOOM, ...this.#cursor());
    else if (event.key === "-") this.chart.zoom(1 / ZOOM, ...this.#cursor());
    else if (event.key === "0") this.chart.fly(this.chart.whole());
    else if (event.key.toLowerCase() === "n") this.#toNearest();
    else if (event.key === "Escape") this.#calm();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #cursor() {
    const { camera } = this.chart;
    const { target } = this.aim;
    const [x, y] = target ? toScreen(camera, target.x, target.y) : [camera.width / 2, camera.height / 2];
    const inside = x >= 0 && y >= 0 && x <= camera.width && y <= camera.height;
    return inside ? [x, y] : [camera.width / 2, camera.height / 2];
  }

  #moveCursor([dx, dy], pixels) {
    const { chart } = this;
    const { width, height } = chart.camera;
    let [x, y] = this.#cursor();
    [x, y] = [x + dx * pixels, y + dy * pixels];
    const [inX, inY] = [Math.min(width - STEP, Math.max(STEP, x)), Math.min(height - STEP, Math.max(STEP, y))];
    if (inX !== x || inY !== y) chart.pan(inX - x, inY - y);
    this.byKeys = true;
    this.aim.at(...chart.toMap(inX, inY), { rest: false });
    this.#later(true);
  }

  #toNearest() {
    const [x, y] = this.chart.toMap(...this.#cursor());
    const near = this.neighbours.nearest(x, y);
    if (!near) return;
    this.byKeys = true;
    this.aim.onPoint(near.index, { lens: true });
    this.#later(true);
  }

  #calm() {
    this.highlighted = null;
    this.lasso.end();
    this.aim.leave();
    this.#relevel();
    if (this.state.tool === "lasso") this.choose({ tool: "move" });
  }

  /** Keys that work wherever the focus is: Ctrl+Z on the pad is its own. */
  #pageKey(event) {
    if (event.key !== "Escape" || this.state.tool !== "lasso") return;
    this.#calm();
  }

  // What is said.

  #later(spoken = false) {
    this.spoken ||= spoken;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#settled(), QUIET);
  }

  /** After a movement: the address, the table, and what a screen reader may say. */
  #settled() {
    if (!this.codes || this.gone) return;
    const { target } = this.aim;
    const { camera } = this.chart;
    const whole = this.xy && formatView(this.chart.whole());
    const view = camera && formatView(camera) !== whole ? formatView(camera) : null;
    const { map, colour } = this.state;
    history.replaceState(history.state, "", withMap(location.href, { model: this.data.model, map, colour, view, pins: this.pins.pins.filter((pin) => pin.point !== null || Number.isFinite(pin.x)) }));
    if (target && this.neighbours) {
      this.table.show(this.neighbours.of(target.x, target.y, NEAREST), `${figure(target.x)}, ${figure(target.y)}`);
      if (this.spoken) this.aim.say();
    }
    this.spoken = false;
    this.groups.refresh();
    this.page_.dataset.settled = "true";
  }

  #read() {
    const reading = this.aim.reading();
    if (!reading) return;
    this.reading.textContent = reading.brief;
    this.reading.title = reading.sentence;
  }

  /** Say how the map stands: its progress, what it keeps, what went wrong. */
  #tell() {
    const { state, iteration, total, message, keeps } = this.stand;
    const busy = state === "forming" || state === "waiting";
    this.progress.hidden = !busy && state !== "stopped" && state !== "failed" && state !== "absent";
    this.bar.hidden = state !== "forming";
    this.bar.value = total ? iteration / total : 0;
    const words = {
      forming: total ? `t-SNE is forming: step ${iteration} of ${total}` : "t-SNE is starting …",
      waiting: "Waiting: another map is forming on this computer.",
      stopped: `Stopped at step ${iteration} of ${total}.`,
      absent: "This map is not made yet; it takes about a minute.",
      failed: "The map could not be made.",
    };
    this.progressWords.textContent = [words[state], message].filter(Boolean).join(" ");
    this.stopButton.hidden = !busy;
    this.startButton.hidden = busy;
    this.startButton.lastChild.textContent = state === "absent" ? "Form it now" : "Form it anew";
    if (!busy && message && this.progress.hidden) this.#note(message);
    this.about.textContent = explainMap(this.state.map);
    this.keeps.replaceChildren(...describeKeeps(keeps).map(({ name, value, rest }) => h("div", {}, h("dt", {}, name), h("dd", {}, h("b", {}, value), ` ${rest}`))));
    this.keepsBox.hidden = !this.keeps.children.length;
    this.keepsBox.title = keeps?.conditions ?? "";
    this.chart.element.dataset.state = state;
  }

  #online(open) {
    this.#trouble(open ? "" : "The server does not answer. Trying again…");
  }

  /** A sentence that goes away by itself once all is well. */
  #trouble(sentence) {
    if (this.troubleNote.textContent === sentence) return;
    this.troubleNote.textContent = sentence;
    this.troubleNote.hidden = !sentence;
  }

  #note(sentence) {
    if (!sentence) return;
    this.note.textContent = sentence;
    this.note.hidden = false;
  }

  #fail(sentence) {
    this.#note(sentence);
    this.body.hidden = true;
  }

  // What is saved.

  /** What a saved map shows: the view as it is, in the colours for white paper. */
  #figure() {
    const { codes, chart, state } = this;
    const byClass = state.colour === "class" && codes.labels;
    const values = byClass ? null : this.#values(state.colour);
    const n = codes.classes.length;
    const under = state.layers.pictures || state.layers.density ? chart.under.toDataURL("image/png") : null;
    return {
      camera: chart.camera,
      xy: this.xy,
      colours: byClass ? classColours(codes.labels, n, false) : scaleColours(values, robustRange(values), false),
      levels: this.levels,
      size: chart.look.size,
      opacity: chart.look.opacity,
      legend: byClass ? this.legend.shown.map((label) => ({ name: className(codes.classes, label), colour: classColour(label, n, false) })) : [],
      ...(byClass ? {} : { scale: { name: this.#nameOf(state.colour), range: robustRange(values) } }),
      axes: axesOf(state.map),
      title: `${this.data.model}, ${this.mapTitle()}`,
      pins: this.pins.pins.filter((pin) => Number.isFinite(pin.x)),
      ellipses: state.layers.ellipses && this.#dimensions() ? this.#ellipses() : [],
      under,
    };
  }

  mapTitle() {
    const { map } = this.state;
    if (map === "identity") return "latent plane";
    if (map === "pca") return "PCA of the codes";
    return map.startsWith("tsne") ? "t-SNE of the codes" : axesOf(map).join(" × ");
  }

  #name(end) {
    return `${this.data.model}-${this.state.map}.${end}`;
  }

  #saves() {
    const ready = (act) => (button) => this.xy && act(button);
    return {
      zoomIn: () => this.#zoomBy(ZOOM),
      zoomOut: () => this.#zoomBy(1 / ZOOM),
      fit: () => this.xy && this.chart.fly(this.chart.whole()),
      png: ready(async () => save(await mapPng(this.#figure()), this.#name("png"))),
      svg: ready(() => download(new Blob([mapSvg(this.#figure())], { type: "image/svg+xml" }), this.#name("svg"))),
      csv: ready(() => download(new Blob([codesCsv(this.codes, this.xy)], { type: "text/csv" }), this.#name("csv"))),
      link: (button) => this.#copyLink(button),
    };
  }

  #zoomBy(factor) {
    const { camera } = this.chart;
    if (camera) this.chart.zoom(factor, camera.width / 2, camera.height / 2);
  }

  async #copyLink(button) {
    this.#settled();
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "Copied";
    } catch {
      button.textContent = "It is in the address bar"; // no clipboard outside https and localhost
    }
    setTimeout(() => (button.textContent = "Copy link"), 1500);
  }

  // The page.

  #retheme() {
    this.theme = themeOf(this.page_);
    if (!this.codes) return;
    this.#recolour();
    this.chart.refresh("under", "points", "over");
  }

  #build() {
    const { data } = this;
    this.lens = new Lens(this.shape);
    this.here = new Here(this.shape);
    this.legend = new Legend({
      onChange: () => {
        this.#relevel();
        if (this.xy) this.#neighbours();
      },
    });
    this.lasso = new Lasso();
    this.chart = new Chart({
      drawUnder: (context, camera) => this.#drawUnder(context, camera),
      drawOver: (context, camera) => this.#drawOver(context, camera),
      onView: () => this.#later(),
      onKind: (kind) => this.#tellKind(kind),
    });
    this.pins = new Pins({
      shape: this.shape,
      link: (z) => `${data.base}explore?model=${encodeURIComponent(data.model)}&z=${formatCode(z)}`,
      onChange: () => {
        this.#learnPins();
        this.chart.refresh("over");
        this.tabs.count("pins", this.pins.pins.length);
        this.#later();
      },
      onPoint: (pin) => {
        this.pointedPin = pin && Number.isFinite(pin.x) ? pin : null;
        this.chart.refresh("over");
      },
    });
    this.tools = new MapTools({ dims: data.latent.dims, order: data.latent.order, onChange: (change) => this.choose(change), does: this.#saves() });
    this.#buildPage();
    this.theme = themeOf(this.page_);
    this.aim = new Aim(this.#aimed(), (sentence) => (this.status.textContent = sentence));
    this.chart.look = { size: this.state.size, opacity: this.state.opacity };
    this.tools.show(this.state, true);
    this.#tellKind(this.chart.points.kind);
  }

  /** What the aim looks at, always as it is now. */
  #aimed() {
    const view = this;
    return {
      chart: this.chart,
      lens: this.lens,
      here: this.here,
      get neighbours() { return view.neighbours; },
      get codes() { return view.codes; },
      get xy() { return view.xy; },
      get figures() { return view.figures; },
      ask: (...request) => this.#ask(...request),
      images: (...request) => this.#images(...request),
      codeOf: this.#codeOf,
      decodes: () => this.#isReady() && this.shownMap === this.state.map,
    };
  }

  #tellKind(kind) {
    this.page_.dataset.points = kind;
    this.kindNote.hidden = kind === "webgl";
  }

  #buildPanels() {
    const { codes, shape, data } = this;
    this.sketch = new Sketch({
      shape, ground: data.ground, base: data.base, model: data.model,
      onPicture: (pixels) => this.#drawn(pixels),
      onSay: (sentence) => (this.status.textContent = sentence),
    });
    this.groups = new Groups({
      codes, shape,
      decode: (z, n, onImages, lane) => this.#ask(lane, { op: "decode", shape: [n, codes.dims], payload: z }, ({ array }) => onImages(array)),
      original: () => this.#atHand(),
      onChange: (groups) => this.tabs.count("groups", groups.length),
      onHighlight: (indices) => {
        this.highlighted = indices;
        this.#relevel();
      },
      onSay: (sentence) => (this.status.textContent = sentence),
      colourOf: (label) => css(classColour(label, codes.classes.length, this.theme.dark)),
    });
    this.table = new NearTable({
      codes,
      onPoint: (point) => {
        this.byKeys = true;
        this.aim.onPoint(point, { lens: false });
        this.#later(true);
      },
    });
    this.drawingPlace = h("p", { class: "fine", "data-role": "drawing-place", "aria-live": "polite" });
    this.tabs.fill("draw", this.sketch.element, this.drawingPlace);
    this.tabs.fill("groups", this.groups.element);
    this.tableBox.replaceChildren(this.table.element);
  }

  /** The picture that a direction is applied to: the drawing, the point looked at, or the last pin. */
  #atHand() {
    if (this.drawingCode && this.tabs.drawing) return { z: this.drawingCode, name: "your drawing" };
    const { target } = this.aim;
    if (target && target.point !== null) return { z: this.#codeOf(target.point), name: `test image ${target.point}` };
    const pin = this.pins.pins.findLast((each) => each.z);
    if (pin) return { z: pin.z, name: `pin ${this.pins.pins.indexOf(pin) + 1}` };
    return this.drawingCode ? { z: this.drawingCode, name: "your drawing" } : null;
  }

  #buildPage() {
    const { data } = this;
    const sentence = (role, text = "") => h("p", { class: "note", role, hidden: true }, text);
    this.note = sentence("status");
    this.troubleNote = sentence("status");
    this.kindNote = sentence(null, "This browser draws without WebGL, so the points are drawn by the processor: all of them, and moving the map may be slower.");
    this.kindNote.dataset.role = "no-webgl";
    this.status = h("p", { class: "unseen", role: "status", "aria-live": "polite", "data-role": "status" });
    this.reading = h("span", { class: "reading", "data-role": "latency" });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": "t-SNE" });
    this.progressWords = h("span", { "data-role": "progress" });
    this.stopButton = h("button", { type: "button", class: "quiet", "data-role": "stop", onclick: () => this.forming.stop() }, icon("pause"), h("span", {}, "Stop and keep"));
    this.startButton = h("button", { type: "button", class: "quiet", "data-role": "form", onclick: () => this.forming.start() }, icon("play"), h("span", {}, "Form it now"));
    this.progress = h("div", { class: "progress", hidden: true }, this.bar, this.progressWords, this.stopButton, this.startButton);
    this.about = h("p", { class: "fine", "data-role": "about" });
    this.keeps = h("dl", { class: "keeps", "data-role": "keeps" });
    this.keepsBox = h("section", { class: "keeps-box", hidden: true }, h("h2", {}, "What this map keeps"), this.keeps);
    this.tableBox = h("div", { class: "table-box" });
    this.chart.element.append(this.reading, this.lens.element);
    Object.entries({
      tabindex: "0", role: "application", "aria-roledescription": "map", "data-role": "chart",
      "aria-label": `Map of ${data.model}'s codes. Arrow keys move the cursor, Enter pins, N goes to the nearest point, plus and minus zoom, 0 shows all.`,
    }).forEach(([name, value]) => this.chart.element.setAttribute(name, value));
    this.tabs = new Tabs({ pins: ["Pins", "pin"], draw: ["Draw", "brush"], groups: ["Groups", "lasso"] });
    this.tabs.fill("pins", this.pins.element, h("p", { class: "fine" }, "A pin’s picture opens in Explore."));
    const fetches = data.download && h("button", { type: "button", class: "quiet", "data-role": "download", onclick: this.page.download }, icon("save"), data.download);
    const missing = data.download && h("p", { class: "fine" }, "The test images are not on this computer: points show their reconstructions.");
    this.body = h(
      "div",
      { class: "map-body" },
      this.tools.element,
      h("div", { class: "chart-frame" }, this.chart.element, this.tools.zoom, this.progress),
      h("aside", { class: "side" }, this.here.element, this.legend.element, this.tabs.element),
      h("div", { class: "below" }, h("div", { class: "about" }, this.about, missing, fetches), this.keepsBox, this.tableBox),
    );
    this.page_ = h("div", { class: "latent-map", "data-model": data.model }, this.note, this.troubleNote, this.kindNote, this.body, this.status);
    this.root.append(this.page_);
  }
}

/** Give a file to the browser to save. */
function download(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
