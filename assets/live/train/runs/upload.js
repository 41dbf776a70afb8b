/**
 * A run brought along: a zip, chosen or dropped, on its way to the server.
 * @module
 */

import { h, iconButton } from "../../shared/page/dom.js";
import { catchDrops } from "../../shared/page/drops.js";
import { send, short, sizeWords, whyNot } from "../../shared/wire/transfer.js";

const RULE = { ends: [".zip"], wanted: "a run's zip" };

export class RunUpload {
  /** @param {{base: string, onAdded: (name: string) => void, sender?: typeof send}} options */
  constructor({ base, onAdded, sender = send }) {
    Object.assign(this, { base, onAdded, sender });
    this.input = h("input", { type: "file", accept: ".zip,application/zip", hidden: true, "data-role": "run-file", onchange: () => this.#chosen() });
    this.button = iconButton(
      "upload",
      {
        "data-role": "upload-run",
        title: "A run downloaded here or elsewhere; it can also be dropped on the list",
        onclick: () => this.input.click(),
      },
      "Upload a run",
    );
    this.words = h("span", {});
    this.bar = h("progress", { max: "1", value: "0", "aria-label": "Sent" });
    this.way = h(
      "div",
      { class: "way", hidden: true },
      this.words,
      this.bar,
      h("button", { type: "button", class: "quiet", onclick: () => this.cancel() }, "Cancel"),
    );
    this.notice = h("p", { class: "refused", role: "status", "data-role": "run-refused", hidden: true });
    this.element = h("div", { class: "run-upload" }, this.input, this.way, this.notice);
  }

  /** Take what is dropped on an element. */
  catches(element) {
    catchDrops(element, ({ files }) => files.length && this.upload(files[0]));
  }

  cancel() {
    this.sending?.abort();
  }

  destroy() {
    this.cancel();
  }

  #chosen() {
    const [file] = this.input.files;
    this.input.value = ""; // so that the same file can be chosen again
    if (file) this.upload(file);
  }

  /** @param {File} file */
  async upload(file) {
    this.cancel();
    const why = whyNot(file, RULE);
    this.#say(why);
    if (why) return;
    const sending = (this.sending = new AbortController());
    this.#progress(file, 0);
    try {
      const { name } = await this.sender(`${this.base}api/runs`, file, { signal: sending.signal, onProgress: (share) => this.#progress(file, share) });
      this.onAdded(name);
    } catch (error) {
      if (error.name !== "AbortError") this.#say(error.message);
    }
    if (this.sending === sending) this.way.hidden = true;
  }

  #progress(file, share) {
    this.way.hidden = false;
    this.words.textContent = share < 1 ? `Sending ${short(file.name)}, ${sizeWords(file.size)}` : `Checking ${short(file.name)}`;
    if (share < 1) this.bar.value = share;
    else this.bar.removeAttribute("value"); // how long checking takes nobody knows
  }

  #say(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
  }
}
