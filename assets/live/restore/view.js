/**
 * One model that restores: holds the thing and what spoils it, asks for what comes of it, and draws that.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { Keeper } from "../shared/page/kept.js";
import { Meter, brief, explain } from "../shared/page/meter.js";
import { numbersOf, readStart } from "../shared/views/starts.js";
import { bytesOf, joined } from "../shared/views/view.js";
import { Brush } from "./hole/brush.js";
import { casePicture, casesOf } from "./cases.js";
import { Curve } from "./curve.js";
import { Dial } from "./dial.js";
import { Edges } from "./hole/edges.js";
import { lostOf, shareHidden } from "./hole/hole.js";
import { Lost } from "./hole/lost.js";
import { marksOf } from "./hole/marks.js";
import { spansOf } from "./hole/spans.js";
import { Methods, rowWords } from "./methods.js";
import { comparisonSheet } from "./sheet.js";
import { Source } from "./source.js";
import { blanked, layersOf } from "./stage/layers.js";
import { Stage } from "./stage/stage.js";
import { PATIENCE, Standing } from "./standing.js";
import { SEEDS, firstAmount, isBrush, isCarried, isNews, keptPicture, readSetting, readView, sameState, settleAmount, suits, withSetting } from "./state.js";
import { LAST, Sweeps } from "./sweeps.js";
import { called, figures, namePicture, pixelsLeft, spoken, valuesOf, verdict } from "./words.js";
import { takenFor } from "../shared/words/names.js";
import { copyAddress, save } from "../shared/page/saving.js";
import { LiveSocket, address } from "../shared/wire/socket.js";
import { Undo } from "../shared/page/undo.js";

const QUIET = 400; // ms without a movement until the address and the text equivalents are brought up to date
const PACE = 100; // ms between two rows of pictures while the hand moves: they follow, and leave the machine to the large ones
const QUICK = { sweeps: 16, draws: 4 }; // of an imputation while the hand moves: a third of the time, and 0.25 dB less
const LARGEST = 2 ** 16; // pixels or samples of a thing that is restored in another way than by encoding and decoding it
const DRAG = "Drag along the curve to lose a stretch, and take it by its edges"; // where a hand marks what is lost of a series
const REST = 250; // ms without a movement until a hole is filled sweep by sweep: that takes the server longer

/**
 * @typedef {{picture: import("./source.js").Picture | null, setting: import("./state.js").Setting}} State
 * @typedef {{name: string, corruption: string}} Other another model of the same shape; what it was trained to undo, or empty
 */

export class RestoreView {
  /**
   * @param {HTMLElement} root
   * @param {any} data
   * @param {import("../shared/views/view.js").View} view of what the model draws
   * @param {{download: () => void, camera: () => void}} ask what only the server's page can do
   * @param {State & {beside: string, large: boolean, picked: string, shape: number[], kind: string, images: string}} [before] what the last
   *   model showed
   */
  constructor(root, data, view, ask, before) {
    Object.assign(this, { root, view, ask, data });
    this.marks = marksOf(view);
    this.noun = called(view);
    this.history = new Undo(sameState);
    this.meter = new Meter();
    this.standing = new Standing();
    this.picked = ""; // the method chosen to be shown large; empty: the usual one
    this.answers = {};
    this.keeper = new Keeper("restore", data, ["image", "case", "corruption", "amount", "seed", "hole", "method", "beside", "second"]);
    const left = before ? null : this.keeper.resume(); // another model goes on with what the last one showed
    this.#build();
    const online = (open) => this.#say(open ? "" : "The server does not answer. Trying again…");
    const url = address(data.base, location);
    this.socket = new LiveSocket(url, { onState: online });
    this.later = new LiveSocket(url); // what takes longer is never before the picture under the hand
    this.onkeydown = (event) => this.#key(event);
    window.addEventListener("keydown", this.onkeydown, true);
    this.#begin(before ?? left?.shown);
    if (left?.history) this.history = left.history;
  }

  /** What the next model may go on with. */
  keep() {
    const { large, picked, images, view } = this;
    return { ...this.state, beside: this.data.model, large, picked, shape: view.shape, kind: view.kind, images };
  }

