/**
 * Home's line: a picture that one draws or chooses, and the whole machine on its way to another picture.
 * @module
 */

import { h } from "../shared/page/dom.js";
import { doorway } from "../shared/page/door.js";
import { formatCode } from "../shared/keeping/links.js";
import { LivingLine } from "../shared/line/living.js";
import { codeOf } from "../shared/line/machine.js";
import { nearby } from "../shared/net/near.js";
import { Sketch } from "../shared/views/sketch.js";
import { readStarts } from "../shared/views/starts.js";
import { viewOf } from "../shared/views/view.js";
import { house } from "../shared/wire/house.js";
import { LiveSocket, address } from "../shared/wire/socket.js";
import { round } from "../shared/words/numbers.js";

const CHOICES = 10; // things beneath the line
const FIRST = 7; // the one to begin with: of digits, a seven, which two numbers redraw well

/** The address of a place on Explore. */
export const placeOnExplore = (base, model, z) => `${base}explore?model=${encodeURIComponent(model)}&z=${formatCode(z)}`;

class Hero {
  /** @param {HTMLElement} root @param {any} data @param {import("../shared/views/view.js").View} view */
  constructor(root, data, view) {
    Object.assign(this, { data, view });
    this.note = h("p", { class: "note", role: "status", hidden: true });
    const onState = (open) => this.#say(open ? "" : "The server does not answer. Trying again…");
    this.socket = new LiveSocket(address(data.base, location), { onState });
    this.starts = data.images ? readStarts(data.images, view) : [];
    nearby(this.socket, data);
    const says = { onSay: (sentence) => this.#say(sentence), onRest: (machine) => this.#leadFrom(machine) };
    this.living = new LivingLine({ data, view, socket: this.socket, input: this.#input(), ...says });
    this.page = h("div", { class: "hero", "data-model": data.model }, this.living.element, this.note, this.#choices());
    root.append(this.page);
    const first = this.starts[FIRST] ?? this.starts[0];
    if (first && this.living.line.encodes) this.pick(first);
    else this.living.again();
    this.living.play();
  }

  destroy() {
    this.living.destroy();
    this.sketch?.destroy();
    this.socket.close();
    this.page.remove();
  }

  /** Begin with one of the things. @param {import("../shared/views/starts.js").Start} start */
  pick(start) {
    this.picked = start;
    this.buttons.forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.image) === start.index)));
    if (this.sketch) this.sketch.show(start.pixels);
    else this.#take(start.pixels, start.label);
  }

  /** A pad, where things can be drawn by hand. */
  #input() {
    const { view, data } = this;
    if (!view.pixels || !data.can.includes("encode")) return undefined;
    this.sketch = new Sketch({
      view,
      ground: data.ground,
      base: data.base,
      model: data.model,
      purpose: "to put in",
      onPicture: (pixels, { how }) => this.#sketched(pixels, how),
      onSay: (sentence) => this.#say(sentence),
    });
    return this.sketch.element;
  }

  /** What is drawn goes in while the pen moves; what was chosen goes in as it is. */
  #sketched(pixels, how) {
    if (!this.living || !pixels) return;
    const chosen = how === "upload" && this.picked;
    if (!chosen) {
      this.picked = null;
      this.buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    }
    this.#take(chosen ? chosen.pixels : pixels, chosen ? chosen.label : "");
    if (chosen) this.picked = null; // whatever lies on the pad next is something else
  }

  #take(pixels, label) {
    const known = this.data.given ? this.data.given.choices.indexOf(label) : -1;
    if (!this.sketch) this.living.line.showInput(pixels);
    this.living.take(pixels, known < 0 ? undefined : known);
  }

  /** Things to begin with, and the way on. */
  #choices() {
    const shown = this.living.line.encodes ? this.starts.slice(0, CHOICES) : [];
    this.buttons = shown.map((start) => {
      const canvas = h("canvas", { "aria-hidden": "true" });
      this.view.paint(canvas, start.pixels);
      const name = `Put in ${this.view.words.noun} ${start.index}${start.label && `, ${start.label}`}`;
      const named = { type: "button", "data-image": start.index, title: name, "aria-label": name };
      return h("button", { ...named, "aria-pressed": "false", onclick: () => this.pick(start) }, canvas);
    });
    const { base, model, latent } = this.data;
    const here = house.alone ? "Turn these numbers" : "Explore from here"; // a file has no other page
    // It goes from where the machine stands when it is pressed, which may not have come to rest yet.
    const onclick = () => this.#leadFrom(this.living.machine);
    this.link = h("a", { "data-role": "explore-here", href: placeOnExplore(base, model, latent.home), onclick }, here);
    const words = shown.length > 0 && h("span", { class: "fine" }, "Or put in one of these");
    return h("div", { class: "choices" }, words, h("div", { class: "film" }, ...this.buttons), this.link);
  }

  #leadFrom(machine) {
    this.link.href = placeOnExplore(this.data.base, this.data.model, codeOf(machine).map(round));
  }

  #say(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }
}

async function load({ parentElement, data }) {
  const view = await viewOf(data.item);
  return () => new Hero(parentElement, data, view);
}

export default doorway({ load, leadsTo: (door, { model, checksum }) => door.data.model === model && door.data.checksum === checksum });
