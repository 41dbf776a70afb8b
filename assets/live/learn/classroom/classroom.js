/**
 * A lesson in a classroom: the way to ask the class, the board of a room that is led here, or the line of a phone that follows.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { house } from "../../shared/wire/house.js";
import { leading, leads } from "./address.js";
import { Board } from "./board.js";
import { Follow } from "./follow.js";
import { keepLed, led } from "./kept.js";
import { Teachers } from "./teachers.js";

export class Classroom {
  /** @param {import("../frame/lesson.js").LessonFrame} frame @param {any} data */
  constructor(frame, data) {
    Object.assign(this, { frame, data, words: data.room });
    this.ask = h("button", { type: "button", class: "quiet", "data-role": "ask-class", onclick: () => this.#open() }, this.words.ask);
    this.problem = h("p", { class: "problem", role: "status", hidden: true });
    this.onKey = (event) => this.#key(event);
    document.addEventListener("keydown", this.onKey);
    if (data.class && !leads(location.search)) {
      this.follow = new Follow(data);
      frame.page.prepend(this.follow.element);
      return;
    }
    this.teachers = new Teachers(frame, data);
    frame.page.append(this.teachers.element);
    frame.trail.append(this.ask);
    frame.trail.after(this.problem);
    if (data.class) this.#lead(data.class);
  }

  destroy() {
    document.removeEventListener("keydown", this.onKey);
    for (const part of [this.board, this.follow, this.teachers, this.frame]) part?.destroy();
  }

  #key(event) {
    if (event.key.toLowerCase() !== "v" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    this.board?.advance();
  }

  /** Go on with the room that this browser leads, or open one. */
  async #open() {
    this.ask.disabled = true;
    this.problem.hidden = true;
    const room = await this.#own().catch((problem) => problem.message);
    this.ask.disabled = false;
    if (typeof room === "string") {
      this.problem.textContent = this.words[room] ?? this.words["no-server"];
      this.problem.hidden = false;
    } else this.#lead(room.code);
  }

  async #own() {
    const { base, lesson } = this.data;
    const kept = led();
    if (kept && (await isThere(base, kept))) return kept;
    const response = await house.fetch(`${base}api/rooms?lesson=${lesson}`, { method: "POST" }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (!response?.ok || !answer) throw new Error(answer?.error?.code ?? "no-server");
    keepLed(answer);
    return answer;
  }

  #lead(code) {
    this.board?.destroy();
    this.board = new Board(this.data, code, () => this.#leave());
    this.frame.page.prepend(this.board.element);
    this.ask.hidden = true;
    this.#write(code);
    this.board.element.scrollIntoView({ block: "nearest" });
  }

  #leave() {
    this.board.destroy();
    this.board = null;
    this.ask.hidden = false;
    this.#write(null);
    this.ask.focus();
  }

  #write(code) {
    history.replaceState(history.state, "", leading(location.href, code));
  }
}

/** Whether a room that was led before is still there. @param {string} base @param {{code: string}} room */
const isThere = (base, { code }) =>
  house.fetch(`${base}api/rooms?room=${code}`).then((response) => response.json()).then(({ there }) => there === true).catch(() => false);
