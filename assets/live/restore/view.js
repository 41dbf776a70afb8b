/**
 * One model that restores: holds the thing and what spoils it, has what comes of it asked for, and draws that.
 * @module
 */

import { Keeper } from "../shared/keeping/kept.js";
import { numbersOf, readStart } from "../shared/views/starts.js";
import { Undo } from "../shared/keeping/undo.js";
import { Asking } from "./methods/asking.js";
import { casePicture } from "./amount/cases.js";
import { FILLS, compared, titleOf, titled, whyNoCurve } from "./methods/comparison.js";
import { Curve } from "./amount/curve.js";
import { Dial } from "./amount/dial.js";
import { shareHidden } from "./hole/hole.js";
import { Marking, dragWords } from "./hole/marking.js";
import { marksOf } from "./hole/marks.js";
import { layOut } from "./layout.js";
import { Methods, leftOf } from "./methods/methods.js";
import { Saves } from "./saves.js";
import { Source } from "./source.js";
import { Large } from "./stage/large.js";
import { blanked, layersOf } from "./stage/layers.js";
import { MIDDLE } from "./stage/wipe.js";
import { Stage } from "./stage/stage.js";
import { PATIENCE, Standing } from "./standing.js";
import { SEEDS, firstAmount, isBrush, keptPicture, readSetting, readView, sameState, settleAmount, suits, withSetting } from "./state.js";
import { Sweeps } from "./methods/sweeps.js";
import { Verdict } from "./methods/verdict.js";
import { called, namePicture, pixelsLeft, verdict } from "./words.js";

const QUIET = 400; // ms without a movement until the address and the text equivalents are brought up to date
const LARGEST = 2 ** 16; // pixels or samples of a thing that is restored in another way than by encoding and decoding it

/**
 * @typedef {{picture: import("./source.js").Picture | null, setting: import("./state.js").Setting}} State
 * @typedef {{beside: string, left: import("./stage/stage.js").Left, wipe: number, picked: string}} Compared
 * @typedef {State & Compared & {shape: number[], kind: string, images: string}} Kept what another view may go on with
 * @typedef {{name: string, corruption: string}} Other another model of the same shape; what it was trained to undo, or empty
 */

export class RestoreView {
  /**
   * @param {HTMLElement} root
   * @param {any} data
   * @param {import("../shared/views/view.js").View} view of what the model draws
   * @param {{download: () => void, camera: () => void}} ask what only the server's page can do
   * @param {Kept} [before] what the last model showed
   */
  constructor(root, data, view, ask, before) {
    Object.assign(this, { root, view, data: { ...data, methods: titled(data.methods, data.model) } });
    this.marks = marksOf(view);
    this.noun = called(view);
    this.history = new Undo(sameState);
    this.standing = new Standing();
    this.picked = ""; // the method chosen to be shown large; empty: the usual one
    /** @type {import("./stage/stage.js").Left} */
    this.left = "corrupted";
    this.keeper = new Keeper("restore", data, ["image", "case", "corruption", "amount", "seed", "hole", "method", "beside", "second", "left"]);
    const kept = before ? null : this.keeper.resume(); // another model goes on with what the last one showed
    this.#build(ask);
    this.asking = new Asking({
      data,
      view,
      marks: this.marks,
      onAnswer: () => this.#refresh(),
      onRow: (...row) => this.#takeRow(...row),
      onFilled: (...filled) => this.#takeFilled(...filled),
      onFailed: (tiles, state) => {
        this.methods.fail(tiles, state);
        this.#refresh();
      },
      onSay: (sentence) => this.#say(sentence),
    });
    this.onkeydown = (event) => this.#key(event);
    window.addEventListener("keydown", this.onkeydown, true);
    this.#begin(before ?? kept?.shown);
    if (kept?.history) this.history = kept.history;
  }

  /** What the next model may go on with. */
  keep() {
    const { left, picked, images, view } = this;
    return { ...this.state, beside: this.data.model, left, wipe: this.stage.wipe.at, picked, shape: view.shape, kind: view.kind, images };
  }

  /** Take the page's data again: the camera may have taken a picture. */
  update(data) {
    const camera = data.camera?.id !== this.data.camera?.id && data.camera;
    this.data = { ...data, methods: this.data.methods, images: this.data.images };
    if (camera) this.#fromCamera(camera);
  }

