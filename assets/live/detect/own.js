/**
 * Things of one's own: uploaded or dropped, pictures drawn too, each scored and marked in the histogram.
 * @module
 */

import { imageOf, packFiles, readTest, scoresOf } from "./file.js";
import { ownWords, sayRefused, scoreText } from "./words.js";
import { put } from "../shared/page/box.js";
import { h, iconButton } from "../shared/page/dom.js";
import { typing } from "../shared/page/upload.js";
import { Sketch } from "../shared/views/sketch.js";
import { short } from "../shared/wire/transfer.js";
import { capital } from "../shared/words/names.js";

const MOST = 64; // as many as the server takes at once
const MEGABYTES = 20; // of a file
const AWAY = "The server did not answer, so nothing was scored; try again.";

/**
 * @typedef {object} OwnPicture
 * @property {number} id @property {string} name @property {string} note what was done to it
 * @property {any} pixels [H, W, C]
 * @property {Record<string, number> | null} values its scores, null until they have come
 */

export class OwnPictures {
  /**
   * @param {object} options
   * @param {import("../shared/views/view.js").View} options.view
   * @param {{base: string, model: string, ground: "digit" | "whole"}} options.data
   * @param {(picture: OwnPicture) => void} options.onShow to be shown large
   * @param {() => void} options.onChange after pictures came, went or were scored
   */
  constructor({ view, data, onShow, onChange }) {
    Object.assign(this, { view, data, onShow, onChange });
    [this.one, this.several] = ownWords(view);
    /** @type {OwnPicture[]} */
    this.pictures = [];
    /** @type {HTMLElement[]} one for each of them */
    this.tiles = [];
    /** @type {OwnPicture | null} what is on the pad, where there is one */
    this.drawing = null;
    this.ids = 0;
    this.kept = 0; // drawings
    this.scoring = Promise.resolve();
    this.#build();
  }

  destroy() {
    this.gone = true;
    this.sketch?.destroy();
  }

  /** The picture of a number, if it is still there. @returns {OwnPicture | undefined} */
  find(id) {
    return this.pictures.find((picture) => picture.id === id);
  }

  /** Have files read and scored. @param {File[]} files */
  async take(files) {
    const said = files.length > MOST ? [`At most ${MOST} ${this.several} are taken at once; the others were left.`] : [];
    let notes = [];
    const fitting = files.slice(0, MOST).filter(({ name, size }) => {
      const large = `has more than ${MEGABYTES} MB; save it smaller${this.view.pixels ? ", or as JPEG" : ""}`;
      const why = size === 0 ? "is empty" : size > MEGABYTES * 2 ** 20 ? large : "";
      if (why) said.push(`${short(name)} ${why}.`);
      return !why;
    });
    if (fitting.length) {
      this.say(fitting.length === 1 ? `Reading ${short(fitting[0].name)} …` : `Reading ${fitting.length} ${this.several} …`);
      try {
        const read = await this.#read(fitting);
        said.push(...sayRefused(read.refused));
        notes = read.notes;
      } catch (error) {
        said.push(error.name === "Refused" ? error.message : AWAY);
      }
    }
    if (!this.gone) this.say([...said, ...notes], said.length > 0);
  }

  /** Say of each what it is called at a threshold. @param {string} score the chosen one */
  judge(score, threshold) {
    this.tiles.forEach((tile, i) => {
      const value = this.pictures[i].values?.[score];
      const called = value === undefined ? "" : value >= threshold ? "unusual" : "normal";
      if (tile.dataset.called !== called) tile.dataset.called = called;
      put(tile.lastChild, value === undefined ? "…" : `${scoreText(value)} ${value >= threshold ? "unusual" : "passes"}`);
    });
  }

