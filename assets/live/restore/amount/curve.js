/**
 * What is measured over the amount, for all methods, on 200 things: asked amount after amount, and drawn as it grows.
 * @module
 */

import { classColour, css } from "../../shared/draw/colours.js";
import { h, iconButton, setAttributes } from "../../shared/page/dom.js";
import { sentenceOf } from "../../shared/wire/frame.js";
import { AMOUNTS, curveCsv, drawn, groundWords, linesOf, nearestAmount, nextOf, pathOf, scaleFor, spread } from "./curvedata.js";
import { figureOf, goodness } from "../words.js";
import { tickTexts } from "../../shared/draw/axes.js";
import { giveText } from "../../shared/keeping/saving.js";

const PAUSE = 700; // ms without a movement until the next amount is asked for: it takes the server a second
const AGAIN = 4000; // ms until an amount is asked for again that could not be had
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 168, 28, 40]; // in pixels of letters of 14, as all of the drawing is
const [TALL, LETTERS] = [316, 14];
const SPOILED = "corrupted"; // the line of doing nothing
const SHORT = 5; // letters that a unit may have beside the axis
const LABEL = 15; // pixels between the names of lines
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 2", "1 3", "12 4"];

/** @typedef {{name: string, title: string, model: string, method: string}} Asked a line: what is asked for, under which name */

export class Curve {
  /**
   * @param {object} options
   * @param {string} options.base
   * @param {import("../words.js").Measure} options.measure what is measured
   * @param {string} options.nouns of what
   * @param {(amount: number) => void} options.onAmount an amount was pressed
   */
  constructor({ base, measure, nouns, onAmount }) {
    Object.assign(this, { base, measure, nouns, onAmount });
    /** @type {Map<string, Map<number, Record<string, number | null>>>} */
    this.kept = new Map();
    /** @type {Map<string, import("./curvedata.js").Ground>} */
    this.grounds = new Map();
    this.amount = 0;
    this.visible = false;
    this.#build();
    this.#listen();
  }

  #build() {
    this.svg = shape("svg", { "aria-hidden": "true" });
    this.plot = h(
      "div",
      {
        class: "plot",
        tabindex: "0",
        role: "slider",
        "data-role": "curve",
        "aria-label": `Mean ${this.measure.title} over the amount. Arrow keys read it; Enter sets the amount`,
        "aria-valuemin": "0",
        "aria-valuemax": "1",
        "aria-valuenow": "0",
      },
      this.svg,
    );
    this.over = h("small", {}, `${this.measure.better} is better`);
    this.words = h("p", { class: "fine", "data-role": "curve-words" });
    this.readout = h("div", { class: "readout", "data-role": "curve-readout" });
    this.table = h("table");
    this.csv = iconButton("save", { "data-role": "curve-csv", onclick: () => this.#save() }, "CSV");
    this.element = h(
      "section",
      { class: "curve" },
      h("h2", {}, h("span", {}, `${this.measure.title} over the amount`), this.over, this.csv),
      h("div", { class: "drawn" }, this.plot, this.readout),
      this.words,
      h(
        "details",
        { class: "figures" },
        h("summary", {}, "The curve as a table"),
        h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The curve as a table" }, this.table),
      ),
    );
  }

  /**
   * Take what is to be compared: another corruption, model or second model has another curve.
   * @param {{corruption: string, title: string, meaning: string, lines: Asked[], why: string}} what why: why there is no curve, or empty
   */
  show(what) {
    const key = JSON.stringify([what.corruption, what.lines]);
    if (key === this.key) return;
    Object.assign(this, { key, what, refused: "", reading: null });
    this.asking?.abort();
    this.asking = null;
    this.#draw();
    this.#soon();
  }

  /** Mark the present amount; where the hand moves, nothing is asked for now. */
  mark(amount) {
    if (amount === this.amount) return;
    this.amount = amount;
    if (!this.visible) return; // it is marked, and measured, once it is in sight
    this.#markNow();
    if (this.key) this.#soon();
  }

  destroy() {
    this.gone = true;
    this.asking?.abort();
    clearTimeout(this.timer);
    this.seen.disconnect();
    this.wide.disconnect();
  }

  get #measured() {
    if (!this.kept.has(this.key)) this.kept.set(this.key, new Map());
    return this.kept.get(this.key);
  }

