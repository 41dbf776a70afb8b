/**
 * The direction from one group to another: how strong it is, and what it does to a picture.
 * @module
 */
import { figure, percent } from "../words/numbers.js";
import { DIRECTIONS, applied, direction } from "./groups.js";
import { h, iconButton } from "../page/dom.js";
import { tick } from "./geometry.js";
import { paintTiles } from "../views/tiles.js";
import { drawnAs, tileOf } from "../views/view.js";
import { capital, withArticle } from "../words/names.js";

/** @typedef {import("./grouppanel.js").Group} Group */

const REACH = 2; // times the direction, either way
const STEPS = [-2, -1, 0, 1, 2]; // of the strip
const TILE = 112; // pixels a picture of the strip is drawn with, in whole multiples of its own

/** Write a number of times a direction is taken, with its sign. */
const times = (amount) => `${amount > 0 ? "+" : ""}${figure(amount)}`;

/**
 * Say how strongly a direction parts its groups: what matters most, and the rest.
 * @param {import("./groups.js").Direction} direction
 * @returns {[string, string]}
 */
export function speakStrength({ length, strength, random, exceeds, chance }, from, to) {
  if (length === 0) return ["", `${from} and ${to} have the same mean code: there is no direction between them.`];
  if (strength === null) return ["", "The groups have too few different points to say how strong the direction is."];
  const few = chance > 0.5 * strength;
  const warning = few ? ` Careful: groups this small differ by about ${figure(chance)} by chance alone.` : "";
  const stronger = exceeds === 1 ? `all ${DIRECTIONS}` : `${percent(exceeds)} of ${DIRECTIONS}`;
  return [
    `${figure(strength)} standard deviations apart`,
    `, more than along ${stronger} random directions (95 % of them: below ${figure(random.p95)}).${warning}`,
  ];
}

export class DirectionPanel {
  /** @param {object} options as for `Groups` */
  constructor({ codes, view, decode, original }) {
    Object.assign(this, { codes, view, decode, original });
    /** @type {Group[]} */
    this.groups = [];
    this.amount = 1; // there the mean of the first group becomes that of the second
    this.source = "group";
    this.#build();
  }

  /** Take the groups as they are now; of two new ones, go from the one to the other. @param {Group[]} groups */
  show(groups) {
    const isNew = groups.some((group) => !this.groups.includes(group));
    this.groups = [...groups];
    this.element.hidden = groups.length < 2;
    if (groups.length < 2) return;
    if (isNew) [this.from, this.to] = groups.slice(-2);
    const other = (taken) => groups.find((group) => group !== taken);
    if (!groups.includes(this.from)) this.from = other(this.to);
    if (!groups.includes(this.to)) this.to = other(this.from);
    this.#measure();
  }

  /** Say the groups' names again: one has another. */
  rename() {
    if (this.groups.length < 2) return;
    this.#fillWays();
    this.#say();
    this.#fillSources();
  }

  /** Say that the picture at hand may be another one. */
  refresh() {
    if (this.groups.length < 2) return;
    const { z, name } = this.#start();
    const same = name === this.begun?.name && z.length === this.begun.z.length && this.begun.z.every((value, k) => value === z[k]);
    if (same) this.#fillSources();
    else this.#ask();
  }