  /** Say something, each sentence of a list in its own line. @param {string | string[]} sentences @param {boolean} [wrong] */
  say(sentences, wrong = false) {
    const lines = [sentences].flat().filter(Boolean);
    this.notice.replaceChildren(...lines.map((line) => h("span", {}, line)));
    this.notice.classList.toggle("wrong", wrong);
    this.notice.hidden = !lines.length;
  }

  /** @returns {Promise<{refused: {name: string, message: string}[], notes: string[]}>} what there is to say about it */
  async #read(files) {
    const bytes = await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    const test = await this.#post(files.map(({ name }, i) => ({ name, bytes: bytes[i] })));
    if (this.gone) return { refused: [], notes: [] };
    const read = test.files.map(({ name, note }, i) => ({
      id: ++this.ids,
      name: short(name),
      note,
      pixels: this.#pixels(test, i),
      values: scoresOf(test.unusual, i),
    }));
    this.pictures = [...this.pictures, ...read].slice(-MOST);
    this.#changed();
    if (read.length) this.onShow(read.at(-1));
    const notes = read.length === 1 && read[0].note ? [read[0].note] : [];
    return { refused: test.refused.map(({ name, message }) => ({ name: short(name), message })), notes };
  }

  /** @param {{name: string, bytes: Uint8Array}[]} files @param {boolean} [drawn] they are as the model gets them, also where they are bright all around */
  async #post(files, drawn = false) {
    const query = new URLSearchParams({ model: this.data.model, normal: "no", ...(drawn ? { invert: "no" } : {}) });
    return readTest(await fetch(`${this.data.base}api/unusual?${query}`, { method: "POST", body: packFiles(files) }));
  }

  #pixels(test, i) {
    return imageOf(test.unusual, i, this.view.size).slice();
  }

  // Drawing.

  #drawn(pixels, final) {
    if (!pixels?.some((value) => value > 0)) {
      if (this.drawing) this.#drop(this.drawing);
      this.sketch.showReconstruction(null);
      return;
    }
    this.drawing ??= this.#begun(pixels);
    const { drawing } = this;
    Object.assign(drawing, { pixels, values: null });
    this.onShow(drawing);
    if (!final) return;
    this.#changed();
    this.scoring = this.scoring.then(() => this.#scoreDrawing(drawing));
  }

  #begun(pixels) {
    const drawing = { id: ++this.ids, name: "Drawing", note: "", pixels, values: null };
    this.pictures = [...this.pictures, drawing].slice(-MOST);
    return drawing;
  }

  /** The scores of a drawing, as the hand has let go of it. */
  async #scoreDrawing(drawing) {
    const { pixels } = drawing;
    if (this.gone || drawing.values || !this.pictures.includes(drawing)) return;
    try {
      const test = await this.#post([{ name: "drawing.png", bytes: await png(pixels, this.view) }], true);
      if (this.gone || drawing.pixels !== pixels || !this.pictures.includes(drawing)) return; // drawn on, or blanked meanwhile
      drawing.values = scoresOf(test.unusual, 0);
      if (this.notice.classList.contains("wrong")) this.say("");
    } catch (error) {
      this.say(error.name === "Refused" ? error.message : AWAY, true);
    }
    this.#changed();
    this.onShow(drawing);
  }

  #drop(picture) {
    this.pictures = this.pictures.filter((other) => other !== picture);
    if (picture === this.drawing) this.drawing = null;
    this.#changed();
  }

  #changed() {
    this.tiles = this.pictures.map((picture) => this.#tile(picture));
    this.list.replaceChildren(...this.tiles);
    this.empty.hidden = this.pictures.length > 0;
    if (this.keep) this.keep.disabled = !this.drawing;
    this.onChange();
  }

  #tile(picture) {
    const canvas = h("canvas", { class: "pixels", "aria-hidden": "true" });
    this.view.paint(canvas, picture.pixels);
    const remove = () => (picture === this.drawing ? this.sketch.clear() : this.#drop(picture));
    return h(
      "div",
      { class: "own-tile", "data-own": picture.id },
      h("button", { type: "button", title: picture.name, "aria-label": `Show ${picture.name}`, onclick: () => this.onShow(picture) }, canvas),
      iconButton("close", { class: "bare", title: "Take it away", "aria-label": `Take ${picture.name} away`, onclick: remove }),
      h("span", { class: "called-words" }),
    );
  }

  /** Let the drawing stay in the list, and begin another. */
  #keep() {
    this.drawing.name = `Drawing ${++this.kept}`;
    const { name } = this.drawing;
    this.drawing = null;
    this.sketch.clear();
    this.#changed();
    this.say(`Kept as ${name.toLowerCase()}.`);
  }

  #build() {
    if (this.view.pixels) this.sketch = this.#pad();
    this.notice = h("p", { class: "fine notice", role: "status", "data-role": "own-note", hidden: true });
    this.list = h("div", { class: "own-list" });
    const files = `hoose files of one ${this.one} each (${this.view.accept.split(",").join(", ")})`;
    const how = this.view.pixels ? "Draw a picture, choose files," : this.view.spell ? `Type a ${this.one}, c${files}` : `C${files}`;
    this.empty = h("p", { class: "fine" }, `${how} or drop them here. Each is scored and marked in the histogram.`);
    const buttons = h("div", { class: "own-buttons" }, ...this.#buttons());
    this.drop = h("div", { class: "own-drop", "data-role": "own-drop" }, buttons, this.empty, this.list, this.notice);
    this.#takeDrops();
    const title = `${capital(this.several)} of your own`;
    this.element = h(
      "section",
      { class: "own", "aria-label": title },
      h("h2", {}, title),
      h("div", { class: `own-columns latent-map${this.sketch ? "" : " alone"}` }, this.sketch?.element, this.drop),
    );
  }

  #pad() {
    const { base, model, ground } = this.data;
    return new Sketch({
      view: this.view,
      ground,
      base,
      model,
      onPicture: (pixels, { final }) => this.#drawn(pixels, final),
      onSay: (sentence) => this.say(sentence),
    });
  }

  #buttons() {
    const file = h("input", {
      type: "file",
      accept: this.view.pixels ? "image/*" : this.view.accept,
      multiple: true,
      hidden: true,
      "data-role": "own-files",
      tabindex: "-1",
      "aria-hidden": "true",
    });
    file.addEventListener("change", () => {
      const chosen = [...file.files];
      file.value = ""; // the same files may be chosen again
      if (chosen.length) this.take(chosen);
    });
    const choose = iconButton("upload", { "data-role": "choose-files", onclick: () => file.click() }, `Choose ${this.one} files…`);
    if (this.view.spell) return [this.#typing(), choose, file];
    if (!this.view.pixels) return [choose, file];
    this.keep = iconButton(
      "plus",
      { "data-role": "keep-drawing", title: "Let it stay in the list, and begin another", disabled: true, onclick: () => this.#keep() },
      "Keep the drawing",
    );
    return [choose, this.keep, file];
  }

  /** A word that is typed goes the way of a file that holds it. */
  #typing() {
    const onThing = (_, word) => this.take([new File([word], word)]);
    return typing(this.view, { onThing, onSay: (sentence) => this.say(sentence, true), verb: "Score it" });
  }

  #takeDrops() {
    const over = (is) => (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.drop.classList.toggle("over", is);
    };
    for (const name of ["dragenter", "dragover"]) this.drop.addEventListener(name, over(true));
    this.drop.addEventListener("dragleave", over(false));
    this.drop.addEventListener("drop", (event) => {
      over(false)(event);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length) this.take(files);
    });
  }
}

/** A picture as a PNG file. @returns {Promise<Uint8Array>} */
async function png(pixels, view) {
  const canvas = document.createElement("canvas");
  view.paint(canvas, pixels);
  const blob = await new Promise((done) => canvas.toBlob(done));
  return new Uint8Array(await blob.arrayBuffer());
}
