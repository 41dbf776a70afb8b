/**
 * One model that restores: holds the picture and what spoils it, asks for what comes of it, and draws that.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { Keeper } from "../shared/page/kept.js";
import { Meter, brief, explain } from "../shared/page/meter.js";
import { numbersOf, readStart } from "../shared/views/starts.js";
import { joined, labelled } from "../shared/views/view.js";
import { Brush } from "./hole/brush.js";
import { casePicture, casesOf } from "./cases.js";
import { Curve } from "./curve.js";
import { Dial } from "./dial.js";
import { lostOf, maskOf, shareHidden } from "./hole/hole.js";
import { Lost } from "./hole/lost.js";
import { Methods } from "./methods.js";
import { comparisonSheet } from "./sheet.js";
import { Source } from "./source.js";
import { PATIENCE, Standing } from "./standing.js";
import { SEEDS, firstAmount, isBrush, isCarried, isNews, keptPicture, readSetting, readView, sameState, settleAmount, suits, withSetting } from "./state.js";
import { LAST, Sweeps } from "./sweeps.js";
import { figures, namePicture, pixelsLeft, spoken, verdict } from "./words.js";
import { copyAddress, save } from "../shared/page/saving.js";
import { LiveSocket, address } from "../shared/wire/socket.js";
import { Undo } from "../shared/page/undo.js";

const QUIET = 400; // ms without a movement until the address and the text equivalents are brought up to date
const PACE = 100; // ms between two rows of pictures while the hand moves: they follow, and leave the machine to the large ones
const QUICK = { sweeps: 16, draws: 4 }; // of an imputation while the hand moves: a third of the time, and 0.25 dB less
const LARGEST = 2 ** 16; // pixels of a picture that is restored in another way than by encoding and decoding it
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
   * @param {State & {beside: string, large: boolean, picked: string, shape: number[], images: string}} [before] what the last model showed
   */
  constructor(root, data, view, ask, before) {
    Object.assign(this, { root, view, ask, data: this.#offered(data, view) });
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
    return { ...this.state, beside: this.data.model, large: this.large, picked: this.picked, shape: this.view.shape, images: this.images };
  }

  /** Take the page's data again: the camera may have taken a picture. */
  update(data) {
    const camera = data.camera?.id !== this.data.camera?.id && data.camera;
    this.data = { ...this.#offered(data, this.view), images: this.data.images };
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

  /** Whether a picture is small enough to be restored in another way than by encoding and decoding it. */
  get #isSmall() {
    return this.view.width * this.view.height <= LARGEST;
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

  /** The page's data with the corruptions that these things can be spoiled by: only on pictures can a hand draw a hole. */
  #offered(data, { pixels }) {
    return { ...data, corruptions: data.corruptions.filter(({ name }) => pixels || !isBrush(name)) };
  }

  #begin(before) {
    const { view } = this;
    const { setting, asked, notes } = readSetting(location.search, this.data.corruptions);
    const asks = new URLSearchParams(location.search);
    const same = before && before.shape.join() === view.shape.join();
    const from = this.data.start.image;
    const start = this.source.numbered(asks.get("image")) ?? this.source.first(from && readStart(from, view));
    const keeps = from ? null : keptPicture(before, { shape: view.shape, images: this.images });
    const drawn = from ? null : casePicture(asks.get("case") ?? before?.picture?.case, view);
    const { hides } = this.data.corruptions.find(({ name }) => name === (before && !asked ? before.setting : setting).corruption);
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
    this.set({ picture: keeps ?? drawn ?? start, setting: before && !asked ? before.setting : setting });
    if (this.data.camera && keeps?.how === "camera") this.#fromCamera(this.data.camera);
    const instead = view.pixels ? "Draw a picture, upload one, or use the camera." : "So there is nothing to restore.";
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
      ? [{ name: `beside:${beside}`, title: this.#besideTitle, sentence: `What ${beside} makes of the same picture: ${this.#kind(beside)}.` }]
      : [];
    const [vae, ...others] = fitting;
    const own = { ...vae, title: model, sentence: `${vae.sentence} This is ${this.#kind(model)}.` };
    if (this.besideBy !== this.besideMethod) this.methods.forget(`beside:${beside}`); // it restored in another way
    this.besideBy = this.besideMethod;
    const models = Number(this.besideMethod === "impute"); // the two models' pictures stand side by side
    this.methods.show([
      { name: "nothing", title: "Nothing done", sentence: "The corrupted picture itself." },
      own,
      ...others.slice(0, models),
      ...second,
      ...others.slice(models),
    ]);
    this.methods.mark(this.method);
    this.figures.beside.element.hidden = !this.large;
    this.frames.classList.toggle("four", this.large);
    this.largeButton.setAttribute("aria-pressed", String(this.large));
    this.largeButton.disabled = !beside;
    const why = isBrush(corruption.name) ? "A hole drawn by hand has no amount, and so no curve; choose Missing block for one." : "";
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
    return trained ? `a VAE trained to undo ${undoes}` : "a plain VAE, which never saw a spoiled picture";
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

  /** The hole drawn by hand as a picture: 255 where pixels are lost. @returns {Uint8Array} [H, W, C] */
  #hole({ strokes, amount }) {
    const { size, shape } = this.view;
    const mask = maskOf(strokes, amount, this.#side);
    return Uint8Array.from({ length: size }, (_, i) => mask[Math.floor(i / shape[2])]);
  }

  /** Height and width of a picture in pixels. @returns {[number, number]} */
  get #side() {
    return [this.view.height, this.view.width];
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
    });
    if (this.large) this.#askBeside(this.socket, moved, true);
    this.others ??= setTimeout(() => this.#askOthers(), PACE - Math.min(PACE, moved - (this.asked ?? -Infinity)));
    clearTimeout(this.rest);
    if (this.corruption.hides) this.rest = setTimeout(() => this.#askSweeps(), REST);
  }

  #askBeside(socket, moved, quick = false) {
    const { beside, besideMethod, state } = this;
    const asked = { state, moved, method: besideMethod, quick };
    socket.ask("restored-beside", {
      ...this.#request(beside, [besideMethod], (answer) => beside === this.beside && this.#arrived("beside", answer, asked), [`beside:${beside}`]),
      ...(quick ? QUICK : {}),
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
      this.socket.ask(
        "restored",
        this.#request(this.data.model, [method], (answer) => this.#arrived("restored", answer, { state, moved, method, rested: true }), [method]),
      );
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
    this.sweeps.fill(array, count);
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
    const lost = header.lost && this.view.pixels ? lostOf(header.lost, this.#side) : null;
    const final = asked.method !== "impute" || !asked.quick;
    this.answers[which] = { lost, array, psnr: header.psnr, ssim: header.ssim, ...asked, final, trip: milliseconds, model: 1000 * header.seconds, fresh: true };
    this.#refresh();
  }

  #tiles(names, { array, header }, state) {
    if (state.setting.corruption !== this.state.setting.corruption) return;
    this.methods.fill("nothing", array, 0, header.psnr[0], header.ssim[0], state);
    names.forEach((name, i) => this.methods.fill(name, array, i + 1, header.psnr[i + 1], header.ssim[i + 1], state));
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
    this.dial.show(setting.amount, brush ? "Brush width" : "Amount", this.#meaning(setting));
    this.brush.show(brush && Boolean(picture), setting.amount);
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
    const { standing, figures: shown, answers, state } = this;
    const { restored, beside } = answers;
    const by = (answer, method) => (answer && answer.method !== method ? "waiting" : standing.of(answer?.state));
    const large = by(restored, this.method);
    this.#wait(shown.original, state.picture ? "now" : "none", "Original");
    this.#wait(shown.corrupted, standing.of(restored?.state), "Corrupted");
    this.#wait(shown.restored, large, `Restored: ${this.#by(this.method)}`);
    this.#wait(shown.beside, by(beside, this.besideMethod), `Restored: ${this.#besideTitle}`);
    if (large === "waiting" || large === "none") {
      this.verdict.textContent = state.picture ? "Computing…" : "";
      delete this.verdict.dataset.helped;
    }
    this.methods.stand(standing, this.#hidden(state) === 1); // unless nothing is left to tell by
    if (this.corruption.hides) this.sweeps.stand(standing.of(this.filling));
  }

  /** Dim a large picture that is of something else, or leave its place empty. */
  #wait({ element, canvas, title, words }, stand, name) {
    element.dataset.standing = stand;
    if (stand === "now" || stand === "following") return;
    title.textContent = name;
    words.textContent = this.state.picture ? "computing…" : "";
    canvas.setAttribute("aria-label", `${name}: ${words.textContent || "no picture yet"}`);
  }

  /** Say what the amount is, for people. */
  #meaning({ corruption, amount }) {
    if (isBrush(corruption)) return "Width of the brush, as a share of the picture’s side; the hole grows with it";
    const { meaning } = this.corruption;
    return corruption === "low-resolution" ? `${meaning}: ${pixelsLeft(this.#side, amount)}` : meaning;
  }

  #drawOriginal(picture) {
    this.shownPicture = picture;
    const { canvas, title, words } = this.figures.original;
    this.view.paint(canvas, picture.pixels);
    title.textContent = "Original";
    words.textContent = namePicture(picture);
    canvas.setAttribute("aria-label", labelled(this.view, `The original: ${namePicture(picture)}`, picture.pixels));
  }

  #drawRestored(answer) {
    answer.fresh = false;
    const { array, psnr, ssim, state, method, moved, trip, model, lost, rested, final } = answer;
    const { corrupted, restored } = this.figures;
    this.view.paint(corrupted.canvas, array, 0);
    this.lost?.show(lost);
    corrupted.title.textContent = "Corrupted";
    corrupted.words.textContent = figures(psnr[0], ssim[0]);
    this.view.paint(restored.canvas, array, 1);
    restored.title.textContent = `Restored: ${this.#by(method)}`;
    restored.words.textContent = figures(psnr[1], ssim[1]);
    const { sentence, helped } = verdict({
      corrupted: psnr[0],
      restored: psnr[1],
      by: this.#by(method),
      hidden: lost ? shareHidden(lost) : this.#hidden(state),
      brush: isBrush(state.setting.corruption),
    });
    this.verdict.textContent = sentence;
    this.verdict.dataset.helped = String(helped);
    if (method === "impute") this.methods.fill("impute", array, 1, psnr[1], ssim[1], state, final);
    if (this.resting) this.#label();
    const now = performance.now();
    if (this.warm && !rested) this.meter.add(trip, model, now - moved, now);
    this.warm = true; // the first picture waited for the connection, and perhaps for the model to be opened
    const reading = this.meter.read();
    if (reading) this.reading.textContent = `restored in ${brief(reading)}`;
    restored.canvas.dispatchEvent(new CustomEvent("painted", { detail: { trip, model, painted: now - moved } }));
  }

  #drawBeside(answer) {
    answer.fresh = false;
    const { array, psnr, ssim, state, final } = answer;
    this.methods.fill(`beside:${this.beside}`, array, 1, psnr[1], ssim[1], state, final);
    if (!this.large) return;
    const { canvas, title, words } = this.figures.beside;
    this.view.paint(canvas, array, 1);
    title.textContent = `Restored: ${this.#besideTitle}`;
    words.textContent = figures(psnr[1], ssim[1]);
    canvas.setAttribute("aria-label", `Restored: ${this.#besideTitle}, ${spoken(psnr[1], ssim[1])}`);
  }

  #by(method) {
    if (method === "impute") return `${this.data.model}, imputed`;
    return method === "vae" ? this.data.model : (this.data.methods.find(({ name }) => name === method)?.title ?? method);
  }

  /** The share of the picture that is lost; null where nothing says which pixels are. */
  #hidden({ setting }) {
    if (!this.data.corruptions.find(({ name }) => name === setting.corruption)?.hides) return null;
    return isBrush(setting.corruption) ? shareHidden(maskOf(setting.strokes, setting.amount, this.#side)) : setting.amount;
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
    return withSetting(href, { model: this.data.model, picture, setting, view });
  }

  /** Say the large pictures for a screen reader, where they are of what is set. */
  #label() {
    const answer = this.answers.restored;
    if (answer?.state !== this.state) return;
    const { corrupted, restored } = this.figures;
    corrupted.canvas.setAttribute(
      "aria-label",
      `Corrupted by ${this.corruption.title.toLowerCase()}, amount ${this.state.setting.amount}: ${spoken(answer.psnr[0], answer.ssim[0])}`,
    );
    restored.canvas.setAttribute("aria-label", `Restored: ${this.#by(answer.method)}, ${spoken(answer.psnr[1], answer.ssim[1])}`);
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
    this.frames.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
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
    this.frames.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
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
      this.#note("The pictures are still being computed; save them in a moment.");
      return;
    }
    const { picture, setting } = this.state;
    const { size } = this.view;
    const part = (answer, i) => answer.array.slice(i * size, (i + 1) * size);
    const tile = (title, words, pixels, lost = null) => ({ title, words, pixels, lost });
    const large = [
      tile("Original", namePicture(picture), picture.pixels),
      tile("Corrupted", figures(restored.psnr[0], restored.ssim[0]), part(restored, 0), restored.lost),
      tile(`Restored: ${this.#by(restored.method)}`, figures(restored.psnr[1], restored.ssim[1]), part(restored, 1)),
      ...(this.large && beside ? [tile(`Restored: ${this.#besideTitle}`, figures(beside.psnr[1], beside.ssim[1]), part(beside, 1))] : []),
    ];
    const seed = this.corruption.chance === "none" ? "" : `, seed ${setting.seed}`;
    const title = `${this.data.model}: ${this.corruption.title.toLowerCase()}, amount ${setting.amount}${seed}`;
    const sheet = comparisonSheet({
      title,
      note: `${this.corruption.meaning}. PSNR in dB against the original.`,
      view: this.view,
      large,
      methods: this.methods.shown,
    });
    save(sheet, `${this.data.model}-${setting.corruption}-${setting.amount}.png`);
  }

  #copyLink(button) {
    this.#settled();
    if (!isCarried(this.state.picture)) {
      this.#note(
        "The link has everything but the picture: a link can carry no picture of your own. Whoever opens it sees one of the model’s images.",
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
    this.methods = new Methods(this.view, (name) => this.#pick(name));
    this.sweeps = new Sweeps(this.view);
    this.curve = new Curve({ base: data.base, onAmount: (amount) => this.jump({ amount: settleAmount(amount) }) });
    this.page = h(
      "div",
      { class: "latent-map restore", "data-model": data.model },
      this.fault,
      this.notice,
      this.spoken,
      h("div", { class: "bench" }, this.#stage(), h("div", { class: "choose" }, this.source.element, this.#kinds())),
      this.sweeps.element,
      this.curve.element,
      this.#cases(),
    );
    this.root.append(this.page);
  }

  #move(amount) {
    if (amount !== this.state.setting.amount) this.set({ ...this.state, setting: { ...this.state.setting, amount } }, false);
  }

  #stage() {
    const under = h("div", { class: "under" }, this.dial.element, this.#actions());
    return h("div", { class: "stage" }, this.#frames(), under, h("div", { class: "said" }, this.verdict, this.reading), this.#row());
  }

  #frames() {
    const figure = (name, role) => {
      const canvas = h("canvas", { "data-role": role, role: "img", class: "pixels", width: this.view.width, height: this.view.height });
      const [title, words] = [h("b"), h("span", { "data-role": `${role}-figures` })];
      const frame = h("div", { class: "frame" }, canvas);
      return [name, { canvas, title, words, frame, element: h("figure", { class: name }, frame, h("figcaption", {}, title, words)) }];
    };
    this.figures = Object.fromEntries([
      figure("original", "original"),
      figure("corrupted", "corrupted"),
      figure("restored", "picture"),
      figure("beside", "beside"),
    ]);
    this.invitation = h("span", { class: "invitation", "aria-hidden": "true", hidden: true }, "Draw a hole here");
    const { frame } = this.figures.corrupted;
    if (this.view.pixels) this.lost = new Lost(this.view);
    frame.append(...(this.lost ? [this.lost.element] : []), this.invitation);
    this.brush = new Brush({
      pad: frame,
      strokes: () => this.state.setting.strokes,
      onDraw: (strokes, begins) => {
        if (begins) this.history.remember(this.state);
        this.set({ ...this.state, setting: { ...this.state.setting, strokes } }, false);
      },
      onSay: (sentence) => (this.spoken.textContent = sentence),
    });
    this.frames = h("div", { class: "frames" }, ...Object.values(this.figures).map(({ element }) => element));
    return this.frames;
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
    const about = h("small", {}, "on this very picture; press one to see it large");
    const title = h("h2", {}, h("span", {}, "All methods"), about, tools);
    return h("section", { class: "methods" }, title, this.methods.row, this.methods.words);
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
        title: "Show the second model’s picture large, beside the first one’s",
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
