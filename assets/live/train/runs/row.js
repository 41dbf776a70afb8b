/**
 * One run in the list: told in a line, renamed, deleted and saved in place.
 * @module
 */

import { h, icon, iconButton } from "../../shared/page/dom.js";
import { costName } from "../family.js";
import { curveWords, heldOutOf, isLive, nats, settingWords, shareOf, sparkline, stateWords, whenWords } from "./words.js";
import { duration } from "../../shared/words/numbers.js";

const BOX = { width: 104, height: 30 };
const GREETED = 4000; // ms that a new run stands out
const SPACE = "http://www.w3.org/2000/svg";

export class Row {
  /**
   * @param {string} name
   * @param {import("./list.js").RunList} list
   */
  constructor(name, list) {
    Object.assign(this, { name, list });
    this.#build();
  }

  /**
   * @param {import("./words.js").Run} run
   * @param {{settings: string[], current: boolean, colour: string | null}} how colour: of its curve, where it is overlaid
   */
  show(run, { settings, current, colour }) {
    if (this.run && this.run.state !== run.state) this.#say(""); // what was said no longer holds
    this.run = run;
    const { element } = this;
    element.dataset.state = run.state;
    element.toggleAttribute("data-current", current);
    element.style.setProperty("--run", colour ?? "var(--accent)");
    if (current) this.openButton.setAttribute("aria-current", "true");
    else this.openButton.removeAttribute("aria-current");
    this.tick.checked = colour !== null;
    write(this.state, stateWords(run));
    this.state.title = run.message ?? "";
    const bar = isLive(run) && run.step > 0;
    this.bar.hidden = !bar;
    if (bar) this.bar.value = shareOf(run);
    write(this.why, run.state === "failed" ? (run.message ?? "") : "");
    this.why.hidden = !this.why.textContent;
    write(this.data, String(run.config?.dataset ?? ""));
    this.#settings(settingWords(run, settings));
    this.#curve(run);
    const held = heldOutOf(run);
    write(this.held, held.value === null ? "–" : nats(held.value));
    write(this.heldName, held.name);
    this.held.title = held.title;
    this.held.toggleAttribute("data-so-far", held.value !== null && !Number.isFinite(run.measured));
    this.#when(run);
    this.#deeds(run);
  }

  /** Make it stand out for a moment. */
  greet() {
    this.element.classList.add("new");
    this.element.scrollIntoView({ block: "nearest", behavior: "smooth" });
    setTimeout(() => this.element.classList.remove("new"), GREETED);
  }