  destroy() {
    this.keeper.leave((href) => this.#address(href), { shown: { ...this.keep(), beside: this.beside }, history: this.history });
    window.removeEventListener("keydown", this.onkeydown, true);
    clearTimeout(this.timer);
    clearTimeout(this.lagging);
    cancelAnimationFrame(this.frame);
    for (const part of [this.asking, this.curve, this.source, this.stage, this.marking]) part.destroy();
    this.page.remove();
  }

  /** Show a state now. @param {State} state @param {boolean} [leaps] whether no hand has moved to it: then nothing that is shown is of it */
  set(state, leaps = true) {
    const other = state.setting.corruption !== this.state?.setting.corruption;
    this.state = state;
    this.standing.set(state, leaps);
    clearTimeout(this.lagging);
    this.lagging = setTimeout(() => this.#refresh(), PATIENCE);
    if (other) this.#another();
    const { corruption, method, beside, besideMethod, isBeside } = this;
    this.asking.ask({ state, hides: corruption.hides, method, row: this.fitting.map(({ name }) => name), beside, besideMethod, large: isBeside });
    this.#refresh();
    this.verdict.rest(false);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), QUIET);
    this.resting = false;
  }

  /** Leave the present state for another, with a way back. @param {Partial<State["setting"]>} setting @param {State["picture"]} [picture] */
  jump(setting, picture = this.state.picture) {
    this.history.remember(this.state);
    this.set({ picture, setting: { ...this.state.setting, ...setting } });
  }

  get corruption() {
    return this.data.corruptions.find(({ name }) => name === this.state.setting.corruption);
  }

  /** What tells these images from another data set's. */
  get images() {
    const { images } = this.data;
    return images ? JSON.stringify([images.index, images.pixels]) : "";
  }

  /** Whether the second model's picture stands large, left of the line. */
  get isBeside() {
    return this.left === "beside";
  }

