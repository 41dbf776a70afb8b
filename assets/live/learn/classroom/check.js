/**
 * What is looked at before a class: its address, whether messages come back, what thirty phones take, and cameras.
 * @module
 */

import { h, icon } from "../../shared/page/dom.js";
import { qrCode } from "../../shared/keeping/qr.js";
import { house } from "../../shared/wire/house.js";
import { checkAddress, classOrigin, socketAddress } from "./address.js";
import { RoomClient } from "./client.js";
import { word } from "./kept.js";

const PHONES = 30;
const PATIENCE = 10000; // ms

export class Check {
  /** @param {HTMLElement} root @param {any} data */
  constructor(root, data) {
    Object.assign(this, { data, words: data.room });
    /** @type {RoomClient[]} */
    this.clients = [];
    this.lines = h("ul", { class: "checks" });
    const others = Object.entries(data.languages).filter(([language]) => language !== data.language);
    const links = others.map(([language, name]) =>
      h("a", { lang: language, hreflang: language, target: "_self", href: checkAddress(data.base, language) }, name));
    const lead = h("p", { class: "lead" }, this.words.checkLead, " ", ...links);
    this.page = h("div", { class: "learn check", lang: data.language, "data-role": "checks" }, lead, this.lines);
    root.append(this.page);
    this.#address();
    this.#socket();
    this.#load();
    this.#camera();
  }

  destroy() {
    this.clients.forEach((client) => client.close());
    this.page.remove();
  }

  /** A line of the list: what is looked at, and what was found. @param {string} name */
  #line(name, title) {
    const mark = h("span", { class: "mark" });
    const told = h("div", { class: "told", role: "status", "data-role": `told-${name}` });
    const line = h("li", { "data-check": name }, mark, h("h2", {}, title), told);
    this.lines.append(line);
    return (well, ...found) => {
      line.dataset.well = String(well);
      mark.replaceChildren(icon(well ? "check" : "close"), h("span", { class: "unseen" }, well ? this.words.well : this.words.ill));
      told.replaceChildren(...found.filter(Boolean));
    };
  }

  async #address() {
    const { data, words } = this;
    const tell = this.#line("address", words.checkAddress);
    const reach = await house.fetch(`${data.base}api/reach`).then((response) => response.json()).catch(() => ({ lan: null, open: true }));
    const found = classOrigin(location, reach);
    if ("problem" in found) return tell(false, h("p", {}, words[found.problem]));
    const address = `${found.origin}${data.base}learn`;
    tell(true, h("p", { class: "address" }, address), qrCode(address, words.scan.replace("{address}", address)));
  }

  /** Open a room for trying things out; it ends with them. */
  async #room() {
    const { base, lessons } = this.data;
    const response = await house.fetch(`${base}api/rooms?lesson=${lessons[0].name}`, { method: "POST" });
    if (!response.ok) throw new Error("no room");
    return response.json();
  }

  /** A window in that room, as a promise of what `until` returns of its states. */
  #window(code, hello, until) {
    return new Promise((resolve, reject) => {
      const onState = (state) => {
        const found = until(state, client);
        if (found !== undefined) resolve(found);
      };
      const url = socketAddress(location, this.data.base, code, word(), this.data.language);
      const client = new RoomClient(url, { hello, onState, onGone: reject });
      this.clients.push(client);
    });
  }

  async #trying(act) {
    const late = new Promise((_, reject) => setTimeout(reject, PATIENCE));
    try {
      const { code, key } = await Promise.race([this.#room(), late]);
      try {
        return await act(code, late);
      } finally {
        const end = ({ part }, client) => (part === "leads" ? (client.say({ do: "end" }), true) : undefined);
        await Promise.race([this.#window(code, { do: "watch", key }, end), late]);
      }
    } finally {
      this.clients.splice(0).forEach((client) => client.close());
    }
  }

  async #socket() {
    const { words } = this;
    const tell = this.#line("socket", words.checkSocket);
    let began = 0;
    const answered = (state, client) => {
      if (state.mine === 0) return performance.now() - began;
      if (!began) {
        began = performance.now();
        client.vote(0);
      }
      return undefined;
    };
    try {
      const took = await this.#trying((code, late) => Promise.race([this.#window(code, null, answered), late]));
      tell(true, h("p", {}, words.socketWell.replace("{ms}", took.toFixed(0))));
    } catch {
      tell(false, h("p", {}, words.socketIll));
    }
  }

  #load() {
    const { words } = this;
    const tell = this.#line("load", words.checkLoad);
    const begin = h("button", { type: "button", class: "quiet", "data-role": "try", onclick: async () => {
      tell(true, h("p", {}, words.loadBusy));
      const [counted, took] = await this.#thirty();
      const well = counted === PHONES;
      tell(well, h("p", {}, well ? words.loadWell.replace("{ms}", took.toFixed(0)) : words.loadIll.replace("{n}", String(counted))), begin);
    } }, words.loadAsk);
    tell(true, begin);
  }

  /** Let thirty windows vote at once. @returns {Promise<[number, number]>} how many were counted, ms until the last was */
  async #thirty() {
    let counted = 0;
    let began = 0;
    try {
      return await this.#trying(async (code, late) => {
        const all = [];
        // One after the other: a browser makes its own windows wait for seconds where many connect at a time.
        while (all.length < PHONES) all.push(await Promise.race([this.#window(code, null, (_, client) => client), late]));
        began = performance.now();
        const done = all.map((client, i) => new Promise((resolve) => {
          client.onState = ({ mine }) => mine !== null && resolve((counted += 1));
          client.vote(i % client.state.options.length);
        }));
        await Promise.race([Promise.all(done), late]);
        return [counted, performance.now() - began];
      });
    } catch {
      return [counted, 0];
    }
  }

  #camera() {
    const { words } = this;
    const tell = this.#line("camera", words.checkCamera);
    const may = Boolean(navigator.mediaDevices?.getUserMedia);
    const phones = location.protocol !== "https:" && h("p", {}, words.cameraPhones);
    tell(may, h("p", {}, may ? words.cameraWell : words.cameraIll), phones);
  }
}