  /** Take the page's data again: the camera may have taken a picture. */
  update(data) {
    const camera = data.camera?.id !== this.data.camera?.id && data.camera;
    this.data = { ...data, images: this.data.images };
    if (camera) this.#fromCamera(camera);
  }

  destroy() {
    this.keeper.leave((href) => this.#address(href), { shown: this.keep(), history: this.history });
    window.removeEventListener("keydown", this.onkeydown, true);
    clearTimeout(this.timer);
    clearTimeout(this.rest);
    clearTimeout(this.lagging);
    clearTimeout(this.others);
    this.socket.close();
    this.later.close();
    this.curve.destroy();
    this.source.destroy();
    this.edges?.destroy();
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
    this.#askAll();
    this.#refresh();
    this.reading.classList.remove("resting");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#settled(), QUIET);
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

  /** Whether a thing is small enough to be restored in another way than by encoding and decoding it. */
  get #isSmall() {
    return this.view.size / this.view.shape.at(-1) <= LARGEST;
  }

  /** The method that is shown large: the one chosen, or the usual one. A hole is filled, not only decoded once. */
  get method() {
    const fills = this.corruption.hides && this.#isSmall;
    return this.picked || (fills ? "impute" : "vae");
  }

  /** How the second model restores: as the first one does, where a model does. */
  get besideMethod() {
    return this.corruption.hides && this.method !== "vae" && this.#isSmall ? "impute" : "vae";
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
    const goesOn = Boolean(same && before.large && models.includes(before.beside)); // beside the model that was left
    this.picked = shown.method || before?.picked || "";
    this.large = shown.large || goesOn;
    this.chosen = shown.beside ?? (goesOn ? before.beside : null);
    this.beside = this.chosen ?? this.data.beside;
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

  /** Which pictures stand beside one another: another method, or a second model. */
  #arrange() {
    const { corruption, fitting, beside } = this;
    const model = this.data.model;
    const second = beside
      ? [{ name: `beside:${beside}`, title: this.#besideTitle, sentence: `What ${beside} makes of the same ${this.noun}: ${this.#kind(beside)}.` }]
      : [];
    const [vae, ...others] = fitting;
    const own = { ...vae, title: model, sentence: `${vae.sentence} This is ${this.#kind(model)}.` };
    if (this.besideBy !== this.besideMethod) this.methods.forget(`beside:${beside}`); // it restored in another way
    this.besideBy = this.besideMethod;
    const models = Number(this.besideMethod === "impute"); // the two models' pictures stand side by side
    this.methods.show([
      { name: "nothing", title: "Nothing done", sentence: `The corrupted ${this.noun} itself.` },
      own,
      ...others.slice(0, models),
      ...second,
      ...others.slice(models),
    ]);
    this.methods.mark(this.method);
    this.stage.widen(this.large);
    this.largeButton.setAttribute("aria-pressed", String(this.large));
    this.largeButton.disabled = !beside;
    const hole = this.data.corruptions.find(({ name, hides }) => hides && !isBrush(name))?.title;
    const why = isBrush(corruption.name) ? `A hole drawn by hand has no amount, and so no curve; choose ${hole} for one.` : "";
    const lines = [
      { name: "corrupted", title: "Nothing done", model, method: "corrupted" },
      ...[own, ...others].map(({ name, title }) => ({ name, title, model, method: name })),
    ];
    if (beside) {
      lines.splice(2, 0, { name: `beside:${beside}:${this.besideMethod}`, title: this.#besideTitle, model: beside, method: this.besideMethod });
    }
    this.curve.show({ corruption: corruption.name, title: corruption.title, meaning: corruption.meaning, lines, why });
  }

  get #besideTitle() {
    return this.besideMethod === "impute" ? `${this.beside}, imputed` : this.beside;
  }

  /** Say what a model is, for people. */
  #kind(name) {
    const trained = name === this.data.model ? this.data.trained : (this.data.models.find((model) => model.name === name)?.corruption ?? "");
    const undoes = this.data.corruptions.find((each) => each.name === trained)?.title.toLowerCase() ?? trained;
    return trained ? `a model trained to undo ${undoes}` : `a plain model, which never saw a spoiled ${this.noun}`;
  }

  // Asking.

  #request(model, methods, onAnswer, tiles = []) {
    const { state, view } = this;
    const { picture, setting } = state;
    const brush = isBrush(setting.corruption);
    return {
      op: "restore",
      model,
      shape: [brush ? 2 : 1, ...view.shape],
      payload: brush ? joined(view, [picture.pixels, this.#hole(setting)]) : picture.pixels,
      corruption: { name: setting.corruption, amount: brush ? 1 : setting.amount, seed: setting.seed },
      methods,
      onAnswer,
      onError: (sentence) => {
        this.#say(sentence);
        this.methods.fail(tiles, state);
        this.#refresh();
      },
    };
  }

  /** The hole drawn by hand as a thing of its own: as high as its numbers may be, where something is lost. */
  #hole({ strokes, amount }) {
    const { view } = this;
    const [mask, channels, high] = [this.marks.maskOf(strokes, amount), view.shape.at(-1), view.pixels ? 255 : 1];
    return view.read(new ArrayBuffer(bytesOf(view))).map((_, i) => (mask[Math.floor(i / channels)] ? high : 0));
  }

  #askAll() {
    const { state, data } = this;
    if (!state.picture) return;
    const moved = performance.now();
    const { method } = this;
    this.moved = moved;
    this.socket.ask("restored", {
      ...this.#request(data.model, [method], (answer) => this.#arrived("restored", answer, { state, moved, method, quick: true }), [method]),
      ...QUICK,
      spread: this.#isSure(method),
    });
    if (this.large) this.#askBeside(this.socket, moved, true);
    this.others ??= setTimeout(() => this.#askOthers(), PACE - Math.min(PACE, moved - (this.asked ?? -Infinity)));
    clearTimeout(this.rest);
    if (this.corruption.hides) this.rest = setTimeout(() => this.#askSweeps(), REST);
  }

  /** Whether a method says how sure it is, where the view can show that. */
  #isSure(method) {
    return method === "impute" && !this.view.pixels;
  }

  #askBeside(socket, moved, quick = false) {
    const { beside, besideMethod, state } = this;
    const asked = { state, moved, method: besideMethod, quick };
    socket.ask("restored-beside", {
      ...this.#request(beside, [besideMethod], (answer) => beside === this.beside && this.#arrived("beside", answer, asked), [`beside:${beside}`]),
      ...(quick ? QUICK : {}),
      spread: this.#isSure(besideMethod),
    });
  }

  /** Ask for the pictures of the row. */
  #askOthers() {
    const { state, data } = this;
    this.others = null;
    this.asked = performance.now();
    const fills = this.besideMethod === "impute"; // that takes longer, and waits for the hand to rest
    if (this.beside && !this.large && !fills) this.#askBeside(this.later, this.asked);
    const names = this.fitting.map(({ name }) => name).filter((name) => name !== "impute");
    this.later.ask("methods", this.#request(data.model, names, (answer) => this.#tiles(names, answer, state), ["nothing", ...names]));
  }

  #askSweeps() {
    const { state } = this;
    const { moved, method } = this;
    if (method === "impute") {
      this.socket.ask("restored", {
        ...this.#request(this.data.model, [method], (answer) => this.#arrived("restored", answer, { state, moved, method, rested: true }), [method]),
        spread: this.#isSure(method),
      });
    }
    if (this.beside && this.besideMethod === "impute") this.#askBeside(this.large ? this.socket : this.later, moved);
    this.later.ask("imputed", {
      ...this.#request(this.data.model, undefined, ({ array, header }) => this.#filled(array, header.shape[0], state)),
      op: "impute",
      sweeps: LAST,
    });
    if (method !== "impute") {
      this.later.ask(
        "imputation",
        this.#request(this.data.model, ["impute"], (answer) => this.#tiles(["impute"], answer, state), ["impute"]),
      );
    }
  }

  #filled(array, count, state) {
    if (state !== this.state) return;
    this.filling = state;
    this.sweeps.fill(array, count, layersOf(state.picture.pixels, this.answers.restored?.state === state ? this.answers.restored.lost : null));
    this.#refresh();
  }

