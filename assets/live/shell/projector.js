/**
 * The page for a room: one thing, large. `?show=projector` says so, on every page, until it is left.
 * @module
 */

const NAME = "show";
const MODE = "projector";

/** An address as it is with the mode on or off. @param {string | URL} address @param {boolean} on @param {string} base */
export function addressed(address, on, base) {
  const { pathname, search, hash } = new URL(address, base);
  const others = search.slice(1).split("&").filter((part) => part && part.split("=")[0] !== NAME); // as they were written
  const all = [...others, ...(on ? [`${NAME}=${MODE}`] : [])].join("&");
  return pathname + (all && `?${all}`) + hash;
}

/** Whether an address asks for the mode. @param {string} search */
export const isAsked = (search) => new URLSearchParams(search).get(NAME) === MODE;

export class Projector {
  /** @param {HTMLElement} element which says of the whole page how it is shown @param {History} history */
  constructor(element, history) {
    this.element = element;
    this.history = history;
    // Streamlit and our pages write addresses of their own, and keep old ones: each says how the page is shown now.
    for (const name of ["pushState", "replaceState"]) {
      const write = history[name].bind(history);
      history[name] = (state, title, url) => write(state, title, url == null ? url : addressed(url, this.isOn, location.href));
    }
    addEventListener("popstate", () => this.#show(isAsked(location.search)));
    document.addEventListener("fullscreenchange", () => !document.fullscreenElement && this.isOn && this.filled && this.leave());
    this.#show(isAsked(location.search));
  }

  get isOn() {
    return this.element.dataset.show === MODE;
  }

  toggle() {
    if (this.isOn) this.leave();
    else this.enter();
  }

  async enter() {
    this.#write(true);
    // A browser may say no, and fills no more than its window then.
    await this.element.requestFullscreen?.().then(() => (this.filled = true)).catch(() => {});
  }

  leave() {
    this.#write(false);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.filled = false;
  }

  #write(on) {
    this.#show(on);
    this.history.replaceState(this.history.state, "", addressed(location.href, on, location.href));
  }

  #show(on) {
    if (on) this.element.dataset.show = MODE;
    else delete this.element.dataset.show;
  }
}
