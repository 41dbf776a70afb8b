/**
 * One model's test in view: what it is tested against, by which score, at which threshold, and all that follows.
 * @module
 */

import { FIRST_RULE, RULES, readDetect, withDetect } from "./address.js";
import { AgainstChooser } from "./against.js";
import { axisOf, isCrowded } from "./plots/bins.js";
import { Card } from "./plots/card.js";
import { Confusion } from "./plots/confusion.js";
import { ascending, atPrice, auroc, bestBalance, countsAt, picked, ranked, rocOf } from "./plots/counts.js";
import { imageOf, readTest, scoresOf, testAddress } from "./file.js";
import { layOut } from "./layout.js";
import { Histogram } from "./plots/histogram.js";
import { OwnPictures } from "./own.js";
import { RocPlot } from "./plots/roc.js";
import { saveTest } from "./saves.js";
import { Scores } from "./scores.js";
import { Strips } from "./plots/strips.js";
import { Tools } from "./tools.js";
import { Wall } from "./plots/wall.js";
import { areaText, ownProtocol, ownWords, sayCounts, sayEqual, sayOwn, sayMisled, scoreText, whyNoArea } from "./words.js";
import { joined } from "../shared/views/view.js";
import { put } from "../shared/page/box.js";
import { h } from "../shared/page/dom.js";
import { Keeper } from "../shared/keeping/kept.js";
import { named } from "../shared/words/names.js";
import { LiveSocket, address } from "../shared/wire/socket.js";
import { onLook } from "../shared/views/look.js";
import { themeOf } from "../shared/page/theme.js";

const BINS = 50;
const REPAINT = 300; // ms until Streamlit's colours have followed the system's choice of light or dark
const SPEAK = 400; // ms after the last movement until the counts are said
const REST = 120; // ms after the last movement until the worst mistakes are shown

export class DetectView {
  /** @param {HTMLElement} root @param {any} data @param {import("../shared/views/view.js").View} view of what the model draws */
  constructor(root, data, view) {
    Object.assign(this, { root, data, view });
    this.nouns = view.words.nouns;
    this.ownWords = ownWords(view);
    const { choices, scores } = data;
    const known = {
      classes: choices.classes.map(({ name }) => name),
      sets: choices.sets.filter(({ ready }) => ready).map(({ name }) => name),
      corruptions: choices.corruptions.map(({ name }) => name),
      scores: scores.map(({ name }) => name),
      own: true,
    };
    this.keeper = new Keeper("detect", data, ["against", "class", "set", "corruption", "amount", "score", "threshold"]);
    this.keeper.resume();
    const asked = readDetect(location.search, { against: data.first, score: data.best }, known);
    this.#build();
    /**
     * logScores is null until somebody has chosen.
     * @type {{against: any, score: string, rule: string | null, threshold: number | null, logScores: boolean | null, logShares: boolean, bins: number}}
     */
    this.state = {
      against: this.chooser.whole(asked.against),
      score: asked.score,
      rule: asked.rule,
      threshold: asked.threshold,
      logScores: null,
      logShares: false,
      bins: BINS,
    };
    this.addressNotes = asked.notes;
    this.socket = new LiveSocket(address(data.base, location), { onState: (open) => this.#trouble(open ? "" : "The server does not answer. Trying again…") });
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onscheme = () => setTimeout(() => this.#colour(), REPAINT);
    this.scheme.addEventListener("change", this.onscheme);
    this.unlook = onLook(() => this.wall?.repaint());
    this.#load();
  }

  destroy() {
    this.keeper.leave((href) => this.#address(href));
    this.gone = true;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.speaking);
    clearTimeout(this.resting);
    this.asking?.abort();
    this.wall.destroy();
    this.histogram.destroy();
    this.roc.destroy();
    this.own.destroy();
    this.socket.close();
    this.scheme.removeEventListener("change", this.onscheme);
    this.unlook();
    this.element.remove();
  }

  // What is tested.

  async #load() {
    const { base, model } = this.data;
    const { against } = this.state;
    this.element.dataset.kind = against.kind;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.chooser.show(against);
    this.scores.mark(this.state.score);
    this.element.setAttribute("aria-busy", "true");
    // What still stands there is of another test, and no result of this one.
    this.test = null;
    cancelAnimationFrame(this.frame);
    this.frame = null;
    clearTimeout(this.speaking);
    clearTimeout(this.resting);
    if (this.element.dataset.state === "failed") delete this.element.dataset.state; // there is nothing to dim
    else if (this.element.dataset.state) this.element.dataset.state = "scoring";
    this.protocol.textContent = "Scoring …";
    this.note.hidden = true;
    this.thresholdText.textContent = "";
    this.scores.show({});
    try {
      this.#take(await readTest(await fetch(testAddress(base, model, against), { signal: asking.signal, cache: "no-cache" })));
    } catch (error) {
      if (asking.signal.aborted || this.gone) return; // something else was chosen meanwhile
      this.#fail(error.name === "Refused" ? error.message : "The server did not answer, so nothing was scored; load the page again.");
    }
    if (this.asking === asking) this.element.removeAttribute("aria-busy");
  }

  #take(test) {
    this.test = test;
    this.chosen = null;
    this.normalSorted = Object.fromEntries(Object.entries(test.normal.scores).map(([name, values]) => [name, ascending(values)]));
    this.#regroup();
    this.element.dataset.state = "ready";
    if (!this.chosen) this.#chooseFirst();
  }

  #fail(sentence) {
    this.test = null;
    this.element.dataset.state = "failed";
    this.protocol.textContent = sentence;
    this.note.hidden = true;
    this.#keepAddress();
  }

