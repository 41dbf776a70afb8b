/**
 * How the points are coloured, and which of them stand out.
 * @module
 */

import { classColour, classColours, css, ringColour, ringStops, robustRange, scaleColours, scaleStops } from "../../shared/draw/colours.js";
import { factorText, factorsOf, rangeOf } from "../../shared/draw/factors.js";
import { figure } from "../../shared/words/numbers.js";
import { FACTOR } from "../address.js";
import { nameOf } from "../../shared/words/names.js";
import { coordinate, errorOf, kls } from "../../shared/space/figures.js";
import { Legend } from "../../shared/draw/legend.js";
import { className } from "../../shared/words/names.js";

export class Colouring {
  /**
   * @param {object} options
   * @param {import("../../shared/draw/chart.js").Chart} options.chart whose points they are
   * @param {() => import("../tools.js").MapState} options.state what is chosen
   * @param {() => boolean} options.isDark whether the page is
   * @param {boolean} options.darkens whether pictures are dark in a light page, too
   * @param {() => void} options.onShown after classes were singled out
   */
  constructor({ chart, state, isDark, darkens, onShown }) {
    Object.assign(this, { chart, state, isDark, darkens });
    this.highlighted = null; // numbers of points that stand out, or null
    this.pointed = null; // a class that is pointed at in the legend, or null
    this.legend = new Legend({
      onChange: () => {
        this.relevel();
        onShown();
      },
      onHover: (label) => {
        this.pointed = label;
        this.relevel();
      },
    });
  }

  /** Take the codes of a model. @param {import("../../shared/space/codes.js").Codes} codes */
  begin(codes) {
    this.codes = codes;
    this.figures = { error: errorOf(codes), kl: codes.nats && kls(codes) };
    this.factors = factorsOf(codes.factors.named, codes.factors.values, codes.labels);
    this.levels = new Uint8Array(codes.n).fill(2);
    this.mask = new Uint8Array(codes.n).fill(1);
    // A card may name fewer classes than there are labels.
    this.classes = (codes.labels ?? []).reduce((most, label) => Math.max(most, label + 1), codes.classes.length);
  }

  /** Whether the points lie on a dark ground: the theme's, or that of the pictures underneath. */
  get isOnDark() {
    return this.isDark() || (this.darkens && this.state().layers.pictures);
  }

  /** The terms of a point's −ELBO, in nats; without a prior the code costs nothing that could be told: null. */
  termsOf(point) {
    const { error, kl } = this.figures;
    return { error: error[point], kl: kl?.[point] ?? null, squared: Boolean(this.codes.squared) };
  }

  get isByClass() {
    return this.state().colour === "class" && Boolean(this.codes.labels);
  }

  /** Colour the points anew: what colours them has changed, or the theme. */
  recolour() {
    const { codes } = this;
    this.base = this.#baseFor(this.isOnDark);
    if (this.isByClass) this.legend.showClasses(codes, (label) => this.cssOf(label));
    else {
      const { range, round } = this;
      const ends = this.factor ? range.map((value) => factorText(value, round)) : [`≤ ${figure(range[0])}`, `≥ ${figure(range[1])}`];
      this.legend.showScale(this.name, ends, (round ? ringStops : scaleStops)(this.isOnDark));
    }
    this.relevel();
  }

  /** The points' colours on light or dark paper. @returns {Uint8Array} [3N] */
  coloursFor(dark) {
    return this.#greyed(this.#baseFor(dark));
  }

  #baseFor(dark) {
    if (this.isByClass) return classColours(this.codes.labels, this.classes);
    return scaleColours(this.values, this.range, dark, this.round ? ringColour : undefined);
  }

  /** A class's colour, as CSS. */
  cssOf(label) {
    return css(classColour(label, this.classes));
  }

  /** What the things were drawn from that the colours stand for, if they do. */
  get factor() {
    const { colour } = this.state();
    return colour.startsWith(FACTOR) ? this.factors.find(({ name }) => name === colour.slice(FACTOR.length)) : undefined;
  }

  /** Whether the scale ends where it begins. */
  get round() {
    return Boolean(this.factor?.round);
  }

  /** The values at the scale's ends. @returns {[number, number]} */
  get range() {
    return this.factor ? rangeOf(this.factor) : robustRange(this.values);
  }

  /** What the colours stand for where they are a scale. @returns {Float32Array} [N] */
  get values() {
    const { colour } = this.state();
    if (this.factor) return this.factor.values;
    if (colour === "elbo") return this.codes.cost;
    return colour === "error" ? this.figures.error : coordinate(this.codes, Number(colour.slice(1)) - 1);
  }

  /** The name of those values. */
  get name() {
    const { colour } = this.state();
    if (this.factor) return this.factor.name;
    if (colour === "elbo") return "−ELBO, nats";
    const error = this.codes.squared ? "mean squared error" : "reconstruction error, nats";
    return colour === "error" ? error : nameOf(Number(colour.slice(1)) - 1);
  }

  /** The legend for a sheet of white paper. */
  forSheet() {
    const { codes } = this;
    if (!this.isByClass) return { legend: [], scale: { name: this.name, range: this.range, round: this.round } };
    return { legend: this.legend.shown.map((label) => ({ name: className(codes.classes, label), colour: classColour(label, this.classes) })) };
  }

  /** Let some points stand out, or none. @param {ArrayLike<number> | null} points */
  highlight(points) {
    this.highlighted = points;
    this.relevel();
  }

  /** Whether the name of a class is written on the map. */
  isNamed(label) {
    const { chosen } = this.legend;
    return this.isByClass && (!chosen.size || chosen.has(label));
  }

  /** Whether a point belongs to what is looked at: where classes are singled out, to one of them. */
  #isMeant(point) {
    const { legend, isByClass } = this;
    return !isByClass || !legend.chosen.size || legend.chosen.has(this.codes.labels[point]);
  }

  /** Whether a class that is pointed at is another; where classes are singled out, these stay as they are. */
  #isElse(point) {
    const { pointed, legend, isByClass } = this;
    return pointed !== null && isByClass && !legend.chosen.size && this.codes.labels[point] !== pointed;
  }

  /** Which points stand out: of classes that are not singled out, the points are faint and grey, and no hand takes them. */
  relevel() {
    const { n } = this.codes;
    const lit = this.highlighted && new Set(this.highlighted);
    this.mask = new Uint8Array(n);
    this.levels = new Uint8Array(n);
    for (let i = 0; i < n; i += 1) {
      this.mask[i] = Number(this.#isMeant(i));
      this.levels[i] = this.mask[i] && (!lit || lit.has(i)) && !this.#isElse(i) ? 2 : 1;
    }
    this.colours = this.#greyed(this.base);
    this.chart.points.setColours(this.colours);
    this.chart.points.setLevels(this.levels);
    this.chart.refresh("points", "over");
  }

  /** Colours with grey for the points of classes that others are singled out from. */
  #greyed(base) {
    if (!this.mask.includes(0)) return base;
    const colours = Uint8Array.from(base);
    const grey = classColour(-1, this.classes);
    this.mask.forEach((isMeant, i) => isMeant || colours.set(grey, 3 * i));
    return colours;
  }
}
