/**
 * A search on its page: the code goes to the nearest so far as it is found, and stays there.
 * @module
 */

import { house } from "../../shared/wire/house.js";
import { round } from "../../shared/words/numbers.js";
import { Search } from "./search.js";

const SEARCHED = new Set(["search", "found"]); // how a code came about that a search has to do with

/** Whether a page searches: a file that stands alone has nobody to ask. @param {{searches?: boolean}} data */
export const searches = (data) => Boolean(data.searches) && !house.alone;

export class Finding {
  /**
   * @param {import("../view.js").ExploreView} view
   * @param {(sentence: string) => void} say
   */
  constructor(view, say) {
    this.view = view;
    this.search = new Search({
      model: view.data.model,
      view: view.view,
      ask: (request) => view.socket.ask("search", request),
      onFound: (z, ended) => view.set({ ...view.state, z: z.map(round), how: ended ? "found" : "search" }),
      onStop: () => this.stop(),
      onError: (sentence) => {
        this.#stay();
        say(sentence);
      },
    });
  }

  get element() {
    return this.search.element;
  }

  get isRunning() {
    return this.search.isRunning;
  }

  /** Search for a picture, in place of any other. @param {import("../../shared/views/starts.js").Start} image @param {number | null} given */
  begin(image, given) {
    const { view } = this;
    this.search.leave();
    this.left = SEARCHED.has(view.state.how) ? { ...view.state, how: "found" } : view.state;
    view.set({ ...view.state, image, how: "search", given });
    this.search.begin(image.pixels, given);
  }

  stop() {
    if (!this.isRunning) return;
    this.search.stop();
    this.#stay();
  }

  /** The code goes somewhere: a search is over where that is not its own doing. @param {string} how */
  follow(how) {
    if (!SEARCHED.has(how)) this.search.leave();
  }

  /** Stay at what it has come to, or where it was begun if that is nothing. */
  #stay() {
    this.view.set(this.search.told ? { ...this.view.state, how: "found" } : this.left);
  }
}
