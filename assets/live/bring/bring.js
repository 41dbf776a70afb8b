/**
 * A model of anybody's comes in: its files are sent, looked at together, and it is taken into the library.
 *
 * Streamlit is told "taken" with a name when a model has come.
 * @module
 */

import { FoundPanel } from "./found.js";
import { byRole, dropProblem, headWords, inOrder, roleWords, takingWords } from "./words.js";
import { Sent } from "../shared/keeping/sent.js";
import { h, icon, iconButton } from "../shared/page/dom.js";
import { catchDrops, holdsFolder } from "../shared/page/drops.js";
import { viewOf } from "../shared/views/view.js";
import { sentenceOf } from "../shared/wire/frame.js";
import { send, short, sizeWords, whyNot } from "../shared/wire/transfer.js";

const SAVE = 'vae.save("mine", model.encode, model.decode, dataset="mnist-5k", likelihood="bernoulli")';
const PAUSE = 500; // ms between questions while it is taken in
const SENT = new Sent("latentForeign");
const AWAY = "The server did not answer; try again.";

/** @type {WeakMap<object, Bring>} */
const views = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function bring({ parentElement, data, setTriggerValue }) {
  const view = views.get(parentElement);
  if (view) view.data = data;
  else views.set(parentElement, new Bring(parentElement, data, (name) => setTriggerValue("taken", name)));
  return () => {
    views.get(parentElement)?.destroy();
    views.delete(parentElement);
  };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Bring {
  /** @type {string | null} */
  token = null;

  /**
   * @param {HTMLElement} root
   * @param {{base: string, limit_mb: number, taken: string[]}} data base: the server's base path; taken: names of models
   * @param {(name: string) => void} onTaken
   */
  constructor(root, data, onTaken) {
    Object.assign(this, { root, data, onTaken });
    this.#build();
    this.#again();
  }

  destroy() {
    this.gone = true;
    this.working?.abort();
    this.panel?.destroy();
    this.element.remove();
  }

  /** Ask the server; a refusal is an error with its sentence. */
  ask = async (path, more = {}, { method = "GET", signal } = {}) => {
    const address = `${this.data.base}api/${path}?${new URLSearchParams(more)}`;
    const response = await fetch(address, { method, signal, cache: "no-store" }).catch((error) => {
      throw error.name === "AbortError" ? error : new Error(AWAY);
    });
    if (!response.ok) throw Object.assign(new Error(await sentenceOf(response)), { status: response.status });
    return response.json();
  };

  // Files on their way.

  /** Send files one after the other, and look at all that are there. @param {File[]} files */
  async add(files) {
    this.working?.abort();
    const working = (this.working = new AbortController());
    this.#refuse("");
    let refused = "";
    for (const file of inOrder(files)) {
      refused ||= await this.#send(file, working);
      if (working.signal.aborted || this.gone) return;
    }
    if (this.token && this.files.length) await this.#look(working);
    else this.#stage("zone");
    if (refused && this.working === working && !this.gone) this.#refuse(refused);
  }

  /** Send one file; return why it was not taken, or an empty string. */
  async #send(file, working) {
    const why = whyNot(file, { ends: [], megabytes: this.data.limit_mb, wanted: "" });
    if (why) return why;
    this.#onItsWay(file, 0);
    const upload = this.token ? { upload: this.token } : {};
    try {
      const address = `${this.data.base}api/foreign?${new URLSearchParams({ filename: file.name, ...upload })}`;
      this.#holds(await send(address, file, { signal: working.signal, onProgress: (share) => this.#onItsWay(file, share) }));
      return "";
    } catch (error) {
      if (error.name === "AbortError") return "";
      if (error.status === 404) this.#forget(); // swept up: the next file begins anew
      return error.message;
    }
  }

  #onItsWay(file, share) {
    const sent = share < 1;
    const words = sent ? `Sending ${short(file.name)}, ${sizeWords(share * file.size)} of ${sizeWords(file.size)}` : `Checking ${short(file.name)}`;
    this.#way(words, sent ? share : null);
  }

  /** Give up what is on its way; what is there stays. */
  #cancel() {
    this.working?.abort();
    if (this.taking) this.ask("foreign/model", { action: "cancel", upload: this.token }, { method: "POST" }).catch(() => {});
    else this.#stage(this.panel ? "found" : this.files.length ? "part" : "zone");
    this.button.focus();
  }

  // What was sent.

  #holds({ upload, files }) {
    this.token = upload;
    this.files = files;
    SENT.remember({ upload });
  }

  async #look(working, more = {}) {
    this.#way("Looking at it: what it takes and gives is tried out", null);
    try {
      const { found } = await this.ask("foreign", { upload: this.token, ...more }, { signal: working.signal });
      await this.#show(found);
    } catch (error) {
      if (error.name === "AbortError" || this.gone) return;
      if (error.status === 404) this.#forget();
      this.head.textContent = headWords({ roles: {}, ours: false, missing: "", beside: "", name: "", title: "" });
      this.#showFiles({});
      this.say.hidden = true;
      this.#stage(this.files.length ? "part" : "zone");
      this.#refuse(error.message);
    }
  }

  /** @param {import("./words.js").Found} found */
  async #show(found) {
    const view = found.item ? await viewOf(found.item) : null;
    if (this.gone) return;
    this.panel?.destroy();
    this.panel = null;
    this.head.textContent = headWords(found);
    this.#showFiles(found.roles);
    this.say.textContent = found.missing || found.beside;
    this.say.hidden = !this.say.textContent;
    this.say.classList.toggle("needed", Boolean(found.missing));
    if (found.missing) {
      this.#stage("part");
      this.addButton.focus({ preventScroll: true });
      return;
    }
    const onLook = async (answers) => (await this.ask("foreign", { upload: this.token, ...answers })).found;
    this.panel = new FoundPanel({ found, view, taken: () => this.data.taken, onLook, onTake: (choices) => this.#take(choices) });
    this.body.replaceChildren(this.panel.element);
    this.#stage("found");
    this.panel.begin();
  }

  #showFiles(roles) {
    this.list.replaceChildren(...byRole(this.files, roles).map((file) => this.#file(file, roles[file.name])));
  }

  #file({ name, bytes }, role) {
    const label = `Take ${name} away`;
    const remove = iconButton("close", { class: "bare", title: "Take it away", "aria-label": label, onclick: () => this.#remove(name) });
    const what = roleWords(role);
    const words = h("span", {}, what && h("b", {}, what), " ", h("bdi", {}, short(name)), " ", h("small", {}, sizeWords(bytes)));
    return h("li", { "data-file": name, "data-is": role ?? null }, words, remove);
  }

  async #remove(file) {
    try {
      this.#holds(await this.ask("foreign/model", { action: "remove", upload: this.token, file }, { method: "POST" }));
    } catch (error) {
      this.#refuse(error.message);
      return;
    }
    if (this.files.length) await this.add([]);
    else this.drop();
  }

  /** Let go of all that was sent. */
  drop() {
    // Else the server sweeps it up later.
    if (this.token) this.ask("foreign/model", { action: "drop", upload: this.token }, { method: "POST" }).catch(() => {});
    this.#forget();
    this.#refuse("");
    this.#stage("zone");
    this.button.focus();
  }

  #forget() {
    this.token = null;
    this.files = [];
    SENT.remember(null);
    this.panel?.destroy();
    this.panel = null;
    this.head.textContent = "";
  }

  // A model in the taking.

  async #take(choices) {
    this.panel.busy(true);
    this.dataset = choices.data;
    try {
      const progress = await this.ask("foreign/model", { action: "take", upload: this.token, ...choices }, { method: "POST" });
      SENT.remember({ upload: this.token, data: choices.data });
      await this.#follow(progress);
    } catch (error) {
      if (!this.gone) await this.#failed(error.message);
    }
  }

  /** Ask how far it is until it is there, or not. */
  async #follow(progress) {
    this.taking = true;
    try {
      for (let failures = 0; progress.state === "taking" && !this.gone; ) {
        this.#way(takingWords(progress, this.dataset), progress.total > 1 ? progress.done / progress.total : null);
        await pause(PAUSE * 2 ** Math.min(failures, 3));
        try {
          progress = await this.ask("foreign/model", { upload: this.token });
          failures = 0;
        } catch (error) {
          if (error.status) throw error;
          failures += 1; // the server is away for a moment; it goes on by itself
        }
      }
    } finally {
      this.taking = false;
    }
    if (this.gone) return;
    if (progress.state === "done") this.#done(progress);
    else await this.#failed(progress.state === "cancelled" ? "It was not taken in." : progress.error);
  }

  /** What was chosen stays; after the page was loaded anew it is looked at once more. */
  async #failed(sentence) {
    SENT.remember({ upload: this.token });
    if (!this.panel) await this.#again();
    else this.#stage("found");
    this.panel?.busy(false);
    this.panel?.say(sentence);
  }

  #done({ name, model }) {
    this.drop();
    const on = (page, words, rest = "") =>
      h("a", { class: `quiet${rest}`, href: `${this.data.base}${page}${encodeURIComponent(name)}`, "data-role": `to-${page.split("?")[0]}` }, words);
    const ways = model ? [on("explore?model=", "Explore it", " first"), on("map?model=", "See its map")] : [on("train?run=", "See its training", " first")];
    const words = h("p", { role: "status" }, h("b", {}, h("bdi", {}, name)), model ? " is in the library." : " is among the runs.");
    this.welcome.replaceChildren(icon("check"), words, h("div", { class: "ways" }, ...ways));
    this.welcome.hidden = false;
    /** @type {HTMLElement} */ (this.welcome.querySelector("a")).focus({ preventScroll: true });
    this.onTaken(name);
  }

  /** Go on where this window was before it was loaded anew. */
  async #again() {
    const kept = SENT.recall();
    if (!kept?.upload) return;
    const working = (this.working = new AbortController());
    this.token = kept.upload;
    try {
      if ("data" in kept) {
        this.dataset = kept.data;
        return await this.#follow(await this.ask("foreign/model", { upload: this.token }));
      }
      const { files, found } = await this.ask("foreign", { upload: this.token }, { signal: working.signal });
      if (this.gone || this.working !== working) return; // something was sent meanwhile
      this.files = files;
      await this.#show(found);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#forget(); // swept up
      this.#stage("zone");
    }
  }

  // What is shown.

  #way(words, share) {
    this.#stage("way");
    this.wayWords.textContent = words;
    if (share === null) this.bar.removeAttribute("value"); // how long it takes nobody knows
    else this.bar.value = share;
  }

  #stage(name) {
    this.element.dataset.stage = name;
    this.zone.hidden = name !== "zone";
    this.way.hidden = name !== "way";
    this.card.hidden = name === "zone" || !this.head.textContent; // what was found stays while more is sent, or it is taken in
    this.body.hidden = name === "part" || !this.panel;
    if (name !== "zone") this.welcome.hidden = true;
  }

  #refuse(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
    if (sentence) this.welcome.hidden = true;
  }

  #build() {
    /** @type {{name: string, bytes: number}[]} */
    this.files = [];
    const chosen = () => {
      const files = [...this.input.files];
      this.input.value = ""; // so that the same file can be chosen again
      if (files.length) this.add(files);
    };
    const choose = () => this.input.click();
    this.input = h("input", { type: "file", multiple: true, hidden: true, "data-role": "model-files", onchange: chosen });
    this.button = iconButton("upload", { class: "quiet first", "data-role": "choose-model", onclick: choose }, "Choose files");
    this.zone = h(
      "div",
      { class: "zone", "data-role": "model-zone" },
      h("p", { class: "lead" }, h("b", {}, "Drop an encoder and a decoder here"), h("span", {}, " or "), this.button),
      h("p", { class: "fine" }, ...this.#kindsOfFile()),
    );
    this.notice = h("p", { class: "refused", role: "status", "data-role": "model-refused", hidden: true });
    this.welcome = h("div", { class: "welcome", "data-role": "model-taken", hidden: true });
    this.#buildWay();
    this.#buildCard(choose);
    const parts = [this.input, this.notice, this.zone, this.card, this.way, this.welcome];
    this.element = h("section", { class: "brought bring", "aria-label": "A model of your own" }, ...parts);
    catchDrops(this.element, (drop) => {
      const files = [...drop.files];
      const why = dropProblem(holdsFolder(drop), files);
      if (why) this.#refuse(why);
      else if (files.length && !this.taking) this.add(files);
    });
    this.#stage("zone");
    this.root.append(this.element);
  }

  /** What can be dropped, as the parts of a paragraph. */
  #kindsOfFile() {
    return [
      ...["As ", h("b", {}, ".onnx"), " from PyTorch, Keras, JAX or any other framework, and the .onnx.data beside each where there is one. "],
      "A decoder alone draws, too. Or the files that pythae or diffusers saved, or the ",
      ...[h("b", {}, ".zip"), " or ", h("b", {}, ".safetensors"), " of a model of this explorer. "],
      `Up to ${this.data.limit_mb.toLocaleString("en-GB")} MB.`,
      h("br", {}),
      ...["In PyTorch? Without any file, from Python: ", h("code", {}, SAVE)],
    ];
  }

  #buildWay() {
    this.wayWords = h("span", { role: "status" });
    this.bar = h("progress", { max: "1", value: "0", "aria-label": "How far it is" });
    const cancel = h("button", { type: "button", class: "quiet", "data-role": "cancel-model", onclick: () => this.#cancel() }, "Cancel");
    this.way = h("div", { class: "way", hidden: true }, this.wayWords, this.bar, cancel);
  }

  #buildCard(choose) {
    this.head = h("b", { "data-role": "model-head" });
    this.list = h("ul", { class: "files", "data-role": "model-list" });
    this.say = h("p", { class: "say", role: "status", "data-role": "model-says", hidden: true });
    this.body = h("div", { hidden: true });
    this.addButton = iconButton("plus", { "data-role": "add-file", onclick: choose }, "Add a file");
    const letGo = iconButton("close", { "data-role": "let-go", onclick: () => this.drop() }, "Let go");
    const head = h("div", { class: "head" }, h("div", {}, this.head, this.list), h("span", { class: "tools" }, this.addButton, letGo));
    this.card = h("div", { class: "card", hidden: true }, head, this.say, this.body);
  }
}
