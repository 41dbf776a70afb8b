/**
 * What the teacher's window shows of a room, for the whole class to see: its letters and address, the question, how many have
 * voted, bars when the vote is closed. Whoever leads has the buttons; others look on.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { qrCode } from "../../shared/keeping/qr.js";
import { house } from "../../shared/wire/house.js";
import { classOrigin, roomAddress, socketAddress, viewOf } from "./address.js";
import { RoomClient } from "./client.js";
import { keepLed, led, who } from "./kept.js";
import { legend, list, rows } from "./rows.js";

export class Board {
  /** @param {any} data of the Learn page @param {string} code @param {() => void} onEnd the room is over, or left */
  constructor(data, code, onEnd) {
    Object.assign(this, { data, code, onEnd, words: data.room });
    this.way = h("div", { class: "way-in" }, h("p", { class: "letters", "data-role": "letters" }, code));
    this.question = h("div", { class: "question" });
    this.said = h("p", { class: "said", role: "status", "data-role": "said" }, this.words.waiting);
    this.count = h("p", { class: "voted", "data-role": "voted", "aria-live": "polite" });
    this.ways = h("div", { class: "ways" });
    const label = this.words.room.replace("{code}", code);
    const asked = h("div", { class: "asked-here" }, this.question, this.count, this.ways, this.said);
    this.element = h("section", { class: "board", "data-role": "board", "aria-label": label }, this.way, asked);
    this.key = led()?.code === code ? led().key : "";
    this.client = new RoomClient(socketAddress(location, data.base, code, who(), data.language), {
      hello: { do: "watch", key: this.key },
      onState: (state) => state.part !== "pupil" && this.#show(state),
      onError: (problem) => this.#say(this.#sentence(problem)),
      onConnected: (connected) => this.#say(connected ? "" : this.words.lost),
      onGone: (why) => this.#gone(why),
    });
    this.#tellWay();
  }

  destroy() {
    this.client.close();
    this.element.remove();
  }

  /** Do what the first button does. */
  advance() {
    this.ways.querySelector("button")?.click();
  }

  async #tellWay() {
    const { data, code, words } = this;
    const reach = await house.fetch(`${data.base}api/reach`).then((response) => response.json()).catch(() => ({ lan: null, open: true }));
    const found = classOrigin(location, reach);
    if ("problem" in found) {
      this.way.append(h("p", { class: "problem", "data-role": "no-way" }, words[found.problem]));
      return;
    }
    const address = `${found.origin}${data.base}${roomAddress(code, data.language)}`;
    const code_ = qrCode(address, words.scan.replace("{address}", address));
    this.way.append(...[h("p", { class: "fine" }, words.open), h("p", { class: "address", "data-role": "address" }, address), code_].filter(Boolean));
  }

  #say(sentence) {
    if (this.said.textContent !== sentence) this.said.textContent = sentence;
  }

  #sentence(code) {
    return (this.words[code] ?? this.words["bad-message"]).replace("{code}", this.code);
  }

  #gone(why) {
    this.ways.replaceChildren();
    if (why === "no-room") {
      if (led()?.code === this.code) keepLed(null);
      this.#say(this.client.state ? this.words.ended : this.#sentence(why));
      this.ways.replaceChildren(h("button", { type: "button", class: "quiet", "data-role": "away", onclick: this.onEnd }, this.words.leave));
    } else this.#say(this.#sentence(why));
  }

  #show(state) {
    const { words, data } = this;
    this.element.dataset.state = state.open ? "open" : "closed";
    this.element.dataset.part = state.part;
    this.element.dataset.turn = String(state.turn);
    const head = h("p", { class: "fine" }, state.round ? words.second : words.first, " · ", state.title);
    const options = list(state.ask, false, rows({ state, words, frame: data.words }));
    this.question.replaceChildren(...[head, h("h2", {}, state.ask), options, legend(state.bars, words)].filter(Boolean));
    const all = Math.max(state.phones ?? 0, state.voted ?? 0); // who has voted and left, too
    const counted = all ? words.voted.replace("{voted}", String(state.voted)).replace("{phones}", String(all)) : words.nobody;
    if (this.count.textContent !== counted) this.count.textContent = counted;
    this.#buttons(state);
    this.#say(state.part === "looks" ? words["looks-on"] : state.view ? words.pushed : "");
  }

  /** What can be done now, the likeliest first. Buttons that stay keep the focus that they have. */
  #buttons(state) {
    const wanted = state.part === "leads" ? this.#ways(state) : [];
    const key = wanted.map(([role]) => role).join();
    if (key === this.ways.dataset.key) return;
    const focused = this.ways.getRootNode().activeElement?.parentElement === this.ways;
    this.ways.dataset.key = key;
    this.ways.replaceChildren(...wanted.map(([role, label, act], i) =>
      h("button", { type: "button", class: i ? "quiet" : "go", "data-role": role, onclick: act }, label)));
    if (focused) this.ways.querySelector("button")?.focus({ preventScroll: true });
  }

  /** @returns {[string, string, () => void][]} */
  #ways(state) {
    const { words, data, client } = this;
    const say = (what) => () => client.say(what);
    const ask = (question) => say({ do: "ask", lesson: data.lesson, question });
    const end = /** @type {[string, string, () => void]} */ (["end", words.end, say({ do: "end" })]);
    if (state.open) return [["close", words.close, say({ do: "close" })], end];
    if (state.lesson !== data.lesson) return [["ask-here", words.askHere, ask(0)], end];
    const others = data.text.questions.map((_, i) => i).filter((i) => i !== state.question);
    const following = others.sort((a, b) => Number(a < state.question) - Number(b < state.question) || a - b);
    return /** @type {[string, string, () => void][]} */ ([
      state.round === 0 && state.answer === null && ["again", words.again, say({ do: "again" })],
      state.answer === null && ["show", words.show, say({ do: "show" })],
      ...following.map((i) => [`ask-${i}`, words.askThis.replace("{n}", String(i + 1)), ask(i)]),
      ["push", words.push, () => client.say({ do: "push", view: viewOf(location.href) })],
      state.view && ["let-go", words.letGo, say({ do: "push", view: "" })],
      end,
    ].filter(Boolean));
  }
}