  /** The two sides as they are now: one's own pictures may be one of them. @param {boolean} [keep] leave a threshold that was moved by hand where it is */
  #regroup(keep = false) {
    const { test, state } = this;
    if (!test) return;
    const own = state.against.kind === "own";
    this.sides = { normal: test.normal, unusual: own ? this.#ownSide() : test.unusual };
    this.protocol.textContent = own ? ownProtocol(test.sentence, this.ownWords[1]) : test.sentence;
    const notes = [...this.addressNotes, test.note];
    this.note.textContent = notes.filter(Boolean).join(" ");
    this.note.hidden = !this.note.textContent;
    this.confusion.name(own);
    this.strips.name(own);
    this.#legend();
    this.#rescore(keep);
  }

  /** Say what a threshold does. @param {import("./plots/counts.js").Counts} counts */
  words(counts) {
    return this.state.against.kind === "own" ? sayOwn(counts, this.ownWords) : sayCounts(counts, this.nouns);
  }

  get #ownPictures() {
    return this.own.pictures;
  }

  /** One's own pictures that have scores, as a side. @returns {import("./file.js").Side} */
  #ownSide() {
    const scored = this.#ownPictures.filter(({ values }) => values);
    this.ownShown = scored;
    const images = joined(this.view, scored.map(({ pixels }) => pixels));
    const scores = Object.fromEntries(this.data.scores.map(({ name }) => [name, Float32Array.from(scored, ({ values }) => values[name])]));
    return { title: `Your ${this.ownWords[1]}`, classes: [], n: scored.length, images, labels: new Int32Array(scored.length).fill(-1), scores };
  }

  // By which score.

  #rescore(keep = false) {
    const { sides, state, data } = this;
    const { score } = state;
    const [normal, unusual] = [sides.normal.scores[score], sides.unusual.scores[score]];
    this.sorted = { normal: this.normalSorted[score], unusual: ascending(unusual) };
    this.curve = rocOf(this.sorted.normal, this.sorted.unusual);
    this.order = ranked(normal, unusual);
    const own = this.#ownPictures
      .filter(({ values }) => values)
      .map(({ values, name }) => ({ score: values[score], name: `${name}: ${scoreText(values[score])}` }));
    const all = ascending([...normal, ...unusual, ...own.map((mark) => mark.score)]);
    const axis = this.#axis(all);
    const { title, unit } = data.scores.find(({ name }) => name === score);
    this.axis = axis;
    this.histogram.show({
      axis,
      normal,
      unusual,
      bins: state.bins,
      name: unit ? `${title} (${unit})` : title,
      logShares: state.logShares,
      above: this.curve.thresholds[0],
    });
    this.histogram.mark(own);
    const areas = Object.fromEntries(data.scores.map(({ name }) => [name, auroc(this.normalSorted[name], ascending(sides.unusual.scores[name]))]));
    this.scores.show(areas);
    this.scores.mark(score);
    const equal = all.length > 1 && all[0] === all.at(-1);
    const none = whyNoArea(sides.normal.n, sides.unusual.n, this.nouns, state.against.kind === "own", this.ownWords[1]);
    this.roc.show(this.curve, areaText(areas[score]), none || (equal ? sayEqual(this.nouns) : ""));
    this.confusion.warn(state.against.kind === "own" ? "" : sayMisled(areas[score], this.nouns));
    this.wall.show(this.order, { low: this.curve.thresholds.at(-1), high: this.curve.thresholds[0] }, state.against.kind === "own");
    this.strips.show(this.order);
    if (keep && state.rule === null) this.#place();
    else this.#setByRule();
  }

  /** Even, or by ratios where a group would be a single bar otherwise; or as somebody has chosen. */
  #axis(all) {
    const even = axisOf(all, this.state.logScores ?? false);
    if (this.state.logScores !== null) return even;
    const crowded = isCrowded(this.sorted.normal, even) || isCrowded(this.sorted.unusual, even);
    return crowded && even.positive ? axisOf(all, true) : even;
  }

  /** Put the threshold where the rule says; moved by hand, it keeps the share of false alarms that it had. */
  #setByRule() {
    const { state, curve } = this;
    if (state.rule === null && this.price === undefined && state.threshold !== null) {
      this.#place(); // from the address
      return;
    }
    const share = state.rule === null ? this.price : RULES[state.rule];
    const at = share === null ? bestBalance(curve) : atPrice(curve, share ?? RULES[FIRST_RULE]);
    state.threshold = curve.thresholds[at];
    this.#place();
  }

  // At which threshold.

  /** Move the threshold by hand. */
  #move = (threshold, done) => {
    if (!this.test || !Number.isFinite(threshold)) return;
    this.state.threshold = threshold;
    this.state.rule = null;
    this.frame ??= requestAnimationFrame(() => this.#place());
    if (done) this.#keepAddress();
  };

  /** Show all that follows from the threshold. */
  #place() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    const { state, sorted } = this;
    const counts = countsAt(sorted.normal, sorted.unusual, state.threshold);
    const [normal, unusual] = [counts.alarms + counts.passed, counts.found + counts.missed];
    this.price = normal ? counts.alarms / normal : 0;
    const words = this.words(counts);
    this.confusion.show(counts, words);
    this.wall.place(state.threshold, `${scoreText(state.threshold)}. ${words}`);
    this.histogram.place(state.threshold);
    this.roc.place(this.price, unusual ? counts.found / unusual : 0);
    this.tools.show({ ...state, logScores: this.axis.log }, !this.axis.positive);
    put(this.thresholdText, `threshold ${scoreText(state.threshold)}`);
    this.card.compare(this.normalSorted, state.score, state.threshold);
    this.own.judge(state.score, state.threshold);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => this.#say(words), SPEAK);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.strips.place(state.threshold), REST);
    if (state.rule !== null) this.#keepAddress();
  }

  #say(words) {
    this.spoken.textContent = words;
    this.wall.describe();
  }

  #keepAddress() {
    this.keeper.write(this.#address(location.href));
  }

  #address(href) {
    const { state, data } = this;
    return withDetect(href, {
      model: data.model,
      ...state,
      threshold: state.threshold ?? 0,
      rule: state.threshold === null ? (state.rule ?? FIRST_RULE) : state.rule,
    });
  }

  // One image.

  /** The worst mistake to begin with; without one, the most unusual. */
  #chooseFirst() {
    const first = picked(this.wall.hanging, this.state.threshold, 1).missed[0] ?? this.order.at(-1);
    if (first) this.#choose(first);
  }

  #choose = ({ group, index }) => {
    if (group === "unusual" && this.state.against.kind === "own") {
      this.#showOwn(this.ownShown[index]);
      this.wall.mark({ group, index });
      return;
    }
    this.chosen = { group, index };
    this.strips.mark(this.chosen);
    this.wall.mark(this.chosen);
    this.#showLarge({ group, title: this.#titleOf(group, index), pixels: this.#pictureOf(group, index), values: scoresOf(this.sides[group], index) }, "card");
  };

  /** Show a picture of one's own large; while it is drawn it comes before all else. */
  #showOwn = (picture) => {
    if (!this.test) return;
    this.chosen = { group: "own", index: picture.id };
    this.strips.mark(null);
    this.wall.mark(null);
    this.#showLarge({ group: "own", title: picture.name, pixels: picture.pixels, values: picture.values }, picture === this.own.drawing ? "redrawn" : "card");
  };

  #showLarge(what, lane) {
    this.card.show(what);
    this.card.compare(this.normalSorted, this.state.score, this.state.threshold);
    this.socket.ask(lane, {
      op: "reconstruct",
      model: this.data.model,
      shape: [1, ...this.view.shape],
      payload: what.pixels,
      onAnswer: ({ array, header }) => {
        const restored = array.slice(this.view.size);
        if (this.own.drawing && lane === "redrawn") this.own.sketch.showReconstruction(restored);
        if (this.card.pixels === what.pixels) this.card.restore(restored, header.condition?.[0]);
      },
      onError: (sentence) => this.#trouble(sentence),
    });
  }

  #pictureOf = (group, index) => imageOf(this.sides[group], index, this.view.size);

  #titleOf(group, index) {
    const { labels, classes, title } = this.sides[group];
    if (this.state.against.kind === "own" && group === "unusual") return this.ownShown[index]?.name ?? title;
    const what = labels[index] >= 0 ? named(classes, labels[index]) : title;
    return `${what.charAt(0).toUpperCase()}${what.slice(1)}, ${group === "normal" ? "normal" : "unusual"}`;
  }

  #nameOf = (group, index) => {
    const score = this.sides[group].scores[this.state.score][index];
    return `${this.#titleOf(group, index)}, score ${scoreText(score)}`;
  };

  // What is chosen, and what is saved.

  #compareWith = (against) => {
    this.state.against = against;
    this.addressNotes = [];
    if (this.state.rule === null) this.price ??= RULES[FIRST_RULE];
    this.#load();
  };

  #scoreBy = (score) => {
    this.state.score = score;
    if (!this.test) return this.scores.mark(score);
    this.#rescore();
    this.#keepAddress();
    return undefined;
  };

  #setRule = (rule) => {
    this.state.rule = rule;
    if (this.test) this.#setByRule();
  };

  #look = (change) => {
    Object.assign(this.state, change);
    if (!this.test) return;
    this.#rescore(true);
  };

  /** What is on a side, in a few words. @param {"normal" | "unusual"} group */
  sideWords(group) {
    const { title, n } = this.sides[group];
    const words = {
      class: { normal: `${this.nouns} of other classes (${title})`, unusual: `of ${named([title], 0)}` },
      spoiled: { unusual: `with ${title.toLowerCase()}` },
      own: { unusual: `${this.ownWords[n === 1 ? 0 : 1]} of your own` },
    };
    return `${group}: ${n.toLocaleString("en")} ${words[this.state.against.kind]?.[group] ?? `of ${title}`}`;
  }

  #legend() {
    this.legend.replaceChildren(
      ...["normal", "unusual"].map((group) => h("span", { class: `key ${group}` }, h("i"), this.sideWords(group))),
      this.#ownPictures.length && this.state.against.kind !== "own" ? h("span", { class: "key own" }, h("i"), "your own") : "",
    );
  }

  #trouble(sentence) {
    this.trouble.textContent = sentence;
    this.trouble.hidden = !sentence;
  }

  #colour() {
    this.element.dataset.scheme = themeOf(this.element).dark ? "dark" : "light";
    this.wall.repaint();
  }

  #build() {
    const { data, view, nouns } = this;
    this.chooser = new AgainstChooser(data.choices, view, this.#compareWith);
    this.scores = new Scores(data.scores, data.best, this.#scoreBy);
    const pictures = { view, pictureOf: this.#pictureOf, nameOf: this.#nameOf, onChoose: this.#choose };
    this.wall = new Wall({ ...pictures, onThreshold: this.#move });
    this.histogram = new Histogram({ view, onThreshold: this.#move, pictureOf: this.#pictureOf, nameOf: (group) => group });
    this.roc = new RocPlot({ onThreshold: this.#move });
    this.confusion = new Confusion();
    this.tools = new Tools({ nouns, onRule: this.#setRule, onView: this.#look, onSave: (kind) => this.test && saveTest(this, kind) });
    this.strips = new Strips(pictures);
    this.card = new Card(view, data.scores, data.given);
    this.own = new OwnPictures({ view, data, onShow: this.#showOwn, onChange: () => this.#regroup(true) });
    layOut(this);
    this.#colour();
  }
}