  /**
   * Take a large picture.
   * @param {{state: State, moved: number, method: string, quick?: boolean, rested?: boolean}} asked quick: with less
   *   effort than the method deserves; rested: the hand rested before it was asked for, so its time tells nothing
   */
  #arrived(which, { array, header, milliseconds }, asked) {
    this.#say(""); // what went wrong before is over
    if (!isNews(asked, this.answers[which])) return; // it was overtaken on the other connection
    const lost = header.lost ? lostOf(header.lost, this.marks.size) : null;
    const final = asked.method !== "impute" || !asked.quick;
    const values = [0, 1].map((i) => valuesOf(this.data.measures, header, i));
    const taken = takenFor(this.data.given, header.condition?.[0]);
    this.answers[which] = { lost, array, values, taken, ...asked, final, trip: milliseconds, model: 1000 * header.seconds, fresh: true };
    this.#refresh();
  }

  #tiles(names, { array, header }, state) {
    if (state.setting.corruption !== this.state.setting.corruption) return;
    const { view, data } = this;
    const lost = header.lost ? lostOf(header.lost, this.marks.size) : null;
    const layers = layersOf(state.picture.pixels, lost);
    const values = (i) => valuesOf(data.measures, header, i);
    this.methods.fill("nothing", blanked(view, array.slice(0, view.size), lost), 0, values(0), state, layers);
    names.forEach((name, i) => this.methods.fill(name, array, i + 1, values(i + 1), state, layers));
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
    this.brush?.show(brush && Boolean(picture), setting.amount);
    this.#showEdges();
    this.source.mark(picture);
    this.curve.mark(setting.amount);
    this.undoButton.disabled = !this.history.leadsFrom(this.state);
    this.invitation.hidden = !brush || setting.strokes.length > 0;
    if (picture && this.shownPicture !== picture) this.#drawOriginal(picture);
    const { restored, beside } = this.answers;
    if (beside?.fresh) this.#drawBeside(beside);
    if (restored?.fresh) this.#drawRestored(restored);
    this.#stand();
  }

  /** Say of all that is shown whether it is of what is set now. */
  #stand() {
    const { standing, stage, answers, state } = this;
    const { restored, beside } = answers;
    const meanwhile = state.picture ? "computing…" : "";
    const by = (answer, method) => (answer && answer.method !== method ? "waiting" : standing.of(answer?.state));
    const large = by(restored, this.method);
    stage.wait("original", state.picture ? "now" : "none", "Original", meanwhile);
    stage.wait("corrupted", standing.of(restored?.state), "Corrupted", meanwhile);
    stage.wait("restored", large, `Restored: ${this.#by(this.method)}`, meanwhile);
    stage.wait("beside", by(beside, this.besideMethod), `Restored: ${this.#besideTitle}`, meanwhile);
    if (large === "waiting" || large === "none") {
      this.verdict.textContent = state.picture ? "Computing…" : "";
      delete this.verdict.dataset.helped;
    }
    this.methods.stand(standing, this.#hidden(state) === 1); // unless nothing is left to tell by
    if (this.corruption.hides) this.sweeps.stand(standing.of(this.filling));
  }

  /** The edges of what is lost, where a hand can take them. */
  #showEdges() {
    if (!this.edges) return;
    const { state, answers } = this;
    const brush = isBrush(state.setting.corruption);
    const lost = answers.restored?.state === state ? answers.restored.lost : null;
    if (this.corruption.hides && !brush && !lost) return; // they stay where they are until the answer is there
    const spans = brush ? state.setting.strokes : lost ? spansOf(lost) : [];
    this.edges.show({ active: Boolean(state.picture) && this.corruption.hides, free: brush, spans });
  }

  /** Say what the amount is, for people. */
  #meaning({ corruption, amount }) {
    if (isBrush(corruption)) return this.marks.wide ? "Width of the brush, as a share of the picture’s side; the hole grows with it" : `${DRAG}.`;
    const { meaning } = this.corruption;
    return corruption === "low-resolution" ? `${meaning}: ${pixelsLeft(this.marks.size, amount)}` : meaning;
  }

  #drawOriginal(picture) {
    this.shownPicture = picture;
    this.stage.paint("original", picture.pixels, 0);
    this.stage.caption("original", "Original", namePicture(picture));
    this.stage.label("original", `The original: ${namePicture(picture)}`);
  }

  /** The figures of a thing in an answer, as a caption has them. */
  #figures({ values }, i) {
    return figures(this.data.measures, values[i]);
  }

  /** What is said beneath something restored: its figures, what it was taken for, and what lies beneath it. */
  #made(answer) {
    return [this.#figures(answer, 1), answer.taken, !this.view.pixels && "original in grey"].filter(Boolean).join(" · ");
  }

  /** What is drawn with what an answer restores: of an imputation with how sure it is, where that came with it. */
  #layers({ state, lost, array }) {
    const { size, pixels } = this.view;
    const part = (i) => array.slice(i * size, (i + 1) * size);
    return layersOf(state.picture.pixels, lost, !pixels && array.length === 3 * size ? { mean: part(1), spread: part(2) } : null);
  }

  #drawRestored(answer) {
    answer.fresh = false;
    const { array, values, state, method, moved, trip, model, lost, rested, final } = answer;
    const { stage } = this;
    stage.paintCorrupted(array, lost);
    this.lost?.show(lost);
    stage.caption("corrupted", "Corrupted", this.#figures(answer, 0));
    stage.paint("restored", array, 1, this.#layers(answer));
    stage.caption("restored", `Restored: ${this.#by(method)}`, this.#made(answer));
    const { sentence, helped } = verdict({
      corrupted: values[0][0],
      restored: values[1][0],
      by: this.#by(method),
      hidden: lost ? shareHidden(lost) : this.#hidden(state),
      brush: isBrush(state.setting.corruption),
      measure: this.data.measures[0],
      noun: this.noun,
      invitation: this.marks.wide ? undefined : `${DRAG[0].toLowerCase()}${DRAG.slice(1)}.`,
    });
    this.verdict.textContent = sentence;
    this.verdict.dataset.helped = String(helped);
    if (method === "impute") this.methods.fill("impute", array, 1, values[1], state, layersOf(state.picture.pixels, lost), final);
    if (this.resting) this.#label();
    const now = performance.now();
    if (this.warm && !rested) this.meter.add(trip, model, now - moved, now);
    this.warm = true; // the first picture waited for the connection, and perhaps for the model to be opened
    const reading = this.meter.read();
    if (reading) this.reading.textContent = `restored in ${brief(reading)}`;
    stage.figures.restored.canvas.dispatchEvent(new CustomEvent("painted", { detail: { trip, model, painted: now - moved } }));
  }

  #drawBeside(answer) {
    answer.fresh = false;
    const { array, values, state, lost, final } = answer;
    this.methods.fill(`beside:${this.beside}`, array, 1, values[1], state, layersOf(state.picture.pixels, lost), final);
    if (!this.large) return;
    this.stage.paint("beside", array, 1, this.#layers(answer));
    this.stage.caption("beside", `Restored: ${this.#besideTitle}`, this.#made(answer));
    this.stage.label("beside", `Restored: ${this.#besideTitle}, ${spoken(this.data.measures, values[1])}`);
  }

  #by(method) {
    if (method === "impute") return `${this.data.model}, imputed`;
    return method === "vae" ? this.data.model : (this.data.methods.find(({ name }) => name === method)?.title ?? method);
  }

  /** The share of the picture that is lost; null where nothing says which pixels are. */
  #hidden({ setting }) {
    if (!this.data.corruptions.find(({ name }) => name === setting.corruption)?.hides) return null;
    return isBrush(setting.corruption) ? shareHidden(this.marks.maskOf(setting.strokes, setting.amount)) : setting.amount;
  }

  /** After a movement: the address, and what a screen reader may say. */
  #settled() {
    this.keeper.write(this.#address(location.href));
    this.resting = true;
    this.#label();
    const reading = this.meter.read();
    if (reading) this.reading.title = explain(reading);
    this.reading.classList.add("resting");
    this.page.dataset.settled = "true";
  }

  #address(href) {
    const { picture, setting } = this.state;
    const view = { method: this.picked, beside: this.large ? this.beside : this.chosen, large: this.large };
    return withSetting(href, { model: this.data.model, picture, setting, view, marks: this.marks });
  }

  /** Say the large pictures for a screen reader, where they are of what is set. */
  #label() {
    const answer = this.answers.restored;
    if (answer?.state !== this.state) return;
    const said = (i) => spoken(this.data.measures, answer.values[i]);
    const { corruption, amount } = this.state.setting;
    const much = isBrush(corruption) && !this.marks.wide ? "" : `, amount ${amount}`;
    this.stage.label("corrupted", `Corrupted by ${this.corruption.title.toLowerCase()}${much}: ${said(0)}`);
    this.stage.label("restored", [`Restored: ${this.#by(answer.method)}`, answer.taken, said(1)].filter(Boolean).join(", "));
  }

  // What a hand may do.

  #choose(name) {
    const corruption = this.data.corruptions.find((each) => each.name === name);
    this.jump({ corruption: name, amount: firstAmount(corruption) });
  }

  #newNoise() {
    if (this.corruption.chance === "none") return;
    this.jump({ seed: Math.floor(Math.random() * SEEDS) });
  }

  #reset() {
    this.jump({ amount: firstAmount(this.corruption), seed: 0, strokes: [] });
  }

  #undo() {
    const state = this.history.back(this.state);
    if (state) this.set(state);
  }

  #pick(name) {
    this.picked = "";
    if (name !== this.method) this.picked = name;
    this.#arrange();
    this.set(this.state);
    this.#toFrames();
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

  #try({ corruption, amount, picture }) {
    const first = this.source.first(null);
    const drawn = casePicture(picture?.key, this.view);
    const own = this.state.picture?.how === "test" ? this.state.picture : (first ?? this.state.picture);
    this.picked = "";
    this.jump({ corruption, amount }, drawn || own);
    this.#arrange();
    this.#toFrames();
  }

  #key(event) {
    const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    const random = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.toLowerCase() === "r";
    const field = "input:not([type=range]):not([type=radio]), textarea, select, [contenteditable], .sketch .pad";
    if ((!undo && !random) || event.composedPath().some((node) => node.matches?.(field))) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // r alone is also Streamlit's key for running the page again
    if (undo) this.#undo();
    else this.#newNoise();
  }

  #save() {
    const { restored, beside } = this.answers;
    if (restored?.state !== this.state || restored.method !== this.method || (this.large && beside?.state !== this.state)) {
      this.#note(`The ${this.view.pixels ? "pictures" : this.view.words.nouns} are still being computed; save them in a moment.`);
      return;
    }
    const { picture, setting } = this.state;
    const { size } = this.view;
    const part = (answer, i) => answer.array.slice(i * size, (i + 1) * size);
    const tile = (title, words, pixels, more = {}) => ({ title, words, pixels, ...more });
    const { lost } = restored;
    const hole = this.view.pixels ? { lost } : { layers: lost ? { gaps: lost } : {} };
    const made = (title, answer) => tile(title, this.#figures(answer, 1), part(answer, 1), { layers: this.#layers(answer) });
    const large = [
      tile("Original", namePicture(picture), picture.pixels),
      tile("Corrupted", this.#figures(restored, 0), blanked(this.view, part(restored, 0), lost), hole),
      made(`Restored: ${this.#by(restored.method)}`, restored),
      ...(this.large && beside ? [made(`Restored: ${this.#besideTitle}`, beside)] : []),
    ];
    const seed = this.corruption.chance === "none" ? "" : `, seed ${setting.seed}`;
    const [{ title: figure, unit }] = this.data.measures;
    const title = `${this.data.model}: ${this.corruption.title.toLowerCase()}, amount ${setting.amount}${seed}`;
    const sheet = comparisonSheet({
      title,
      note: `${this.corruption.meaning}. ${figure}${unit && ` in ${unit}`} against the original.`,
      view: this.view,
      large,
      methods: this.methods.shown,
      measures: this.data.measures,
    });
    save(sheet, `${this.data.model}-${setting.corruption}-${setting.amount}.png`);
  }

  #copyLink(button) {
    this.#settled();
    if (!isCarried(this.state.picture)) {
      this.#note(
        `The link has everything but the ${this.noun}: a link can carry no ${this.noun} of your own. ` +
          `Whoever opens it sees one of the model’s ${this.view.words.nouns}.`,
      );
    }
    copyAddress(button.lastChild);
  }

  /** Tell of a fault for as long as it lasts. */
  #say(sentence) {
    this.fault.textContent = sentence;
    this.fault.hidden = !sentence;
  }

  /** Tell of something that is no fault of the moment. */
  #note(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  // The page.

  #build() {
    const { data } = this;
    this.fault = h("p", { class: "note", role: "status", hidden: true });
    this.notice = h("p", { class: "note", role: "status", "data-role": "notice", hidden: true });
    this.spoken = h("p", { class: "unseen", role: "status" });
    this.reading = h("span", { class: "reading", "data-role": "latency" });
    this.verdict = h("p", { class: "verdict", "data-role": "verdict", role: "status" });
    this.about = h("p", { class: "fine", "data-role": "about" });
    this.source = new Source(data, this.view, {
      picture: (picture, final) => this.#take(picture, final),
      say: (sentence) => (this.spoken.textContent = sentence),
      ...this.ask,
    });
    this.dial = new Dial({ grab: () => this.history.remember(this.state), move: (amount) => this.#move(amount) });
    this.methods = new Methods(this.view, data.measures, (name) => this.#pick(name));
    this.sweeps = new Sweeps(this.view, data.can.includes("draw"), data.measures[0]);
    const onAmount = (amount) => this.jump({ amount: settleAmount(amount) });
    this.curve = new Curve({ base: data.base, measure: data.measures[0], nouns: this.view.words.nouns, onAmount });
    this.page = h(
      "div",
      { class: "latent-map restore", "data-model": data.model, "data-shows": this.view.kind },
      this.fault,
      this.notice,
      this.spoken,
      h("div", { class: "bench" }, this.#bench(), h("div", { class: "choose" }, this.source.element, this.#kinds())),
      this.sweeps.element,
      this.curve.element,
      this.#cases(),
    );
    this.root.append(this.page);
  }

  #move(amount) {
    if (amount !== this.state.setting.amount) this.set({ ...this.state, setting: { ...this.state.setting, amount } }, false);
  }

  #bench() {
    const under = h("div", { class: "under" }, this.dial.element, this.#actions());
    return h("div", { class: "stage" }, this.#frames(), under, h("div", { class: "said" }, this.verdict, this.reading), this.#row());
  }

  #frames() {
    this.stage = new Stage(this.view);
    const { frame, canvas } = this.stage.figures.corrupted;
    this.invitation = h("span", { class: "invitation", "aria-hidden": "true", hidden: true }, this.view.pixels ? "Draw a hole here" : DRAG);
    const byHand = this.data.corruptions.find(({ name }) => isBrush(name))?.name;
    const mark = (strokes, begins) => {
      if (begins) this.history.remember(this.state);
      this.set({ ...this.state, setting: { ...this.state.setting, corruption: byHand, strokes } }, false);
    };
    const onSay = (sentence) => (this.spoken.textContent = sentence);
    if (this.view.pixels) {
      this.lost = new Lost(this.view);
      frame.append(this.lost.element, this.invitation);
      this.brush = new Brush({ pad: frame, strokes: () => this.state.setting.strokes, onDraw: mark, onSay });
    } else {
      frame.append(this.invitation);
      this.edges = new Edges({ view: this.view, pad: frame, canvas, onMark: mark, onSay });
    }
    return this.stage.element;
  }

  #actions() {
    const button = (words, glyph, role, title, onclick) =>
      iconButton(glyph, { "data-role": role, title, onclick }, h("span", { "data-short": words.split(" ").at(-1) }, words));
    this.noiseButton = button("New noise", "dice", "new-noise", "Draw the corruption anew, from another seed. Key: R", () => this.#newNoise());
    this.undoButton = button("Undo", "undo", "undo", "Undo the last step. Keys: Ctrl+Z", () => this.#undo());
    return h(
      "div",
      { class: "actions" },
      this.noiseButton,
      button("Reset", "reset", "reset", "The corruption’s first amount, seed 0, no hole drawn", () => this.#reset()),
      this.undoButton,
    );
  }

  #kinds() {
    const chip = ({ name, title, sentence }) =>
      h(
        "label",
        { title: sentence },
        h("input", { type: "radio", name: `corruption-${this.data.model}`, value: name, onchange: () => this.#choose(name) }),
        h("span", {}, title),
      );
    this.chips = h("div", { class: "chips", role: "radiogroup", "aria-label": "Corruption" }, ...this.data.corruptions.map(chip));
    return h("section", { class: "corruptions" }, h("h2", {}, "Corruption"), this.chips, this.about);
  }

  #row() {
    const copy = iconButton("link", { "data-role": "copy-link", onclick: () => this.#copyLink(copy) }, h("span", {}, "Copy link"));
    const png = iconButton("save", { "data-role": "save-comparison", title: "Save the comparison as PNG", onclick: () => this.#save() }, h("span", {}, "PNG"));
    const tools = h("span", { class: "tools" }, this.#comparing(), png, copy);
    const about = h("small", {}, rowWords(this.view));
    const title = h("h2", {}, h("span", {}, "All methods"), about, tools);
    const { absent } = this.data;
    const names = absent.join(", ").replace(/, ([^,]*)$/, " and $1");
    const away = `${names} need the ${this.view.words.nouns} that the model was trained on, which are not on this computer.`;
    const missing = absent.length > 0 && h("p", { class: "fine", "data-role": "absent" }, away);
    return h("section", { class: "methods" }, title, this.methods.row, this.methods.words, missing);
  }

  /** Which second model is compared, and whether its picture is large. */
  #comparing() {
    const { models } = this.data;
    const option = ({ name, corruption }) => h("option", { value: name }, corruption ? `${name} (denoising)` : name);
    this.besideSelect = h(
      "select",
      { "data-role": "beside", onchange: () => this.#compare(this.besideSelect.value, this.large) },
      h("option", { value: "" }, "none"),
      ...models.map(option),
    );
    this.largeButton = h(
      "button",
      {
        type: "button",
        class: "quiet",
        "data-role": "large",
        "aria-pressed": "false",
        title: `Show the second model’s ${this.noun} large, beside the first one’s`,
        onclick: () => this.#compare(this.beside, !this.large),
      },
      "Show it large",
    );
    const label = h("label", {}, h("span", {}, "Second model"), this.besideSelect);
    return h("div", { class: "compare", hidden: models.length === 0 }, label, this.largeButton);
  }

  #compare(beside, large) {
    this.beside = this.chosen = beside;
    this.large = large && Boolean(beside);
    for (const { newest } of [this.socket, this.later]) newest.forget("restored-beside"); // it may wait on either
    this.answers.beside = undefined;
    this.#arrange();
    this.set(this.state);
  }

  #cases() {
    const card = (each) =>
      h(
        "li",
        {},
        h("button", { type: "button", class: "quiet", "data-case": each.title, onclick: () => this.#try(each) }, each.title),
        h("p", { class: "fine" }, each.sentence),
      );
    return h(
      "section",
      { class: "cases" },
      h("h2", {}, h("span", {}, "Honest cases"), h("small", {}, "where the VAE loses, or only guesses: press one to set it up")),
      h("ul", {}, ...casesOf(this.data.corruptions, this.view).map(card)),
    );
  }
}
