/**
 * A dark screen, so that all look at whoever speaks: the next key or click takes it away.
 * @module
 */

const KEYS = ["b", "B"];

/** Whether a key makes the screen dark: clickers send a full stop, which a page may want for itself. @param {string} key @param {string} page */
export const darkens = (key, page) => KEYS.includes(key) || (key === "." && page === "learn");

export class Blank {
  constructor() {
    this.element = document.createElement("button");
    Object.assign(this.element, { type: "button", className: "blank", hidden: true });
    this.element.setAttribute("aria-label", "The screen is dark; any key shows the page again");
    this.element.addEventListener("click", () => this.lift());
    addEventListener("keydown", (event) => this.#key(event), { capture: true }); // before the page itself hears it
  }

  get isOn() {
    return !this.element.hidden;
  }

  darken() {
    this.before = document.activeElement;
    this.element.hidden = false;
    this.element.focus();
  }

  lift() {
    this.element.hidden = true;
    /** @type {HTMLElement | null} */ (this.before)?.focus?.({ preventScroll: true });
  }

  #key(event) {
    if (!this.isOn || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.lift();
  }
}
