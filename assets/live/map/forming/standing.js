/**
 * How a map stands: while it forms, how far it is; once it stands, how faithful it is to the latent space.
 * @module
 */

import { h, icon, iconButton } from "../../shared/page/dom.js";
import { describeKeeps } from "../words.js";

export class Standing {
  /**
   * @param {object} options
   * @param {(map: string) => string} options.explain what such a map is, in a sentence
   * @param {string} options.unit of the distance between two pictures
   * @param {{noun: string, nouns: string}} options.drawn what they are called
   * @param {(Node | string)[]} options.missing what is said, and can be done, where points cannot show what they stand for
   * @param {() => void} options.onStart
   * @param {() => void} options.onStop
   */
  constructor({ explain, unit, drawn, missing, onStart, onStop }) {
    Object.assign(this, { explain, unit, drawn });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": "t-SNE" });
    this.words = h("span", { "data-role": "progress" });
    this.stopButton = iconButton("pause", { "data-role": "stop", onclick: onStop }, h("span", {}, "Stop and keep"));
    this.startWords = h("span");
    this.startButton = iconButton("play", { "data-role": "form", onclick: onStart }, this.startWords);
    this.progress = h("div", { class: "progress", hidden: true }, this.bar, this.words, this.stopButton, this.startButton);
    this.about = h("p", { "data-role": "about" });
    this.keeps = h("dl", { class: "keeps", "data-role": "keeps" });
    this.conditions = h("p", { class: "fine" });
    this.measureButton = iconButton("play", { "data-role": "measure", onclick: onStart }, h("span", {}, "Measure it"));
    this.box = h("section", { class: "keeps-box", hidden: true }, this.keeps, this.conditions, this.measureButton);
    this.element = h(
      "details",
      { class: "faithful", "data-role": "faithful" },
      h("summary", { class: "quiet" }, icon("check"), h("span", {}, "How faithful is this map?")),
      h("div", { class: "faithful-panel" }, this.about, this.box, missing.length > 0 && h("div", { class: "missing" }, ...missing)),
    );
  }

  /** @param {string} map its id @param {import("../../shared/space/codes.js").MapFrame} frame */
  show(map, { state, iteration, total, message, keeps, measuring }) {
    const busy = state === "forming" || state === "waiting";
    this.bar.hidden = state !== "forming";
    this.bar.value = total ? iteration / total : 0;
    this.words.textContent = [said(state, iteration, total), message].filter(Boolean).join(" ");
    this.stopButton.hidden = !busy;
    this.startButton.hidden = !["absent", "stopped", "failed"].includes(state);
    this.progress.hidden = !busy && this.startButton.hidden && !message;
    this.startWords.textContent = state === "absent" ? "Form it now" : "Form it anew";
    this.about.textContent = this.explain(map);
    const kept = describeKeeps(keeps, this.unit, this.drawn);
    const figures = kept.map(({ name, value, rest }) => h("div", {}, h("dt", {}, name), h("dd", {}, h("b", {}, value), ` ${rest}`)));
    this.keeps.replaceChildren(...figures);
    const unmeasured = !figures.length && !measuring;
    this.conditions.textContent = figures.length ? (keeps.conditions ?? "") : measuring ? "Measuring …" : "Not measured yet; it takes some seconds.";
    this.measureButton.hidden = !unmeasured;
    this.box.hidden = unmeasured && state !== "done";
  }
}

function said(state, iteration, total) {
  if (state === "forming") return total ? `t-SNE is forming: step ${iteration} of ${total}` : "t-SNE is starting …";
  if (state === "stopped") return `Stopped at step ${iteration} of ${total}.`;
  if (state === "absent") return "This map is not made yet.";
  return state === "failed" ? "The map could not be made." : "";
}
