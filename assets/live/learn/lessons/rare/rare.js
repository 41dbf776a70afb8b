/**
 * Is rare the same as improbable? Clothes and digits on the scales of a model that has seen clothes alone.
 *
 * Nalisnick et al. 2018, arXiv 1810.09136; Serrà et al. 2019, arXiv 1909.11480; Ren et al. 2019, arXiv 1906.02845.
 * @module
 */

import { glide } from "../../frame/beat.js";
import { Choices, Slider, actionButton } from "../../frame/controls.js";
import { calm } from "../../frame/figure.js";
import { formula, gap, row, sub, sym } from "../../frame/formula.js";
import { above, auroc, limitAt, readSide } from "./scores.js";
import { scene, tall } from "./scene.js";

const SCORES = ["elbo", "relative"];
const USUAL = 0.05; // false alarms at first
const FALL = 1400; // ms

class Rare {
  /** @param {import("../../frame/lesson.js").LessonFrame} frame @param {Record<"clothes" | "digits", import("./scores.js").Side>} sides */
  constructor(frame, sides) {
    Object.assign(this, { frame, sides });
    const words = frame.words.texts;
    this.score = SCORES[Math.round(frame.asked("score", 0, 1, Number(frame.revealed(1))))];
    this.share = frame.asked("false", 0, 0.5, USUAL);
    this.fallen = 1; // of all that fall
    this.drop = actionButton("drop", words.drop, () => this.#fall());
    this.shares = new Slider({ name: "false", label: words.false, min: 0, max: 0.5, step: 0.01, arrow: 0.01,
      write: (value) => `${frame.words.number(100 * value, 0)} %`, onMove: (share) => this.#move({ share }) });
    this.scores = new Choices(words.score, Object.fromEntries(SCORES.map((name) => [name, words[name]])), (score) => this.#move({ score }));
    this.controls = [this.drop, this.scores.element, this.shares.element];
    this.drawing = { draw: (size) => scene(this, size), heightOf: tall };
    this.areas = Object.fromEntries(SCORES.map((name) => [name, auroc(sides.clothes[name], sides.digits[name])]));
    this.#show();
  }

  /** Whether they lie on the scales. */
  get weighed() {
    return this.frame.revealed(0);
  }

  /** Whether some are still on their way. */
  get behind() {
    return this.fallen < 1;
  }

  get limit() {
    return limitAt(this.sides.clothes[this.score], this.share);
  }

  lock(k, locked) {
    const second = this.frame.at > 0;
    this.drop.hidden = second;
    this.scores.element.hidden = !second;
    this.shares.element.hidden = !this.weighed;
    if (k === 0) this.drop.disabled = locked;
    if (k === 1) this.scores.lock(locked);
  }

  reveal(k) {
    if (k) this.#move({ score: "relative" });
    else this.#fall();
  }

  #fall() {
    this.still?.();
    this.still = glide(calm() ? 0 : FALL, (share) => {
      this.fallen = share;
      this.frame.figure.refresh();
      if (share === 1) this.frame.changed();
    });
    this.frame.met(0);
    this.frame.changed();
  }

  #move(what) {
    Object.assign(this, what);
    this.#show();
    if (this.frame.at && this.score === "relative") this.frame.met(1);
    this.frame.changed();
  }

  #show() {
    this.shares.show(this.share);
    this.scores.show(this.score);
  }

  destroy() {
    this.still?.();
  }

  says() {
    const { words } = this.frame;
    if (!this.weighed) return ["saysStill", { n: words.number(this.sides.clothes.elbo.length, 0) }];
    const share = (side) => words.number(100 * above(this.sides[side][this.score], this.limit), 0);
    return ["says", { score: words.texts[this.score], false: share("clothes"), caught: share("digits"), auroc: words.number(this.areas[this.score]) }];
  }

  seen(k) {
    const { words } = this.frame;
    if (k) return { elbo: words.number(this.areas.elbo), relative: words.number(this.areas.relative) };
    const [clothes, digits] = ["clothes", "digits"].map((side) => this.sides[side].parts);
    const all = (parts) => words.number(parts.floor + parts.error + parts.kl, 0);
    return { clothes: all(clothes), digits: all(digits), clothesFloor: words.number(clothes.floor, 0), digitsFloor: words.number(digits.floor, 0) };
  }

  address() {
    const { score, share, frame } = this;
    return { score: score === SCORES[Number(frame.revealed(1))] ? null : SCORES.indexOf(score), false: share === USUAL ? null : share };
  }

  state() {
    const { score, share, limit } = this;
    return { score, share, limit };
  }
}

export default {
  sources: ["Nalisnick et al. 2018, arXiv 1810.09136", "Serrà et al. 2019, arXiv 1909.11480", "Ren et al. 2019, arXiv 1906.02845"],
  tool: "detect?model=fashion-16d&against=set&set=mnist-5k&score=negative-elbo&threshold=alarms-5",
  fetch: async (root) => {
    const { clothes, digits } = await (await fetch(new URL("lessons/rare/scores.json", root))).json();
    return { clothes: readSide(clothes), digits: readSide(digits) };
  },
  formula: () => [
    formula("−", "ELBO", "=", "H", row("(", sym("thing"), ")"), "+", 
      row("[", sub("E", sym("belief")), row("[", "−", "log", "p", "(", sym("thing"), "|", sym("code"), ")", "]"), "−", "H", row("(", sym("thing"), ")"), "]"),
      "+", "KL"),
    formula("AUROC", "=", "P", "(", sub("s", "digit"), ">", sub("s", "cloth"), ")", gap()),
  ],
  make: (frame, sides) => new Rare(frame, sides),
};
