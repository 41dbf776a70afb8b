/**
 * The curves of a run in view: what is pointed at is read off, other runs lie behind it, and all of it can be saved.
 * @module
 */

import { changedBy, curvesCsv, evened, nearest, sampled, withTotals } from "./curvedata.js";
import { curvesSvg, LEFT, panelsOf, planned, tall } from "./curveplot.js";
import { Box } from "../shared/page/box.js";
import { h, icon } from "../shared/page/dom.js";
import { encodes } from "./family.js";
import { notComparable } from "./runs/words.js";
import { epochText } from "./time/words.js";
import { MOST_OVERLAID, overlayColour } from "./overlay.js";
import { LIVE } from "./feed.js";
import { count, setting } from "../shared/words/numbers.js";
import { nats, rateText, unitOf } from "./words.js";
import { giveText, raster, save } from "../shared/keeping/saving.js";
import { themeOf } from "../shared/page/theme.js";

const HELD_OUT = { light: "#b8500a", dark: "#f2a65e" }; // 4.5:1 of contrast against the paper: values are written in it
const TEXT = 14; // pixels: the size of text that the drawing is made for
const WIDE = 560; // pixels; a drawing narrower than it is a little less high
const ROWS = 12; // in the table
const LEAP = 10; // records, with Shift or a page key
const REPAINT = 300; // ms until Streamlit's colours have followed the system's choice of light or dark
const SHEET = { width: 1000, height: 640 }; // pixels, of a drawing that is saved
const PAPER = { ink: "#1d1f2b", muted: "#5c6070", line: "#b9bcc8", paper: "#ffffff", accent: "#5b5bd6", dark: false };

const VIEWS = {
  logSteps: ["Log steps", "The early steps get more room, and the whole range is shown"],
  logLoss: ["Log loss", "Ratios rather than differences, where all values are positive"],
  whole: ["Whole range", "One even scale from the very first loss on; without it, what it falls from at once is pressed into a grey band"],
};

