/**
 * One model in view: holds the code, asks for its pictures and draws them.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { Draws, isBelieved } from "./draws.js";
import { Head, drawCode, readBelief } from "./head.js";
import { layOut } from "./layout.js";
import { Pixels } from "./pixels.js";
import { button, savesOf } from "./saves.js";
import { Switches } from "./switches.js";
import { round } from "../shared/words/numbers.js";
import { Keeper, store, stored } from "../shared/keeping/kept.js";
import { OnceAFrame } from "../shared/net/onceaframe.js";
import { pointingAt } from "../shared/page/pointing.js";
import { arrowsOf, rulersOf } from "../shared/space/geometry.js";
import { Classes } from "./classes.js";
import { Manifold } from "../shared/space/manifold.js";
import { Meter, brief, explain } from "../shared/page/meter.js";
import { anyCode, draw, seeded } from "../shared/space/normal.js";
import { copyAddress } from "../shared/keeping/saving.js";
import { calledOf, keepName } from "../shared/sliders/slidername.js";
import { CellGrid } from "../shared/sliders/cellgrid.js";
import { ChoiceRows } from "../shared/sliders/choicerows.js";
import { chosen } from "../shared/space/chosen.js";
import { Sliders } from "../shared/sliders/sliders.js";
import { Towards } from "../shared/sliders/towards.js";
import { nearby } from "../shared/net/near.js";
import { house } from "../shared/wire/house.js";
import { LiveSocket, address } from "../shared/wire/socket.js";
import { Starts, readStart } from "../shared/views/starts.js";
import { Strip } from "./strip.js";
import { Undo } from "../shared/keeping/undo.js";
import { readCode, withState } from "../shared/keeping/links.js";
import { Upload } from "../shared/page/upload.js";
import { drawnAs, labelled } from "../shared/views/view.js";
import { takeKeys } from "./keys.js";
import { WeightFold } from "./weight/fold.js";
import { Finding, searches } from "./begun/finding.js";
import { Original } from "./begun/original.js";
import { Own } from "./begun/own.js";
import { Readings } from "./readings.js";
import { describe, speak } from "./words.js";

const REST = 120; // ms without a movement after which the hand rests: then all that nobody looks at meanwhile is written
const QUIET = 400; // ms without one until the address and the text equivalent are brought up to date
const UNFOLDED = "latent.explore.more"; // where this window keeps whether all rows are shown
const sameState = (a, b) => a.image?.pixels === b.image?.pixels && a.given === b.given && a.z.every((value, i) => value === b.z[i]);
const kept = ({ z, spread = null }) => ({ mean: z.map(round), spread }); // what the encoder once said of a picture
const BAND = 2; // standard deviations to each side
const MOVES = new Set(["hand", "search"]); // the code goes on: what nobody looks at meanwhile can wait
const FIRST = 1; // the seed of the draw that a generator begins with

/**
 * given: the number of the class that a conditional model is told, null where it is told none.
 * @typedef {{z: number[], image: import("../shared/views/starts.js").Start | null, how: string, given: number | null}} State
 */

