/**
 * Data of one's own: a file is sent, looked at together, and becomes a data set.
 *
 * Streamlit is told "added" with a name when a set has come, and "changed" when one has gone.
 * @module
 */

import { filesOfAll } from "./kinds/kinds.js";
import { addingWords, dropProblem } from "./words.js";
import { Sent } from "../shared/keeping/sent.js";
import { h, icon, iconButton } from "../shared/page/dom.js";
import { catchDrops } from "../shared/page/drops.js";
import { sentenceOf } from "../shared/wire/frame.js";
import { OwnSets } from "./ownsets.js";
import { PreviewPanel } from "./preview.js";
import { leftOut } from "./seen.js";
import { send, short, sizeWords, whyNot } from "../shared/wire/transfer.js";

const PAUSE = 500; // ms between questions while a set is being made
const ENDS = [".zip", ".npz", ".npy", ".csv", ".tsv", ".txt", ".smi", "ubyte", "ubyte.gz", ".npy.gz"]; // MNIST's own files have no suffix
const SENT = new Sent("latentUpload");
const AWAY = "The server did not answer; try again.";

/** @type {WeakMap<object, AddData>} */
const views = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function adddata({ parentElement, data, setTriggerValue }) {
  const view = views.get(parentElement);
  const page = { added: (name) => setTriggerValue("added", name), changed: () => setTriggerValue("changed", true) };
  if (view) view.data = data;
  else views.set(parentElement, new AddData(parentElement, data, page));
  return () => {
    views.get(parentElement)?.destroy();
    views.delete(parentElement);
  };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What can be dropped, as the parts of a paragraph. @param {number | null} limit megabytes */
const told = (limit) => [
  ...filesOfAll().map((part) => (typeof part === "string" ? part : h(...part))),
  limit ? ` Up to ${limit.toLocaleString("en-GB")} MB.` : "",
];

export class AddData {
  /**
   * @param {HTMLElement} root
   * @param {{base: string, limit_mb: number}} data base: the server's base path, starting and ending with a slash
   * @param {{added: (name: string) => void, changed: () => void}} page
   */
  constructor(root, data, page) {
    Object.assign(this, { root, data, page });
    this.#build();
    this.#again();
  }

  destroy() {
    this.gone = true;
    this.sending?.abort();
    this.preview?.destroy();
    this.element.remove();
  }

  /** Ask the server; a refusal is an error with its sentence. */
  ask = async (path, more = {}, method = "GET") => {
    const response = await fetch(`${this.data.base}api/${path}?${new URLSearchParams(more)}`, { method, cache: "no-store" }).catch(() => {
      throw new Error(AWAY);
    });
    if (!response.ok) throw Object.assign(new Error(await sentenceOf(response)), { status: response.status });
    return response.json();
  };

  // A file on its way.

  /** @param {File} file */
  async upload(file) {
    this.sending?.abort();
    const why = whyNot(file, { ends: ENDS, megabytes: this.data.limit_mb, wanted: "a .zip, .npz, .npy, .csv or a file of MNIST's kind" });
    this.#refuse(why);
    if (why) return;
    const sending = (this.sending = new AbortController());
    this.#onItsWay(file, 0);
    try {
      const address = `${this.data.base}api/upload?${new URLSearchParams({ filename: file.name })}`;
      const answer = await send(address, file, { signal: sending.signal, onProgress: (share) => this.#onItsWay(file, share) });
      if (!this.gone) this.#look(answer);
    } catch (error) {
      if (this.sending !== sending || this.gone) return; // another file came meanwhile
      this.#stage("zone");
      this.#refuse(error.name === "AbortError" ? "" : error.message);
      this.button.focus();
    }
  }

  #onItsWay(file, share) {
    this.#stage("way");
    this.wayWords.textContent =
      share < 1 ? `Sending ${short(file.name)}, ${sizeWords(share * file.size)} of ${sizeWords(file.size)}` : `Looking into ${short(file.name)}`;
    if (share < 1) this.bar.value = share;
    else this.bar.removeAttribute("value"); // how long looking takes nobody knows
  }

  // What was sent.

  #look({ upload, filename, bytes, preview }) {
    this.token = upload;
    SENT.remember({ upload });
    this.preview?.destroy();
    this.preview = new PreviewPanel({
      filename,
      bytes,
      preview,
      taken: () => this.sets.names,
      limits: () => this.sets.limits,
      onLook: (choices) => this.ask("upload", { upload, ...choices }).then((answer) => answer.preview),
      onAdd: (choices) => this.#add(choices),
      onDrop: () => this.#drop(),
    });
    this.found.replaceChildren(this.preview.element);
    this.#stage("found");
    this.preview.begin();
  }

  /** Let go of what was sent. */
  #drop() {
    const { token } = this;
    if (token) this.ask("datasets", { action: "drop", upload: token }, "POST").catch(() => {}); // the server sweeps it up later
    this.#clear();
    this.button.focus();
  }

  #clear() {
    this.token = null;
    SENT.remember(null);
    this.preview?.destroy();
    this.preview = null;
    this.#stage("zone");
  }

  // A set in the making.

  async #add(choices) {
    const { token } = this;
    this.preview.busy(true);
    try {
      const progress = await this.ask("datasets", { action: "add", upload: token, ...choices }, "POST");
      SENT.remember({ upload: token, name: progress.name });
      await this.#follow(progress);
    } catch (error) {
      if (!this.gone) this.preview?.refuse(error.message);
    }
  }

  /** Ask how far it is until it is there, or not. */
  async #follow(progress) {
    for (let failures = 0; ; ) {
      if (this.gone) return;
      this.#making(progress);
      if (progress.state !== "adding") break;
      await pause(PAUSE * 2 ** Math.min(failures, 3));
      try {
        progress = await this.ask("datasets/progress", { name: progress.name });
        failures = 0;
      } catch (error) {
        if (error.status) throw error;
        failures += 1; // the server is away for a moment; it goes on by itself
      }
    }
    if (progress.state === "done") this.#done(progress);
    else this.preview?.refuse(progress.error || "Nothing was added.");
  }

  #making(progress) {
    this.preview?.making(progress.state === "adding" ? progress : null, addingWords(progress, this.preview.preview.things), () =>
      this.ask("datasets", { action: "cancel", name: progress.name }, "POST").catch(() => {}),
    );
  }

  #done({ name, left_out: left }) {
    if (this.token) this.ask("datasets", { action: "drop", upload: this.token }, "POST").catch(() => {});
    this.#clear();
    const sentence = h("p", { role: "status" }, h("b", {}, h("bdi", {}, name)), " is a data set now. It is chosen above: press Start to train on it.");
    this.welcome.replaceChildren(icon("check"), h("div", {}, sentence, ...[leftOut(left)].filter(Boolean)));
    this.welcome.hidden = false;
    this.sets.refresh(name);
    this.page.added(name);
  }

  /** Go on where this window was before it was loaded anew. */
  async #again() {
    const kept = SENT.recall();
    if (!kept?.upload) return;
    try {
      const answer = await this.ask("upload", { upload: kept.upload });
      if (this.gone || this.sending) return; // something was sent meanwhile
      this.#look(answer);
    } catch {
      SENT.remember(null); // swept up, or added
      return;
    }
    if (!kept.name) return;
    try {
      const progress = await this.ask("datasets/progress", { name: kept.name });
      this.preview.choose(kept.name);
      this.preview.busy(true);
      await this.#follow(progress);
    } catch {
      this.preview?.busy(false);
    }
  }

  // What is shown.

  #stage(name) {
    this.element.dataset.stage = name;
    this.zone.hidden = name !== "zone";
    this.way.hidden = name !== "way";
    this.found.hidden = name !== "found";
    if (name !== "zone") this.welcome.hidden = true;
  }

  #refuse(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
    if (sentence) this.welcome.hidden = true;
  }

  #build() {
    const chosen = () => {
      const [file] = this.input.files;
      this.input.value = ""; // so that the same file can be chosen again
      if (file) this.upload(file);
    };
    this.input = h("input", { type: "file", hidden: true, "data-role": "data-file", onchange: chosen });
    this.button = iconButton("upload", { class: "quiet first", "data-role": "choose-data", onclick: () => this.input.click() }, "Choose a file");
    const lead = h("p", { class: "lead" }, h("b", {}, "Drop a file here"), h("span", {}, " or "), this.button);
    this.zone = h("div", { class: "zone", "data-role": "data-zone" }, lead, h("p", { class: "fine" }, ...told(this.data.limit_mb)));
    this.notice = h("p", { class: "refused", role: "status", "data-role": "data-refused", hidden: true });
    this.welcome = h("div", { class: "welcome", "data-role": "data-added", hidden: true });
    this.wayWords = h("span", {});
    this.bar = h("progress", { max: "1", value: "0", "aria-label": "Sent" });
    this.way = h(
      "div",
      { class: "way", hidden: true },
      this.wayWords,
      this.bar,
      h("button", { type: "button", class: "quiet", "data-role": "cancel-upload", onclick: () => this.sending?.abort() }, "Cancel"),
    );
    this.found = h("div", { class: "found", hidden: true });
    this.sets = new OwnSets({ ask: this.ask, onDeleted: () => this.page.changed() });
    this.element = h(
      "section",
      { class: "brought add-data", "aria-label": "Data of your own" },
      this.input,
      this.notice,
      this.zone,
      this.way,
      this.found,
      this.welcome,
      this.sets.element,
    );
    catchDrops(this.element, (drop) => {
      const why = dropProblem(drop.items, drop.files);
      if (why) this.#refuse(why);
      else if (drop.files.length) this.upload(drop.files[0]);
    });
    this.#stage("zone");
    this.root.append(this.element);
  }
}
