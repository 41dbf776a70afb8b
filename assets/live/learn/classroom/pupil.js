/**
 * The page of a phone in a room: the question with its options, one tap; bars when the vote is closed.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { addressOf } from "../story/story.js";
import { followed, socketAddress } from "./address.js";
import { RoomClient } from "./client.js";
import { joinForm } from "./join.js";
import { follows, keepFollowing, keepView, who } from "./kept.js";
import { legend, list, rows } from "./rows.js";

export class Pupil {
  /** @param {HTMLElement} root @param {any} data */
  constructor(root, data) {
    Object.assign(this, { data, words: data.room });
    this.card = h("section", { class: "vote", "data-role": "vote" });
    this.said = h("p", { class: "said", role: "status", "data-role": "said" }, this.words.waiting);
    this.foot = h("p", { class: "ways" }, h("a", { class: "quiet", target: "_self", href: addressOf(data) }, this.words.leave));
    this.page = h("div", { class: "learn pupil", lang: data.language }, this.card, this.said, this.foot);
    root.append(this.page);
    this.onKey = (event) => this.#key(event);
    document.addEventListener("keydown", this.onKey);
    this.#join();
  }

  destroy() {
    document.removeEventListener("keydown", this.onKey);
    this.client.close();
    this.page.remove();
  }

  #join() {
    const { data } = this;
    this.client = new RoomClient(socketAddress(location, data.base, data.class, who(), data.language), {
      onState: () => this.#show(),
      onError: (code) => this.#problem(code),
      onConnected: (connected) => this.#connected(connected),
      onGone: (why) => this.#gone(why),
    });
  }

  #say(sentence) {
    if (this.said.textContent !== sentence) this.said.textContent = sentence;
  }

  #sentence(code) {
    return (this.words[code] ?? this.words["bad-message"]).replace("{code}", this.data.class);
  }

  #connected(connected) {
    if (connected) this.problem = null;
    else if (!this.problem) this.#say(this.words.lost);
  }

  /** What cannot be had is said until something is chosen anew. */
  #problem(code) {
    this.problem = code;
    this.#say(this.#sentence(code));
    if (this.client.state) this.#draw(this.client.state);
  }

  #gone(why) {
    if (why === "replaced") {
      const again = () => {
        this.client.close();
        this.#join();
      };
      this.card.replaceChildren(h("button", { type: "button", class: "go", "data-role": "here", onclick: again }, this.words.here));
    } else if (this.problem !== "full" && this.problem !== "busy") {
      this.card.replaceChildren(joinForm(this.data));
    }
    this.#say(this.#sentence(why === "replaced" ? why : (this.problem ?? why)));
  }

  #choose(option) {
    this.problem = null;
    this.client.vote(option);
    this.#show();
  }

  #show() {
    const { state, wanted } = this.client;
    const { words } = this;
    if (state.view && follows()) return this.#follow(state.view);
    this.#draw(state);
    if (this.problem && state.open) return;
    this.problem = null;
    if (!state.open) this.#say(words.closed);
    else if (wanted) this.#say(words.sending);
    else this.#say(state.mine === null ? words.choose : words.counts);
  }

  #draw(state) {
    const { words, data } = this;
    const round = h("p", { class: "fine", "data-role": "round" }, state.round ? words.second : words.first, " · ", state.title);
    const onChoose = state.open ? (option) => this.#choose(option) : null;
    const options = rows({ state, words, frame: data.words, chosen: this.client.choice, onChoose });
    const focused = this.card.getRootNode().activeElement?.closest?.("[data-option]")?.dataset.option;
    const back = state.view && h("button", { type: "button", class: "quiet", "data-role": "follow", onclick: () => this.#follow(state.view) }, words.follow);
    this.card.dataset.state = state.open ? "open" : "closed";
    this.card.dataset.turn = String(state.turn);
    const head = h("h2", { class: "asked" }, state.ask);
    this.card.replaceChildren(...[round, head, list(state.ask, state.open, options), legend(state.bars, words), back].filter(Boolean));
    if (focused !== undefined) this.card.querySelector(`button[data-option="${focused}"]`)?.focus({ preventScroll: true });
  }

  #follow(view) {
    const { data } = this;
    keepFollowing(true);
    keepView(view);
    location.assign(data.base + followed(view, data.class, data.language));
  }

  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.composedPath()[0].tagName === "INPUT") return;
    const option = "1234".indexOf(event.key);
    const { state } = this.client;
    if (event.key.length === 1 && option >= 0 && state?.open && option < state.options.length) this.#choose(option);
  }
}
