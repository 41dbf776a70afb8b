/**
 * A code of choices as a board: a column for each choice, in it a cell for each way. Either how likely the ways are, or which
 * are chosen; these a hand can choose.
 * @module
 */

import { h } from "../page/dom.js";
import { chosen, wayOf } from "../space/chosen.js";
import { codeOf } from "./machine.js";

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Board {
  /**
   * @param {object} options
   * @param {{choices: import("../space/chosen.js").Choice[]}} options.latent
   * @param {"shares" | "code"} options.of
   * @param {(machine: Partial<import("./machine.js").Machine>) => void} options.onMove
   * @param {() => void} options.onRelease
   */
  constructor({ latent: { choices }, of, onMove, onRelease }) {
    Object.assign(this, { choices, of, onMove, onRelease });
    /** @type {HTMLElement[]} */
    this.cells = [];
    const ways = Math.max(...choices.map(([first, end]) => end - first));
    const columns = choices.map(([first, end]) => {
      const cells = Array.from({ length: end - first }, (_, way) => (this.cells[first + way] = h("i", { "data-dim": first + way })));
      return h("span", { class: "column" }, ...cells);
    });
    const style = `--columns: ${choices.length}; --ways: ${ways}`;
    const says = of === "code" ? "The way of each choice: arrow keys choose another" : "How likely each way of each choice is";
    const role = of === "code" ? { role: "application", tabindex: "0" } : { role: "img" };
    this.element = h("div", { class: `board of-${of}`, style, ...role, "aria-label": says }, ...columns);
    this.at = 0; // the choice that the keys are at
    if (of === "code") this.#listen();
  }

  /** @param {import("./machine.js").Machine} machine */
  show(machine) {
    this.machine = machine;
    const values = this.of === "code" ? codeOf(machine) : machine.mean;
    if (values === this.shown) return;
    this.cells.forEach((cell, dim) => {
      if (this.shown?.[dim] !== values[dim]) cell.style.opacity = String(Math.max(0, Math.min(1, values[dim])));
    });
    this.shown = values;
  }

  /** Say it in words. @param {import("./machine.js").Machine} machine */
  tell(machine) {
    if (this.of !== "code") return;
    const z = codeOf(machine);
    const said = this.choices.map((choice) => wayOf(z, choice) + 1).join(", ");
    this.element.setAttribute("aria-label", `The way of each choice: ${said}. Arrow keys choose another`);
  }

  destroy() {}

  #choose(choice, way) {
    this.onMove({ code: chosen(codeOf(this.machine), choice, way), quiet: false });
  }

  #listen() {
    const under = ({ clientX, clientY }) => {
      const box = this.element.getBoundingClientRect();
      const share = (at, from, length, n) => Math.min(n - 1, Math.max(0, Math.floor(((at - from) / length) * n)));
      const choice = this.choices[share(clientX, box.left, box.width, this.choices.length)];
      return [choice, share(clientY, box.top, box.height, choice[1] - choice[0])];
    };
    const go = (event) => {
      const [choice, way] = under(event);
      if (this.last?.[0] === choice && this.last[1] === way) return;
      this.last = [choice, way];
      this.at = this.choices.indexOf(choice);
      this.#choose(choice, way);
    };
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.element.setPointerCapture(event.pointerId);
      this.last = null;
      go(event);
    });
    this.element.addEventListener("pointermove", (event) => this.element.hasPointerCapture(event.pointerId) && go(event));
    this.element.addEventListener("pointerup", () => this.onRelease());
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.at = Math.min(this.choices.length - 1, Math.max(0, this.at + step[0]));
    const choice = this.choices[this.at];
    const way = Math.min(choice[1] - choice[0] - 1, Math.max(0, wayOf(codeOf(this.machine), choice) + step[1]));
    for (const column of this.element.children) column.classList.toggle("at", column === this.element.children[this.at]);
    if (step[1]) this.#choose(choice, way);
    this.onRelease();
  }
}
