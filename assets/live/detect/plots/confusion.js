/**
 * The four counts at a threshold, as numbers and as a picture of two by two.
 * @module
 */

import { put } from "../../shared/page/box.js";
import { h } from "../../shared/page/dom.js";

const CELLS = [
  ["found", "found", "unusual, and called unusual"],
  ["missed", "missed", "unusual, but passed as normal"],
  ["alarms", "false alarms", "normal, but called unusual"],
  ["passed", "rightly passed", "normal, and passed as normal"],
];
const OWN = { found: ["called unusual", "yours, and called unusual"], missed: ["passed", "yours, and passed as normal"] };

export class Confusion {
  constructor() {
    /** @type {Record<string, {cell: any, count: any, words: any}>} */
    this.cells = {};
    const cells = CELLS.map(([name, words, title]) => {
      const count = h("b", { "data-count": name }, "–");
      const said = h("span", {}, words);
      const cell = h("div", { class: `cell ${name}`, title }, count, said);
      this.cells[name] = { cell, count, words: said };
      return cell;
    });
    const head = (words, of) => h("span", { class: `head ${of}` }, words);
    this.rows = { unusual: head("unusual", "row unusual"), normal: head("normal", "row normal") };
    /** @type {Record<string, number>} of how many each count is, as it was last shown */
    this.whole = {};
    // It stands below the wall, where the hand is.
    this.sentence = h("p", { class: "price", "data-role": "price", "aria-live": "off" });
    this.misled = h("p", { class: "fine", "data-role": "misled" });
    this.element = h(
      "section",
      { class: "confusion", "aria-label": "What the threshold does" },
      h("h2", {}, "At this threshold"),
      h(
        "div",
        { class: "matrix" },
        ...[h("span"), head("called unusual", "column"), head("passed", "column")],
        ...[this.rows.unusual, cells[0], cells[1]],
        ...[this.rows.normal, cells[2], cells[3]],
      ),
      this.misled,
    );
  }

  /** One's own pictures are called unusual or not: whether they are found or missed is not known. @param {boolean} own whether they are what is tested */
  name(own) {
    for (const [name, words, title] of CELLS) {
      const [said, told] = (own && OWN[name]) || [words, title];
      this.cells[name].words.textContent = said;
      this.cells[name].cell.title = told;
    }
    this.rows.unusual.textContent = own ? "yours" : "unusual";
  }

  /** Say what holds at every threshold. @param {string} sentence may be empty */
  warn(sentence) {
    this.misled.textContent = sentence;
  }

  /** @param {import("./counts.js").Counts} counts @param {string} sentence */
  show(counts, sentence) {
    const all = { found: counts.found + counts.missed, alarms: counts.alarms + counts.passed };
    for (const [name, { cell, count }] of Object.entries(this.cells)) {
      const whole = name === "found" || name === "missed" ? all.found : all.alarms;
      const words = counts[name].toLocaleString("en");
      if (count.firstChild?.data === words && this.whole[name] === whole) continue;
      put(count, words);
      this.whole[name] = whole;
      cell.style.setProperty("--share", String(whole ? counts[name] / whole : 0));
    }
    put(this.sentence, sentence);
  }
}
