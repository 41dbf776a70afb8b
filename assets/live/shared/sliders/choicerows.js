/**
 * One row for each choice of a code: what it carries, and a picture of where each of its ways leads; a click chooses it.
 * It takes the place of `Sliders` where a code is a row of choices.
 * @module
 */

import { h, iconButton } from "../page/dom.js";
import { bytesOf } from "../views/view.js";
import { capital } from "../words/names.js";
import { choiceOf, waysAround } from "../space/chosen.js";
import { rowsAtOnce } from "../space/geometry.js";
import { carriedBar, folded, parted } from "./rowparts.js";
import { Ways } from "./ways.js";

const FEW = 7; // rows that stand open; a single one more is not worth a fold
const AT_ONCE = 125; // pictures a request

/** The dimensions that are its ways. @param {import("../space/chosen.js").Choice} choice @returns {number[]} */
export const dimsOf = ([first, end]) => Array.from({ length: end - first }, (_, way) => first + way);

/** What a choice is called: by the heading that its ways stand under. @param {any} latent @param {import("../space/chosen.js").Choice} choice */
export const titleOf = ({ groups }, [first]) => capital(groups[first]);

/** What a choice carries in nats: all its ways together; null where nothing measures it. @param {(number | null)[]} nats */
export function carriedBy(nats, [first, end]) {
  const each = nats.slice(first, end);
  return each.some((one) => one === null) ? null : each.reduce((sum, one) => sum + one, 0);
}

/**
 * The choices that stand open, those that fold out, and those that carry nothing; those that carry most first.
 * @param {{choices: import("../space/chosen.js").Choice[], order: number[], dead: boolean[]}} latent
 */
export function choiceFolds({ choices, order, dead }) {
  const sorted = [...new Set(order.map((dim) => choiceOf(choices, dim)))];
  const [first, more] = parted(sorted.filter(([dim]) => !dead[dim]), FEW);
  return { first, more, dead: sorted.filter(([first]) => dead[first]) };
}

export class ChoiceRows {
  /**
   * @param {any} latent
   * @param {import("../views/view.js").View} view of what the model draws
   * @param {object} on
   * @param {(dim: number) => void} on.grab before a movement, and when a row gets the focus
   * @param {(choice: import("../space/chosen.js").Choice, way: number) => void} on.choose
   * @param {(dim: number) => void} on.release after it
   * @param {(dims: number[]) => void} on.fold when rows are folded away
   * @param {() => void} on.unfold when more rows are seen
   * @param {(dims: number[]) => void} on.redraw when a choice is to be made again
   * @param {{get: () => boolean, set: (is: boolean) => void}} unfolded whether all rows are shown that carry something, where it is kept
   */
  constructor(latent, view, on, unfolded) {
    Object.assign(this, { latent, view, on });
    /** @type {Map<import("../space/chosen.js").Choice, any>} */
    this.rows = new Map();
    const most = Math.max(...latent.choices.map((choice) => carriedBy(latent.nats, choice) ?? 0), 1e-9);
    const rows = (choices) => h("div", { class: "rows" }, ...choices.map((choice) => this.#row(choice, most)));
    const { first, more, dead } = choiceFolds(latent);
    const style = `--ratio: ${view.height / view.width}`;
    this.element = h("div", { class: "choices-of", style }, rows(first));
    if (more.length) {
      const fold = folded("more", `${more.length} more choices`, more.flatMap(dimsOf), rows(more), on, unfolded.set);
      fold.open = unfolded.get();
      this.element.append(fold);
    }
    const count = dead.length === 1 ? "1 choice carries" : `${dead.length} choices carry`;
    if (dead.length) this.element.append(folded("dead", `${count} nothing: collapsed onto the prior`, dead.flatMap(dimsOf), rows(dead), on));
  }

  /** Show a code: only what has changed is written. @param {number[]} z @param {number} inHand a dimension */
  show(z, inHand) {
    for (const [choice, row] of this.rows) {
      const held = choice[0] <= inHand && inHand < choice[1];
      if (held !== row.held) row.element.classList.toggle("in-hand", (row.held = held));
      row.ways.show(z);
    }
  }

  /**
   * Draw the pictures of the rows that are seen, as far as they are not those around this code.
   * @param {(request: any) => void} ask @param {string} model @param {number[]} z
   * @param {number | null} given the class that a conditional model is told
   */
  fill(ask, model, z, given) {
    const old = [...this.rows.keys()].filter((choice) => this.#isSeen(choice) && !this.rows.get(choice).ways.isFilled(z, given));
    if (!old.length) return;
    const ways = Math.max(...old.map(([first, end]) => end - first));
    const some = old.slice(0, Math.max(1, Math.floor(rowsAtOnce(bytesOf(this.view), AT_ONCE) / ways)));
    const codes = some.map((choice) => waysAround(z, choice));
    const payload = new Float32Array(codes.reduce((sum, each) => sum + each.length, 0));
    codes.reduce((at, each) => (payload.set(each, at), at + each.length), 0);
    const onAnswer = ({ array }) => {
      for (const choice of some) this.rows.get(choice).ways.around = { z, given };
      requestAnimationFrame(() => this.#paint(some, array));
      if (some.length < old.length) this.fill(ask, model, z, given);
    };
    ask({ op: "decode", model, shape: [payload.length / z.length, z.length], payload, onAnswer });
  }

  #paint(choices, array) {
    let at = 0;
    for (const choice of choices) {
      const { ways } = this.rows.get(choice);
      const end = at + choice[1] - choice[0];
      ways.paint(array.subarray(at * this.view.size, end * this.view.size));
      at = end;
    }
  }

  #isSeen(choice) {
    const fold = this.rows.get(choice).element.closest("details");
    return !fold || fold.open;
  }

  /** Show how likely the encoder holds each way of a thing. @param {{mean: number[]} | null} belief */
  believe(belief) {
    for (const { ways } of this.rows.values()) ways.believe(belief);
  }

  /** Choices are called by their number. */
  rename() {}

  #row(choice, most) {
    const { on, latent } = this;
    const [first] = choice;
    const [title, nats] = [titleOf(latent, choice), carriedBy(latent.nats, choice)];
    const bar = nats !== null && carriedBar(title, nats, most);
    const carries = latent.dead[first] ? ", carries nothing" : nats === null ? "" : `, carries ${nats.toFixed(2)} nats`;
    const ways = new Ways({ choice, title, label: `${title}${carries}`, view: this.view }, on);
    const says = { title: `Draw ${title} again; the others stay`, "aria-label": `Draw ${title} again` };
    const again = iconButton("dice", { class: "bare", "data-redraw": latent.groups[first], ...says });
    again.addEventListener("click", () => on.redraw(dimsOf(choice)));
    const who = h("div", { class: "who" }, h("b", { class: "name" }, title), bar);
    const element = h("div", { class: "row", "data-choice": first }, who, ways.element, again);
    this.rows.set(choice, { element, ways });
    return element;
  }
}