export class Curves {
  /**
   * @param {object} [options]
   * @param {(step: number | null) => void} [options.onStep] a step is pointed at, or none any more
   * @param {(step: number) => void} [options.onPick] a step is clicked
   */
  constructor({ onStep = () => {}, onPick = () => {} } = {}) {
    Object.assign(this, { onStep, onPick });
    /** @type {import("./feed.js").Run | null} */
    this.run = null;
    this.overlays = [];
    this.view = { logSteps: false, logLoss: false, whole: false };
    this.step = null; // pointed at
    this.moment = null; // of the time machine
    this.#build();
    this.box = new Box(this.plot);
    this.watcher = new ResizeObserver(() => this.#refresh());
    this.watcher.observe(this.plot);
    // Out of sight nothing is drawn: whatever the page computes, the training on the same machine does not.
    this.sight = new IntersectionObserver((entries) => {
      this.seen = entries.at(-1).isIntersecting;
      if (this.seen) this.#refreshOver();
    }, { rootMargin: "200px" });
    this.sight.observe(this.element);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onscheme = () => setTimeout(() => this.#repaint(), REPAINT);
    this.scheme.addEventListener("change", this.onscheme);
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.watcher.disconnect();
    this.box.close();
    this.sight.disconnect();
    this.scheme.removeEventListener("change", this.onscheme);
    this.element.remove();
  }

  /** Show a run as it is now. @param {import("./feed.js").Run} run */
  show(run) {
    const { steps, heldOut, changes } = run;
    const state = `${run.name} ${steps.length} ${steps.at(-1)?.step} ${heldOut.length} ${heldOut.at(-1)?.step} ${changes.length} ${LIVE.has(run.status.state)}`;
    if (state === this.shownState && run.name === this.run?.name) return;
    this.run = { ...run, steps: evened(steps) };
    this.raw = { name: run.name, steps, heldOut }; // as they were written
    this.shownState = state;
    this.unit.textContent = encodes(run) ? `${unitOf(run)}, lower is better` : `${unitOf(run)}, of two that play against each other`;
    this.caption.textContent = `Losses in ${unitOf(run)}`;
    this.#refresh();
  }

  /**
   * Lay other runs behind. Those of one label have one colour, and are named once.
   * @param {{name: string, index?: number, colour?: string, label?: string, config?: object, steps: any[], heldOut: any[]}[]} list
   */
  overlay(list) {
    this.overlays = list.map(({ name, index = 0, colour = overlayColour(index), label = name, config, steps, heldOut }) => {
      const raw = { name, steps: steps.map(withTotals), heldOut: heldOut.map(withTotals) };
      return { ...raw, colour, label, config, raw, steps: evened(raw.steps) };
    });
    this.#refresh();
  }

  /** Mark the moment that is looked at elsewhere. @param {number | null} step */
  mark(step) {
    if (this.moment === step) return;
    this.moment = step;
    this.#refreshOver();
  }

  // What is drawn.

  #refresh() {
    this.stale = true;
    this.#refreshOver();
  }

  #refreshOver() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.seen) return;
      if (this.stale) this.#draw();
      this.#drawOver();
    });
  }

  #repaint() {
    this.theme = null;
    this.#refresh();
  }

  /** All that is drawn, the run that is looked at last. @returns {import("./curveplot.js").Shown[]} */
  #shown(look) {
    const { name, steps, heldOut } = this.run;
    const others = this.overlays.filter((each) => each.name !== name).map((each) => ({ ...each, ...plain(each.colour) }));
    const ticked = this.overlays.find((each) => each.name === name); // then it is called by its colour in the list, too
    // Alone it has a colour for each of its lines; among others each run has one, and what is held out is dashed.
    const alone = others.length ? plain(look.ink) : { training: look.accent, measured: HELD_OUT[look.dark ? "dark" : "light"] };
    return [...others, { name, label: ticked?.label ?? name, steps, heldOut, ...(ticked ? plain(ticked.colour) : alone) }];
  }

  #draw() {
    if (!this.run) return;
    const empty = !this.run.steps.length && !this.run.heldOut.length;
    this.element.classList.toggle("empty", empty);
    const width = this.plot.clientWidth;
    if (!width || empty) return;
    this.stale = false;
    this.theme ??= themeOf(this.element);
    const runs = this.#shown(this.theme);
    const whole = Number.parseInt(getComputedStyle(this.plot).getPropertyValue("--height"), 10) || (width < WIDE ? 400 : 440);
    const height = Math.round(whole * tall(panelsOf(runs)));
    // On a projector the letters grow with the page, and the drawing with them.
    const zoom = (this.zoom = (Number.parseFloat(getComputedStyle(this.element).fontSize) || TEXT) / TEXT);
    this.plan = planned({ runs, changes: this.run.changes, width: width / zoom, height: height / zoom, ...this.view });
    this.drawing.innerHTML = curvesSvg(this.plan, this.theme);
    this.plot.style.height = `${height}px`;
    this.#placeHeadings();
    this.#legend(runs);
    if (this.table.open) this.#fillTable();
  }

  /** One heading over each panel. */
  #placeHeadings() {
    const { panels } = this.plan;
    while (this.headings.length < panels.length) {
      this.headings.push(h("p", { class: "curve-heading", "aria-hidden": "true" }));
      this.over.before(this.headings.at(-1));
    }
    this.headings.forEach((heading, i) => {
      heading.hidden = i >= panels.length;
      if (!heading.hidden) Object.assign(heading.style, { top: `${this.zoom * (panels[i].top - 24)}px`, left: `${this.zoom * LEFT}px` });
    });
  }

  #legend(runs) {
    const shown = inOrder(runs);
    const place = ({ label }) => this.overlays.findIndex((each) => each.label === label);
    const named = new Map([...shown].sort((a, b) => place(a) - place(b)).map((run) => [run.label, run]));
    const all =
      runs.length > 1
        ? [...Array.from(named, ([label, run]) => this.#key(run, label)), this.#lines(plain("var(--muted)"), "dashed")]
        : [this.#lines(shown[0], "dotted")];
    this.differ.textContent = runs.length > 1 ? notComparable([this.run.config, ...this.overlays.map(({ config }) => config)]) : "";
    this.differ.hidden = !this.differ.textContent;
    const words = all.map((key) => key.outerHTML).join("");
    if (words === this.legendWords) return;
    this.legendWords = words;
    this.legend.replaceChildren(...all);
  }

  #key({ training }, name) {
    return h("span", { class: "curve-key" }, stroke(training), h("b", {}, name));
  }

  /** What a whole line is and what the other. @param {"dotted" | "dashed"} kind of the second */
  #lines({ training, measured }, kind) {
    const heldOut = this.run.heldOut.length || encodes(this.run) ? [stroke(measured, kind), "held out"] : [];
    return h("span", { class: "curve-key" }, stroke(training), "training", ...heldOut);
  }

  #drawOver() {
    if (!this.plan || !this.run) return;
    const { x, panels, top, width, height } = this.plan;
    const { step } = this;
    const parts = [];
    const line = (at, kind) => parts.push(`<path class="${kind}" d="M${at} ${top + 4}V${panels.at(-1).bottom}"/>`);
    if (this.moment !== null) line(x.at(Math.min(x.high, Math.max(x.low, this.moment))), "moment");
    if (step !== null) line(x.at(Math.max(x.low, step)), "cross");
    const at = this.#at;
    if (at !== null) {
      for (const { y, of, lines, top: from } of panels) {
        for (const { run } of lines) {
          for (const [entries, colour] of [[run.steps, run.training], [run.heldOut, run.measured]]) {
            const entry = near(entries, at);
            const place = entry && y.at(of(entry));
            if (Number.isFinite(place) && place >= from - 3) {
              parts.push(`<circle cx="${x.at(Math.max(x.low, entry.step))}" cy="${place}" r="4" fill="${colour}"/>`);
            }
          }
        }
      }
    }
    this.over.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.over.innerHTML = parts.join("");
    this.#read();
  }

  // What is said.

  /** The step that is read off: the one that is pointed at, or the time machine's moment; null is the newest. */
  get #at() {
    return this.step ?? this.moment;
  }

  /** Write the values at the step that is read off over the panels and below them. */
  #read() {
    const step = this.#at ?? Infinity;
    this.when.textContent = ` · ${this.#at === null ? (LIVE.has(this.run.status.state) ? "newest" : "at the end") : `at step ${count(this.#at)}`}`;
    const { panels } = this.plan;
    panels.forEach(({ title, of, has, lines, refused }, i) => {
      const read = lines.length > MOST_OVERLAID ? lines.slice(-1) : inOrder(lines); // of so many the one that is looked at
      const values = read.flatMap(({ run }, n) => {
        const [training, measured] = [near(run.steps, step), near(run.heldOut, step)];
        const told = (entry, colour, kind) => h("span", { style: `color: ${colour}`, class: kind }, nats(of(entry)));
        const one = (entry, colour, kind) => entry && has(entry) && told(entry, colour, kind);
        return n && !training ? [] : [one(training, run.training, ""), one(measured, run.measured, "measured")];
      });
      this.headings[i].replaceChildren(h("b", {}, title), ...values.filter(Boolean), refused ? h("small", {}, "linear: not all values are positive") : "");
    });
    this.readout.textContent = this.#words(step);
    const at = this.#at ?? this.run.steps.at(-1)?.step ?? 0;
    this.plot.setAttribute("aria-valuemax", String(this.run.steps.at(-1)?.step ?? 0));
    this.plot.setAttribute("aria-valuenow", String(at));
    this.plot.setAttribute("aria-valuetext", this.#spoken(step));
  }

  #words(step) {
    const entry = near(this.run.steps, step);
    if (!entry) return "";
    const { beta, learning_rate: rate } = { ...this.run.config, ...changedBy(this.run.changes, entry.step - 1) };
    const warming = Math.abs(entry.weight - beta) > 1e-6 ? `, of which ${setting(entry.weight)} in the warm-up` : "";
    const named = step === Infinity || Math.round(step) === entry.step ? "" : ` (nearest record ${count(entry.step)})`;
    const at = step === Infinity ? entry.step : step;
    const { config, status } = this.run;
    const epoch = status.steps > 0 ? epochText((at * config.epochs) / status.steps) : entry.epoch;
    const measured = near(this.run.heldOut, step);
    const heldOut = measured && measured.step !== Math.round(at) ? [`held out measured at step ${count(measured.step)}`] : [];
    return [
      `Step ${count(at)}${named}`,
      `epoch ${epoch}`,
      ...(entry.kl.length ? [`β ${setting(beta)}${warming}`] : []),
      `rate ${rateText(entry.learning_rate, rate)}`,
      `${count(entry.images_per_second)} images a second`,
      ...heldOut,
    ].join(" · ");
  }

  #spoken(step) {
    const [training, measured] = [near(this.run.steps, step), near(this.run.heldOut, step)];
    const { panels } = this.plan;
    const told = (entry) => panels.filter(({ has }) => has(entry)).map(({ spoken, of }) => `${spoken} ${nats(of(entry))}`);
    const one = (entry) => told(entry).join(", ");
    if (!training && !measured) return "No figures yet";
    return [
      training && `Step ${count(training.step)}: training ${one(training)}`,
      measured && `held out at step ${count(measured.step)}: ${one(measured)}`,
    ]
      .filter(Boolean)
      .join("; ");
  }

  #fillTable() {
    const { steps, heldOut } = this.run;
    const panels = panelsOf([this.run]);
    const cells = (entry) => panels.map(({ has, of }) => (entry && has(entry) ? nats(of(entry)) : "–"));
    const rows = sampled(steps, ROWS).map((entry) => {
      const measured = near(heldOut, entry.step);
      return h("tr", {}, h("th", { scope: "row" }, count(entry.step)), ...[...cells(entry), ...cells(measured)].map((text) => h("td", {}, text)));
    });
    this.titles.replaceChildren(...tableTitles(panels.map(({ title }) => title)));
    this.rows.replaceChildren(...rows);
  }

  // What the hand does.

  #point(step) {
    if (this.step === step) return;
    this.step = step;
    this.onStep(step);
    this.#refreshOver();
  }

  #pointer(event) {
    if (!this.plan || !this.run?.steps.length) return;
    const { x } = this.plan;
    const place = (event.clientX - this.box.now.left) / this.zoom;
    this.#point(nearest(this.run.steps, Math.min(x.high, Math.max(x.low, x.of(place)))).step);
  }

  #key_(event) {
    const { steps } = this.run ?? { steps: [] };
    if (!steps.length) return;
    const last = steps.length - 1;
    const at = this.#at === null ? last : steps.indexOf(nearest(steps, this.#at));
    const by = event.shiftKey ? LEAP : 1;
    const next = {
      ArrowLeft: at - by,
      ArrowRight: at + by,
      ArrowDown: at - by,
      ArrowUp: at + by,
      PageDown: at - LEAP,
      PageUp: at + LEAP,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") this.#point(null);
    else if (event.key === "Enter") this.onPick(steps[at].step);
    else if (next === undefined) return;
    else this.#point(steps[Math.min(last, Math.max(0, next))].step);
    event.preventDefault();
  }

  // What is saved.

  #sheet() {
    const runs = this.#shown(PAPER);
    const height = Math.round(SHEET.height * tall(panelsOf(runs)));
    const plan = planned({ runs, changes: this.run.changes, width: SHEET.width, height, ...this.view });
    return curvesSvg(plan, PAPER, { title: `${this.run.name}: losses by step`, legend: inOrder(runs), unit: unitOf(this.run) });
  }

  #saves = {
    png: async () => save(await raster(this.#sheet()), `${this.run.name}-curves.png`),
    svg: () => giveText(this.#sheet(), "image/svg+xml", `${this.run.name}-curves.svg`),
    csv: () =>
      giveText(
        curvesCsv([this.raw, ...this.overlays.map(({ raw }) => raw).filter(({ name }) => name !== this.run.name)]),
        "text/csv",
        `${this.run.name}-curves.csv`,
      ),
  };

  /** The button that turns a view on and off. */
  #toggle(name) {
    const [words, title] = VIEWS[name];
    const button = h("button", { type: "button", class: "chip", "aria-pressed": "false", title, "data-view": name }, words);
    button.addEventListener("click", () => {
      this.view[name] = !this.view[name];
      button.setAttribute("aria-pressed", String(this.view[name]));
      this.#refresh();
    });
    return button;
  }

  #saveButton(kind) {
    const words = kind.toUpperCase();
    const save = () => this.run && this.#saves[kind]();
    return h("button", { type: "button", class: "chip", "data-save": kind, "aria-label": `Save the curves as ${words}`, onclick: save }, words);
  }

  #build() {
    this.when = h("span", { "data-role": "curves-when" });
    this.unit = h("span", {});
    this.legend = h("span", { class: "curve-keys" });
    this.readout = h("p", { class: "fine readout", "data-role": "readout" });
    this.empty = h("p", { class: "invitation" }, "The first losses come after fifty steps, or after the first epoch where that is shorter.");
    this.differ = h("p", { class: "fine", role: "status", "data-role": "not-comparable", hidden: true });
    this.#buildPlot();
    this.#buildTable();
    const tools = h(
      "div",
      { class: "curve-tools" },
      h("h2", {}, "Losses", h("small", {}, this.unit, this.when)),
      this.legend,
      h("span", { class: "spring" }),
      ...Object.keys(VIEWS).map((name) => this.#toggle(name)),
      h("span", { class: "curve-saves" }, icon("save"), ...Object.keys(this.#saves).map((kind) => this.#saveButton(kind))),
    );
    const parts = [tools, this.differ, this.empty, this.plot, this.readout, this.table];
    this.element = h("section", { class: "curves empty", "aria-label": "Losses by step" }, ...parts);
  }

  #buildPlot() {
    this.headings = []; // one over each panel
    this.drawing = h("div", { class: "curve-drawing", "aria-hidden": "true" });
    this.over = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.over.setAttribute("class", "curve-over");
    this.over.setAttribute("aria-hidden", "true");
    this.plot = h(
      "div",
      {
        class: "curve-plot",
        tabindex: "0",
        role: "slider",
        "data-role": "curves",
        "aria-label": "Losses by step. Arrow keys read them off, Enter shows that moment.",
        "aria-valuemin": "0",
        onpointermove: (event) => this.#pointer(event),
        onpointerdown: (event) => this.#pointer(event),
        onpointerleave: () => this.#point(null),
        onclick: () => this.step !== null && this.onPick(this.step),
        onkeydown: (event) => this.#key_(event),
        onblur: () => this.#point(null),
      },
      this.drawing,
      this.over,
    );
  }

  #buildTable() {
    this.titles = h("thead");
    this.rows = h("tbody");
    this.table = h(
      "details",
      { class: "figures", ontoggle: () => this.run && this.#fillTable() },
      h("summary", {}, "The figures as a table"),
      h("div", { class: "figures-frame" }, h("table", {}, (this.caption = h("caption", {})), this.titles, this.rows)),
    );
  }
}

/** The two lines of titles over a table of these losses, in training and on held-out images. @param {string[]} losses */
function tableTitles(losses) {
  const head = (words, scope, of) => h("th", { scope, colspan: of }, words);
  const groups = ["Training", "Held out"].map((words) => head(words, "colgroup", losses.length));
  return [h("tr", {}, h("td"), ...groups), h("tr", {}, ...["Step", ...losses, ...losses].map((words) => head(words, "col", 1)))];
}

/** In the order in which they are named: the run that is looked at, which is drawn last, and then the others. @template T @param {T[]} drawn */
const inOrder = (drawn) => [drawn.at(-1), ...drawn.slice(0, -1)];

const stroke = (colour, kind = "") => h("i", { class: `stroke ${kind}`, style: `--colour: ${colour}` });

const plain = (colour) => ({ training: colour, measured: colour });

/** The record at a step; at no step in particular the newest. */
const near = (entries, step) => (step === Infinity ? (entries.at(-1) ?? null) : nearest(entries, step));
