/**
 * What stands large, drawn with its figures: the original, what was done to it, and what two models restore.
 * @module
 */

import { layersOf } from "./layers.js";
import { isBrush } from "../state.js";
import { figures, namePicture, spoken } from "../words.js";

/** @typedef {import("../methods/asking.js").Answer} Answer */
/** @typedef {import("../standing.js").Stand} Stand */

export class Large {
  /**
   * @param {object} options
   * @param {any} options.data of the page
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {import("./stage.js").Stage} options.stage
   */
  constructor({ data, view, stage }) {
    Object.assign(this, { measures: data.measures, view, stage });
  }

  /** @param {import("../source.js").Picture} picture */
  drawOriginal(picture) {
    const { stage } = this;
    stage.paint("original", picture.pixels, 0);
    stage.caption("original", "Original", namePicture(picture));
    stage.label("original", `The original: ${namePicture(picture)}`);
  }

  /** What is corrupted, and what a method has made of it. @param {Answer} answer @param {string} by */
  drawRestored(answer, by) {
    const { stage } = this;
    stage.paintCorrupted(answer.array, answer.lost);
    stage.caption("corrupted", "Corrupted", this.#figure(answer, 0));
    stage.paint("restored", answer.array, 1, this.layers(answer));
    stage.caption("restored", `Restored: ${by}`, this.#made(answer));
  }

  /** What the second model has made of it. @param {Answer} answer @param {string} by */
  drawBeside(answer, by) {
    const { stage } = this;
    stage.paint("beside", answer.array, 1, this.layers(answer));
    stage.caption("beside", `Restored: ${by}`, this.#made(answer));
    stage.label("beside", `Restored: ${by}, ${spoken(this.measures, answer.values[1])}`);
  }

  /**
   * Say of what is shown whether it is of what is set now.
   * @param {boolean} picture whether there is one at all
   * @param {Record<"corrupted" | "restored" | "beside", Stand>} stands
   * @param {{restored: string, beside: string}} by
   */
  stand(picture, stands, by) {
    const { stage } = this;
    const meanwhile = picture ? "computing…" : "";
    stage.wait("original", picture ? "now" : "none", "Original", meanwhile);
    stage.wait("corrupted", stands.corrupted, "Corrupted", meanwhile);
    for (const which of /** @type {const} */ (["restored", "beside"])) stage.wait(which, stands[which], `Restored: ${by[which]}`, meanwhile);
  }

  /**
   * Say it for a screen reader, once the hand rests.
   * @param {Answer} answer @param {string} by @param {string} corruption its title @param {boolean} wide as marks have it
   */
  label({ state: { setting }, values, taken }, by, corruption, wide) {
    const much = isBrush(setting.corruption) && !wide ? "" : `, amount ${setting.amount}`;
    this.stage.label("corrupted", `Corrupted by ${corruption.toLowerCase()}${much}: ${spoken(this.measures, values[0])}`);
    this.stage.label("restored", [`Restored: ${by}`, taken, spoken(this.measures, values[1])].filter(Boolean).join(", "));
  }

  /** What is drawn with what an answer restores: of an imputation with how sure it is, where that came with it. @param {Answer} answer */
  layers({ state, lost, array }) {
    const { size, pixels } = this.view;
    const part = (i) => array.slice(i * size, (i + 1) * size);
    const sure = !pixels && array.length === 3 * size ? { mean: part(1), spread: part(2) } : null;
    return { ...layersOf(state.picture.pixels, lost, sure), given: part(0) };
  }

  /** The figure that counts of a thing in an answer, as a caption has it. */
  #figure({ values }, i) {
    return figures(this.measures.slice(0, 1), values[i]);
  }

  /** What is said beneath something restored: its figure, what it was taken for, and what lies beneath it. */
  #made(answer) {
    return [this.#figure(answer, 1), answer.taken, this.view.over?.restored].filter(Boolean).join(" · ");
  }
}
