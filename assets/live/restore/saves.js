/**
 * What of a comparison can be saved: all of it on a sheet, and a link to it.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { copyAddress, save } from "../shared/keeping/saving.js";
import { comparisonSheet } from "./sheet.js";
import { blanked } from "./stage/layers.js";
import { isCarried } from "./state.js";
import { called, figures, namePicture } from "./words.js";

/**
 * @typedef {object} Shown what is to be saved
 * @property {import("./view.js").State} state
 * @property {import("./state.js").Corruption} corruption
 * @property {import("./methods/asking.js").Answer} restored @property {string} by what has restored it
 * @property {import("./methods/asking.js").Answer | null} beside the second model's, where it stands large @property {string} besideBy
 * @property {(answer: any) => any} layers what is drawn with an answer
 * @property {any[]} methods the row
 */

export class Saves {
  /**
   * @param {object} options
   * @param {any} options.data of the page
   * @param {import("../shared/views/view.js").View} options.view
   * @param {() => Shown | null} options.shown null where it is still being computed
   * @param {() => import("./view.js").State["picture"]} options.picture
   * @param {() => void} options.settle bring the address up to date
   * @param {(sentence: string) => void} options.onSay
   */
  constructor({ data, view, shown, picture, settle, onSay }) {
    Object.assign(this, { data, view, shown, picture, settle, onSay });
    this.png = iconButton("save", { "data-role": "save-comparison", title: "Save the comparison as PNG", onclick: () => this.#save() }, h("span", {}, "PNG"));
    this.link = iconButton("link", { "data-role": "copy-link", onclick: () => this.#copyLink() }, h("span", {}, "Copy link"));
  }

  #save() {
    const { data, view } = this;
    const shown = this.shown();
    if (!shown) {
      this.onSay(`The ${view.pixels ? "pictures" : view.words.nouns} are still being computed; save them in a moment.`);
      return;
    }
    const { state: { setting }, corruption } = shown;
    const seed = corruption.chance === "none" ? "" : `, seed ${setting.seed}`;
    const [{ title: figure, unit }] = data.measures;
    const sheet = comparisonSheet({
      title: `${data.model}: ${corruption.title.toLowerCase()}, amount ${setting.amount}${seed}`,
      note: `${corruption.meaning}. ${figure}${unit && ` in ${unit}`} against the original.`,
      view,
      large: this.#large(shown),
      methods: shown.methods,
      measures: data.measures,
    });
    save(sheet, `${data.model}-${setting.corruption}-${setting.amount}.png`);
  }

  /** What stands large, side by side on a sheet. @param {Shown} shown @returns {import("./sheet.js").Tile[]} */
  #large({ state: { picture }, restored, by, beside, besideBy, layers }) {
    const { view, data } = this;
    const { size } = view;
    const part = (answer, i) => answer.array.slice(i * size, (i + 1) * size);
    const { lost } = restored;
    const gap = view.pixels ? { lost } : { layers: lost ? { gaps: lost } : {} };
    const words = (answer, i) => figures(data.measures, answer.values[i]);
    const made = (title, answer) => ({ title: `Restored: ${title}`, words: words(answer, 1), pixels: part(answer, 1), layers: layers(answer) });
    return [
      { title: "Original", words: namePicture(picture), pixels: picture.pixels },
      { title: "Corrupted", words: words(restored, 0), pixels: blanked(view, part(restored, 0), lost), ...gap },
      made(by, restored),
      ...(beside ? [made(besideBy, beside)] : []),
    ];
  }

  #copyLink() {
    this.settle();
    const noun = called(this.view);
    if (!isCarried(this.picture())) {
      this.onSay(
        `The link has everything but the ${noun}: a link can carry no ${noun} of your own. ` +
          `Whoever opens it sees one of the model’s ${this.view.words.nouns}.`,
      );
    }
    copyAddress(this.link.lastChild);
  }
}