  #settings(words) {
    const told = words.join("\n");
    if (this.settings.dataset.told === told) return;
    this.settings.dataset.told = told;
    this.settings.replaceChildren(...words.map((word) => h("span", {}, word)));
  }

  #curve(run) {
    const { curve = [], steps, state } = run;
    const { path, end } = sparkline(curve, { steps: state === "done" ? 0 : steps, ...BOX });
    if (this.path.getAttribute("d") === path) return;
    this.path.setAttribute("d", path);
    this.dot.setAttribute("visibility", end ? "visible" : "hidden");
    if (end) this.dot.setAttribute("transform", `translate(${end[0]} ${end[1]})`);
    const words = curveWords(curve, nats, costName(run));
    this.spark.setAttribute("aria-label", words);
    this.spark.parentElement.title = words;
  }

  #when({ started_at: at, seconds }) {
    write(this.time, whenWords(at, Date.now() / 1000) || "not yet");
    this.time.title = at ? new Date(1000 * at).toLocaleString() : "";
    if (at) this.time.dateTime = new Date(1000 * at).toISOString();
    write(this.span, seconds >= 1 ? `trained ${duration(seconds)}` : "");
  }

  #deeds(run) {
    const why = isLive(run) ? "while it lives; stop it first" : "";
    for (const [button, words] of [[this.renameButton, "Rename"], [this.deleteButton, "Delete"]]) {
      button.setAttribute("aria-disabled", String(Boolean(why)));
      const label = `${words} ${this.name}`;
      button.setAttribute("aria-label", label);
      button.title = why ? `A run is not ${words === "Rename" ? "renamed" : "deleted"} ${why}` : words;
    }
  }

  // Renaming.

  #rename() {
    if (isLive(this.run)) return this.#say("It is still at work: stop it first, then it can be renamed.");
    this.#say("");
    this.deeds.hidden = true;
    const input = h("input", {
      type: "text",
      value: this.name,
      maxlength: "64",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      "aria-label": `New name of ${this.name}`,
      "data-role": "run-new-name",
    });
    const leave = () => this.#leave(form, this.renameButton);
    const save = async (event) => {
      event.preventDefault();
      const to = input.value.trim();
      if (!to || to === this.name) return leave();
      await this.#act(form, "rename", { to }, input);
    };
    const form = h(
      "form",
      { class: "renaming", onsubmit: save, onkeydown: escape(leave) },
      input,
      h("button", { type: "submit", class: "quiet first" }, "Rename"),
      h("button", { type: "button", class: "quiet", onclick: leave }, "Cancel"),
    );
    this.openButton.hidden = true;
    this.openButton.after(form);
    this.element.classList.add("busy");
    input.focus();
    input.select();
  }

  // Deleting.

  #delete() {
    if (isLive(this.run)) return this.#say("It is still at work: stop it first, then it can be deleted.");
    this.#say("");
    const leave = () => this.#leave(box, this.deleteButton);
    const model = this.run.model ? " The model goes from the library with it." : "";
    const keep = h("button", { type: "button", class: "quiet", onclick: leave }, "Keep it");
    const sure = iconButton(
      "trash",
      { class: "quiet grave", "data-role": "delete-for-good", onclick: () => this.#act(box, "delete", {}, keep) },
      "Delete for good",
    );
    const box = h(
      "div",
      { class: "sure", role: "group", "aria-label": `Delete ${this.name}?`, onkeydown: escape(leave) },
      h("p", {}, h("b", {}, `Delete ${this.name}?`), ` Its curves, its film and its weights go too.${model} This cannot be undone.`),
      sure,
      keep,
    );
    this.deeds.hidden = true;
    this.element.append(box);
    this.element.classList.add("busy");
    keep.focus();
  }

  /** Ask the server; what it refuses is said here, and can be tried again. */
  async #act(box, action, more, focus) {
    for (const each of box.querySelectorAll("button, input")) each.disabled = true;
    this.#say("");
    try {
      await this.list.act(this.name, action, more);
    } catch (error) {
      for (const each of box.querySelectorAll("button, input")) each.disabled = false;
      this.#say(error.sentence);
      focus.focus();
    }
  }

  #leave(box, focus) {
    box.remove();
    this.openButton.hidden = this.deeds.hidden = false;
    this.element.classList.remove("busy");
    this.#say("");
    focus.focus();
  }

  #say(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }

  #build() {
    const { name, list } = this;
    this.tick = h("input", {
      type: "checkbox",
      "aria-label": `Lay the curve of ${name} over others`,
      title: "Lay its curve over others",
      "data-role": "overlay",
      onchange: () => list.tick(name, this.tick.checked),
    });
    this.openButton = h(
      "button",
      { type: "button", class: "open", "data-role": "open-run", title: `Open ${name}`, onclick: () => list.onOpen(name) },
      h("bdi", {}, name),
    );
    this.state = h("span", { class: "words" });
    this.bar = h("progress", { max: "1", "aria-label": "How far it is", hidden: true });
    this.why = h("p", { class: "why", hidden: true });
    this.data = h("b", {});
    this.settings = h("span", { class: "settings" });
    this.#buildCurve();
    this.held = h("b", {});
    this.heldName = h("small", {});
    this.time = h("time", {});
    this.span = h("small", {});
    this.notice = h("p", { class: "refused", role: "status", hidden: true });
    this.#buildDeeds();
    this.#layOut();
  }

  #layOut() {
    const { name } = this;
    this.element = h(
      "li",
      { class: "run", "data-run": name },
      h("label", { class: "tick" }, this.tick),
      h("div", { class: "who" }, this.openButton, h("span", { class: "state" }, h("i", { "aria-hidden": "true" }), this.state), this.bar),
      h("div", { class: "what" }, this.data, this.settings),
      h("div", { class: "curve" }, this.spark),
      h("div", { class: "held" }, this.heldName, this.held),
      h("div", { class: "when" }, this.time, this.span),
      this.deeds,
      this.why,
      this.notice,
    );
  }

  #buildCurve() {
    const made = (tag, attributes) => {
      const element = document.createElementNS(SPACE, tag);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    this.path = made("path", { class: "line" });
    this.dot = made("circle", { r: "2.4", visibility: "hidden" });
    this.spark = made("svg", { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img", "aria-label": "No curve yet" });
    this.spark.append(this.path, this.dot);
  }

  #buildDeeds() {
    const { name, list } = this;
    const button = (words, glyph, act, role) => iconButton(glyph, { class: "bare", "data-role": role, onclick: act });
    this.renameButton = button("Rename", "pen", () => this.#rename(), "rename-run");
    this.deleteButton = button("Delete", "trash", () => this.#delete(), "delete-run");
    const address = `${list.base}api/run.zip?${new URLSearchParams({ run: name })}`;
    // Streamlit would open a link in a new window unless it says otherwise.
    const save = h(
      "a",
      {
        class: "bare",
        href: address,
        download: `${name}.zip`,
        target: "_self",
        title: "Download it as a zip, with its history",
        "aria-label": `Download ${name}`,
        "data-role": "download-run",
      },
      icon("save"),
    );
    this.deeds = h("div", { class: "deeds" }, this.renameButton, save, this.deleteButton);
  }
}

/** Write a text only where it changed, so that it can be selected and is not read out again. */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

const escape = (leave) => (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  leave();
};
