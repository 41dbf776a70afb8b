/**
 * The code that does the same as the drawing, in PyTorch and in NumPy: a test runs both. Names of symbols have their colours.
 * @module
 */

import { h } from "../../shared/page/dom.js";

/** @type {Record<string, string>} names in code → symbols */
const NAMES = {
  mean: "mean", sigma: "sigma", noise: "noise", z: "code", x: "thing", log_evidence: "truth", posterior: "truth", q: "belief", gumbel: "noise",
};
const STAGE = /\s*# \[([\d ]+)\]$/;
const TITLES = { torch: "PyTorch", numpy: "NumPy" };

/** A line with its symbols marked. @param {string} line */
const marked = (line) => line.split(/(?<![.\w])([A-Za-z_]+)\b/).map((part) => (NAMES[part] ? h("span", { "data-symbol": NAMES[part] }, part) : part));

/** A listing; a line may say in a comment at its end which stages it is of. @param {string} text */
function listing(name, text) {
  const lines = text.trimEnd().split("\n").map((line) => {
    const stages = STAGE.exec(line)?.[1] ?? null;
    return h("span", { class: "code-line", "data-stages": stages }, ...marked(line.replace(STAGE, "")), "\n");
  });
  return h("pre", { "data-code": name, tabindex: "0", "aria-label": TITLES[name] }, h("code", {}, ...lines));
}

export class Code {
  /** @param {Record<string, string>} texts by "torch" and "numpy" */
  constructor(texts) {
    this.listings = Object.entries(texts).map(([name, text]) => listing(name, text));
    this.tabs = Object.keys(texts).map((name) =>
      h("button", { type: "button", class: "quiet", "aria-pressed": "false", "data-tab": name, onclick: () => this.show(name) }, TITLES[name]),
    );
    this.element = h("section", { class: "code" }, h("div", { class: "tabs" }, ...this.tabs), ...this.listings);
    this.show(Object.keys(texts)[0]);
  }

  /** Show one of them. @param {string} name */
  show(name) {
    this.listings.forEach((each) => (each.hidden = each.dataset.code !== name));
    this.tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.tab === name)));
  }

  /** Let the lines of a stage stand out, or none. @param {number | null} stage */
  light(stage) {
    for (const line of this.listings.flatMap((each) => [...each.querySelectorAll(".code-line")])) {
      line.classList.toggle("at", stage !== null && (line.dataset.stages ?? "").split(" ").includes(String(stage)));
    }
  }
}
