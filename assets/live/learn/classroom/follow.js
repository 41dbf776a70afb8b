/**
 * A phone on a lesson that its teacher shows: it follows, until somebody wants to look for himself.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { followed, roomAddress, socketAddress, viewOf } from "./address.js";
import { RoomClient } from "./client.js";
import { follows, keepFollowing, keepView, viewHere, who } from "./kept.js";

export class Follow {
  /** @param {any} data of the Learn page */
  constructor(data) {
    Object.assign(this, { data, words: data.room, came: viewOf(location.href) }); // where nothing is kept, the address says it
    this.said = h("b", { role: "status", "data-role": "following" }, this.words.waiting);
    this.toggle = h("button", { type: "button", class: "quiet", "data-role": "look", hidden: true, onclick: () => this.#toggle() });
    const vote = data.base + roomAddress(data.class, data.language);
    this.vote = h("a", { class: "go", target: "_self", "data-role": "to-vote", href: vote, hidden: true }, this.words.toVote);
    const label = this.words.room.replace("{code}", data.class);
    const parts = [h("span", { class: "fine" }, label), this.said, this.toggle, this.vote];
    this.element = h("section", { class: "follow", "data-role": "follow", "aria-label": label }, ...parts);
    this.client = new RoomClient(socketAddress(location, data.base, data.class, who(), data.language), {
      onState: () => this.#show(),
      onError: (code) => this.#over(code),
      onConnected: (connected) => connected || this.#say(this.words.lost),
      onGone: (why) => this.#over(why),
    });
  }

  destroy() {
    this.client.close();
    this.element.remove();
  }

  #say(sentence) {
    if (this.said.textContent !== sentence) this.said.textContent = sentence;
  }

  #over(why) {
    this.toggle.hidden = this.vote.hidden = true;
    this.#say(this.words[why].replace("{code}", this.data.class));
  }

  #toggle() {
    keepFollowing(!follows());
    this.#show();
  }

  #show() {
    const { data, words } = this;
    const { state } = this.client;
    const following = follows();
    if (following && state.open) return location.assign(this.vote.href);
    if (following && state.view && state.view !== viewHere() && state.view !== this.came) {
      keepView(state.view);
      return location.assign(data.base + followed(state.view, data.class, data.language));
    }
    this.#say(following ? words.following : words.onYourOwn);
    this.element.dataset.follows = String(following);
    this.toggle.hidden = false;
    this.toggle.textContent = following ? words.lookYourself : words.follow;
    this.vote.hidden = following || !state.open;
  }
}