  #fillWays() {
    for (const [select, chosen] of [[this.fromSelect, this.from], [this.toSelect, this.to]]) {
      select.replaceChildren(...this.groups.map(({ id, name }) => h("option", { value: id }, name)));
      select.value = String(chosen.id);
    }
  }

  #choose(which, group) {
    const other = which === "from" ? "to" : "from";
    if (this[other] === group) this[other] = this[which]; // to itself leads nowhere: the two change places
    this[which] = group;
    this.#measure();
  }

  #measure() {
    this.direction = direction(this.from.indices, this.to.indices, this.codes);
    this.#fillWays();
    this.#say();
    this.#ask();
  }

  #say() {
    const [strong, rest] = speakStrength(this.direction, this.from.name, this.to.name);
    this.sentence.replaceChildren(...(strong ? [h("b", {}, strong), rest] : [rest]));
  }

  /** Offer what the direction can be applied to. */
  #fillSources() {
    const hand = this.original();
    const asks = `${withArticle(drawnAs(this.view).noun)}: ${this.view.pixels ? "draw" : "upload"} one, or click a point`;
    const offered = JSON.stringify([this.from.name, hand?.name, this.source]);
    if (offered === this.offered) return; // an open list stays open
    this.offered = offered;
    this.sourceSelect.replaceChildren(
      h("option", { value: "group" }, `the mean of ${this.from.name}`),
      h("option", { value: "hand", disabled: !hand }, hand ? hand.name : asks),
    );
    this.sourceSelect.value = this.source === "hand" && hand ? "hand" : "group";
  }

  /** The code that the direction starts from, and its name. */
  #start() {
    const hand = this.source === "hand" ? this.original() : null;
    return hand ?? { z: this.from.summary.mean, name: `the mean of ${this.from.name}` };
  }

  /** Ask for the strip and the picture. */
  #ask() {
    this.#fillSources();
    const { dims } = this.codes;
    const { z, name } = this.#start();
    this.begun = { z: Array.from(z), name };
    const codes = new Float32Array(STEPS.length * dims);
    STEPS.forEach((amount, i) => codes.set(applied(z, this.direction.vector, amount), i * dims));
    this.#move(this.amount);
    this.decode(codes, STEPS.length, (images) => this.#drawStrip(images), "strip");
  }

  #move(amount) {
    this.amount = amount;
    const { z, name } = this.#start();
    this.slider.value = String(amount);
    this.slider.style.setProperty("--at", String((amount + REACH) / (2 * REACH)));
    this.slider.setAttribute("aria-valuetext", `${times(amount)} times the direction`);
    this.reading.textContent = `${times(amount)} ×`;
    this.picture.setAttribute("aria-label", `${capital(drawnAs(this.view).noun)} decoded at ${name} and ${times(amount)} times the direction`);
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(STEPS[i] === amount)));
    this.decode(applied(z, this.direction.vector, amount), 1, (images) => this.#drawPicture(images), "directed");
  }

  #drawPicture(images) {
    this.picture.parentElement.classList.remove("blank");
    this.view.paint(this.picture, images);
    this.picture.dispatchEvent(new CustomEvent("painted"));
  }

  #drawStrip(images) {
    const tile = tileOf(this.view, Math.max(TILE, this.view.width, this.view.height));
    const one = (i) => images.subarray(i * this.view.size, (i + 1) * this.view.size);
    this.buttons.forEach(({ firstChild: canvas }, i) => paintTiles(canvas, this.view, one(i), 1, { tile, columns: 1 }));
  }

  #build() {
    this.sentence = h("p", { class: "strength", role: "status", "data-role": "strength" });
    this.element = h("div", { class: "direction", hidden: true }, h("h2", {}, "Direction"), this.#ways(), this.sentence, this.#dial(), this.#strip());
  }

  #ways() {
    const select = (which) => {
      const chosen = (event) => this.#choose(which, this.groups.find(({ id }) => id === Number(event.target.value)));
      return h("select", { "data-role": `direction-${which}`, "aria-label": `Direction ${which}`, onchange: chosen });
    };
    this.fromSelect = select("from");
    this.toSelect = select("to");
    const words = "The other way round";
    const swap = iconButton("swap", { class: "bare", "data-role": "swap", title: words, "aria-label": words, onclick: () => this.#choose("from", this.to) });
    return h("div", { class: "ways" }, h("label", {}, h("span", {}, "from"), this.fromSelect), swap, h("label", {}, h("span", {}, "to"), this.toSelect));
  }

  #dial() {
    this.picture = h("canvas", { class: "pixels", "data-role": "directed", role: "img" });
    this.reading = h("output", { "aria-hidden": "true" });
    this.slider = h("input", {
      type: "range",
      class: "range",
      "data-role": "amount",
      min: -REACH,
      max: REACH,
      step: 0.05,
      "aria-label": "How much of the direction",
    });
    this.slider.style.setProperty("--zero", "0.5");
    this.slider.addEventListener("input", () => this.#move(Number(this.slider.value)));
    this.sourceSelect = h("select", { "data-role": "direction-source" });
    this.sourceSelect.addEventListener("change", () => {
      this.source = this.sourceSelect.value;
      this.#ask();
    });
    return h(
      "div",
      { class: "apply" },
      h("div", { class: "tile blank" }, this.picture),
      h("div", { class: "dial" }, h("label", {}, h("span", {}, "Applied to"), this.sourceSelect), h("div", { class: "amount" }, this.slider, this.reading)),
    );
  }

  #strip() {
    this.buttons = STEPS.map((amount) => {
      const words = tick(amount).replace(".0", "").replace(/^(?=[1-9])/, "+");
      const canvas = h("canvas", { "aria-hidden": "true", width: 1, height: 1 });
      const label = `${words} times the direction`;
      return h(
        "button",
        { type: "button", "aria-label": label, title: label, onclick: () => this.#move(amount) },
        canvas,
        h("span", { "aria-hidden": "true" }, words),
      );
    });
    return h("div", { class: "directed-strip", "data-role": "directed-strip", role: "group", "aria-label": "Along the direction" }, ...this.buttons);
  }
}
