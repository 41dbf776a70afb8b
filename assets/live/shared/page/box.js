/**
 * Where an element lies in the window: asked for once, and again after it may have moved, so that no hand waits for a layout.
 * @module
 */

export class Box {
  #box = null;

  /** @param {Element} element */
  constructor(element) {
    this.element = element;
    this.forget = () => (this.#box = null);
    this.watcher = new ResizeObserver(this.forget);
    this.watcher.observe(element);
    element.addEventListener("pointerenter", this.forget);
    addEventListener("scroll", this.forget, { capture: true, passive: true });
    addEventListener("resize", this.forget, { passive: true });
  }

  /** @returns {DOMRect} */
  get now() {
    this.#box ??= this.element.getBoundingClientRect();
    return this.#box;
  }

  close() {
    this.watcher.disconnect();
    this.element.removeEventListener("pointerenter", this.forget);
    removeEventListener("scroll", this.forget, { capture: true });
    removeEventListener("resize", this.forget);
  }
}

/** Write words where there are others: what is there already would be laid out anew. @param {any} element @param {string} words */
export function put(element, words) {
  if (element.firstChild?.data !== words) element.textContent = words;
}