  #soon(after = PAUSE) {
    clearTimeout(this.timer);
    if (!this.gone) this.timer = setTimeout(() => this.#ask(), after);
  }

  async #ask() {
    if (!this.visible || this.asking || !this.what || this.what.why) return;
    const next = this.#next();
    if (!next) return;
    const { key } = this;
    const { amount, lines } = next;
    const asking = (this.asking = new AbortController());
    try {
      const methods = lines.map(({ method }) => method).filter((method) => method !== SPOILED);
      const answer = await this.#fetch(lines[0].model, amount, methods, asking.signal);
      if (key !== this.key) return;
      this.grounds.set(lines[0].model, { clean: answer.clean, images: answer.images });
      this.refused = "";
      const of = (method) => (method === SPOILED ? answer.spoiled : answer.restored[method]);
      const found = lines.map(({ name, method }) => [name, drawn(this.measure, of(method))]);
      this.#measured.set(amount, { ...this.#measured.get(amount), ...Object.fromEntries(found) });
    } catch (error) {
      if (asking.signal.aborted) return;
      this.refused = error.sentence ?? "The server does not answer; the curve goes on when it does.";
    } finally {
      if (this.asking === asking) this.asking = null;
    }
    if (this.gone || key !== this.key) return;
    this.#draw();
    this.#soon(this.refused ? AGAIN : 0);
  }

  #next() {
    return nextOf(this.what.lines, this.#measured);
  }

  async #fetch(model, amount, methods, signal) {
    const query = new URLSearchParams({ model, corruption: this.what.corruption, amount: String(amount) });
    for (const method of methods) query.append("method", method);
    const response = await fetch(`${this.base}api/curve?${query}`, { signal });
    if (!response.ok) throw Object.assign(new Error(), { sentence: await sentenceOf(response) });
    return response.json();
  }

  // Drawing.

  #draw() {
    const { what } = this;
    const { amounts, lines } = linesOf(what.lines, this.#measured);
    Object.assign(this, { amounts, lines });
    const none = what.why || this.refused;
    const count = this.#next() ? amounts.length : AMOUNTS.length;
    const { title, unit, better, exact } = this.measure;
    const ground = groundWords(this.grounds, [...new Set(what.lines.map(({ model }) => model))], this.nouns);
    const infinite = exact === null ? "" : ` Where nothing differs ${title} is infinite, and left out.`;
    const counted = this.#shortUnit === unit ? "" : ` in ${unit}`;
    this.over.textContent = what.why ? "" : `mean${counted}${ground && ` over ${ground}`}; ${better} is better`;
    this.words.textContent =
      none ||
      (count
        ? `${count} of ${AMOUNTS.length} amounts measured, each on ${ground}.${infinite}`
        : "It is measured once it is in sight and the hand rests.");
    this.element.classList.toggle("none", Boolean(what.why));
    this.csv.disabled = !count;
    this.#table();
    this.#plot();
    this.#read(this.reading);
  }

  #plot() {
    // On a projector the letters grow with the page, and the drawing with them.
    const zoom = (this.zoom = Number.parseFloat(getComputedStyle(this.plot).fontSize) / LETTERS || 1);
    const width = Math.max(280, Math.round(this.plot.clientWidth / zoom || 640));
    const narrow = width < 480;
    const right = narrow ? 12 : RIGHT;
    const { low, high, ticks } = scaleFor(this.lines, this.amounts, this.measure);
    this.x = (amount) => LEFT + amount * (width - LEFT - right);
    const y = (value) => TOP + ((high - Math.min(high, Math.max(low, value))) / (high - low)) * (TALL - TOP - BOTTOM);
    this.y = y;
    this.colours = this.what.lines.map(({ method }, i) => (method === SPOILED ? "var(--muted)" : css(classColour(i, 10))));
    this.here = shape("line", { class: "here", y1: TOP, y2: TALL - BOTTOM });
    this.there = shape("line", { class: "there", y1: TOP, y2: TALL - BOTTOM });
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${TALL}`, width: width * zoom, height: TALL * zoom });
    const labels = narrow ? [] : this.#labels(width - right + 10, low);
    this.svg.replaceChildren(...this.#axes(ticks, width - right), this.here, this.there, ...this.#drawnLines(), ...labels);
    this.#markNow();
  }

  /** The place of a line among what is compared, which gives its colour and dashes. */
  #at = (name) => this.what.lines.findIndex((line) => line.name === name);

  #axes(ticks, right) {
    const { x, y } = this;
    const texts = tickTexts(ticks);
    const grid = ticks.flatMap((tick, i) => [
      shape("line", { class: "grid", x1: LEFT, x2: right, y1: y(tick), y2: y(tick) }),
      shape("text", { x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end" }, texts[i]),
    ]);
    const below = [0, 0.2, 0.4, 0.6, 0.8, 1].map((tick) => shape("text", { x: x(tick), y: TALL - BOTTOM + 18, "text-anchor": "middle" }, String(tick)));
    const names = [
      shape(
        "text",
        { class: "name", x: LEFT + (right - LEFT) / 2, y: TALL - 4, "text-anchor": "middle" },
        `Amount: ${this.what.meaning.charAt(0).toLowerCase()}${this.what.meaning.slice(1)}`,
      ),
      shape("text", { class: "name", x: LEFT - 8, y: TOP - 14, "text-anchor": "end" }, this.#shortUnit),
    ];
    return [...grid, ...below, ...names];
  }

  /** The unit, where there is room for it beside the axis. */
  get #shortUnit() {
    return this.measure.unit.length <= SHORT ? this.measure.unit : "";
  }

  #drawnLines() {
    const { x, y } = this;
    return this.lines.flatMap(({ name, values }) => {
      const i = this.#at(name);
      const look = { stroke: this.colours[i], "stroke-dasharray": DASHES[i % DASHES.length] };
      const dots = this.amounts.map(
        (amount, k) => Number.isFinite(values[k]) && shape("circle", { cx: x(amount), cy: y(values[k]), r: 2.6, fill: this.colours[i] }),
      );
      return [shape("path", { class: "line", d: pathOf(this.amounts, values, x, y), ...look }), ...dots.filter(Boolean)];
    });
  }

  /** The names of the lines at their ends, none over another. @param {number} low where a line without an end is named */
  #labels(left, low) {
    const ends = this.lines.map(({ values }) => this.y(values.findLast(Number.isFinite) ?? low));
    const placed = spread(ends, LABEL, [TOP + 6, TALL - BOTTOM]);
    return this.lines.map(({ name, title }, k) =>
      shape("text", { class: "label", x: left, y: placed[k] + 4, fill: this.colours[this.#at(name)] }, title),
    );
  }

  #markNow() {
    if (!this.here) return;
    const place = this.x(this.amount);
    for (const end of ["x1", "x2"]) this.here.setAttribute(end, String(place));
    if (this.reading === null && nearestAmount(this.amounts, this.amount) !== this.readAt) this.#read(null);
  }

  /** Read the lines at an amount, the present one where none is pointed at. @param {number | null} wanted */
  #read(wanted) {
    this.reading = wanted;
    this.readAt = null;
    const amount = nearestAmount(this.amounts ?? [], wanted ?? this.amount);
    if (amount === null) {
      this.readout.replaceChildren();
      return;
    }
    for (const end of ["x1", "x2"]) this.there.setAttribute(end, String(this.x(amount)));
    this.there.classList.toggle("pointed", wanted !== null);
    this.readAt = amount;
    const i = this.amounts.indexOf(amount);
    const rows = this.lines.map(({ name, title, values }) => ({
      title,
      value: values[i],
      colour: this.colours[this.what.lines.findIndex((line) => line.name === name)],
    }));
    const known = rows.filter(({ value }) => value !== undefined).sort((a, b) => goodness(this.measure, b.value) - goodness(this.measure, a.value));
    const readings = known.map(({ title, value, colour }) =>
      h("li", {}, h("i", { style: `background: ${colour}` }), h("span", {}, title), h("b", {}, this.#figure(value))),
    );
    this.readout.replaceChildren(h("p", {}, "At ", h("b", {}, String(amount))), h("ol", {}, ...readings));
    this.plot.setAttribute("aria-valuenow", String(amount));
    this.plot.setAttribute("aria-valuetext", `Amount ${amount}: ${known.map(({ title, value }) => `${title} ${this.#figure(value)}`).join(", ")}`);
  }

  /** A figure with its unit, where that is short: a long one stands above the curve. */
  #figure(value) {
    return figureOf({ ...this.measure, unit: this.#shortUnit }, value);
  }

  #table() {
    const head = h("tr", {}, h("th", { scope: "col" }, "Amount"), ...this.lines.map(({ title }) => h("th", { scope: "col" }, title)));
    const rows = this.amounts.map((amount, i) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, String(amount)),
        ...this.lines.map(({ values }) => h("td", {}, this.#cell(values[i]))),
      ),
    );
    const { title, unit } = this.measure;
    this.table.replaceChildren(h("caption", {}, `Mean ${title}${unit && ` in ${unit}`}`), h("thead", {}, head), h("tbody", {}, ...rows));
  }

  /** A value in the table: null is infinite, undefined not measured yet. */
  #cell(value) {
    if (value === null) return "∞";
    if (value === undefined) return "…";
    return this.measure.unit === "dB" ? value.toFixed(1) : figureOf({ ...this.measure, unit: "" }, value);
  }

  #save() {
    const { model } = this.what.lines[0];
    giveText(curveCsv(this.amounts, this.lines, this.measure), "text/csv", `${model}-${this.what.corruption}-${this.measure.name}.csv`);
  }

  #listen() {
    const amountAt = (event) => {
      const box = this.svg.getBoundingClientRect();
      const [left, right] = [this.x(0), this.x(1)];
      return ((event.clientX - box.left) / this.zoom - left) / (right - left);
    };
    this.plot.addEventListener("pointermove", (event) => this.x && this.#read(Math.min(1, Math.max(0, amountAt(event)))));
    this.plot.addEventListener("pointerleave", () => this.x && this.#read(null));
    this.plot.addEventListener("click", (event) => this.x && this.onAmount(Math.min(1, Math.max(0, amountAt(event)))));
    this.plot.addEventListener("blur", () => this.x && this.#read(null));
    this.plot.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -99, End: 99 }[event.key];
      if (!this.amounts?.length || event.altKey || event.ctrlKey || event.metaKey || (step === undefined && event.key !== "Enter")) return;
      event.preventDefault();
      const now = this.amounts.indexOf(nearestAmount(this.amounts, this.reading ?? this.amount));
      if (step === undefined) this.onAmount(this.amounts[now]);
      else this.#read(this.amounts[Math.min(this.amounts.length - 1, Math.max(0, now + step))]);
    });
    this.seen = new IntersectionObserver(([{ isIntersecting }]) => {
      this.visible = isIntersecting;
      if (!isIntersecting) return;
      this.#markNow();
      this.#soon();
    });
    this.seen.observe(this.plot);
    this.wide = new ResizeObserver(() => this.lines && this.#plot());
    this.wide.observe(this.plot);
  }
}

function shape(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== "") element.setAttribute(name, String(value));
  if (text) element.textContent = text;
  return element;
}