export class ExploreView {
  /**
   * @param {HTMLElement} root
   * @param {any} data
   * @param {import("../shared/views/view.js").View} view of what the model draws
   * @param {{download: () => void}} ask what only the server's page can do
   */
  constructor(root, data, view, ask) {
    Object.assign(this, { root, data, view, ask });
    this.home = data.latent.home;
    this.names = data.latent.names;
    this.hasPrior = data.can.includes("draw");
    this.chooses = data.latent.choices.length > 0;
    /** @type {State} */
    this.state = { z: this.home, image: null, how: this.atHome, given: data.given ? data.given.chosen : null };
    this.history = new Undo(sameState);
    this.meter = new Meter();
    this.frame = new OnceAFrame(() => this.#draw());
    this.inHand = data.latent.order[0];
    this.keeper = new Keeper("explore", data, ["z", "image", "class"]);
    const left = this.keeper.resume();
    this.#build();
    this.#holdStrip();
    this.pointing = pointingAt(this.picture, view, { shown: () => this.shown ?? null, mark: () => this.#paint() });
    if (this.pointing) this.picture.after(this.pointing.element);
    this.socket = new LiveSocket(address(data.base, location), { onState: (open) => this.#online(open) });
    nearby(this.socket, data);
    this.#tell(this.state.given);
    this.manifold?.load(this.socket, data.model, view);
    if (left) this.#goOn(left);
    else this.begin(data.start);
    const isSearching = () => Boolean(this.finding?.isRunning);
    this.leaveKeys = takeKeys(root, { isSearching, undo: () => this.undo(), draw: () => this.#draws(), stop: () => this.finding.stop() });
  }

  /** Take the page's data again: the address may ask for another place of the same model. */
  update(data) {
    const asked = JSON.stringify(data.start) !== JSON.stringify(this.data.start);
    this.data = data;
    if (!asked || data.start.z?.every((value, dim) => round(value) === this.state.z[dim])) return;
    this.history.remember(this.state);
    this.begin(data.start);
  }

  destroy() {
    this.leaveKeys();
    clearTimeout(this.timer);
    this.finding?.stop();
    this.upload?.destroy();
    this.own?.destroy();
    for (const each of [this.listening, this.original]) each?.destroy();
    this.head.destroy();
    const drawn = this.switches.pixels?.checked ? this.pixels.seed : null;
    this.keeper.leave((href) => this.#address(href), { state: this.state, history: this.history, drawn });
    this.socket.close();
    this.page.remove();
  }

  /**
   * Go where the address says: to a code, or to a thing's; where it says nothing, to the first thing, since one sees a machine
   * at work that has something in it; and to the middle of the prior where nothing is encoded, or nothing is at hand.
   */
  begin({ z, image }) {
    const first = !z && this.data.can.includes("encode") ? this.starts?.starts[0] : null;
    const picture = image ? readStart(image, this.view) : (first ?? null);
    if (!z && picture) {
      this.startFrom(picture, false);
      return;
    }
    const [home, how] = this.#first();
    this.set({ ...this.state, z: z ? z.map(round) : home, image: picture, how: z ? "link" : how });
    if (picture) this.#believe(picture);
  }

  /**
   * The code that a visit begins with, and what it is called. Where nothing is encoded it is a draw, the same each time: a
   * generator has learnt what draws are to look like, and of the middle of many dimensions, where none lies, nothing.
   * @returns {[number[], "draw" | "zero" | "middle" | "first"]}
   */
  #first() {
    if (this.data.can.includes("encode") || this.data.latent.prior !== "normal") return [this.home, this.atHome];
    return [draw(this.home.length, seeded(FIRST)).map(round), "draw"];
  }

  /** What the code is called that everything is put back to. */
  get atHome() {
    if (this.chooses) return "first";
    return this.data.latent.prior === "normal" ? "zero" : "middle";
  }

  /** Let codes be decoded with a class from now on. @param {number | null} given */
  #tell(given) {
    const { model } = this.data;
    const { image } = this.state;
    if (this.view.part && this.data.can.includes("complete") && image && image !== this.scene && image.z === null) {
      Object.assign(this, { scene: image, part: this.view.part(image.pixels) }); // it stays where a code without a thing comes next
    }
    if (this.part) this.socket.told = { model, part: this.part };
    else this.socket.told = given === null ? null : { model, condition: given };
    const readings = this.readings?.request(this.part ?? null);
    if (readings) this.socket.ask("readings", readings);
  }

  /** Take up what was left here; after the page was loaded anew only its address is known. */
  #goOn({ state, history, drawn }) {
    const z = readCode(location.search, this.data.latent);
    if (history) this.history = history;
    if (drawn) {
      this.pixels.reseed(drawn);
      this.switches.pixels.checked = true;
    }
    if (state) this.set(state);
    else this.begin({ z, image: null });
  }

  #address(href) {
    const { z, image, given } = this.state;
    return withState(href, { model: this.data.model, z, image: image?.learnt ? null : (image?.index ?? null), given }); // one's own is in no address
  }

  /** Show a state now: one request for its picture, one for the strip when the socket is free. */
  set(state) {
    const before = this.state;
    this.finding?.follow(state.how);
    this.state = state;
    const scene = this.scene;
    this.#tell(state.given);
    const retold = state.given !== before.given || scene !== this.scene;
    const moved = performance.now();
    this.socket.ask("picture", {
      op: "decode",
      model: this.data.model,
      shape: [1, state.z.length],
      payload: Float32Array.from(state.z),
      onAnswer: (answer) => this.#arrived(answer, state, moved),
      onError: (sentence) => this.#say(sentence),
    });
    this.#askPixels();
    if (!this.strip.isSame(before.z, state.z) || retold || !this.strip.filled) this.#askStrip();
    if (!MOVES.has(state.how) || retold) this.#fillRows();
    const classes = this.classes?.request(this.data.model, state.z);
    if (classes) this.socket.ask("classes", classes);
    const told = this.towards?.request(state.z);
    if (told) this.socket.ask("told", told);
    if (retold) this.manifold?.again();
    this.#refresh();
    this.#wait();
    this.page.dispatchEvent(new CustomEvent("changed", { detail: state }));
  }

  /** Let the model draw the pixels, where they are shown and it draws them; what they show follows the picture. */
  #askPixels() {
    const wanted = this.switches.pixels?.checked ? this.pixels.request(this.data.model, this.state.z) : null;
    if (!wanted) return;
    const onAnswer = ({ array }) => {
      this.pixels.drawn = array;
      this.#paint();
    };
    this.socket.ask("pixels", { ...wanted, onAnswer, onError: (sentence) => this.#say(sentence) });
  }

  /** Decode codes that the encoder thinks possible too, where they are shown. */
  #askDraws() {
    this.switches.offerDraws(isBelieved(this.state));
    const wanted = this.switches.draws?.checked ? this.draws.request(this.data.model, this.state, this.view.size) : null;
    if (!wanted) return;
    const onAnswer = (answer) => {
      wanted.onAnswer(answer);
      this.#paint();
    };
    this.socket.ask("draws", { ...wanted, onAnswer, onError: (sentence) => this.#say(sentence) });
  }

  /** Put off what is done at rest. */
  #wait() {
    if (this.rests) this.reading.classList.remove("resting");
    this.rests = false;
    this.moved = performance.now();
    this.timer ??= setTimeout(() => this.#look(), REST);
  }

  /** Look how long nothing has moved: one clock for all movements, as each is told several times a frame. */
  #look() {
    const still = performance.now() - this.moved;
    if (!this.rests && still >= REST) this.#rest();
    this.timer = still < QUIET ? setTimeout(() => this.#look(), (this.rests ? QUIET : REST) - still) : null;
    if (still >= QUIET) this.#settled();
  }

  /** Move one coordinate. */
  move(dim, value) {
    if (value === this.state.z[dim]) return; // a mouse's move is told twice, at once and with the frame
    const z = this.state.z.with ? this.state.z.with(dim, value) : this.state.z.map((old, i) => (i === dim ? value : old));
    this.set({ ...this.state, z, how: "hand" });
  }

  /** Take a dimension in hand: it gets the strip. */
  hold(dim) {
    if (dim === this.inHand) return;
    this.inHand = dim;
    this.#holdStrip();
    this.#askStrip();
    this.#refresh();
  }

  #holdStrip() {
    this.strip.hold(this.inHand, this.data.latent, this.view, this.names);
  }

  /** Start from a picture: its mean code, by the encoder, the code that came with it, or the one that a search finds. */
  startFrom(image, remember = true) {
    if (remember) this.history.remember(this.state);
    if (image.index !== null) this.upload?.say("");
    const known = this.data.given ? this.data.given.choices.indexOf(image.label) : -1; // as a class, if it is one
    const condition = known < 0 ? undefined : known;
    // However far out: it is where the encoder puts the picture.
    const go = (told, given) => this.set({ z: told.mean, image: { ...image, ...told }, how: "image", given });
    if (this.view.open?.(image.pixels)) this.set({ ...this.state, z: this.home, image, how: this.atHome });
    else if (image.z) go(kept(image), condition ?? this.state.given);
    else if (this.finding) this.finding.begin(image, condition ?? this.state.given);
    else this.#encode(image, condition, (told, guessed) => go(told, condition ?? guessed));
  }

  /** Ask what the encoder says of a thing. @param {number} [condition] the class that it is told */
  #encode(image, condition, onAnswer) {
    this.socket.ask("encode", {
      op: "encode",
      model: this.data.model,
      shape: [1, ...this.view.shape],
      payload: image.pixels,
      condition,
      onAnswer: ({ array, header }) => onAnswer(readBelief(array, this.data.latent.dims), header.condition?.[0] ?? null),
      onError: (sentence) => this.#say(sentence),
    });
  }

  /** Learn what the encoder says of the picture that the address names, and stay at its code. */
  #believe(image) {
    const learn = (told) => {
      if (this.state.image !== image) return;
      this.state = { ...this.state, image: { ...image, ...told } };
      this.#refresh();
      this.#wait();
    };
    if (image.z) learn(kept(image));
    else if (this.data.can.includes("encode")) this.#encode(image, this.state.given ?? undefined, learn);
  }

  /** Decode another code that the picture may have, with other pixels too, or the mean of them all. */
  #drawFromBelief() {
    this.pixels.reseed();
    this.jump(drawCode(this.state.image, this.data.latent.choices), "sample", this.state.image);
  }

  /** Leave the present state for another, with a way back. */
  jump(z, how, image = null) {
    this.history.remember(this.state);
    this.upload?.say("");
    this.set({ ...this.state, z, image, how });
  }

  undo() {
    const state = this.history.back(this.state);
    this.upload?.say("");
    if (state) this.set(state);
  }

  #askStrip() {
    this.strip.filled = true;
    this.socket.ask("strip", this.strip.request(this.data.model, this.state.z));
  }

  #fillRows() {
    this.sliders.fill((request) => this.socket.ask("rows", request), this.data.model, this.state.z, this.state.given ?? this.scene ?? null);
  }

