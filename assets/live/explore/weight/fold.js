/**
 * Where it is told what a picture weighs: folded, and not even read before somebody opens it.
 * @module
 */

import { h } from "../../shared/page/dom.js";

export class WeightFold {
  /** @param {ConstructorParameters<typeof import("./weight.js").Weight>[0]} options */
  constructor(options) {
    this.options = options;
    this.element = h("details", { class: "weight", "data-role": "weight" }, h("summary", {}, "What does a picture weigh?"));
    this.element.addEventListener("toggle", () => this.element.open && this.#open());
  }

  /** Another picture is looked at. */
  follow() {
    if (this.element.open) this.weight?.follow();
  }

  async #open() {
    const { Weight } = await import("./weight.js");
    if (!this.weight) {
      this.weight = new Weight(this.options);
      this.element.append(this.weight.body);
    }
    await this.weight.open();
  }
}