  /** Whether a thing is small enough to be restored in another way than by encoding and decoding it. */
  get #isSmall() {
    return this.view.size / this.view.shape.at(-1) <= LARGEST;
  }

  /** The method that is shown large: the one chosen, or the usual one. A gap is filled, not only decoded once. */
  get method() {
    const fills = this.corruption.hides && this.#isSmall;
    return this.picked || (fills ? FILLS : "vae");
  }

  /** How the second model restores: as the first one does, where a model does. */
  get besideMethod() {
    return this.corruption.hides && this.method !== "vae" && this.#isSmall ? FILLS : "vae";
  }

  #begin(before) {
    const { view } = this;
    const { setting: wanted, asked, notes } = readSetting(location.search, this.data.corruptions, this.marks);
    const asks = new URLSearchParams(location.search);
    const same = before && before.shape.join() === view.shape.join();
    const setting = before?.kind === view.kind && !asked ? before.setting : wanted; // other kinds are spoiled in other ways
    const from = this.data.start.image;
    const start = this.source.numbered(asks.get("image")) ?? this.source.first(from && readStart(from, view));
    const keeps = from ? null : keptPicture(before, { shape: view.shape, images: this.images });
    const drawn = from ? null : casePicture(asks.get("case") ?? before?.picture?.case, view);
    const { hides } = this.data.corruptions.find(({ name }) => name === setting.corruption);
    const models = this.data.models.map(({ name }) => name);
    const shown = readView(location.search, { methods: this.data.methods, models, hides });
    const goesOn = Boolean(same && before.left === "beside" && models.includes(before.beside)); // beside the model that was left
    this.picked = shown.method || before?.picked || "";
    this.chosen = shown.beside ?? (goesOn ? before.beside : null);
    this.beside = this.chosen ?? this.data.beside;
    this.left = goesOn ? "beside" : shown.left === "corrupted" && before?.left === "original" ? "original" : shown.left;
    const whole = Boolean(view.table || view.whole); // half of it says little
    if (before || whole) this.stage.wipe.go(before && before.kind === view.kind ? before.wipe : whole ? 0 : MIDDLE);
    notes.push(...shown.notes);
    this.besideSelect.value = this.beside;
    if (keeps?.how === "own") this.source.open("own");
    this.#note(notes.join(" "));
    this.set({ picture: keeps ?? drawn ?? start, setting });
    if (this.data.camera && keeps?.how === "camera") this.#fromCamera(this.data.camera);
    const instead = view.pixels ? "Draw a picture, upload one, or use the camera." : `Upload ${view.words.noun} of your own.`;
    if (!this.state.picture) this.#note(`There are no ${view.words.nouns} of this model’s data here. ${instead}`);
  }

  /** Another corruption: other methods suit it, and it has another curve. */
  #another() {
    const { corruption } = this;
    this.fitting = this.data.methods.filter((method) => suits(method, corruption.hides));
    if (!this.fitting.some(({ name }) => name === this.picked)) this.picked = "";
    this.#arrange();
    this.sweeps.element.hidden = !corruption.hides;
    for (const input of this.chips.querySelectorAll("input")) input.checked = input.value === corruption.name;
    this.about.textContent = corruption.sentence;
    this.noiseButton.disabled = corruption.chance === "none";
    this.noiseButton.lastChild.textContent = corruption.chance === "place" ? "Another place" : "New noise";
  }

  /** Which pictures are compared: other methods, and a second model. */
  #arrange() {
    const { corruption, fitting, beside, besideMethod, noun } = this;
    const { model, corruptions } = this.data;
    if (this.besideBy !== besideMethod) this.methods.forget(`beside:${beside}`); // it restored in another way
    this.besideBy = besideMethod;
    const { rows, lines } = compared({ model, fitting, beside, besideMethod, noun, kindOf: (name) => this.#kindOf(name) });
    this.methods.show(rows);
    this.methods.mark(this.method, this.left);
    this.stage.show(this.left, beside);
    const why = whyNoCurve(corruption.name, corruptions);
    this.curve.show({ corruption: corruption.name, title: corruption.title, meaning: corruption.meaning, lines, why });
  }

  get #besideTitle() {
    return titleOf(this.beside, this.besideMethod);
  }

  /** Say what a model is, for people. */
  #kindOf(name) {
    const trained = name === this.data.model ? this.data.trained : (this.data.models.find((model) => model.name === name)?.corruption ?? "");
    const undoes = this.data.corruptions.find((each) => each.name === trained)?.title.toLowerCase() ?? trained;
    return trained ? `a model trained to undo ${undoes}` : `a plain model, which never saw a spoiled ${this.noun}`;
  }

  // What has come.

  #takeRow(names, array, lost, values, state) {
    if (state.setting.corruption !== this.state.setting.corruption) return;
    const { view } = this;
    const layers = layersOf(state.picture.pixels, lost);
    this.methods.fill("nothing", blanked(view, array.slice(0, view.size), lost), 0, values[0], state, layers);
    names.forEach((name, i) => this.methods.fill(name, array, i + 1, values[i + 1], state, layers));
    this.#refresh();
  }

  #takeFilled(array, count, state) {
    if (state !== this.state) return;
    this.filling = state;
    const { restored } = this.asking.answers;
    this.sweeps.fill(array, count, layersOf(state.picture.pixels, restored?.state === state ? restored.lost : null));
    this.#refresh();
  }

  // Drawing.

  /** Draw once in the next frame, however much has changed until then. */
  #refresh() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  #draw() {
    const { picture, setting } = this.state;
    const brush = isBrush(setting.corruption);
    this.dial.show(setting.amount, brush ? "Brush width" : "Amount", this.#meaning(setting), !brush || this.marks.wide);
    this.marking.show(this.state, this.corruption.hides, this.#lost);
    this.curve.mark(setting.amount);
    const stuck = !this.history.leadsFrom(this.state);
    if (this.undoButton.disabled !== stuck) this.undoButton.disabled = stuck;
    if (picture && this.shownPicture !== picture) this.#drawOriginal(picture);
    const { restored, beside } = this.asking.answers;
    if (beside?.fresh) this.#drawBeside(beside);
    if (restored?.fresh) this.#drawRestored(restored);
    this.#stand();
  }

  /** Say of all that is shown whether it is of what is set now. */
  #stand() {
    const { standing, state } = this;
    const { restored, beside } = this.asking.answers;
    const by = (answer, method) => (answer && answer.method !== method ? "waiting" : standing.of(answer?.state));
    const stands = { corrupted: standing.of(restored?.state), restored: by(restored, this.method), beside: by(beside, this.besideMethod) };
    this.large.stand(Boolean(state.picture), stands, { restored: this.#by(this.method), beside: this.#besideTitle });
    if (stands.restored === "waiting" || stands.restored === "none") this.verdict.wait(state.picture ? "Computing…" : "");
    this.methods.stand(standing, this.#hidden(state) === 1); // unless nothing is left to tell by
    if (this.corruption.hides) this.sweeps.stand(standing.of(this.filling));
  }

  /** What the server says is lost, where it has said so of what is set now. */
  get #lost() {
    const { restored } = this.asking.answers;
    return restored?.state === this.state ? restored.lost : null;
  }

  /** Say what the amount is, for people. */
  #meaning({ corruption, amount }) {
    const width = "Width of the brush, as a share of the picture’s side; the gap grows with it";
    if (isBrush(corruption)) return this.marks.wide ? width : `${dragWords(this.view)}.`;
    const { meaning } = this.corruption;
    return corruption === "low-resolution" ? `${meaning}: ${pixelsLeft(this.marks.size, amount)}` : meaning;
  }

  #drawOriginal(picture) {
    this.shownPicture = picture;
    this.source.mark(picture);
    this.large.drawOriginal(picture);
    this.methods.showOriginal(picture.pixels, namePicture(picture));
  }

  #drawRestored(answer) {
    answer.fresh = false;
    const { array, values, state, method, trip, model, lost, final } = answer;
    this.large.drawRestored(answer, this.#by(method));
    this.marking.outline(lost);
    const { sentence, helped } = verdict({
      corrupted: values[0][0],
      restored: values[1][0],
      by: this.#by(method),
      hidden: lost ? shareHidden(lost) : this.#hidden(state),
      brush: isBrush(state.setting.corruption),
      measure: this.data.measures[0],
      noun: this.noun,
      invitation: this.marks.wide ? undefined : `d${dragWords(this.view).slice(1)}.`,
    });
    this.verdict.say(sentence, helped, this.dial.range.held);
    if (method === FILLS) this.methods.fill(FILLS, array, 1, values[1], state, layersOf(state.picture.pixels, lost), final);
    if (this.resting) this.#label();
    const painted = this.verdict.time(answer);
    this.stage.layers.restored.canvas.dispatchEvent(new CustomEvent("painted", { detail: { trip, model, painted } }));
  }

  #drawBeside(answer) {
    answer.fresh = false;
    const { array, values, state, lost, final } = answer;
    this.methods.fill(`beside:${this.beside}`, array, 1, values[1], state, layersOf(state.picture.pixels, lost), final);
    this.large.drawBeside(answer, this.#besideTitle);
  }

  #by(method) {
    return this.data.methods.find(({ name }) => name === method)?.title ?? method;
  }

  /** The share of the picture that is lost; null where nothing says which pixels are. */
  #hidden({ setting }) {
    if (!this.data.corruptions.find(({ name }) => name === setting.corruption)?.hides) return null;
    return isBrush(setting.corruption) ? shareHidden(this.marks.maskOf(setting.strokes, setting.amount)) : setting.amount;
  }

  /** After a movement: the address, and what a screen reader may say. */
  settle() {
    this.keeper.write(this.#address(location.href));
    this.resting = true;
    this.#label();
    this.verdict.rest(true);
    this.page.dataset.settled = "true";
  }

  #address(href) {
    const { picture, setting } = this.state;
    const view = { method: this.picked, beside: this.isBeside ? this.beside : this.chosen, left: this.left };
    return withSetting(href, { model: this.data.model, picture, setting, view, marks: this.marks });
  }

  /** Say the large pictures for a screen reader, where they are of what is set. */
  #label() {
    const answer = this.asking.answers.restored;
    if (answer?.state !== this.state) return;
    this.large.label(answer, this.#by(answer.method), this.corruption.title, this.marks.wide);
  }

  // What a hand may do.

  choose(name) {
    const corruption = this.data.corruptions.find((each) => each.name === name);
    this.jump({ corruption: name, amount: firstAmount(corruption) });
  }

  newNoise() {
    if (this.corruption.chance === "none") return;
    this.jump({ seed: Math.floor(Math.random() * SEEDS) });
  }

  reset() {
    this.jump({ amount: firstAmount(this.corruption), seed: 0, strokes: [] });
  }

  undo() {
    const state = this.history.back(this.state);
    if (state) this.set(state);
  }

  /** Show a row large: right of the line what restores, left of it what that is held against. */
  #pick(name) {
    const left = leftOf(name);
    if (left) this.#show(left);
    else {
      this.picked = "";
      if (name !== this.method) this.picked = name;
      this.#arrange();
      this.set(this.state);
    }
    this.#toFrames();
  }

  /** Show something else left of the line. @param {import("./stage/stage.js").Left} left */
  #show(left) {
    this.left = left;
    this.#arrange();
    this.set(this.state);
  }

  /** Bring what stands large into sight. */
  #toFrames() {
    this.stage.element.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  #take(picture, final) {
    if (picture.how !== this.state.picture?.how || (final && picture.how !== "own")) this.history.remember(this.state);
    this.#note("");
    this.set({ ...this.state, picture }, picture.how !== "own" || this.state.picture?.how !== "own");
  }

  #fromCamera({ pixels, note }) {
    this.#take({ pixels: numbersOf(pixels, this.view), index: null, name: "Your photo", label: "", how: "camera" }, true);
    this.#note(note);
    this.page.scrollIntoView({ block: "start" });
  }

  try({ corruption, amount, picture }) {
    const first = this.source.first(null);
    const drawn = casePicture(picture?.key, this.view);
    const own = this.state.picture?.how === "test" ? this.state.picture : (first ?? this.state.picture);
    this.picked = "";
    this.jump({ corruption, amount }, drawn || own);
    this.#arrange();
    this.#toFrames();
  }

  /** Another second model. @param {string} beside its name, or empty */
  compare(beside) {
    this.beside = this.chosen = beside;
    if (!beside && this.isBeside) this.left = "corrupted";
    this.asking.forgetBeside();
    this.#arrange();
    this.set(this.state);
  }

  #key(event) {
    const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    const random = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.toLowerCase() === "r";
    const field = "input:not([type=range]):not([type=radio]), textarea, select, [contenteditable], .sketch .pad";
    if ((!undo && !random) || event.composedPath().some((node) => node.matches?.(field))) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // r alone is also Streamlit's key for running the page again
    if (undo) this.undo();
    else this.newNoise();
  }

  /** What can be saved, or null where it is still being computed. @returns {import("./saves.js").Shown | null} */
  #saved() {
    const { state, corruption, isBeside } = this;
    const { restored, beside } = this.asking.answers;
    if (restored?.state !== state || restored.method !== this.method || (isBeside && beside?.state !== state)) return null;
    const by = this.#by(restored.method);
    const layers = (answer) => this.large.layers(answer);
    return { state, corruption, restored, by, beside: isBeside ? beside : null, besideBy: this.#besideTitle, layers, methods: this.methods.shown };
  }

  /** Tell of a fault for as long as it lasts. */
  #say(sentence) {
    if (this.fault.textContent === sentence) return;
    this.fault.textContent = sentence;
    this.fault.hidden = !sentence;
  }

  /** Tell of something that is no fault of the moment. */
  #note(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  // Its parts.

  #build(ask) {
    const { data, view } = this;
    this.source = new Source(data, view, {
      picture: (picture, final) => this.#take(picture, final),
      say: (sentence) => this.#tell(sentence),
      ...ask,
    });
    this.dial = new Dial({ grab: () => this.history.remember(this.state), move: (amount) => this.#move(amount) });
    this.methods = new Methods(view, data.measures, (name) => this.#pick(name));
    this.sweeps = new Sweeps(view, data.can.includes("draw"), data.measures[0]);
    const onAmount = (amount) => this.jump({ amount: settleAmount(amount) });
    this.curve = new Curve({ base: data.base, measure: data.measures[0], nouns: view.words.nouns, onAmount });
    this.stage = new Stage(view, (left) => this.#show(left));
    this.large = new Large({ data, view, stage: this.stage });
    this.verdict = new Verdict();
    const picture = () => this.state.picture;
    this.saves = new Saves({ data, view, shown: () => this.#saved(), picture, settle: () => this.settle(), onSay: (sentence) => this.#note(sentence) });
    const byHand = data.corruptions.find(({ name }) => isBrush(name))?.name;
    this.marking = new Marking({
      view,
      stage: this.stage,
      strokes: () => this.state.setting.strokes,
      onMark: (strokes, begins) => {
        if (begins) this.history.remember(this.state);
        this.set({ ...this.state, setting: { ...this.state.setting, corruption: byHand, strokes } }, false);
      },
      onSay: (sentence) => this.#tell(sentence),
    });
    layOut(this);
  }

  /** Say something to a screen reader. */
  #tell(sentence) {
    this.spoken.textContent = sentence;
  }

  #move(amount) {
    if (amount !== this.state.setting.amount) this.set({ ...this.state, setting: { ...this.state.setting, amount } }, false);
  }
}
