/**
 * What happens along a path: how fast the picture changes, how dense the data is, and which class lies nearest.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { term } from "../../shared/page/term.js";
import { runs } from "./path.js";
import { changeUnit, changeWords } from "../words.js";
import { figure } from "../../shared/words/numbers.js";

const [WIDE, HIGH] = [1000, 100]; // of the drawing, stretched to its place

/**
 * A curve as the points of an SVG line, the largest value at the top.
 * @param {ArrayLike<number>} values evenly spaced along the path; those that are no numbers are left out
 * @param {[number, number]} range at the bottom and at the top
 * @param {(at: number) => number} [stand] where a place of the path stands, both in [0, 1]
 */
export function curve(values, [low, high], stand = (at) => at) {
  const place = (value) => HIGH - 4 - (high > low ? (value - low) / (high - low) : 0) * (HIGH - 8);
  const points = Array.from(values, (value, i) => [stand((i + 0.5) / values.length) * WIDE, place(value)]);
  return points.filter(([, y]) => Number.isFinite(y)).map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
}

/** The least and the largest of values that are numbers; null where there are none. @returns {[number, number] | null} */
export function rangeOf(values) {
  const finite = Array.from(values).filter(Number.isFinite);
  return finite.length ? [Math.min(...finite), Math.max(...finite)] : null;
}

const DENSITY = "How densely the test codes lie, on a logarithmic scale: higher is nearer to the data";

export class PathChart {
  /** @param {{view: import("../../shared/views/view.js").View, colourOf: (label: number) => string, nameOf: (label: number) => string}} options */
  constructor({ view, colourOf, nameOf }) {
    Object.assign(this, { colourOf, nameOf, unit: changeUnit(view) });
    /** @type {(at: number) => number} where a place of the path stands, as it does on the strip */
    this.stand = (at) => at;
    this.told = { speed: null, density: null, classes: null, knots: [] };
    this.speed = svg("polyline", { class: "speed" });
    this.area = svg("polygon", { class: "area" });
    this.dense = svg("polyline", { class: "dense" });
    const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" }, this.area, this.dense, this.speed);
    this.ribbon = h("div", { class: "ribbon", "data-role": "ribbon" });
    this.knots = h("div", { class: "knots", "aria-hidden": "true" });
    this.cursor = h("i", { class: "cursor" });
    this.words = h("p", { class: "unseen", "data-role": "along-words" });
    this.scale = h("b", { class: "scale" });
    const speed = `How much the picture changes for each unit of the path’s length in latent space: ${changeWords(view)}`;
    this.legend = h(
      "div",
      { class: "keys" },
      h("span", { title: speed }, h("i", { class: "speed" }), term("Decoder speed", "decoder speed"), this.scale),
      h("span", { title: DENSITY }, h("i", { class: "dense" }), "Density of the data, higher is nearer"),
      h("span", { class: "of-classes", title: "The class of most of the seven nearest test codes" }, h("i", { class: "band" }), "Nearest class"),
    );
    this.plot = h("div", { class: "plot" }, drawing, this.knots, this.cursor);
    this.width = 0; // of the plot, CSS pixels
    this.watcher = new ResizeObserver(([{ contentRect }]) => {
      this.width = contentRect.width;
      this.place(this.at);
    });
    this.watcher.observe(this.plot);
    this.element = h(
      "section",
      { class: "path-chart", "aria-label": "Along the path" },
      this.legend,
      this.plot,
      this.ribbon,
      this.words,
    );
  }

  /**
   * @param {object} told
   * @param {ArrayLike<number> | null} told.speed picture change for each unit of latent length
   * @param {ArrayLike<number> | null} told.density
   * @param {ArrayLike<number> | null} told.classes of the nearest test codes
   * @param {number[]} told.knots
   */
  show(told) {
    this.told = told;
    const { speed, density, classes, knots } = told;
    const { stand } = this;
    const fast = speed && rangeOf(speed);
    const line = fast ? curve(speed, [0, Math.max(fast[1], 1e-9)], stand) : [];
    this.speed.setAttribute("points", line.join(" "));
    this.area.setAttribute("points", line.length ? [`${line[0].split(",")[0]},${HIGH}`, ...line, `${line.at(-1).split(",")[0]},${HIGH}`].join(" ") : "");
    const near = density && rangeOf(density);
    this.dense.setAttribute("points", near ? curve(density, near[1] - near[0] < 0.5 ? [near[0] - 0.5, near[1] + 0.5] : near, stand).join(" ") : "");
    this.legend.children[1].hidden = !near;
    this.scale.textContent = fast ? `up to ${figure(fast[1])} ${this.unit} a unit of length` : "\u00a0";
    this.knots.replaceChildren(...knots.map((share) => h("i", { style: `left: ${100 * stand(share)}%` })));
    const bands = classes
      ? runs(Array.from(classes))
          .filter(({ value }) => value >= 0)
          .map(({ value, from, to }) => ({ value, from: stand(from), to: stand(to) }))
      : [];
    this.legend.children[2].hidden = !bands.length;
    this.ribbon.replaceChildren(
      ...bands.map(({ value, from, to }) => {
        const name = this.nameOf(value);
        return h(
          "span",
          { style: `left: ${100 * from}%; width: ${100 * (to - from)}%; background: ${this.colourOf(value)}`, title: `Nearest: ${name}` },
          to - from > 0.04 ? h("b", {}, name) : "",
        );
      }),
    );
    this.words.textContent = speakAlong({ speed, bands, nameOf: this.nameOf });
  }

  /** Stand as the strip's pictures do. @param {(at: number) => number} stand */
  align(stand) {
    this.stand = stand;
    this.show(this.told);
  }

  /** Mark a place. Nothing is laid out for it. */
  place(at = 0) {
    this.at = at;
    this.cursor.style.transform = `translateX(${(this.width * this.stand(at)).toFixed(1)}px)`;
  }

  destroy() {
    this.watcher.disconnect();
  }
}

/** Say in a sentence what the curves show. */
export function speakAlong({ speed, bands, nameOf }) {
  const parts = [];
  if (bands.length) parts.push(`The nearest test codes are, in turn: ${bands.map(({ value }) => nameOf(value)).join(", ")}.`);
  if (speed?.length) {
    const all = Array.from(speed);
    const [most, mean] = [Math.max(...all), all.reduce((a, b) => a + b, 0) / all.length];
    if (mean < 1e-6) parts.push("The picture does not change along this path.");
    else {
      const percent = Math.round((100 * (all.indexOf(most) + 0.5)) / all.length);
      parts.push(`The picture changes fastest at ${percent} % of the way, ${figure(most / mean)} times as fast as on average.`);
    }
  }
  return parts.join(" ");
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
