/**
 * The data sets that a person has added: how large each is, and a way to delete it.
 * @module
 */

import { wordsOf } from "./kinds/kinds.js";
import { setWords } from "./words.js";
import { h, iconButton } from "../shared/page/dom.js";

export class OwnSets {
  /** @param {{ask: (path: string, more?: object, method?: string) => Promise<any>, onDeleted: () => void}} options */
  constructor({ ask, onDeleted }) {
    Object.assign(this, { ask, onDeleted });
    /** @type {any[]} */
    this.all = [];
    /** @type {any} of the server */
    this.limits = null;
    this.list = h("ul", { class: "sets", "data-role": "own-sets" });
    this.element = h("div", { class: "own-sets", hidden: true }, h("h2", {}, "Your data sets"), this.list);
    this.refresh();
  }

  /** The names that are taken. @returns {string[]} */
  get names() {
    return this.all.map(({ name }) => name);
  }

  /** Ask which there are. @param {string} [fresh] the one that stands out, for it has just come */
  async refresh(fresh) {
    try {
      const { datasets, limits } = await this.ask("datasets");
      Object.assign(this, { all: datasets, limits });
    } catch {
      return; // the list stays as it was; the next change asks again
    }
    const own = this.all.filter((each) => each.own);
    this.element.hidden = own.length === 0;
    this.list.replaceChildren(...own.map((each) => this.#item(each, each.name === fresh)));
  }

  #item(set, fresh) {
    const { name, where } = set;
    const notice = h("p", { class: "refused", role: "status", hidden: true });
    const remove = iconButton("trash", {
      class: "bare",
      title: "Delete",
      "aria-label": `Delete ${name}`,
      "data-role": "delete-set",
      onclick: () => this.#sure(item, set, remove, notice),
    });
    const damaged = where === "damaged" ? " · damaged" : "";
    const item = h(
      "li",
      { "data-set": name, class: fresh ? "new" : null },
      h("div", {}, h("b", {}, h("bdi", {}, name)), h("span", {}, setWords(set) + damaged)),
      remove,
      notice,
    );
    return item;
  }

  /** Ask once more, in place. */
  #sure(item, set, remove, notice) {
    const { name } = set;
    notice.hidden = true;
    const leave = () => {
      box.remove();
      remove.hidden = false;
      remove.focus();
    };
    const act = async () => {
      for (const each of box.querySelectorAll("button")) each.disabled = true;
      try {
        await this.ask("datasets", { action: "delete", name }, "POST");
        await this.refresh();
        this.onDeleted();
      } catch (error) {
        leave();
        notice.textContent = error.message;
        notice.hidden = false;
      }
    };
    const keep = h("button", { type: "button", class: "quiet", onclick: leave }, "Keep it");
    const sure = iconButton("trash", { class: "quiet grave", "data-role": "delete-set-for-good", onclick: act }, "Delete for good");
    const escape = (event) => event.key === "Escape" && (event.stopPropagation(), leave());
    const box = h(
      "div",
      { class: "sure", role: "group", "aria-label": `Delete ${name}?`, onkeydown: escape },
      h("p", {}, `Models that were trained on it stay, without its ${wordsOf(set.kind).nouns}. This cannot be undone.`),
      sure,
      keep,
    );
    remove.hidden = true;
    item.insertBefore(box, notice);
    keep.focus();
  }
}