  #arrived({ array, header, milliseconds, inFrame = false }, state, moved) {
    this.#say(""); // what went wrong before is over
    this.arrived = { array, state, trip: milliseconds, model: 1000 * header.seconds, moved };
    if (inFrame) this.frame.now();
    else this.#refresh();
  }

  /** Draw once in the next frame, however much has changed until then. */
  #refresh() {
    this.frame.soon();
  }

  #draw() {
    const { z, image, given, how } = this.state;
    this.sliders.show(z, this.inHand);
    this.strip.place(z);
    this.manifold?.place(z);
    this.classes?.mark(given);
    this.beats = !this.beats; // the line at the head follows with every other frame, and once more at rest
    if (this.beats || this.rests) this.head.show(this.state);
    if (image !== this.begun) this.#drawOriginal(image);
    if (!this.arrived) return;
    const { array, trip, model, moved } = this.arrived;
    this.arrived = null;
    this.shown = array;
    this.#paint();
    this.pointing?.again();
    if (this.beats || this.rests) this.head.draw(array);
    const now = performance.now();
    if (this.warm) this.meter.add(trip, model, now - moved, now);
    this.warm = true; // the first picture waited for the connection, and perhaps for the model to be opened
    if (how !== this.captioned) this.#tellWhat();
    this.picture.dispatchEvent(new CustomEvent("painted", { detail: { trip, model, painted: now - moved } }));
  }

  /** Say under the picture where it comes from. */
  #tellWhat() {
    this.captioned = this.state.how;
    const [title, rest] = describe(this.state, this.view.words, this.chooses);
    this.caption.replaceChildren(h("b", {}, title), ` ${rest}`);
  }

  /** Paint what is shown, with what lies beneath it. */
  #paint() {
    if (!this.shown) return;
    this.listening?.show(this.drawn);
    if (this.view.pixels) this.view.paint(this.picture, this.drawn);
    else /** @type {any} */ (this.view).paint(this.picture, this.drawn, 0, this.layers());
  }

  /** Paint all that is here again, in another style. */
  #repaint() {
    this.#paint();
    if (this.begun && this.begun.z === null) this.view.paint(this.original.canvas, this.begun.pixels);
  }

  /** What is seen: what the decoder gives, or pixels drawn from that. */
  get drawn() {
    return this.shown && this.switches.pixels?.checked ? this.pixels.of(this.shown) : this.shown;
  }

  /** What is drawn with a curve: the one that it began with, how far data strays from what is expected, and a mark. */
  layers() {
    const { image } = this.state;
    const { scale } = this.data;
    const beneath = this.switches.beneath?.checked && image && !image.z ? image.pixels : undefined;
    const moved = (by) => this.shown.map((value) => value + by);
    const band = this.switches.band?.checked ? { low: moved(-BAND * scale), high: moved(BAND * scale) } : undefined;
    const draws = this.switches.draws?.checked ? this.draws.of(this.state) : undefined;
    return { beneath, band, draws, mark: this.pointing?.sample };
  }

  /** Show what the picture began with, where it is another one. */
  #drawOriginal(image) {
    this.begun = image;
    for (const all of [this.starts, this.learnt]) all?.mark(image);
    this.switches.offerOriginal(Boolean(image && image.z === null));
    this.head.begin(image);
    this.sliders.believe(image?.mean ? image : null);
    this.original.show(image);
  }

  /** Once the hand rests: the pictures under the other sliders, and what stands in words. */
  #rest() {
    this.rests = true;
    this.#fillRows();
    this.#askDraws();
    this.#tellWhat();
    this.head.rest(this.state, this.shown);
    this.listening?.settle();
    this.weight?.follow();
    this.strip.tell();
    this.undoButton.disabled = !this.history.leadsFrom(this.state);
    const reading = this.meter.read();
    if (reading) this.reading.textContent = brief(reading);
    this.reading.classList.add("resting");
  }

  /** After a movement: the address, and what a screen reader may say. */
  #settled() {
    const { z } = this.state;
    this.keeper.write(this.#address(location.href));
    const what = speak(this.data.model, z, this.data.latent.order, drawnAs(this.view).noun, this.names);
    this.picture.setAttribute("aria-label", labelled(this.view, what, this.shown));
    const reading = this.meter.read();
    if (reading) this.reading.title = explain(reading);
    this.page.dataset.settled = "true";
  }

  #draws() {
    this.jump(anyCode(this.data.latent).map(round), this.hasPrior ? "draw" : "place");
  }

  /** Draw some of the dimensions again, and leave the others. @param {number[]} dims */
  #drawSome(dims) {
    const drawn = anyCode(this.data.latent).map(round);
    this.jump(this.state.z.map((old, dim) => (dims.includes(dim) ? drawn[dim] : old)), this.state.image ? "sample" : "hand", this.state.image);
  }

  #online(open) {
    this.#say(open ? "" : "The server does not answer. Trying again…");
  }

  #say(sentence) {
    if (sentence === (this.note.textContent ?? "")) return;
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  /** The page's address as it is now, for others. @param {HTMLElement} words of the button that asks for it */
  copyLink(words) {
    this.#settled();
    copyAddress(words);
  }

  #build() {
    const { data } = this;
    const grab = () => this.history.remember(this.state);
    const release = () => this.#refresh();
    const sliding = {
      grab: (dim) => {
        this.hold(dim);
        grab();
      },
      move: (dim, value) => this.move(dim, value),
      choose: (choice, way) => this.set({ ...this.state, z: chosen(this.state.z, choice, way), how: "hand" }),
      release,
      valueOf: (dim) => this.state.z[dim],
      rename: (dim, name) => this.#rename(dim, name),
      fold: (dims) => dims.includes(this.inHand) && this.hold(data.latent.order[0]),
      unfold: () => this.#fillRows(),
      redraw: (dims) => this.#drawSome(dims),
    };
    const unfolded = { get: () => stored(UNFOLDED) === "yes", set: (is) => store(UNFOLDED, is ? "yes" : "no") };
    const Rows = data.latent.grid ? CellGrid : this.chooses ? ChoiceRows : Sliders;
    this.sliders = new Rows(data.latent, this.view, sliding, unfolded);
    this.strip = new Strip({ onPick: (z) => this.jump(z, "hand", this.state.image) });
    if (data.latent.dims === 2 && !this.chooses) {
      const onMove = (z) => this.set({ ...this.state, z, how: "hand" });
      const along = { limit: data.latent.limit, rulers: rulersOf(data.latent), arrows: arrowsOf(data.latent) };
      this.manifold = new Manifold({ onMove, onGrab: grab, onRelease: release, ...along });
    }
    if (data.given) {
      this.classes = new Classes(data.given, this.view, (given) => {
        grab();
        this.set({ ...this.state, given, how: "hand" });
      });
    }
    if (data.predicts) this.towards = new Towards(data, (step) => this.jump(step(this.state.z), "hand", this.state.image));
    if (/** @type {any} */ (this.view).parts) {
      const onPick = (z) => this.jump(z, "draw", this.state.image);
      this.readings = new Readings(this.view, data, { onPick, onStyle: () => this.#repaint() });
    }
    this.#buildBeginnings();
    layOut(this, { actions: this.#actions(), saves: savesOf(this) });
    this.upload?.takeDrops(this.page);
  }

  /** The line: it draws from what the encoder says of the picture that was begun with, or without one from the prior. */
  #buildHead() {
    let held = false;
    const onMove = (z) => {
      if (!held) this.history.remember(this.state);
      held = true;
      this.set({ ...this.state, z, how: "hand" });
    };
    const onRelease = () => {
      held = false;
      this.#refresh();
    };
    const believed = () => this.state.image?.mean && this.state.image.spread;
    this.head = new Head({
      data: this.data,
      view: this.view,
      onMove,
      onRelease,
      onDraw: () => (believed() ? this.#drawFromBelief() : this.#draws()),
      onMean: () => (believed() ? this.jump(this.state.image.mean, "image", this.state.image) : this.jump(this.home, this.atHome)),
    });
  }

  /** What one starts from, what the encoder says of it, and whether its pixels are drawn. */
  #buildBeginnings() {
    const { data } = this;
    if (data.images) this.starts = new Starts(data.images, this.view, (image) => this.startFrom(image), this.ask.download);
    if (data.learnt) this.learnt = new Starts(data.learnt, this.view, (thing) => this.startFrom(thing), () => {});
    this.#buildHead();
    this.pixels = new Pixels(data, this.view.size);
    this.draws = new Draws(data.latent.choices);
    const paint = () => {
      this.#askPixels();
      this.#paint();
    };
    const reseed = () => {
      this.pixels.reseed();
      paint();
    };
    this.switches = new Switches(this.view, data, { paint, draw: () => (this.#askDraws(), paint()), reseed });
    this.original = new Original(data, this.view);
    this.listening = this.view.listening?.();
    if (searches(data)) this.finding = new Finding(this, (sentence) => this.#say(sentence));
    const onThing = (pixels) => pixels && this.startFrom({ index: null, label: "", pixels, z: null });
    const takes = (data.can.includes("encode") || this.finding) && !house.alone;
    if (takes && !this.view.pixels) this.upload = new Upload({ view: this.view, data, onThing }); // a file of one's own in place of a pad
    if (data.weighs && !house.alone) this.weight = this.#buildWeight();
    if (this.finding && this.view.pixels) this.own = new Own({ view: this.view, data, onPicture: onThing });
  }

  /** What the picture weighs that was begun with, or else the one that is shown. */
  #buildWeight() {
    const looked = () => {
      const { image, z } = this.state;
      if (image?.mean && !image.z) return { z: image.mean, original: image.pixels };
      return this.shown ? { z, original: this.shown } : null;
    };
    const decode = (z, onDrawn) =>
      this.socket.ask("weight", {
        op: "decode",
        model: this.data.model,
        shape: [1, z.length],
        payload: Float32Array.from(z),
        onAnswer: ({ array }) => onDrawn(array),
        onError: (sentence) => this.#say(sentence),
      });
    return new WeightFold({ data: this.data, view: this.view, looked, decode });
  }

  /** Call a dimension by a name of its owner's, once the server has it. */
  async #rename(dim, name) {
    try {
      this.names = await keepName(this.data, dim, name);
    } catch (error) {
      this.#say(error.message);
      return;
    }
    this.#say("");
    this.sliders.rename(this.names);
    this.axes?.forEach((axis, i) => axis.replaceChildren(calledOf(this.names, i)));
    this.#holdStrip();
    this.strip.place(this.state.z);
    this.begun = undefined; // the table has the names too
    this.#refresh();
  }

  #actions() {
    this.undoButton = button("Undo", "undo", () => this.undo(), { disabled: true, title: "Undo the last step. Keys: Ctrl+Z", "data-role": "undo" });
    const [words, title] = this.hasPrior
      ? ["Random draw", "A draw from the prior. Key: R"]
      : ["Random place", "Any place within the range of the test codes: there is no prior to draw from. Key: R"];
    const back = { zero: "dimensions back to 0", middle: "dimensions back to the middle", first: "choices back to their first way" };
    const reset = `Put all ${back[this.atHome]}`;
    return [
      button(words, "dice", () => this.#draws(), { title, "data-role": "draw", class: "quiet first" }),
      button("Reset all", "reset", () => this.jump(this.home, this.atHome), { title: reset, "data-role": "reset-all" }),
      this.undoButton,
    ];
  }
}
