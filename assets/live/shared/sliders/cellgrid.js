/**
 * A code that is a grid: each cell is a choice, and stands for a place of the picture. The cells lie over the picture; a click on
 * one opens the codes that it may hold, each with the picture that it would make. It takes the place of `ChoiceRows` where the
 * choices are places.
 * @module
 */

import { h, iconButton } from "../page/dom.js";
import { choiceOf, wayOf, waysAround } from "../space/chosen.js";
import { dimsOf, titleOf } from "./choicerows.js";
import { Ways } from "./ways.js";

const COLUMNS = 8; // of codes side by side
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * The cell that is reached by a key, or the same at the border.
 * @param {number} cell @param {[number, number]} step @param {[number, number]} grid rows, columns
 */
export function stepped(cell, [down, right], [rows, columns]) {
  const [row, column] = [Math.floor(cell / columns) + down, (cell % columns) + right];
  return row < 0 || row >= rows || column < 0 || column >= columns ? cell : row * columns + column;
}

/** Say how many of the codes the data uses. @param {{used: [number, number], choices: import("../space/chosen.js").Choice[]}} latent */
export function useWords({ used: [used, alike], choices: [[first, end]] }) {
  const some = used === end - first ? `All ${used} codes of the book are used` : `${used} of the ${end - first} codes of the book are used`;
  return `${some} by the test data, as much as ${alike.toFixed(1)} that were used alike (perplexity).`;
}

export class CellGrid {
  /**
   * @param {any} latent
   * @param {import("../views/view.js").View} view of what the model draws
   * @param {object} on
   * @param {(dim: number) => void} on.grab before a movement, and when a cell or a code gets the focus
   * @param {(choice: import("../space/chosen.js").Choice, way: number) => void} on.choose
   * @param {(dim: number) => void} on.release after it
   * @param {() => void} on.unfold when other codes are seen
   * @param {(dims: number[]) => void} on.redraw when a cell's code is to be drawn again
   */
  constructor(latent, view, on) {
    Object.assign(this, { latent, view, on });
    this.belief = null;
    const [rows, columns] = latent.grid;
    this.cells = latent.choices.map((choice, cell) => this.#cell(choice, cell));
    const says = "Cells of the grid: arrow keys go to another, Enter to its codes";
    const style = `--rows: ${rows}; --columns: ${columns}`;
    /** Lies over the picture, each cell where it is of the picture. */
    this.board = h("div", { class: "cells", role: "radiogroup", "aria-label": says, style }, ...this.cells);
    this.board.addEventListener("keydown", (event) => this.#key(event));
    this.title = h("b", { class: "name" });
    this.again = iconButton("dice", { class: "bare", onclick: () => this.on.redraw(dimsOf(this.choice)) });
    this.codes = h("div", { class: "codes" });
    const head = h("div", { class: "head" }, this.title, this.again);
    const fine = h("p", { class: "fine" }, "Each picture is the whole, with another code in this cell. Click a cell of the picture for its codes.");
    const used = latent.used && h("p", { class: "fine use" }, useWords(latent));
    this.element = h("div", { class: "of-cell", style: `--ratio: ${view.height / view.width}` }, head, fine, this.codes, used);
    this.#open(choiceOf(latent.choices, latent.order[0]));
  }

  /** Show a code: only what has changed is written. @param {number[]} z @param {number} inHand a dimension */
  show(z, inHand) {
    const held = choiceOf(this.latent.choices, inHand);
    if (held && held !== this.choice) this.#open(held);
    this.latent.choices.forEach((choice, cell) => {
      const way = wayOf(z, choice);
      if (this.cells[cell].dataset.code === String(way)) return;
      this.cells[cell].dataset.code = String(way);
      this.cells[cell].dataset.number = String(way + 1);
      this.cells[cell].setAttribute("aria-label", `${titleOf(this.latent, choice)}, code ${way + 1}`);
    });
    this.ways.show(z);
  }

  /**
   * Draw what each code would make of the cell that is open.
   * @param {(request: any) => void} ask @param {string} model @param {number[]} z @param {number | null} given
   */
  fill(ask, model, z, given) {
    const { ways } = this;
    if (ways.isFilled(z, given)) return;
    const payload = waysAround(z, ways.choice);
    const onAnswer = ({ array }) => {
      ways.around = { z, given };
      requestAnimationFrame(() => ways.paint(array));
    };
    ask({ op: "decode", model, shape: [payload.length / z.length, z.length], payload, onAnswer });
  }

  /** Mark the codes that the encoder gives a thing. @param {{mean: number[]} | null} belief */
  believe(belief) {
    this.belief = belief;
    this.ways.believe(belief);
  }

  /** Cells are called by where they lie. */
  rename() {}

  #cell(choice, cell) {
    const attributes = { type: "button", role: "radio", class: "cell", "data-cell": cell, tabindex: "-1", "aria-checked": "false" };
    const button = h("button", attributes);
    button.addEventListener("click", () => this.#go(choice));
    return button;
  }

  /** Open the codes of a cell, and draw them. */
  #go(choice) {
    this.on.grab(choice[0]);
    if (choice !== this.choice) this.#open(choice);
    this.on.release(choice[0]);
    this.on.unfold();
  }

  #open(choice) {
    const { latent, view, on } = this;
    const title = titleOf(latent, choice);
    this.choice = choice;
    latent.choices.forEach((each, cell) => {
      this.cells[cell].setAttribute("aria-checked", String(each === choice));
      this.cells[cell].tabIndex = each === choice ? 0 : -1;
    });
    const columns = Math.min(COLUMNS, choice[1] - choice[0]);
    this.ways = new Ways({ choice, title, label: `Codes of ${title}`, view, columns, noun: "code" }, on);
    this.ways.element.classList.add("block");
    this.ways.believe(this.belief);
    this.codes.replaceChildren(this.ways.element);
    this.title.textContent = title;
    const says = `Draw the code of ${title} again; the others stay`;
    this.again.title = says;
    this.again.setAttribute("aria-label", says);
    this.again.dataset.redraw = latent.groups[choice[0]];
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { choices, grid } = this.latent;
    const cell = choices.indexOf(this.choice);
    if (event.key === "Enter") {
      event.preventDefault();
      this.ways.ways[this.ways.way ?? 0].focus();
      return;
    }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = stepped(cell, step, grid);
    this.#go(choices[next]);
    this.cells[next].focus();
  }
}
