/**
 * One row for each choice of a code: what it carries, and a picture of where each of its ways leads; a click chooses it.
 * It takes the place of `Sliders` where a code is a row of choices.
 * @module
 */

import { h, iconButton } from "../page/dom.js";
import { paintTiles } from "../views/tiles.js";
import { bytesOf, tileOf } from "../views/view.js";
import { capital } from "../words/names.js";
import { choiceOf, wayOf, waysAround } from "../space/chosen.js";
import { rowsAtOnce } from "../space/geometry.js";
import { carriedBar, folded, parted } from "./rowparts.js";

const FEW = 7; // rows that stand open; a single one more is not worth a fold
const TILE = 56; // pixels: pictures are drawn about so large
const AT_ONCE = 125; // pictures a request
const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** The dimensions that are its ways. @param {import("../space/chosen.js").Choice} choice @returns {number[]} */
const dimsOf = ([first, end]) => Array.from({ length: end - first }, (_, way) => first + way);

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
      const way = wayOf(z, choice);
      if (way !== row.way) this.#mark(row, way);
      row.ways.forEach((button, i) => {
        const share = z[choice[0] + i];
        if (row.shares[i] !== share) button.style.setProperty("--share", String(Math.max(0, Math.min(1, (row.shares[i] = share)))));
      });
    }
  }

  #mark(row, way) {
    row.ways.forEach((button, i) => {
      button.setAttribute("aria-checked", String(i === way));
      button.tabIndex = i === way ? 0 : -1;
    });
    row.way = way;
  }

  /**
   * Draw the pictures of the rows that are seen, as far as they are not those around this code.
   * @param {(request: any) => void} ask @param {string} model @param {number[]} z
   * @param {number | null} given the class that a conditional model is told
   */
  fill(ask, model, z, given) {
    const old = [...this.rows.keys()].filter((choice) => this.#isSeen(choice) && !this.#isFilled(choice, z, given));
    if (!old.length) return;
    const ways = Math.max(...old.map(([first, end]) => end - first));
    const some = old.slice(0, Math.max(1, Math.floor(rowsAtOnce(bytesOf(this.view), AT_ONCE) / ways)));
    const codes = some.map((choice) => waysAround(z, choice));
    const payload = new Float32Array(codes.reduce((sum, each) => sum + each.length, 0));
    codes.reduce((at, each) => (payload.set(each, at), at + each.length), 0);
    const onAnswer = ({ array }) => {
      for (const choice of some) this.rows.get(choice).around = { z, given };
      requestAnimationFrame(() => this.#paint(some, array));
      if (some.length < old.length) this.fill(ask, model, z, given);
    };
    ask({ op: "decode", model, shape: [payload.length / z.length, z.length], payload, onAnswer });
  }

  #paint(choices, array) {
    let at = 0;
    for (const choice of choices) {
      const { tiles, ways } = this.rows.get(choice);
      const part = array.subarray(at * this.view.size, (at + ways.length) * this.view.size);
      paintTiles(tiles, this.view, part, ways.length, { tile: tileOf(this.view, TILE), columns: ways.length, gap: 2 });
      tiles.dataset.filled = "true";
      at += ways.length;
    }
  }

  #isSeen(choice) {
    const fold = this.rows.get(choice).element.closest("details");
    return !fold || fold.open;
  }

  #isFilled(choice, z, given) {
    const [[first, end], { around }] = [choice, this.rows.get(choice)];
    if (!around || around.given !== given) return false;
    return around.z.every((value, i) => (first <= i && i < end) || value === z[i]);
  }

  /** Show how likely the encoder holds each way of a thing. @param {{mean: number[]} | null} belief */
  believe(belief) {
    for (const [choice, { ways }] of this.rows) {
      ways.forEach((button, i) => {
        const share = belief?.mean[choice[0] + i] ?? 0;
        button.style.setProperty("--believed", String(share));
        const says = belief ? `, ${Math.round(100 * share)} % likely for what went in` : "";
        button.title = `${titleOf(this.latent, choice)}, way ${i + 1}${says}`;
      });
    }
  }

  /** Choices are called by their number. */
  rename() {}

  #row(choice, most) {
    const { on, latent } = this;
    const [first, end] = choice;
    const [title, nats] = [titleOf(latent, choice), carriedBy(latent.nats, choice)];
    const bar = nats !== null && carriedBar(title, nats, most);
    const tiles = h("canvas", { class: "tiles", "data-tiles": first, width: 1, height: 1, "aria-hidden": "true" });
    const ways = Array.from({ length: end - first }, (_, i) =>
      h("button", { type: "button", role: "radio", class: "way", "aria-checked": "false", tabindex: "-1", "data-way": i, "aria-label": `Way ${i + 1}` }),
    );
    const carries = latent.dead[first] ? ", carries nothing" : nats === null ? "" : `, carries ${nats.toFixed(2)} nats`;
    const track = h("div", { class: "ways", role: "radiogroup", "aria-label": `${title}${carries}`, style: `--ways: ${end - first}` }, tiles, ...ways);
    const says = { title: `Draw ${title} again; the others stay`, "aria-label": `Draw ${title} again` };
    const again = iconButton("dice", { class: "bare", "data-redraw": latent.groups[first], ...says });
    again.addEventListener("click", () => on.redraw(dimsOf(choice)));
    const element = h("div", { class: "row", "data-choice": first }, h("div", { class: "who" }, h("b", { class: "name" }, title), bar), track, again);
    this.rows.set(choice, { element, tiles, ways, shares: [], way: null });
    this.#listen(choice, track, ways);
    return element;
  }

  #listen(choice, track, ways) {
    const { on } = this;
    const [first] = choice;
    const go = (way) => way !== this.rows.get(choice).way && on.choose(choice, way);
    let held = false;
    const over = ({ clientX }) => {
      const { left, width } = track.getBoundingClientRect();
      return Math.min(ways.length - 1, Math.max(0, Math.floor(((clientX - left) / width) * ways.length)));
    };
    track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return; // a finger may want to scroll; a tap is a click
      held = true;
      track.setPointerCapture(event.pointerId);
      on.grab(first);
      go(over(event));
    });
    track.addEventListener("pointermove", (event) => held && go(over(event)));
    const end = () => {
      if (held) on.release(first);
      held = false;
    };
    track.addEventListener("pointerup", end);
    track.addEventListener("pointercancel", end);
    ways.forEach((button, way) => {
      button.addEventListener("focus", () => held || on.grab(first));
      button.addEventListener("click", (event) => {
        if (event.detail > 0 && event.pointerType !== "touch") return; // the pointer has chosen it already
        on.grab(first);
        go(way);
        on.release(first);
      });
    });
    track.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      const ends = { Home: 0, End: ways.length - 1 }[event.key];
      if ((step === undefined && ends === undefined) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const way = ends ?? (this.rows.get(choice).way + step + ways.length) % ways.length;
      if (!event.repeat) on.grab(first);
      go(way);
      on.release(first);
      requestAnimationFrame(() => ways[way].focus());
    });
  }
}
